"""Marks in boxes of brackets that were read as empty: the pixels between the brackets show ink.

`(•)` is read as `()`: a point in a circle of brackets is seen in few lines of type.
"""

from __future__ import annotations

import re

from models.ctc import UNSURE, Character, Reading, text_of
from models.raised import Line

EMPTY = re.compile(r"(?<!\S)(?:\( ?(?:[.·•] ?)?\)|\[ ?(?:[.·•] ?)?\])(?=[\sA-Z]|$)")
"""A box of brackets that stands alone and has no mark or a point in it."""
MIDDLE = 0.4
"""Of the way from bracket to bracket, the part that a mark reaches into and no bracket does."""
INKED = 0.15
"""Mean ink of a mark there: a point has .25 or more, the grain of a bad scan .12 at the most."""
DARK = 0.6
"""Ink that a mark has somewhere."""
MARK = "X"


def with_ticks(reading: Reading, line: Line) -> Reading:
    """The reading of a line, ink 0 to 1 of shape (height, width), inked boxes with a mark in."""
    made = list(reading)
    for found in reversed(list(EMPTY.finditer(text_of(reading)))):
        first, last = reading[found.start()], reading[found.end() - 1]
        left, right = first.place * line.shape[1], last.place * line.shape[1]
        middle, reach = (left + right) / 2, (right - left) * MIDDLE / 2
        inside = line[:, int(middle - reach) : int(middle + reach) + 1]
        if inside.size and inside.max() > DARK and inside.mean() > INKED:
            mark = Character(MARK, UNSURE, " ", (first.place + last.place) / 2)
            made[found.start() + 1 : found.end() - 1] = [mark]
    return tuple(made)
