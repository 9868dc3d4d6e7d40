"""Lines that are no text: the rule between two cells read as a letter, a speck read as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.document import Box, Page, Word
from models.ink import levels_at
from models.text_layer import Line

STROKES = frozenset("I|l1!")
"""What a lone vertical rule is read as."""
LEAST_SURE = 0.3
"""Probability below which the only character of a line is dirt."""
BESIDE, FURTHER = 1.5, 0.4
"""Points to either side of a stroke, and share of its line's height beyond it, that are looked at."""
UNBROKEN = 0.95
"""Share of its rows in which a rule has ink; above and below a letter there is white."""
INKED = 0.5
"""Of the way from paper to ink."""


def without_specks(page: Page, lines: Sequence[Line]) -> list[Line]:
    """The lines, those of one character left out that are a speck or a piece of a rule."""
    return [line for line in lines if not _is_speck(page, *line)]


def _is_speck(page: Page, box: Box, words: Sequence[Word]) -> bool:
    if len(words) != 1 or len(words[0].text) != 1 or not words[0].scores:
        return False
    word = words[0]
    return word.score < LEAST_SURE or (word.text in STROKES and _is_rule(page, box, word.box))


def _is_rule(page: Page, line: Box, stroke: Box) -> bool:
    """Whether ink runs through the whole height of a line and on beyond it, up or down."""
    beyond = FURTHER * line.height
    narrow = Box(stroke.left - BESIDE, line.top, stroke.right + BESIDE, line.bottom)
    ways = (replace(narrow, top=line.top - beyond), replace(narrow, bottom=line.bottom + beyond))
    return any(_unbroken(page, way) > UNBROKEN for way in ways)


def _unbroken(page: Page, area: Box) -> float:
    """Share of the area's rows that have ink."""
    crop = page.crop(area)
    paper, ink = levels_at(crop, 0.8, 0.02)
    dark = crop < paper - INKED * (paper - ink)
    return float(np.mean(dark.any(axis=1)))
