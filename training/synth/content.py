"""What a synthetic filing says: `random_filing` draws one, the templates print it.

Training data are wide and balanced rather than natural: rare codes, forms and cells come more often
than in life, and some filings contradict themselves so that the models read what is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from models.form import FieldSpec, FormType, GroupSpec, forms
from models.values import canonical
from training.synth import draw, people, rows, wording
from training.synth.ledger import Row, Setting

FORM_SHARES = {"4": 65.0, "3": 15.0, "5": 8.0, "4/A": 7.0, "3/A": 3.0, "5/A": 2.0}
PLAN_BOX_SINCE = date(2023, 4, 1)
"""Since then Forms 4 and 5 have the box for Rule 10b5-1(c)."""


@dataclass(frozen=True)
class Content:
    """One filing's content; keys are absolute field paths of the form's description.

    A path without an entry in `values` is blank, for a checkbox: not on this version of the form.
    An empty value has footnotes. `footnotes` holds the numbers of the marks printed at a field,
    `rows` the printed order of each table's rows as (path of the group, index from 1), `texts` what
    is printed where typographic quotes or dashes differ from the plain value.
    """

    form: str
    values: dict[str, str]
    footnotes: dict[str, tuple[int, ...]]
    rows: dict[str, tuple[tuple[str, int], ...]]
    texts: dict[str, str]
    consistent: bool

    def text(self, path: str) -> str:
        """The field's text as it is to be printed, apart from the format of numbers and dates."""
        return self.texts.get(path, self.values.get(path, ""))


@dataclass
class Draft:
    """A filing being written: its content so far and the footnotes cited."""

    form: FormType
    consistent: bool
    values: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    rows: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def put(
        self, spec: FieldSpec, value: str, group: GroupSpec | None = None, index: int = 1
    ) -> str:
        """Write one field, plain in `values` and as printed in `texts`; returns its path."""
        path = self.form.path_of(spec, group, index)
        printed = " ".join(value.split())
        self.values[path] = canonical(spec.kind, printed) if printed else ""
        if self.values[path] != printed:
            self.texts[path] = printed
        return path

    def put_all(
        self, cells: dict[str, str], group: GroupSpec | None = None, index: int = 1
    ) -> None:
        """Write fields by element name; names that the form does not have are left out."""
        for spec in self.form.singles if group is None else group.fields:
            if spec.name in cells:
                self.put(spec, cells[spec.name], group, index)

    def group(self, name: str) -> GroupSpec:
        """The form's group with this element name."""
        return next(group for group in self.form.groups if group.name == name)


def random_filing(rng: np.random.Generator, form: str | None = None) -> Content:
    """Draw a filing, of the form type with EDGAR name `form` or of any."""
    draft = Draft(forms()[form or draw.weighted(rng, FORM_SHARES)], draw.chance(rng, 0.8))
    setting = random_setting(rng, draft)
    tables = rows.random_tables(rng, setting)
    put_document(rng, draft, setting, has_rows=any(tables.values()))
    owners = put_owners(rng, draft)
    notes_limit = draw.one_of(rng, (1, 2, 3, 4, 6, 8, 12, 18, 25)) if setting.footnotes else 0
    for table, table_rows in tables.items():
        put_rows(rng, draft, table, table_rows, notes_limit)
    put_closing(rng, draft, setting, owners)
    return Content(
        draft.form.name, draft.values, draft.footnotes, draft.rows, draft.texts, draft.consistent
    )


def random_setting(rng: np.random.Generator, draft: Draft) -> Setting:
    """Family, days, and which rare things this filing has."""
    family = draft.form.name[0]
    newest, oldest = date(2026, 10, 30), date(1996, 6, 1)
    recent = draw.chance(rng, 0.45)
    first = draw.date_between(rng, date(2022, 1, 1) if recent else oldest, newest)
    span = 300 if family == "5" else draw.weighted(rng, {0: 45, 2: 40, 25: 15})
    last = first + timedelta(days=span)
    has_plan_box = family != "3" and last >= PLAN_BOX_SINCE
    return Setting(
        family=family,
        first=first,
        last=last,
        market=draw.price(rng),
        consistent=draft.consistent,
        footnotes=draw.chance(rng, 0.86),
        deemed=draw.chance(rng, 0.08),
        holding_codes=family == "5" and draw.chance(rng, 0.5),
        plan_box=draw.chance(rng, 0.35) if has_plan_box else None,
    )


def put_document(
    rng: np.random.Generator, draft: Draft, setting: Setting, *, has_rows: bool
) -> None:
    """Type, dates, the form's own boxes, the issuer."""
    name, symbol = people.issuer(rng)
    original = setting.last + timedelta(days=draw.between(rng, 0, 4))
    period = setting.last if setting.family == "5" else setting.first
    # Some wrong forms leave it empty: what stands beside it must not be taken for it.
    dated = draft.consistent or not draw.chance(rng, 0.1)
    cells = {
        "documentType": draft.form.name,
        **({"periodOfReport": period.isoformat()} if dated else {}),
        "dateOfOriginalSubmission": original.isoformat(),
        "noSecuritiesOwned": "0" if has_rows else "1",
        "notSubjectToSection16": flag(rng, 0.12),
        "form3HoldingsReported": flag(rng, 0.3),
        "form4TransactionsReported": flag(rng, 0.3),
        "issuerName": name,
        **({"issuerTradingSymbol": symbol} if symbol else {}),
        **({} if setting.plan_box is None else {"aff10b5One": str(int(setting.plan_box))}),
    }
    draft.put_all(cells)


