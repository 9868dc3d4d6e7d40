"""Scans that labels belong to: found by name, opened safely, pictures put into a PDF unchanged."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pymupdf
from PIL import Image, ImageOps

from models.errors import BrokenDocument, MalformedFact
from models.sandbox import Limits, open_document, sniff

LIMITS = Limits(max_image_pixels=80_000_000)
"""Of a brought scan; a page of A4 at 850 dpi has as many pixels."""
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
IN_GOLD = "scan"
"""Stem of a scan in a folder of gold: its name is the folder's."""
NUMBERED = re.compile(r"(.+)-0*([1-9]\d{0,3})")
UPLOADED = re.compile(r"[0-9a-f]{8}-")
"""What Label Studio puts before the name of a file that was uploaded."""
ORIENTATION = 0x0112

Size = tuple[float, float]


@dataclass(frozen=True)
class Scan:
    """A document as PDF and the width and height of its pages as displayed, in points."""

    pdf: bytes = field(repr=False)
    sizes: tuple[Size, ...]


def scan_of(files: Sequence[bytes]) -> Scan:
    """The scan in one file, or in the pictures of its pages; raises a DocumentError.

    A PDF stays as it is. Pictures keep every pixel, and have the size that the reader gives them.
    """
    opened = [open_document(data, LIMITS) for data in files]
    bad = next((page.problem for pages in opened for page in pages if page.problem), "")
    if bad:
        raise BrokenDocument(bad)
    sizes = tuple((page.width, page.height) for pages in opened for page in pages)
    if len(files) == 1 and sniff(files[0]) == "pdf":
        return Scan(files[0], sizes)
    pictures = [picture for data in files for picture in _pictures(data)]
    document = pymupdf.open()
    for (width, height), picture in zip(sizes, pictures, strict=True):
        page = document.new_page(width=width, height=height)
        page.insert_image(page.rect, stream=picture, keep_proportion=False)
    return Scan(bytes(document.tobytes(deflate=True, no_new_id=True)), sizes)


def _pictures(data: bytes) -> Iterator[bytes]:
    """The pictures of a file as a PDF can hold them."""
    kind = sniff(data)
    if kind == "pdf":
        raise BrokenDocument("A page's picture is a PDF; give the document one PDF of all pages.")
    with Image.open(io.BytesIO(data)) as picture:
        if kind != "tiff" and picture.getexif().get(ORIENTATION, 1) == 1:
            yield data
            return
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            out = io.BytesIO()
            try:
                ImageOps.exif_transpose(picture).save(out, "PNG")
            except OSError as error:
                raise BrokenDocument(f"A picture cannot be kept as it is ({error}).") from error
            yield out.getvalue()


def name_in(reference: str) -> str:
    """The file's name in a path or an address, as Label Studio and others write it.

    MalformedFact where folders lead upwards. `/data/upload/3/0a1b2c3d-name.png` is `name.png`.
    """
    path = reference
    if "://" in reference or reference.startswith("/"):
        parts = urlsplit(reference)
        path = unquote(parse_qs(parts.query).get("d", [parts.path])[0])
    pieces = path.replace("\\", "/").split("/")
    if ".." in pieces:
        raise MalformedFact(f"{reference[:200]!r} leads out of its folder; name the file only")
    name = pieces[-1]
    return UPLOADED.sub("", name, count=1) if "upload" in pieces[:-1] else name


@dataclass(frozen=True)
class ScanFolder:
    """The scans below a folder, by the names of their documents."""

    folder: Path

    @cached_property
    def _files(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(self.folder.rglob("*")):
            if path.suffix.lower() in (".pdf", *PICTURES) and path.is_file():
                found[path.parent.name if path.stem == IN_GOLD else path.stem].append(path)
        return found

    @cached_property
    def _numbered(self) -> dict[str, dict[int, list[Path]]]:
        """Pictures of single pages by document and number."""
        found: dict[str, dict[int, list[Path]]] = defaultdict(lambda: defaultdict(list))
        for stem, paths in self._files.items():
            match = NUMBERED.fullmatch(stem)
            if match:
                pictures = [path for path in paths if path.suffix.lower() in PICTURES]
                found[match[1]][int(match[2])] += pictures
        return found

    def home(self, file: str) -> tuple[str, int]:
        """Document and page that a page's picture of this name shows."""
        stem = Path(file).stem
        match = NUMBERED.fullmatch(stem)
        if match and stem not in self._whole() and self._has(match[1]):
            return match[1], int(match[2])
        return stem, 1

    def _whole(self) -> set[str]:
        """Names of documents that are one PDF."""
        return {stem for stem, paths in self._files.items()
                if any(path.suffix.lower() == ".pdf" for path in paths)}  # fmt: skip

    def _has(self, document: str) -> bool:
        pages = self._numbered.get(document, {})
        return document in self._whole() or set(pages) == set(range(1, len(pages) + 1)) != set()

    def open(self, document: str) -> Scan:
        """The scan of a document; MalformedFact for none or two of that name, or a DocumentError.

        A PDF goes before pictures, pictures of numbered pages before a single one.
        """
        whole = [path for path in self._files.get(document, ()) if path.suffix.lower() == ".pdf"]
        pages = self._numbered.get(document, {}) if not whole else {}
        single = [] if whole or pages else self._files.get(document, [])
        chosen = [whole or single] if whole or single else [pages[each] for each in sorted(pages)]
        if not chosen:
            raise MalformedFact(f"there is no scan {document}.pdf, .png, .jpg or .tif, nor"
                                f" {document}-1.png …, below {self.folder}; name its folder with"
                                " --scans")  # fmt: skip
        if pages and set(pages) != set(range(1, len(pages) + 1)):
            raise MalformedFact(f"of {document} there are pages {sorted(pages)}, and others are"
                                " missing; bring all of them, or the PDF")  # fmt: skip
        for paths in chosen:
            if len(paths) > 1:
                raise MalformedFact(f"two scans have one name, {paths[0]} and {paths[1]};"
                                    " rename one")  # fmt: skip
        return scan_of([paths[0].read_bytes() for paths in chosen])
