"""Rows of the printed tables: which tagged tokens make up one transaction or holding.

Rows come from regions (the bands that layout found), meaning from tags: a token belongs to the row
whose band holds it and to the field its tag names. Whether a row stands in Table I or II is what
most of its tags say, not where a template has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.agreement import TABLE_TAGS
from models.document import Box
from models.form import FieldSpec, FormType, GroupSpec
from models.ownership_forms import with_barred_forms, with_spelled_forms
from models.reading import RawField, TaggedPage, field_of
from models.records import (
    RUNNING,
    SAME_LINE,
    are_lines_of_records,
    headed_records,
    level_lines,
    turned_records,
)
from models.sides import OPTIONS, with_told_side
from models.tagger import MARK, Changes, Tagged, retagged
from models.values import day_of

WIDER = 1.25
"""How much wider than the distance of wrapped lines the distance between two rows is."""
CERTAIN = 2
"""Fields that stand twice in a band of the layout before it is taken for two rows."""


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
        told = with_barred_forms(with_spelled_forms(page.tagged))
        own = [each for each in told if each.field_tag.partition(".")[0] in prefixes]
        for index, row in enumerate(_rows_of_page(page, own)):
            if not index and rows and _continues(row, rows[-1]):
                rows[-1] = TableRow(rows[-1].table, rows[-1].page, rows[-1].band,
                                    rows[-1].tokens + row.tokens)  # fmt: skip
            elif _says_something(row.tokens):
                rows.append(row)
    return rows


def _rows_of_page(page: TaggedPage, tokens: Sequence[Tagged]) -> list[TableRow]:
    bands = [region.box for region in page.regions if region.label == "row"]
    apart = turned_records(tokens) or headed_records(page.tagged, tokens)
    standing = {id(each.token) for _, record in apart for each in record}
    groups: dict[int, list[Tagged]] = {}
    loose: list[Tagged] = []
    for each in tokens:
        if id(each.token) in standing:
            continue
        home = _band_of(each, bands)
        if home is None:
            loose.append(each)
        else:
            groups.setdefault(home, []).append(each)
    ordered = [groups[index] for index in sorted(groups, key=lambda index: bands[index].top)]
    if are_lines_of_records(ordered):
        loose += [each for group in ordered for each in group]
        ordered = []
    parts = [*(_clusters(group, CERTAIN) for group in ordered), _clusters(loose, 1), apart]
    found = [_row(page.page.number, band, group) for part in parts for band, group in part]
    return sorted(found, key=lambda row: (row.band.top, row.band.left))


def _says_something(tokens: Sequence[Tagged]) -> bool:
    """Whether two fields have words: a lone word on a page that reads badly is no row."""
    return len({each.field_tag for each in tokens if not each.is_mark}) > 1


def _row(page: int, band: Box, tokens: Sequence[Tagged]) -> TableRow:
    table = _table_of(each.field_tag for each in tokens)
    if table == OPTIONS:
        tokens = with_told_side(tokens)
    told = with_dates_in_order(one_cell_a_tag(with_near_marks(tokens)))
    return TableRow(table, page, band, tuple(told))


DATES = (".exerciseDate", ".expirationDate")


def with_dates_in_order(tokens: Sequence[Tagged]) -> list[Tagged]:
    """A row's tokens, of two dates the earlier as that of exercise and the later as the expiration.

    A mark is that of the date it stands at.
    """
    dates = [each for each in tokens if each.tag.endswith(DATES) and _day(each)]
    if len(dates) != len(DATES):
        return list(tokens)
    first, last = sorted(dates, key=lambda each: (_day(each), each.token.box.left))
    if first.tag.endswith(DATES[0]) and last.tag.endswith(DATES[1]):
        return list(tokens)
    table = first.tag.partition(".")[0]
    made: Changes = {id(first): table + DATES[0], id(last): table + DATES[1]}
    for each in tokens:
        if each.is_mark and each.field_tag.endswith(DATES):
            nearest = min(dates, key=lambda one: one.token.box.gap_to(each.token.box))
            made[id(each)] = made[id(nearest)] + MARK
    return retagged(tokens, made)


def _day(each: Tagged) -> str:
    return day_of(each.token.text.strip(".,;"))


ASTRAY = 2.0
"""Of its height: a mark this far from all words of its field is hardly theirs."""


def with_near_marks(tokens: Sequence[Tagged]) -> list[Tagged]:
    """A row's tokens, marks far from their field's words at the second choice's, if those are near.

    A second choice without words may be a cell that holds only the mark. A mark in the cell of its
    field's words stays there.
    """
    words: dict[str, list[Box]] = {}
    cells: set[tuple[str, int]] = set()
    for each in tokens:
        if not each.is_mark:
            words.setdefault(each.field_tag, []).append(each.token.box)
            if each.token.container is not None:
                cells.add((each.field_tag, id(each.token.container)))
    changes: Changes = {}
    for each in tokens:
        box, rival = each.token.box, each.rival.removesuffix(MARK)
        if not each.is_mark or rival == each.field_tag or rival not in TABLE_TAGS \
                or (each.field_tag, id(each.token.container)) in cells:  # fmt: skip
            continue
        own = min((box.gap_to(other) for other in words.get(each.field_tag, [])), default=0.0)
        near = min((box.gap_to(other) for other in words.get(rival, [])), default=0.5 * own)
        if each.rival.endswith(MARK) and own > near and own > _reach(each, words):
            changes[id(each)] = each.rival
    return retagged(tokens, changes)


def _reach(each: Tagged, words: Mapping[str, Sequence[Box]]) -> float:
    """Points within which a mark stays with its field: none where its second choice's words are
    right above it."""
    box = each.token.box
    rival = words.get(each.rival.removesuffix(MARK), [])
    above = any(other.bottom <= box.center[1] and other.left <= box.center[0] <= other.right
                for other in rival)  # fmt: skip
    return 0.0 if above else ASTRAY * box.height


def _table_of(tags: Iterable[str]) -> str:
    """The table to which most of the tags belong; of as many Table II, whose rows have more."""
    times = Counter(tag.partition(".")[0] for tag in tags)
    return max(sorted(times), key=lambda table: times[table])


def one_cell_a_tag(tokens: Sequence[Tagged]) -> list[Tagged]:
    """Where two cells of a row have one tag, the one whose next best tag is free takes that."""
    cells = cells_of(tokens)
    claims: dict[str, list[int]] = {}
    for key, cell in enumerate(cells):
        claims.setdefault(cell[0].field_tag, []).append(key)
    for keys in [keys for keys in claims.values() if len(keys) > 1]:
        other = {key: _rival(cells[key]) for key in keys}
        free = [key for key in keys if other[key] in TABLE_TAGS and other[key] not in claims]
        keep = max(keys, key=lambda key: cells[key][0].score)
        for key in [key for key in free if len(free) < len(keys) or key != keep]:
            rival = _rival(cells[key])
            claims[rival] = [key]
            cells[key] = [replace(each, tag=each.tag.replace(each.field_tag, rival), score=0.5)
                          for each in cells[key]]  # fmt: skip
    return [each for cell in cells for each in cell]


def cells_of(tokens: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens by the cell that layout found; without one, those of a tag that stand together.

    Together are pieces of one line of text and what stands under or over them.
    """
    found: dict[int, list[Tagged]] = {}
    loose: list[list[Tagged]] = []
    for each in tokens:
        if each.token.container is not None:
            found.setdefault(id(each.token.container), []).append(each)
            continue
        home = next((cell for cell in loose if _joins(each, cell)), None)
        if home is None:
            loose.append([each])
        else:
            home.append(each)
    return [*found.values(), *loose]


