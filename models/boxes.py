"""Boxes to tick: which field a box is, told by the label printed at it, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.extraction import BLANK, NOT_ON_FORM, READ
from models.form import BOX, FieldSpec, FormType
from models.reading import Evidence, RawField, TaggedPage, places_of
from models.tagger import OUTSIDE, Tagged
from models.values import character_error, letters

LIKELY = 0.5
"""Tag probability from which a mark counts before an empty box."""
SURER = 0.15
"""By so much more probable an empty box counts before a mark."""
UNMARKED = frozenset("_-–—.·…:;,'`~=[](){}|/\\☐□○¨oO0 ")
"""What an empty box is read as: brackets, slashes, a line, the letter that Wingdings has for it."""
NO = frozenset(("no", "n0", "false"))
"""What printouts write where the form has an empty box."""
YES = frozenset(("yes", "true"))
"""What they write where it has a mark."""
SURE_BOX = 0.9
"""Tag probability from which a box is there though its label was not read."""
TYPED_BOX = re.compile(r"[\[({][xX✓ _]?[\])}]")
"""A box made of brackets, with its mark or without."""
CIRCLE = re.compile(r"\(?[®©@●◉•]\)?|[O0o○]")
"""A circle to tick, filled and empty, as it is read."""
HALF_READ = re.compile(r"[\[({][ULJICDlj1i]|[ULJICDlj1i][\])}]")
"""A box made of brackets with nothing in it, one of them taken for a letter."""
LABEL_REACH = 45.0
"""Points to the right of a box within which its printed label starts."""
LABEL_LETTERS = 8
"""Of a label and of what is read beside a box, so many letters are compared."""
QUESTION_LETTERS = 14
"""Of what is printed before a box, so many letters are compared."""
MISREAD_LABEL = 0.34
"""Share of the letters that may be misread."""


def by_their_labels(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens with every box that stands before a flag's printed label tagged as that flag.

    The label is part of the form's description; it tells boxes in a row apart more surely than
    their order. A flag whose label was found belongs to no box with another label.
    """
    boxes = [spec for _, spec in form.specs()
             if spec.source == BOX and spec.printed and not spec.variants]  # fmt: skip
    behind = {letters(label)[:LABEL_LETTERS]: spec.tag
              for spec in boxes if not spec.labelled_before
              for label in (spec.printed, *spec.also_printed)}  # fmt: skip
    before = {letters(spec.printed)[-QUESTION_LETTERS:]: spec.tag
              for spec in boxes if spec.labelled_before}  # fmt: skip
    flags = {*behind.values(), *before.values()}
    made = list(tagged)
    named: dict[str, int] = {}
    for index, each in enumerate(made):
        text = each.token.text
        is_box = (each.token.checkbox is not None or TYPED_BOX.fullmatch(text)
                  or CIRCLE.fullmatch(text))  # fmt: skip
        if is_box or each.tag in flags:
            answered = _answered(each, tagged)
            tag = _labelled(letters(answered or _right_of(each, tagged)), behind)
            if not tag and before:
                asked = _labelled(letters(_left_of(each, tagged))[-QUESTION_LETTERS:], before)
                # Where `No` was not read, its box stands behind `Yes` too, but further right.
                tag = asked if asked not in named else ""
            if tag:
                named[tag] = index
                made[index] = replace(each, tag=tag, score=max(each.score, LIKELY))
    for index, each in enumerate(made):
        owner = made[named.get(each.tag, index)]
        if each.token.checkbox is not None and owner is not each and _near(each, owner):
            made[index] = replace(each, tag=OUTSIDE)
    return made


def _near(one: Tagged, other: Tagged) -> bool:
    """Whether two boxes stand on one page at about one height."""
    same = one.token.page == other.token.page
    return same and abs(one.token.box.top - other.token.box.top) < LABEL_REACH


def _labelled(text: str, labels: Mapping[str, str]) -> str:
    """The tag of the label that the text begins with, but for misread letters; else nothing."""
    if len(text) < 4:
        return ""
    wrong = {label: _misread(label, text) for label in labels}
    best = min(wrong, key=lambda label: wrong[label], default="")
    return labels[best] if best and wrong[best] < MISREAD_LABEL else ""


def _misread(label: str, text: str) -> float:
    """Share of a label's letters that are others at the start of the text."""
    return character_error(label, text[: len(label)])


def _right_of(each: Tagged, tagged: Sequence[Tagged]) -> str:
    """The first words that start close to the right of a token, on its line."""
    box = each.token.box
    near = [
        other.token for other in tagged
        if other is not each and box.is_level_with(other.token.box)
        and -3.0 <= other.token.box.left - box.right < LABEL_REACH
    ]  # fmt: skip
    return " ".join(token.text for token in sorted(near, key=lambda token: token.box.left)[:4])


