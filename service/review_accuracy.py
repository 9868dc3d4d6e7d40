"""How right reviewers are, field by field, and what audits say of what is accepted without them.

A field that two people reviewed and somebody decided between tells of both. One of an audit tells
of the models: it was accepted, and then looked at. The interval of a share is the exact one of
Clopper and Pearson, 95 % with both sides (Biometrika 26, 1934, doi:10.1093/biomet/26.4.404): with
few errors it holds what it promises, where approximations do not. Fields of one filing are taken
for independent of each other, which they are not quite: the true interval is a little wider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from models.confidence import lower_bound
from models.form import forms
from models.values import equal
from service.database import corrections
from service.database import reviews as table
from service.edits import DECIDING, MAKE_ILLEGIBLE, edit_of
from service.review_rows import (
    ADJUDICATION,
    AUDIT,
    FINISHED,
    FIRST,
    KEPT,
    OPEN,
    SECOND,
    Review,
    found,
)

MET, MISSED, UNRESOLVED = "met", "missed", "not resolvable"
CHANCE = 0.025
"""Of being wrong, on either side of an interval."""
PLAIN = re.compile(r"\[\d+\]")
ONE = "first"
"""Of the reviews of a filing, that in which it was reviewed for the first time."""


@dataclass(frozen=True)
class Share:
    """How many of `count` are right; between `low` and `high` the true share is likely to be."""

    right: int
    count: int

    @property
    def share(self) -> float | None:
        """Of those that are right."""
        return self.right / self.count if self.count else None

    @property
    def low(self) -> float:
        """What the true share hardly is below."""
        return lower_bound(self.count, self.count - self.right, CHANCE) if self.count else 0.0

    @property
    def high(self) -> float:
        """What the true share hardly is above."""
        return 1.0 - lower_bound(self.count, self.right, CHANCE) if self.count else 1.0


@dataclass(frozen=True)
class ReviewerAccuracy:
    """Of one reviewer: finished reviews, decided fields, and the median seconds for one of them.

    `judged` are the fields that somebody else reviewed too, of which some were right in the end.
    """

    key: str
    name: str
    reviews: int
    fields: int
    seconds: float
    judged: Share


@dataclass(frozen=True)
class FieldAccuracy:
    """Of one field, by its path without numbers.

    `machine` is what was read and looked at in audits, `reviewers` what two people reviewed.
    """

    path: str
    machine: Share
    reviewers: Share


@dataclass(frozen=True)
class Accuracy:
    """What is known of reviewers, fields, and of `automatic` acceptance beside its `target`.

    `verdict` is `met`, `missed` or `not resolvable`, by the whole interval.
    """

    reviewers: list[ReviewerAccuracy]
    fields: list[FieldAccuracy]
    automatic: Share
    audits: int
    target: float
    verdict: str


@dataclass(frozen=True)
class Decision:
    """What somebody said of a field in the end: its value, or that it cannot be read."""

    field: str
    path: str
    value: str
    machine: str
    illegible: bool

    def same(self, other: Decision) -> bool:
        """Whether both say the same, by the rule that values are compared by everywhere."""
        alike = equal(kind_of(self.path), self.value, other.value)
        return alike and self.illegible == other.illegible

    @property
    def was_read(self) -> bool:
        """Whether that is what was read."""
        return equal(kind_of(self.path), self.machine, self.value)


@dataclass(frozen=True)
class Judged:
    """One field: of which path, whether right, and in whose review; of none for the models."""

    path: str
    right: bool
    review: Review


Decisions = dict[str, Decision]


def accuracy(engine: Engine, tenant: str, target: float) -> Accuracy:
    """What a tenant's finished reviews say."""
    with engine.connect() as connection:
        done = found(connection, table.c.tenant == tenant, table.c.purpose != KEPT,
                     table.c.state.in_((FINISHED, OPEN)))  # fmt: skip
        own = (corrections.c.tenant == tenant) & corrections.c.undone.is_(None)
        rows = connection.execute(sa.select(corrections).where(own)).all()
    said = _decisions([each for each in done if each.state == FINISHED], rows)
    groups: dict[tuple[str, int], dict[str, Review]] = {}
    for each in done:
        part = ONE if each.purpose in FIRST else each.purpose
        groups.setdefault((each.filing, each.reading), {})[part] = each
    people = [each for group in groups.values() for each in _of_people(group, said)]
    machine = [each for group in groups.values() for each in _of_machine(group, said)]
    automatic = _share(machine)
    finished = [each for each in done if each.state == FINISHED]
    return Accuracy(
        _reviewers(finished, said, people), _fields(machine, people), automatic,
        len({each.review.id for each in machine}), target, verdict(automatic, target),
    )  # fmt: skip


