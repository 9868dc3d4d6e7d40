"""What is no text: the rule between two cells read as a letter, a speck read as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Page, Word
from models.ink import level_at
from models.recognizer import NUMBERED
from models.text_layer import Line

STROKES = frozenset("I|l1!")
"""What a lone vertical rule is read as."""
RULE = "|"
INDIRECT = "I"
UNSURE_LETTER = 0.9
"""Probability of a bar's being a letter."""
PIECE = re.compile(r"[^|]+")
LEAST_SURE = 0.3
"""Probability below which the only character of a line is dirt."""
LEAST_STROKE = 0.2
"""The same of a stroke, which may be any of several characters: none of them is likely."""
BESIDE, END = 1.0, 0.25
"""Points to either side of a stroke, and share of its line's height to either side of its line's
ends, that are looked at."""
UNBROKEN = 0.5
"""Of a stroke's darkness, that of the faintest row of a rule; above and below a letter is white."""
SMOOTH = 1.0
"""Points."""


def without_specks(page: Page, lines: Sequence[Line]) -> list[Line]:
    """The lines, those of one character left out that are a speck or a piece of a rule.

    A rule between two words parts them.
    """
    kept = [(box, _with_letter(page, box, words)) for box, words in lines
            if not _is_speck(page, box, words)]  # fmt: skip
    return [(box, [part for word in words for part in _parted(word)]) for box, words in kept]


def _with_letter(page: Page, box: Box, words: Sequence[Word]) -> list[Word]:
    """A line's words, a bar as the letter that it is if no rule: behind a number, before marks.

    Where cells have no rules, `104,051 I` is one line.
    """
    place = len(words) - 1 if words[-1].text == RULE else 0
    word, others = words[place], words[:place] or words[place + 1 :]
    beside = others[-1].text[-1:].isdigit() if place else all(map(_is_mark, others))
    if word.text != RULE or not beside or _is_rule(page, box, word.box):
        return list(words)
    letter = replace(word, text=INDIRECT, scores=(min(word.score, UNSURE_LETTER),))
    return [*words[:place], letter, *words[place + 1 :]]


def _is_mark(word: Word) -> bool:
    return NUMBERED.fullmatch(word.text) is not None


def _parted(word: Word) -> list[Word]:
    """The word, or the words on both sides of the rules in it."""
    inside = word.text.strip(RULE)
    if RULE not in inside or len(word.scores) != len(word.text):
        return [word]
    pitch = word.box.width / len(word.text)
    return [
        Word(
            piece.group(),
            replace(word.box, left=word.box.left + pitch * piece.start(),
                    right=word.box.left + pitch * piece.end()),
            word.scores[piece.start() : piece.end()],
            word.rivals[piece.start() : piece.end()],
        )
        for piece in PIECE.finditer(word.text)
    ]  # fmt: skip


def _is_speck(page: Page, box: Box, words: Sequence[Word]) -> bool:
    if len(words) != 1 or len(words[0].text) != 1 or not words[0].scores:
        return False
    word = words[0]
    least = LEAST_STROKE if word.text in STROKES else LEAST_SURE
    return word.score < least or (word.text in STROKES and _is_rule(page, box, word.box))


def _is_rule(page: Page, line: Box, stroke: Box) -> bool:
    """Whether a stroke goes on over the upper or the lower end of its line: a letter ends before.

    Rules are fainter than type in some prints, so the stroke is compared with itself.
    """
    narrow = Box(stroke.left - BESIDE, line.top, stroke.right + BESIDE, line.bottom)
    usual = float(np.median(_darkness(page, narrow)))
    ends = (replace(narrow, top=edge - END * line.height, bottom=edge + END * line.height)
            for edge in (line.top, line.bottom))  # fmt: skip
    return usual > 0 and any(_darkness(page, end).min() > UNBROKEN * usual for end in ends)


def _darkness(page: Page, area: Box) -> npt.NDArray[np.float64]:
    """For each row the grey levels between paper and its darkest pixel, dirt smoothed away."""
    crop = page.crop(area)
    paper = level_at(crop, 0.8)
    rows = max(round(SMOOTH * page.scale), 1)
    soft = cv2.blur(crop, (1, rows), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(paper - soft.min(axis=1).astype(np.float64), 0.0))
