"""Digits that stand raised behind a word or a number: a footnote's mark set without brackets.

A recogniser that reads line by line sees `L.P.3` where `L.P.³` is printed. What tells them apart is
where the digit ends: type stands on one line, a raised digit does not come down to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import numpy as np
import numpy.typing as npt

from models.ctc import Character, Reading, text_of

BEHIND = re.compile(r"(?:(?<=[\w.)%])|(?<=[a-zA-Z.)] ))\d{1,2}(?:[,.]\d{1,2})*(?=$|\s)")
"""What may be marks: digits behind a word, several with commas between."""
_UP = "⁰¹²³⁴⁵⁶⁷⁸⁹"
LISTED = re.compile(
    rf"⁽[{_UP}]{{1,2}}(?: ?[,.] ?[\d{_UP}]{{1,2}})*[)⁾]?(?=$|\s|⁽)"
    r"|\(\d{1,2}(?:[,.] ?\d{1,2})*, ?\d{1,2}\)"
    rf"|⁽\d{{1,2}}[)⁾]|\([{_UP}]{{1,2}}[)⁾]|\(\d{{1,2}}⁾"
)
"""Marks in one pair of brackets, some characters of which are not read as raised."""
SQUARE = re.compile(rf"\[[{_UP}\d, ]*[{_UP}][{_UP}\d, ]*\]")
"""Marks in square brackets, the digits of which are read as raised or not."""
DEEP = frozenset("gjpqyJQ")
"""Letters that do not end on the line that type stands on, or may not."""
BASE = 8
"""Characters before the digits that show where that line runs."""
HIGHER = 0.2
"""Of the height of type, how far a raised digit ends above the line at the least."""
SMALLER = 0.85
"""Of the height of type, that of a raised digit at the most."""
OVER = 0.05
"""Of the height of type, how far a raised digit reaches over it: one that is faded below does not.
"""
INKED = 0.3
"""Of a column's darkest pixel, ink that is type."""

SUPERSCRIPTS = dict(zip("0123456789()", f"{_UP}⁽⁾", strict=True))
"""Characters of marks as they are read where they stand raised."""
PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}
"""The same as they are printed on the line."""
Line = npt.NDArray[np.float32]


def with_raised(reading: Reading, line: Line) -> Reading:
    """The reading of a line, ink 0 to 1 of shape (height, width), raised digits as superscripts."""
    text = text_of(reading)
    made = list(reading)
    for found in BEHIND.finditer(text):
        sizes = _extents(reading, line, max(found.start() - BASE, 0), found.end())
        first = _first_raised(text, sizes, found.start(), found.end())
        for place in range(first, found.end()):
            made[place] = _raised(made[place])
    for found in LISTED.finditer(text_of(tuple(made))):
        for place in range(*found.span()):
            made[place] = _raised(made[place])
    return tuple(made)


def with_flat_brackets(reading: Reading) -> Reading:
    """The reading with digits in square brackets as if they stood on the line."""
    made = list(reading)
    for found in SQUARE.finditer(text_of(reading)):
        for place in range(*found.span()):
            made[place] = _flat(made[place])
    return tuple(made)


def _flat(character: Character) -> Character:
    """The character as it stands on the line."""
    plain = PLAIN.get(character.text)
    return replace(character, text=plain, rival=character.text) if plain else character


def _raised(character: Character) -> Character:
    """The character as a superscript, if it is one of marks."""
    shown = SUPERSCRIPTS.get(character.text)
    return replace(character, text=shown, rival=character.text) if shown else character


Extents = dict[int, tuple[int, int]]
"""First row of a character's ink and the one behind its last, by its place in the text."""


def _extents(reading: Reading, line: Line, start: int, end: int) -> Extents:
    found: Extents = {}
    for place, left, right in _columns(reading, line.shape[1], start, end):
        rows = line[:, left:right].max(axis=1, initial=0.0)
        inked = np.flatnonzero(rows > INKED * max(float(rows.max(initial=0.0)), INKED))
        if len(inked):
            found[place] = int(inked[0]), int(inked[-1]) + 1
    return found


def _columns(reading: Reading, width: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Place, first column and the one behind the last of each character's middle."""
    for place in range(start, end):
        own = reading[place].place
        before = reading[place - 1].place if place else 0.0
        after = reading[place + 1].place if place + 1 < len(reading) else 1.0
        reach = min(own - before, after - own) / 3
        yield place, int((own - reach) * width), int((own + reach) * width) + 1


def _first_raised(text: str, sizes: Extents, start: int, end: int) -> int:
    """Where the raised digits begin that end at `end`; `end` where there are none."""
    base = [sizes[each] for each in range(max(start - BASE, 0), start)
            if each in sizes and text[each].isalnum() and text[each] not in DEEP]  # fmt: skip
    if not base:
        return end
    ground, top = median(low for _, low in base), min(high for high, _ in base)
    height = ground - top
    first = end
    for place in range(end - 1, start - 1, -1):
        if not text[place].isdigit():
            continue
        high, low = sizes.get(place, (top, ground))
        above = ground - low > HIGHER * height and high < top - OVER * height
        if not above or low - high > SMALLER * height:
            break
        first = place
    return first
