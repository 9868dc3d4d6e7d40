"""Which versions of the models read: those promoted, rows of the database, else the table's own.

A promotion and a rollback are each a line of the audit, and those lines are the history: a rollback
goes to the version promoted before, and at last to none, which is the table's champion.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models import weights
from models.errors import NothingPromoted, UnknownModel
from models.form import forms
from models.weights import Weights
from service.database import audit, champions, now

PROMOTED, ROLLED_BACK = "promoted", "rolled back"
"""Actions in the audit; the detail is `name@version`, and who did it."""
BY = " by "
TAGGER, CONFIDENCE = "tagger", "confidence"

logger = logging.getLogger("filingscan.champions")

TryOut = Callable[[Mapping[str, Weights]], None]
"""Raises a ModelError for versions that cannot read."""


@dataclass(frozen=True)
class Promotion:
    """A row of the table of champions."""

    name: str
    version: str
    promoted: datetime
    by: str

    @property
    def tag(self) -> str:
        """`name@version`, as every extraction records it."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True)
class Champions:
    """The released versions and which of them read; `kept` is where fetched weights are."""

    engine: Engine
    kept: Path

    def rows(self) -> list[Weights]:
        """Every released version; raises DamagedWeights when their table cannot be read."""
        return weights.rows(kept=self.kept)

    def version(self, tag: str) -> Weights:
        """The released version `name@version`; raises UnknownModel."""
        for row in self.rows():
            if row.tag == tag:
                return row
        raise UnknownModel(f"There is no {tag} among the released versions.")

    def promoted(self) -> dict[str, Promotion]:
        """The promotions by the model's name."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(champions).order_by(champions.c.name)).mappings()
            return {row["name"]: Promotion(**row) for row in rows}

    def released(self) -> dict[str, Weights]:
        """By name the version that the table itself calls champion."""
        return {row.name: row for row in self.rows() if row.champion}

    def in_use(self) -> dict[str, Weights]:
        """By name the version that reads; one that was promoted and is gone is none."""
        known = {row.tag: row for row in self.rows()}
        chosen = [each.tag for each in self.promoted().values()]
        if gone := [tag for tag in chosen if tag not in known]:
            logger.warning("not among the released versions: %s, promoted", ", ".join(gone))
        return self.released() | {known[tag].name: known[tag] for tag in chosen if tag in known}

    def promote(self, tags: Sequence[str], by: str, try_out: TryOut) -> None:
        """Have these versions read from now on, all or none.

        Raises UnknownModel, and what `try_out` raises for all versions that would read together.
        """
        chosen = {row.name: row for row in map(self.version, tags)}
        try_out(self.in_use() | chosen)
        before = self.promoted()
        with self.engine.begin() as connection:
            for name, row in chosen.items():
                if name not in before or before[name].version != row.version:
                    _put(connection, name, row.version, by)
                    _note(connection, PROMOTED, row.tag, by)

    def rollback(self, name: str, by: str, try_out: TryOut) -> str:
        """Have the version promoted before the present one read again; empty: the table's own.

        Raises NothingPromoted, and what `promote` raises for a version that cannot read.
        """
        if name not in self.promoted():
            raise NothingPromoted(f"No version of {name} is promoted.")
        version = "".join(self.history(name)[-2:-1])
        back = self.version(f"{name}@{version}") if version else self.released().get(name)
        if back:
            try_out(self.in_use() | {name: back})
        with self.engine.begin() as connection:
            if version:
                _put(connection, name, version, by)
            else:
                connection.execute(sa.delete(champions).where(champions.c.name == name))
            _note(connection, ROLLED_BACK, f"{name}@{version}", by)
        return version

    def history(self, name: str) -> list[str]:
        """The versions promoted and not rolled back, the present one last."""
        own = audit.c.action.in_((PROMOTED, ROLLED_BACK)) & audit.c.detail.startswith(
            f"{name}@", autoescape=True
        )
        query = sa.select(audit.c.action, audit.c.detail).where(own).order_by(audit.c.id)
        versions: list[str] = []
        with self.engine.connect() as connection:
            for action, detail in connection.execute(query):
                if action == PROMOTED:
                    versions.append(detail.partition(BY)[0].partition("@")[2])
                else:
                    versions = versions[:-1]
        return versions

    def doubts(self, used: Mapping[str, Weights] | None = None) -> list[str]:
        """What an operator should know of the versions that read together, or of others."""
        used = self.in_use() if used is None else used
        return [*self._of_confidence(used), *_of_forms(used)]

    def _of_confidence(self, used: Mapping[str, Weights]) -> list[str]:
        own = used.get(CONFIDENCE)
        if own is None or _is_of(own, used):
            return []
        fitting = [row.tag for row in self.rows() if row.name == CONFIDENCE and _is_of(row, used)]
        reads = ", ".join(str(tag) for tag in own.dims.get("read_by", {}).values())
        cure = f"Promote {fitting[-1]} as well." if fitting else "None that fits is released."
        return [
            f"{own.tag} was fitted on what {reads} read: with other versions its confidences mean "
            f"little, and every filing goes to review. {cure}"
        ]


def _is_of(confidence: Weights, used: Mapping[str, Weights]) -> bool:
    """Whether a calibration was fitted on what these versions read."""
    read_by = confidence.dims.get("read_by", {})
    return bool(read_by) and all(
        name in used and used[name].tag == tag for name, tag in read_by.items()
    )


def _of_forms(used: Mapping[str, Weights]) -> list[str]:
    """Form types that have no model."""
    tagger = used.get(TAGGER)
    known = set(tagger.labels) if tagger else set()
    lacking = [form.name for form in forms().values() if not set(form.tags()) <= known]
    return [f"Form types without a model: {', '.join(lacking)}."] if lacking else []


def _put(connection: Connection, name: str, version: str, by: str) -> None:
    connection.execute(sa.delete(champions).where(champions.c.name == name))
    row = {"name": name, "version": version, "promoted": now(), "by": by}
    connection.execute(sa.insert(champions).values(row))


def _note(connection: Connection, action: str, tag: str, by: str) -> None:
    line = {"at": now(), "tenant": "", "action": action, "detail": f"{tag}{BY}{by}"}
    connection.execute(sa.insert(audit).values(line))
