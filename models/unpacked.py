"""How many bytes a document unpacks to: a small file can grow to more than any machine has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from PIL import Image
from pymupdf import mupdf

from models.errors import DocumentTooLarge
from models.page_counts import REFERENCE

STEP = 1 << 20
"""Bytes of a stream that are unpacked at once, to be counted and forgotten."""
PICTURE, PAGE, NODE = (re.compile(rf"/{key}\s*/{name}\b") for key, name in (
    ("Subtype", "Image"), ("Type", "Page"), ("Type", "Pages")))  # fmt: skip


class Unpacked:
    """Counts what the pages of a document unpack to; raises DocumentTooLarge beyond the limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._total = 0
        self._seen: set[int] = set()

    def add(self, count: int) -> None:
        """Count so many bytes more."""
        self._total += count
        if self._total > self._most:
            raise DocumentTooLarge(f"Unpacked it has more than {self._most:,} bytes.")

    def add_picture(self, image: Image.Image) -> None:
        """Count a picture's pixels before they are unpacked."""
        depth = 4 if image.mode in ("I", "F") else len(image.getbands())
        self.add(image.width * image.height * depth)

    def add_pictures(self, infos: list[dict[str, Any]]) -> None:
        """Count the pictures that a PDF's page draws, each as often as it does."""
        for info in infos:
            depth = max(info["colorspace"], 1) + bool(info["has-mask"])
            self.add(info["width"] * info["height"] * depth)

    def add_streams(self, page: Any) -> None:
        """Count all that a PDF's page needs but pictures, where no page before needed it too."""
        for xref in self._streams(page.parent, page.xref):
            for count in _unpacked(page.parent, xref):
                self.add(count)

    def _streams(self, document: Any, root: int) -> Iterator[int]:
        """The numbers of the streams that hang on a page, pictures left out."""
        left = [root]
        while left:
            xref = left.pop()
            if xref in self._seen or not 0 < xref < document.xref_length():
                continue
            self._seen.add(xref)
            text = document.xref_object(xref, compressed=True)
            if document.xref_is_stream(xref) and not PICTURE.search(text):
                yield xref
            if NODE.search(text):  # what pages inherit, but not the other pages
                text = " ".join(document.xref_get_key(xref, key)[1] for key in
                                ("Parent", "Resources"))  # fmt: skip
            if xref == root or not PAGE.search(text):
                left += [int(found) for found in REFERENCE.findall(text)]


def _unpacked(document: Any, xref: int) -> Iterator[int]:
    """Bytes of a stream, piece by piece."""
    try:
        stream = mupdf.pdf_open_stream_number(mupdf.pdf_document_from_fz_document(document), xref)
        while count := mupdf.fz_skip(stream, STEP):
            yield count
    except mupdf.FzErrorBase:
        return  # drawing the page will tell what is wrong with it
