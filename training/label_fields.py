"""Rectangles with labels ↔ facts and regions, the same for whichever tool they were drawn in.

A label names a region of the layout, or a field by its tag. What repeats says which one it is by
`row`, counted from 1 through the whole document: of a printed table the row, whichever of the
table's elements it becomes, else the number of the owner, signature or footnote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from eval.gold import GoldRegion
from models.document import Box
from models.errors import ValueFormatError
from models.extraction import Place
from models.fact import Fact
from models.form import BOX, FieldSpec, FormType, GroupSpec
from models.values import canonical, plain
from training.label_checks import FOOTNOTE, REGION_LABELS
from training.label_findings import Findings

MARKED = "checkbox-checked"
AREAS = (*REGION_LABELS[: REGION_LABELS.index("checkbox") + 1], MARKED,
         *REGION_LABELS[REGION_LABELS.index("checkbox") + 1 :])  # fmt: skip
"""Labels of regions: those of gold, and a checkbox with a mark in it."""
CHECKED, EMPTY, ILLEGIBLE = "checked", "empty", "illegible"
STATES = (CHECKED, EMPTY, ILLEGIBLE)
MOSTLY = 0.5
"""Share of a checkbox inside a field's box from which it is that field's."""

Row = tuple[str, int]
"""Table (or path of a group that is in none) and number of a row; ("", 0) of what stands once."""


@dataclass(frozen=True)
class Meaning:
    """What a label stands for: a field of a group (None at the root), in one of its variants."""

    group: GroupSpec | None
    spec: FieldSpec
    variant: str = ""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle somebody drew, in points of the displayed page, and what was said of it.

    `value` is given where it is not what the text as printed means; `grid` is the table, row and
    column of a cell, counted from 0.
    """

    where: str
    page: int
    box: Box
    labels: tuple[str, ...]
    text: str = ""
    value: str = ""
    footnotes: tuple[str, ...] = ()
    row: int | None = None
    state: str = ""
    grid: tuple[int | None, int | None, int | None] = (None, None, None)
    checked: bool = False
    by: str = ""
    on: str = ""


@cache
def meanings(form: FormType) -> Mapping[str, tuple[Meaning, ...]]:
    """Everything that the label of a field can stand for, by label, in the form's order."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for group, spec in form.specs():
        for tag in spec.tags:
            variant = tag.rpartition(".")[2] if spec.variants else ""
            found[tag] = (*found.get(tag, ()), Meaning(group, spec, variant))
    return found


def unknown_label(form: FormType, label: str) -> str:
    """What to do about a label that stands for nothing."""
    known = (*AREAS, *meanings(form))
    near = get_close_matches(label, known, 1) or get_close_matches(
        label.rpartition(".")[2], [each.rpartition(".")[2] for each in known], 1)  # fmt: skip
    hint = f"; perhaps {near[0]!r}" if near else ""
    return f"{form.module} has no label {label[:80]!r}{hint}; labels.xml of an export lists them"


def row_of(group: GroupSpec | None, number: int) -> Row:
    """The row that this instance of a group is."""
    return ("", 0) if group is None else (group.table or group.path, number)


# Rectangles to facts


@dataclass(frozen=True)
class Extra:
    """A fact that no rectangle shows, and the number of its row."""

    row: int
    fact: Fact
    where: str = ""


def facts_of(
    form: FormType, rectangles: Sequence[Rectangle], extras: Sequence[Extra], findings: Findings
) -> tuple[Fact, ...]:
    """The facts that rectangles and extras tell, in the form's order; what is wrong is refused."""
    named = list(_fields(form, rectangles, findings))
    extras = [extra for extra in extras if _has_place(form, extra, findings)]
    groups = _groups(form, named, extras, findings)
    where: dict[str, list[tuple[Rectangle, Meaning]]] = defaultdict(list)
    for rectangle, options in named:
        row = row_of(options[0].group, rectangle.row or 0)
        group, index = groups.get(row, (options[0].group, rectangle.row or 0))
        own = [each for each in options if each.group == group]
        if own:
            where[form.path_of(own[0].spec, group, index)].append((rectangle, own[0]))
    facts: dict[str, Fact] = {}
    for path, said in where.items():
        facts |= _said(form, path, said, findings)
    for extra in extras:
        _add_extra(form, facts, extra, groups, findings)
    return in_order(form, facts.values())


