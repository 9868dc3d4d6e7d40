"""Batches: many documents sent at once, each a filing of its own with its place in the batch."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models.errors import (
    BadRequest,
    BatchNotFound,
    DocumentTooLarge,
    EmptyDocument,
    FilingscanError,
    KeyReused,
    NothingTaken,
    RetryLater,
    StorageError,
)
from models.sandbox import JUNK, Limits, sniff
from service import database
from service.allowance import spend_pages
from service.database import batches as table
from service.database import filings
from service.filings import ENDED, ERASED, ID, STATES, cursor_of, new_id, newest_first
from service.intake import Intake, Options, Sent, sha256_of
from service.keys import Caller
from service.problems import Problem, problem_of

REFUSED = "refused"
"""State of a file of a batch that is no filing, because it could not be taken in."""
CURSOR = re.compile("[0-9]{0,9}")
MOST_NAMED = 5
"""Files that an error names."""
COLUMNS = (filings.c.batch_number, filings.c.id, filings.c.name, filings.c.state, filings.c.error)
"""Of a filing as a file of a batch."""


@dataclass(frozen=True)
class BatchFile:
    """A file of a batch: its place from 1, and the `id` and `state` of the filing it became.

    One that is `refused` has no id; `error` says why. An erased filing is not among the files.
    """

    number: int
    id: str
    name: str
    state: str
    error: Problem | None


@dataclass(frozen=True)
class BatchSummary:
    """A batch without its files; `states` counts them, and `ended` is whether all are read."""

    id: str
    created: datetime
    metadata: dict[str, Any]
    states: dict[str, int]
    ended: bool


@dataclass(frozen=True)
class BatchResource(BatchSummary):
    """A batch with files in the order they were sent; `next` is the cursor of more, or empty."""

    files: list[BatchFile]
    next: str


@dataclass(frozen=True)
class BatchList:
    """A page of batches; `next` is the cursor of the following one, or empty."""

    batches: list[BatchSummary]
    next: str


@dataclass(frozen=True)
class Entry(BatchFile):
    """A filing of a batch, or one of its `part`s, counted from 1; or a file that is refused."""

    part: int


@dataclass(frozen=True)
class Batches:
    """Reading the table of batches; a tenant sees its own only."""

    engine: Engine

    def resource(
        self, identifier: str, tenant: str, cursor: str = "", limit: int = 500
    ) -> BatchResource:
        """The batch with so many of its files; raises BatchNotFound."""
        if not CURSOR.fullmatch(cursor):
            raise BadRequest("The cursor is none that a batch gave.")
        with self.engine.connect() as connection:
            row = _row(connection, identifier, tenant)
            found = _files(connection, row, int(cursor or 0), limit + 1)
            summary = _summaries(connection, [row])[0]
        more = len(found) > limit
        return BatchResource(
            **vars(summary), files=found[:limit], next=str(found[limit - 1].number) if more else ""
        )

    def listed(self, tenant: str, cursor: str = "", limit: int = 50) -> BatchList:
        """A page of batches, newest first."""
        query = sa.select(table).where(table.c.tenant == tenant)
        query = newest_first(query, table.c.created, table.c.id, cursor).limit(limit + 1)
        with self.engine.connect() as connection:
            rows = list(connection.execute(query))
            found = _summaries(connection, rows[:limit])
        more = len(rows) > limit
        return BatchList(found, cursor_of(found[-1].created, found[-1].id) if more else "")

    def entries(self, identifier: str, tenant: str) -> list[Entry]:
        """Every filing of the batch, parts behind their document, and what is refused.

        Raises BatchNotFound.
        """
        query = sa.select(*COLUMNS, filings.c.part).where(*_in(identifier))
        with self.engine.connect() as connection:
            row = _row(connection, identifier, tenant)
            found = [Entry(*each[:4], _problem(each.error), each.part)
                     for each in connection.execute(query)]  # fmt: skip
        taken = {entry.number for entry in found}
        found += [Entry(**vars(each), part=0) for each in _refused(row) if each.number not in taken]
        return sorted(found, key=lambda entry: (entry.number, entry.part))

    def forget(self, identifier: str) -> None:
        """Take the batch itself off the record; its filings are others' to erase."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(table).where(table.c.id == identifier))


