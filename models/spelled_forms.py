"""Direct and indirect ownership told by the word behind the letter, `I – Indirect`.

The letter is one stroke, easily lost or taken for a bar or a digit; the word says the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.agreement import TABLE_TAGS
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged

FORM, NATURE = ".directOrIndirectOwnership", ".natureOfOwnership"
WORD = re.compile(r"[I1l|]?[-–—]*(?:Indirect|Direct)")
DASHED = re.compile(r".?[-–—]+")
TOLD = 0.9
"""Probability of a form that its word tells."""
STROKE = re.compile(r"[I1l|!]?[-–—]*")
"""What the letter and the dash behind it are read as."""


def with_spelled_forms(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, `Indirect` behind a dash in a row as its form where no letter was read."""
    changes: Changes = {}
    for line in lines_of(tagged):
        words = sorted(line, key=lambda each: each.token.box.left)
        tables = {each.tag.partition(".")[0] for each in words if each.field_tag in TABLE_TAGS}
        place = next((place for place, each in enumerate(words) if _is_dashed(words, place)), -1)
        if len(tables) != 1 or place < 0:
            continue
        lettered = any(each.tag.endswith(FORM) and each.token.text in ("D", "I") for each in words)
        changes[id(words[place])] = OUTSIDE if lettered else tables.pop() + FORM
        if not lettered:
            changes |= {id(each): OUTSIDE for each in words[max(place - 2, 0) : place]
                        if each.tag.endswith((FORM, NATURE))
                        and STROKE.fullmatch(each.token.text)}  # fmt: skip
    return retagged(tagged, changes, TOLD)


def _is_dashed(words: Sequence[Tagged], place: int) -> bool:
    """Whether a word says how something is owned, behind a dash."""
    text = words[place].token.text
    before = words[place - 1].token.text if place else ""
    return bool(WORD.fullmatch(text)) and bool(DASHED.match(text) or DASHED.fullmatch(before))
