"""The other side of `models.sandbox`: documents come in as files, each is opened in a fork."""

from __future__ import annotations

import codecs
import io
import json
import math
import os
import resource
import socket
from collections.abc import Iterator
from typing import Any, BinaryIO

import pymupdf
from PIL import Image, ImageOps, UnidentifiedImageError

from models import confinement
from models.errors import (
    BrokenDocument,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    PageTooLarge,
)
from models.page_counts import asked, pdf_pages, tiff_pages
from models.sandbox import ENDED, HEAD, Limits, plain
from models.unpacked import Unpacked

POINTS = 72.0
PLAIN_DPI = 200.0
SCAN_DPI = (150.0, 300.0)
COVERED = 0.8
"""A page is a scan when pictures cover this share of it."""
PLAUSIBLE_DPI = (50.0, 1300.0)
LETTER, A4 = (8.5, 11.0), (8.27, 11.69)
INVISIBLE = 3
"""PDF's text render mode of hidden layers."""

MAX_WORDS = 20_000
"""No sheet of paper holds more."""

CODECS = ("ascii", "latin_1", "raw_unicode_escape")
"""Those that PyMuPDF and Pillow name."""
SETTINGS = 65_536
"""Bytes that the settings of a document take at most."""

Record = tuple[dict[str, Any], bytes]
WordBox = tuple[str, tuple[float, float, float, float]]


def pages(
    kind: str, data: bytes, limits: Limits, first: int = 1, last: int = 0
) -> Iterator[Record]:
    """Record and pixels of each page asked for, in order; raises a DocumentError."""
    reads = _pdf_pages if kind == "pdf" else _image_pages
    opened = reads(data, limits, first, last)
    total, read, count = 0, 0, 0
    problem = ""
    for record, pixels in opened:
        total += len(pixels)
        count += 1
        if total > limits.max_total_pixels:
            raise DocumentTooLarge(f"More than {limits.max_total_pixels:,} pixels on its pages.")
        problem = problem or record["problem"]
        read += not record["problem"]
        yield record, pixels
    if not count:
        raise EmptyDocument("The document has no pages.")
    if not read:
        raise BrokenDocument(problem)


def _record(size: tuple[float, float], dpi: float, shape: tuple[int, int]) -> dict[str, Any]:
    return {
        "width": size[0],
        "height": size[1],
        "dpi": dpi,
        "shape": shape,
        "source": "pixels",
        "words": [],
        "turned": 0,
        "problem": "",
    }


def _check_side(width: float, height: float, limits: Limits) -> None:
    # Written so that NaN is refused too.
    if not (width > 0 and height > 0):
        raise BrokenDocument("A page measures nothing.")
    if max(width, height) > limits.max_side:
        size = f"{width / POINTS:.1f} by {height / POINTS:.1f} inches"
        raise PageTooLarge(f"A page measures {size}; {limits.max_side / POINTS:.1f} are allowed.")


# PDF


def _pdf_pages(data: bytes, limits: Limits, first: int, last: int) -> Iterator[Record]:
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.EmptyFileError) as error:
        raise BrokenDocument("The PDF's structure cannot be read.") from error
    if document.needs_pass:
        raise EncryptedDocument("The PDF asks for a password.")
    count = pdf_pages(document, max(limits.max_pages, last))
    if not count and document.is_repaired:
        raise BrokenDocument("The PDF is damaged; no page of it could be found.")
    unpacked = Unpacked(limits.max_unpacked_bytes)
    for number in asked(count, limits.max_pages, first, last):
        try:
            yield _pdf_page(document, number, limits, unpacked)
        except DocumentError:
            raise
        except Exception as error:  # MuPDF's errors share no narrower class
            yield _unreadable(number + 1, str(error))


def _unreadable(number: int, reason: str) -> Record:
    """A white page in place of one that cannot be read: no filing is silently shorter."""
    dpi = SCAN_DPI[0]
    shape = (int(LETTER[1] * dpi), int(LETTER[0] * dpi))
    record = _record((LETTER[0] * POINTS, LETTER[1] * POINTS), dpi, shape)
    record["problem"] = f"Page {number} cannot be read ({reason})."
    return record, bytes([255]) * (shape[0] * shape[1])


