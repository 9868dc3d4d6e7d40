"""Look: schedules as text filings and typewriters of the 1990s and 2000s have them."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from training.synth.schedule_blocks import Block, Run, inline, shown, unlabelled, wording_of
from training.synth.schedule_ends import Ending, Line, agreement, habits_of, signatures
from training.synth.schedule_items import items, manner_of
from training.synth.schedule_sheet import CUSIP_HEADS, ScheduleSheet
from training.synth.schedule_typed_cover import cover_page, cover_sheet, frame_of, plain
from training.synth.schedule_typist import Typist, padded, paged
from training.synth.style import (
    MONO,
    PAPER_SIZES,
    TYPEWRITER,
    Marks,
    Numbers,
    Paper,
    Rng,
    Style,
    between,
    chance,
    pick,
)  # fmt: skip

BOXES = ("brackets", "tight", "small", "wide", "lined", "slashes", "slash", "parens", "paren",
         "line", "short", "bare", "angle")  # fmt: skip
BOX_SHARES = (6, 1, 3, 1, 1, 4, 2, 2, 1, 1, 1, 0.5, 1)
FACE_WIDTH = 0.603
"""Width of a character of the widest fixed-pitch face, em."""


def typed_style(rng: Rng) -> Style:
    """One face and size for everything."""
    font = pick(rng, pick(rng, (TYPEWRITER, MONO), (3, 1)))
    side = between(rng, 0.45, 1.1)
    size = pick(rng, ("letter", "A4", "legal"), (9, 2, 0.6))
    margins = (between(rng, 0.4, 1.0), side, between(rng, 0.4, 1.0), side)
    paper = Paper(size, margins=margins)
    columns = int(rng.integers(72, 82))
    face = min(paper.width / (columns * FACE_WIDTH), between(rng, 9.5, 13.3))
    return Style(
        label_font=font, data_font=font, label_size=face, data_size=face, note_size=face,
        line_height=between(rng, 1.0, 1.3),
        marks=Marks(raised=False, box=pick(rng, BOXES, BOX_SHARES)),
        numbers=Numbers(),
        paper=paper,
        row_height=float(columns),
        label_color=pick(rng, ("#000", "#222", "#333"), (8, 1, 1)),
    )  # fmt: skip


def typed_css(style: Style) -> str:
    """The style sheet of a style."""
    return (
        ".tp{white-space:pre;margin:0;break-inside:auto}.tp .nw{white-space:pre}"
        ".tp.new{break-before:page}"
    )


def typed_body(sheet: ScheduleSheet) -> str:
    """The body of the document: pages made by hand, printed as such or in one go."""
    rng = sheet.rng
    typist = Typist(sheet, int(sheet.style.row_height), justified=chance(rng, 0.15),
                    hyphens=chance(rng, 0.25))  # fmt: skip
    if chance(rng, 0.12):
        typist.lines(_file_head(sheet))
    cover_sheet(typist)
    _covers(typist)
    typist.new_page()
    type_items(typist)
    type_endings(typist)
    return printed(typist)


def _file_head(sheet: ScheduleSheet) -> list[str]:
    """The tags that EDGAR puts above a document's text."""
    kind = sheet.content.form.replace("SCHEDULE", "SC")
    lines = ["<DOCUMENT>", f"<TYPE>{kind}", "<SEQUENCE>1", f"<DESCRIPTION>{kind}", "<TEXT>", ""]
    return [html.escape(line) for line in lines]


def _covers(typist: Typist) -> None:
    """A page for each person; short ones now and then share one."""
    rng = typist.rng
    wording, frame = wording_of(rng), frame_of(rng)
    shared = chance(rng, 0.1)
    for index in range(1, len(typist.sheet.content.persons) + 1):
        if index == 1 or not shared or index % 2:
            typist.new_page()
        else:
            typist.blank(2)
        cover_page(typist, index, wording, frame)


