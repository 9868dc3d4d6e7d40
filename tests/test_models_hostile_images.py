"""PNG, TIFF and JPEG files that mean harm, files that are two things at once, and random damage."""

import io
import random
import struct
import zipfile
import zlib

import numpy as np
import pymupdf
import pytest
from PIL import Image

from models.errors import BrokenDocument, DocumentError, PageTooLarge, TooManyPages
from models.sandbox import Limits
from tests import hostile
from tests.hostile import Ends, Made, grey_directory, named, page_of, png_of, tiff_of, words_of

ROW = zlib.compress(bytes(9))
TEXT = b"note\0\0" + hostile.deflated(bytes(2**20), 400)


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def sheet(mode: str = "L") -> Image.Image:
    """A small sheet of paper, its left half black."""
    grey = np.full((550, 425), 255, np.uint8)
    grey[:, :212] = 0
    return Image.fromarray(grey).convert(mode)


# PNG

PNGS: dict[str, Made] = {
    "a hundred million rows of nothing": lambda: png_of(1, 100_000_000, (b"IDAT", ROW)),
    "a row without end": lambda: png_of(2_147_483_647, 1, (b"IDAT", ROW)),
    "no size": lambda: png_of(0, 0, (b"IDAT", ROW)),
    "no header": lambda: b"\x89PNG\r\n\x1a\n" + png_of(8, 8)[33:],
    "no data": lambda: png_of(8, 8),
    "data that grows past the picture": lambda: png_of(
        8, 8, (b"IDAT", hostile.deflated(bytes(2**20), 400))
    ),
    "text that grows": lambda: png_of(8, 1, (b"zTXt", TEXT), (b"IDAT", ROW)),
    "text that grows, often": lambda: png_of(8, 1, *[(b"zTXt", TEXT)] * 20, (b"IDAT", ROW)),
    "a profile that grows": lambda: png_of(8, 1, (b"iCCP", TEXT), (b"IDAT", ROW)),
    "100,000 small chunks": lambda: png_of(8, 1, *[(b"tEXt", b"a\0b")] * 100_000, (b"IDAT", ROW)),
    "a chunk longer than the file": lambda: png_of(8, 8, (b"IDAT", ROW)).replace(
        struct.pack(">I", len(ROW)) + b"IDAT", b"\x7f\xff\xff\xffIDAT"
    ),
    "99 bits": lambda: png_of(8, 8, (b"IDAT", ROW), header=b"\x63\0\0\0\0"),
    "no such colour": lambda: png_of(8, 8, (b"IDAT", ROW), header=b"\x08\x09\0\0\0"),
    "an animation of billions": lambda: png_of(
        8, 8, (b"acTL", struct.pack(">II", 2**31 - 1, 0)), (b"IDAT", ROW)
    ),
    "a resolution of nothing": lambda: png_of(
        1, 8, (b"pHYs", struct.pack(">IIB", 0, 2**32 - 1, 1)), (b"IDAT", ROW)
    ),
    "a note of an orientation in circles": lambda: png_of(
        1, 8, (b"eXIf", b"II*\0\x08\0\0\0\1\0\x12\1\4\0\xff\xff\xff\x7f\x08\0\0\0"),
        (b"IDAT", ROW),
    ),
}  # fmt: skip


@named(PNGS)
def test_a_png_that_lies_or_grows_ends_well(ends: Ends, case: Made) -> None:
    ends(case())


def test_a_png_of_a_hundred_thousand_by_a_hundred_thousand_is_refused(ends: Ends) -> None:
    assert isinstance(ends(png_of(100_000, 100_000, (b"IDAT", ROW))), PageTooLarge)


def test_a_png_whose_checksums_are_wrong_is_broken(ends: Ends) -> None:
    good = png_of(8, 8, (b"IDAT", zlib.compress(bytes(72))))
    bad = png_of(8, 8, (b"IDAT", zlib.compress(bytes(72))), flaw=1)
    assert len(ends.pages(good)) == 1
    assert isinstance(ends(bad), BrokenDocument)


# TIFF

