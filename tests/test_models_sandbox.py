"""Opening documents: every format, every kind of bad input, and a child that misbehaves."""

import io
import json
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from models import sandbox
from models.errors import (
    BadSetting,
    BrokenDocument,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    OpeningTimedOut,
    PageTooLarge,
    TooManyPages,
    UnknownFormat,
)
from models.sandbox import Limits, open_document, sniff


def pdf(*sizes: tuple[float, float], text: str = "") -> pymupdf.Document:
    """A PDF with pages of these sizes, `text` in the corner of each."""
    document = pymupdf.open()
    for width, height in sizes or ((612, 792),):
        page = document.new_page(width=width, height=height)
        if text:
            page.insert_text((72, 100), text, fontsize=10)
    return document


def scan(dpi: int = 200, mark: tuple[int, int] = (100, 300)) -> Image.Image:
    """A letter page of grey pixels with a black square of 40 pixels at `mark` (x, y)."""
    pixels = np.full((11 * dpi, 17 * dpi // 2), 230, np.uint8)
    pixels[mark[1] : mark[1] + 40, mark[0] : mark[0] + 40] = 0
    return Image.fromarray(pixels)


def stored(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def scanned_pdf(dpi: int = 200, hidden: str = "") -> bytes:
    """A PDF whose one page is a picture, perhaps with an invisible layer of text."""
    document = pdf()
    page = document[0]
    page.insert_image(page.rect, stream=stored(scan(dpi), "png"))
    if hidden:
        page.insert_text((72, 100), hidden, render_mode=3)
    return document.tobytes()


def square_at(image: np.ndarray) -> tuple[float, float]:
    """Centre (x, y) of the dark pixels."""
    rows, columns = np.nonzero(image < 100)
    return float(columns.mean()), float(rows.mean())


def test_each_format_is_known_by_its_first_bytes() -> None:
    page = scan()
    assert sniff(pdf().tobytes()) == "pdf"
    assert sniff(b"mail header\r\n" * 9 + pdf().tobytes()) == "pdf"
    assert [sniff(stored(page, kind)) for kind in ("tiff", "png", "jpeg")] == [
        "tiff",
        "png",
        "jpeg",
    ]


@pytest.mark.parametrize("data", [b"hello", b"PK\x03\x04 a zip", b"<html>", b"\0" * 5000])
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownFormat):
        open_document(data)


def test_no_bytes_are_an_empty_document() -> None:
    with pytest.raises(EmptyDocument):
        open_document(b"")


def test_a_printed_page_brings_the_words_of_its_text_layer() -> None:
    (page,) = open_document(pdf(text="Common Stock 1,250").tobytes())
    assert (page.width, page.height, page.dpi, page.source) == (612, 792, 200, "text")
    assert [word.text for word in page.words] == ["Common", "Stock", "1,250"]
    assert page.words[0].box.left == pytest.approx(72, abs=1)
    assert page.words[0].box.contains(75, 98)
    assert page.image.shape == (2200, 1700)
    assert page.image.min() < 100


def test_a_footnote_mark_in_small_type_is_a_word_of_its_own() -> None:
    document = pdf()
    document[0].insert_htmlbox((72, 72, 300, 120), "<p>1,250<sup>(1)</sup> D</p>")
    (page,) = open_document(document.tobytes())
    assert [word.text for word in page.words] == ["1,250", "(1)", "D"]


def test_words_of_a_turned_page_stand_where_a_viewer_shows_them() -> None:
    document = pdf(text="Common")
    document[0].set_rotation(90)
    (page,) = open_document(document.tobytes())
    assert (page.width, page.height, page.turned) == (792, 612, 90)
    box = page.words[0].box
    assert box.left > 600
    assert box.height > box.width
    assert page.image.shape == (1700, 2200)


def test_a_scan_keeps_its_own_resolution_between_150_and_300() -> None:
    assert [open_document(scanned_pdf(dpi))[0].dpi for dpi in (100, 240, 400)] == [150, 240, 300]


def test_a_hidden_text_layer_is_not_trusted_over_the_pixels() -> None:
    (page,) = open_document(scanned_pdf(hidden="what some OCR believed"))
    assert (page.source, page.words) == ("pixels", ())


def test_hidden_text_on_a_page_without_picture_is_not_trusted_either() -> None:
    document = pdf(text="seen")
    document[0].insert_text((72, 300), "unseen", render_mode=3)
    (page,) = open_document(document.tobytes())
    assert (page.source, page.words) == ("pixels", ())


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "group4", "group3", "packbits"])
def test_a_fax_of_several_pages_is_read_page_by_page(compression: str) -> None:
    pages = [scan(mark=(100 + 400 * each, 300)).convert("1", dither=0) for each in range(3)]
    options = {"save_all": True, "append_images": pages[1:], "compression": compression}
    opened = open_document(stored(pages[0], "tiff", dpi=(200, 200), **options))
    assert [page.image.shape for page in opened] == [(2200, 1700)] * 3
    assert [round(square_at(page.image)[0]) for page in opened] == [120, 520, 920]


