"""The cells and boxes that words stand in, told from those that layout made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.document import Box, Word, edges_of, smallest_around
from models.extraction import Region


def homes_of(boxes: Sequence[Box], regions: Sequence[Region]) -> list[Region | None]:
    """For each box the smallest region that holds its centre."""
    homes = smallest_around(boxes, [region.box for region in regions])
    return [regions[index] if index >= 0 else None for index in homes]


STICKS_OUT = 0.8
"""Share of a line inside a box, across the page, below which it goes on beyond it."""


def whole(containers: Sequence[Region], lines: Sequence[Box]) -> list[Region]:
    """The cells and boxes without those that are a piece of something: most lines go on beyond."""
    left, top, right, bottom = edges_of(lines)
    middle, high = (top + bottom) / 2, bottom - top
    kept = []
    for region in containers:
        box = region.box
        common = np.minimum(right, box.right) - np.maximum(left, box.left)
        own = (box.top < middle) & (middle < box.bottom) & (common > high)
        out = own & (common < STICKS_OUT * (right - left))
        if own.sum() < 2 or 2 * out.sum() <= own.sum():
            kept.append(region)
    return kept


SPACE = 0.8
"""Of a line's height, the white between two words of one text at the most."""
MOSTLY = 0.7
"""Of the words of a text, those in a box in which all of them stand."""


def together(
    found: Sequence[tuple[int, Word]], homes: Sequence[Region | None]
) -> list[Region | None]:
    """The homes of words, numbered by their lines: of a text one for all, if some have none.

    A box that ends in mid-text is hardly one.
    """
    made = list(homes)
    start = 0
    for index in range(1, len(found) + 1):
        if index < len(found) and _goes_on(found[index - 1], found[index]):
            continue
        own = homes[start:index]
        if None in own and any(own):
            home, count = max(((each, own.count(each)) for each in own), key=lambda each: each[1])
            made[start:index] = [home if count >= MOSTLY * len(own) else None] * len(own)
        start = index
    return made


def _goes_on(before: tuple[int, Word], after: tuple[int, Word]) -> bool:
    """Whether a word follows another of its line at the space of a text."""
    gap = after[1].box.left - before[1].box.right
    return before[0] == after[0] and gap < SPACE * after[1].box.height
