"""Pictures, drawings and fonts of a PDF that mean harm end in pages or a typed error."""

import random
import zlib

import pymupdf
import pytest

from models.errors import PageTooLarge
from tests import hostile
from tests.hostile import (
    SEEN,
    Ends,
    Made,
    named,
    page_of,
    page_with_font,
    page_with_picture,
    picture,
    stream,
)

# Pictures in a PDF

SCREEN = b"/Filter/FlateDecode/SMask 5 0 R"
PICTURES: dict[str, bytes] = {
    "no data": page_with_picture(picture(2_000, 2_000)),
    "short data": page_with_picture(picture(2_000, 2_000, zlib.compress(bytes(5_000)))),
    "negative": page_with_picture(picture(-100, 100, zlib.compress(bytes(100)))),
    "nothing": page_with_picture(picture(0, 0, zlib.compress(bytes(100)))),
    "one long line": page_with_picture(picture(2_147_483_647, 1, zlib.compress(bytes(100)))),
    "its own mask": page_with_picture(picture(50, 50, zlib.compress(bytes(2_500)), SCREEN)),
    "a giant mask": page_with_picture(
        picture(9, 9, zlib.compress(bytes(81)), b"/Filter/FlateDecode/SMask 6 0 R"),
        picture(100_000, 100_000, zlib.compress(bytes(81))),
    ),
    "99 bits": page_with_picture(picture(9, 9, bytes(99)).replace(b"nent 8", b"nent 99")),
    "colours of themselves": page_with_picture(
        picture(9, 9, bytes(99)).replace(b"/DeviceGray", b"6 0 R"), b"[/Indexed 6 0 R 255 (abc)]"
    ),
    "inline": page_of(
        b"q 612 0 0 792 0 0 cm BI /W 100000 /H 100000 /BPC 8 /CS /G ID 00 EI Q " + SEEN
    ),
    "in a pattern": page_of(
        b"/Pattern cs /P scn 0 0 612 792 re f",
        stream(b"/X Do", b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9"
               b"/Resources<</XObject<</X 6 0 R>>>>"),
        picture(100_000, 100_000, zlib.compress(bytes(99))),
        resources=b"<</Pattern<</P 5 0 R>>>>",
    ),
    **{
        f"garbage for {name.decode()}": page_with_picture(
            picture(3_000, 3_000, random.Random(1).randbytes(5_000), b"/Filter/" + name)
        )
        for name in (b"DCTDecode", b"JPXDecode", b"JBIG2Decode", b"CCITTFaxDecode", b"Unknown")
    },
    "absurd fax": page_with_picture(
        picture(99, 99, bytes(999), b"/Filter/CCITTFaxDecode/DecodeParms"
                b"<</K -1/Columns 2147483647/Rows -5>>")
    ),
}  # fmt: skip


@named(PICTURES)
def test_a_picture_that_lies_ends_well(ends: Ends, case: bytes) -> None:
    ends(case)


def test_a_picture_declared_as_ten_billion_pixels_is_refused(ends: Ends) -> None:
    huge = page_with_picture(picture(100_000, 100_000, zlib.compress(bytes(99))))
    assert isinstance(ends(huge), PageTooLarge)


# What is drawn

FORM = b"<</XObject<</X 5 0 R>>>>"
PATTERN = b"/BBox[0 0 1 1]/Resources<<>>"
DRAWN: dict[str, Made] = {
    "a form in itself": lambda: page_of(b"/X Do", hostile.form_that_draws(5), resources=FORM),
    "two forms in each other": lambda: page_of(
        b"/X Do", hostile.form_that_draws(6), hostile.form_that_draws(5), resources=FORM
    ),
    "forms of forms": lambda: page_of(b"/X Do", *hostile.laughs(), resources=FORM),
    "1,000 forms deep": lambda: page_of(b"/X Do", *hostile.laughs(1_000, 1), resources=FORM),
    "fine tiles": lambda: hostile.tiled(PATTERN + b"/XStep 0.00001/YStep 0.00001"),
    "tiles without step": lambda: hostile.tiled(PATTERN + b"/XStep 0/YStep 0"),
    "tiles in tiles": lambda: hostile.tiled(
        b"/BBox[0 0 99 99]/XStep 9/YStep 9/Resources<</Pattern<</P 5 0 R>>>>",
        b"/Pattern cs /P scn 0 0 612 792 re f",
    ),
    "a million saved states": lambda: page_of(b"q " * 1_000_000 + SEEN),
    "a million arrays": lambda: page_of(b"[" * 1_000_000 + SEEN),
    "deep dictionaries": lambda: page_of(b"", b"<</A" * 100_000, resources=b"5 0 R"),
    "fine dashes": lambda: page_of(b"[0.000001] 0 d 0 0 m 600 700 l S " * 50),
    "thick lines": lambda: page_of(b"1e30 w 0 0 m 1e30 -1e30 l S 1e38 0 0 1e38 0 0 cm " + SEEN),
    "a function of itself": lambda: page_of(
        b"/S sh",
        b"<</FunctionType 3/Domain[0 1]/Functions[5 0 R 5 0 R]/Bounds[.5]/Encode[0 1 0 1]>>",
        resources=b"<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]"
        b"/Function 5 0 R>>>>>>",
    ),
    "a transparency group in its own mask": lambda: page_of(
        b"/M gs /X Do",
        hostile.form_that_draws(5),
        b"<</SMask<</S/Luminosity/G 5 0 R>>>>",
        resources=b"<</XObject<</X 5 0 R>>/ExtGState<</M 6 0 R>>>>",
    ),
}