def _fields(
    form: FormType, rectangles: Sequence[Rectangle], findings: Findings
) -> Iterator[tuple[Rectangle, tuple[Meaning, ...]]]:
    """Each field's label with its rectangle; labels that mean nothing and rows are judged."""
    for rectangle in rectangles:
        if not rectangle.labels:
            findings.refuse(rectangle.where, "it has no label; choose one, or delete it")
        for label in rectangle.labels:
            options = meanings(form).get(label)
            if options is None:
                if label not in AREAS:
                    findings.refuse(rectangle.where, unknown_label(form, label))
                continue
            group = options[0].group
            if group is None and rectangle.row is not None:
                findings.note(rectangle.where, f"{label} stands once; its row is not needed")
            most = _most(form, group)
            if group is not None and not 1 <= (rectangle.row or 0) <= most:
                said = "no row" if rectangle.row is None else f"row {rectangle.row}"
                findings.refuse(rectangle.where, f"{label} has {said}; it can stand there more than"
                                f" once: number it from 1 to {most}")  # fmt: skip
                continue
            yield rectangle, options


def _most(form: FormType, group: GroupSpec | None) -> int:
    """The highest number that a row can have."""
    if group is None:
        return 0
    home = row_of(group, 0)
    return sum(each.maximum for each in form.groups if row_of(each, 0) == home)


def _groups(
    form: FormType,
    named: Sequence[tuple[Rectangle, tuple[Meaning, ...]]],
    extras: Sequence[Extra],
    findings: Findings,
) -> dict[Row, tuple[GroupSpec, int]]:
    """Which instance of which group each row is; of a table, rows count through each group."""
    inside: dict[Row, list[tuple[Rectangle, tuple[Meaning, ...]]]] = defaultdict(list)
    for rectangle, options in named:
        if options[0].group is not None:
            inside[row_of(options[0].group, rectangle.row or 0)].append((rectangle, options))
    told: dict[Row, GroupSpec] = {}
    for extra in extras:
        at = form.locate(extra.fact.path)
        if at and at[0]:
            told[row_of(at[0], extra.row)] = at[0]
    found: dict[Row, tuple[GroupSpec, int]] = {}
    counts: dict[str, int] = defaultdict(int)
    for row in sorted({*inside, *told}):
        group = _group(form, row, inside[row], told.get(row), findings)
        if group is not None:
            counts[group.path] += 1
            found[row] = (group, counts[group.path] if group.table else row[1])
    return found


def _group(
    form: FormType,
    row: Row,
    inside: Sequence[tuple[Rectangle, tuple[Meaning, ...]]],
    told: GroupSpec | None,
    findings: Findings,
) -> GroupSpec | None:
    """The group of a row: the one whose marker fields have a value there, else what was told."""
    groups = [each for each in form.groups if (each.table or each.path) == row[0]]
    filled = {options[0].spec.name for rectangle, options in inside
              if rectangle.text or rectangle.value}  # fmt: skip
    marked = next((each for each in groups if filled & set(each.marker)), None)
    plainest = next((each for each in groups if not each.marker), groups[0])
    for group in (marked or told or plainest, *groups):
        if all(any(each.group == group for each in options) for _, options in inside):
            return group
    labels = ", ".join(sorted({label for rectangle, _ in inside for label in rectangle.labels}))
    findings.refuse(inside[0][0].where, f"row {row[1]} of {row[0]} has {labels}, which no one row"
                    " of the form has; check its number")  # fmt: skip
    return None


def _said(
    form: FormType, path: str, said: Sequence[tuple[Rectangle, Meaning]], findings: Findings
) -> dict[str, Fact]:
    """The fact that rectangles of one field tell, and the one that its sub-column tells."""
    before = len(findings.refused)
    facts = [_fact(path, rectangle, meaning, findings) for rectangle, meaning in said]
    if len(findings.refused) > before:
        return {}
    first = facts[0]
    for fact, (rectangle, meaning) in zip(facts[1:], said[1:], strict=True):
        if (fact.value, fact.legible) != (first.value, first.legible):
            findings.refuse(rectangle.where, f"{meaning.spec.name} is {fact.value!r} here and"
                            f" {first.value!r} in {said[0][0].where}; keep one, or give them rows"
                            " of their own")  # fmt: skip
            return {}
    notes = tuple(dict.fromkeys(note for fact in facts for note in fact.footnotes))
    boxes = tuple(box for fact in facts for box in fact.boxes)
    whole = replace(first, boxes=boxes, footnotes=notes,
                    text=next((each.text for each in facts if each.text), ""),
                    checked=all(each.checked for each in facts))  # fmt: skip
    return {path: whole} | _side(form, whole, said, findings)


