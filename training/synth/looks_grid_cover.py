"""Sets the facts of a cover into a spreadsheet's grid or into lists of keys and values."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from training.synth.looks_grid_beside import beside_cover, beside_owner
from training.synth.looks_grid_parts import (
    OWNER,
    TOLD,
    Habits,
    Pair,
    box_lines,
    box_pairs,
    box_table,
    caption,
    cell,
    date_pairs,
    issuer_pairs,
    joint_pairs,
    labelled,
    other_pairs,
    owner_pairs,
    piece,
    role_pairs,
    role_table,
    written,
)
from training.synth.looks_sec import data, form_number
from training.synth.looks_sheet import Sheet
from training.synth.style import chance, character_width, pick

SECTIONS = {
    "owner": ("Reporting Owner", "Reporting Person", "Reporting Person Information", "Filer"),
    "issuer": ("Issuer", "Issuer Information", "Company", "Issuer / Filing Details"),
    "relation": ("Relationship", "Relationship to Issuer", "Roles"),
    "more": ("Additional Reporting Persons", "Joint Filers", "Other Reporting Owners",
             "Additional Reporting Owner(s)", "Joint Filer Information"),
}  # fmt: skip
LEADER = '<div style="flex:1;border-bottom:1px dotted #000;margin:0 .4em .3em"></div>'
"""What leads from a key to its value at the other margin."""
MARKUP = re.compile(r"<[^>]*>")


def heading(sheet: Sheet, habits: Habits) -> tuple[str, list[Pair]]:
    """Form number and title: lines, bars across the sheet, or the number as a cell of the cover."""
    rng = sheet.rng
    title = html.escape(pick(rng, (sheet.form.title, sheet.form.title.title())))
    agency = pick(rng, (
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549",
        "U.S. Securities and Exchange Commission", "", "",
    ))  # fmt: skip
    kind = pick(rng, ("lines", "bar", "pair"), (5, 4, 2))
    if kind == "pair":
        number = f'<span class="d">{form_number(sheet, "")}</span>'
        lines, pairs = [agency, title], [Pair(caption(sheet, habits, "number"), (number,))]
    else:
        number = form_number(sheet, pick(rng, ("FORM ", "Form ", "SEC FORM ", "SEC Form ")))
        between_both = pick(rng, (" - ", ": ", "<br>", " &ndash; "))
        joined = f"{number}{between_both}{title}" if chance(rng, 0.5) else ""
        lines, pairs = [agency, joined] if joined else [number, agency, title], []
    align = pick(rng, ("center", "left"), (2, 1))
    if kind == "bar":
        css = f"lab {pick(rng, ('b', 'b sh', 'sh'))}"
        rows = [f'<td class="{css}" style="text-align:{align}">{line}</td>'
                for line in lines if line]  # fmt: skip
        return piece(habits, rows), pairs
    size = pick(rng, (1.0, 1.2, 1.45))
    inner = "".join(f"<div>{line}</div>" for line in lines if line)
    css = f"text-align:{align};font-size:{size}em;margin-bottom:.4em"
    return f'<div class="{pick(rng, ("b", ""))}" style="{css}">{inner}</div>', pairs


def cover(sheet: Sheet, habits: Habits, first: Sequence[Pair]) -> str:
    """Everything above the tables, `first` before the rest."""
    others = range(2, sheet.count(OWNER) + 1)
    inside = others if habits.owners == "inside" else ()
    if habits.cover == "beside":
        made = pair_table(sheet, habits, first) + beside_cover(sheet, habits, inside)
    else:
        make = grid_cover if habits.cover == "grid" else list_cover
        made = make(sheet, habits, first, inside)
    below = further_owners(sheet, habits) if habits.owners == "below" else ""
    return f'<div class="cover">{made}</div>{below}'


def grid_cover(sheet: Sheet, habits: Habits, first: Sequence[Pair], more: Sequence[int]) -> str:
    """The facts in rows of cells, under headings or in one run, roles and boxes among them."""
    rng = sheet.rng
    boxes = pick(rng, ("above", "among", "below"), (3, 3, 3))
    above = box_table(sheet, habits, box_lines(sheet, habits), habits.box_first) \
        if boxes == "above" else ""  # fmt: skip
    facts = [*issuer_pairs(sheet, habits), *date_pairs(sheet, habits),
             *other_pairs(sheet, habits)]  # fmt: skip
    rest = [*joint_pairs(sheet, habits), *(box_pairs(sheet, habits) if boxes == "among" else ())]
    owner = owner_pairs(sheet, habits, 1)
    flowing = habits.roles in ("pairs", "lines")
    roles = role_pairs(sheet, habits, 1) if flowing else []
    table = "" if flowing else role_table(sheet, habits, 1)
    further = "".join(_owner_grid(sheet, habits, index) for index in more)
    if more and habits.listed:
        further = owner_rows(sheet, habits, more)
    if chance(rng, 0.45):
        pieces = [pair_table(sheet, habits, first),
                  _section(sheet, habits, "owner", [*owner, *roles]) + table + further,
                  _section(sheet, habits, "issuer", [*facts, *rest])]  # fmt: skip
        if chance(rng, 0.3):
            pieces[1:] = reversed(pieces[1:])
    elif habits.across == 2 and chance(rng, 0.6):
        mixed = [replace(each, wide=False, starts=False)
                 for couple in zip_longest(owner, facts) for each in couple if each]  # fmt: skip
        pieces = [pair_table(sheet, habits, [*first, *mixed, *roles, *rest]), table, further]
    else:
        pairs = [*owner, *facts] if chance(rng, 0.75) else [*facts, *owner]
        pieces = [pair_table(sheet, habits, [*first, *pairs]), table,
                  pair_table(sheet, habits, [*roles, *rest]), further]  # fmt: skip
    below = box_table(sheet, habits, box_lines(sheet, habits), habits.box_first) \
        if boxes == "below" else ""  # fmt: skip
    return above + "".join(pieces) + below


def _section(sheet: Sheet, habits: Habits, kind: str, pairs: Sequence[Pair]) -> str:
    """Pairs below a bar with their heading."""
    title = written(habits, pick(sheet.rng, SECTIONS[kind]))
    css = pick(sheet.rng, ("b", "sh", "b sh", "b c"))
    bar = piece(habits, [f'<td class="lab {css}">{title}</td>'])
    return bar + pair_table(sheet, habits, pairs)


def pair_table(sheet: Sheet, habits: Habits, pairs: Sequence[Pair]) -> str:
    """Labels and values as rows of cells, as many across as fit."""
    if not pairs:
        return ""
    across = habits.across
    rows = _rows(pairs, across)
    while across > 1 and not _fits(sheet, habits, rows):
        across -= 1
        rows = _rows(pairs, across)
    left = habits.place == "left"
    set_row = _left_row if left else _over_row
    share = 100 * habits.share / across
    widths = [share, 100 / across - share] * across if left else [100 / across] * across
    set_rows = [each for row in rows for each in set_row(sheet, habits, row, across)]
    return piece(habits, set_rows, *(f"{width:.1f}%" for width in widths))


def _rows(pairs: Sequence[Pair], across: int) -> list[list[Pair]]:
    """The pairs in rows; wide ones stand alone."""
    rows: list[list[Pair]] = [[]]
    for each in pairs:
        if each.wide or each.starts or len(rows[-1]) == across:
            rows.append([])
        rows[-1].append(each)
        if each.wide:
            rows.append([])
    return [row for row in rows if row]


def _fits(sheet: Sheet, habits: Habits, rows: Sequence[Sequence[Pair]]) -> bool:
    """Whether the longest words of all columns stand beside each other on the page."""
    style = sheet.style
    widths: dict[int, float] = {}
    for row in rows:
        for place, each in enumerate(row):
            label = _longest(each.label) * style.label_size * character_width(style.label_font)
            value = _longest(each.value) * style.data_size * character_width(style.data_font)
            both = label + value if habits.place == "left" else max(label, value)
            widths[place] = max(widths.get(place, 0.0), both)
    sides = style.grid.sides * (2 if habits.place == "left" else 1)
    return sum(widths.values()) + sides * len(widths) < 0.93 * style.paper.width


def _longest(markup: str) -> int:
    words = html.unescape(MARKUP.sub(" ", markup.replace("</a><", "</a> <"))).split()
    return max(map(len, words), default=0)


def _left_row(sheet: Sheet, habits: Habits, row: Sequence[Pair], across: int) -> list[str]:
    """Every label in the cell left of its value; the last value takes the row's rest, or none."""
    cells = []
    for place, each in enumerate(row):
        rest = 2 * (across - place) - 1 if place == len(row) - 1 else 1
        span = rest if habits.stretched or each.wide else 1
        more = f' colspan="{span}"' if span > 1 else ""
        cells.append(labelled(sheet, habits, each.label))
        cells.append(cell(sheet, habits, each.value, more=more))
        cells += ["<td></td>"] * (rest - span)
    return ["".join(cells)]


