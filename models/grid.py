"""Structure of tables: rows, columns and missing cells, from the boxes that layout found.

Works on the blocks of any LayoutParser model whose types are those of `LayoutDetector`. A table's
rows are bands in which several cells agree on top and bottom; a cell whose rules have vanished from
the scan is completed where a row and a column of the surviving cells cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.document import Box, edges_of
from models.extraction import Region

if TYPE_CHECKING:
    from layoutparser import Layout

SAME_BAND, SAME_ROW = 0.6, 0.85
"""Overlap over the larger extent above which two cells stand in the same row or column; the latter
for a box that is not known to be a cell."""


def regions_of(layout: Layout, number: int, points: float) -> tuple[Region, ...]:
    """Regions of page `number` in points; `points` is the size of a layout pixel."""
    return structured([_region(block, number, points) for block in layout], number)


def structured(plain: Sequence[Region], number: int) -> tuple[Region, ...]:
    """Regions of page `number` with tables, rows and columns worked out from cells and tables."""
    lines = [region.box for region in plain if region.label == "line"]
    found = [region for region in plain if region.label == "cell"]
    inside = _standing_in(lines, [cell.box for cell in found])
    cells = [part for cell, own in zip(found, inside, strict=True) for part in parted(cell, own)]
    blocks = [region for region in plain if region.label == "table"]
    outer = _outer(blocks, cells, [region for region in plain if region.label == "header"])
    cells += [replace(box, label="cell") for box in outer]
    tables = _tables([_widened(block, outer) for block in blocks], cells)
    rest = [region for region in plain
            if region.label not in ("cell", "table") and region not in outer]  # fmt: skip
    structured: list[Region] = []
    for index, (table, own) in enumerate(tables):
        structured.append(replace(table, table=index))
        structured.extend(_grid(own, index, number))
    return tuple(structured + rest)


COLUMN_GAP = 6.0
"""Points of white between two pieces of text that stand in columns of their own."""


def _standing_in(lines: Sequence[Box], areas: Sequence[Box]) -> list[list[Box]]:
    """For each area the lines whose centre lies in it; one may stand in several."""
    x, y = np.array([line.center for line in lines], float).reshape(-1, 2).T
    left, top, right, bottom = edges_of(areas)[:, :, None]
    inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    return [[lines[index] for index in np.flatnonzero(row).tolist()] for row in inside]


def parted(cell: Region, lines: Sequence[Box]) -> list[Region]:
    """The cell, or its parts where the lines inside it stand side by side.

    Hairlines between columns vanish first from a scan; a row is then found as one long cell.
    """
    columns: list[list[Box]] = []
    for box in sorted(lines, key=lambda line: line.left):
        reach = max((other.right for other in columns[-1]), default=0.0) if columns else 0.0
        if columns and box.left - reach < COLUMN_GAP:
            columns[-1].append(box)
        else:
            columns.append([box])
    if len(columns) < 2:
        return [cell]
    cuts = [(max(box.right for box in one) + min(box.left for box in two)) / 2
            for one, two in pairwise(columns)]  # fmt: skip
    sides = [cell.box.left, *cuts, cell.box.right]
    return [replace(cell, box=Box(left, cell.box.top, right, cell.box.bottom), score=PARTED)
            for left, right in pairwise(sides)]  # fmt: skip


PARTED = 0.6


def _region(block: object, number: int, points: float) -> Region:
    left, top, right, bottom = (value * points for value in block.coordinates)  # type: ignore[attr-defined]
    kind = block.type  # type: ignore[attr-defined]
    return Region(
        label=kind,
        page=number,
        box=Box(left, top, right, bottom),
        score=float(block.score),  # type: ignore[attr-defined]
        checked=block.text == "1" if kind == "checkbox" else None,  # type: ignore[attr-defined]
    )


OUTER_GAP = 4.0
"""Points between a table's last column and the cells beside it that were taken for other boxes."""
OUTER_ROWS = 3
"""Rows of such cells, its head among them, before they are a column of the table."""


def _outer(
    tables: Sequence[Region], cells: Sequence[Region], headers: Sequence[Region]
) -> list[Region]:
    """The header boxes that are cells of tables which were found too narrow.

    They go on the rows of a table's cells, and stand inside it or as a column of their own.
    """
    outer: list[Region] = []
    rest = list(headers)
    while beside := [box for box in rest if _goes_on([*cells, *outer], box.box)]:
        columns = bands([(box.box.left, box.box.right) for box in beside], least=OUTER_ROWS)
        found = [box for box in beside
                 if any(box.box.share_inside(table.box) > 0.5 for table in tables)
                 or any(_agreement((box.box.left, box.box.right), each) > SAME_BAND
                        for each in columns)]  # fmt: skip
        if not found:
            break
        outer += found
        rest = [box for box in rest if box not in found]
    return outer


def _goes_on(cells: Sequence[Region], box: Box) -> bool:
    """Whether the box stands right beside a cell, as high as it is."""
    return any(
        min(abs(box.left - cell.box.right), abs(box.right - cell.box.left)) < OUTER_GAP
        and _agreement((box.top, box.bottom), (cell.box.top, cell.box.bottom)) > SAME_ROW
        for cell in cells
    )


