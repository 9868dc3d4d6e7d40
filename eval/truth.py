"""What a real EDGAR filing says, by the paths and canonical values of its form's description."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from models.errors import NoKnownForm
from models.form import BOX, FIXED, FieldSpec, FormType, GroupSpec, forms
from models.values import canonical

Truth = dict[str, tuple[str, tuple[str, ...]]]
"""Path → canonical value (empty when only footnotes stand there) and footnote ids."""

NOT_ALWAYS_PRINTED = frozenset({"aff10b5One"})
"""Boxes that older forms do not have; any other box missing in the XML was printed unmarked."""


def read_filing(xml: bytes) -> Truth:
    """Every value and footnote mark of an ownershipDocument, rows in page order."""
    root = ElementTree.fromstring(xml)
    name = (root.findtext("documentType") or "").strip()
    form = forms().get(name)
    if form is None or root.tag != form.root:
        raise NoKnownForm(f"{root.tag} of document type '{name}' is no form known here")
    truth: Truth = {}
    for group, index, element in _parts(form, root):
        for spec in form.singles if group is None else group.fields:
            found = _leaf(element, spec)
            if found is not None:
                truth[form.path_of(spec, group, index)] = found
    return truth


def _parts(form: FormType, root: Element) -> Iterator[tuple[GroupSpec | None, int, Element]]:
    """The root, then every instance of every group; rows of one table as they are on the page."""
    yield None, 1, root
    done: set[str] = set()
    for group in form.groups:
        parent, _, _ = group.path.rpartition("/")
        siblings = {each.name: each for each in form.groups if _beside(each, group)}
        if group.path in done:
            continue
        done |= {each.path for each in siblings.values()}
        counts = dict.fromkeys(siblings, 0)
        for element in root.find(parent) or () if parent else root:
            if element.tag in siblings:
                counts[element.tag] += 1
                yield siblings[element.tag], _index(element, counts[element.tag]), element


def _beside(one: GroupSpec, other: GroupSpec) -> bool:
    """Whether both are rows of one table (or the same group)."""
    if one is other:
        return True
    return bool(one.table) and one.path.rpartition("/")[0] == other.path.rpartition("/")[0]


def _index(element: Element, position: int) -> int:
    """A footnote is named by the number printed at it, anything else by its position."""
    number = element.get("id", "").removeprefix("F")
    return int(number) if number.isdigit() else position


def _leaf(element: Element, spec: FieldSpec) -> tuple[str, tuple[str, ...]] | None:
    if spec.source == FIXED:
        return None
    leaf = element.find(spec.path) if spec.path else element
    text, marks = "", tuple[str, ...]()
    if leaf is not None:
        text = (leaf.findtext("value") if spec.wrapped else leaf.text) or ""
        holder = leaf if spec.wrapped else element.find(spec.path.rpartition("/")[0])
        if spec.footnotes and holder is not None:
            marks = tuple(mark.get("id", "") for mark in holder.findall("footnoteId"))
    if spec.kind == "date":
        text = text.strip()[:10]  # some filers' dates carry a time zone: 2013-01-02-05:00
    if text.strip():
        return canonical(spec.kind, text), marks
    if spec.source == BOX and spec.name not in NOT_ALWAYS_PRINTED:
        return "0", marks
    return ("", marks) if marks else None
