"""Rows of the printed tables: which tagged tokens make up one transaction or holding.

Rows come from regions (the bands that layout found), meaning from tags: a token belongs to the row
whose band holds it and to the field its tag names. Whether a row stands in Table I or II is what
most of its tags say, not where a template has the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.document import Box
from models.form import FieldSpec, FormType, GroupSpec
from models.reading import RawField, TaggedPage, field_of
from models.tagger import MARK, Tagged

LINE_GAP = 0.27
"""Without bands: in units of token height, a larger vertical gap starts a new row."""


@dataclass(frozen=True)
class TableRow:
    """One row: its table's tag prefix, its page and band, its tokens in reading order."""

    table: str
    page: int
    band: Box
    tokens: tuple[Tagged, ...]

    def with_tag(self, tags: Sequence[str]) -> list[Tagged]:
        """Tokens (words and marks) that carry one of the tags."""
        return [each for each in self.tokens if each.field_tag in tags]


def table_rows(form: FormType, pages: Sequence[TaggedPage]) -> list[TableRow]:
    """All rows with values, page by page from top to bottom; a row cut by a page break is one."""
    prefixes = {group.table for group in form.groups if group.table}
    rows: list[TableRow] = []
    for page in pages:
        own = [each for each in page.tagged if each.field_tag.partition(".")[0] in prefixes]
        for index, row in enumerate(_rows_of_page(page, own)):
            if not index and rows and _continues(row, rows[-1]):
                rows[-1] = TableRow(rows[-1].table, rows[-1].page, rows[-1].band,
                                    rows[-1].tokens + row.tokens)  # fmt: skip
            else:
                rows.append(row)
    return rows


def _rows_of_page(page: TaggedPage, tokens: Sequence[Tagged]) -> list[TableRow]:
    bands = [region.box for region in page.regions if region.label == "row"]
    groups: dict[int, list[Tagged]] = {}
    loose: list[Tagged] = []
    for each in tokens:
        home = _band_of(each, bands)
        if home is None:
            loose.append(each)
        else:
            groups.setdefault(home, []).append(each)
    found = [_row(page.page.number, bands[index], group) for index, group in groups.items()]
    found += [_row(page.page.number, band, group) for band, group in _clusters(loose)]
    return sorted(found, key=lambda row: row.band.top)


def _row(page: int, band: Box, tokens: Sequence[Tagged]) -> TableRow:
    votes = Counter(each.field_tag.partition(".")[0] for each in tokens)
    return TableRow(votes.most_common(1)[0][0], page, band, tuple(one_cell_a_tag(tokens)))


def one_cell_a_tag(tokens: Sequence[Tagged]) -> list[Tagged]:
    """Where two cells of a row have one tag, the one whose next best tag is free takes that."""
    cells: dict[int, list[Tagged]] = {}
    for each in tokens:
        cells.setdefault(id(each.token.container), []).append(each)
    claims: dict[str, list[int]] = {}
    for key, cell in cells.items():
        claims.setdefault(cell[0].field_tag, []).append(key)
    for keys in [keys for keys in claims.values() if len(keys) > 1]:
        free = [
            key for key in keys if _rival(cells[key]) not in claims and "." in _rival(cells[key])
        ]
        keep = max(keys, key=lambda key: cells[key][0].score)
        for key in [key for key in free if len(free) < len(keys) or key != keep]:
            rival = _rival(cells[key])
            claims[rival] = [key]
            cells[key] = [replace(each, tag=each.tag.replace(each.field_tag, rival), score=0.5)
                          for each in cells[key]]  # fmt: skip
    return [each for cell in cells.values() for each in cell]


def _rival(cell: Sequence[Tagged]) -> str:
    return cell[0].rival.removesuffix(MARK)


def _band_of(each: Tagged, bands: Sequence[Box]) -> int | None:
    """The band around the token; a cell that layout found counts before the token's own place."""
    x, y = each.token.box.center
    holding = [
        index
        for index, band in enumerate(bands)
        if band.top <= y <= band.bottom and band.left - 5 <= x <= band.right + 5
    ]
    return min(holding, key=lambda index: bands[index].height, default=None)


def _clusters(tokens: Sequence[Tagged]) -> Iterable[tuple[Box, list[Tagged]]]:
    """Rows where layout found no bands: tokens grouped by the vertical gaps between them."""
    ordered = sorted(tokens, key=lambda each: each.token.box.top)
    group: list[Tagged] = []
    bottom = 0.0
    for each in ordered:
        box = each.token.box
        if group and box.top - bottom > LINE_GAP * box.height:
            yield Box.around(one.token.box for one in group), group
            group, bottom = [], 0.0
        group.append(each)
        bottom = max(bottom, box.bottom)
    if group:
        yield Box.around(one.token.box for one in group), group


def _continues(row: TableRow, before: TableRow) -> bool:
    """Whether the first row of a page is only the rest of the last one of the page before."""
    running = {"securityTitle", "natureOfOwnership", "underlyingSecurityTitle"}
    names = {each.field_tag.split(".")[1] for each in row.tokens}
    return row.page > before.page and row.table == before.table and names <= running


def group_of(form: FormType, row: TableRow) -> GroupSpec:
    """Transaction or holding: the group of the row's table whose marker fields have words."""
    groups = [group for group in form.groups if group.table == row.table]
    named = {each.field_tag.split(".")[1] for each in row.tokens if not each.is_mark}
    for group in groups:
        if group.marker and named & set(group.marker):
            return group
    return next((group for group in groups if not group.marker), groups[0])


def row_fields(form: FormType, group: GroupSpec, index: int, row: TableRow,
               columns: dict[str, int]) -> list[RawField]:  # fmt: skip
    """Every field of the group's description that words can carry, read or blank."""
    return [cell_field(form, group, index, row, spec, columns) for spec in group.fields if spec.tag]


def cell_field(form: FormType, group: GroupSpec, index: int, row: TableRow, spec: FieldSpec,
               columns: dict[str, int]) -> RawField:  # fmt: skip
    """One cell's field; tokens of one cell only, the likeliest where they stand in several."""
    tokens = row.with_tag(spec.tags)
    kept = likeliest(tokens)
    usual = columns.get(spec.tag)
    placed = [each for each in kept if each.token.container is not None]
    agreeing = [each for each in placed
                if usual is None or each.token.container.column in (usual, None)]  # type: ignore[union-attr]  # fmt: skip
    agreement = len(agreeing) / len(kept) if kept else 1.0
    path = form.path_of(spec, group, index)
    return field_of(spec, path, kept, agreement=agreement, dropped=len(tokens) - len(kept),
                    table=True)  # fmt: skip


def likeliest(tokens: Sequence[Tagged]) -> list[Tagged]:
    """The tokens of the cell with the largest sum of tag probabilities."""
    cells: dict[int, list[Tagged]] = {}
    for each in tokens:
        cells.setdefault(id(each.token.container), []).append(each)
    return max(cells.values(), key=lambda cell: sum(each.score for each in cell), default=[])


def usual_columns(form: FormType, rows: Sequence[TableRow]) -> dict[str, int]:
    """Tag -> the column index in which most rows have it."""
    votes: dict[str, Counter[int]] = {}
    base = {tag: spec.tag for _, spec in form.specs() for tag in spec.tags}
    for row in rows:
        for each in row.tokens:
            cell = each.token.container
            if cell is not None and cell.column is not None and each.field_tag in base:
                votes.setdefault(base[each.field_tag], Counter())[cell.column] += 1
    return {tag: counter.most_common(1)[0][0] for tag, counter in votes.items()}
