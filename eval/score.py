"""How close an extraction is to the facts of its filing.

A value is right when `models.values.equal` says so. A correct absence counts nowhere, an invented
value is a false positive, a missed one a false negative, a wrong one both. An abstention (state
illegible) is only missed. Facts marked illegible by eye leave the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from models.errors import MalformedFact
from models.extraction import ILLEGIBLE, LOOKED_UP, READ, Extraction, Field
from models.fact import Fact
from models.form import BOX, DERIVED, FIXED, FieldSpec, FormType, Location, forms
from models.reading import ITEM
from models.values import equal

FOUND_SHARE = 0.5
"""A row is found when at least this share of its true values was read right."""

_ORDER_WEIGHT = 1e-3
"""Rows that are equally like each other are paired in their order on the page."""


@dataclass(frozen=True)
class Tally:
    """Counts of right, invented and missed things. Nothing to find and nothing found is perfect."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was said that is right."""
        said = self.right + self.invented
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was said."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        weight = 2 * self.right + self.invented + self.missed
        return 2 * self.right / weight if weight else 1.0

    @property
    def true(self) -> int:
        """How many there are to find."""
        return self.right + self.missed

    @property
    def perfect(self) -> bool:
        """Nothing invented and nothing missed."""
        return not self.invented and not self.missed

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.right + other.right, self.invented + other.invented, self.missed + other.missed
        )


@dataclass(frozen=True)
class Score:
    """Tallies of one filing or, merged, of many; `fields` by name (`derivative.expirationDate`).

    `rows_right` of the true table rows are right in every value and every footnote mark, `perfect`
    of the `filings` likewise; `flags_right` of `flags` boxes have the right state; `abstained`
    fields were called illegible.
    """

    fields: Mapping[str, Tally] = field(default_factory=dict)
    rows: Tally = Tally()
    rows_right: int = 0
    links: Tally = Tally()
    flags: int = 0
    flags_right: int = 0
    filings: int = 0
    perfect: int = 0
    abstained: int = 0

    @property
    def total(self) -> Tally:
        """All fields together, every value with the same weight."""
        return sum(self.fields.values(), Tally())

    @property
    def flag_accuracy(self) -> float:
        """Share of checkboxes whose state was read right."""
        return self.flags_right / self.flags if self.flags else 1.0


@dataclass(frozen=True)
class _Cell:
    """One place of a filing, true or read, in the terms both sides share."""

    name: str
    spec: FieldSpec
    value: str
    marks: frozenset[str]
    legible: bool = True
    abstained: bool = False
    fact: Fact | None = None
    said: Field | None = None


@dataclass(frozen=True)
class Judged:
    """A field of an extraction, whether it is right, and the true value, None where none is.

    `name` is the field's in reports; `table` says that it stands in a row of a table; `marks` are
    its footnote marks.
    """

    field: Field
    right: bool
    true: str | None
    name: str = ""
    table: bool = False
    marks: Tally = Tally()


@dataclass(frozen=True)
class Difference:
    """A true value that was missed, an invented one, or both at one place."""

    name: str
    spec: FieldSpec
    fact: Fact | None
    said: Field | None


_Row = dict[str, _Cell]
_Rows = dict[int, _Row]
_EMPTY: _Row = {}


def score(facts: Sequence[Fact], extraction: Extraction | None) -> Score:
    """Compare one filing with its facts; None stands for a filing that gave no extraction."""
    parts, rows, rows_right = list[Score](), Tally(), 0
    for is_table, true_row, read_row in _aligned(facts, extraction):
        part = _compared(true_row, read_row)
        parts.append(part)
        if is_table:
            tally = _row_tally(true_row, read_row)
            rows += tally
            rows_right += bool(tally.true and _all_right(part))
    total = merge(parts)
    perfect = int(_all_right(total))
    return replace(total, rows=rows, rows_right=rows_right, filings=1, perfect=perfect)


def _all_right(part: Score) -> bool:
    return part.total.perfect and part.links.perfect


