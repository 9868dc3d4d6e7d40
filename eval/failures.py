"""Where a value went wrong: every missed, wrong or invented value with the stage that failed.

A value is followed through the pipeline, and the first stage after which it is no longer right is
the one that failed: layout found no line or box there, the recogniser did not spell its text (or
saw the wrong state of a checkbox), the tagger gave its words another field's tag, assembly put
them elsewhere, or the canonical form of the right text is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.gold import Gold
from eval.records import Failure
from eval.score import Difference, differences, located, mark_differences
from models.boxes import is_marked
from models.document import Box, transformed
from models.extraction import ILLEGIBLE, Extraction, Field, Place
from models.fact import Fact
from models.form import BOX, DERIVED, FieldSpec, forms
from models.pipeline import Assembled
from models.reading import GLUED_KINDS, TaggedPage, cleaned, is_mark, joined, numbers_in
from models.reading import plain as plain_marks
from models.tagger import Tagged
from models.values import equal, plain

LAYOUT, RECOGNISER, TAGGER = "layout", "recogniser", "tagger"
ASSEMBLY, CANONICAL = "assembly", "canonical"
STAGES = (LAYOUT, RECOGNISER, TAGGER, ASSEMBLY, CANONICAL)
"""In the order in which they work."""

NEAR = 1.5
"""Points by which a fact's box is widened before looking what stands inside."""
MARKS_REACH = 30.0
"""Points to the right of a value within which its footnote marks stand."""
COVERED_ACROSS, COVERED_DOWN = 0.75, 0.4
"""Shares of a fact's width and height that lines must cover; they are lower than its type."""
SAMPLES = 64
_LONE = re.compile(r"[\[({]?\d{1,2}[\])}]?")


def failures_of(gold: Gold, assembled: Assembled, extraction: Extraction) -> list[Failure]:
    """Every value of the filing that was missed, read wrongly or invented, with the stage.

    Then every field with wrong footnote marks, as `<name> marks`.
    """
    trace = _Trace(gold, tuple(_shown(assembled.pages)))
    values = [trace.failure(each) for each in differences(gold.facts, extraction)]
    marks = [trace.mark_failure(each) for each in mark_differences(gold.facts, extraction)]
    return values + marks


@dataclass(frozen=True)
class _Shown:
    """What was found on one page, boxes as displayed."""

    number: int
    tokens: tuple[tuple[Box, Tagged], ...]
    lines: tuple[Box, ...]


def _shown(pages: Iterable[TaggedPage]) -> Iterator[_Shown]:
    for page in pages:
        affine = page.page.to_displayed
        tokens = tuple((transformed(each.token.box, affine), each) for each in page.tagged)
        lines = (transformed(each.box, affine) for each in page.regions if each.label == "line")
        words = (box for box, each in tokens if each.token.word)
        yield _Shown(page.page.number, tokens, (*lines, *words))


