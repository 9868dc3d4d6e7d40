"""Tables whose last columns stand below their first ones, as typewriters and narrow pages have it.

Columns 1 to 6 of Table II fill the page's width, columns 7 to 11 follow in a table of their own
below, row for row. Each row was found twice then, with one half of its fields each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.rows import TableRow

TITLE = "securityTitle"
"""Stands in the first column of either table: rows without it are no first halves."""


def without_stacking(rows: Sequence[TableRow]) -> list[TableRow]:
    """The rows, second halves joined with the first ones of as many rows right above them.

    Where there are fewer or more of them than first halves, something was not found, and nobody
    can tell whose they are: they are left as they are.
    """
    made: list[TableRow] = []
    start = 0
    for index in range(len(rows) + 1):
        if index < len(rows) and not _parts(rows, index):
            continue
        made += _joined(rows[start:index])
        start = index
    return made


def _parts(rows: Sequence[TableRow], index: int) -> bool:
    """Whether a row is the first of a table or of first halves that follow second ones."""
    if not index or rows[index].table != rows[index - 1].table:
        return True
    return _has_title(rows[index]) and not _has_title(rows[index - 1])


def _joined(rows: Sequence[TableRow]) -> list[TableRow]:
    """Rows of one table: those with titles, then those without."""
    count = sum(map(_has_title, rows))
    first, second = rows[:count], rows[count:]
    if len(first) != len(second) or _tags(first) & _tags(second):
        return list(rows)
    return [replace(one, tokens=one.tokens + two.tokens)
            for one, two in zip(first, second, strict=True)]  # fmt: skip


def _tags(rows: Sequence[TableRow]) -> frozenset[str]:
    return frozenset(each.field_tag for row in rows for each in row.tokens if not each.is_mark)


def _has_title(row: TableRow) -> bool:
    return any(each.field_tag.endswith(f".{TITLE}") for each in row.tokens if not each.is_mark)