def judged(
    facts: Sequence[Fact], extraction: Extraction, *, abstained: bool = False
) -> list[Judged]:
    """Whether each field is right that states a value or its absence; rows aligned as in `score`.

    Left out: what the page never tells, what no eye could read and, unless `abstained` asks for
    them, fields that were called illegible (they are never right).
    """
    found = []
    for is_table, true_row, read_row in _aligned(facts, extraction):
        for fact, said in _scorable(true_row, read_row):
            if said is None or said.said is None or (said.abstained and not abstained):
                continue
            true = fact.value if fact else ""
            right = _right(fact, said) if fact and said.value else said.value == true
            right = right and not said.abstained
            marks = _link_tally(fact, said)
            found.append(Judged(said.said, right, true or None, said.name, is_table, marks))
    return found


def differences(facts: Sequence[Fact], extraction: Extraction) -> list[Difference]:
    """Every value that `score` counts as missed or invented; rows aligned as there."""
    found = []
    for _, true_row, read_row in _aligned(facts, extraction):
        for true, read in _scorable(true_row, read_row):
            cell = true or read
            assert cell is not None
            stated = any(each and each.value for each in (true, read))
            if stated and not (true and _right(true, read)):
                fact, said = true.fact if true else None, read.said if read else None
                found.append(Difference(cell.name, cell.spec, fact, said))
    return found


def mark_differences(facts: Sequence[Fact], extraction: Extraction) -> list[Difference]:
    """Every place whose footnote marks are not those that `score` asks for."""
    found = []
    for _, true_row, read_row in _aligned(facts, extraction):
        for true, read in _scorable(true_row, read_row):
            cell = true or read
            if cell is not None and not _link_tally(true, read).perfect:
                fact, said = true.fact if true else None, read.said if read else None
                found.append(Difference(cell.name, cell.spec, fact, said))
    return found


def merge(scores: Iterable[Score]) -> Score:
    """The counts of many filings together."""
    parts = list(scores)
    fields: dict[str, Tally] = {}
    for part in parts:
        for name, tally in part.fields.items():
            fields[name] = fields[name] + tally if name in fields else tally
    return Score(
        fields=fields,
        rows=sum((part.rows for part in parts), Tally()),
        rows_right=sum(part.rows_right for part in parts),
        links=sum((part.links for part in parts), Tally()),
        flags=sum(part.flags for part in parts),
        flags_right=sum(part.flags_right for part in parts),
        filings=sum(part.filings for part in parts),
        perfect=sum(part.perfect for part in parts),
        abstained=sum(part.abstained for part in parts),
    )


def _aligned(
    facts: Sequence[Fact], extraction: Extraction | None
) -> Iterator[tuple[bool, _Row, _Row]]:
    """Whether it is a table's, a true row and the read row that belongs to it; the rest as one."""
    true = _true_rows(facts, extraction.form if extraction else "")
    read = _read_rows(extraction) if extraction else {}
    for group, is_table in dict.fromkeys((*true, *read)):
        ours, theirs = true.get((group, is_table), {}), read.get((group, is_table), {})
        for true_row, read_row in _pairs(ours, theirs, by_number=_is_numbered(ours, theirs)):
            yield is_table, true_row, read_row


def _scorable(true: _Row, read: _Row) -> Iterator[tuple[_Cell | None, _Cell | None]]:
    """What is true and what was said at each path of a pair of rows, where it can be compared."""
    for path in dict.fromkeys((*true, *read)):
        fact, said = true.get(path), read.get(path)
        if fact is not None and not fact.legible:
            continue
        if fact is None and said is not None and said.spec.source == DERIVED:
            continue  # not printed as such, so nobody stated it
        yield fact, said


def _true_rows(facts: Sequence[Fact], form: str) -> dict[tuple[str, bool], _Rows]:
    known = forms()
    # A form read as another one (4 as 4/A) still has nearly all of its fields.
    order = [*([known[form]] if form else []), *known.values()]
    found: dict[tuple[str, bool], _Rows] = {}
    for fact in facts:
        at = located(fact.path, order)
        if at is None:
            raise MalformedFact(f"{fact.path} is a field of no form")
        cell = _cell(at, fact.value, fact.footnotes, legible=fact.legible)
        _put(found, at, replace(cell, fact=fact))
    return found


def located(path: str, order: Iterable[FormType]) -> Location | None:
    """The field that a path names, of the first form that has it."""
    return next((at for form in order if (at := form.locate(path))), None)


