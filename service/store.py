"""Filings on disk: one folder each, written whole or not at all, found again after a restart."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.errors import FilingNotFound, NotReadable
from models.export import to_csv, to_json, to_xml
from models.extraction import Extraction
from service.problems import Problem

DONE, FAILED, SPLIT = "done", "failed", "split"
RECORD, SOURCE, RESULT = "filing.json", "source", "result.json"
IDENTIFIER = re.compile(r"[0-9a-f]{32}")
LONG_PARTS = ("words", "regions")
"""The long parts of a result, left out unless asked for."""


@dataclass(frozen=True)
class Record:
    """A filing as the service knows it; `state` is `done`, `failed` or `split`.

    A document that holds several filings is `split`: `parts` are their ids, and each of them is
    `part_of` it.
    """

    id: str
    state: str
    name: str
    sha256: str
    received: str
    form: str = ""
    error: Problem | None = None
    parts: tuple[str, ...] = ()
    part_of: str = ""


class Store:
    """Filings below a folder; the ids are long and random, so knowing one is being allowed to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "filings"
        self.folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def new_id() -> str:
        """An id nobody can guess."""
        return secrets.token_hex(16)

    def put(self, record: Record, source: bytes, extraction: Extraction | None) -> None:
        """Write a filing and what was read of it; parts of a document have no source of their own.

        Of a document of no known form there are words, but nothing in EDGAR's formats.
        """
        half = self.folder / f".{record.id}"
        half.mkdir()
        try:
            if not record.part_of:
                (half / SOURCE).write_bytes(source)
            (half / RECORD).write_text(json.dumps(asdict(record)))
            if extraction:
                (half / RESULT).write_text(json.dumps(to_json(extraction, words=True)))
            if extraction and extraction.form:
                (half / "filing.xml").write_bytes(to_xml(extraction))
                csv = to_csv([(record.name, extraction)])
                (half / "filing.csv").write_text(csv, encoding="utf-8")
            half.rename(self.folder / record.id)
        except BaseException:
            shutil.rmtree(half)
            raise

    def record(self, identifier: str) -> Record:
        """The filing of this id; raises FilingNotFound."""
        raw = json.loads(self._path(identifier, RECORD).read_text())
        error = Problem(**raw.pop("error")) if raw["error"] else raw.pop("error")
        return Record(**raw | {"parts": tuple(raw.get("parts", ()))}, error=error)

    def source(self, identifier: str) -> bytes:
        """The document the filing was read from."""
        return self.read(self.record(identifier).part_of or identifier, SOURCE)

    def has_result(self, identifier: str) -> bool:
        """Whether anything was read of the filing."""
        return self._path(identifier, RESULT).exists()

    def result(self, identifier: str, words: bool = False) -> dict[str, Any]:
        """The extraction as JSON; raises NotReadable for a filing of which nothing was read."""
        result: dict[str, Any] = json.loads(self.read(identifier, RESULT))
        return result if words else {key: result[key] for key in result if key not in LONG_PARTS}

    def read(self, identifier: str, name: str) -> bytes:
        """A file of the filing; raises NotReadable when there is none."""
        path = self._path(identifier, name)
        if not path.exists():
            state = self.record(identifier).state
            raise NotReadable(f"The filing is in state {state} and has no {Path(name).suffix[1:]}.")
        return path.read_bytes()

    def _path(self, identifier: str, name: str) -> Path:
        path = self.folder / identifier
        # The pattern also keeps every other path out.
        if not IDENTIFIER.fullmatch(identifier) or not path.is_dir():
            raise FilingNotFound()
        return path / name
