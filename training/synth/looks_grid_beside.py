"""A spreadsheet's cover whose owner stands left of the roles, row by row in one grid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from training.synth.looks_grid_parts import (
    OWNER,
    TOLD,
    Habits,
    box_lines,
    box_table,
    caption,
    cell,
    date_pairs,
    issuer_pairs,
    labelled,
    piece,
    written,
)
from training.synth.looks_sec import data, owner_data
from training.synth.looks_sheet import Sheet
from training.synth.style import between, chance, pick

RIGHT = 4
"""Columns of the right side: a box and its words, twice."""
PLACES = (("City / State / Zip", "City, State, Zip", "City/State/Zip", "(City) (State) (Zip)"),
          ("City and State", "City", "Location"))  # fmt: skip


def beside_cover(sheet: Sheet, habits: Habits, more: Sequence[int]) -> str:
    """Owner, issuer and dates on the left; roles and kind of filing on the right."""
    ticks = box_lines(sheet, habits)
    width = f"{between(sheet.rng, 3, 9):.1f}%" if ticks else ""
    boxes = box_table(sheet, habits, ticks, True, width)
    facts = [*issuer_pairs(sheet, habits), *date_pairs(sheet, habits)]
    left = _owner(sheet, habits, 1)
    left += [_fact(sheet, habits, each.label, each.value) for each in facts]
    right = [*_roles(sheet, habits, 1), *_joint(sheet, habits)]
    made = _grid(sheet, habits, left, right)
    further = "".join(beside_owner(sheet, habits, index) for index in more)
    return boxes + made + further if chance(sheet.rng, 0.6) else made + boxes + further


def beside_owner(sheet: Sheet, habits: Habits, index: int) -> str:
    """A further owner, set as the first one is."""
    right = _roles(sheet, habits, index) if habits.related else []
    return _grid(sheet, habits, _owner(sheet, habits, index), right)


def _grid(sheet: Sheet, habits: Habits, left: Sequence[str], right: Sequence[str]) -> str:
    rng = sheet.rng
    label, value, box = between(rng, 13, 24), between(rng, 12, 20), between(rng, 3, 7)
    none = f'<td colspan="{RIGHT}"></td>'
    widths = (label, value, between(rng, 5, 8), between(rng, 7, 11), box, between(rng, 11, 17), box)
    sides = zip_longest(left, right, fillvalue="")
    empty = "<td></td>" * RIGHT
    rows = [(one or empty) + (two or none) for one, two in sides]
    return piece(habits, rows, *(f"{width:.1f}%" for width in widths), "")


def _fact(sheet: Sheet, habits: Habits, label: str, value: str) -> str:
    """A row of the left side: a label, or none, and one wide cell."""
    return labelled(sheet, habits, label) + cell(sheet, habits, value, more=' colspan="3"')


def _owner(sheet: Sheet, habits: Habits, index: int) -> list[str]:
    """Name, streets, and city, state and code in cells of their own; mostly the second street has
    no label.
    """
    name, one, two, *place = owner_data(sheet, index)
    kind = "both" if chance(sheet.rng, 0.6) else "name"
    rows = [_fact(sheet, habits, caption(sheet, habits, kind), name),
            _fact(sheet, habits, caption(sheet, habits, "street1"), one)]  # fmt: skip
    if two or habits.blanks:
        label = caption(sheet, habits, "street2") if chance(sheet.rng, 0.3) else ""
        rows.append(_fact(sheet, habits, label, two))
    label = written(habits, pick(sheet.rng, pick(sheet.rng, PLACES, (5, 1))))
    cells = "".join(cell(sheet, habits, each, "v") for each in place)
    return [*rows, labelled(sheet, habits, label) + cells]


def _couple(sheet: Sheet, habits: Habits, box: str, words: str) -> str:
    """A box and its words in cells of their own."""
    both = cell(sheet, habits, box, "bx"), labelled(sheet, habits, words, css="")
    return "".join(both if habits.box_first else reversed(both))


def _roles(sheet: Sheet, habits: Habits, index: int) -> list[str]:
    """Rows of the right side: a caption, two roles each, what is told of them."""
    couples = [
        _couple(sheet, habits, sheet.box(name, OWNER, index), caption(sheet, habits, name))
        for name in habits.order
    ]
    head = labelled(sheet, habits, caption(sheet, habits, "relation"), f' colspan="{RIGHT}"')
    rows = [head, couples[0] + couples[1], couples[2] + couples[3]]
    labels = chance(sheet.rng, 0.5)
    told = []
    for name in TOLD.values():
        label = labelled(sheet, habits, caption(sheet, habits, name) if labels else "",
                         ' colspan="2"', None if labels else "")  # fmt: skip
        text = data(sheet, name, OWNER, index)
        told.append((text, label + cell(sheet, habits, text, more=' colspan="2"')))
    if not labels and any(text for text, _ in told):
        # Each below the words that it belongs to.
        row = "".join(cell(sheet, habits, text, more=' colspan="2"') for text, _ in told)
        return [*rows, row]
    return rows + [row for text, row in told if text or (labels and habits.blanks)]


def _joint(sheet: Sheet, habits: Habits) -> list[str]:
    several = sheet.count(OWNER) > 1
    head = labelled(sheet, habits, caption(sheet, habits, "joint"), f' colspan="{RIGHT}"')
    wide = f' colspan="{RIGHT - 1}"'
    rows = [
        cell(sheet, habits, sheet.tick(checked), "bx")
        + labelled(sheet, habits, caption(sheet, habits, kind), wide, "")
        for kind, checked in (("one", not several), ("more", several))
    ]
    return [head, *rows]