def _over_row(sheet: Sheet, habits: Habits, row: Sequence[Pair], across: int) -> list[str]:
    """Every label over its value, in one cell or in a row of their own."""
    labels, values = [], []
    for place, each in enumerate(row):
        rest = across - place if place == len(row) - 1 else 1
        span = rest if habits.stretched or each.wide else 1
        more = f' colspan="{span}"' if span > 1 else ""
        empty = ["<td></td>"] * (rest - span)
        if habits.place == "over":
            inner = f'<div class="lab {habits.label.replace("sh", "")}">{each.label}</div>'
            values += [cell(sheet, habits, f"{inner}<div>{each.value or '&nbsp;'}</div>",
                            more=more), *empty]  # fmt: skip
        else:
            labels += [labelled(sheet, habits, each.label, more), *empty]
            values += [cell(sheet, habits, each.value, more=more), *empty]
    return ["".join(cells) for cells in (labels, values) if cells]


def list_cover(sheet: Sheet, habits: Habits, first: Sequence[Pair], more: Sequence[int]) -> str:
    """The facts as keys and values, in one column or in two that share their lines."""
    rng = sheet.rng
    among = chance(rng, 0.6)
    above = "" if among else "".join(
        f"<div>{box} {text}</div>" if habits.box_first else f"<div>{text} {box}</div>"
        for box, text in box_lines(sheet, habits)
    )  # fmt: skip
    owner, roles = owner_pairs(sheet, habits, 1), role_pairs(sheet, habits, 1)
    facts = [*issuer_pairs(sheet, habits), *date_pairs(sheet, habits),
             *other_pairs(sheet, habits)]  # fmt: skip
    rest = [*joint_pairs(sheet, habits), *(box_pairs(sheet, habits) if among else ())]
    further = "".join(_owner_list(sheet, habits, index) for index in more)
    if more and habits.listed:
        further = owner_rows(sheet, habits, more)
    if habits.across == 1:
        return above + _items(sheet, habits, [*first, *owner, *facts, *roles, *rest]) + further
    left, right = [*first, *owner], [*facts]
    (left if chance(rng, 0.5) else right).extend(roles)
    (left if chance(rng, 0.3) else right).extend(rest)
    if chance(rng, 0.2):
        left, right = right, left
    kind = pick(rng, ("lines", "pairs", "free"), (4, 3, 2))
    return above + _beside(sheet, habits, left, right, kind) + further