@dataclass(frozen=True)
class _Trace:
    """One filing's truth beside what the stages made of its pages."""

    gold: Gold
    pages: Sequence[_Shown]

    def failure(self, each: Difference) -> Failure:
        """A value that was missed, misread or invented."""
        expected = each.fact.value if each.fact else ""
        read = (each.said.value or each.said.text) if each.said else ""
        sure = each.said.confidence if each.said else None
        return _failure(each, each.name, expected, read, self._stage(each), sure)

    def mark_failure(self, each: Difference) -> Failure:
        """Wrong footnote marks at a field."""
        true = frozenset(each.fact.footnotes if each.fact else ())
        # What was called illegible says nothing, neither a value nor a mark.
        links = each.said.footnotes if each.said and each.said.state != ILLEGIBLE else ()
        read = {link.id: link.confidence for link in links}
        stage = self._mark_stage(each, true, frozenset(read))
        return _failure(each, f"{each.name} marks", _listed(true), _listed(read), stage,
                        min(read.values(), default=None))  # fmt: skip

    def _stage(self, each: Difference) -> str:
        fact, said = each.fact, each.said
        if fact is None or not fact.boxes:
            # What has no place on the page can only have been read somewhere else.
            return self._stray(each.spec, said) if said and said.value else ASSEMBLY
        tokens = self._inside(fact.boxes)
        if each.spec.source == BOX and not fact.text:
            return self._square_stage(each, fact, tokens)
        return self._words_stage(each, fact, tokens)

    def _square_stage(self, each: Difference, fact: Fact, tokens: Sequence[Tagged]) -> str:
        """Where a drawn checkbox went wrong."""
        boxes = [token for token in tokens if token.token.checkbox] or tokens
        if not boxes:
            return LAYOUT
        if any(is_marked(box) for box in boxes) != (fact.value == "1"):
            return RECOGNISER
        return self._later_stage(each, fact, boxes, each.spec.tags)

    def _words_stage(self, each: Difference, fact: Fact, tokens: Sequence[Tagged]) -> str:
        """Where printed words went wrong."""
        told, spec = self._teller(fact, each.spec)
        if not _spelled(spec, told, tokens):
            return RECOGNISER if self._covered(fact.boxes) else LAYOUT
        tags = spec.tags
        if each.spec.variant_of:
            tags = tuple(tag for tag in tags if tag.endswith(f".{fact.value}"))
        words = [token for token in tokens if not is_mark(spec, token)]
        if words and not told.text:
            return TAGGER  # a footnote's number taken for a value
        return self._later_stage(each, told, words or tokens, tags)

    def _later_stage(
        self, each: Difference, fact: Fact, tokens: Sequence[Tagged], tags: Sequence[str]
    ) -> str:
        """What failed after recognition."""
        if not all(token.field_tag in tags for token in tokens):
            return TAGGER
        said = each.said
        if said is None:
            return ASSEMBLY
        if said.boxes and not _meet(said.boxes, fact.boxes):
            return self._stray(each.spec, said)
        if self._adds_words(said, tags):
            return TAGGER
        same = _bare(each.spec.kind, said.text) == _bare(each.spec.kind, fact.text)
        return CANONICAL if said.text and same else ASSEMBLY

    def _mark_stage(self, each: Difference, true: frozenset[str], read: frozenset[str]) -> str:
        """Where footnote marks went wrong: those that are missing, else those too many."""
        near = self._marks_at(each.fact.boxes if each.fact else ())
        missing = true - read
        if missing:
            seen = [token for token, ids in near if ids & missing]
            if not missing <= frozenset().union(*(ids for _, ids in near)):
                return RECOGNISER
            own = each.spec.tags
            tagged = all(is_mark(each.spec, token) and token.field_tag in own for token in seen)
            return ASSEMBLY if tagged else TAGGER
        extra = read - true
        places = each.said.boxes if each.said else ()
        taken = {id(token) for token, ids in self._marks_at(places) if ids & extra}
        others = [fact for fact in self.gold.facts if extra & {*fact.footnotes}]
        stolen = any(id(token) in taken for fact in others
                     for token, _ in self._marks_at(fact.boxes))  # fmt: skip
        return TAGGER if stolen else RECOGNISER

    def _marks_at(self, places: Iterable[Place]) -> list[tuple[Tagged, frozenset[str]]]:
        """Tokens in and right of the boxes that may be footnote marks, with the ids they give."""
        tokens = self._inside([_with_marks(place) for place in places])
        return [
            (token, frozenset(f"F{number}" for number in numbers_in(token.token.text)))
            for token in tokens
            if token.is_mark or _LONE.fullmatch(plain_marks(token.token.text))
        ]

    def _adds_words(self, said: Field, tags: Sequence[str]) -> bool:
        """Whether words have the field's tag that belong to no value of it, in no row."""
        places = [place for fact in self.gold.facts if set(_tags_of(fact)) & set(tags)
                  for place in fact.boxes]  # fmt: skip
        rightful = {id(token) for token in self._inside(places)}
        return any(token.field_tag in tags and id(token) not in rightful
                   for token in self._inside(said.boxes))  # fmt: skip

    def _stray(self, spec: FieldSpec, said: Field) -> str:
        """What failed when a value was read where the field does not stand."""
        tokens = self._inside(said.boxes)
        others = [fact for fact in self.gold.facts if _meet(fact.boxes, said.boxes)]
        tagged = any(token.field_tag in spec.tags for token in tokens)
        if not tagged or any(set(_tags_of(fact)) & set(spec.tags) for fact in others):
            return ASSEMBLY
        if any(token.token.checkbox for token in tokens):
            return self._stray_square(said, tokens)
        if not others and self._in_empty_cell(said.boxes):
            return LAYOUT
        return TAGGER

    def _stray_square(self, said: Field, tokens: Sequence[Tagged]) -> str:
        """A checkbox that is not the field's: not there, misread, or given a wrong tag."""
        drawn = [region for region in self.gold.regions if region.label == "checkbox"
                 and _meet([Place(region.page, region.box)], said.boxes)]  # fmt: skip
        if not drawn:
            return LAYOUT
        marked = any(is_marked(token) for token in tokens if token.token.checkbox)
        return TAGGER if marked == any(region.checked for region in drawn) else RECOGNISER

    def _in_empty_cell(self, places: Sequence[Place]) -> bool:
        """Whether it lies in a table row's cell, where all that is printed is some fact's."""
        return any(
            region.label == "cell" and (region.row or 0) >= 0 and region.table is not None
            and region.page == place.page and place.box.share_inside(region.box) > 0.5
            for region in self.gold.regions for place in places
        )  # fmt: skip

    def _teller(self, fact: Fact, spec: FieldSpec) -> tuple[Fact, FieldSpec]:
        """The fact whose print tells this one: its own, or a neighbour's at the same place."""
        if spec.source != DERIVED:
            return fact, spec
        for other in self.gold.facts:
            at = located(other.path, forms().values())
            if other.boxes == fact.boxes and at and at[2].source != DERIVED:
                return other, at[2]
        return fact, spec

    def _inside(self, places: Sequence[Place]) -> list[Tagged]:
        """Tokens that stand in the boxes, or around one of them, in reading order."""
        return [
            each for page in self.pages for box, each in page.tokens
            if any(place.page == page.number and _at(box, place.box) for place in places)
        ]  # fmt: skip

    def _covered(self, places: Sequence[Place]) -> bool:
        """Whether lines lie over the boxes, across and down."""
        lines = {page.number: page.lines for page in self.pages}
        return all(_is_covered(place.box, lines.get(place.page, ())) for place in places)


