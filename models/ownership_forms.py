"""Direct and indirect ownership told by what stands behind the letter: a word, or an owner.

The letter is one stroke, easily lost or taken for a bar or a digit. `I – Indirect` says it twice;
and only what is owned indirectly has a nature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.agreement import TABLE_TAGS
from models.document import Word
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged

FORM, NATURE = ".directOrIndirectOwnership", ".natureOfOwnership"
WORD = re.compile(r"[I1l|]?[-–—]*(?:Indirect|Direct)")
DASHED = re.compile(r".?[-–—]+")
TOLD = 0.9
"""Probability of a form that what stands behind it tells."""
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


BARS = frozenset("I|l1]!")
"""What a lone I is read as."""


def with_barred_forms(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, an I before what is owned indirectly as the form of ownership.

    Where the rule between the two columns is not seen, both are one line.
    """
    forms = [each.token.box for each in tagged if each.tag.endswith(FORM)]
    made = {id(each): each for each in tagged}
    for line in lines_of(tagged):
        first, second, *_ = (*sorted(line, key=lambda each: each.token.box.left), None, None)
        if first is None or second is None or not second.tag.endswith(NATURE):
            continue
        own = first.tag in (OUTSIDE, second.tag) and first.token.text.strip(".,") in BARS
        if own and not any(first.token.box.is_level_with(box) for box in forms):
            made[id(first)] = _as_form(first, second.tag.replace(NATURE, FORM))
    return list(made.values())


def _as_form(each: Tagged, tag: str) -> Tagged:
    """The word as an I of a cell of its own."""
    text = each.token.text
    word = Word("I", each.token.box, (TOLD,), text[:1])
    token = replace(each.token, text="I", word=word, container=None)
    return replace(each, token=token, tag=tag, score=TOLD)