def test_a_fax_of_unequal_resolutions_becomes_square_pixels() -> None:
    fax = scan(200).resize((1700, 1100)).convert("1", dither=0)
    (page,) = open_document(stored(fax, "tiff", dpi=(200, 100), compression="group4"))
    assert (page.width, page.height, page.dpi) == (612, 792, 200)
    assert page.image.shape == (2200, 1700)


def test_a_photograph_on_its_side_is_turned_as_it_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = scan().rotate(90, expand=True)
    (page,) = open_document(stored(turned, "jpeg", dpi=(200, 200), exif=exif))
    assert page.image.shape == (2200, 1700)
    assert square_at(page.image) == pytest.approx((120, 320), abs=2)


def test_a_picture_without_resolution_is_taken_for_a_page_of_paper() -> None:
    letter = open_document(stored(scan(240), "png"))[0]
    a4 = open_document(stored(Image.new("L", (1654, 2339), "white"), "png", dpi=(1, 1)))[0]
    assert (letter.dpi, letter.width, letter.height) == (240, 612, 792)
    assert (a4.width, a4.height) == pytest.approx((595, 842), abs=1)


def test_a_transparent_picture_lies_on_white_paper() -> None:
    image = Image.new("RGBA", (850, 1100), (0, 0, 0, 0))
    (page,) = open_document(stored(image, "png"))
    assert page.image.min() == 255


def test_a_picture_of_one_pixel_is_a_page() -> None:
    (page,) = open_document(stored(Image.new("L", (1, 1)), "png"))
    assert page.image.size >= 1


# What must be refused


def test_an_encrypted_pdf_is_refused_and_its_remedy_named() -> None:
    locked = pdf().tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o")
    with pytest.raises(EncryptedDocument) as caught:
        open_document(locked)
    assert "password" in caught.value.remedy


def test_a_pdf_that_only_its_owner_may_edit_opens() -> None:
    kept = pdf(text="seen").tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o")
    assert [word.text for word in open_document(kept)[0].words] == ["seen"]


def test_a_pdf_without_pages_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        open_document(pages_of_count(0))


def pages_of_count(count: int) -> bytes:
    """A PDF written by hand with this many empty pages."""
    kids = b"".join(b"%d 0 R " % (number + 3) for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"] * count,
    ]
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj %s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def test_ten_thousand_pages_are_refused_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(TooManyPages, match="10,000"):
        open_document(pages_of_count(10_000))
    assert time.monotonic() - began < 10


def test_a_page_of_thirty_metres_is_refused() -> None:
    with pytest.raises(PageTooLarge):
        open_document(pdf((612, 792), (595, 85_039)).tobytes())


