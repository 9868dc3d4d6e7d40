"""What the review page shows, as JSON: the form's sections with their fields, pages and checks.

Everything follows from the form's description: nothing here knows a form by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from models.export import FOOTNOTES
from models.extraction import Check, Extraction, Field, PageSummary, Place
from models.form import FIXED, FieldSpec, FormType, GroupSpec, forms
from models.pages import ROLES
from service.edits import Edit, decided

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=\d+$)|_")

_WORDS = {"rpt": "reporting", "cik": "CIK"}
"""What EDGAR abbreviates in the names of its elements."""
_SHORT = 32
"""Characters up to which what is printed at a field can be its title."""

Json = dict[str, Any]
Rivals = Sequence[tuple[str, Extraction]]


@dataclass(frozen=True)
class Shown:
    """What a state is made of: what was read, what became of it, and which fields to decide."""

    machine: Extraction
    current: Extraction
    edits: Sequence[Edit] = ()
    to_decide: frozenset[str] = frozenset()
    rivals: Rivals = ()

    @cached_property
    def form(self) -> FormType:
        """The description of its form."""
        return forms()[self.current.form]

    @cached_property
    def by_path(self) -> dict[str, Field]:
        """The fields as they are now."""
        return {each.path: each for each in self.current.fields}

    @cached_property
    def read(self) -> dict[str, Field]:
        """The fields as they were read, by id."""
        return {each.id: each for each in self.machine.fields}

    @cached_property
    def decided(self) -> frozenset[str]:
        """Ids of the fields that somebody decided."""
        return decided(self.edits)

    @property
    def left(self) -> list[str]:
        """Ids of the fields that are still to be decided; those of removed rows are not."""
        wanted = self.to_decide - self.decided
        return [each.id for each in self.current.fields if each.id in wanted]


def state_of(shown: Shown, filing: Json, review: Json) -> Json:
    """The whole state; `filing` and `review` are what is said of them beside the extraction."""
    current = shown.current
    named = {"form": current.form, "forms": list(forms()), "roles": list(ROLES),
             "pages": [_page(each) for each in current.pages]}  # fmt: skip
    counted = {"left": len(shown.left), "undoable": bool(shown.edits)}
    return {
        "filing": filing | named,
        "review": review | counted,
        "sections": list(_sections(shown)),
        "checks": [_check(each) for each in current.checks],
        "footnotes": [f"F{index}" for index in _indices(shown, FOOTNOTES)],
    }


def title_of(name: str) -> str:
    """An element's name in words: `transactionShares` is `Transaction shares`."""
    words = [_WORDS.get(each, each) for each in _HUMP.sub(" ", name).lower().split()]
    return _capital(" ".join(words))


def label_of(spec: FieldSpec) -> str:
    """What is printed at a single field, numbered as its name is, if it is short; else its name."""
    printed = spec.printed.removeprefix("(").removesuffix(")" if spec.printed[:1] == "(" else "")
    number = re.search(r"\d*$", spec.name)
    if number and not printed.endswith(number[0]):
        printed = f"{printed} {number[0]}"
    return _capital(printed) if 0 < len(printed) <= _SHORT else title_of(spec.name)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _page(page: PageSummary) -> Json:
    return {"number": page.number, "width": page.width, "height": page.height, "role": page.role}


def _check(check: Check) -> Json:
    return {"rule": check.rule, "passed": check.passed, "fields": list(check.fields),
            "message": check.message}  # fmt: skip


def _sections(shown: Shown) -> Iterator[Json]:
    """The form's own order: runs of single fields, tables, and one section per other instance."""
    for single, run in groupby(shown.form.items, lambda item: isinstance(item, FieldSpec)):
        if single:
            specs = [item for item in run if isinstance(item, FieldSpec)]
            if rows := _rows(shown, specs, None, [1]):
                one = specs[0].printed or title_of(specs[0].name)
                title = one if len(specs) == 1 else shown.form.title.capitalize()
                yield _section(specs[0].name, title, "fields", "", False, rows)
            continue
        for group in (item for item in run if isinstance(item, GroupSpec)):
            yield from _of_group(shown, group)


