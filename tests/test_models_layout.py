"""Masks to blocks: what the layout detector makes of its network's output."""

import numpy as np
import pytest

from models.document import Box
from models.layout import (
    CHANNELS,
    DPI,
    MARGIN,
    STRIDE,
    LayoutDetector,
    Mask,
    at_mask_resolution,
    blocks_of,
    content,
    network_input,
)
from training.masks import MaskTruth, masks_of

PIXELS = DPI / 72


def perfect_masks(truth: MaskTruth, height: int = 300, width: int = 400) -> Mask:
    return masks_of(truth, height, width).astype(np.float32)


def boxes(masks: Mask, kind: str) -> list[tuple[float, ...]]:
    return [tuple(value / PIXELS for value in block.coordinates)
            for block in blocks_of(masks, 1.0) if block.type == kind]  # fmt: skip


def two_cells() -> MaskTruth:
    left, right = Box(20, 20, 90, 60), Box(90, 20, 160, 60)
    return MaskTruth([left, right], [Box(30, 30, 80, 42)], [], [(Box(20, 100, 30, 110), True)],
                     [("table", Box(20, 20, 160, 60))])  # fmt: skip


def test_cells_that_share_a_border_are_found_apart_and_in_place() -> None:
    found = sorted(boxes(perfect_masks(two_cells()), "cell"))
    assert len(found) == 2
    assert found[0] == pytest.approx((20, 20, 90, 60), abs=1.5)
    assert found[1] == pytest.approx((90, 20, 160, 60), abs=1.5)


def test_a_box_outside_every_table_is_a_header_box() -> None:
    truth = MaskTruth([Box(20, 20, 90, 60)], [], [], [], [])
    assert len(boxes(perfect_masks(truth), "header")) == 1
    assert not boxes(perfect_masks(truth), "cell")


def test_a_shaded_area_without_borders_is_no_cell() -> None:
    masks = perfect_masks(two_cells())
    masks[CHANNELS.index("separator")] = 0
    assert not boxes(masks, "cell")


def test_a_line_regains_the_height_its_core_lacks() -> None:
    (found,) = boxes(perfect_masks(two_cells()), "line")
    assert found == pytest.approx((30, 30, 80, 42), abs=1.5)


def test_a_line_is_cut_where_a_separator_crosses_it() -> None:
    truth = MaskTruth(
        [Box(20, 20, 90, 60), Box(90, 20, 160, 60)], [Box(30, 30, 150, 42)], [], [], []
    )
    assert len(boxes(perfect_masks(truth), "line")) == 2


def test_a_checkbox_says_whether_it_is_marked() -> None:
    truth = MaskTruth([], [], [], [(Box(20, 20, 30, 30), True), (Box(60, 20, 70, 30), False)], [])
    blocks = blocks_of(perfect_masks(truth), 1.0)
    states = {b.coordinates[0] < 60: b.text for b in blocks if b.type == "checkbox"}
    assert states == {True: "1", False: "0"}


def test_tables_that_touch_stay_two() -> None:
    truth = MaskTruth(
        [], [], [], [], [("table", Box(20, 20, 160, 60)), ("table", Box(20, 60, 160, 100))]
    )
    assert len(boxes(perfect_masks(truth), "table")) == 2


def test_an_empty_page_has_no_blocks() -> None:
    assert not list(blocks_of(np.zeros((len(CHANNELS), 50, 50), np.float32), 1.0))


def test_network_input_is_ink_padded_to_the_stride() -> None:
    page = np.full((220, 330), 255, np.uint8)
    page[10:20, 10:20] = 0
    small = at_mask_resolution(page, 220)
    assert small.shape == (110, 165)
    ink = network_input(small)
    assert ink.shape == (1, 1, 112, 176)
    assert ink[0, 0, 7, 7] > 0.9
    assert ink[0, 0, 110:].sum() == 0


class DarkIsTable:
    """Stands in for the network: whatever is dark belongs to a table."""

    def __init__(self) -> None:
        self.seen: tuple[int, ...] = ()

    def run(self, _: None, inputs: dict[str, np.ndarray]) -> tuple[np.ndarray]:
        ink = inputs["image"]
        self.seen = ink.shape
        logits = np.full((1, len(CHANNELS), *ink.shape[2:]), -10, np.float32)
        logits[:, CHANNELS.index("table")] = np.where(ink[0] > 0.5, 10, -10)
        return (logits,)


def page_with_a_block(left: int, top: int) -> np.ndarray:
    page = np.full((1000, 800), 250, np.uint8)
    page[top : top + 60, left : left + 100] = 20
    return page


@pytest.mark.parametrize("place", [(0, 0), (333, 517), (700, 940)])
def test_only_what_is_printed_is_looked_at_and_is_found_in_its_place(
    place: tuple[int, int],
) -> None:
    detector = LayoutDetector.__new__(LayoutDetector)
    detector._session = network = DarkIsTable()
    (found,) = detector.detect(page_with_a_block(*place), DPI)
    left, top = place
    assert found.type == "table"
    assert found.coordinates == pytest.approx((left, top, left + 100, top + 60), abs=3)
    assert max(network.seen) < 250


def test_what_is_printed_is_looked_at_with_a_margin_on_whole_strides() -> None:
    left, top, right, bottom = content(page_with_a_block(333, 517))
    assert left % STRIDE == top % STRIDE == 0
    assert min(333 - left, 517 - top, right - 433, bottom - 577) >= MARGIN


def test_specks_in_the_margin_are_not_printed_but_thin_grey_type_is() -> None:
    page = page_with_a_block(333, 517)
    page[100, 100] = 80
    assert content(page) == content(page_with_a_block(333, 517))
    page[900, 600:608] = page[902, 600:608] = 140
    assert content(page)[3] >= 902


def test_a_blank_page_is_looked_at_as_a_whole() -> None:
    assert content(np.full((100, 80), 240, np.uint8)) == (0, 0, 80, 100)