def _beside(
    sheet: Sheet, habits: Habits, left: Sequence[Pair], right: Sequence[Pair], kind: str
) -> str:
    """Two columns: sharing their `lines`, or the rows of their `pairs`, or `free` of each other."""
    if kind == "free":
        columns = "".join(f"<div>{_items(sheet, habits, each)}</div>" for each in (left, right))
        return f'<div class="side" style="grid-template-columns:1fr 1fr">{columns}</div>'
    width = pick(sheet.rng, ("50%", "50%", "58%", "45%"))
    lined = replace(habits, lines="none" if habits.lines == "full" else habits.lines)
    if kind == "lines":
        both = [[line for each in side for line in _item(habits, each)] for side in (left, right)]
        rows = [f"<td>{one or ''}</td><td>{two or ''}</td>" for one, two in zip_longest(*both)]
        return piece(lined, rows, width)
    cells = [
        tuple("".join(f"<div>{line}</div>" for line in _item(habits, each)) if each else ""
              for each in couple)
        for couple in zip_longest(left, right)
    ]  # fmt: skip
    rows = ["".join(cell(sheet, habits, inner, "") for inner in couple) for couple in cells]
    return piece(habits, rows, width)


def _items(sheet: Sheet, habits: Habits, pairs: Sequence[Pair]) -> str:
    """A column of keys with their values."""
    rows = [
        cell(sheet, habits, "".join(f"<div>{line}</div>" for line in _item(habits, each)), "")
        for each in pairs
    ]
    return piece(habits, rows) if rows else ""


