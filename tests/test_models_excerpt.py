"""A rectangle drawn on a page of a real scan is read, however the page lies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.document import POINTS_PER_INCH, Box, Image, Word
from models.excerpt import CONTEXT, cut_out, text_in
from models.extraction import Extraction
from models.pipeline import Extractor
from models.reader import filing_of
from models.recognizer import HANDWRITTEN
from models.sandbox import open_document

SAMPLE = Path(__file__).parent.parent / "service" / "samples" / "form4_scan.pdf"
DPI = 200.0
Turn = Callable[[Box], Box]


@dataclass(frozen=True)
class Scan:
    """The first page of the sample as displayed, and what is read on it as a whole."""

    image: Image
    extractor: Extractor
    extraction: Extraction

    def box(self, path: str) -> Box:
        """Where a field is, as displayed, and a little more."""
        field = next(each for each in self.extraction.fields if each.path.endswith(path))
        return Box.around([place.box for place in field.boxes]).grown(2)

    @property
    def skew(self) -> float:
        return self.extraction.pages[0].skew


@pytest.fixture(scope="module")
def scan() -> Scan:
    opened = open_document(SAMPLE.read_bytes())
    extractor = Extractor.load()
    filing = filing_of(dict(enumerate(opened, 1)), SAMPLE.name, "0" * 64)
    assert opened[0].dpi == DPI
    return Scan(opened[0].image, extractor, extractor.extract(filing))


def turned(image: Image, box: Box, rotation: int) -> tuple[Image, Box]:
    """A page that is displayed turned clockwise so far, and where a box is on it."""
    high, wide = (side / DPI * POINTS_PER_INCH for side in image.shape)
    places: dict[int, Turn] = {
        0: lambda b: b,
        90: lambda b: Box(high - b.bottom, b.left, high - b.top, b.right),
        180: lambda b: Box(wide - b.right, high - b.bottom, wide - b.left, high - b.top),
        270: lambda b: Box(b.top, wide - b.right, b.bottom, wide - b.left),
    }
    return np.ascontiguousarray(np.rot90(image, -rotation // 90)), places[rotation](box)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_name_is_read_whichever_way_the_page_lies(scan: Scan, rotation: int) -> None:
    image, box = turned(scan.image, scan.box("issuer/issuerName"), rotation)
    read = scan.extractor.read_box(image, DPI, box, rotation, scan.skew)
    assert "YELP INC" in read.upper()


@pytest.mark.parametrize("tilt", [-4.0, 4.0])
def test_a_tilted_page_is_read_upright(scan: Scan, tilt: float) -> None:
    """Positive is clockwise, as in an extraction."""
    box, scale = scan.box("issuer/issuerName"), DPI / POINTS_PER_INCH
    high, wide = scan.image.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), -tilt, 1.0)
    image = cv2.warpAffine(scan.image, matrix, (wide, high), borderValue=(255,)).astype(np.uint8)
    x, y = matrix @ np.array([*(scale * side for side in box.center), 1.0]) / scale
    left, top = box.center
    moved = Box(box.left + x - left, box.top + y - top, box.right + x - left, box.bottom + y - top)
    read = scan.extractor.read_box(image, DPI, moved, 0, scan.skew + tilt)
    assert "YELP INC" in read.upper()


def test_several_lines_are_read_from_top_to_bottom(scan: Scan) -> None:
    address = Box.around([scan.box("rptOwnerStreet1"), scan.box("rptOwnerCity")])
    lines = scan.extractor.read_box(scan.image, DPI, address, 0, scan.skew).splitlines()
    assert len(lines) >= 2
    street, city = (next(each for each in scan.extraction.fields if each.path.endswith(name))
                    for name in ("rptOwnerStreet1", "rptOwnerCity"))  # fmt: skip
    assert street.text in lines[0]
    assert " ".join(lines).endswith(city.text)


def test_only_what_is_inside_is_read(scan: Scan) -> None:
    box = scan.box("issuer/issuerName")
    half = Box(box.left, box.top, box.left + 0.5 * box.width, box.bottom)
    assert scan.extractor.read_box(scan.image, DPI, half, 0, scan.skew).upper() == "YELP"


def test_where_nothing_is_nothing_is_read(scan: Scan) -> None:
    assert scan.extractor.read_box(scan.image, DPI, Box(2, 2, 12, 9)) == ""
    white = np.full((300, 300), 255, np.uint8)
    assert scan.extractor.read_box(white, DPI, Box(20, 20, 90, 90)) == ""


def test_the_cut_lies_in_the_middle_of_its_surroundings() -> None:
    image = np.full((400, 600), 255, np.uint8)
    image[100:140, 200:300] = 0
    page, inside = cut_out(image, 144.0, Box(100, 50, 150, 70), 0, 0.0)
    assert inside == Box(CONTEXT, CONTEXT, CONTEXT + 50, CONTEXT + 20)
    dark = np.argwhere(page.image < 128)
    assert [*dark.min(axis=0), *dark.max(axis=0)] == [40, 40, 79, 139]


def test_a_box_at_the_edge_of_the_page_is_cut_with_white_around_it() -> None:
    page, inside = cut_out(np.zeros((100, 100), np.uint8), 72.0, Box(0, 0, 10, 10), 0, 0.0)
    assert page.image[:18, :18].min() == 255
    assert page.crop(inside).max() == 0


def word(text: str, left: float, top: float = 0.0) -> Word:
    return Word(text, Box(left, top, left + 5, top + 10))


def test_footnote_marks_are_read_only_where_nothing_else_is() -> None:
    line = Box(0, 0, 100, 10)
    words = [word("18.25", 10), word("⁽¹⁾", 20), word(HANDWRITTEN, 30)]
    assert text_in([(line, words)], line) == "18.25"
    assert text_in([(line, words[1:])], line) == "(1)"
    assert text_in([(line, words[2:])], line) == ""


def test_pieces_of_a_line_are_put_side_by_side() -> None:
    lines = [(Box(50, 1, 90, 11), [word("Stock", 50, 1)]), (Box(0, 20, 40, 30), [word("A", 0, 20)]),
             (Box(0, 0, 40, 10), [word("Common", 0)])]  # fmt: skip
    assert text_in(lines, Box(0, 0, 100, 40)) == "Common Stock\nA"
