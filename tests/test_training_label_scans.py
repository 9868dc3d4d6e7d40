"""Scans are found by their documents' names, and pictures are put into a PDF unchanged."""

import io
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from models.errors import BrokenDocument, DocumentError, EncryptedDocument, MalformedFact
from models.sandbox import open_document
from tests.labelling import pdf, png
from training.label_scans import Scan, ScanFolder, name_in, scan_of


def pixels(scan: Scan, page: int = 0) -> np.ndarray:
    """The one picture of a page as it is stored."""
    with pymupdf.open(stream=scan.pdf, filetype="pdf") as document:
        (image,) = document[page].get_images()
        stored = document.extract_image(image[0])["image"]
    return np.asarray(Image.open(io.BytesIO(stored)).convert("L"))


def picture(mode: str, kind: str, **options: object) -> bytes:
    noise = np.random.default_rng(5).integers(0, 256, (330, 255), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).convert(mode).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [("L", "PNG", {}), ("1", "PNG", {}), ("RGB", "PNG", {}), ("L", "JPEG", {}),
     ("1", "TIFF", {"compression": "group4"}), ("L", "TIFF", {})],
)  # fmt: skip
def test_every_pixel_of_a_picture_is_kept(mode: str, kind: str, options: dict) -> None:
    data = picture(mode, kind, dpi=(30, 30), **options)
    stored = pixels(scan_of([data]))
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(stored, np.asarray(image.convert("L")))


def test_a_picture_has_the_size_that_the_reader_gives_it() -> None:
    data = picture("L", "PNG")
    (page,) = open_document(data)
    scan = scan_of([data])
    (again,) = open_document(scan.pdf)
    assert scan.sizes == ((page.width, page.height),)
    assert (again.width, again.height) == pytest.approx((page.width, page.height), abs=0.01)


def test_pages_of_a_tiff_and_of_several_files_become_pages() -> None:
    first, second = (Image.new("L", (255, 330), grey) for grey in (200, 100))
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=[second])
    tiff = scan_of([out.getvalue()])
    assert [int(pixels(tiff, page)[0, 0]) for page in (0, 1)] == [200, 100]
    assert len(scan_of([png("a"), png("b")]).sizes) == 2


def test_the_same_pictures_give_the_same_pdf() -> None:
    assert scan_of([png()]).pdf == scan_of([png()]).pdf


def test_a_pdf_stays_as_it_is() -> None:
    data = pdf(2)
    assert scan_of([data]) == Scan(data, ((612.0, 792.0),) * 2)


def test_what_cannot_be_opened_is_an_error_with_a_remedy() -> None:
    document = pymupdf.open(stream=pdf(), filetype="pdf")
    locked = document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="a", owner_pw="b")
    with pytest.raises(EncryptedDocument):
        scan_of([locked])
    with pytest.raises(DocumentError):
        scan_of([b"no scan"])
    with pytest.raises(BrokenDocument, match="one PDF of all pages"):
        scan_of([png(), pdf()])


def test_scans_are_found_below_their_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.pdf").write_bytes(pdf(2))
    for number in (1, 2, 10):
        (tmp_path / f"two-{number}.png").write_bytes(png())
    (tmp_path / "three-1.png").write_bytes(png())
    (tmp_path / "report-1999.jpg").write_bytes(picture("L", "JPEG"))
    folder = ScanFolder(tmp_path)
    assert [folder.home(file) for file in ("one-2.png", "one.png", "three-1.png", "nil-4.png")] == [
        ("one", 2), ("one", 1), ("three", 1), ("nil-4", 1)]  # fmt: skip
    assert folder.home("report-1999.jpg") == ("report-1999", 1)
    assert len(folder.open("one").sizes) == 2
    assert len(folder.open("report-1999").sizes) == 1
    with pytest.raises(MalformedFact, match=r"pages \[1, 2, 10\], and others are missing"):
        folder.open("two")


def test_a_label_set_is_a_folder_of_scans(tmp_path: Path) -> None:
    home = tmp_path / "form4" / "mine"
    home.mkdir(parents=True)
    (home / "scan.pdf").write_bytes(pdf())
    assert len(ScanFolder(tmp_path).open("mine").sizes) == 1


def test_two_scans_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.pdf").write_bytes(pdf())
    with pytest.raises(MalformedFact, match="two scans have one name"):
        ScanFolder(tmp_path).open("one")


@pytest.mark.parametrize("reference", ["../one.png", "a/../b.png", "https://h/%2e%2e/one.png"])
def test_names_that_lead_upwards_are_refused(reference: str) -> None:
    with pytest.raises(MalformedFact, match="leads out of its folder"):
        name_in(reference)