def type_items(typist: Typist) -> None:
    """The items, captions in one manner, values behind or below them."""
    rng = typist.rng
    manner = manner_of(rng)
    hang = int(rng.integers(6, 16))
    behind = chance(rng, 0.5)
    blank = chance(rng, 0.85)
    first, apart = pick(rng, (0, 0, 5)), chance(rng, 0.8)
    indent = pick(rng, (0, 4, hang), (2, 1, 2))
    underlined = chance(rng, 0.15)
    for block in items(typist.sheet, manner):
        left = indent if block.level == 1 else indent + 4 * block.level if block.level else 0
        lines = _block(typist, block, left, (hang, behind, first, apart))
        typist.lines(lines)
        if underlined and not block.level and block.caption and len(lines) == 1:
            start = len(shown(lines[0])) - len(shown(lines[0]).lstrip())
            typist.line(" " * start + "-" * (len(shown(lines[0])) - start))
        if blank and lines:
            typist.blank()


def _block(
    typist: Typist, block: Block, left: int, setting: tuple[int, bool, int, bool]
) -> list[str]:
    """A block's lines: number, box, caption, box, then the value behind or below."""
    hang, behind, first, apart = setting
    width = typist.width
    runs = _plain_runs(block.runs)
    if not block.number and not block.caption:
        return typist.prose(runs, width, left + first, left, apart)
    step = hang if not block.level else 4 if len(block.number) < 4 else 6
    lead = " " * left + padded(block.number, step if block.number else 0)
    lead += "" if not block.number or lead.endswith(" ") else " "
    if block.box:
        lead += padded(block.box, 4) + " "
    inner = len(shown(lead))
    caption: list[Run] = [Run(plain(block.caption))] if block.caption else []
    if block.tail:
        caption += [Run(" "), Run(html=block.tail)]
    rows = any("\t" in run.text for run in runs)
    short = not rows and sum(len(run.text or shown(run.html)) for run in runs) < width
    if runs and not rows and (not block.caption or (behind and short)):
        gap = [Run(" ")] if block.caption else []
        lines = typist.prose([*caption, *gap, *runs], width - inner, 0, 0, apart)
        return _led(lines, lead, inner)
    lines = _led(typist.wrapped(caption, width - inner), lead, inner)
    if runs:
        lines += [""] if apart and chance(typist.rng, 0.7) else []
        below = inner if short else left
        lines += typist.prose(runs, width, below + first, below, apart)
    return lines


def _led(lines: Sequence[str], lead: str, inner: int) -> list[str]:
    if not lines:
        return [lead.rstrip()]
    return [(lead + line).rstrip() if not place else " " * inner + line if line else ""
            for place, line in enumerate(lines)]  # fmt: skip


def _plain_runs(runs: Sequence[Run]) -> list[Run]:
    return [run if run.html else Run(plain(run.text), run.tag, run.index) for run in runs]