def _pdf_page(document: Any, number: int, limits: Limits, unpacked: Unpacked) -> Record:
    page = document[number]
    _check_side(page.rect.width, page.rect.height, limits)
    for image in page.get_images():
        if image[2] * image[3] > limits.max_image_pixels:
            raise PageTooLarge(
                f"Page {number + 1} holds a picture of {image[2]} x {image[3]} pixels."
            )
    unpacked.add_streams(page)
    pymupdf.TOOLS.reset_mupdf_warnings()
    infos = page.get_image_info()
    unpacked.add_pictures(infos)
    covered, native = _pictures(page, infos)
    scan = covered >= COVERED
    dpi = min(max(native, SCAN_DPI[0]), SCAN_DPI[1]) if scan else PLAIN_DPI
    matrix = pymupdf.Matrix(dpi / POINTS, dpi / POINTS)
    pixels = page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False)
    record = _record((page.rect.width, page.rect.height), dpi, (pixels.height, pixels.width))
    samples = bytes(pixels.samples)
    # MuPDF goes on without what it cannot read; a page whose content went missing comes out blank.
    blank = samples.count(samples[0]) == len(samples) and page.get_contents()
    if blank and (document.is_repaired or pymupdf.TOOLS.mupdf_warnings()):
        return _unreadable(number + 1, "its content is missing")
    if not scan and not _hidden_text(page):
        words, turned = _words(page)
        if words:
            record |= {"source": "text", "words": words, "turned": turned}
    return record, samples


def _pictures(page: Any, infos: list[dict[str, Any]]) -> tuple[float, float]:
    """Share of the page that pictures cover, and the finest resolution among the large ones."""
    area = abs(page.rect.width * page.rect.height) or 1.0
    frame = page.rect * page.derotation_matrix
    covered, native = 0.0, 0.0
    for info in infos:
        share = abs((pymupdf.Rect(info["bbox"]) & frame).get_area()) / area
        covered += share
        a, b, c, d, *_ = info["transform"]
        across, down = math.hypot(a, b), math.hypot(c, d)
        if share > 0.02 and across and down:
            native = max(native, info["width"] / across * POINTS, info["height"] / down * POINTS)
    return covered, native


def _hidden_text(page: Any) -> bool:
    """Whether there is text that a viewer does not show: then the layer is some OCR's opinion."""
    return any(span["type"] == INVISIBLE or not span["opacity"] for span in page.get_texttrace())


def _words(page: Any) -> tuple[list[WordBox], int]:
    """Words of the text layer as displayed, and the clockwise turn most of its characters have.

    Superscripts are words of their own: footnote marks are glued to a value.
    """
    words: list[WordBox] = []
    turns = {0: 0, 90: 0, 180: 0, 270: 0}
    for block in page.get_text("rawdict", flags=pymupdf.TEXT_PRESERVE_LIGATURES)["blocks"]:
        for line in block.get("lines", ()):
            for word in _split(line["spans"]):
                words.append(_word(page, word))
            angle = math.degrees(math.atan2(line["dir"][1], line["dir"][0])) + page.rotation
            turns[round(angle / 90) * 90 % 360] += sum(len(s["chars"]) for s in line["spans"])
    shown = [word for word in words if _inside(word[1], page.rect)]
    text = "".join(word for word, _ in shown)
    if len(shown) > MAX_WORDS or text.count("\ufffd") > 0.02 * len(text):
        # Fonts without a map to Unicode: the layer cannot be trusted, the pixels can.
        return [], 0
    return shown, max(turns, key=lambda turn: turns[turn])


