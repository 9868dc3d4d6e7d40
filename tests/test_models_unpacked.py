"""A small file that unpacks to much is refused; what its pages share counts once."""

import io

import pymupdf
import pytest
from PIL import Image

from models.errors import DocumentTooLarge, PageTooLarge
from models.sandbox import Limits, open_document
from models.unpacked import Unpacked
from tests.hostile import (
    Ends,
    deflated,
    laughs,
    lzw_bomb,
    named,
    page_of,
    page_with_font,
    page_with_picture,
    pdf_of,
    picture,
    stream,
)

FLATE = b"/Filter/FlateDecode"
NOTHING = deflated(b" " * 1_000_000, 50)
"""50 MB of blanks, which draw nothing, in 50 kB."""
TIGHT = Limits(max_unpacked_bytes=20_000_000)
ROOMY = Limits(max_unpacked_bytes=70_000_000)


def fax(count: int) -> bytes:
    """A TIFF of so many white pages of 1,700 by 2,200 pixels."""
    pages = [Image.new("1", (1_700, 2_200), 1)] * count
    buffer = io.BytesIO()
    pages[0].save(buffer, "tiff", save_all=True, append_images=pages[1:], compression="group4")
    return buffer.getvalue()


def png(mode: str) -> bytes:
    """A PNG of 3,000 by 3,000 pixels of one colour."""
    buffer = io.BytesIO()
    Image.new(mode, (3_000, 3_000)).save(buffer, "png")
    return buffer.getvalue()


@named(
    {
        "a page's content": page_of(NOTHING, filters=FLATE),
        "content that is packed twice": page_of(
            deflated(b" " * 1_000_000, 50, again=1), filters=b"/Filter[/FlateDecode/FlateDecode]"
        ),
        "content packed by LZW": page_of(lzw_bomb(8), filters=b"/Filter/LZWDecode"),
        "a form that the page draws": page_of(
            b"/X Do",
            stream(NOTHING, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + FLATE),
            resources=b"<</XObject<</X 5 0 R>>>>",
        ),
        "a font's file": page_with_font(
            b"<</Type/Font/Subtype/TrueType/BaseFont/F/FontDescriptor 6 0 R>>",
            b"<</Type/FontDescriptor/FontName/F/Flags 4/FontFile2 7 0 R>>",
            stream(NOTHING, FLATE),
        ),
        "a picture": page_with_picture(picture(5_000, 5_000, deflated(bytes(1_000_000), 25))),
        "a PNG in colours": png("RGB"),
        "a TIFF of many pages": fax(6),
    }
)
def test_what_unpacks_to_more_than_allowed_is_refused_by_that_name(case: bytes, ends: Ends) -> None:
    assert len(case) < 600_000
    error = ends(case, TIGHT)
    assert isinstance(error, DocumentTooLarge)
    assert error.detail == "Unpacked it has more than 20,000,000 bytes."


def test_within_the_limit_the_same_documents_open() -> None:
    for case in (page_of(NOTHING, filters=FLATE), png("RGB"), fax(6)):
        assert open_document(case, ROOMY)


def test_what_pages_inherit_counts_and_what_they_share_counts_once() -> None:
    tree = b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/Resources<</XObject<</X 5 0 R>>>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 6 0 R>>"
    form = stream(NOTHING, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + FLATE)
    shared = pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", tree, page, page, form, stream(b"/X Do"))
    with pytest.raises(DocumentTooLarge, match="Unpacked"):
        open_document(shared, TIGHT)
    assert len(open_document(shared, ROOMY)) == 2


def test_only_the_pages_asked_for_count() -> None:
    document = pymupdf.open(stream=page_of(NOTHING, filters=FLATE))
    document.new_page()
    both = document.tobytes()
    assert len(open_document(both, TIGHT, 2, 2)) == 1
    with pytest.raises(DocumentTooLarge, match="Unpacked"):
        open_document(both, TIGHT, 1, 2)
    assert len(open_document(fax(6), TIGHT, 2, 4)) == 3


def test_a_page_that_is_too_large_is_told_so_though_it_unpacks_to_too_much() -> None:
    with pytest.raises(PageTooLarge):
        open_document(page_with_picture(picture(90_000, 90_000)), TIGHT)


def test_things_that_go_in_circles_are_counted_once() -> None:
    document = pymupdf.open(stream=page_of(b"/X Do", *laughs(4), resources=b"<</X 5 0 R>>"))
    unpacked = Unpacked(10_000)
    for _ in range(1_000):
        unpacked.add_streams(document[0])
