"""Documents that mean harm, written byte by byte, and what opening one must not do."""

import io
import resource
import struct
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from models import sandbox
from models.errors import DocumentError
from models.reader import upright
from models.sandbox import Limits, OpenedPage, open_document

LIMITS = Limits(
    max_bytes=20_000_000, max_pages=50, max_image_pixels=20_000_000, max_total_pixels=60_000_000,
    open_seconds=2, open_memory=500_000_000,
)  # fmt: skip
End = list[OpenedPage] | DocumentError
Made = Callable[[], bytes]

CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
TREE = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
LETTER = b"/MediaBox[0 0 612 792]"
FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
SEEN = b"BT /F 12 Tf 72 700 Td (seen) Tj ET"


def pdf_of(*objects: bytes, trailer: bytes = b"", before: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    body, places = bytearray(before + b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(body) - len(before))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\n" % (size, trailer)
    end += b"startxref\n%d\n%%%%EOF\n" % (len(body) - len(before))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def page_of(
    content: bytes = SEEN,
    *more: bytes,
    resources: bytes = FONT,
    page: bytes = LETTER,
    filters: bytes = b"",
    catalogue: bytes = CATALOGUE,
) -> bytes:
    """A PDF of one page with this content, object 4; `more` objects are numbered from 5."""
    entry = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%s/Resources %s>>" % (page, resources)
    return pdf_of(catalogue, TREE, entry, stream(content, filters), *more)


def tree_of(node: bytes, *more: bytes) -> bytes:
    """A PDF whose page tree's root is `node`, object 2; object 3 is a page, `more` follow it."""
    page = b"<</Type/Page/Parent 2 0 R%s/Resources %s/Contents 4 0 R>>" % (LETTER, FONT)
    return pdf_of(CATALOGUE, node, page, stream(SEEN), *more)


def deep_tree(depth: int) -> bytes:
    """A page tree in which one page lies under so many nodes."""
    nodes = [
        b"<</Type/Pages/Count 1/Parent %d 0 R/Kids[%d 0 R]>>" % (number - 1, number + 1)
        for number in range(2, depth + 2)
    ]
    last = b"<</Type/Page/Parent %d 0 R%s>>" % (depth + 1, LETTER)
    return pdf_of(CATALOGUE, *nodes, last)


def pages_of(count: int) -> bytes:
    """A PDF of so many pages, all under one node."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<</Type/Page/Parent 2 0 R%s>>" % LETTER
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return pdf_of(CATALOGUE, tree, *[page] * count)


def laughs(levels: int = 12, width: int = 12, call: bytes = b"/X Do ") -> list[bytes]:
    """Forms from object 5 on, each of which draws the next `width` times."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
    drawn = [
        stream(call * width, b"%s/Resources<</XObject<</X %d 0 R>>>>" % (form, 6 + level))
        for level in range(levels)
    ]
    return [*drawn, stream(b"0 0 9 9 re f", form)]


def form_that_draws(number: int) -> bytes:
    """A form that draws the form with this object number."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X %d 0 R>>>>"
    return stream(b"/X Do 0 0 9 9 re f", form % number)


def picture(
    width: int, height: int, data: bytes = b"", entries: bytes = b"/Filter/FlateDecode"
) -> bytes:
    """A picture of eight bit grey, whatever its data."""
    size = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (width, height)
    return stream(data, b"%s/BitsPerComponent 8/ColorSpace/DeviceGray%s" % (size, entries))


def page_with_picture(image: bytes, *more: bytes) -> bytes:
    """A page that a picture, object 5, covers."""
    content = b"q 612 0 0 792 0 0 cm /X Do Q"
    return page_of(content, image, *more, resources=b"<</XObject<</X 5 0 R>>>>")


def page_with_font(font: bytes, *more: bytes) -> bytes:
    """A page with a word in this font, object 5."""
    content = b"BT /G 12 Tf 72 700 Td (abcabc) Tj ET " + SEEN
    return page_of(content, font, *more, resources=FONT[:-4] + b"/G 5 0 R>>>>")


def tiled(pattern: bytes, content: bytes = b"0 0 1 1 re f") -> bytes:
    """A page filled with a tiling pattern, object 5."""
    entries = b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1" + pattern
    return page_of(
        b"/Pattern cs /P scn 0 0 612 792 re f",
        stream(content, entries),
        resources=b"<</Pattern<</P 5 0 R>>>>",
    )


def deflated(piece: bytes, count: int, again: int = 0) -> bytes:
    """`piece` repeated `count` times, never held whole, deflated once and `again`."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(piece) for _ in range(count)) + packer.flush()
    for _ in range(again):
        data = zlib.compress(data, 9)
    return data


def lzw_bomb(blocks: int) -> bytes:
    """LZW data: every block of 5 kB grows to 7 MB of one byte."""
    # Each code is the next of the table, which is one byte longer than the one before. Codes get
    # wider one code early; the next block's code that clears the table is as wide as the last.
    block = f"{32:09b}" + "".join(
        f"{code:0{min((code + 1).bit_length(), 12)}b}" for code in range(258, 4095)
    )
    text = f"{256:09b}" + f"{256:012b}".join([block] * blocks)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def png_of(
    width: int,
    height: int,
    *chunks: tuple[bytes, bytes],
    header: bytes = b"\x08\0\0\0\0",
    flaw: int = 0,
) -> bytes:
    """A PNG of these chunks after its header, the checksums off by `flaw`."""
    every = ((b"IHDR", struct.pack(">II", width, height) + header), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data
        + struct.pack(">I", (zlib.crc32(name + data) + flaw) % 2**32)
        for name, data in every
    )  # fmt: skip


LONG = 4
TIFF_TAGS = {"width": 256, "height": 257, "bits": 258, "compression": 259, "photometric": 262,
             "strips": 273, "samples": 277, "rows": 278, "counts": 279}  # fmt: skip


def tiff_of(*directories: dict[str, int], after: int = 0, data: bytes = bytes(64)) -> bytes:
    """A little-endian TIFF: its data at 8, then the directories; the last leads to `after`.

    An entry is a tag of one LONG; `count` in its name's place after a dot claims so many of them.
    """
    body = bytearray(b"II*\0" + struct.pack("<I", 8 + len(data)) + data)
    for number, entries in enumerate(directories):
        body += struct.pack("<H", len(entries))
        for name, value in entries.items():
            tag, _, count = name.partition(".")
            body += struct.pack("<HHII", TIFF_TAGS[tag], LONG, int(count or 1), value)
        following = len(body) + 4 if number + 1 < len(directories) else after
        body += struct.pack("<I", following)
    return bytes(body)


def grey_directory(**changed: int) -> dict[str, int]:
    """The entries of a picture of 8 by 8 grey pixels."""
    return {"width": 8, "height": 8, "bits": 8, "compression": 1, "photometric": 1, "strips": 8,
            "samples": 1, "rows": 8, "counts": 64, **changed}  # fmt: skip


def jpeg_of_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last scan is there so many times."""
    buffer = io.BytesIO()
    Image.new("L", (side, side), 90).save(buffer, "jpeg", progressive=True)
    data = buffer.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


# Opening them


@dataclass(frozen=True)
class Ends:
    """Opens documents with an opener of its own, whose temporary files go to `folder`."""

    folder: Path

    def __call__(self, data: bytes, limits: Limits = LIMITS) -> End:
        """Pages or error; fails on all else, and where it cost much or the next one suffered."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        end: End
        try:
            end = open_document(data, limits)
        except DocumentError as error:
            end = error
        assert time.monotonic() - began < limits.open_seconds + 3
        assert sandbox.children_cost().memory <= limits.open_memory
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        assert grown < limits.max_total_pixels + 20_000_000
        # A decoder that asked for what its child may not have must be given it beforehand.
        assert "not permitted" not in str(end)
        for number, page in enumerate([] if isinstance(end, DocumentError) else end, 1):
            assert "not permitted" not in page.problem
            assert upright(page, number).image.size
        assert words_of(open_document(page_of())) == [["seen"]]
        assert list(self.folder.iterdir()) == []
        return end

    def pages(self, data: bytes, limits: Limits = LIMITS) -> list[OpenedPage]:
        """The pages of a document that has to open."""
        end = self(data, limits)
        assert isinstance(end, list), end
        return end


@contextmanager
def opener_of_its_own(folder: Path) -> Iterator[Ends]:
    """Opens documents with nothing of other tests, and temporary files in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setitem(sandbox.ENVIRONMENT, "TMPDIR", str(folder))
        openers = sandbox._Openers()
        patch.setattr(sandbox, "_openers", openers)
        yield Ends(folder)
        openers.close()


def words_of(pages: list[OpenedPage]) -> list[list[str]]:
    """The words of each page."""
    return [[word.text for word in page.words] for page in pages]


def named(cases: dict[str, object]) -> pytest.MarkDecorator:
    """One test for each case, with its words for a name."""
    return pytest.mark.parametrize("case", cases.values(), ids=cases.keys())