def take(intake: Intake, caller: Caller, sent: Sequence[Sent], options: Options) -> str:
    """Take in the files, each as a filing of its own; the answer is the batch's id.

    The same idempotency key and files give the same batch, and what is missing of it is taken in.
    Raises KeyReused for other files. Where nothing is taken, raises NothingTaken when the files
    are at fault, or why the service takes nothing now.
    """
    faults = {number: fault for number, each in enumerate(sent, 1)
              if (fault := _fault(each, intake.settings.limits))}  # fmt: skip
    if len(faults) == len(sent):
        raise NothingTaken(_told(sent, faults))
    batch = _begun(intake.engine, caller, sent, options)
    _refuse(intake.engine, batch, sent, faults)
    if stop := _take_each(intake, caller, batch, sent, options, faults):
        if not _taken(intake.engine, batch):
            Batches(intake.engine).forget(batch)
            raise stop
        rest = dict.fromkeys(range(1, len(sent) + 1), stop)
        _refuse(intake.engine, batch, sent, rest | faults)
    return batch


def _take_each(
    intake: Intake, caller: Caller, batch: str, sent: Sequence[Sent], options: Options,
    faults: Mapping[int, FilingscanError],
) -> FilingscanError | None:  # fmt: skip
    """Take in what is not at fault and not there yet; the answer is why that came to a stop."""
    there = _taken(intake.engine, batch)
    for number, each in enumerate(sent, 1):
        if number in faults or number in there:
            continue
        own = replace(options, batch=batch, batch_number=number,
                      idempotency_key=f"{batch}:{number}")  # fmt: skip
        try:
            spend_pages(intake.engine, caller, 1, intake.settings)
            intake.take(caller.tenant, each, own)
        except (RetryLater, StorageError) as error:
            # That is not this file's fault: the rest would fare no better.
            return error
    return None


def _fault(sent: Sent, limits: Limits) -> FilingscanError | None:
    """Why this file cannot be a filing, by its size and first bytes."""
    if not sent.bytes:
        return EmptyDocument("The file has no bytes.")
    if sent.bytes > limits.max_bytes:
        return DocumentTooLarge(f"The document has more than {limits.max_bytes:,} bytes.")
    sent.content.seek(0)
    try:
        sniff(sent.content.read(JUNK))
    except FilingscanError as error:
        return error
    return None


def _told(sent: Sequence[Sent], faults: Mapping[int, FilingscanError]) -> str:
    named = [f"{sent[number - 1].name}: {fault.code}" for number, fault in faults.items()]
    return "; ".join(named[:MOST_NAMED]) + ("; …" if len(named) > MOST_NAMED else ".")


def _begun(engine: Engine, caller: Caller, sent: Sequence[Sent], options: Options) -> str:
    """The id of the batch, which is on record then; raises KeyReused."""
    key, digest = options.idempotency_key, ""
    if key:
        digest = _digest(sent)
        if before := _of_key(engine, caller.tenant, key, digest):
            return before
    identifier = new_id()
    row = sa.insert(table).values(
        id=identifier, tenant=caller.tenant, created=database.now(),
        metadata=dict(options.metadata), idempotency_key=key, sha256=digest,
    )  # fmt: skip
    try:
        with engine.begin() as connection:
            connection.execute(row)
    except sa.exc.IntegrityError:
        if key and (same := _of_key(engine, caller.tenant, key, digest)):
            return same
        raise
    return identifier


def _digest(sent: Sequence[Sent]) -> str:
    """The sha256 of the files' own, in their order."""
    whole = hashlib.sha256()
    for each in sent:
        whole.update(bytes.fromhex(sha256_of(each)))
    return whole.hexdigest()


