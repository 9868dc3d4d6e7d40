"""What callers see of a filing."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.errors import FileMissing, NotReadable
from service.filings import Filings, Record
from service.intake import page_of, result_of, source_of
from service.problems import Problem
from service.storage import Files

LONG_PARTS = ("words", "regions")
"""The long parts of a result, left out unless asked for."""


@dataclass(frozen=True)
class FilingSummary:
    """A filing without what was read of it.

    `state` is `queued`, `processing` (`pages_done` of `pages_total`), `done`, `partial` (a page
    could not be read), `failed` (`error` says why) or `split` (the document holds several filings,
    whose ids are its `parts`). `review` tells whether a person should look at it, `reviewed` when
    people last finished doing so: its values are then theirs.
    """

    id: str
    state: str
    name: str
    sha256: str
    bytes: int
    received: datetime
    finished: datetime | None
    form: str
    confidence: float | None
    review: bool | None
    reviewed: datetime | None
    pages_done: int
    pages_total: int
    metadata: dict[str, Any]
    precision: float
    priority: int
    callback_url: str
    batch: str
    part_of: str
    models: dict[str, str]
    error: Problem | None


@dataclass(frozen=True)
class FilingResource(FilingSummary):
    """A filing with its `result` once it is read.

    One that failed as `no-known-form` has a `result` without fields, for the words on its pages.
    """

    parts: tuple[str, ...]
    readings: int
    result: dict[str, Any] | None


@dataclass(frozen=True)
class FilingList:
    """A page of filings; `next` is the cursor of the following one, or empty."""

    filings: list[FilingSummary]
    next: str


@dataclass(frozen=True)
class Change:
    """A value that the newest reading has otherwise than the one before; empty is none."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class ReadingResource:
    """One of the times that a filing was read, and what it changed."""

    number: int
    models: dict[str, str]
    changes: list[Change]
    result: dict[str, Any]


def summary(record: Record) -> FilingSummary:
    """The filing as it is listed."""
    names = FilingSummary.__dataclass_fields__
    return FilingSummary(**{name: getattr(record, name) for name in names})


@dataclass(frozen=True)
class Shelf:
    """The filings of a service with their files, as callers get them."""

    filings: Filings
    files: Files

    def resource(self, record: Record, words: bool = False) -> FilingResource:
        """The filing with all that belongs to it."""
        result = self.result(record, words) if record.reading else None
        return FilingResource(
            **vars(summary(record)), parts=self.filings.parts(record.id), readings=record.reading,
            result=result,
        )  # fmt: skip

    def result(self, record: Record, words: bool = True, reading: int = 0) -> dict[str, Any] | None:
        """The newest result, as people reviewed it if they have; of a `split` document nothing.

        Of a `reading` that is named, what was read.
        """
        edited = not reading and record.reviewed is not None
        raw = self._raw(record, reading or record.reading, edited)
        if raw is None:
            return None
        result: dict[str, Any] = json.loads(raw)
        return result if words else {key: result[key] for key in result if key not in LONG_PARTS}

    def _raw(self, record: Record, reading: int, edited: bool) -> bytes | None:
        """A result as it was kept: as people reviewed it, if it is to be `edited` and they have."""
        for kind in ("reviewed.json", "result.json") if edited else ("result.json",):
            with suppress(FileMissing):
                return self.files.get(result_of(record.id, reading, kind))
        return None

    def export(self, record: Record, kind: str) -> bytes:
        """`filing.xml` or `filing.csv`, as people reviewed it if they have; raises NotReadable."""
        kinds = kind.rpartition(".")[2]
        for each in (f"reviewed.{kinds}", kind) if record.reviewed else (kind,):
            with suppress(FileMissing):
                return self.files.get(result_of(record.id, record.reading, each))
        raise NotReadable(f"The filing is in state {record.state} and has no {kinds}.")

    def picture(self, record: Record, number: int) -> bytes:
        """PNG of a page as displayed; raises NotReadable when there is none."""
        try:
            return self.files.get(page_of(record.part_of or record.id, number))
        except FileMissing:
            raise NotReadable(
                f"The filing, in state {record.state}, has no page {number}."
            ) from None

    def source(self, record: Record) -> str:
        """Where the document is that the filing was read from."""
        return source_of(record.part_of or record.id)

    def reading(self, record: Record, number: int) -> ReadingResource:
        """One reading beside the one before, as people reviewed that; raises NotReadable."""
        result = self.result(record, False, number) if 1 <= number <= record.reading else None
        if result is None:
            raise NotReadable(f"The filing has readings 1 to {record.reading}.")
        before = self._raw(record, number - 1, edited=True) if number > 1 else None
        changed = changes(json.loads(before), result) if before else []
        return ReadingResource(number, result["models"], changed, result)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The values that two results have otherwise."""
    old, new = ({field["path"]: field["value"] for field in each["fields"]}
                for each in (before, after))  # fmt: skip
    paths = dict.fromkeys((*old, *new))
    return [Change(path, old.get(path, ""), new.get(path, "")) for path in paths
            if old.get(path, "") != new.get(path, "")]  # fmt: skip