def _joins(each: Tagged, cell: Sequence[Tagged]) -> bool:
    """Whether a token outside cells goes with others; a mark goes with any of its field."""
    if each.field_tag != cell[0].field_tag:
        return False
    own, around = each.token.box, Box.around(one.token.box for one in cell)
    below = min(own.right, around.right) > max(own.left, around.left)
    return each.is_mark or below or any(one.token.line == each.token.line for one in cell)


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


def _clusters(tokens: Sequence[Tagged], least: int) -> Iterable[tuple[Box, list[Tagged]]]:
    """Rows told apart by what stands in them: each field once, but for text that wraps.

    A line starts a row when at least `least` codes or numbers of it stand in the row already, or
    when its codes and numbers are those of another table.
    Lines of running text between two such lines go to the row that they are nearer to.
    """
    rows: list[list[_Line]] = []
    for line in _lines(tokens):
        if not rows or _starts_row(line, rows[-1], least):
            rows.append([])
        rows[-1].append(line)
    upwards = bool(rows) and not rows[0][0].once and bool(rows[-1][-1].once)
    for above, below in pairwise(rows):
        _settle(above, below, upwards)
    for row in rows:
        group = [each for line in row for each in line.tokens]
        yield Box.around(each.token.box for each in group), group


def _starts_row(line: _Line, row: Sequence[_Line], least: int) -> bool:
    before = {tag for one in row for tag in one.once}
    elsewhere = before and line.once and _table_of(line.once) != _table_of(before)
    return bool(elsewhere) or len(line.once & before) >= least or _below_one_another(line, row)