TIFFS: dict[str, Made] = {
    "a directory after itself": lambda: tiff_of(grey_directory(), after=72),
    "two directories in a circle": lambda: tiff_of(grey_directory(), grey_directory(), after=72),
    "a directory beyond the end": lambda: tiff_of(grey_directory(), after=2**32 - 1),
    "no directory": lambda: b"II*\0\xff\xff\xff\xff",
    "an empty directory": lambda: tiff_of({}),
    "strips of billions": lambda: tiff_of(grey_directory(counts=2**32 - 1)),
    "rows of billions": lambda: tiff_of(grey_directory(rows=2**32 - 1)),
    "strips beyond the end": lambda: tiff_of(grey_directory(strips=2**32 - 9)),
    "billions of strips": lambda: tiff_of({**grey_directory(), "strips.4294967295": 8}),
    "a hundred million strips": lambda: tiff_of({**grey_directory(), "counts.100000000": 8}),
    "no rows in a strip": lambda: tiff_of(grey_directory(rows=0)),
    "no width": lambda: tiff_of(grey_directory(width=0)),
    "negative height": lambda: tiff_of(grey_directory(height=2**32 - 8)),
    "65,535 samples": lambda: tiff_of(grey_directory(samples=65_535)),
    "no such compression": lambda: tiff_of(grey_directory(compression=999)),
    "short data": lambda: tiff_of(grey_directory(width=4_000, height=4_000, rows=4_000)),
    **{
        f"noise of compression {number}": lambda number=number: tiff_of(  # type: ignore[misc]
            grey_directory(compression=number, width=2_000, height=2_000, rows=2_000, counts=3_000),
            data=random.Random(number).randbytes(3_000),
        )
        for number in (2, 3, 4, 5, 6, 7, 8, 32_773, 34_925, 50_000)
    },
}  # fmt: skip


@named(TIFFS)
def test_a_tiff_that_lies_or_goes_in_circles_ends_well(ends: Ends, case: Made) -> None:
    ends(case())


def test_a_tiff_of_more_pages_than_allowed_is_refused(ends: Ends) -> None:
    assert isinstance(ends(tiff_of(*[grey_directory()] * 2_000)), TooManyPages)
    assert len(ends.pages(tiff_of(*[grey_directory()] * 5))) == 5


def test_a_tiff_of_a_hundred_thousand_by_a_hundred_thousand_is_refused(ends: Ends) -> None:
    huge = grey_directory(width=100_000, height=100_000, rows=100_000)
    assert isinstance(ends(tiff_of(huge)), PageTooLarge)


def test_a_tiff_whose_next_directory_is_damaged_says_that_a_page_is_missing(ends: Ends) -> None:
    for after in (2**32 - 1, 20):
        first, second = ends.pages(tiff_of(grey_directory(), after=after, data=b"\xff" * 64))
        assert first.problem == ""
        assert "Page 2 cannot be read" in second.problem
    wrong = grey_directory(samples=65_535)
    pages = ends.pages(tiff_of(grey_directory(), wrong, grey_directory()))
    assert [bool(page.problem) for page in pages] == [False, True, False]


# JPEG


def test_a_jpeg_of_thousands_of_scans_is_stopped(ends: Ends) -> None:
    ends(hostile.jpeg_of_scans(3_000, 5_000))


JPEGS: dict[str, Made] = {
    "a claim of 65,535 by 65,535": lambda: jpeg_with(b"\xff\xff\xff\xff"),
    "no size": lambda: jpeg_with(bytes(4)),
    "the first bytes only": lambda: b"\xff\xd8\xff",
    "markers without end": lambda: b"\xff\xd8" + b"\xff" * 1_000_000,
    "notes without end": lambda: b"\xff\xd8" + b"\xff\xe1\0\x08Exif\0\0" * 100_000,
    "a note in circles": lambda: stored(sheet(), "jpeg", exif=b"Exif\0\0II*\0\x08\0\0\0\2\0"
        b"\x69\x87\4\0\1\0\0\0\x08\0\0\0\x12\1\3\0\1\0\0\0\x63\0\0\0\x08\0\0\0"),
}  # fmt: skip


def jpeg_with(size: bytes) -> bytes:
    """A JPEG whose header claims this height and width."""
    data = stored(sheet(), "jpeg")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + size + data[place + 4 :]


@named(JPEGS)
def test_a_jpeg_that_lies_ends_well(ends: Ends, case: Made) -> None:
    ends(case())


# What is rare and right


def deep_tiff(samples: int, photometric: int) -> bytes:
    """A TIFF of 4 by 2 pixels of 16 bit samples, the left half black; photometric 5 is ink."""
    black, white = (65_535, 0) if photometric == 5 else (0, 65_535)
    row = [black] * 2 * samples + [white] * 2 * samples
    data = np.array(row * 2, "<u2").tobytes()
    return tiff_of(
        grey_directory(width=4, height=2, bits=16, photometric=photometric, rows=2,
                       samples=samples, counts=len(data)),
        data=data.ljust(64, b"\0"),
    )  # fmt: skip


