"""How many pages a file has, also where what it says is a lie or goes in circles."""

from __future__ import annotations

import re
import struct
from typing import Any

from models.errors import NoSuchPages, TooManyPages

REFERENCE = re.compile(r"(\d+) \d+ R")


def asked(count: int, most: int, first: int, last: int) -> range:
    """The indexes of the pages from `first` to `last`, or to the end, of a document of `count`.

    Raises NoSuchPages, and TooManyPages where they are more than `most`.
    """
    if not count:
        return range(0)
    if not first <= (last or count) <= count:
        raise NoSuchPages(f"The document has pages 1 to {count}.")
    found = range(first - 1, last or count)
    if len(found) > most:
        raise TooManyPages(f"{len(found):,} pages or more; {most} are allowed.")
    return found


def pdf_pages(document: Any, most: int) -> int:
    """What the tree of pages counts; where that is less than hangs on it, or absurd, what hangs.

    Corrects the count in the document, so that MuPDF finds those pages.
    """
    tree = document.xref_get_key(document.pdf_catalog(), "Pages")[1]
    root = next((int(xref) for xref in REFERENCE.findall(tree)), 0)
    found = _leaves(document, root, most)
    try:
        count = int(document.page_count)
    except Exception:  # MuPDF's errors share no narrower class
        count = -1
    if root and count < found:
        document.xref_set_key(root, "Count", str(found))
        return int(document.page_count)
    return count


def _leaves(document: Any, root: int, most: int) -> int:
    """How many pages hang on the tree; it stops at one more than `most`."""
    left, seen, found = [root], {0}, 0
    while left and found <= most:
        node = left.pop()
        if node in seen or not node < document.xref_length():
            continue
        seen.add(node)
        kind, kids = document.xref_get_key(node, "Kids")
        if kind == "null":
            found += document.xref_get_key(node, "Type")[1] == "/Page"
        elif kind == "xref":
            kids = document.xref_object(int(REFERENCE.findall(kids)[0]))
        left += [int(xref) for xref in REFERENCE.findall(kids)] if kind in ("array", "xref") else []
    return found


def tiff_pages(data: bytes, most: int) -> int:
    """How many directories follow each other; it stops at one more than `most`.

    The last may lie beyond the end: a page is missing, and whoever reads it will notice.
    """
    order = "<" if data.startswith(b"II") else ">"
    seen: set[int] = set()
    try:
        (place,) = struct.unpack_from(order + "I", data, 4)
        while place and place not in seen and len(seen) <= most:
            seen.add(place)
            (entries,) = struct.unpack_from(order + "H", data, place)
            (place,) = struct.unpack_from(order + "I", data, place + 2 + 12 * entries)
    except struct.error:
        return len(seen)
    return len(seen)
