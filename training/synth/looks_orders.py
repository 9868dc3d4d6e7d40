"""Tables of a maker's own design: columns in an order of their own, a column that counts the rows.

Brokers, plan administrators and databases print the date first or the title last; only the words
over a column tell what stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from training.synth.looks_columns import Column
from training.synth.style import Rng, chance, pick

ROW_NUMBER = "rowNumber"
"""What a column holds that counts the rows: no element of the form."""
FIRST = (
    ("transactionDate", "transactionCode", "transactionAcquiredDisposedCode"),
    ("transactionDate", "securityTitle"),
    ("transactionCode", "transactionDate"),
    ("sharesOwnedFollowingTransaction", "securityTitle"),
    ("directOrIndirectOwnership", "natureOfOwnership", "securityTitle"),
)
"""Beginnings of rows, by the first elements of the columns."""
COUNTED = ("Line", "No.", "#", "Row", "Item", "")
SHAPES = ("{}", "{}.", "({})", "{})", "#{}")


def reordered(rng: Rng, columns: Sequence[Column]) -> list[Column]:
    """The same columns in another order, without heads over several of them."""
    free = [replace(each, span=None, number="") for each in columns]
    if chance(rng, 0.6):
        first = pick(rng, FIRST)
        names = [each.names[0] for each in free]
        ahead = [free[names.index(name)] for name in first if name in names]
        rest = [each for each in free if each not in ahead]
        if chance(rng, 0.5):
            rest = _with_title_late(rng, rest)
        return [*ahead, *rest]
    # Few move far: what belongs together mostly stays together.
    places = [place + float(rng.normal(0.0, 2.5)) for place in range(len(free))]
    return [each for _, each in sorted(zip(places, free, strict=True), key=lambda both: both[0])]


def _with_title_late(rng: Rng, columns: Sequence[Column]) -> list[Column]:
    """The title of the security somewhere behind the numbers."""
    titles = [each for each in columns if each.names[0] == "securityTitle"]
    others = [each for each in columns if each.names[0] != "securityTitle"]
    place = int(rng.integers(1, len(others) + 1))
    return [*others[:place], *titles, *others[place:]]


def counted(rng: Rng, columns: Sequence[Column]) -> list[Column]:
    """The columns behind one that counts the rows; its `shapes` say with what and how."""
    kind = pick(rng, ("1", "a", "A"), (3, 2, 1))
    return [Column((ROW_NUMBER,), "", (pick(rng, COUNTED),), 3.0,
                   shapes=(pick(rng, SHAPES), kind)), *columns]  # fmt: skip


def count_of(column: Column, index: int) -> str:
    """What a column that counts says in a row."""
    shape, kind = column.shapes
    return shape.format(index + 1 if kind == "1" else chr(ord(kind) + index % 26))
