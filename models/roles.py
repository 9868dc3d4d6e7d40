"""An officer's title told from what another relationship is called, beside which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from models.boxes import is_marked
from models.document import Box
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
    lines = lines_of(tagged)
    changes: Changes = {}
    for line in lines:
        before: list[Tagged] = []
        for run in runs_of(line):
            own = [each for each in run if each.tag in TEXTS.values()]
            if own and len(own) < len(run) and LABEL.fullmatch(_said(run)):
                changes |= {id(each): OUTSIDE for each in own}
            elif own:
                tag = _labelled(before) or _likeliest(own)
                changes |= {id(each): tag for each in own if each.tag != tag}
            before = run
    changes |= {id(each): TEXTS["isOfficer"] for each in _last_words(lines)}
    changes |= {id(each): OUTSIDE for each in _labels(tagged)}
    return retagged(tagged, changes, TOLD)


OFFICER = re.compile(r"officer[.,|]?", re.IGNORECASE)
BESIDE = 1.5
"""Of a label's height, how far it stands behind its box at the most."""


def _last_words(lines: Sequence[Sequence[Tagged]]) -> Iterator[Tagged]:
    """The word `Officer` that ends a title, beside its other words or alone on the next line.

    It looks like the label of the box.
    """
    alone = [line[0] for line in lines if len(line) == 1]
    for line in lines:
        for word, after in pairwise(line):
            if _is_title(word) and _is_officer(after):
                yield after
        if _is_title(line[-1]):
            first = next(each.token.box for each in line if _is_title(each))
            yield from (each for each in alone if _is_officer(each)
                        and _is_below(each.token.box, first))  # fmt: skip


def _is_below(box: Box, other: Box) -> bool:
    """Whether a box stands on the line below the other, as far to the left."""
    down = box.center[1] - other.center[1]
    return abs(box.left - other.left) < other.height and 0 < down < 2 * other.height


def _is_title(each: Tagged) -> bool:
    return each.tag == TEXTS["isOfficer"]


def _is_officer(each: Tagged) -> bool:
    return each.tag == OUTSIDE and OFFICER.fullmatch(each.token.text) is not None


def _labels(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The word `Officer` taken for a title that stands alone behind a box."""
    boxes = [each.token.box for each in tagged if each.token.checkbox]
    titles = [each for each in tagged if _is_title(each)]
    own = [each for each in titles if OFFICER.fullmatch(each.token.text)]
    return [each for each in own if len(titles) == len(own) and any(
        box.is_level_with(each.token.box)
        and -1 < each.token.box.left - box.right < BESIDE * each.token.box.height
        for box in boxes
    )]  # fmt: skip


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