def verdict(share: Share, target: float) -> str:
    """Whether the true share is at least the target, with 95 % probability on that side.

    One-sided, as `eval` counts: 598 without an error show 99.5 %.
    """
    if not share.count:
        return UNRESOLVED
    if lower_bound(share.count, share.count - share.right) >= target:
        return MET
    most = 1.0 - lower_bound(share.count, share.right)
    return MISSED if most < target else UNRESOLVED


def _decisions(reviews: Iterable[Review], rows: Iterable[Row[Any]]) -> dict[str, Decisions]:
    """The last that was said of each field, by its id, in each of the reviews."""
    said: dict[str, Decisions] = {each.id: {} for each in reviews}
    for row in sorted(rows, key=lambda row: row.number):
        edit = edit_of(row.edit)
        if row.review in said and edit.action in DECIDING:
            said[row.review][edit.field] = Decision(
                edit.field, row.path, row.after, row.machine, edit.action == MAKE_ILLEGIBLE
            )
    return said


def _of_people(group: dict[str, Review], said: dict[str, Decisions]) -> Iterator[Judged]:
    """The fields of a filing that two people reviewed, for each of them, once it is decided."""
    pair = [group[part] for part in (ONE, SECOND) if part in group]
    judge = group.get(ADJUDICATION)
    if len(pair) < 2 or any(each.id not in said for each in (*pair, *([judge] if judge else []))):
        return
    for review in pair:
        for each in said[review.id].values():
            ruling = said[judge.id].get(each.field) if judge else None
            if judge and each.field in judge.fields:
                yield Judged(each.path, ruling is not None and each.same(ruling), review)
            elif each.field in review.fields:  # they agree
                yield Judged(each.path, True, review)


def _of_machine(group: dict[str, Review], said: dict[str, Decisions]) -> Iterator[Judged]:
    """The fields of a finished audit: whether what was read is what it came to in the end.

    What cannot be read tells of nothing. Where there was nothing to read at all, as when a whole
    row was none, what was read is wrong.
    """
    audit = group.get(ONE)
    last = [group[part] for part in (ONE, SECOND, ADJUDICATION) if part in group]
    if audit is None or audit.purpose != AUDIT or any(each.id not in said for each in last):
        return
    judge = group.get(ADJUDICATION)
    for field in audit.fields:
        ruling = said[judge.id].get(field) if judge else None
        final = ruling or said[audit.id].get(field)
        if final is None:
            yield Judged("", False, audit)
        elif not final.illegible:
            yield Judged(final.path, final.was_read, audit)


def _reviewers(
    done: Iterable[Review], said: dict[str, Decisions], judged: list[Judged]
) -> list[ReviewerAccuracy]:
    own: dict[tuple[str, str], list[Review]] = {}
    for each in done:
        own.setdefault((each.reviewer or "", each.reviewer_name), []).append(each)
    return [
        ReviewerAccuracy(
            key, name, len(reviews), sum(len(said[each.id]) for each in reviews),
            round(median(each.seconds / max(len(said[each.id]), 1) for each in reviews), 1),
            _share(one for one in judged if one.review.reviewer == key),
        )
        for (key, name), reviews in sorted(own.items(), key=lambda item: item[0][1])
    ]  # fmt: skip


def _fields(machine: list[Judged], people: list[Judged]) -> list[FieldAccuracy]:
    names = sorted({_plain(each.path) for each in (*machine, *people) if each.path})
    return [
        FieldAccuracy(name, *(_share(one for one in every if _plain(one.path) == name)
                              for every in (machine, people)))
        for name in names
    ]  # fmt: skip


def kind_of(path: str) -> str:
    """The kind of the field at a path, of whichever form has it."""
    located = (form.locate(path) for form in forms().values())
    return next((at[2].kind for at in located if at), "text")


def _plain(path: str) -> str:
    return PLAIN.sub("", path)


def _share(judged: Iterable[Judged]) -> Share:
    right = [each.right for each in judged]
    return Share(sum(right), len(right))
