"""The notes below the rows of a synthetic cover page, and their marks at the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synth import draw
from training.synth.schedule import Person
from training.synth.schedule_case import Case, told
from training.synth.schedule_clauses import NOTES, PERCENT_NOTES

AMOUNTS = (
    "soleVotingPower", "sharedVotingPower", "soleDispositivePower", "sharedDispositivePower",
    "aggregateAmountOwned",
)  # fmt: skip
OTHER_ROWS = ("reportingPersonName", "typeOfReportingPerson", "citizenshipOrOrganization")
MARKS = {"({})": 72.0, "[{}]": 8.0, "{}": 8.0, "*": 12.0}
REFERENCES = (
    "(See Item 4(a))", "(See Item 4)", "(see Item 4(a) below)", "See Item 4", "(See Note 1)",
    "(see Item 5)", "shares", "(1)",
)  # fmt: skip
"""What stands behind amounts without a note on the page."""


def with_notes(rng: np.random.Generator, case: Case) -> Case:
    """The case; in two of five its persons have notes or references, all the same mostly."""
    if draw.chance(rng, 0.58):
        return case
    if draw.chance(rng, 0.22):
        reference = draw.one_of(rng, REFERENCES)
        return replace(case, persons=tuple(referring(person, reference) for person in case.persons))
    shape = draw.weighted(rng, MARKS)
    notes = random_notes(rng, case, shape)
    marked = []
    for person in case.persons:
        own = notes if draw.chance(rng, 0.7) else random_notes(rng, case, shape)
        marked.append(noted(rng, person, *own) if draw.chance(rng, 0.92) else person)
    return replace(case, persons=tuple(marked))


def referring(person: Person, reference: str) -> Person:
    """The person whose amounts refer to an item."""
    rows = (person.sole_voting, person.shared_voting, person.sole_dispositive,
            person.shared_dispositive, person.aggregate)  # fmt: skip
    marks = {tag: reference for tag, row in zip(AMOUNTS, rows, strict=True) if row != "0"}
    return replace(person, marks=marks)


def random_notes(
    rng: np.random.Generator, case: Case, shape: str
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Marks, the notes with them before, and whether the last is about the percentage."""
    count = draw.weighted(rng, {1: 50, 2: 35, 3: 11, 4: 4})
    about_percent = draw.chance(rng, 0.6)
    marks = tuple(shape.format(place + 1) if "{}" in shape else shape * (place + 1)
                  for place in range(count))  # fmt: skip
    notes = []
    for place, mark in enumerate(marks):
        last = about_percent and place == count - 1
        text = told(rng, case, draw.one_of(rng, PERCENT_NOTES if last else NOTES))
        notes.append(f"{mark} {text}")
    return marks, tuple(notes), about_percent


def noted(
    rng: np.random.Generator,
    person: Person,
    marks: tuple[str, ...],
    notes: tuple[str, ...],
    about_percent: bool,
) -> Person:
    """The person with these notes; each mark stands at one row at least."""
    at: dict[str, list[str]] = {}
    for place, mark in enumerate(marks):
        if about_percent and place == len(marks) - 1:
            rows: list[str] = ["percentOfClass"]
        elif draw.chance(rng, 0.08):
            rows = [draw.one_of(rng, OTHER_ROWS)]
        else:
            count = draw.between(rng, 1, len(AMOUNTS))
            rows = [str(row) for row in rng.choice(AMOUNTS, count, replace=False)]
            rows += ["percentOfClass"] * draw.chance(rng, 0.2)
        for row in rows:
            at.setdefault(row, []).append(mark)
    joint = draw.one_of(rng, ("", "", " ", ", ", ","))
    return replace(
        person, comment=notes, marks={row: joint.join(found) for row, found in at.items()}
    )