def _fact(path: str, rectangle: Rectangle, meaning: Meaning, findings: Findings) -> Fact:
    """The fact that one rectangle tells."""
    spec, value, state = meaning.spec, "", rectangle.state
    if not state and spec.source == BOX:
        drawn = {MARKED: CHECKED, "checkbox": EMPTY}
        state = next((drawn[label] for label in rectangle.labels if label in drawn), "")
    stated = state in (CHECKED, EMPTY)
    if bad := [each for each in rectangle.footnotes if not FOOTNOTE.fullmatch(each)]:
        findings.refuse(rectangle.where, f"{bad[0]!r} is no footnote's id such as F1")
    printed = rectangle.value or rectangle.text
    mark = {CHECKED: "1", EMPTY: "0"}.get(state, "")
    if stated and spec.source != BOX:
        findings.refuse(rectangle.where, f"{spec.name} is no checkbox; leave out its state")
    elif printed:
        try:
            value = canonical(spec.kind, printed)
        except ValueFormatError as error:
            # What nobody can read may be no value either.
            value = rectangle.value
            if state != ILLEGIBLE:
                findings.refuse(rectangle.where, f"{spec.name}: {error}; correct it, or say the"
                                " value apart from the text as printed")  # fmt: skip
        if mark and value and value != mark:
            findings.refuse(rectangle.where, f"{spec.name} is {value!r} by its text and {mark!r} by"
                            " its state; keep one")  # fmt: skip
    elif mark:
        value = mark
    elif state != ILLEGIBLE and not rectangle.footnotes:
        needs = "say whether it is checked or empty" if spec.source == BOX else "type what it says"
        findings.refuse(rectangle.where, f"{spec.name} has no text; {needs}")
    text = "" if spec.source == BOX and rectangle.text in ("0", "1") else rectangle.text
    return Fact(path, value, text, (Place(rectangle.page, rectangle.box),), rectangle.footnotes,
                legible=state != ILLEGIBLE, checked=rectangle.checked, by=rectangle.by,
                on=rectangle.on)  # fmt: skip


def _side(
    form: FormType, fact: Fact, said: Sequence[tuple[Rectangle, Meaning]], findings: Findings
) -> dict[str, Fact]:
    """The fact that a value's sub-column tells, such as acquired or disposed."""
    rectangle, meaning = said[0]
    at = form.locate(fact.path)
    group = meaning.group
    if not meaning.variant or group is None or at is None:
        return {}
    sides = sorted({each.variant for _, each in said})
    if len(sides) > 1:
        findings.refuse(rectangle.where, f"{meaning.spec.name} is in the sub-columns"
                        f" {' and '.join(sides)}; keep one")  # fmt: skip
    stem = meaning.spec.tag
    beside = [each for each in group.fields if each.variant_of == stem]
    return {path: Fact(path, meaning.variant, boxes=fact.boxes)
            for path in (form.path_of(each, group, at[1]) for each in beside)}  # fmt: skip


def _has_place(form: FormType, extra: Extra, findings: Findings) -> bool:
    """Whether the form has the field and the row of a fact that no rectangle shows."""
    at = form.locate(extra.fact.path)
    if at is None:
        findings.refuse(extra.where, f"{form.module} has no field {extra.fact.path}")
    elif at[0] and not 1 <= extra.row <= _most(form, at[0]):
        findings.refuse(extra.where, f"{extra.fact.path} has row {extra.row}; leave facts as the"
                        " export wrote them")  # fmt: skip
    else:
        return True
    return False