def flag(rng: np.random.Generator, share: float) -> str:
    """A box that is marked in `share` of all filings."""
    return "1" if draw.chance(rng, share) else "0"


def put_owners(rng: np.random.Generator, draft: Draft) -> list[str]:
    """The reporting owners with addresses and relationships; returns their names."""
    group = draft.group("reportingOwner")
    most = draw.weighted(rng, {1: 84, 2: 6, 4: 7, 10: 3})
    count = draw.between(rng, max(most // 2, 1), most)
    company = next(text for path, text in draft.values.items() if path.endswith("/issuerName"))
    shared = people.address(rng, company) if draw.chance(rng, 0.7) else None
    names: list[str] = []
    for index in range(1, count + 1):
        entity = draw.chance(rng, 0.06 if count == 1 else 0.7)
        name = (people.entity_name(rng) if entity else people.owner_name(rng))[:150].strip()
        place = shared or people.address(rng, company)
        cells = {"rptOwnerName": name, **place, **people.relationship(rng, entity)}
        draft.put_all(cells, group, index)
        names.append(name)
    return names


def put_rows(
    rng: np.random.Generator, draft: Draft, table: str, table_rows: list[Row], limit: int
) -> None:
    """Write a table's rows in printed order, with the footnotes they cite."""
    order: list[tuple[str, int]] = []
    counts: dict[str, int] = {}
    for row in table_rows:
        group = draft.group(row.group)
        index = counts[row.group] = counts.get(row.group, 0) + 1
        order.append((group.path, index))
        for spec in group.fields:
            if spec.name not in row.cells:
                continue
            path = draft.put(spec, row.cells[spec.name], group, index)
            if spec.footnotes and spec.name in row.marks:
                draft.footnotes[path] = cite(rng, draft, row.marks[spec.name], limit)
    draft.rows[table] = tuple(order)


def cite(
    rng: np.random.Generator, draft: Draft, topics: Iterable[str], limit: int
) -> tuple[int, ...]:
    """Numbers of footnotes about the topics: one cited before, or a new one below the limit."""
    numbers: list[int] = []
    for topic in topics:
        known = [number for number, note in enumerate(draft.notes, 1) if note[0] == topic]
        if known and (len(draft.notes) >= limit or draw.chance(rng, 0.6)):
            numbers.append(draw.one_of(rng, known))
        elif len(draft.notes) < limit or not draft.notes:
            draft.notes.append((topic, wording.footnote(rng, topic)))
            numbers.append(len(draft.notes))
        else:
            numbers.append(draw.between(rng, 1, len(draft.notes)))
    return tuple(sorted(set(numbers)))


def put_closing(
    rng: np.random.Generator, draft: Draft, setting: Setting, owners: list[str]
) -> None:
    """Footnotes, remarks, signatures."""
    if draw.chance(rng, 0.2):
        renumber(rng, draft)
    if draft.footnotes and not draft.consistent:
        mislink(rng, draft)
    notes = draft.group("footnote")
    for index, (_, text) in enumerate(draft.notes, 1):
        draft.put(notes.fields[0], text, notes, index)
    if draw.chance(rng, 0.22):
        draft.put_all({"remarks": wording.remark(rng)})
    signatures = draft.group("ownerSignature")
    day = signature_day(rng, draft, setting)
    count = len(owners) if draw.chance(rng, 0.6) else 1
    for index, owner in enumerate(owners[:count], 1):
        cells = {"signatureName": people.signature(rng, owner), "signatureDate": day.isoformat()}
        draft.put_all(cells, signatures, index)


def signature_day(rng: np.random.Generator, draft: Draft, setting: Setting) -> date:
    """Soon after the last transaction, for an amendment later; before it where nothing is right."""
    if not draft.consistent and draw.chance(rng, 0.3):
        return setting.first - timedelta(days=draw.between(rng, 1, 400))
    if draft.form.name.endswith("/A"):
        return setting.last + timedelta(days=draw.between(rng, 5, 300))
    latest = {"3": 10, "4": 4, "5": 45}[setting.family]
    return setting.last + timedelta(days=draw.between(rng, 0, latest))


def mislink(rng: np.random.Generator, draft: Draft) -> None:
    """Now and then add a footnote that nothing cites, or a mark without its footnote."""
    if draw.chance(rng, 0.25):
        draft.notes.append(("shares", wording.footnote(rng, "shares")))
    if draw.chance(rng, 0.2):
        path = draw.one_of(rng, sorted(draft.footnotes))
        draft.footnotes[path] = (*draft.footnotes[path], len(draft.notes) + 1)


def renumber(rng: np.random.Generator, draft: Draft) -> None:
    """Shuffle the footnotes: not every filer numbers them in reading order."""
    order = [int(place) for place in rng.permutation(len(draft.notes))]
    new_number = {old + 1: new + 1 for new, old in enumerate(order)}
    draft.notes = [draft.notes[old] for old in order]
    draft.footnotes = {
        path: tuple(sorted(new_number[number] for number in numbers))
        for path, numbers in draft.footnotes.items()
    }