def _of_group(shown: Shown, group: GroupSpec) -> Iterator[Json]:
    indices = _indices(shown, group.path)
    addable, title = len(indices) < group.maximum, title_of(group.name)
    specs = [spec for spec in group.fields if not _hidden(spec)]
    if group.table:
        rows = _rows(shown, specs, group, indices)
        columns = [{"name": spec.name, "title": title_of(spec.name), "printed": spec.printed}
                   for spec in specs]  # fmt: skip
        yield _section(group.path, f"{title}s", "table", group.path, addable, rows) | {
            "columns": columns
        }
        return
    for index in indices:
        rows = _rows(shown, specs, group, [index])
        numbered = f"{title} {index}" if group.maximum > 1 else title
        yield _section(f"{group.path}[{index}]", numbered, "fields", group.path, addable, rows)
    if not indices:
        yield _section(group.path, f"{title}s", "fields", group.path, addable, [])


def _section(
    key: str, title: str, kind: str, group: str, addable: bool, rows: list[Json]
) -> Json:  # fmt: skip
    return {"key": key, "title": title, "kind": kind, "group": group, "addable": addable,
            "columns": [], "rows": rows}  # fmt: skip


def _indices(shown: Shown, path: str) -> list[int]:
    """The numbers of a group's instances."""
    places = (shown.form.locate(each.path) for each in shown.current.fields)
    return sorted({at[1] for at in places if at and at[0] and at[0].path == path})


def _rows(
    shown: Shown, specs: Sequence[FieldSpec], group: GroupSpec | None, indices: Iterable[int]
) -> list[Json]:
    rows = []
    for index in indices:
        paths = [(spec, shown.form.path_of(spec, group, index)) for spec in specs]
        fields = [_field(shown, spec, shown.by_path[path], group, index) for spec, path in paths
                  if path in shown.by_path and not _hidden(spec)]  # fmt: skip
        if fields:
            rows.append({"index": index, "fields": fields})
    return rows


def _hidden(spec: FieldSpec) -> bool:
    """Whether the element is the same on every form: nobody has to see it."""
    return spec.source == FIXED and spec.reference is None


def _field(
    shown: Shown, spec: FieldSpec, said: Field, group: GroupSpec | None, index: int
) -> Json:  # fmt: skip
    read = shown.read.get(said.id)
    # Heads of columns are printed for several columns at a time: only names tell those apart.
    named = title_of(spec.name) if group and group.table else label_of(spec)
    name = named if spec.name else f"{title_of(group.name if group else '')} {index}"
    return {
        "id": said.id,
        "path": said.path,
        "name": spec.name,
        "title": name,
        "printed": spec.printed,
        "kind": said.kind,
        "codes": list(spec.codes),
        "value": said.value,
        "text": said.text,
        "state": said.state,
        "confidence": said.confidence,
        "boxes": [_place(each) for each in said.boxes],
        "footnotes": [each.id for each in said.footnotes],
        "alternatives": _alternatives(shown, said, read),
        "to_decide": said.id in shown.to_decide,
        "decided": said.id in shown.decided,
        "reasons": _reasons(shown, said),
        "machine": {"value": read.value, "state": read.state} if read else None,
        "may_footnote": spec.footnotes,
    }


def _place(place: Place) -> Json:
    box = place.box
    return {"page": place.page, "box": [round(edge, 2) for edge in
                                        (box.left, box.top, box.right, box.bottom)]}  # fmt: skip


def _alternatives(shown: Shown, said: Field, read: Field | None) -> list[Json]:
    """What else it may be: first what the reviewers before decided, then the recogniser's."""
    found = []
    for who, extraction in shown.rivals:
        for each in extraction.fields:
            if each.path == said.path:
                found.append({"value": each.value, "score": 1.0, "state": each.state, "from": who})
    for other in (read or said).alternatives:
        found.append({"value": other.value, "score": other.score, "state": "read", "from": ""})
    return found


def _reasons(shown: Shown, said: Field) -> list[str]:
    """Why it is doubtful, or who decided it; and the rules that it breaks as it is now."""
    broken = [each.message for each in shown.current.checks
              if not each.passed and said.id in each.fields]  # fmt: skip
    return list(dict.fromkeys([*(each.text for each in said.reasons), *broken]))