def type_endings(typist: Typist) -> None:
    """Signatures on the last page of the items or their own; the agreement on its own."""
    habits = habits_of(typist.rng)
    if chance(typist.rng, 0.5):
        typist.new_page()
    else:
        typist.blank(2)
    side = pick(typist.rng, (0, typist.width // 2, typist.width // 3), (1, 3, 1))
    _ending(typist, signatures(typist.sheet, habits), side)
    note = typist.sheet.content.texts.get("signatureComment", "")
    if note:
        typist.blank()
        runs = (Run(plain(note), "signatureComment"),)
        typist.lines(typist.prose(runs, typist.width, 0, 0, apart=True))
    joint = agreement(typist.sheet, habits)
    if joint:
        typist.new_page()
        _ending(typist, joint, side)


def _ending(typist: Typist, ending: Ending, side: int) -> None:
    rng = typist.rng
    if ending.exhibit:
        typist.line(ending.exhibit, pick(rng, ("center", "right", "left")))
        typist.blank()
    typist.line(ending.title, "center")
    typist.blank()
    runs = unlabelled(plain(ending.text))
    typist.lines(typist.wrapped(runs, typist.width, pick(rng, (0, 5)), 0))
    typist.blank()
    day = inline(typist.sheet, ending.day)
    if day and not ending.day_last:
        typist.line(day)
        typist.blank()
    if side and len(ending.blocks) > 1 and chance(rng, 0.2):
        _pairs(typist, ending.blocks)
    else:
        for block in ending.blocks:
            typist.lines(_signature(typist, block, typist.width - side), side)
            typist.blank(2)
    if day and ending.day_last:
        typist.line(day)


def _signature(typist: Typist, block: Sequence[Line], width: int) -> list[str]:
    made: list[str] = []
    for runs in block:
        made += typist.wrapped(_plain_runs(runs), width, 0, 4 if len(runs) > 1 else 0)
    return made


def _pairs(typist: Typist, blocks: Sequence[Sequence[Line]]) -> None:
    """Signature blocks in two columns."""
    half = typist.width // 2 - 2
    for start in range(0, len(blocks), 2):
        pair = [(_signature(typist, block, half - 1), half) for block in blocks[start : start + 2]]
        height = max(len(lines) for lines, _ in pair)
        for row in range(height):
            cells = [padded(lines[row] if row < len(lines) else "", width) for lines, width in pair]
            typist.line("    ".join(cells).rstrip())
        typist.blank(2)


def printed(typist: Typist, before: int = 0) -> str:
    """Pages as `<div>`s; of filings printed in one go, with the file's page marks among them."""
    style, rng = typist.sheet.style, typist.rng
    paper = style.paper
    height = 96 * (PAPER_SIZES[paper.size][1] - paper.margins[0] - paper.margins[2])
    depth = int(height / (style.data_size * style.line_height)) - 5
    in_one_go = chance(rng, 0.25)
    pages = paged(typist.pages, 58 if in_one_go else depth)
    head, foot = _running(typist)
    made, total = [], len(pages) + before
    for number, lines in enumerate(pages, before + 1):
        above = head(number, total) if number > 1 else []
        text = "\n".join([*above, *lines, *foot(number, total)])
        if in_one_go:
            mark = pick(rng, ("&lt;PAGE&gt;", "&lt;PAGE&gt;", "")) if number > 1 else ""
            new = " new" if number == before + 1 and before else ""
            made.append(f'<div class="tp{new}">{mark}\n{text}\n</div>')
        else:
            made.append(f'<div class="tp{" new" if number > 1 else ""}">{text}\n</div>')
    return "".join(made)


Strip = Callable[[int, int], list[str]]
"""Number of a page and of all → the lines of its running head or foot."""


def _running(typist: Typist) -> tuple[Strip, Strip]:
    """The running head and foot of this filing."""
    sheet, rng, width = typist.sheet, typist.rng, typist.width
    cusip = pick(rng, CUSIP_HEADS).format(sheet.content.cusip)
    schedule = pick(rng, (sheet.content.family, f"Schedule {sheet.content.family}",
                          f"SCHEDULE {sheet.content.form.split()[1]}", ""))  # fmt: skip
    shape = pick(rng, ("Page {0} of {1} Pages", "Page {0} of {1}", "PAGE {0} OF {1} PAGES",
                       "Page {0} of {1} pages"))  # fmt: skip
    kind = pick(rng, ("three", "boxed", "cusip", "lines", "none"), (5, 1, 2, 1, 1))
    footed = kind in ("cusip", "none") or chance(rng, 0.1)
    number = pick(rng, (shape, "{0}", "- {0} -", "-{0}-"))

    def head(page: int, pages: int) -> list[str]:
        right = shape.format(page, pages)
        if kind == "none":
            return []
        if kind == "cusip":
            return [cusip, ""]
        if kind == "lines":
            return [cusip, right, ""]
        middle = width - len(cusip) - len(right)
        if middle < len(schedule) + 2:
            return [cusip, right, ""]
        line = cusip + padded(schedule, middle, "center") + right
        return ["-" * width, line, "-" * width, ""] if kind == "boxed" else [line, ""]

    def foot(page: int, pages: int) -> list[str]:
        text = number.format(page, pages)
        return ["", padded(text, width, "center").rstrip()] if footed else []

    return head, foot