def _item(habits: Habits, each: Pair) -> list[str]:
    """The lines of one key and its value, in a column of their own if the maker aligns them."""
    label = f'<span class="{habits.label.replace("sh", "")}">{each.label}</span>'
    first, *others = each.lines or ("",)
    if habits.stretched:
        wide, lead = f' style="flex:0 0 {habits.share * 34:.1f}em"', ""
        if habits.align == "right":
            wide, lead = "", LEADER
        row = f'<div class="key"><div{wide}>{{}}</div>{lead}<div>{{}}</div></div>'
        return [row.format(label, first), *(row.format("", line) for line in others)]
    if habits.place == "above" and len(each.lines) > 1:
        return [label, *each.lines]
    indent = f'<span style="padding-left:{10 * (habits.share - 0.2):.1f}em">{{}}</span>'
    return [f"{label} {first}", *(indent.format(line) for line in others)]


def further_owners(sheet: Sheet, habits: Habits) -> str:
    """The second and further owners, as blocks like the cover's or as rows of one table."""
    indices = range(2, sheet.count(OWNER) + 1)
    if not indices:
        return ""
    rng = sheet.rng
    title = written(habits, pick(rng, SECTIONS["more"]))
    head = f'<div class="b" style="margin-top:.6em">{title}</div>' if chance(rng, 0.7) else ""
    if habits.listed:
        return head + owner_rows(sheet, habits, indices)
    kinds = {"grid": _owner_grid, "list": _owner_list, "beside": beside_owner}
    make = kinds[habits.cover]
    gap = pick(rng, ("0", ".5em", "1em"))
    blocks = [f'<div class="keep" style="margin-top:{gap}">{make(sheet, habits, index)}</div>'
              for index in indices]  # fmt: skip
    if habits.cover == "list" and chance(rng, 0.4):
        return f'{head}<div class="side" style="grid-template-columns:1fr 1fr">' \
               f"{''.join(blocks)}</div>"  # fmt: skip
    return head + "".join(blocks)


def _owner_grid(sheet: Sheet, habits: Habits, index: int) -> str:
    pairs, table = owner_pairs(sheet, habits, index), ""
    if habits.related and habits.roles in ("pairs", "lines"):
        pairs += role_pairs(sheet, habits, index)
    elif habits.related:
        table = role_table(sheet, habits, index)
    return pair_table(sheet, habits, pairs) + table


def _owner_list(sheet: Sheet, habits: Habits, index: int) -> str:
    pairs = owner_pairs(sheet, habits, index)
    pairs += role_pairs(sheet, habits, index) if habits.related else []
    return _items(sheet, habits, pairs)


def owner_rows(sheet: Sheet, habits: Habits, indices: Sequence[int]) -> str:
    """A table of owners: name, address and roles of each in one row."""
    roles = habits.order if habits.related else ()
    told = [
        name for name in TOLD.values()
        if roles and any(sheet.value(name, OWNER, index) for index in indices)
    ]  # fmt: skip
    rows = ["".join(
        labelled(sheet, habits, caption(sheet, habits, kind), css=habits.label or "b")
        for kind in ("name", "address", *roles, *told)
    )]  # fmt: skip
    block = replace(habits, address="block", cover="list")
    for index in indices:
        values = [each.value for each in owner_pairs(sheet, block, index)]
        values += [sheet.box(name, OWNER, index) for name in roles]
        values += [data(sheet, name, OWNER, index) for name in told]
        rows.append("".join(cell(sheet, habits, value) for value in values))
    return piece(habits, rows, "24%", "30%", *("7%",) * len(roles))
