"""The date of the event or the period told from the date of an amended filing's original.

Both stand in boxes one below or beside the other and look alike; every filing has the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import Box
from models.errors import ValueFormatError
from models.reading import TaggedPage
from models.tagger import OUTSIDE, Changes, Tagged, Token, retagged
from models.values import canonical, letters

PERIOD, ORIGINAL = "periodOfReport", "dateOfOriginalSubmission"
OWN = re.compile(r".*(?:transaction|event|statement|yearended|period)")
OTHER = re.compile(r".*(?:amendment|original)")
"""Captions of the two, up to the last letter by which they are told."""
HIGHER = 22.0
"""Points above a date within which its caption stands."""
FEWEST = 3
"""Digits of a date: with fewer it is a speck or a box's number."""
TOLD = 0.7
"""Probability of a tag that a caption told."""


def with_periods(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, dates tagged by the captions left of them where their tags cannot all be right.

    They cannot without a period, nor where the captions say that both are exchanged. Nor was an
    original filed before what it reports.
    """
    dated = [each for page in pages for each in page.tagged if each.tag in (PERIOD, ORIGINAL)
             and sum(char.isdigit() for char in each.token.text) >= FEWEST]  # fmt: skip
    said = {id(each): _said(each, page) for page in pages for each in page.tagged
            if each.tag in (PERIOD, ORIGINAL)}  # fmt: skip
    found = {each.tag for each in dated}
    exchanged = len(found) == 2 and all(said[id(each)] not in ("", each.tag) for each in dated)
    changes: Changes = {}
    if found == {ORIGINAL} or exchanged:
        changes = {key: tag for key, tag in said.items() if tag}
    elif _before(dated) and any(said[id(each)] != each.tag for each in dated):
        changes = {id(each): ORIGINAL if each.tag == PERIOD else PERIOD for each in dated}
    return [replace(page, tagged=tuple(retagged(page.tagged, changes, TOLD))) for page in pages]


def _before(dated: Sequence[Tagged]) -> bool:
    """Whether the original's date is before the period's, each one word."""
    if sorted(each.tag for each in dated) != sorted((PERIOD, ORIGINAL)):
        return False
    try:
        days = {each.tag: canonical("date", each.token.text) for each in dated}
    except ValueFormatError:
        return False
    return days[ORIGINAL] < days[PERIOD]


def _said(each: Tagged, page: TaggedPage) -> str:
    """The tag that the nearest caption left of a word says, else that above; empty without one."""
    printed = [other.token for other in page.tagged if other.tag == OUTSIDE]
    before = [token for token in printed if token.box.is_level_with(each.token.box)
              and token.box.right <= each.token.box.left]  # fmt: skip
    return next(filter(None, map(_told, (before, *_above(each.token.box, printed)))), "")


def _above(box: Box, printed: Sequence[Token]) -> list[list[Token]]:
    """The words of each line above a box, from the nearest, as far as they stand close together."""
    over = [token for token in printed if 0 < box.center[1] - token.box.center[1] < HIGHER
            and min(token.box.right, box.right) > max(token.box.left, box.left)]  # fmt: skip
    lines = dict.fromkeys(
        token.line for token in sorted(over, key=lambda token: -token.box.center[1])
    )
    return [[token for token in printed if token.line == line] for line in lines]


def _told(words: Sequence[Token]) -> str:
    text = letters("".join(word.text for word in sorted(words, key=lambda word: word.box.left)))
    period, original = OWN.match(text), OTHER.match(text)
    if not period and not original:
        return ""
    later = (period.end() if period else 0) > (original.end() if original else 0)
    return PERIOD if later else ORIGINAL
