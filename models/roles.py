"""An officer's title told from what another relationship is called, beside which it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.boxes import is_marked
from models.strays import runs_of
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged
from models.values import letters

TEXTS = {"isOfficer": "officerTitle", "isOther": "otherText"}
"""The text that explains each of the boxes."""
LABELS = {"title": "officerTitle", "specify": "otherText", "other": "otherText"}
"""What is printed right before a text, as it ends."""
LABEL = re.compile(r"officer(?:give)?title(?:below)?|other(?:specify)?(?:below)?")
"""The label of a box by itself, as `letters` writes it."""
TOLD = 0.7
"""Probability of a tag that a label told."""


def with_texts_at_labels(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, those of one text tagged alike, behind `Other (specify):` as that."""
    changes: Changes = {}
    for line in lines_of(tagged):
        before: list[Tagged] = []
        for run in runs_of(line):
            own = [each for each in run if each.tag in TEXTS.values()]
            if own and len(own) < len(run) and LABEL.fullmatch(_said(run)):
                changes |= {id(each): OUTSIDE for each in own}
            elif own:
                tag = _labelled(before) or _likeliest(own)
                changes |= {id(each): tag for each in own if each.tag != tag}
            before = run
    return retagged(tagged, changes, TOLD)


def _labelled(before: Sequence[Tagged]) -> str:
    """The text that a label with a colon asks for, empty where none stands there."""
    words = [each for each in before if each.token.checkbox is None]
    printed = [each.token.text for each in words if each.tag == OUTSIDE]
    if len(printed) < len(words) or not printed or not printed[-1].endswith(":"):
        return ""
    return next((tag for label, tag in LABELS.items() if _said(words).endswith(label)), "")


def _said(words: Sequence[Tagged]) -> str:
    return letters("".join(each.token.text for each in words if each.token.checkbox is None))


def _likeliest(own: Sequence[Tagged]) -> str:
    sums = {tag: sum(each.score for each in own if each.tag == tag) for tag in TEXTS.values()}
    return max(sums, key=lambda tag: sums[tag])


def with_own_text(tokens: Sequence[Tagged]) -> list[Tagged]:
    """An owner's tokens, the text of the only box that is ticked and explained as that box's.

    Where both are ticked, of two texts with one tag the left one is that of the left box.
    """
    ticked = {each.tag: each for each in tokens if each.tag in TEXTS and is_marked(each)}
    own = [each for each in tokens if each.tag in TEXTS.values()]
    if not own or not ticked or len({each.tag for each in own}) > 1:
        return list(tokens)
    if len(ticked) == 1:
        tag = TEXTS[next(iter(ticked))]
        return retagged(tokens, {id(each): tag for each in own})
    runs = [run for line in lines_of(own) for run in runs_of(line)]
    if len(runs) != len(TEXTS):
        return list(tokens)
    pairs = zip(sorted(ticked, key=lambda tag: _left(ticked[tag])),
                sorted(runs, key=lambda run: _left(run[0])), strict=True)  # fmt: skip
    return retagged(tokens, {id(each): TEXTS[tag] for tag, run in pairs for each in run})


def _left(each: Tagged) -> float:
    return each.token.box.left