@named(DRAWN)
def test_drawing_without_end_is_stopped(ends: Ends, case: Made) -> None:
    ends(case())


def type3(procedure: bytes, resources: bytes) -> bytes:
    """A page with a font whose letters are drawn by this procedure, object 6."""
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97" \
        b"/LastChar 99/Widths[9 9 9]/Encoding<</Differences[97/a/b/c]>>" \
        b"/CharProcs<</a 6 0 R/b 6 0 R/c 6 0 R>>/Resources %s>>" % resources  # fmt: skip
    return page_with_font(font, stream(procedure))


def embedded(kind: bytes, data: bytes, subtype: bytes = b"/TrueType") -> bytes:
    """A page in a font whose program is this."""
    font = b"<</Type/Font/Subtype%s/BaseFont/X/FirstChar 97/LastChar 99/Widths[9 9 9]" \
        b"/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4/%s 6 0 R>>>>" % (
            subtype, kind)  # fmt: skip
    return page_with_font(font, stream(data))


def helvetica() -> bytes:
    """A real font's program, to be damaged."""
    return bytes(pymupdf.Font("helv").buffer)


NOISE = random.Random(3).randbytes(9_000)
FONTS: dict[str, Made] = {
    "letters that write themselves": lambda: type3(
        b"9 0 d0 BT /G 9 Tf (abc) Tj ET", b"<</Font<</G 5 0 R>>>>"
    ),
    "letters that draw the page": lambda: type3(b"9 0 d0 /X Do", b"<</XObject<</X 4 0 R>>>>"),
    "a procedure that is the font": lambda: type3(b"", b"<<>>").replace(b"/a 6 0 R", b"/a 5 0 R"),
    "noise for TrueType": lambda: embedded(b"FontFile2", b"\0\1\0\0" + NOISE),
    "noise for CFF": lambda: embedded(b"FontFile3", b"\1\0\4\2" + NOISE, b"/Type1"),
    "noise for Type 1": lambda: embedded(
        b"FontFile", b"%!PS-AdobeFont-1.0\neexec" + NOISE, b"/Type1"
    ),
    "half a font": lambda: embedded(b"FontFile3", helvetica()[:9_000], b"/Type1"),
    "a font without data": lambda: embedded(b"FontFile2", b""),
    "a map to Unicode that uses itself": lambda: page_with_font(
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(b"begincmap 1 begincodespacerange<00><ff>endcodespacerange endcmap",
               b"/UseCMap 6 0 R"),
    ),
    "a map of billions": lambda: page_with_font(
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding 6 0 R/ToUnicode 6 0 R"
        b"/DescendantFonts[<</Subtype/CIDFontType2/W[0 2147483647 9]/DW 5>>]>>",
        stream(b"begincmap 1 begincidrange<00000000><ffffffff>0 endcidrange endcmap"),
    ),
    "its own descendant": lambda: page_with_font(
        b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[5 0 R]>>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", ["D800", "0000", "0007", "FFFF", "DC00D800"])
def test_a_font_that_maps_letters_to_no_character_brings_none(ends: Ends, code: str) -> None:
    to_unicode = stream(
        b"begincmap 1 begincodespacerange<00><ff>endcodespacerange"
        b" 3 beginbfchar<61><%s><62><0062><63><0063>endbfchar endcmap" % code.encode()
    )
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    (page,) = ends.pages(page_with_font(font, to_unicode))
    for word in page.words:
        assert word.text.encode().decode().isprintable()


@named(FONTS)
def test_a_font_that_is_broken_or_goes_in_circles_ends_well(ends: Ends, case: Made) -> None:
    ends(case())
