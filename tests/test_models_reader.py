"""Pages come out upright, and every point of them still leads back to the page as displayed."""

import hashlib
import io

import cv2
import numpy as np
import pymupdf
import pytest
from PIL import Image

from models.document import Box, Page, composed, inverse, transformed
from models.errors import EncryptedDocument
from models.reader import find_skew, quarter_turn, read, turned

DPI = 200
SCALE = DPI / 72
SQUARE = (420.0, 630.0)
"""Where in points the black square of a page of text has its centre."""


def text_page() -> np.ndarray:
    """A letter page of ruled lines of type and one black square, grey pixels."""
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    for line in range(30):
        words = " ".join(f"word{line * 7 + each}" for each in range(9))
        page.insert_text((60, 60 + 18 * line), words, fontsize=9)
    for line in range(6):
        page.draw_line((50, 64 + 90 * line), (560, 64 + 90 * line), width=0.7)
        page.draw_line((50 + 100 * line, 50), (50 + 100 * line, 520), width=0.7)
    x, y = SQUARE
    page.draw_rect((x - 12, y - 12, x + 12, y + 12), fill=(0, 0, 0))
    pixels = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    return np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width)


def tilted(image: np.ndarray, degrees: float) -> np.ndarray:
    """The image turned clockwise about its centre, as a crooked feed does."""
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(image, turn, (width, height), borderValue=(255,))


def document_of(image: np.ndarray) -> bytes:
    """The image as a PNG that knows its resolution."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "png", dpi=(DPI, DPI))
    return buffer.getvalue()


def square_in(image: np.ndarray) -> tuple[float, float]:
    """Centre of the black square, points: the only thing that survives so much erosion."""
    solid = cv2.erode((image < 128).astype(np.uint8), np.ones((41, 41), np.uint8))
    rows, columns = np.nonzero(solid)
    return float(columns.mean() + 0.5) / SCALE, float(rows.mean() + 0.5) / SCALE


@pytest.mark.parametrize("quarters", [0, 1])
@pytest.mark.parametrize("tilt", [0.0, 2.0, -5.5])
def test_what_is_seen_on_the_upright_page_leads_back_to_the_page_as_displayed(
    quarters: int, tilt: float
) -> None:
    displayed = tilted(np.rot90(text_page(), -quarters), tilt)
    page = read(document_of(displayed)).pages[0]
    x, y = square_in(page.image)
    there = transformed(Box(x, y, x, y), page.to_displayed).center
    assert there == pytest.approx(square_in(displayed), abs=0.5)
    assert page.skew == pytest.approx(tilt, abs=0.03)
    assert page.rotation == (270 if quarters else 0)
    assert (page.width, page.height) == pytest.approx(
        (displayed.shape[1] / SCALE, displayed.shape[0] / SCALE)
    )


@pytest.mark.parametrize("tilt", [-6, -2.37, -0.4, -0.05, 0, 0.11, 1, 3.3, 5.9])
def test_tilt_is_found_to_a_thirtieth_of_a_degree(tilt: float) -> None:
    assert find_skew(tilted(text_page(), tilt), DPI) == pytest.approx(tilt, abs=0.03)


@pytest.mark.parametrize("tilt", [-3.0, 0.7])
def test_tilt_is_found_through_the_noise_of_a_fax(tilt: float) -> None:
    noise = np.random.default_rng(1).random((2200, 1700))
    fax = np.where(tilted(text_page(), tilt) < 128, 0, 255).astype(np.uint8)
    fax[noise < 0.01] = 0
    fax[noise > 0.97] = 255
    assert find_skew(fax, DPI) == pytest.approx(tilt, abs=0.05)


@pytest.mark.parametrize(
    "image", [np.full((2200, 1700), 255), np.zeros((2200, 1700)), np.zeros((1, 1))]
)
def test_a_page_with_nothing_on_it_is_left_as_it_is(image: np.ndarray) -> None:
    page = read(document_of(image.astype(np.uint8))).pages[0]
    assert (page.skew, page.rotation) == (0.0, 0)


def test_a_straight_page_keeps_its_pixels() -> None:
    page = read(document_of(text_page())).pages[0]
    assert np.array_equal(page.image, text_page())


def test_lines_that_run_upwards_call_for_a_quarter_turn() -> None:
    upright = text_page()
    assert [quarter_turn(np.rot90(upright, turn), DPI) for turn in range(4)] == [0, 90, 0, 90]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_keeps_its_way_back(degrees: int) -> None:
    page = Page(1, 612, 792, text_page(), DPI)
    other = turned(page, degrees)
    x, y = square_in(other.image)
    assert transformed(Box(x, y, x, y), other.to_displayed).center == pytest.approx(SQUARE, abs=0.5)
    assert other.rotation == (360 - degrees) % 360


def test_four_quarter_turns_are_none() -> None:
    page = Page(1, 612, 792, text_page(), DPI)
    other = page
    for _ in range(4):
        other = turned(other, 90)
    assert np.array_equal(other.image, page.image)
    assert other.rotation == 0
    assert other.to_displayed == pytest.approx(page.to_displayed)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_of_a_text_layer_follow_their_page_upright(turn: int) -> None:
    document = pymupdf.open()
    document.new_page(width=612, height=792).insert_text((72, 100), "Common Stock", fontsize=10)
    document[0].set_rotation(turn)
    page = read(document.tobytes()).pages[0]
    assert page.rotation == turn
    first, second = page.words
    assert (first.text, second.text) == ("Common", "Stock")
    assert first.box.contains(75, 97)
    assert first.box.right < second.box.left
    assert page.crop(first.box).min() < 128
    back = transformed(first.box, page.to_displayed)
    assert 0 <= back.left < back.right <= page.width
    assert 0 <= back.top < back.bottom <= page.height


def test_a_word_in_white_is_not_on_the_page() -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((72, 100), "seen")
    page.insert_text((72, 300), "unseen", color=(1, 1, 1))
    assert [word.text for word in read(document.tobytes()).pages[0].words] == ["seen"]


def test_a_page_whose_text_layer_is_all_invisible_is_read_from_its_pixels() -> None:
    document = pymupdf.open()
    document.new_page().insert_text((72, 300), "unseen", color=(1, 1, 1))
    page = read(document.tobytes()).pages[0]
    assert (page.source, page.words) == ("pixels", ())


def test_a_filing_has_the_name_and_the_checksum_of_its_bytes() -> None:
    data = document_of(text_page())
    filing = read(data, "scan.png")
    assert (filing.name, filing.sha256) == ("scan.png", hashlib.sha256(data).hexdigest())
    assert [page.number for page in filing.pages] == [1]


def test_what_cannot_be_opened_is_a_document_error_of_read_too() -> None:
    document = pymupdf.open()
    document.new_page()
    with pytest.raises(EncryptedDocument):
        read(document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u"))


def test_a_map_and_its_inverse_are_nothing() -> None:
    affine = (0.9, -0.3, 12.0, 0.2, 1.1, -7.0)
    assert composed(inverse(affine), affine) == pytest.approx((1, 0, 0, 0, 1, 0), abs=1e-9)
