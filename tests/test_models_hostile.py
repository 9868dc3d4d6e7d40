"""Documents that mean harm end in pages or a typed error, in bounded time and memory, and no more.

Every document here also has a good one opened after it by the same opener, and leaves no file.
"""

import struct
import zlib
from pathlib import Path

import pymupdf
import pytest

from models.errors import (
    BrokenDocument,
    DocumentError,
    EncryptedDocument,
    PageTooLarge,
    TooManyPages,
)
from tests import hostile
from tests.hostile import (
    CATALOGUE,
    LETTER,
    LIMITS,
    SEEN,
    TREE,
    Ends,
    Made,
    named,
    page_of,
    page_with_picture,
    picture,
    stream,
    words_of,
)

# The structure of a PDF


def saved(text: str = "seen", **options: object) -> bytes:
    """A PDF as MuPDF writes it."""
    document = pymupdf.open()
    document.new_page(width=612, height=792).insert_text((72, 100), text)
    return bytes(document.tobytes(**options))


def test_a_pdf_cut_off_anywhere_ends_well(ends: Ends) -> None:
    for whole in (saved(), saved(use_objstms=1)):
        for length in range(1, len(whole), len(whole) // 12):
            ends(whole[:length])


XREF_LOOPS: dict[str, bytes] = {
    "previous table is itself": hostile.pdf_of(
        CATALOGUE, TREE, b"<</Type/Page%s>>" % LETTER, trailer=b"/Prev 0"
    ),
    "start is the start": b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF",
    "stream and table of each other": page_of()[:-8] + b"\nstartxref\n0\n%%EOF",
    "size of billions": page_of().replace(b"/Size 5", b"/Size 2147483647"),
    "negative size": page_of().replace(b"/Size 5", b"/Size -5"),
    "four billion entries": page_of().replace(b"xref\n0 5", b"xref\n0 4294967295"),
    "entries from two billion on": page_of().replace(b"xref\n0 5", b"xref\n2147483640 5"),
    "a stream of wide entries": hostile.pdf_of(
        stream(bytes(99), b"/Type/XRef/W[2147483647 2147483647 2147483647]/Size 9/Root 1 0 R")
    ),
    "an object that is itself": page_of(b"", b"5 0 R", resources=b"5 0 R"),
    "a length that is its own": page_of().replace(b"/Length %d" % len(SEEN), b"/Length 4 0 R"),
    "negative length": page_of().replace(b"/Length %d" % len(SEEN), b"/Length -4"),
}


@named(XREF_LOOPS)
def test_a_cross_reference_that_loops_or_lies_ends_well(ends: Ends, case: bytes) -> None:
    ends(case)


def object_stream(entries: bytes) -> bytes:
    """A PDF whose page is said to be in an object stream, object 5, with these entries."""
    rows = [(1, 15), (1, 0), (2, 5), (1, 0), (2, 5), (1, 0)]
    table = b"".join(struct.pack(">BI", *row) + b"\0" for row in rows)
    body = page_of(SEEN, stream(b"3 0 5 5 <</Type/Page>>", b"/Type/ObjStm" + entries))
    places = [body.index(b"%d 0 obj" % number) for number in (1, 2, 4)]
    for place, row in zip(places, (1, 2, 4), strict=True):
        table = table[: 6 * row] + struct.pack(">BI", 1, place) + b"\0" + table[6 * row + 6 :]
    body = body[: body.rindex(b"xref\n0")]
    xref = stream(table, b"/Type/XRef/W[1 4 1]/Size 6/Root 1 0 R")
    return body + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (xref, len(body))


@pytest.mark.parametrize(
    "entries",
    [
        b"/N 2/First 8",
        b"/N 2/First 8/Extends 5 0 R",
        b"/N 2147483647/First 8",
        b"/N -1/First -8",
        b"/N 5 0 R/First 5 0 R",
    ],
)
def test_an_object_stream_that_holds_itself_ends_well(ends: Ends, entries: bytes) -> None:
    ends(object_stream(entries))


PAGE_TREES: dict[str, Made] = {
    "a node is its own kid": lambda: hostile.tree_of(b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "two nodes in each other": lambda: hostile.tree_of(
        b"<</Type/Pages/Count 9/Kids[5 0 R]>>",
        b"<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]/Parent 2 0 R>>",
    ),
    "a parent that is its page": lambda: page_of(page=b"/MediaBox 3 0 R").replace(
        b"/Parent 2 0 R", b"/Parent 3 0 R"
    ),
    "10,000 deep": lambda: hostile.deep_tree(10_000),
    "kids that are none": lambda: hostile.tree_of(b"<</Type/Pages/Count 1/Kids(3 0 R)>>"),
    "a million kids that are nothing": lambda: hostile.tree_of(
        b"<</Type/Pages/Count 1000000/Kids[%s]>>" % (b"null " * 1_000_000)
    ),
    "a kid that is no dictionary": lambda: hostile.tree_of(
        b"<</Type/Pages/Count 2/Kids[3 0 R 5 0 R]>>", b"(page)"
    ),
}


@named(PAGE_TREES)
def test_a_page_tree_that_loops_or_is_too_deep_ends_well(ends: Ends, case: Made) -> None:
    ends(case())


@pytest.mark.parametrize(
    "count", [b"2147483647", b"99999999999999999999", b"-1", b"0", b"(many)", b"1.5", b"2 0 R"]
)
def test_a_page_count_that_lies_hides_no_page(ends: Ends, count: bytes) -> None:
    pages = ends.pages(hostile.tree_of(b"<</Type/Pages/Count %s/Kids[3 0 R]>>" % count))
    assert words_of(pages)[0] == ["seen"]
    assert all(page.problem for page in pages[1:])


def test_a_count_that_is_too_low_hides_no_page(ends: Ends) -> None:
    assert len(ends.pages(hostile.pages_of(3).replace(b"/Count 3", b"/Count 1"))) == 3


def test_more_pages_than_allowed_are_refused_whatever_the_count_says(ends: Ends) -> None:
    many = hostile.pages_of(5_000)
    assert isinstance(ends(many), TooManyPages)
    assert isinstance(ends(many.replace(b"/Count 5000", b"/Count 1")), TooManyPages)
    same = hostile.tree_of(b"<</Type/Pages/Count 5000/Kids[%s]>>" % (b"3 0 R " * 5_000))
    assert not isinstance(ends(same), list) or len(ends.pages(same)) <= LIMITS.max_pages


def test_pages_that_an_update_deleted_stay_deleted(ends: Ends) -> None:
    document = pymupdf.open(stream=hostile.pages_of(3))
    document.delete_page(1)
    whole = hostile.pages_of(3)
    later = b"2 0 obj<</Type/Pages/Count 1/Kids[4 0 R]>>endobj\n"
    update = b"xref\n2 1\n%010d 00000 n \ntrailer<</Size 6/Root 1 0 R/Prev %d>>\n" % (
        len(whole), whole.rindex(b"xref\n0"))  # fmt: skip
    end = b"startxref\n%d\n%%%%EOF" % (len(whole) + len(later))
    assert len(ends.pages(whole + later + update + end)) == 1
    assert len(ends.pages(document.tobytes())) == 2


# What grows


BOMBS: dict[str, Made] = {
    "deflate": lambda: page_of(
        hostile.deflated(b"\n" * 2**20, 700), filters=b"/Filter/FlateDecode"
    ),
    "deflate twice": lambda: page_of(
        hostile.deflated(b"q " * 2**19, 300, again=1),
        filters=b"/Filter[/FlateDecode/FlateDecode]",
    ),
    "LZW": lambda: page_of(
        zlib.compress(hostile.lzw_bomb(80)), filters=b"/Filter[/FlateDecode/LZWDecode]"
    ),
    "run lengths": lambda: page_of(
        hostile.deflated(b"\x81\n" * 2**20, 6), filters=b"/Filter[/FlateDecode/RunLengthDecode]"
    ),
    "10,000 filters": lambda: page_of(
        SEEN, filters=b"/Filter[%s]" % (b"/ASCIIHexDecode" * 10_000)
    ),
    "a filter that wants itself": lambda: page_of(
        SEEN, filters=b"/Filter/FlateDecode/DecodeParms 4 0 R"
    ),
    "predictor of a giant row": lambda: page_of(
        zlib.compress(SEEN),
        filters=b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>",
    ),
    "text": lambda: page_of(
        hostile.deflated(b"BT /F 1 Tf 9 9 Td (%s) Tj ET\n" % (b"a b" * 99), 20_000),
        filters=b"/Filter/FlateDecode",
    ),
    "a picture": lambda: page_with_picture(
        picture(4_000, 4_000, hostile.deflated(bytes(2**20), 600))
    ),
}  # fmt: skip


@named(BOMBS)
def test_a_stream_that_grows_without_end_is_stopped(ends: Ends, case: Made) -> None:
    ends(case())


BOXES = {
    "giant": b"[0 0 1000000000 1000000000]",
    "beyond numbers": b"[0 0 1e39 1e999]",
    "huge digits": b"[0 0 " + b"9" * 400 + b" 5]",
    "nothing": b"[0 0 0 0]",
    "no height": b"[0 0 612 0]",
    "hair": b"[0 0 0.0001 792]",
    "backwards": b"[612 792 0 0]",
    "not a number": b"[0 0 nan inf]",
    "words": b"[(a)(b)(c)(d)]",
    "short": b"[0 0 612]",
    "far away": b"[100000000 100000000 100000612 100000792]",
    "negative": b"[-612 -792 -1 -1]",
}


@named(BOXES)
@pytest.mark.parametrize("key", [b"/MediaBox", b"/CropBox"])
def test_a_page_of_an_absurd_size_ends_well(ends: Ends, key: bytes, case: bytes) -> None:
    page = key + case + (b"" if key == b"/MediaBox" else LETTER)
    end = ends(page_of(page=page))
    for each in [] if isinstance(end, DocumentError) else end:
        assert 0 < each.width <= LIMITS.max_side
        assert 0 < each.height <= LIMITS.max_side
        assert each.image.size


@pytest.mark.parametrize("unit", [b"1000000", b"1e38", b"75", b"0", b"-1", b"0.000001", b"(x)"])
def test_a_page_in_absurd_units_ends_well(ends: Ends, unit: bytes) -> None:
    end = ends(page_of(page=LETTER + b"/UserUnit " + unit))
    assert isinstance(end, PageTooLarge | BrokenDocument) or end[0].image.size <= 10_000_000


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 360, -90, 450])
def test_a_turned_page_is_read_as_displayed(ends: Ends, turn: int) -> None:
    (page,) = ends.pages(page_of(page=LETTER + b"/Rotate %d" % turn))
    assert (page.width > page.height) == bool(turn % 180)
    assert [word.text for word in page.words] == ["seen"]