NUMBER = re.compile(r"\$?\d{1,3}(?:,?\d{3})*(?:\.\d+)?")


def _below_one_another(line: _Line, row: Sequence[_Line]) -> bool:
    """Whether a whole number of the line stands below another of the same field: none wraps."""
    numbers = [each for one in row for each in one.tokens if _is_number(each)]
    return any(
        each.field_tag == above.field_tag
        and each.token.box.top >= above.token.box.bottom - SAME_LINE * above.token.box.height
        and min(each.token.box.right, above.token.box.right)
        > max(each.token.box.left, above.token.box.left)
        for each in line.tokens if _is_number(each) for above in numbers
    )  # fmt: skip


def _is_number(each: Tagged) -> bool:
    return _stands_once(each) and bool(NUMBER.fullmatch(each.token.text))


@dataclass(frozen=True)
class _Line:
    """Tokens side by side, and the tags among them that a row has once and on one line."""

    tokens: list[Tagged]
    once: frozenset[str]

    @property
    def box(self) -> Box:
        """Around the tokens."""
        return Box.around(each.token.box for each in self.tokens)


def _lines(tokens: Sequence[Tagged]) -> list[_Line]:
    return [_Line(line, frozenset(_once(line))) for line in level_lines(tokens)]


def _once(line: Sequence[Tagged]) -> Iterable[str]:
    """Tags of codes and of whole numbers: neither wraps, as titles and dates do."""
    return (each.field_tag for each in line if _stands_once(each))


def _stands_once(each: Tagged) -> bool:
    name = each.field_tag.split(".")[1]
    return not each.is_mark and name not in RUNNING and "Date" not in name


def _settle(above: list[_Line], below: list[_Line], upwards: bool) -> None:
    """Move the last lines of a row that belong to the next: those under the widest gap.

    Where all are as far apart and texts begin above their row's numbers, `upwards`, all of them.
    """
    last = max(index for index, line in enumerate(above) if line.once or not index)
    tail = [*above[last:], below[0]]
    if len(tail) < 3:
        return
    gaps = [lower.box.center[1] - upper.box.center[1] for upper, lower in pairwise(tail)]
    widest = max(range(len(gaps)), key=lambda index: gaps[index])
    even = gaps[widest] <= WIDER * min(gaps)
    if even and not upwards:
        return
    cut = last + 1 + (0 if even else widest)
    below[:0] = above[cut:]
    del above[cut:]


def _continues(row: TableRow, before: TableRow) -> bool:
    """Whether the first row of a page is only the rest of the last one of the page before."""
    names = {each.field_tag.split(".")[1] for each in row.tokens}
    return row.page > before.page and row.table == before.table and names <= RUNNING


DASHES = re.compile(r"[-–—]+")
"""What is written into a cell in which nothing is."""


def group_of(form: FormType, row: TableRow) -> GroupSpec:
    """Transaction or holding: the group of the row's table whose marker fields have words."""
    groups = [group for group in form.groups if group.table == row.table]
    said = (each for each in row.tokens if not DASHES.fullmatch(each.token.text))
    named = {each.field_tag.split(".")[1] for each in said if not each.is_mark}
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
    return max(cells_of(tokens), key=lambda cell: sum(each.score for each in cell), default=[])


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
