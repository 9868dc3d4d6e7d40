"""Layout detection: a page image to cells, header boxes, tables, text lines, checkboxes, blocks.

A small fully convolutional network (a U-Net, Ronneberger et al. 2015, arXiv:1505.04597, with strip
convolutions, Hou et al. 2020, arXiv:2003.13328) predicts dense masks at 110 dpi; boxes are
connected components of the masks. It is a LayoutParser model, so any other LayoutParser model that
gives blocks of the same types can stand in its place. Rows, columns and tables are read off the
boxes in `models.grid`, whoever found them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
from layoutparser.models.base_layoutmodel import BaseLayoutModel

from models.document import Image
from models.errors import DamagedWeights
from models.weights import Weights

if TYPE_CHECKING:
    from layoutparser import Layout

Mask = npt.NDArray[np.float32]
"""Probabilities, shape (channels, height, width)."""

DPI = 110
STRIDE = 16
CHANNELS = (
    "interior", "separator", "rule", "line", "checkbox", "checked", "table", "footnotes",
    "signature",
)  # fmt: skip
"""`interior` is the inside of cells and header boxes, `separator` the border between two of them
(drawn or not), `rule` a drawn line that separates nothing (an underline, an address rule)."""

INTERIOR_SHRINK = 2
"""Pixels between a cell's border and its interior mask."""
BLOCK_SHRINK = 2
"""Pixels between a table's or block's edge and its mask; touching tables stay two."""
LINE_CORE = 0.5
"""Share of a text line's height that its mask covers, around the middle."""

BLOCK_CHANNELS = ("table", "footnotes", "signature")
CHECKBOX_LEVEL = 0.9
"""Probability from which a pixel is a checkbox; lower, as many are invented as are found."""
FAINT = 24
"""Grey levels below the paper from which a pixel belongs to what is printed."""
MARGIN = 40
"""Pixels of paper around what is printed that the network sees too."""
MINIMUM_CELL_PIXELS = 18
MINIMUM_BLOCK_PIXELS = 400


@dataclass(frozen=True, slots=True)
class Blob:
    """A connected component: its box in mask pixels (left, top, right, bottom), its mean score."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    score: float

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


class LayoutDetector(BaseLayoutModel):  # type: ignore[misc]
    """Finds the parts of a page; `detect` takes a grey image at `dpi` and returns pixel boxes.

    Block types: `cell`, `header`, `line`, `checkbox` (its `text` is `1` when marked, else `0`),
    `table`, `footnotes`, `signature`.
    """

    DEPENDENCIES: list[str] = []  # noqa: RUF012  LayoutParser asks for a list
    DETECTOR_NAME = "filingscan"
    MODEL_CATALOG: dict[str, dict[str, str]] = {}  # noqa: RUF012

    def __init__(self, weights: Weights, threads: int | None = None) -> None:
        if tuple(weights.labels) != CHANNELS or weights.dims.get("dpi") != DPI:
            raise DamagedWeights(f"{weights.tag} is not for this layout detector")
        self.weights = weights
        self._session = weights.session(threads)

    def image_loader(self, image: Any) -> Image:
        """The image as grey uint8, shape (height, width)."""
        pixels = np.asarray(image, np.uint8)
        if pixels.ndim == 2:
            return pixels
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)

    def detect(self, image: Any, dpi: float = DPI) -> Layout:
        """Blocks of the page image, in its own pixels; `dpi` is its resolution."""
        small = at_mask_resolution(self.image_loader(image), dpi)
        left, top, right, bottom = content(small)
        scale = dpi / DPI
        blocks = blocks_of(self.masks(small[top:bottom, left:right]), scale)
        return blocks.shift((left * scale, top * scale))

    def masks(self, small: Image) -> Mask:
        """Mask probabilities of an image of 110 dpi, shape (channels, height, width)."""
        height, width = small.shape
        (logits,) = self._session.run(None, {"image": network_input(small)})
        return sigmoid(logits[0, :, :height, :width])


def at_mask_resolution(image: Image, dpi: float) -> Image:
    """The grey image resampled to 110 dpi."""
    scale = DPI / dpi
    size = (max(round(image.shape[1] * scale), 1), max(round(image.shape[0] * scale), 1))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, size, interpolation=method).astype(np.uint8)


def content(small: Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is printed and a margin, in pixels; all of a blank page."""
    height, width = small.shape
    # Averaged, the specks that faxes have in every margin are too light; the thinnest type is not.
    ink = cv2.blur(small, (3, 3)) < float(np.median(small[::4, ::4])) - FAINT
    x, y, wide, high = cv2.boundingRect(ink.view(np.uint8))
    if not wide:
        return 0, 0, width, height
    # On whole strides the coarsest pixels of the network fall where they would on the page.
    left, top = (max(start - MARGIN, 0) // STRIDE * STRIDE for start in (x, y))
    return left, top, min(x + wide + MARGIN, width), min(y + high + MARGIN, height)


def network_input(small: Image) -> npt.NDArray[np.float32]:
    """Ink 0 to 1, padded right and below to a multiple of the stride: (1, 1, height, width)."""
    height, width = small.shape
    padded = np.zeros((height + -height % STRIDE, width + -width % STRIDE), np.float32)
    np.multiply(small, np.float32(-1 / 255), out=padded[:height, :width])
    padded[:height, :width] += 1
    return padded[None, None]


def sigmoid(logits: Mask) -> Mask:
    """Logistic function, in place: new arrays of this size cost more than the arithmetic."""
    for one in logits:
        one *= 0.5
        np.tanh(one, out=one)
        one *= 0.5
        one += 0.5
    return logits


def blocks_of(masks: Mask, scale: float) -> Layout:
    """LayoutParser blocks from masks; `scale` maps mask pixels to the caller's pixels."""
    from layoutparser import Layout

    found = [
        *_areas(masks, scale),
        *_lines(masks, scale),
        *_checkboxes(masks, scale),
        *(block for name in BLOCK_CHANNELS for block in _whole(masks, name, scale)),
    ]
    return Layout(found)


def channel(masks: Mask, name: str) -> npt.NDArray[np.float32]:
    """One channel of the masks by name, shape (height, width)."""
    one: npt.NDArray[np.float32] = masks[CHANNELS.index(name)]
    return one


def components(
    binary: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32], least: int
) -> list[Blob]:
    """4-connected components with at least `least` pixels, with the mean of `scores` inside."""
    pixels = binary.view(np.uint8)
    x, y, width, height = cv2.boundingRect(pixels)
    if not width:
        return []
    # Most masks cover a part of the page only.
    pixels = pixels[y : y + height, x : x + width]
    scores = scores[y : y + height, x : x + width]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels, connectivity=4)
    found = []
    for index in np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= least) + 1:
        left, top, wide, high, area = stats[index].tolist()
        window = slice(top, top + high), slice(left, left + wide)
        own = (labels[window] == index).view(np.uint8)
        score = cv2.mean(scores[window], own)[0]
        left, top = left + x, top + y
        found.append(Blob(left, top, left + wide, top + high, area, score))
    return found