RARE: dict[str, Made] = {
    "CMYK JPEG": lambda: stored(sheet("CMYK"), "jpeg"),
    "CMYK TIFF": lambda: stored(sheet("CMYK"), "tiff", compression="tiff_lzw"),
    "16 bit PNG": lambda: stored(
        Image.fromarray(np.asarray(sheet()).astype(np.uint16) * 257), "png"
    ),
    "16 bit TIFF": lambda: stored(
        Image.fromarray(np.asarray(sheet()).astype(np.uint16) * 257), "tiff"
    ),
    "one bit TIFF, Group 4": lambda: stored(sheet("1"), "tiff", compression="group4"),
    "one bit TIFF, white is nothing": lambda: tiff_of(
        grey_directory(bits=1, photometric=0, counts=8), data=b"\xf0" * 8 + bytes(56)
    ),
    "one bit PNG": lambda: stored(sheet("1"), "png"),
    "16 bit colour TIFF": lambda: deep_tiff(3, 2),
    "16 bit CMYK TIFF": lambda: deep_tiff(4, 5),
    "Lab TIFF": lambda: stored(
        Image.merge("LAB", (sheet(), *[Image.new("L", sheet().size, 128)] * 2)), "tiff"
    ),
    "progressive JPEG": lambda: stored(sheet("RGB"), "jpeg", progressive=True),
    "palette PNG": lambda: stored(sheet("P"), "png"),
    "16 bit colour PNG": lambda: png_of(
        4, 1, (b"IDAT", zlib.compress(b"\0" + bytes(12) + b"\xff" * 12)), header=b"\x10\2\0\0\0"
    ),
    "PNG with alpha": lambda: stored(sheet("RGBA"), "png"),
    "a picture of CMYK in a PDF": lambda: in_pdf(stored(sheet("CMYK"), "jpeg")),
    "a picture of 16 bit in a PDF": lambda: in_pdf(RARE["16 bit PNG"]()),
}


def in_pdf(image: bytes) -> bytes:
    """A PDF of one page that this picture covers."""
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_image(page.rect, stream=image, keep_proportion=False)
    return bytes(document.tobytes())


@named(RARE)
def test_a_rare_picture_shows_its_left_half_black(ends: Ends, case: Made) -> None:
    (page,) = ends.pages(case())
    middle = page.image[page.image.shape[0] // 2]
    assert middle[len(middle) // 4] < 60
    assert middle[len(middle) * 3 // 4] > 200


# Two things at once


def test_a_file_that_is_two_things_is_read_as_what_it_begins_with(ends: Ends) -> None:
    pdf, jpeg = page_of(), stored(sheet(), "jpeg")
    archive = io.BytesIO(pdf)
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("../../evil", "x" * 1_000)
    assert words_of(ends.pages(archive.getvalue())) == [["seen"]]
    assert words_of(ends.pages(page_of() + jpeg)) == [["seen"]]
    note = jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(pdf) + 2) + pdf + jpeg[2:]
    (page,) = ends.pages(note)
    assert (page.source, page.words) == ("pixels", ())
    assert words_of(ends.pages(b"<html><script>1</script>\n" * 38 + pdf)) == [["seen"]]
    behind = b"x" * 1_000 + hostile.pdf_of(hostile.CATALOGUE, b"<</Type/Pages/Count 0/Kids[]>>")
    assert isinstance(ends(behind), DocumentError)


# Random damage


def samples() -> dict[str, bytes]:
    """Good documents of every format."""
    page = pymupdf.open()
    for number in range(3):
        page.new_page(width=612, height=792).insert_text((72, 100), f"page {number}")
    return {
        "plain pdf": page_of(),
        "pdf of object streams": bytes(page.tobytes(use_objstms=1, deflate=True)),
        "scanned pdf": in_pdf(stored(sheet(), "jpeg")),
        "png": stored(sheet(), "png"),
        "jpeg": stored(sheet("RGB"), "jpeg", progressive=True),
        "fax": stored(sheet("1"), "tiff", compression="group4"),
        "tiff": stored(sheet("CMYK"), "tiff", compression="tiff_lzw"),
    }


def damaged(data: bytes, seed: int) -> bytes:
    """The data with a few bytes changed, a piece gone, or a piece twice."""
    dice, wrong = random.Random(seed), bytearray(data)
    for _ in range(dice.choice((1, 4, 16, 64))):
        wrong[dice.randrange(len(wrong))] = dice.choice((0, 255, dice.randrange(256)))
    start, length = dice.randrange(len(wrong)), dice.randrange(200)
    piece = wrong[start : start + length]
    if dice.random() < 0.3:
        wrong[start : start + length] = dice.choice((b"", piece * 2, piece * 50))
    return bytes(wrong)


@pytest.mark.parametrize("name", samples())
def test_random_damage_ends_well(ends: Ends, name: str) -> None:
    for seed in range(6):
        ends(damaged(samples()[name], seed))


@pytest.mark.slow
@pytest.mark.parametrize("name", samples())
def test_much_random_damage_ends_well(ends: Ends, name: str) -> None:
    for seed in range(6, 400):
        ends(damaged(samples()[name], seed), Limits(open_seconds=5, open_memory=1_000_000_000))