def _read_rows(extraction: Extraction) -> dict[tuple[str, bool], _Rows]:
    form = forms()[extraction.form]
    found: dict[tuple[str, bool], _Rows] = {}
    for each in extraction.fields:
        at = form.locate(each.path)
        if at is None:
            raise ValueError(f"{each.path} is no field of form {form.name}")
        value = each.value if each.state in (READ, LOOKED_UP) else ""
        abstained = each.state == ILLEGIBLE
        marks = () if abstained else (link.id for link in each.footnotes)
        cell = _cell(at, value, marks, abstained=abstained)
        _put(found, at, replace(cell, said=each))
    return found


def _cell(
    at: Location,
    value: str,
    marks: Iterable[str],
    *,
    legible: bool = True,
    abstained: bool = False,
) -> _Cell:
    group, _, spec = at
    name = spec.name or (group.name if group else "")
    item = ITEM.search(spec.path)
    prefix = f"{group.table}." if group and group.table else f"{item[1]}/" if item else ""
    return _Cell(prefix + name, spec, value, frozenset(marks), legible, abstained)


def _put(found: dict[tuple[str, bool], _Rows], at: Location, cell: _Cell) -> None:
    """File a cell under its group; what the page never tells is not scored."""
    group, index, spec = at
    if spec.source == FIXED:
        return
    key = (group.path, bool(group.table)) if group else ("", False)
    found.setdefault(key, {}).setdefault(index, {})[spec.path] = cell


def _is_numbered(ours: _Rows, theirs: _Rows) -> bool:
    """Footnotes: their element is the value itself, and the number printed there names them."""
    return any("" in row for row in (*ours.values(), *theirs.values()))


def _pairs(ours: _Rows, theirs: _Rows, *, by_number: bool) -> Iterator[tuple[_Row, _Row]]:
    """True and read rows that belong together by best assignment; without partner, with nothing."""
    true, read = list(ours), list(theirs)
    if by_number:
        links = {index: index for index in true if index in theirs}
    else:
        likeness = np.array(
            [[_likeness(ours[i], theirs[j]) - _ORDER_WEIGHT * abs(i - j) for j in read]
             for i in true]
        ).reshape(len(true), len(read))  # fmt: skip
        chosen = linear_sum_assignment(likeness, maximize=True)
        links = {true[i]: read[j] for i, j in zip(*chosen, strict=True)}
    for index in true:
        yield ours[index], theirs[links[index]] if index in links else _EMPTY
    for index in set(read) - set(links.values()):
        yield _EMPTY, theirs[index]


def _likeness(true: _Row, read: _Row) -> int:
    return sum(_right(cell, read.get(path)) for path, cell in true.items() if cell.legible)


def _right(true: _Cell, read: _Cell | None) -> bool:
    if read is None or not true.value or not read.value:
        return False
    return equal(true.spec.kind, read.value, true.value)


def _row_tally(true: _Row, read: _Row) -> Tally:
    """One row found, missed, invented, or both of the latter."""
    values = sum(bool(cell.value) for cell in true.values() if cell.legible)
    found = bool(read and values) and _likeness(true, read) >= FOUND_SHARE * values
    said = any(cell.value or cell.abstained for cell in read.values())
    return Tally(int(found), int(said and not found), int(bool(values) and not found))


def _compared(true: _Row, read: _Row) -> Score:
    """The tallies of one pair of rows, cell by cell."""
    fields: dict[str, Tally] = {}
    links, flags, flags_right, abstained = Tally(), 0, 0, 0
    for fact, said in _scorable(true, read):
        cell = fact or said
        assert cell is not None
        right = fact is not None and _right(fact, said)
        invented = bool(said and said.value) and not right
        missed = bool(fact and fact.value) and not right
        if right or invented or missed:
            tally = Tally(int(right), int(invented), int(missed))
            fields[cell.name] = fields.get(cell.name, Tally()) + tally
        links += _link_tally(fact, said)
        if fact is not None and fact.value and fact.spec.source == BOX:
            flags += 1
            flags_right += right
        abstained += bool(said and said.abstained)
    return Score(fields, links=links, flags=flags, flags_right=flags_right, abstained=abstained)


def _link_tally(fact: _Cell | None, said: _Cell | None) -> Tally:
    true = fact.marks if fact else frozenset[str]()
    read = said.marks if said else frozenset[str]()
    return Tally(len(true & read), len(read - true), len(true - read))
