"""Looks b and c: the paper forms SEC 1473, 1474 and 2270, new and old, with typed values."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.looks_columns import Column, columns, retitled, table_title
from training.synth.looks_paper_boxes import (
    Arrangement,
    attached_owners,
    header_boxes,
    masthead,
    notices,
    signature_lines,
)
from training.synth.looks_sec import explanations
from training.synth.looks_sheet import Sheet
from training.synth.looks_table import Row, padded, table, table_css
from training.synth.style import (
    ARIAL_LIKE,
    SANS,
    SERIF,
    TIMES_LIKE,
    TYPEWRITER,
    Grid,
    Marks,
    Numbers,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
    stack,
)  # fmt: skip

END_OF_MONTH = (
    "Amount of Securities Beneficially Owned at End of Month",
    "Amount of Securities Bene- ficially Owned at End of Month",
)
END_OF_MONTH_II = (
    "Number of Derivative Securities Beneficially Owned at End of Month",
    "Number of deriv- ative Secur- ities Bene- ficially Owned at End of Month",
)


@dataclass(frozen=True)
class Edition:
    """What tells the editions of the paper forms apart."""

    numbers: dict[str, tuple[str, ...]]
    boxes: dict[str, Arrangement]
    monthly: bool


_TRADED = ("owner", "issuer", "period", "amended", "relation", "joint")
_TRADED_OLD = ("owner", "issuer", "irs", "period", "amended", "relation", "joint")
NEW = Edition(
    {"3": ("owner", "period", "issuer", "relation", "amended", "joint"), "4": _TRADED,
     "5": _TRADED},
    {"3": (("owner",), ("period", "amended"), ("issuer", "relation", "joint")),
     "4": (("owner",), ("issuer", "period", "amended"), ("relation", "joint")),
     "5": (("owner",), ("issuer", "period", "amended"), ("relation", "joint"))},
    monthly=False,
)  # fmt: skip
OLD = Edition(
    {"3": ("owner", "period", "irs", "issuer", "relation", "amended", "joint"),
     "4": _TRADED_OLD, "5": _TRADED_OLD},
    {"3": (("owner",), ("period", "irs", "amended"), ("issuer", "relation", "joint")),
     "4": (("owner",), ("issuer", ("irs", "period"), "amended"), ("relation", "joint")),
     "5": (("owner",), ("issuer", ("irs", "period"), "amended"), ("relation", "joint"))},
    monthly=True,
)  # fmt: skip


def paper_style(rng: Rng) -> Style:
    """A printed form in the SEC's type, filled with a typewriter or its like."""
    return _style(rng, landscape=True)


def old_style(rng: Rng) -> Style:
    """The same for the forms until 2003, upright as a rule."""
    return _style(rng, landscape=chance(rng, 0.3))


def _style(rng: Rng, *, landscape: bool) -> Style:
    size = between(rng, 9.2, 12) * (1 if landscape else 0.82)
    data = pick(rng, (TYPEWRITER, ARIAL_LIKE, SANS, SERIF), (6, 2, 1, 1))
    typed = size * between(rng, 0.85, 1.1)
    rule = pick(rng, ("1px solid #000", "1px solid #444", "0.7px solid #000", "1.4px solid #000"))
    margin = between(rng, 0.3, 0.8)
    number = "'Page ' counter(page) ' of ' counter(pages)"
    font = f"font:{size:.1f}px {stack(pick(rng, TIMES_LIKE))};"
    corners = ((pick(rng, ("bottom-center", "bottom-right")), f"{number};{font}"),)
    return Style(
        label_font=pick(rng, pick(rng, (TIMES_LIKE, ARIAL_LIKE), (2, 1))),
        data_font=pick(rng, data),
        label_size=size,
        data_size=typed * 1.05,
        head_size=size * between(rng, 0.75, 0.95),
        cell_size=typed * between(rng, 0.8, 0.95),
        note_size=typed * between(rng, 0.85, 1.0),
        data_color=pick(rng, ("#000", "#222", "#00008b"), (8, 2, 0.5)),
        line_height=between(rng, 1.05, 1.25),
        marks=_marks(rng),
        numbers=Numbers("%m/%d/%Y", pick(rng, ("$", ""), (2, 1)), chance(rng, 0.3)),
        paper=Paper(
            pick(rng, ("letter", "A4", "legal"), (10, 1, 2)), landscape,
            (margin, margin, margin, margin), corners if chance(rng, 0.6) else (),
        ),
        grid=Grid(f"border:{rule}", f"border:{rule}",
                  padding=(between(rng, 0.5, 3), between(rng, 1.5, 5))),
        repeat_heads=chance(rng, 0.6),
        empty_rows=pick(rng, (5, 8, 10, 12, 15, 18)),
        head_numbers=True,
        wording=int(rng.integers(3)),
        head_align=pick(rng, ("left", "left", "center")),
        row_height=between(rng, 1.35, 2.6),
        vertical=pick(rng, ("middle", "top", "bottom"), (4, 1, 2)),
        column_spread=pick(rng, (0.0, 0.15)),
        jitter=pick(rng, (0.0, 0.5, 1.0, 1.8), (3, 3, 3, 1)),
    )  # fmt: skip


