"""Facts: what is true about a filing, one per line of a `facts.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.document import Box
from models.errors import MalformedFact, VerifiedFact
from models.extraction import Place


@dataclass(frozen=True)
class Fact:
    """One true value. `absent` says the page has none; `legible` is set false by eye only.

    `footnotes` are ids such as `F1`; `checked`, `by` and `on` tell who verified the fact and when.
    """

    path: str
    value: str = ""
    text: str = ""
    boxes: tuple[Place, ...] = ()
    footnotes: tuple[str, ...] = ()
    absent: bool = False
    legible: bool = True
    checked: bool = False
    by: str = ""
    on: str = ""


_KINDS: dict[str, type] = {
    "path": str, "value": str, "text": str, "boxes": list, "footnotes": list, "absent": bool,
    "legible": bool, "checked": bool, "by": str, "on": str,
}  # fmt: skip


def read_facts(path: Path) -> list[Fact]:
    """Every fact of a file; MalformedFact names the file and the line that is none."""
    facts: list[Fact] = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            fact = _from_row(json.loads(line))
            if fact.path in seen:
                raise ValueError(f"a second fact for {fact.path}")
        except (ValueError, TypeError, OverflowError) as error:
            raise MalformedFact(f"{path}, line {number}: {error}") from error
        seen.add(fact.path)
        facts.append(fact)
    return facts


def write_facts(path: Path, facts: Iterable[Fact]) -> None:
    """Write the facts; VerifiedFact when that would change or drop a checked one of the file."""
    new = {fact.path: fact for fact in facts}
    if path.exists():
        for old in read_facts(path):
            if old.checked and new.get(old.path) != old:
                raise VerifiedFact(f"{path}: {old.path} was checked by {old.by or 'someone'}")
    path.write_text(lines_of(new.values()), encoding="utf-8")


def lines_of(facts: Iterable[Fact]) -> str:
    """The facts as a file has them."""
    return "".join(json.dumps(_to_row(fact), ensure_ascii=False) + "\n" for fact in facts)


def _to_row(fact: Fact) -> dict[str, Any]:
    """What differs from the defaults, so that a correction is a short diff."""
    row: dict[str, Any] = {"path": fact.path}
    for name in ("value", "text"):
        if getattr(fact, name):
            row[name] = getattr(fact, name)
    if fact.boxes:
        row["boxes"] = [
            {
                "page": place.page,
                "box": [
                    round(edge, 2)
                    for edge in (place.box.left, place.box.top, place.box.right, place.box.bottom)
                ],
            }
            for place in fact.boxes
        ]
    if fact.footnotes:
        row["footnotes"] = list(fact.footnotes)
    if fact.absent:
        row["absent"] = True
    if not fact.legible:
        row["legible"] = False
    if fact.checked:
        row["checked"] = True
    return row | {name: getattr(fact, name) for name in ("by", "on") if getattr(fact, name)}


def _from_row(row: Any) -> Fact:
    if not isinstance(row, Mapping):
        raise TypeError("not an object")
    if not row.get("path"):
        raise ValueError("no path")
    for name, value in row.items():
        if name not in _KINDS:
            raise ValueError(f"unknown key {name!r}")
        if not isinstance(value, _KINDS[name]):
            raise TypeError(f"{name} is not a {_KINDS[name].__name__}")
    boxes = tuple(_place(each) for each in row.get("boxes", ()))
    footnotes = tuple(str(each) for each in row.get("footnotes", ()))
    fact = Fact(**{**row, "boxes": boxes, "footnotes": footnotes})
    if fact.absent and (fact.value or fact.footnotes):
        raise ValueError("absent, yet with a value or footnotes")
    return fact


def _place(row: Any) -> Place:
    if not isinstance(row, Mapping) or set(row) != {"page", "box"} or len(row["box"]) != 4:
        raise ValueError("a box is an object of page and box, four numbers")
    left, top, right, bottom = (float(edge) for edge in row["box"])
    return Place(int(row["page"]), Box(left, top, right, bottom))