def _of_key(engine: Engine, tenant: str, key: str, digest: str) -> str:
    """The batch that was sent with this key, or empty; raises KeyReused if it had other files."""
    own = sa.select(table).where(table.c.tenant == tenant, table.c.idempotency_key == key)
    with engine.connect() as connection:
        row = connection.execute(own).one_or_none()
    if row is None:
        return ""
    if row.sha256 != digest:
        raise KeyReused("The idempotency key was used for a batch of other files.")
    return str(row.id)


def _taken(engine: Engine, batch: str) -> set[int]:
    """Numbers of the files that are filings."""
    with engine.connect() as connection:
        query = sa.select(filings.c.batch_number).where(*_in(batch))
        return set(connection.scalars(query))


def _refuse(
    engine: Engine, batch: str, sent: Sequence[Sent], faults: Mapping[int, FilingscanError]
) -> None:
    """Note which files are no filings, and why; those that are, by whomever, are left out."""
    taken = _taken(engine, batch)
    refused = [
        {"number": number, "name": sent[number - 1].name,
         "error": asdict(problem_of(fault, f"/v1/batches/{batch}"))}
        for number, fault in sorted(faults.items()) if number not in taken
    ]  # fmt: skip
    with engine.begin() as connection:
        own = sa.update(table).where(table.c.id == batch)
        connection.execute(own.values(refused=refused))


def _in(*batches: str) -> tuple[sa.ColumnElement[bool], ...]:
    """That a filing is in one of these batches, and not erased."""
    return filings.c.batch.in_(batches), filings.c.state != ERASED


def _row(connection: Connection, identifier: str, tenant: str) -> sa.Row[Any]:
    # Postgres cannot even be asked for some texts.
    if ID.fullmatch(identifier):
        own = (table.c.id == identifier) & (table.c.tenant == tenant)
        row = connection.execute(sa.select(table).where(own)).one_or_none()
        if row is not None:
            return row
    raise BatchNotFound()


def _files(connection: Connection, row: sa.Row[Any], after: int, most: int) -> list[BatchFile]:
    """The files behind this number, filings and refused ones together."""
    query = (
        sa.select(*COLUMNS)
        .where(*_in(row.id), filings.c.part_of == "", filings.c.batch_number > after)
        .order_by(filings.c.batch_number)
        .limit(most)
    )
    found = [BatchFile(*each[:4], _problem(each.error)) for each in connection.execute(query)]
    # Where both are there, the file was refused at first and taken when it was sent again.
    both = {each.number: each for each in (*_refused(row), *found) if each.number > after}
    return [both[number] for number in sorted(both)[:most]]


def _refused(row: sa.Row[Any]) -> list[BatchFile]:
    return [BatchFile(each["number"], "", each["name"], REFUSED, _problem(each["error"]))
            for each in row.refused]  # fmt: skip


def _problem(said: dict[str, Any] | None) -> Problem | None:
    return Problem(**said) if said else None


def _summaries(connection: Connection, rows: Sequence[sa.Row[Any]]) -> list[BatchSummary]:
    """Batches with the counts of their files by state."""
    query = (
        sa.select(filings.c.batch, filings.c.state, sa.func.count())
        .where(*_in(*(row.id for row in rows)), filings.c.part_of == "")
        .group_by(filings.c.batch, filings.c.state)
    )
    counts: dict[str, Counter[str]] = {row.id: Counter({REFUSED: len(row.refused)}) for row in rows}
    for batch, state, count in connection.execute(query):
        counts[batch][state] = count
    return [
        BatchSummary(
            row.id, row.created, row.metadata,
            {state: counts[row.id][state] for state in (*STATES, REFUSED)},
            not any(counts[row.id][state] for state in STATES if state not in ENDED),
        )
        for row in rows
    ]  # fmt: skip
