"""How well the parts of one filing's pages were found, whatever became of its values."""

from __future__ import annotations

from collections.abc import Iterable

from eval.gold import Gold
from eval.records import Found
from eval.regions import OVERLAPS, edges, matched, overlaps, tally
from eval.score import located
from models.extraction import Extraction, Place
from models.fact import Fact
from models.form import forms
from models.reading import GLUED_KINDS
from models.recognizer import NUMBERED
from models.values import distance, plain

LOOSE, CLOSE = OVERLAPS
NOT_SPELLED = ("prose", "flag")
"""Kinds left out of the character error: running text would outweigh every value."""
NEAR = 1.0
"""Points by which a fact's box is widened."""


def found_of(gold: Gold, extraction: Extraction | None) -> Found:
    """The counts of one filing; without an extraction nothing was found."""
    total = Found()
    for page in range(1, len(gold.source.pages) + 1):
        total += _regions(gold, extraction, page)
    characters = errors = 0
    for kind, fact in _spelled(gold.facts):
        text = _bare(kind, fact.text)
        characters += len(text)
        # A line that was taken for the value's is wrong once, however long it is.
        errors += min(distance(_bare(kind, _read(fact.boxes, extraction)), text), len(text))
    return total + Found(characters=characters, errors=errors)


def _regions(gold: Gold, extraction: Extraction | None, page: int) -> Found:
    """Cells, boxed fields and checkboxes of one page."""
    read = [each for each in extraction.regions if each.page == page] if extraction else []
    true = [each for each in gold.regions if each.page == page]
    cells, areas = (
        overlaps(*(edges(each.box for each in side if each.label == label)
                   for side in (true, read)))
        for label in ("cell", "header")
    )  # fmt: skip
    squares = [each for each in true if each.label == "checkbox"]
    boxes = [each for each in read if each.label == "checkbox"]
    shared = overlaps(edges(each.box for each in squares), edges(each.box for each in boxes))
    states = sum(squares[one].checked == boxes[other].checked
                 for one, other in matched(shared, LOOSE))  # fmt: skip
    return Found(tally(cells, LOOSE), tally(cells, CLOSE), tally(shared, LOOSE), states,
                 areas=tally(areas, LOOSE))  # fmt: skip


def _spelled(facts: Iterable[Fact]) -> Iterable[tuple[str, Fact]]:
    """Kind and fact of each value printed in words that an eye can read."""
    known = forms().values()
    for fact in facts:
        at = located(fact.path, known)
        if at and at[2].kind not in NOT_SPELLED and fact.text and fact.boxes and fact.legible:
            yield at[2].kind, fact


def _read(places: Iterable[Place], extraction: Extraction | None) -> str:
    """The words read in these places, without footnote marks."""
    if extraction is None:
        return ""
    areas = [(place.page, place.box.grown(NEAR)) for place in places]
    return " ".join(
        word.text for page, word in extraction.words
        if not NUMBERED.fullmatch(word.text)
        and any(page == own and area.contains(*word.box.center) for own, area in areas)
    )  # fmt: skip


def _bare(kind: str, text: str) -> str:
    bare = plain(text)
    return bare.replace(" ", "") if kind in GLUED_KINDS else bare
