"""Footnote marks held against the footnotes that there are.

A raised digit in brackets is the smallest print of a form, and a bracket is easily read as one more
digit: `(3)` comes out as `(33)` or `(31)`. A number far beyond the last footnote is such a mark.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from models.reading import FootnoteMark, RawField

UNSURE = 0.5
"""What is left of a mark's score where either of its digits may be the bracket."""
MISSED = 1
"""Footnotes behind the last that was found which may have been overlooked."""


def existing(fields: Sequence[RawField], numbers: Collection[int]) -> list[RawField]:
    """The fields, their marks naming footnotes of these numbers where they can."""
    if not numbers:
        return list(fields)
    last = max(numbers) + MISSED
    return [
        replace(raw, marks=_mended(raw.marks, numbers, last))
        if any(mark.number > last for mark in raw.marks)
        else raw
        for raw in fields
    ]  # fmt: skip


def _mended(
    marks: Sequence[FootnoteMark], numbers: Collection[int], last: int
) -> tuple[FootnoteMark, ...]:
    found = {mark.number: mark.score for mark in marks if mark.number <= last}
    for mark in marks:
        if mark.number in found:
            continue
        digits = dict.fromkeys(divmod(mark.number, 10))
        likely = [digit for digit in digits if digit in numbers and digit not in found]
        score = mark.score * (1.0 if len(likely) == 1 else UNSURE)
        number = likely[0] if likely else mark.number
        found[number] = max(found.get(number, 0.0), score)
    return tuple(FootnoteMark(number, score) for number, score in found.items())
