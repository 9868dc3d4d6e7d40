"""Only the pages asked for are opened, and they come out as they do with all the others."""

import io
from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest
from PIL import Image

from models.errors import EmptyDocument, NoSuchPages, TooManyPages
from models.sandbox import Limits, OpenedPage, open_document
from tests.hostile import pages_of

Pdf = Callable[..., bytes]


def same(first: list[OpenedPage], second: list[OpenedPage]) -> bool:
    """Whether pages have the same pixels, words and sizes."""
    return len(first) == len(second) and all(
        np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        for before, after in zip(first, second, strict=True)
        for one, other in zip(astuple(before), astuple(after), strict=True)
    )


def fax() -> bytes:
    """A TIFF of five pages, each with a bar that is as long as its number says."""
    sheets = [Image.new("L", (850, 1_100), 255) for _ in range(5)]
    for number, sheet in enumerate(sheets, 1):
        sheet.paste(0, (100, 100, 100 + 100 * number, 140))
    buffer = io.BytesIO()
    sheets[0].save(buffer, "tiff", save_all=True, append_images=sheets[1:])
    return buffer.getvalue()


@pytest.mark.parametrize(("first", "last"), [(1, 0), (2, 2), (2, 4), (5, 5), (1, 5), (3, 0)])
def test_pages_asked_for_are_those_of_the_whole_document(pdf: Pdf, first: int, last: int) -> None:
    for data in (pdf(*"ABCDE"), fax()):
        whole = open_document(data)
        assert len(whole) == 5
        assert same(open_document(data, None, first, last), whole[first - 1 : last or 5])


@pytest.mark.parametrize(("first", "last"), [(6, 6), (5, 6), (1, 6), (99_999, 99_999)])
def test_pages_beyond_the_end_are_none_and_the_error_says_how_many_there_are(
    pdf: Pdf, first: int, last: int
) -> None:
    for data in (pdf(*"ABCDE"), fax()):
        with pytest.raises(NoSuchPages, match="pages 1 to 5"):
            open_document(data, None, first, last)


def test_the_limit_of_pages_is_one_of_those_asked_for(pdf: Pdf) -> None:
    few = Limits(max_pages=2)
    for data in (pdf(*"ABCDE"), fax()):
        assert len(open_document(data, few, 4, 5)) == 2
        for first, last in ((1, 0), (3, 5)):
            with pytest.raises(TooManyPages, match="2 are allowed"):
                open_document(data, few, first, last)


def test_a_page_of_a_very_long_document_is_had() -> None:
    (page,) = open_document(pages_of(10_000), None, 9_999, 9_999)
    assert page.image.min() == 255


def test_without_pages_none_are_asked_for() -> None:
    with pytest.raises(EmptyDocument):
        open_document(pages_of(0), None, 2, 3)


def test_a_page_is_named_by_its_number_in_the_document() -> None:
    opened = open_document(fax()[:-200_000], None, 4, 5)
    assert opened[0].problem == ""
    assert "Page 5 cannot be read" in opened[1].problem
