"""How much of the truth an engine's words hold, so that no speed is bought with silence.

The same facts, boxes and rules for every engine: the words whose centre lies in a value's box must
spell what is printed there. Spaces and case do not count, nor footnote marks. Words glued together
are cut before every bracket, so that a mark or a ticker does not spoil its neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.bench_engines import Pages, WordRow
from eval.score import located
from models.document import Box
from models.extraction import Place
from models.fact import Fact
from models.form import forms
from models.reading import cleaned
from models.reading import plain as plain_marks
from models.recognizer import NUMBERED
from models.values import plain

NOT_CELLS = ("prose", "flag")
"""Kinds that no cell holds: running text, and ticks."""
NUMERIC = ("number", "date")
NEAR = 1.0
"""Points by which a value's box is widened."""
_PIECES = re.compile(r"[(\[{]?[^(\[{]+|[(\[{]")


@dataclass(frozen=True)
class Cells:
    """Value cells and how many of them were found; numbers and dates again by themselves."""

    cells: int = 0
    found: int = 0
    numbers: int = 0
    numbers_found: int = 0

    def __add__(self, other: Cells) -> Cells:
        return Cells(
            self.cells + other.cells, self.found + other.found,
            self.numbers + other.numbers, self.numbers_found + other.numbers_found,
        )  # fmt: skip


def cells_found(facts: Iterable[Fact], pages: Pages) -> Cells:
    """How many of a filing's value cells these words spell."""
    total = Cells()
    for kind, fact in value_cells(facts):
        right = _spelled(kind, text_in(fact.boxes, pages)) == _spelled(kind, fact.text)
        number = kind in NUMERIC
        total += Cells(1, right, number, number and right)
    return total


def value_cells(facts: Iterable[Fact]) -> Iterator[tuple[str, Fact]]:
    """Kind and fact of every value that is printed in words which an eye can read."""
    known = forms().values()
    for fact in facts:
        at = located(fact.path, known)
        if at and at[2].kind not in NOT_CELLS and fact.text and fact.boxes and fact.legible:
            yield at[2].kind, fact


def text_in(places: Sequence[Place], pages: Pages) -> str:
    """The words in these places, in the places' order, each from left to right."""
    found: list[str] = []
    rest = {number: [piece for row in rows for piece in _pieces(row)]
            for number, rows in enumerate(pages, start=1)}  # fmt: skip
    for place in places:
        area = place.box.grown(NEAR)
        pieces = rest.get(place.page, [])
        inside = [each for each in pieces if area.contains(*Box(*each[1:]).center)]
        rest[place.page] = [each for each in pieces if each not in inside]
        found += [text for text, *_ in sorted(inside, key=_left)]
    return " ".join(text for text in found if not NUMBERED.fullmatch(text))


def _pieces(row: WordRow) -> Iterator[WordRow]:
    """The word cut before every bracket, its width shared by the number of characters."""
    text, left, top, right, bottom = row
    step = (right - left) / max(len(text), 1)
    for match in _PIECES.finditer(text):
        yield match[0], left + match.start() * step, top, left + match.end() * step, bottom


def _left(row: WordRow) -> float:
    return row[1]


def _spelled(kind: str, text: str) -> str:
    """The text for comparison; brackets and commas around a value are the form's, not its own."""
    return cleaned(plain(plain_marks(text)), kind).replace(" ", "").casefold()