def _widened(table: Region, outer: Sequence[Region]) -> Region:
    """The table with the cells that go on its rows."""
    own = [cell.box for cell in outer
           if table.box.top < cell.box.center[1] < table.box.bottom
           and cell.box.left - table.box.right < OUTER_GAP
           and table.box.left - cell.box.right < OUTER_GAP]  # fmt: skip
    return replace(table, box=Box.around([table.box, *own]))


def _tables(tables: list[Region], cells: list[Region]) -> list[tuple[Region, list[Region]]]:
    """Each table with the cells inside it, top to bottom; cells outside tables make their own."""
    ordered = sorted(tables, key=lambda region: region.box.top)
    inside: list[list[Region]] = [[] for _ in ordered]
    loose: list[Region] = []
    for cell in cells:
        home = [index for index, table in enumerate(ordered)
                if cell.box.share_inside(table.box.grown(3)) > 0.5]  # fmt: skip
        (inside[home[0]] if home else loose).append(cell)
    found = list(zip(ordered, inside, strict=True))
    if loose:
        around = Box.around(cell.box for cell in loose)
        found.append((Region("table", loose[0].page, around, 0.5), loose))
    return [(table, own) for table, own in found if own]


def _grid(cells: Sequence[Region], table: int, number: int) -> list[Region]:
    """Cells with indices, rows, columns, and the cells completed where none was found."""
    rows = bands([(cell.box.top, cell.box.bottom) for cell in cells], least=2)
    columns = bands([(cell.box.left, cell.box.right) for cell in cells], least=2)
    placed = [
        replace(cell, table=table, row=_place((cell.box.top, cell.box.bottom), rows),
                column=_place((cell.box.left, cell.box.right), columns))
        for cell in cells
    ]  # fmt: skip
    left, right = min(c.box.left for c in cells), max(c.box.right for c in cells)
    top, bottom = min(c.box.top for c in cells), max(c.box.bottom for c in cells)
    row_regions = [
        Region("row", number, Box(left, upper, right, lower), table=table, row=index)
        for index, (upper, lower) in enumerate(rows)
    ]
    column_regions = [
        Region("column", number, Box(first, top, last, bottom), table=table, column=index)
        for index, (first, last) in enumerate(columns)
    ]
    return placed + completed(placed, rows, columns, table, number) + row_regions + column_regions


def completed(
    placed: Sequence[Region],
    rows: Sequence[tuple[float, float]],
    columns: Sequence[tuple[float, float]],
    table: int,
    number: int,
) -> list[Region]:
    """Cells at crossings of rows and columns that no found cell covers; score 0.5."""
    left, top, right, bottom = edges_of([cell.box for cell in placed])
    # What all cells cover of a crossing is the sum of common height times common width.
    taken = _common(rows, top, bottom) @ _common(columns, left, right).T
    made = []
    for row, (upper, lower) in enumerate(rows):
        for column, (first, last) in enumerate(columns):
            crossing = Box(first, upper, last, lower)
            if taken[row, column] < 0.3 * crossing.area:
                made.append(Region("cell", number, crossing, 0.5, table, row, column))
    return made


def _common(
    extents: Sequence[tuple[float, float]],
    starts: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Length that each extent has in common with each pair of start and end."""
    first, last = np.array(extents, float).reshape(-1, 2).T[:, :, None]
    common: npt.NDArray[np.float64] = np.minimum(last, ends) - np.maximum(first, starts)
    return common.clip(0)


def bands(extents: Sequence[tuple[float, float]], least: int) -> list[tuple[float, float]]:
    """Bands that at least `least` extents agree on, in order, without overlaps.

    Extents are grouped when they overlap by most of the larger one; a group's band is the median of
    its ends. Where two bands overlap, the one with more members (the finer grid) stays.
    """
    groups: list[list[tuple[float, float]]] = []
    for extent in sorted(extents):
        for group in groups:
            if _agreement(extent, _middle(group)) > SAME_BAND:
                group.append(extent)
                break
        else:
            groups.append([extent])
    kept: list[tuple[float, float]] = []
    for group in sorted(groups, key=len, reverse=True):
        band = _middle(group)
        alone = all(_overlap(band, other) < 0.3 * min(_size(band), _size(other)) for other in kept)
        if len(group) >= least and alone:
            kept.append(band)
    return sorted(kept)


def _middle(group: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(start for start, _ in group), median(end for _, end in group)


def _size(extent: tuple[float, float]) -> float:
    return extent[1] - extent[0]


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(min(one[1], other[1]) - max(one[0], other[0]), 0.0)


def _agreement(one: tuple[float, float], other: tuple[float, float]) -> float:
    return _overlap(one, other) / max(_size(one), _size(other), 1e-6)


def _place(extent: tuple[float, float], found: Sequence[tuple[float, float]]) -> int | None:
    """Index of the band that holds the extent's middle."""
    middle = (extent[0] + extent[1]) / 2
    return next((index for index, (start, end) in enumerate(found) if start <= middle <= end), None)
