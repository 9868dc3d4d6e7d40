"""The fields of two readings of one filing, each beside its counterpart.

A field that stands alone goes with its path. A row of a table goes with the row that stands in the
same place on the page: where one reading has a row more, all those below it have other numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from models.extraction import Extraction, Field
from models.form import FormType, forms
from service.review_rows import is_printed

Pair = tuple[Field | None, Field | None]
"""A field of the one reading and of the other; None where that has no such row."""
Row = dict[str, Field]
"""The fields of a row, by the path that they have in it."""
Numbered = dict[int, Row]

ALONE = ""
"""Stands for the group of fields that belong to no row."""


def pairs(one: Extraction, other: Extraction) -> list[Pair]:
    """Every field that tells of the page, of either reading; both are of the same form."""
    form = forms()[one.form]
    ours, theirs = _groups(form, one), _groups(form, other)
    found: list[Pair] = []
    for group in dict.fromkeys((*ours, *theirs)):
        for mine, its in _rows(ours.get(group, {}), theirs.get(group, {})):
            found += [(mine.get(path), its.get(path)) for path in dict.fromkeys((*mine, *its))]
    return found


def name_of(form: str, field: Field) -> str:
    """What the field is called in tables: its EDGAR name, behind that of its row."""
    at = forms()[form].locate(field.path)
    if at is None:
        return field.path
    return f"{at[0].name}/{at[2].name}".rstrip("/") if at[0] else at[2].name


def _groups(form: FormType, extraction: Extraction) -> dict[str, Numbered]:
    """By path of a group and number of its row, what stands there."""
    found: dict[str, Numbered] = {}
    for field in extraction.fields:
        at = form.locate(field.path)
        if at is None or not is_printed(form.name, field):
            continue
        group, index, spec = at
        found.setdefault(group.path if group else ALONE, {}).setdefault(index, {})[spec.path] = (
            field
        )
    return found


def _rows(ours: Numbered, theirs: Numbered) -> Iterator[tuple[Row, Row]]:
    """Rows that are the same, in our order, then those that only the other reading has."""
    same = _in_place(ours, theirs)
    left = [each for each in theirs if each not in same.values()]
    for number in ours:
        if number in same:
            continue
        # Without a place, as of a row that a reviewer added, the order is all there is.
        free = next((each for each in left if not _seen(ours[number]) or not _seen(theirs[each])),
                    None)  # fmt: skip
        if free is not None:
            same[number] = free
            left.remove(free)
    for number, row in ours.items():
        yield row, theirs[same[number]] if number in same else {}
    yield from (({}, theirs[each]) for each in left)


def _in_place(ours: Numbered, theirs: Numbered) -> dict[int, int]:
    """Numbers of our rows to those of theirs in the same place, the best fitting first."""
    shared = {(one, other): _shared(ours[one], theirs[other])
              for one, other in product(ours, theirs)}  # fmt: skip
    found: dict[int, int] = {}
    # Of two that fit equally well, those that have the same number.
    for one, other in sorted(shared, key=lambda pair: (-shared[pair], pair[0] != pair[1], pair)):
        if shared[one, other] and one not in found and other not in found.values():
            found[one] = other
    return found


def _shared(one: Mapping[str, Field], other: Mapping[str, Field]) -> float:
    """Square points that fields of the same name have in common."""
    return sum(
        mine.box.intersection(its.box)
        for path in one.keys() & other.keys()
        for mine, its in product(one[path].boxes, other[path].boxes)
        if mine.page == its.page
    )


def _seen(row: Row) -> bool:
    return any(field.boxes for field in row.values())
