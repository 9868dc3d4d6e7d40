"""Boxes of which one or some are ticked, told apart by the letters printed at them.

`(a) [ ] (b) [X]` and `[ ] (a) [X] (b)` have their letters before or behind the boxes; either way
the first box of a line belongs to its first letter. Where not every box was found, `(a) o (b) X`,
what stands at the line's end tells on which side of the letters they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.form import BOX, FieldSpec, FormType
from models.tagger import OUTSIDE, Tagged
from models.values import letters

PIECE = 14.0
"""Points between the pieces of one typed box, `[ X ]`, at the most."""
REACH = 150.0
"""Points from a box within which its letter stands."""
LIKELY = 0.5


def by_letters(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page, the boxes of a choice tagged with the variant whose letter stands at them.

    A line whose boxes may as well be of one letter as of another keeps its tags.
    """
    made = list(tagged)
    for _, spec in form.specs():
        if spec.source != BOX or not spec.letters:
            continue
        for row in _rows(spec, made):
            boxes = _boxes(spec, row, made)
            found = _letters(spec, row, made, boxes)
            lefts = [made[box[0]].token.box.left for box in boxes]
            for variant, box in zip(_variants(found, lefts), boxes, strict=False):
                for index in box:
                    tag = f"{spec.tag}.{variant}"
                    score = max(made[index].score, LIKELY)
                    made[index] = replace(made[index], tag=tag, score=score)
    return made


def _variants(found: Sequence[tuple[str, float]], lefts: Sequence[float]) -> list[str]:
    """The variant of each box, given letters with their places and the boxes'; none in doubt."""
    if len(found) == len(lefts):
        return [variant for variant, _ in found]
    if not found or not 0 < len(lefts) < len(found):
        return []
    behind, before = lefts[-1] > found[-1][1], lefts[0] < found[0][1]
    if behind == before:
        return []
    if behind:
        return [[variant for variant, place in found if place <= left][-1] for left in lefts]
    return [next(variant for variant, place in found if place >= left) for left in lefts]


def _rows(spec: FieldSpec, tagged: Sequence[Tagged]) -> list[list[int]]:
    """Indices of the tokens at each height at which boxes of the choice stand, left to right."""
    own = [each.token.box for each in tagged if each.tag in spec.tags]
    heights: list[float] = []
    for box in sorted(own, key=lambda box: box.center[1]):
        if not heights or box.center[1] - heights[-1] > 0.6 * box.height:
            heights.append(box.center[1])
    rows = []
    for height in heights:
        near = [
            index for index, each in enumerate(tagged)
            if abs(each.token.box.center[1] - height) < 0.6 * each.token.box.height
        ]  # fmt: skip
        rows.append(sorted(near, key=lambda index: tagged[index].token.box.left))
    return rows


def _boxes(spec: FieldSpec, row: Sequence[int], tagged: Sequence[Tagged]) -> list[list[int]]:
    """The boxes of the choice in a row; the pieces of a typed one together."""
    boxes: list[list[int]] = []
    for index in row:
        each = tagged[index]
        if each.tag not in spec.tags or _letter(spec, each.token.text):
            continue
        if boxes and _goes_on(tagged[boxes[-1][-1]], each):
            boxes[-1].append(index)
        else:
            boxes.append([index])
    return boxes


def _goes_on(last: Tagged, each: Tagged) -> bool:
    """Whether a token is a further piece of a typed box."""
    closed = last.token.text[-1:] in "])/}|☐☒" or len(last.token.text) > 2
    typed = last.token.word is not None and each.token.word is not None
    return typed and not closed and each.token.box.left - last.token.box.right < PIECE


def _letters(
    spec: FieldSpec, row: Sequence[int], tagged: Sequence[Tagged], boxes: Sequence[Sequence[int]]
) -> list[tuple[str, float]]:
    """The variants whose letters stand in a row near its boxes, in their order, and where."""
    places = [tagged[index].token.box for box in boxes for index in box]
    found = []
    for index in row:
        each = tagged[index]
        variant = _letter(spec, each.token.text)
        near = any(abs(each.token.box.center[0] - box.center[0]) < REACH for box in places)
        if variant and near and each.tag in (OUTSIDE, *spec.tags):
            found.append((variant, each.token.box.left))
    return found


def _letter(spec: FieldSpec, text: str) -> str:
    """The variant that a printed letter, `(a)` or `13d-1(b)`, stands for; empty for other text."""
    bare = letters(text)
    if not re.search(r"[()\[\]]", text) and not text.endswith("."):
        return ""
    for variant, letter in zip(spec.variants, spec.letters, strict=True):
        if bare == letters(letter):
            return variant
    return ""
