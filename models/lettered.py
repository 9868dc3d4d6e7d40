"""Footnotes that are told by letters, `(a)`, as if they were told by numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.reading import TaggedPage, first_number
from models.tagger import FOOTNOTE_HEAD, Tagged

LETTER = re.compile(r"[(\[]?([A-Ha-h])[)\].]{1,2}")


def with_numbers(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, letters at the heads of notes and marks of them as numbers: `(a)` as `(1)`.

    Only where no note is told by a number and one by an a.
    """
    heads = [each.token.text for page in pages for each in page.tagged if each.tag == FOOTNOTE_HEAD]
    letters = {found[1].lower() for head in heads if (found := LETTER.fullmatch(head))}
    if "a" not in letters or any(map(first_number, heads)):
        return list(pages)
    return [replace(page, tagged=tuple(map(_numbered, page.tagged))) for page in pages]


def _numbered(each: Tagged) -> Tagged:
    found = LETTER.fullmatch(each.token.text)
    if found is None or not (each.is_mark or each.tag == FOOTNOTE_HEAD):
        return each
    number = ord(found[1].lower()) - ord("a") + 1
    return replace(each, token=replace(each.token, text=f"({number})"))