def _split(spans: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The characters of a line, word by word."""
    word: list[dict[str, Any]] = []
    raised = False
    for span in spans:
        if word and (span["flags"] & pymupdf.TEXT_FONT_SUPERSCRIPT > 0) != raised:
            yield word
            word = []
        raised = span["flags"] & pymupdf.TEXT_FONT_SUPERSCRIPT > 0
        for char in span["chars"]:
            if not char["c"].isspace():
                word.append(char)
            elif word:
                yield word
                word = []
    if word:
        yield word


def _word(page: Any, chars: list[dict[str, Any]]) -> WordBox:
    box = pymupdf.Rect(chars[0]["bbox"])
    for char in chars[1:]:
        box |= pymupdf.Rect(char["bbox"])
    box = box * page.rotation_matrix
    return plain("".join(char["c"] for char in chars)), (box.x0, box.y0, box.x1, box.y1)


def _inside(box: tuple[float, float, float, float], frame: Any) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return bool(frame.x0 <= x <= frame.x1 and frame.y0 <= y <= frame.y1)


# TIFF, PNG, JPEG


def _image_pages(data: bytes, limits: Limits, first: int, last: int) -> Iterator[Record]:
    Image.MAX_IMAGE_PIXELS = None  # the limit below has its own error
    try:
        image = Image.open(io.BytesIO(data), formats=("TIFF", "PNG", "JPEG"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BrokenDocument("The picture's header cannot be read.") from error
    most = max(limits.max_pages, last)
    count = tiff_pages(data, most) if image.format == "TIFF" else 1
    unpacked = Unpacked(limits.max_unpacked_bytes)
    for number in asked(count, limits.max_pages, first, last):
        try:
            image.seek(number)
            yield _image_page(image, limits, unpacked)
        except (DocumentError, MemoryError):
            raise
        except Exception as error:  # Pillow raises what the interpreter does
            yield _unreadable(number + 1, str(error))


def _image_page(image: Image.Image, limits: Limits, unpacked: Unpacked) -> Record:
    width, height = image.size
    if width * height > limits.max_image_pixels:
        raise PageTooLarge(f"A picture of {width} x {height} pixels.")
    unpacked.add_picture(image)
    across, down = _resolution(image)
    if image.getexif().get(0x0112, 1) >= 5:  # turned on its side: the sides change places
        across, down = down, across
    grey = _grey(image)
    width, height = grey.size
    size = (width / across * POINTS, height / down * POINTS)
    _check_side(*size, limits)
    dpi = min(max(across, down, SCAN_DPI[0]), SCAN_DPI[1])
    shape = (max(round(height * dpi / down), 1), max(round(width * dpi / across), 1))
    if shape != (height, width):
        grey = grey.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return _record(size, dpi, shape), grey.tobytes()


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch across and down: what the file says if a page of paper can be that large."""
    low, high = PLAUSIBLE_DPI
    width, height = image.size
    stored = image.info.get("dpi", (0, 0))
    # PNG counts dots per metre: 200 dpi comes back as 199.9996.
    across, down = round(float(stored[0]), 1), round(float(stored[1]), 1)
    if low <= across <= high and low <= down <= high:
        longest = max(width / across, height / down)
        if 3.0 <= longest <= 23.6:
            return across, down
    long, short = max(width, height), max(min(width, height), 1)
    # No word of it: the paper, letter or A4, whose shape fits better.
    paper = min((LETTER, A4), key=lambda each: abs(long / short - each[1] / each[0]))
    guess = min(max(long / paper[1], low), high)
    return guess, guess


def _grey(image: Image.Image) -> Image.Image:
    """The picture upright as its own note says, grey, transparent parts white."""
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        return upright.convert("I").point(lambda level: level / 256).convert("L")
    if upright.mode == "LAB":
        return upright.getchannel("L")
    if upright.mode.endswith(("A", "a")) or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, upright.convert("RGBA")).convert("L")
    return (
        upright.convert("L") if upright.mode in ("1", "L") else upright.convert("RGB").convert("L")
    )


# The processes


def _write(out: BinaryIO, record: dict[str, Any], pixels: bytes = b"") -> None:
    text = json.dumps(record).encode()
    out.write(HEAD.pack(len(text), len(pixels)) + text)
    out.write(pixels)


def open_in_child(settings: dict[str, Any], document: BinaryIO, out: BinaryIO) -> None:
    """Write the guards in force, then the pages of a document or one error.

    `settings` are the document's kind, the pages asked for, the guards of the opener, and the
    limits.
    """
    guards = settings.pop("guards")
    kind, first, last = (settings.pop(name) for name in ("kind", "first", "last"))
    limits = Limits(**settings)
    confinement.limit(limits)
    guards += confinement.forbid()
    try:
        _write(out, {"guards": guards})
        for record, pixels in pages(kind, document.read(), limits, first, last):
            _write(out, record, pixels)
    except DocumentError as error:
        _write(out, {"error": error.code, "detail": error.detail})
    except MemoryError:
        detail = "Opening it takes more memory than allowed."
        _write(out, {"error": DocumentTooLarge.code, "detail": detail})
    except Exception as error:  # MuPDF's errors share no narrower class
        _write(out, {"error": BrokenDocument.code, "detail": f"It cannot be opened ({error})."})
    out.flush()


def _fork(line: socket.socket, settings: dict[str, Any], files: list[int]) -> int:
    """Open a document in a child and return its exit status."""
    child = os.fork()
    if not child:
        status = 1
        try:
            line.close()
            with os.fdopen(files[0], "rb") as document, os.fdopen(files[1], "wb") as out:
                open_in_child(settings, document, out)
            status = 0
        finally:
            # The child must never come back to wait for documents.
            os._exit(status)
    for file in files:
        os.close(file)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _spent() -> tuple[float, int]:
    """CPU seconds of this process and its children, and the most memory a child held."""
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF,
                                                       resource.RUSAGE_CHILDREN))  # fmt: skip
    seconds = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    return seconds, theirs.ru_maxrss * 1024


def _load() -> None:
    """Load what the decoders load on demand: a child can open no file."""
    Image.init()
    for codec in CODECS:
        codecs.lookup(codec)


def main() -> None:
    """Fork a child for every document that comes with its settings over the socket at stdin."""
    guards = confinement.leave_network()
    _load()
    with socket.socket(fileno=0) as line:
        while True:
            settings, files, _, _ = socket.recv_fds(line, SETTINGS, 2)
            if not settings:
                return
            before, _ = _spent()
            status = _fork(line, json.loads(settings) | {"guards": guards}, files)
            after, memory = _spent()
            line.sendall(ENDED.pack(status, after - before, memory))


if __name__ == "__main__":
    main()
