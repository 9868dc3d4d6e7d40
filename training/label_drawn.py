"""Facts and regions of gold as rectangles with labels: the inverse of `label_fields`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from eval.gold import Gold
from models.errors import ValueFormatError
from models.extraction import Place
from models.fact import Fact
from models.form import BOX, FormType
from models.values import canonical
from training.label_fields import CHECKED, EMPTY, ILLEGIBLE, MARKED, Extra, Rectangle


def rectangles_of(form: FormType, gold: Gold) -> list[Rectangle]:
    """Every box of facts and regions, as somebody would have drawn it."""
    rows = _rows(form, gold.facts)
    values = {fact.path: fact.value for fact in gold.facts}
    drawn = [Rectangle("", region.page, region.box,
                       (MARKED if region.checked else region.label,),
                       grid=(region.table, region.row, region.column))
             for region in gold.regions]  # fmt: skip
    for fact in gold.facts:
        label = _label(form, fact, values)
        if label:
            drawn += [_drawn(form, fact, label, rows, place) for place in fact.boxes]
    return drawn


def extras_of(form: FormType, gold: Gold) -> list[Extra]:
    """The facts that no rectangle can show."""
    rows = _rows(form, gold.facts)
    values = {fact.path: fact.value for fact in gold.facts}
    return [Extra(_number(form, fact, rows), fact) for fact in gold.facts
            if not (fact.boxes and _label(form, fact, values))]  # fmt: skip


def _label(form: FormType, fact: Fact, values: Mapping[str, str]) -> str:
    """The label of a fact's boxes; empty where no words of their own tell it."""
    at = form.locate(fact.path)
    if at is None or not at[2].tag or fact.absent:
        return ""
    group, index, spec = at
    if not spec.variants or group is None:
        return spec.tag
    beside = [each for each in group.fields if each.variant_of == spec.tag] or [
        each for each in group.fields if each.variant_of
    ]
    sides = {values.get(form.path_of(each, group, index), "") for each in beside}
    return next((f"{spec.tag}.{side}" for side in spec.variants if side in sides), "")


def _drawn(
    form: FormType, fact: Fact, label: str, rows: Mapping[str, int], place: Place
) -> Rectangle:
    at = form.locate(fact.path)
    assert at is not None  # it has a label
    spec, state = at[2], ""
    value, text = fact.value, fact.text
    if spec.source == BOX:
        state = CHECKED if fact.value == "1" else EMPTY
    try:
        stated = value if spec.source == BOX and fact.legible else ""
        meant = canonical(spec.kind, text) if text else stated
    except ValueFormatError:
        meant = ""
    return Rectangle(
        "", place.page, place.box, (label,), text, "" if meant == value else value,
        fact.footnotes, _number(form, fact, rows) or None,
        state if fact.legible else ILLEGIBLE, checked=fact.checked, by=fact.by, on=fact.on,
    )  # fmt: skip


def _number(form: FormType, fact: Fact, rows: Mapping[str, int]) -> int:
    """The row of a fact; 0 of what stands once."""
    at = form.locate(fact.path)
    if at is None or at[0] is None:
        return 0
    return rows.get(f"{at[0].path}[{at[1]}]", at[1])


def _rows(form: FormType, facts: Sequence[Fact]) -> dict[str, int]:
    """The printed row of each instance of a table's groups, in the order of the page."""
    stands: dict[str, dict[tuple[str, int], list[tuple[int, float]]]] = defaultdict(dict)
    for fact in facts:
        at = form.locate(fact.path)
        if at and at[0] and at[0].table:
            own = stands[at[0].table].setdefault((at[0].path, at[1]), [])
            own += [(place.page, place.box.top) for place in fact.boxes]
    found: dict[str, int] = {}
    for table in stands.values():
        waiting: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for key in sorted(table):
            waiting[key[0]].append(key)
        for number in range(1, len(table) + 1):
            # The rows of one group keep their order, whatever their boxes say.
            path, index = min((left[0] for left in waiting.values() if left),
                              key=lambda key: min(table[key], default=(0, 0.0)))  # fmt: skip
            waiting[path].pop(0)
            found[f"{path}[{index}]"] = number
    return found