def _add_extra(
    form: FormType, facts: dict[str, Fact], extra: Extra,
    groups: Mapping[Row, tuple[GroupSpec, int]], findings: Findings,
) -> None:  # fmt: skip
    """Put a fact that no rectangle shows to the others; what was drawn goes before it."""
    fact, path, at = extra.fact, extra.fact.path, form.locate(extra.fact.path)
    assert at is not None  # it has a place
    if at[0] is not None:
        group, index = groups.get(row_of(at[0], extra.row), (at[0], at[1]))
        if group != at[0]:
            findings.note(extra.where, f"{fact.path} is left out: row {extra.row} has become a"
                          f" {group.name}")  # fmt: skip
            return
        path = form.path_of(at[2], group, index)
    drawn = facts.get(path)
    if drawn is None or (drawn.value == fact.value and at[2].source not in ("words", BOX)):
        facts[path] = replace(fact, path=path)
    elif drawn.value != fact.value and not fact.absent:
        findings.note(extra.where, f"{path} was {fact.value!r} and is {drawn.value!r} as drawn")


def in_order(form: FormType, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts as the form has its fields, instance by instance."""
    places = {(group.path if group else "", spec.path): number
              for number, (group, spec) in enumerate(form.specs())}  # fmt: skip
    first: dict[str, int] = {}
    for (group, _), number in places.items():
        first.setdefault(group, number)

    def place(fact: Fact) -> tuple[int, int, int]:
        at = form.locate(fact.path)
        assert at is not None  # the caller has located every one
        own = places[(at[0].path if at[0] else "", at[2].path)]
        return (first[at[0].path], at[1], own) if at[0] else (own, 0, own)

    return tuple(sorted(facts, key=place))


# Rectangles to regions


def regions_of(
    form: FormType, rectangles: Sequence[Rectangle], facts: Sequence[Fact], findings: Findings
) -> tuple[GoldRegion, ...]:
    """The regions that rectangles tell; a checkbox inside a field's box is that field's."""
    marks: list[tuple[Fact, FieldSpec]] = []
    for fact in facts:
        at = form.locate(fact.path)
        if at and at[2].source == BOX and fact.value:
            marks.append((fact, at[2]))
    found = []
    for rectangle in rectangles:
        for label in dict.fromkeys(rectangle.labels):
            if label in AREAS:
                found.append(_region(rectangle, label, marks, findings))
    return tuple(sorted(found, key=lambda region: region.page))


def _region(
    rectangle: Rectangle, label: str, marks: Sequence[tuple[Fact, FieldSpec]], findings: Findings
) -> GoldRegion:
    box = label in ("checkbox", MARKED)
    state = (label == MARKED) if box else None
    region = GoldRegion("checkbox" if box else label, rectangle.page, rectangle.box,
                        *rectangle.grid, state)  # fmt: skip
    shares = {number: max((region.box.share_inside(place.box) for place in fact.boxes
                           if place.page == region.page), default=0.0)
              for number, (fact, _) in enumerate(marks)}  # fmt: skip
    best = max(shares, key=lambda number: shares[number], default=-1)
    if not box or shares.get(best, 0.0) <= MOSTLY:
        return region
    fact, spec = marks[best]
    if (fact.value == "1") != state:
        findings.refuse(rectangle.where, f"it is labelled {label}, and {spec.name} there is"
                        f" {fact.value!r}; keep one")  # fmt: skip
    return replace(region, tag=spec.tag, path=fact.path)


# Two labellers


def differences(one: Sequence[Rectangle], other: Sequence[Rectangle]) -> list[str]:
    """What two people said differently of a page, wherever exactly they drew it."""
    sides = [defaultdict(list), defaultdict(list)]  # type: list[dict[str, list[str]]]
    for side, drawn in zip(sides, (one, other), strict=True):
        for each in drawn:
            for label in each.labels:
                said = (plain(each.text), each.value, each.state, *each.footnotes)
                where = label if each.row is None else f"{label}, row {each.row}"
                side[where].append(" ".join(part for part in said if part))
    mine, theirs = sides
    return [f"{where} is {' and '.join(map(repr, sorted(mine[where]))) or 'not there'} or"
            f" {' and '.join(map(repr, sorted(theirs[where]))) or 'not there'}"
            for where in sorted({*mine, *theirs})
            if sorted(mine[where]) != sorted(theirs[where])]  # fmt: skip