def _marks(rng: Rng) -> Marks:
    footnote, raised = pick(rng, (("({})", False), ("({})", True), ("[{}]", False)), (6, 5, 0.5))
    box = pick(rng, ("line", "ruled", "square", "glyph"), (6, 4, 2, 1))
    yes = pick(rng, ("X", "x", "✓") if box != "line" else ("X", "x"))
    return Marks(footnote, raised, box, yes, "☒", between(rng, 0.9, 1.2))


def paper_css(style: Style) -> str:
    """The style sheet of a paper form."""
    rule = style.grid.cell.removeprefix("border:")
    return table_css(style) + (
        "table.w{width:100%}.w td{padding:0 2px;vertical-align:top}"
        f".hc{{display:flex;border-top:{rule};border-left:{rule}}}.hc>div{{display:flex;"
        "flex-direction:column;flex:1}.hs{display:flex;flex:1}"
        f".hx{{position:relative;flex:1 1 auto;border-right:{rule};border-bottom:{rule};"
        "padding:2px 4px;min-width:0}"
        ".sheet{break-before:page}.tb{margin:3px 0}"
        f".f{{font-size:{style.label_size * 1.7:.1f}px;font-weight:bold}}"
        f".m{{font-weight:bold;font-size:{style.label_size * 1.15:.1f}px}}"
        f".xx{{font-size:{style.label_size * 0.9:.1f}px}}.o{{border:{rule}}}"
        ".sig{border-top:1px solid #000}"
    )


def paper(sheet: Sheet) -> str:
    """A form of today's edition."""
    return _form(sheet, NEW)


def old(sheet: Sheet) -> str:
    """A form of an edition until 2003; the month of the statement stands without a day."""
    rng = sheet.rng
    if sheet.family != "3" and chance(rng, 0.6):
        shape = pick(rng, ("%m/%Y", "%B %Y", "%-m/%y", "%b. %Y"))
        sheet.date_formats = {"periodOfReport": shape, "dateOfOriginalSubmission": shape}
    return _form(sheet, OLD)


def _form(sheet: Sheet, edition: Edition) -> str:
    """Sheets: head and boxes, both tables, explanation, signature; tables may need more sheets."""
    family, rng = sheet.family, sheet.rng
    head = masthead(sheet) + header_boxes(sheet, edition.boxes[family], edition.numbers[family])
    apart = chance(rng, 0.4) and sheet.style.paper.landscape
    tables = [_table(sheet, number, edition) for number in (0, 1)]
    closing = [explanations(sheet), signature_lines(sheet), notices(sheet)]
    middle = _sheet(tables[0]) if apart else tables[0]
    second = _sheet(tables[1]) if chance(rng, 0.75) else tables[1]
    more = _sheet(attached_owners(sheet)) if sheet.count("reportingOwner") > 1 else ""
    return head + middle + second + "".join(closing) + more


def _sheet(inner: str) -> str:
    return f'<div class="sheet">{inner}</div>'


def _columns(sheet: Sheet, number: int, edition: Edition) -> list[Column]:
    found = columns(sheet.content.form, number)
    if edition.monthly:
        found = sheet.kept(found, number)
        if sheet.family == "4":
            month = END_OF_MONTH_II if number else END_OF_MONTH
            found = retitled(found, "sharesOwnedFollowingTransaction", month)
    return found


def _table(sheet: Sheet, number: int, edition: Edition) -> str:
    """A table with its printed empty rows; what does not fit goes to further sheets."""
    kept = _columns(sheet, number, edition)
    fit = max(sheet.style.empty_rows - (3 if number else 0), 3)
    used = max(len(sheet.rows(number)), 1)
    whole = max(used, fit) if chance(sheet.rng, 0.3) else fit
    rows = padded(sheet, number, -used % whole if used > fit else fit - used)
    parts = [rows[start : start + whole] for start in range(0, len(rows), whole)]
    return _parts(sheet, number, kept, parts)


def _parts(
    sheet: Sheet, number: int, kept: Sequence[Column], parts: Sequence[Sequence[Row]]
) -> str:
    title, subtitle = table_title(sheet.content.form, number)
    title = title.replace(" - ", pick(sheet.rng, (" — ", " - ", " – ")))
    text = f"<b>{html.escape(title)}</b>" + (f"<br>{html.escape(subtitle)}" if subtitle else "")
    continued = f'<b style="float:left">FORM {sheet.family} (continued)</b>'
    found, first = [], 0
    for place, rows in enumerate(parts):
        head = f'<div style="text-align:center;break-after:avoid">{text}</div>'
        if place or number:
            head = continued + head
        found.append(head + table(sheet, number, kept, rows, first=first))
        first += len(rows)
    return "".join(part if not place else _sheet(part) for place, part in enumerate(found))