def _areas(masks: Mask, scale: float) -> list[Any]:
    """Cells and header boxes: interiors ringed by separators, grown back to the border."""
    interior, separator = channel(masks, "interior"), channel(masks, "separator")
    table = channel(masks, "table")
    blocks = []
    for blob in components((interior > 0.5) & (separator < 0.5), interior, MINIMUM_CELL_PIXELS):
        if min(blob.width, blob.height) < 3 or _ringed_sides(blob, separator) < 3:
            continue
        inside = table[blob.top : blob.bottom, blob.left : blob.right].mean() > 0.5
        blocks.append(_block(blob, scale, "cell" if inside else "header", INTERIOR_SHRINK))
    return blocks


def _ringed_sides(blob: Blob, separator: npt.NDArray[np.float32]) -> int:
    """How many of the component's four sides run along a separator for most of their length."""
    reach = INTERIOR_SHRINK + 3
    height, width = separator.shape
    left, right = max(blob.left - reach, 0), min(blob.right + reach, width)
    top, bottom = max(blob.top - reach, 0), min(blob.bottom + reach, height)
    bands = (
        separator[top : blob.top + 1, blob.left : blob.right].max(axis=0, initial=0),
        separator[blob.bottom - 1 : bottom, blob.left : blob.right].max(axis=0, initial=0),
        separator[blob.top : blob.bottom, left : blob.left + 1].max(axis=1, initial=0),
        separator[blob.top : blob.bottom, blob.right - 1 : right].max(axis=1, initial=0),
    )
    return sum(bool((band > 0.4).mean() > 0.6) for band in bands if band.size)


def _lines(masks: Mask, scale: float) -> list[Any]:
    """Text lines: components of the line-core mask, grown back to the full line height.

    Cut at separators, so that words of neighbouring cells never share a line.
    """
    line = channel(masks, "line")
    cut = channel(masks, "separator") > 0.6
    blocks = []
    for blob in components((line > 0.5) & ~cut, line, 3):
        if blob.height < 1 or blob.width < 2:
            continue
        grow = max(round(blob.height * (1 / LINE_CORE - 1) / 2), 1)
        blocks.append(_block(blob, scale, "line", 1, grow))
    return blocks


def _checkboxes(masks: Mask, scale: float) -> list[Any]:
    box, checked = channel(masks, "checkbox"), channel(masks, "checked")
    blocks = []
    for blob in components(box > CHECKBOX_LEVEL, box, 12):
        if not 0.4 < blob.width / blob.height < 2.5:
            continue
        inside = checked[blob.top : blob.bottom, blob.left : blob.right]
        state = float(np.sort(inside.ravel())[-max(inside.size // 3, 1) :].mean())
        blocks.append(
            _block(blob, scale, "checkbox", 0, text="1" if state > 0.5 else "0",
                   score=blob.score * max(state, 1 - state))
        )  # fmt: skip
    return blocks


def _whole(masks: Mask, name: str, scale: float) -> list[Any]:
    mask = channel(masks, name)
    return [
        _block(blob, scale, name, BLOCK_SHRINK)
        for blob in components(mask > 0.5, mask, MINIMUM_BLOCK_PIXELS)
    ]


def _block(
    blob: Blob,
    scale: float,
    kind: str,
    grow: int,
    grow_y: int | None = None,
    *,
    text: str | None = None,
    score: float | None = None,
) -> Any:
    """A LayoutParser block in the caller's pixels, grown by mask pixels on every side."""
    from layoutparser import Rectangle, TextBlock

    up = grow if grow_y is None else grow_y
    rectangle = Rectangle(
        (blob.left - grow) * scale, (blob.top - up) * scale,
        (blob.right + grow) * scale, (blob.bottom + up) * scale,
    )  # fmt: skip
    return TextBlock(rectangle, text=text, type=kind, score=blob.score if score is None else score)
