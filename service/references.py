"""Reference lists of a tenant, and the CIK numbers that they name for a filing.

Pages do not print CIK numbers. A list tells one where exactly one number fits what was read. Where
several fit, or a name fits only nearly and no ticker speaks for it, it stays empty: a wrong number
is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models.checks import value_of
from models.extraction import BLANK, ILLEGIBLE, LOOKED_UP, NOT_ON_FORM, Extraction, Field, Reason
from models.form import Location, Reference, forms
from models.values import character_error, plain
from service.allowance import INSERTS
from service.database import audit, now, reference_lists, references
from service.keys import Caller
from service.reference_lines import (
    Kind,
    Line,
    bare_key,
    count_of,
    lines_of,
    name_key,
    ticker_keys,
)

CHUNK = 5_000
"""Rows of one insert."""
CLOSE = 0.25
"""Share of wrong characters up to which a name supports what was found by its ticker."""
UNTOLD = (NOT_ON_FORM, BLANK)
"""States of a number that the page does not tell; one that is there but illegible is not among
them, for its print would be hidden."""

Row = sa.Row[Any]
Instance = tuple[str, int]


@dataclass(frozen=True)
class ReferenceList:
    """A list that looks numbers up: how many rows it has and since when."""

    kind: Kind
    rows: int
    uploaded: datetime


def lists_of(engine: Engine, tenant: str) -> list[ReferenceList]:
    """The tenant's lists."""
    table = reference_lists
    query = sa.select(table.c.kind, table.c.rows, table.c.uploaded)
    with engine.connect() as connection:
        found = connection.execute(query.where(table.c.tenant == tenant).order_by(table.c.kind))
        return [ReferenceList(*row) for row in found]


def replace_list(engine: Engine, caller: Caller, kind: Kind, data: bytes) -> ReferenceList:
    """Put this CSV in the place of the tenant's list, all or nothing; raises BadReferenceList."""
    listed = ReferenceList(kind, count_of(data, kind), now())
    own = {"tenant": caller.tenant, "kind": kind}
    lines = ({**own, **vars(each)} for each in lines_of(data, kind) if isinstance(each, Line))
    with engine.begin() as connection:
        # First of all: another upload of the same list waits here until this one is done.
        first = INSERTS[engine.dialect.name](reference_lists).values(**own, **_told(listed))
        connection.execute(first.on_conflict_do_update(
            index_elements=["tenant", "kind"], set_=_told(listed)))  # fmt: skip
        connection.execute(_removal(references, caller, kind))
        while chunk := list(islice(lines, CHUNK)):
            connection.execute(sa.insert(references), chunk)
        _note(connection, caller, "list-replaced", f"{kind}: {listed.rows} rows")
    return listed


def remove_list(engine: Engine, caller: Caller, kind: Kind) -> None:
    """Forget the tenant's list; that there is none is fine."""
    with engine.begin() as connection:
        if connection.execute(_removal(reference_lists, caller, kind)).rowcount:
            connection.execute(_removal(references, caller, kind))
            _note(connection, caller, "list-removed", kind)


def _told(listed: ReferenceList) -> dict[str, Any]:
    return {"rows": listed.rows, "uploaded": listed.uploaded}


def _removal(table: sa.Table, caller: Caller, kind: Kind) -> sa.Delete:
    return sa.delete(table).where(table.c.tenant == caller.tenant, table.c.kind == kind)


def _note(connection: Connection, caller: Caller, action: str, detail: str) -> None:
    """A line in the audit."""
    connection.execute(sa.insert(audit).values(
        at=now(), tenant=caller.tenant, key=caller.key, action=action, detail=detail))  # fmt: skip


# --- Looking up ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Match:
    """A number found: by which fields, and why it is this one."""

    cik: str
    relied: tuple[Field, ...]
    why: str