@pytest.mark.parametrize("turn", [b"45", b"1e30", b"(x)", b"-2147483648", b"3 0 R"])
def test_an_impossible_turn_ends_well(ends: Ends, turn: bytes) -> None:
    ends(page_of(page=LETTER + b"/Rotate " + turn))


# What is locked, and what would act


def test_a_password_is_asked_for_only_where_a_reader_needs_one(ends: Ends) -> None:
    for method in (pymupdf.PDF_ENCRYPT_RC4_40, pymupdf.PDF_ENCRYPT_AES_256):
        locked = saved(encryption=method, user_pw="u", owner_pw="o")
        assert isinstance(ends(locked), EncryptedDocument)
        opened = saved(encryption=method, owner_pw="o", permissions=0)
        assert words_of(ends.pages(opened)) == [["seen"]]


@pytest.mark.parametrize(
    "encrypt",
    [
        b"<</Filter/Standard/V 99/R 99>>",
        b"<</Filter/Standard/V 5/R 6/Length 2147483647/O(x)/U(x)/P -1>>",
        b"<</Filter/Other>>",
        b"3 0 R",
        b"(lock)",
    ],
)
def test_a_lock_that_makes_no_sense_ends_well(ends: Ends, encrypt: bytes) -> None:
    ends(page_of().replace(b"/Root", b"/ID[(a)(b)]/Encrypt %s/Root" % encrypt))


