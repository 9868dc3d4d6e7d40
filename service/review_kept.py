"""What people decided about a reading of a filing, carried over to a newer reading of it.

A decision goes with its field's path. In a table that is not enough: the newer reading may have
found a row more, so what is decided there must stand in the same place on the page too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from models.errors import BadEdit, DamagedResult, FileMissing, ValueFormatError
from models.extraction import ILLEGIBLE, READ, Extraction, Field, Place
from models.form import forms
from models.values import canonical
from service import database
from service.database import corrections
from service.database import reviews as table
from service.edits import (
    ACCEPT,
    ATTACH,
    DETACH,
    MAKE_BLANK,
    MAKE_ILLEGIBLE,
    SET,
    Edit,
    applied,
    decided,
    edit_of,
    row_of,
)
from service.review_rows import (
    FINISHED,
    KEPT,
    SECOND,
    VOID,
    Review,
    add,
    corrections_in,
    extraction_of,
    found,
    id_of,
)
from service.storage import Files

Carried = tuple[Edit, Row[Any]]
"""An edit of the newer reading, and the row of the one of the older that it comes from."""
LONGEST_PATH = 255


@dataclass(frozen=True)
class Decision:
    """A field that people decided: as it was read, as it became, and the row of the last edit."""

    read: Field | None
    field: Field
    row: Row[Any]


def carry_over(
    connection: Connection, files: Files, filing: Row[Any]
) -> tuple[Extraction | None, frozenset[str]]:
    """The newest reading with what people had decided about one before, and ids of those fields.

    Nothing for a filing that nobody had begun to review. What is carried over becomes a review of
    its own, with who decided it and when.
    """
    decisions = _decisions(connection, files, filing)
    if not decisions and not filing.reviewed:
        return None, frozenset()
    machine = extraction_of(files, filing.id, filing.reading)
    names = ", ".join(dict.fromkeys(each.row.name for each in decisions))
    chosen = _accepted(machine, [
        (edit, decision.row) for decision in decisions for edit in _edits(decision, machine)
    ])  # fmt: skip
    edited = applied(machine, [edit for edit, _ in chosen], names)
    ids = decided([edit for edit, _ in chosen])
    if chosen:
        _enter(connection, filing, machine, edited, chosen, ids)
    return edited, ids


def _decisions(connection: Connection, files: Files, filing: Row[Any]) -> list[Decision]:
    """What people decided about the last reading before this one about which they did, if any."""
    # A second review is blind and not settled: who did it does so again.
    own = found(connection, table.c.filing == filing.id, table.c.reading < filing.reading,
                table.c.purpose != SECOND, table.c.state != VOID)  # fmt: skip
    rows = corrections_in(connection, *(each.id for each in own))
    of = {each.id: each.reading for each in own}
    newest = max((of[row.review] for row in rows), default=0)
    rows = [row for row in rows if of[row.review] == newest]
    try:
        machine = extraction_of(files, filing.id, newest) if rows else None
    except (FileMissing, DamagedResult):
        machine = None
    if machine is None:
        return []
    edits = [edit_of(row.edit) for row in rows]
    read = {field.id: field for field in machine.fields}
    last = {edit.field: row for edit, row in zip(edits, rows, strict=True) if edit.field}
    ids = decided(edits)
    return [Decision(read.get(field.id), field, last[field.id])
            for field in applied(machine, edits).fields
            if field.id in ids and field.id in last]  # fmt: skip


def _edits(decision: Decision, machine: Extraction) -> Iterator[Edit]:
    """The edits that decide the same of the newer reading; none where it is not the same field."""
    old = decision.field
    new = next((field for field in machine.fields if field.path == old.path), None)
    if new is None or not _is_same(decision, new, machine.form):
        return
    if old.state == ILLEGIBLE:
        yield Edit(MAKE_ILLEGIBLE, field=new.id)
        return
    if old.state != READ:
        yield Edit(MAKE_BLANK, field=new.id)
    elif new.state == READ and new.value == old.value:
        yield Edit(ACCEPT, field=new.id)
    else:
        yield Edit(SET, field=new.id, value=_typed(old), boxes=old.boxes)
    ours, theirs = ([link.id for link in each.footnotes] for each in (old, new))
    for action, these in (
        (ATTACH, [each for each in ours if each not in theirs]),
        (DETACH, [each for each in theirs if each not in ours]),
    ):
        yield from (Edit(action, field=new.id, footnote=each) for each in these)


def _is_same(decision: Decision, new: Field, form: str) -> bool:
    """Whether a field of this path is the one that was decided."""
    at = forms()[form].locate(new.path)
    if at is None:
        return False
    seen = decision.field.boxes or (decision.read.boxes if decision.read else ())
    if at[0] is None or not (seen or new.boxes):
        return True
    return any(_meet(one, other) for one in seen for other in new.boxes) or not new.boxes


def _meet(one: Place, other: Place) -> bool:
    return one.page == other.page and one.box.intersection(other.box) > 0


def _typed(field: Field) -> str:
    """What to type for the field's value: as printed where that comes to the same."""
    try:
        return field.text if canonical(field.kind, field.text) == field.value else field.value
    except ValueFormatError:
        return field.value


def _accepted(machine: Extraction, wanted: list[Carried]) -> list[Carried]:
    """The edits that can be made to what was read, which mostly are all."""
    chosen: list[Carried] = []
    for more in (wanted, *([each] for each in wanted)):
        if len(chosen) == len(wanted):
            break
        try:
            applied(machine, [edit for edit, _ in (*chosen, *more)])
        except BadEdit:
            continue
        chosen += more
    return chosen


def _enter(
    connection: Connection, filing: Row[Any], machine: Extraction, edited: Extraction,
    chosen: Sequence[Carried], ids: frozenset[str],
) -> None:  # fmt: skip
    """A review that is finished, of what was carried over."""
    at, last = database.now(), max((row for _, row in chosen), key=lambda row: row.at)
    review = id_of(filing.id, filing.reading, KEPT)
    add(connection, Review(
        review, filing.tenant, filing.id, filing.reading, KEPT, FINISHED, tuple(sorted(ids)), (),
        0.0, filing.priority, at, finished=at, reviewer=last.key, reviewer_name=last.name,
    ))  # fmt: skip
    read = {field.id: field for field in machine.fields}
    after = {field.id: field for field in edited.fields}
    for number, (edit, row) in enumerate(chosen, 1):
        before, field = read[edit.field].value, after[edit.field]
        connection.execute(sa.insert(corrections).values(
            review=review, number=number, tenant=filing.tenant, filing=filing.id,
            edit=row_of(edit), path=field.path[:LONGEST_PATH], before=before, after=field.value,
            machine=before, models=machine.models, key=row.key, name=row.name, at=row.at,
            seconds=0.0,
        ))  # fmt: skip
