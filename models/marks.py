"""Footnote marks held against the footnotes that there are.

A raised digit in brackets is the smallest print of a form, and a bracket is easily read as one more
digit: `(3)` comes out as `(33)` or `(31)`. A number far beyond the last footnote is such a mark, or
it is what the recogniser had as its second choice. That is so too where a doubtful mark names a
footnote which others name, while nothing names the one of its second choice: none stands there for
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from models.reading import FootnoteMark, RawField

UNSURE = 0.5
"""What is left of a mark's score where either of its digits may be the bracket."""
DOUBTFUL = 0.75
"""Score below which a mark may name another footnote."""
MISSED = 1
"""Footnotes behind the last that was found which may have been overlooked."""


def existing(fields: Sequence[RawField], numbers: Collection[int]) -> list[RawField]:
    """The fields, their marks naming footnotes of these numbers where they can."""
    if not numbers:
        return list(fields)
    last = max(numbers) + MISSED
    named = Counter(mark.number for raw in fields for mark in raw.marks)
    lonely = {number for number in numbers if not named[number]}
    made = []
    for raw in fields:
        marks = [_second(mark, named, lonely, numbers, last) for mark in raw.marks]
        mended = any(mark.number > last for mark in marks)
        made.append(
            replace(raw, marks=_mended(marks, numbers, last) if mended else _once(marks))
            if mended or marks != list(raw.marks)
            else raw
        )
    return made


def _second(
    mark: FootnoteMark, named: Mapping[int, int], lonely: Collection[int],
    numbers: Collection[int], last: int,
) -> FootnoteMark:  # fmt: skip
    """The mark as the recogniser's second choice has it, where its first is no footnote's."""
    beyond = mark.number > last and mark.rival in numbers
    doubtful = mark.score < DOUBTFUL and mark.rival in lonely and named[mark.number] > 1
    return FootnoteMark(mark.rival, mark.score, mark.number) if beyond or doubtful else mark


def _once(marks: Sequence[FootnoteMark]) -> tuple[FootnoteMark, ...]:
    """Each number once, the surest of it, in rising order."""
    best: dict[int, FootnoteMark] = {}
    for mark in sorted(marks, key=lambda mark: (mark.number, -mark.score)):
        best.setdefault(mark.number, mark)
    return tuple(best.values())


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