def _answered(each: Tagged, tagged: Sequence[Tagged]) -> str:
    """What `Yes` or `No` answers, as in `10% Owner: No`: the words before, back to a colon."""
    if each.token.text.strip(".,").lower() not in (*YES, *NO):
        return ""
    before: list[str] = []
    for text in reversed(_left_of(each, tagged).split()):
        if (not before and not text.endswith(":")) or text.lower() in (*YES, *NO):
            break
        before.insert(0, text)
    return " ".join(before)


def _left_of(each: Tagged, tagged: Sequence[Tagged]) -> str:
    """The words left of a token, on its line."""
    box = each.token.box
    near = [
        other.token for other in tagged
        if other.token.word and other.token.page == each.token.page
        and box.is_level_with(other.token.box)
        and other.token.box.center[0] < box.left
    ]  # fmt: skip
    return " ".join(token.text for token in sorted(near, key=lambda token: token.box.left))


def flag_field(
    spec: FieldSpec, path: str, own: Sequence[Tagged], pages: Sequence[TaggedPage]
) -> RawField:
    """A box or mark: `1` when any of its tokens is marked; a box without a mark is read, and `0`.

    Without any token the flag is `0` where the form has the box (its label is printed); a box that
    this version of the form does not have is said to be missing.
    """
    if spec.variants:
        return choice_field(spec, path, own)
    best = _best(_without_brackets(own))
    sure = best is not None and best.score > SURE_BOX
    if spec.told_by and not sure and not _mentions(pages, spec.told_by):
        return RawField(spec, path, "", "", NOT_ON_FORM)
    if best is not None:
        value = "1" if is_marked(best) else "0"
        return RawField(spec, path, value, best.token.text, READ, places_of([best]),
                        evidence=Evidence(_seen(best), (best.score,)))  # fmt: skip
    return RawField(spec, path, "0", "", READ)


BRACKETS = frozenset("()[]{}")


def _without_brackets(own: Sequence[Tagged]) -> list[Tagged]:
    """A box's tokens but for the brackets around its mark: `( X )` is marked, whatever `)` is."""
    marks = [each.token for each in own if is_marked(each) and len(each.token.text) == 1]
    return [each for each in own if each.token.text not in BRACKETS or not any(
        mark.line == each.token.line and mark.page == each.token.page
        and each.token.box.grown(each.token.box.height / 2).share_inside(mark.box) > 0
        for mark in marks
    )]  # fmt: skip


def _best(own: Sequence[Tagged]) -> Tagged | None:
    """The token that tells most of a box, but for one that is much surer."""
    if not own:
        return None
    best, surest = max(own, key=_tells), max(own, key=lambda each: each.score)
    return surest if surest.score > best.score + SURER else best


def _tells(each: Tagged) -> tuple[bool, float]:
    """How much a token says about its box: a likely mark most, then what is surely the box's."""
    return each.score > LIKELY and is_marked(each), each.score


def choice_field(spec: FieldSpec, path: str, own: Sequence[Tagged]) -> RawField:
    """One of several boxes, or some of them: the variants whose box is marked; blank without."""
    boxes = [
        max((each for each in own if each.field_tag == tag), key=_tells, default=None)
        for tag in spec.tags
    ]  # fmt: skip
    found = [each for each in boxes if each is not None]
    marked = [each for each in found if is_marked(each)]
    value = " ".join(each.field_tag.rpartition(".")[2] for each in marked)
    scores = [score for each in found for score in _seen(each)]
    evidence = Evidence(tuple(scores), tuple(each.score for each in found))
    return RawField(spec, path, value, " ".join(each.token.text for each in marked),
                    READ if value else BLANK, places_of(marked), evidence=evidence)  # fmt: skip


def _seen(each: Tagged) -> tuple[float, ...]:
    """Probabilities of what was read in a box or of its state."""
    token = each.token
    return token.word.scores if token.word else (token.checkbox.score if token.checkbox else 0.5,)


def _mentions(pages: Sequence[TaggedPage], told_by: str) -> bool:
    """Whether the printed form has one of the words that tell of a box, misread a little."""
    keys = [letters(word)[:LABEL_LETTERS] for word in told_by.split()]
    printed_words = [letters(each.token.text) for page in pages for each in page.tagged
                     if each.tag == OUTSIDE]  # fmt: skip
    return any(_misread(key, word) < MISREAD_LABEL
               for key in keys for word in printed_words if len(word) > len(key) // 2)  # fmt: skip


def is_marked(each: Tagged) -> bool:
    """Whether a checkbox token is ticked, or a bare token is a mark rather than an empty line."""
    if each.token.checkbox is not None:
        return bool(each.token.checkbox.checked)
    text = each.token.text
    empty = HALF_READ.fullmatch(text) or text.strip(".,:").lower() in NO
    return bool(set(text) - UNMARKED) and not empty