def acting(folder: Path) -> dict[str, bytes]:
    """Entries of a catalogue or a page that would write to this folder."""
    there = str(folder).encode()
    touch = b"<</S/Launch/F(/usr/bin/touch)/Unix<</F(/usr/bin/touch)/P(%s/ran)>>>>" % there
    script = b"<</S/JavaScript/JS(app.launchURL('file://%s/ran');while\\(1\\);)>>" % there
    submit = b"<</S/SubmitForm/F<</FS/URL/F(http://127.0.0.1:9/)>>>>"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(typed)/Rect[9 9 99 30]/AA<</F %s>>>>"
    return {
        "a launch on opening": b"/OpenAction " + touch,
        "a script on opening": b"/OpenAction " + script,
        "scripts by name": b"/Names<</JavaScript<</Names[(a)%s]>>>>" % script,
        "scripts on events": b"/AA<</WC %s/O %s/C %s>>" % (script, touch, submit),
        "a form that computes": b"/AcroForm<</NeedAppearances true/Fields[%s]/CO[3 0 R]>>"
        % (field % script),
        "XFA": b"/AcroForm<</XFA 4 0 R/Fields[]>>",
        "an embedded program": b"/Names<</EmbeddedFiles<</Names[(x.exe)<</Type/Filespec/F(x.exe)"
        b"/EF<</F 4 0 R>>>>]>>>>",
        "a portfolio": b"/Collection<</View/D>>",
    }