def looked_up(extraction: Extraction, engine: Engine, tenant: str) -> Extraction:
    """The extraction with the numbers that the tenant's lists tell and the page does not.

    Such a field is `looked-up`. Its confidence is the least of those of the fields it was found by,
    and it needs review when one of them does: it is right only if they were read right, and if the
    list is.
    """
    form = forms().get(extraction.form)
    if form is None:
        return extraction
    places = [form.locate(field.path) for field in extraction.fields]
    beside: dict[Instance, dict[str, Field]] = {}
    for field, place in zip(extraction.fields, places, strict=True):
        if place:
            beside.setdefault(_instance(place), {})[place[2].name] = field
    fields = list(extraction.fields)
    with engine.connect() as connection:
        for at, (field, place) in enumerate(zip(extraction.fields, places, strict=True)):
            if place and place[2].reference and field.state in UNTOLD:
                rows = _Rows(connection, tenant, place[2].reference)
                fields[at] = _filled(field, _match(rows, beside[_instance(place)]))
    return replace(extraction, fields=tuple(fields))


def _instance(place: Location) -> Instance:
    """What tells the fields beside each other: the path of their group and its number."""
    group, index, _ = place
    return group.path if group else "", index


def _filled(field: Field, match: Match | None) -> Field:
    """The field with what was found for it."""
    if match is None:
        return field
    sure = [each.confidence for each in match.relied if each.confidence is not None]
    return replace(
        field,
        value=match.cik,
        text="",
        state=LOOKED_UP,
        confidence=min(sure, default=None),
        review=any(each.review for each in match.relied),
        alternatives=(),
        reasons=(Reason(LOOKED_UP, match.why),),
    )


@dataclass(frozen=True)
class _Rows:
    """The rows of the one list that a field is looked up in."""

    connection: Connection
    tenant: str
    reference: Reference

    def named(self, key: str) -> Sequence[Row]:
        """Those of this name."""
        return self._where(references.c.name_key == key)

    def traded(self, tickers: Collection[str]) -> Sequence[Row]:
        """Those with one of these tickers."""
        return self._where(references.c.ticker.in_(tickers))

    def _where(self, wanted: sa.ColumnElement[bool]) -> Sequence[Row]:
        table = references
        own = (table.c.tenant == self.tenant, table.c.kind == self.reference.kind)
        query = sa.select(table).where(*own, wanted).order_by(table.c.line)
        return self.connection.execute(query).all()


def _match(rows: _Rows, beside: Mapping[str, Field]) -> Match | None:
    """The one number for the fields beside it: by the name, or by the ticker of one much like it.

    A name that is in the list is never overruled by the ticker.
    """
    name = beside.get(rows.reference.name)
    symbol = beside.get(rows.reference.symbol)
    if name is None:
        return None
    tickers = ticker_keys(value_of(symbol))
    key = name_key(value_of(name))
    if key and (named := rows.named(key)):
        return _only([row for row in named if _agrees(row, tickers)], name)
    if symbol is None or not tickers:
        return None
    guess = name_key(plain(name.text) if name.state == ILLEGIBLE else name.value)
    near = [row for row in rows.traded(tickers) if _is_close(row, guess)]
    return _only(near, symbol, name)


def _only(rows: Sequence[Row], *relied: Field) -> Match | None:
    """The rows' number if all have the same one: a company may have several lines."""
    if len({row.cik for row in rows}) != 1:
        return None
    first, by = rows[0], "its name" if len(relied) == 1 else "its ticker and a name like it"
    why = f"not printed; the list of {first.kind} has it for '{first.name}', found by {by}"
    return Match(first.cik, relied, why)


def _agrees(row: Row, tickers: Collection[str]) -> bool:
    """Whether the row's ticker is one of the form's; nothing is said where either has none."""
    return not row.ticker or not tickers or row.ticker in tickers


def _is_close(row: Row, guess: str) -> bool:
    """Whether a name may be a misreading of the row's, or have another legal form behind it."""
    pairs = ((guess, row.name_key), (bare_key(guess), bare_key(row.name_key)))
    return bool(guess) and min(character_error(one, other) for one, other in pairs) <= CLOSE
