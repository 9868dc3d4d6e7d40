"""What follows the tables of a form without boxes: further owners, footnotes, signatures."""

from __future__ import annotations

import html

from training.synth.looks_plain_parts import (
    OWNER,
    Manner,
    item,
    owner_lines,
    role_lines,
    spaced,
    typed_rule,
    written,
)
from training.synth.looks_sec import data, no_securities
from training.synth.looks_sheet import Sheet
from training.synth.style import between, chance, pick

SIGNER = "ownerSignature"
NOTE_HEADS = ("({})", "{}.", "F{}:", "[{}]", "{})", "*{}", "({}):", "{}")


def further_owners(sheet: Sheet, manner: Manner) -> str:
    """The second and further owners, each under a heading, repeated or typed once."""
    rng = sheet.rng
    indices = range(2, sheet.count(OWNER) + 1)
    if not indices:
        return ""
    title = pick(rng, ("Joint Filer Information", "Additional Reporting Persons",
                       "Other Reporting Persons", "Continuation: Reporting Persons"))  # fmt: skip
    each_headed = chance(rng, 0.4)
    blocks = [
        _headed(sheet, index) if each_headed else item(sheet, manner, "owner", index, index)
        for index in indices
    ]
    between_blocks = typed_rule(sheet, manner) if chance(rng, 0.3) else ""
    return f"<div class='{manner.label}'>{written(manner, title)}</div>" + between_blocks.join(
        blocks
    )


def _headed(sheet: Sheet, index: int) -> str:
    """An owner under a number of his own, with his relationship in some filings."""
    rng = sheet.rng
    head = pick(rng, (f"Reporting Person {index}", f"Joint Filer #{index - 1}", "Reporting Owner"))
    lines = owner_lines(sheet, index)
    if chance(rng, 0.4):
        issuer = html.escape(sheet.content.text(sheet.path("issuerName")))
        lines.append(f"Issuer: {issuer}")
    if chance(rng, 0.4):
        lines += role_lines(sheet, index)
    inner = "".join(f"<div>{line}</div>" for line in lines)
    return f'<div class="hx it keep"><div>{head}</div>{inner}</div>'


def explanations(sheet: Sheet, manner: Manner) -> str:
    """Footnotes one a paragraph or in a run, remarks before or after them."""
    rng = sheet.rng
    run = chance(rng, 0.15)
    hanging = between(rng, 1, 3.5) if chance(rng, 0.4) else 0.0
    head = pick(rng, NOTE_HEADS, (6, 4, 1, 1, 1, 1, 1, 1))
    word = pick(rng, ("", "Note ", "Footnote "), (12, 1, 1))
    count = sheet.count("footnotes/footnote")
    notes = [_note(sheet, index, word, head) for index in range(1, count + 1)]
    if run:
        body = f"<div>{'  '.join(notes)}</div>" if notes else ""
    else:
        css = f"padding-left:{hanging:.1f}em;text-indent:-{hanging:.1f}em"
        body = "".join(f'<div style="{css}">{note}</div>' for note in notes)
    if sheet.value("noSecuritiesOwned") == "1":
        body += no_securities(sheet)
    if body or chance(rng, 0.3):
        title = pick(rng, ("Explanation of Responses", "EXPLANATION OF RESPONSES", "Footnotes",
                           "Notes", "Explanations"))  # fmt: skip
        title = f"{title}{manner.colon}"
        body = f'<div class="{manner.label}">{title}</div>{body}' if chance(rng, 0.9) else body
    remarks = _remarks(sheet, manner)
    body = remarks + body if chance(rng, 0.15) else body + remarks
    if not body:
        return ""
    region = sheet.markup.region("footnotes")
    return f'<div class="pos n" style="padding:.3em 0">{region}{body}</div>'


def _note(sheet: Sheet, index: int, word: str, head: str) -> str:
    path = sheet.path("", "footnotes/footnote", index)
    number = sheet.markup.words(head.format(index), "footnote.id", path, ref=index)
    text = sheet.words(sheet.content.text(path), "footnote", path)
    return f"{word}{number}{spaced(sheet, 3)}{text}"


def _remarks(sheet: Sheet, manner: Manner) -> str:
    remarks = sheet.field("remarks")
    if not remarks and chance(sheet.rng, 0.8):
        return ""
    word = f'<span class="{manner.label}">{pick(sheet.rng, ("Remarks:", "REMARKS:"))}</span>'
    between_both = pick(sheet.rng, (" ", "<br>"))
    return f"<div>{word}{between_both if remarks else ''}{remarks}</div>"


def signatures(sheet: Sheet, manner: Manner) -> str:
    """Every signature with its date, one below the other or two side by side."""
    rng = sheet.rng
    kind = pick(rng, ("side", "labelled", "stacked", "under", "line"), (3, 3, 2, 3, 1))
    count = sheet.count(SIGNER)
    blocks = [_signature(sheet, index, kind) for index in range(1, count + 1)]
    inner = "".join(f'<div class="keep" style="margin-top:.6em">{block}</div>' for block in blocks)
    if count > 1 and kind != "line" and chance(rng, 0.35):
        inner = f'<div class="side" style="grid-template-columns:1fr 1fr">{inner}</div>'
    margin = pick(rng, ("", "margin-left:35%", "margin-left:50%", "margin-right:40%"), (4, 1, 1, 1))
    if chance(rng, 0.25):
        title = pick(rng, ("SIGNATURE", "Signature of Reporting Person", "Signatures"))
        inner = f"<div class='{manner.label}'>{title}</div>{inner}"
    region = sheet.markup.region("signature")
    return f'<div class="pos keep" style="margin-top:.8em;{margin}">{region}{inner}</div>'


def _signature(sheet: Sheet, index: int, kind: str) -> str:
    """One signature and its date, with the words that say what they are."""
    rng = sheet.rng
    name, date = (data(sheet, each, SIGNER, index) for each in ("signatureName", "signatureDate"))
    word = pick(rng, ("Signature of Reporting Person", "**Signature of Reporting Person",
                      "Signature", "(Signature)"))  # fmt: skip
    day = pick(rng, ("Date", "(Date)", "Dated"))
    if kind == "side":
        rule = pick(rng, ("", "_" * 24, "-" * 24))
        cells = (name, date, rule, rule[:12], word, day)
        inner = "".join(f'<div class="{"nw" if "_" in cell[:1] else ""}">{cell}</div>'
                        for cell in cells)  # fmt: skip
        return f'<div class="side" style="grid-template-columns:2fr 1fr">{inner}</div>'
    if kind == "line":
        gap = pick(rng, ("&emsp;", "&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;"))
        return f"<div>{word}: {name}{gap}{day}: {date}</div>"
    if kind == "labelled":
        lines = [f"{pick(rng, ('Signature:', 'Signed:', 'By:'))} {name}", f"Date: {date}"]
    elif kind == "stacked":
        lines = [name, word, f"Date: {date}"]
    else:
        rule = "_" * int(rng.integers(18, 32))
        lines = [name, rule, word, date, *pick(rng, ((rule[:14], day), (day,)))]
    if chance(rng, 0.2):
        lines = lines[-1:] + lines[:-1] if kind in ("labelled", "stacked") else lines
    return "".join(f"<div>{line}</div>" for line in lines)