@pytest.mark.parametrize("case", acting(Path("/nowhere")))
def test_nothing_in_a_document_acts_and_its_page_is_read(
    ends: Ends, tmp_path: Path, case: str
) -> None:
    entries = acting(tmp_path)[case]
    catalogue = CATALOGUE[:-2] + entries + b">>"
    assert words_of(ends.pages(page_of(catalogue=catalogue))) == [["seen"]]
    assert words_of(ends.pages(page_of(page=LETTER + entries))) == [["seen"]]
    assert list(tmp_path.iterdir()) == []


def test_a_stream_in_another_file_is_not_fetched(ends: Ends, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(SEEN)
    for name in (b"(%s/other)" % str(tmp_path).encode(), b"<</FS/URL/F(file:///etc/passwd)>>"):
        end = ends(page_of(b"", filters=b"/F %s" % name))
        assert isinstance(end, DocumentError) or words_of(end) == [[]]


ANNOTATIONS = {
    "its own appearance": b"/Subtype/Stamp/Rect[9 9 99 99]/AP<</N 5 0 R>>",
    "its own parent": b"/Subtype/Widget/FT/Tx/Parent 5 0 R/Kids[5 0 R]/Rect[9 9 99 99]",
    "endless rectangle": b"/Subtype/Square/Rect[-1e30 -1e30 1e30 1e30]/BS<</W 1e30>>",
    "a popup of itself": b"/Subtype/Text/Popup 5 0 R/Rect[9 9 9 9]",
    "a field of 1,000,000 letters": b"/Subtype/Widget/FT/Tx/Rect[9 9 99 99]/DA(/F 9 Tf)/V(%s)"
    % (b"x" * 1_000_000),
}


@named(ANNOTATIONS)
def test_a_note_on_the_page_that_goes_in_circles_ends_well(ends: Ends, case: bytes) -> None:
    page = LETTER + b"/Annots[5 0 R 5 0 R 9 0 R]"
    end = ends(page_of(SEEN, b"<</Type/Annot%s>>" % case, page=page))
    assert isinstance(end, BrokenDocument) or "seen" in words_of(end)[0]


def test_bookmarks_names_and_labels_in_circles_are_not_followed(ends: Ends) -> None:
    catalogue = (
        b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R/PageLabels 5 0 R/Dests 5 0 R"
        b"/StructTreeRoot 5 0 R/Names<</Dests 5 0 R>>/OCProperties 5 0 R/Metadata 5 0 R>>"
    )
    loop = b"<</First 5 0 R/Next 5 0 R/Kids[5 0 R]/Parent 5 0 R/K 5 0 R/D 5 0 R/OCGs[5 0 R]>>"
    assert words_of(ends.pages(page_of(SEEN, loop, catalogue=catalogue))) == [["seen"]]