def _failure(each: Difference, name: str, expected: str, read: str, stage: str,
             confidence: float | None) -> Failure:  # fmt: skip
    """A difference as it is reported, at the fact's place, else where it was read."""
    fact, said = each.fact, each.said
    places = (fact.boxes if fact else ()) or (said.boxes if said else ())
    page = places[0].page if places else 0
    box = Box.around(place.box for place in places if place.page == page) if places else None
    path = fact.path if fact else said.path if said else ""
    return Failure(path, name, expected, read, stage, page, box, confidence)


def _listed(ids: Iterable[str]) -> str:
    return " ".join(sorted(ids, key=lambda each: (len(each), each)))


def _with_marks(place: Place) -> Place:
    """The place with the marks that stand behind it."""
    box = place.box
    return Place(place.page, Box(box.left, box.top - NEAR, box.right + MARKS_REACH, box.bottom))


def _at(box: Box, place: Box) -> bool:
    wide = place.grown(NEAR)
    return box.share_inside(wide) > 0.5 or wide.share_inside(box) > 0.5


def _meet(some: Iterable[Place], others: Sequence[Place]) -> bool:
    """Whether two sets of places have one in common."""
    return any(
        one.page == other.page and (_at(one.box, other.box) or _at(other.box, one.box))
        for one in some for other in others
    )  # fmt: skip


def _is_covered(box: Box, lines: Iterable[Box]) -> bool:
    meeting = [line for line in lines if line.intersection(box)]
    across = np.linspace(box.left, box.right, SAMPLES)
    down = np.linspace(box.top, box.bottom, SAMPLES)
    over = np.any([(line.left <= across) & (across <= line.right) for line in meeting], axis=0)
    beside = np.any([(line.top <= down) & (down <= line.bottom) for line in meeting], axis=0)
    return bool(np.mean(over) >= COVERED_ACROSS and np.mean(beside) >= COVERED_DOWN)


def _spelled(spec: FieldSpec, fact: Fact, tokens: Sequence[Tagged]) -> bool:
    """Whether the tokens say what is printed; the order in which they are read may be wrong."""
    if not fact.text:
        read = [number for token in tokens for number in numbers_in(token.token.text)]
        return {f"F{number}" for number in read} >= set(fact.footnotes)
    words = [token for token in tokens if not is_mark(spec, token)]
    if spec.source == BOX:
        return any(is_marked(word) for word in words)
    rows = sorted(words, key=lambda each: (each.token.page, each.token.line, each.token.box.left))
    true = _bare(spec.kind, fact.text)
    return any(equal(spec.kind, _bare(spec.kind, joined(order, spec.kind)), true)
               for order in (words, rows))  # fmt: skip


def _bare(kind: str, text: str) -> str:
    """Text as it is compared: plain, without the brackets a form prints around it."""
    bare = plain(cleaned(text, kind)).casefold()
    return bare.replace(" ", "") if kind in GLUED_KINDS else bare


def _tags_of(fact: Fact) -> tuple[str, ...]:
    at = located(fact.path, forms().values())
    return at[2].tags if at else ()
