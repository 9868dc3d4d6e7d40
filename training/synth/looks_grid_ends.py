"""What follows the tables of a spreadsheet's form: footnotes, remarks, signatures in cells."""

from __future__ import annotations

from training.synth.looks_grid_parts import Habits, piece, written
from training.synth.looks_loose_parts import footnotes
from training.synth.looks_sec import NOTICES, data, no_securities
from training.synth.looks_sheet import Sheet
from training.synth.style import between, chance, pick

SIGNER = "ownerSignature"
NOTES = "footnotes/footnote"
TITLES = ("Explanation of Responses", "EXPLANATION OF RESPONSES", "Footnotes", "Notes",
          "Explanation of Responses:")  # fmt: skip
HEADS = (("No.", "Footnote"), ("Note", "Explanation"), ("#", "Text"), ("Footnote", "Explanation"),
         ("Ref.", "Explanation of Response"))  # fmt: skip
MISSTATED = (
    NOTICES[2],
    "Intentional misstatements or omissions of facts constitute Federal Criminal Violations. See "
    "18 U.S.C. 1001 and 15 U.S.C. 78ff(a).",
)


def ends(sheet: Sheet, habits: Habits) -> str:
    """Footnotes, remarks and signatures below each other."""
    notes = footnotes(sheet) if chance(sheet.rng, 0.3) else note_grid(sheet, habits)
    parts = [notes, signatures(sheet, habits)]
    return "".join(reversed(parts) if chance(sheet.rng, 0.08) else parts)


def note_grid(sheet: Sheet, habits: Habits) -> str:
    """Footnotes as rows of number and text; remarks as a row of theirs or below their word."""
    rng = sheet.rng
    shape = pick(rng, ("{}", "({})", "F{}", "{}.", "[{}]", "{}:"), (5, 5, 1, 2, 1, 1))
    word = pick(rng, ("", "Footnote ", "Note "), (5, 1, 1))
    count = sheet.count(NOTES)
    rows = [_note(sheet, index, shape, word) for index in range(1, count + 1)]
    if rows and chance(rng, 0.3):
        heads = pick(rng, HEADS)
        css = f"lab {habits.label or 'b'}"
        rows.insert(0, "".join(f'<td class="{css}">{written(habits, each)}</td>' for each in heads))
    if sheet.value("noSecuritiesOwned") == "1":
        rows.append(f'<td colspan="2">{no_securities(sheet)}</td>')
    if rows and chance(rng, 0.55):
        css = pick(rng, ("b", "b sh", "sh", ""))
        title = written(habits, pick(rng, TITLES))
        rows.insert(0, f'<td class="lab {css}" colspan="2">{title}</td>')
    number = between(rng, 8.0, 13.0) if word else between(rng, 3.5, 9.0)
    remarks = _remarks(sheet, habits)
    merged = chance(rng, 0.5)
    blocks = [piece(habits, rows + (remarks if merged else []), f"{number:.1f}%")] \
        if rows or (merged and remarks) else []  # fmt: skip
    if remarks and not merged:
        gap = pick(rng, ("0", ".5em"))
        block = piece(habits, remarks, f"{between(rng, 9, 22):.1f}%")
        blocks.append(f'<div style="margin-top:{gap}">{block}</div>')
    if not blocks:
        return ""
    region = sheet.markup.region("footnotes")
    gap = pick(rng, ("0", ".3em", "1em"))
    return f'<div class="pos n" style="margin-top:{gap}">{region}{"".join(blocks)}</div>'


def _note(sheet: Sheet, index: int, shape: str, word: str) -> str:
    path = sheet.path("", NOTES, index)
    number = sheet.markup.words(shape.format(index), "footnote.id", path, ref=index)
    text = sheet.words(sheet.content.text(path), "footnote", path)
    return f'<td class="no">{word}{number}</td><td>{text}</td>'


def _remarks(sheet: Sheet, habits: Habits) -> list[str]:
    """Rows with the remarks; some sheets have an empty one."""
    rng = sheet.rng
    text = sheet.field("remarks")
    if not text and chance(rng, 0.75):
        return []
    word = pick(rng, ("Remarks", "Remarks:", "REMARKS", "Comments"))
    if chance(rng, 0.3):
        return [_label(habits, word, ' colspan="2"'),
                f'<td colspan="2">{text}</td>']  # fmt: skip
    return [f"{_label(habits, word)}<td>{text}</td>"]


def signatures(sheet: Sheet, habits: Habits) -> str:
    """A row for every signature, or two; the warning beside or below."""
    rng = sheet.rng
    kind = pick(rng, ("row", "pair", "headed", "under"), (5, 3, 3, 2))
    words = (
        pick(rng, ("Signature of Reporting Person", "**Signature of Reporting Person", "Signature",
                   "Signed", "Signature:", "Name / Signature")),
        pick(rng, ("Date", "Date:", "Date Signed", "Dated", "Signature Date")),
    )  # fmt: skip
    beside = kind in ("row", "pair") and chance(rng, 0.2)
    notice = pick(rng, MISSTATED) if chance(rng, 0.6) else ""
    rows = []
    for index in range(1, sheet.count(SIGNER) + 1):
        rows += _signature(sheet, habits, kind, words, index)
    if kind == "headed":
        rows.insert(0, "".join(_label(habits, word) for word in words))
    if beside and notice:
        rows[0] += f'<td class="sm" rowspan="{len(rows)}" style="width:25%">{notice}</td>'
    region = sheet.markup.region("signature")
    width = pick(rng, (100.0, 100.0, between(rng, 55, 95)))
    side = pick(rng, ("", "margin-left:auto;"), (3, 1))
    block = f'<div style="width:{width:.0f}%;{side}">{piece(habits, rows)}</div>'
    gap = pick(rng, (0.0, 0.6, 1.5))
    below = "" if beside or not notice else f'<div class="sm warn">{notice}</div>'
    return f'<div class="pos keep" style="margin-top:{gap}em">{region}{block}</div>{below}'


def _label(habits: Habits, word: str, more: str = "") -> str:
    return f'<td class="lab {habits.label}"{more}>{written(habits, word)}</td>'


def _signature(
    sheet: Sheet, habits: Habits, kind: str, words: tuple[str, str], index: int
) -> list[str]:
    """The rows of one signature with its date."""
    name, date = (data(sheet, each, SIGNER, index) for each in ("signatureName", "signatureDate"))
    date = f'<span class="nw">{date}</span>'
    label, day = (_label(habits, word) for word in words)
    if kind == "headed":
        return [f"<td>{name}</td><td>{date}</td>"]
    if kind == "under":
        return [f"<td>{name}</td><td>{date}</td>", label + day]
    if kind == "pair":
        return [f"{label}<td>{name}</td>", f"{day}<td>{date}</td>"]
    return [f"{label}<td>{name}</td>{day}<td>{date}</td>"]
