"""CUSIP numbers read as the document has them: their last character checks the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.extraction import READ
from models.reading import RawField, TaggedPage
from models.values import CUSIP_LENGTH, is_cusip

MISREAD = 2
"""Characters by which another print of the number may differ from what was read."""
PIECES = 4
"""`88160R 10 1`: pieces in which a number may be printed, and one for the letter between."""


def as_printed_elsewhere(raw: RawField, pages: Sequence[TaggedPage]) -> RawField:
    """The number, where it was misread, as the running heads of the other pages have it.

    They repeat it on every sheet; of what was read there the commonest that checks is taken, else
    the recogniser's next best reading, if one alone checks.
    """
    bare = _bare(raw.value or raw.text)
    if is_cusip(raw.value) or len(bare) != CUSIP_LENGTH:
        return raw
    found = Counter(other for page in pages for other in _numbers(page) if _is_like(other, bare))
    for other, _ in found.most_common(1):
        return replace(raw, value=other, state=READ)
    rivals = {value for value, _ in raw.alternatives if is_cusip(value)}
    return replace(raw, value=rivals.pop(), state=READ) if len(rivals) == 1 else raw


def _is_like(other: str, bare: str) -> bool:
    return is_cusip(other) and sum(a != b for a, b in zip(other, bare, strict=True)) <= MISREAD


def _numbers(page: TaggedPage) -> Iterator[str]:
    """Every run of words of a line that is as long as a CUSIP number."""
    words = [each.token for each in page.tagged if each.token.word]
    for start in range(len(words)):
        text = ""
        for token in words[start : start + PIECES]:
            if token.line != words[start].line:
                break
            text += _bare(token.text)
            if len(text) == CUSIP_LENGTH:
                yield text


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9*@#]", "", text.upper())
