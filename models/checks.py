"""Rules over a filing's fields: evidence for or against values, never edits.

The rules here hold for every form type; a form's own are in its `FormType.rules`, built from the
pieces here. A rule that cannot be applied, because a value is missing, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from models.errors import ValueFormatError
from models.extraction import ILLEGIBLE, LOOKED_UP, READ, Check, Field, Reason
from models.form import FieldSpec, FormType, GroupSpec
from models.values import canonical, printed

MANDATORY, CODE_LIST, FORMAT, LENGTH, LIMIT = "mandatory", "code-list", "format", "length", "limit"
"""The general rules. They only speak up when broken."""

DECIMALS = 4
LARGEST = Decimal("999999999999.9999")
"""Bounds of EDGAR's decimals."""

_IN_GROUP = re.compile(r".*/(\w+)\[(\d+)\](?:/(.*))?")


@dataclass(frozen=True)
class Row:
    """The fields of one instance of a repeatable element, by EDGAR element name."""

    group: str
    index: int
    cells: dict[str, Field]

    def value(self, name: str) -> str:
        """The value read there; empty when there is none that could be read."""
        return value_of(self.cells.get(name))

    def marked(self, name: str) -> bool:
        """Whether a footnote mark stands at the field."""
        cell = self.cells.get(name)
        return bool(cell and cell.footnotes)

    def unread(self, *names: str) -> bool:
        """Whether one of the fields has print that could not be read."""
        found = (self.cells.get(name) for name in names)
        return any(cell.state == ILLEGIBLE for cell in found if cell)

    def ids(self, *names: str) -> tuple[str, ...]:
        """The ids of these fields, of those there are."""
        return tuple(self.cells[name].id for name in names if name in self.cells)

    def shown(self, name: str) -> str:
        """The value as usually printed, for messages."""
        cell = self.cells.get(name)
        return printed(cell.kind, self.value(name)) if cell else ""


def value_of(field: Field | None) -> str:
    """The value that was read; empty for states that stand for none and for what is malformed."""
    said = _said(field)
    if not said or field is None:
        return ""
    try:
        return said if canonical(field.kind, said) == said else ""
    except ValueFormatError:
        return ""


def _said(field: Field | None) -> str:
    return field.value if field and field.state in (READ, LOOKED_UP) else ""


def rows(fields: Iterable[Field], *groups: str) -> list[Row]:
    """Every instance of the groups of these element names, in the order of the fields."""
    found: dict[tuple[str, int], dict[str, Field]] = {}
    for field in fields:
        group, index, name = _place(field.path)
        if group in groups:
            found.setdefault((group, index), {})[name] = field
    return [Row(group, index, cells) for (group, index), cells in found.items()]


@lru_cache(maxsize=8192)
def _place(path: str) -> tuple[str, int, str]:
    """Group, number and element name that a path ends with; no group outside of them."""
    match = _IN_GROUP.fullmatch(path)
    return (match[1], int(match[2]), (match[3] or "").rpartition("/")[2]) if match else ("", 0, "")


def single(fields: Iterable[Field], name: str) -> Field | None:
    """The field of this element name that stands in no repeatable group."""
    return next((f for f in fields if f.path.endswith(f"/{name}") and "[" not in f.path), None)


def run_checks(form: FormType, fields: Sequence[Field]) -> tuple[Check, ...]:
    """Every general rule and every rule of the form, applied to the filing's fields."""
    checks = [*_missing(form, fields), *_misshapen(form, fields)]
    for rule in form.rules:
        checks += rule(fields)
    return tuple(checks)


def reasons_of(checks: Iterable[Check]) -> dict[str, tuple[Reason, ...]]:
    """The failed rules of each field by its id, as reasons for its doubt."""
    failed: dict[str, tuple[Reason, ...]] = {}
    for check in checks:
        for identity in () if check.passed else check.fields:
            failed[identity] = (*failed.get(identity, ()), Reason(check.rule, check.message))
    return failed


def is_short(checks: Iterable[Check]) -> bool:
    """Whether a part of the form is missing: a rule failed that is about no field."""
    return any(not check.passed and not check.fields for check in checks)


def _missing(form: FormType, fields: Sequence[Field]) -> list[Check]:
    """Names each mandatory value that is not there, and groups with too few or too many rows."""
    by_path = {field.path: field for field in fields}
    places = [form.locate(field.path) for field in fields]
    checks: list[Check] = []
    for spec in form.singles:
        checks += _mandatory(spec, by_path.get(form.path_of(spec)), spec.printed or spec.name)
    for group in form.groups:
        present = sorted({at[1] for at in places if at and at[0] == group})
        checks += _limits(group, len(present))
        for index in present:
            for spec in group.fields:
                field = by_path.get(form.path_of(spec, group, index))
                checks += _mandatory(spec, field, f"{group.name} {index}, {spec.name}")
    return checks


def _mandatory(spec: FieldSpec, field: Field | None, name: str) -> list[Check]:
    if not spec.mandatory or _said(field):
        return []
    why = "could not be read" if field and field.state == ILLEGIBLE else "is missing"
    ids = (field.id,) if field else ()
    return [Check(MANDATORY, False, ids, f"{name} {why}, but every filing of this form has it.")]


def _limits(group: GroupSpec, count: int) -> list[Check]:
    if group.minimum <= count <= group.maximum:
        return []
    span = f"{group.minimum} to {group.maximum}"
    return [Check(LIMIT, False, (), f"There are {count} of {group.name}; {span} are possible.")]


def _misshapen(form: FormType, fields: Sequence[Field]) -> list[Check]:
    """Names each value that its kind, its list of codes or its length does not allow."""
    checks: list[Check] = []
    for field in fields:
        at, value = form.locate(field.path), _said(field)
        if at is None or not value:
            continue
        rule, message = _fault(at[2], value)
        if rule:
            checks.append(Check(rule, False, (field.id,), message))
    return checks


def _fault(spec: FieldSpec, value: str) -> tuple[str, str]:
    """The general rule a value breaks and what to say about it; empty when it breaks none."""
    name = spec.name or "The footnote"
    try:
        if canonical(spec.kind, value) != value:
            return FORMAT, f"{name} is '{value}', which is not how a {spec.kind} is written."
    except ValueFormatError as error:
        return FORMAT, f"{name}: {error}."
    codes = value.split() if spec.kind == "codes" else [value]
    if spec.codes and not set(spec.codes).issuperset(codes):
        return CODE_LIST, f"{name} is '{value}'; it can be {', '.join(spec.codes)}."
    if spec.max_length and len(value) > spec.max_length:
        return LENGTH, f"{name} has {len(value)} characters; at most {spec.max_length} are allowed."
    if spec.kind in ("number", "amount") and not _fits(Decimal(value)):
        return FORMAT, f"{name} is {value}; EDGAR allows {DECIMALS} decimals and {LARGEST:,}."
    return "", ""


def _fits(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return number <= LARGEST and isinstance(exponent, int) and -exponent <= DECIMALS
