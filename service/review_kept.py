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
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    NOT_ON_FORM,
    Extraction,
    Field,
    Place,
)
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
from service.filings import new_id
from service.review_rows import (
    FINISHED,
    KEPT,
    SECOND,
    Review,
    add,
    corrections_in,
    current_of,
    extraction_of,
    found,
    is_shown,
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


@dataclass(frozen=True)
class Before:
    """A reading that people reviewed: what they made of it, what they decided, rows they changed.

    `edited` is None where what was read is gone; `groups` are paths.
    """

    edited: Extraction | None = None
    decisions: tuple[Decision, ...] = ()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
    """The newest reading with what people had decided about one before, and ids of those fields.

    `lost` are the fields to ask about anew, for what was said of them does not fit this reading;
    None where all does.
    """

    edited: Extraction | None = None
    ids: frozenset[str] = frozenset()
    lost: tuple[str, ...] | None = None


def carry_over(connection: Connection, files: Files, filing: Row[Any]) -> Kept:
    """What people had decided about a filing before its newest reading, in a review of its own.

    Nothing for a filing that nobody had begun to review.
    """
    before = _before(connection, files, filing)
    if before is None and not filing.reviewed:
        return Kept()
    before = before or Before()
    machine = extraction_of(files, filing.id, filing.reading)
    names = ", ".join(dict.fromkeys(each.row.name for each in before.decisions))
    chosen = _accepted(machine, [
        (edit, decision.row)
        for decision in before.decisions for edit in _edits(decision, machine)
    ])  # fmt: skip
    edited = applied(machine, [edit for edit, _ in chosen], names)
    ids = decided([edit for edit, _ in chosen])
    if chosen:
        _enter(connection, filing, machine, edited, chosen, ids)
    return Kept(edited, ids, _lost(before, edited, ids))


def _before(connection: Connection, files: Files, filing: Row[Any]) -> Before | None:
    """The last reading before this one about which people said something, if any."""
    # A second review is blind and not settled: who did it does so again. One that was open when
    # the filing was read again counts, for nothing of it may be lost.
    own = found(connection, table.c.filing == filing.id, table.c.reading < filing.reading,
                table.c.purpose != SECOND)  # fmt: skip
    every = corrections_in(connection, *(each.id for each in own))
    if not every:
        return None
    of = {each.id: each for each in own}
    last = max((of[row.review] for row in every), key=lambda review: review.reading)
    try:
        machine = extraction_of(files, filing.id, last.reading)
    except (FileMissing, DamagedResult):
        return Before()
    rows = [row for row in every if of[row.review].reading == last.reading]
    edits = [edit_of(row.edit) for row in rows]
    # Reviews are in the order in which they go on from each other.
    edited = current_of(connection, machine, of[rows[-1].review])
    read = {field.id: field for field in machine.fields}
    by = {edit.field: row for edit, row in zip(edits, rows, strict=True) if edit.field}
    ids = decided(edits)
    return Before(
        edited,
        tuple(Decision(read.get(field.id), field, by[field.id]) for field in edited.fields
              if field.id in ids and field.id in by),
        frozenset(edit.group for edit in edits if edit.group),
    )  # fmt: skip


def _lost(before: Before, edited: Extraction, ids: frozenset[str]) -> tuple[str, ...] | None:
    """The fields of the newer reading about which something was said that does not fit it."""
    shown = [field for field in edited.fields if is_shown(edited.form, field)]
    if before.edited is None:
        return tuple(field.id for field in shown)
    by_path = {field.path: field for field in edited.fields}
    paths = (each.field.path for each in before.decisions)
    gone = [path for path in paths if path not in by_path or by_path[path].id not in ids]
    changed = {group for group in before.groups
               if _rows(before.edited, group) != _rows(edited, group)}  # fmt: skip
    if not gone and not changed:
        return None
    asked = [field.id for field in shown
             if field.path in gone or _group(edited.form, field) in changed]  # fmt: skip
    return tuple(asked) or tuple(field.id for field in shown)


def _group(form: str, field: Field) -> str:
    at = forms()[form].locate(field.path)
    return at[0].path if at and at[0] else ""


def _rows(extraction: Extraction, group: str) -> dict[str, tuple[str, str]]:
    """State and value of each field of a group's rows, by path."""
    return {field.path: (field.state, field.value) for field in extraction.fields
            if _group(extraction.form, field) == group}  # fmt: skip


def _edits(decision: Decision, machine: Extraction) -> Iterator[Edit]:
    """The edits that decide the same of the newer reading; none where it is not the same field."""
    old = decision.field
    new = next((field for field in machine.fields if field.path == old.path), None)
    if new is None or not _is_same(decision, new, machine.form):
        return
    if old.state == ILLEGIBLE:
        yield Edit(MAKE_ILLEGIBLE, field=new.id)
        return
    if (new.state, new.value) == (old.state, old.value):
        yield Edit(ACCEPT, field=new.id)
    elif old.state in (BLANK, FOOTNOTE_ONLY):
        yield Edit(MAKE_BLANK, field=new.id)
    elif old.state == NOT_ON_FORM:
        return  # that the form lacks it was no word about a value that stands there now
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
    review = new_id()
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