def test_a_scan_cut_off_in_the_middle_is_broken() -> None:
    whole = scanned_pdf()
    with pytest.raises(BrokenDocument):
        open_document(whole[: len(whole) // 2])


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff"])
def test_a_picture_cut_off_in_the_middle_is_broken(kind: str) -> None:
    whole = stored(Image.effect_noise((850, 1100), 80), kind)
    with pytest.raises(BrokenDocument):
        open_document(whole[: len(whole) // 2])


def test_a_page_that_cannot_be_read_is_white_and_named_and_the_others_stay() -> None:
    pages = [scan().convert("1", dither=0), Image.effect_noise((1700, 2200), 80).convert("1")]
    fax = stored(pages[0], "tiff", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    damaged = bytearray(fax)
    # The second page's strips come last but for its directory: overwrite their middle.
    damaged[len(fax) // 2 : len(fax) * 3 // 4] = bytes(len(fax) * 3 // 4 - len(fax) // 2)
    first, second = open_document(bytes(damaged))
    assert first.problem == ""
    assert "Page 2 cannot be read" in second.problem
    assert second.image.min() == 255


def test_a_picture_that_claims_billions_of_pixels_is_refused_unread() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    )
    with pytest.raises(PageTooLarge):
        open_document(b"\x89PNG\r\n\x1a\n" + chunks)


def test_a_pdf_that_claims_a_picture_of_billions_of_pixels_is_refused() -> None:
    document = pymupdf.open(stream=scanned_pdf())
    xref = document[0].get_images()[0][0]
    document.xref_set_key(xref, "Width", "90000")
    document.xref_set_key(xref, "Height", "90000")
    with pytest.raises(PageTooLarge):
        open_document(document.tobytes())


def test_a_document_over_the_limits_names_the_limit() -> None:
    with pytest.raises(DocumentTooLarge, match="at most 10"):
        open_document(pdf().tobytes(), Limits(max_bytes=10))
    with pytest.raises(DocumentTooLarge, match="pixels"):
        open_document(scanned_pdf(), Limits(max_total_pixels=1000))


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILINGSCAN_MAX_PAGES", "7")
    assert Limits.from_environment() == Limits(max_pages=7)
    monkeypatch.setenv("FILINGSCAN_MAX_PAGES", "many")
    with pytest.raises(BadSetting, match="many"):
        Limits.from_environment()


# A child that misbehaves


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the program that stands in for the opener of every document until the test ends."""
    openers = sandbox._Openers()
    monkeypatch.setattr(sandbox, "_openers", openers)
    yield lambda text: monkeypatch.setattr(sandbox, "PROGRAM", ("-c", text))
    openers.close()


def child_that(does: str) -> str:
    """A program whose children do this instead of reading pages, where no call is forbidden."""
    return (
        "import os, signal, time\nfrom models import rasterise\n"
        f"def pages(*_):\n    {does}\n    yield\n"
        "rasterise.pages, rasterise.confinement.forbid = pages, tuple\nrasterise.main()"
    )


@pytest.mark.parametrize(
    ("does", "error"),
    [
        ("os.abort()", BrokenDocument),
        ("os.kill(os.getpid(), signal.SIGKILL)", BrokenDocument),
        ("os.kill(os.getppid(), signal.SIGKILL)", BrokenDocument),
        ("os._exit(3)", BrokenDocument),
        ("raise SystemExit(3)", BrokenDocument),
        ("os.write(4, b'x' * 100); os.write(5, b'x' * 100); os._exit(0)", BrokenDocument),
        ("while True: pass", OpeningTimedOut),
        ("time.sleep(60)", OpeningTimedOut),
        ("signal.alarm(0); os.fork(); time.sleep(60)", OpeningTimedOut),
    ],
)
def test_whatever_the_child_does_the_parent_gets_a_document_error(
    program: Callable[[str], None], does: str, error: type[DocumentError]
) -> None:
    program(child_that(does))
    with pytest.raises(error):
        open_document(pdf().tobytes(), Limits(open_seconds=2))


PAGE = {"shape": [1, 1], "words": [], "width": 9, "height": 9, "dpi": 72, "source": "pixels",
        "turned": 0, "problem": ""}  # fmt: skip


@pytest.mark.parametrize(
    "record",
    [
        [], 7, {}, {"guards": 7}, {"error": [], "detail": ""}, {"error": "no-such", "detail": {}},
        PAGE | {"shape": [9, 9]}, PAGE | {"shape": "ab"}, PAGE | {"shape": [0, 0]},
        PAGE | {"words": [["a", [1, 2, 3]]]}, PAGE | {"words": [["a", [1, 2, 3, float("nan")]]]},
        PAGE | {"words": 7}, PAGE | {"turned": float("inf")}, PAGE | {"words": [["a", "b"]]},
        PAGE | {"width": "wide"}, PAGE | {"dpi": float("inf")},
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_a_document_error(
    program: Callable[[str], None], record: object
) -> None:
    text = json.dumps(record).encode()
    answer = sandbox.HEAD.pack(len(text), 1) + text + b"x"
    program(child_that(f"os.write(5, {answer!r}); os._exit(0)"))
    with pytest.raises(BrokenDocument):
        open_document(pdf().tobytes())


def test_an_answer_without_end_is_a_document_error(program: Callable[[str], None]) -> None:
    deep = sandbox.HEAD.pack(200_000, 0) + b"[" * 200_000
    for answer in (sandbox.HEAD.pack(2**32 - 1, 2**32 - 1), deep):
        program(child_that(f"os.write(5, {answer[:8]!r} + b'[' * 200_000); os._exit(0)"))
        with pytest.raises(BrokenDocument):
            open_document(pdf().tobytes())
        sandbox._openers.close()


@pytest.mark.parametrize("text", ["import os; os.abort()", "raise SystemExit(3)"])
def test_an_opener_that_does_not_start_is_a_document_error(
    program: Callable[[str], None], text: str
) -> None:
    program(text)
    with pytest.raises(BrokenDocument):
        open_document(pdf().tobytes())


def test_after_a_child_that_crashed_or_hung_the_next_document_opens(
    program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for does in ("os.abort()", "time.sleep(60)"):
        program(child_that(does))
        with pytest.raises(DocumentError):
            open_document(pdf().tobytes(), Limits(open_seconds=1))
    sandbox._openers.close()
    monkeypatch.setattr(sandbox, "PROGRAM", ("-P", "-m", "models.rasterise"))
    assert len(open_document(pdf().tobytes())) == 1


def test_one_opener_opens_document_after_document_each_in_a_child_of_its_own(
    program: Callable[[str], None],
) -> None:
    program(child_that("raise rasterise.BrokenDocument(f'{os.getppid()} {os.getpid()}')"))
    told = []
    for _ in range(3):
        with pytest.raises(BrokenDocument) as caught:
            open_document(pdf().tobytes())
        told.append(caught.value.detail.split())
    openers, children = zip(*told, strict=True)
    assert len(set(openers)) == 1
    assert len(set(children)) == 3


def test_an_opener_that_died_waiting_is_replaced(program: Callable[[str], None]) -> None:
    del program
    assert len(open_document(pdf().tobytes())) == 1
    (opener,) = sandbox._openers._idle
    opener.process.kill()
    opener.process.wait()
    assert len(open_document(pdf().tobytes())) == 1


def test_documents_opened_at_the_same_time_do_not_mix() -> None:
    texts = [f"Holder{number}" for number in range(6)]
    with ThreadPoolExecutor(3) as threads:
        opened = list(threads.map(lambda text: open_document(pdf(text=text).tobytes()), texts))
    assert [page.words[0].text for (page,) in opened] == texts


def test_a_forked_process_opens_documents_beside_its_parent() -> None:
    data = pdf(text="seen").tobytes()
    open_document(data)
    child = os.fork()
    if not child:
        os._exit(0 if open_document(data)[0].words[0].text == "seen" else 1)
    assert open_document(data)[0].words[0].text == "seen"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_opening_costs_is_told() -> None:
    before = sandbox.children_cost()
    open_document(scanned_pdf())
    after = sandbox.children_cost()
    assert 0.001 < after.seconds - before.seconds < 5
    assert after.memory > 10_000_000


def test_a_child_cannot_take_more_memory_than_allowed() -> None:
    large = stored(Image.new("RGB", (9_000, 9_000)), "png", compress_level=1)
    with pytest.raises(DocumentTooLarge, match="memory"):
        open_document(large, Limits(open_memory=1 << 28))


def test_the_child_knows_nothing_of_its_parents_environment(
    monkeypatch: pytest.MonkeyPatch, program: Callable[[str], None]
) -> None:
    monkeypatch.setenv("SECRET", "x")
    program(child_that("raise rasterise.BrokenDocument(' '.join(os.environ))"))
    with pytest.raises(BrokenDocument) as caught:
        open_document(pdf().tobytes())
    assert "PYTHONPATH" in caught.value.detail
    assert "SECRET" not in caught.value.detail


def test_the_child_holds_no_line_to_its_opener(program: Callable[[str], None]) -> None:
    links = "[f'/proc/self/fd/{each}' for each in os.listdir('/proc/self/fd')]"
    files = f"' '.join(os.readlink(each) for each in {links} if os.path.exists(each))"
    program(child_that(f"raise rasterise.BrokenDocument({files})"))
    with pytest.raises(BrokenDocument) as caught:
        open_document(pdf().tobytes())
    assert "/dev/null" in caught.value.detail
    assert "socket" not in caught.value.detail


def test_a_folder_named_like_our_package_does_not_stand_in_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    assert len(open_document(pdf().tobytes())) == 1


def test_the_child_loads_no_models() -> None:
    program = "import sys, models.rasterise; print([m for m in sys.modules if 'onnx' in m])"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
