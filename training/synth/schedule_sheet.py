"""Prints what a Schedule 13G or 13D says as labelled HTML, piece by piece; its looks compose these.

A `ScheduleSheet` knows content, style and labels. Pieces are named by the tag their words carry;
the path follows from the form's description.
"""

from __future__ import annotations

import datetime
import html
from dataclasses import dataclass
from decimal import Decimal

from eval.printing import Markup
from models.form import FieldSpec, GroupSpec, forms
from training.synth.looks_sheet import GLYPH_BOX, base_css
from training.synth.schedule import Person, Place, Schedule
from training.synth.style import Rng, Style, chance, pick, stack

ADDRESS_PARTS = ("street1", "street2", "city", "state", "zip_code")
SIGNS = {
    "glyph": ("☐", "☒"), "checked": ("☐", "☑"), "hollow": ("□", "☒"), "solid": ("□", "■"),
    "wing": ("o", "þ"), "dots": ("¨", "x"), "thorn": ("¨", "þ"), "letters": ("o", "x"),
}  # fmt: skip
"""Boxes that are signs of a font, unmarked and marked; filing agents' Wingdings come as letters."""
WORDS = {
    "brackets": ("[ ]", "[X]"), "tight": ("[]", "[x]"), "small": ("[ ]", "[x]"),
    "wide": ("[   ]", "[ X ]"), "lined": ("[_]", "[X]"), "slashes": ("/ /", "/X/"),
    "slash": ("/ /", "/x/"), "parens": ("( )", "(X)"), "paren": ("( )", "(x)"),
    "line": ("_____", "__X__"), "short": ("___", "_X_"), "bare": ("", "X"), "low": ("", "x"),
    "angle": ("|_|", "|X|"),
}  # fmt: skip
"""Boxes typed in characters, unmarked and marked."""
SQUARE = "square"
ZEROS = ("0", "-0-", "None", "NONE", "nil", "Nil", "none", "–0–", "0 shares", "- 0 -")
ZERO_SHARES = (10.0, 6.0, 2.0, 1.5, 1.0, 0.5, 0.7, 0.7, 1.0, 0.3)
DATES = ("%B %-d, %Y", "%B %d, %Y", "%b %-d, %Y", "%b. %-d, %Y", "%m/%d/%Y", "%-m/%-d/%Y",
         "%d %B %Y", "%-d %B %Y", "%m/%d/%y", "%m-%d-%Y")  # fmt: skip
DATE_SHARES = (20.0, 3.0, 1.0, 0.5, 4.0, 2.0, 0.5, 0.7, 0.7, 0.5)
CUSIP_HEADS = (
    "CUSIP No. {}", "CUSIP NO. {}", "CUSIP No: {}", "CUSIP NUMBER {}", "CUSIP # {}", "CUSIP: {}",
)  # fmt: skip
PAGE_NUMBERS = (
    "'Page ' counter(page) ' of ' counter(pages) ' Pages'",
    "'Page ' counter(page) ' of ' counter(pages)",
    "counter(page)", "'Page ' counter(page)", "'- ' counter(page) ' -'",
)  # fmt: skip
"""CSS content of the page number in a running head."""
PERCENT_SHAPES = ("{}%", "{} %")


@dataclass(frozen=True)
class Head:
    """What stands at the top or bottom of every page but the cover sheet: left, middle, right."""

    left: str = ""
    middle: str = ""
    right: str = ""
    bottom: bool = False
    size: float = 11.0


class ScheduleSheet:
    """Writes one filing's pieces. `printed` collects what was printed at each path, `ticked` the
    boxes printed, by path and tag."""

    def __init__(self, content: Schedule, style: Style, rng: Rng) -> None:
        self.content = content
        self.style = style
        self.rng = rng
        self.markup = Markup()
        self.form = forms()[content.form]
        self.printed: dict[str, list[str]] = {}
        self.ticked: dict[tuple[str, str], bool] = {}
        self._places: dict[str, tuple[GroupSpec | None, FieldSpec]] = {
            tag: place for place in self.form.specs() for tag in (*place[1].tags, place[1].tag)
        }
        self.zero = pick(rng, ZEROS, ZERO_SHARES)
        self.cents = False
        self.date_format = pick(rng, DATES, DATE_SHARES)
        self.percent_shape = pick(rng, PERCENT_SHAPES, (12, 1))
        self.upper_dates = chance(rng, 0.1)
        self.suffix = pick(rng, ("", " shares", " Shares"), (9, 1, 0.5))

    # labels

    def has(self, tag: str) -> bool:
        """Whether the form has a field of this tag."""
        return bool(tag) and tag in self._places

    def path(self, tag: str, index: int = 1) -> str:
        """The absolute path of the field that has the tag; raises KeyError for an unknown one."""
        group, spec = self._places[tag]
        return self.form.path_of(spec, group, index)

    def words(self, tag: str, text: str, index: int = 1) -> str:
        """Labelled text, escaped; nothing for an empty one or where the form lacks the tag."""
        if not text.strip() or not self.has(tag):
            return html.escape(text)
        path = self.path(tag, index)
        self.printed.setdefault(path, []).append(text)
        return self.markup.words(text, tag, path)

    # values

    def amount(self, tag: str, number: str, index: int = 1) -> str:
        """A number of shares with commas; of `0 shares` only the number is the value."""
        value = Decimal(number or "0")
        if self.cents:
            return self.words(tag, f"{value:,.2f}", index)
        if value == 0:
            word = self.zero if chance(self.rng, 0.9) else pick(self.rng, ZEROS, ZERO_SHARES)
            head, _, tail = word.partition(" shares")
            return self.words(tag, head, index) + (" shares" if word.endswith("shares") else tail)
        return self.words(tag, f"{value:,f}", index) + self.suffix

    def percent(self, tag: str, number: str, index: int = 1) -> str:
        """A percentage with its sign, in one piece."""
        return self.words(tag, self.percent_shape.format(number), index) if number else ""

    def date(self, tag: str, day: datetime.date, index: int = 1, shape: str = "") -> str:
        """A date as the filing writes them; `shape` for one written otherwise."""
        return self.words(tag, self.day(day, shape), index)

    def day(self, day: datetime.date, shape: str = "") -> str:
        """The text of a date, unlabelled."""
        text = day.strftime(shape or self.date_format)
        return text.upper() if self.upper_dates else text

    def title_word(self) -> str:
        """The title on the cover sheet; amendments say so in it or not."""
        amended = self.content.form.endswith("/A") and chance(self.rng, 0.45)
        title = f"SCHEDULE {self.content.family}" + ("/A" if amended else "")
        if chance(self.rng, 0.2):
            title = title.replace("SCHEDULE", "Schedule")
        return self.words("documentType", title)

    def amendment_line(self) -> str:
        """`(Amendment No. 2)*`; the brackets are empty or missing on originals."""
        rng, number = self.rng, self.content.amendment
        star = pick(rng, ("*", "", " *"), (8, 2, 1))
        word = pick(rng, ("Amendment No.", "AMENDMENT NO.", "Amendment No", "Amendment Number"),
                    (8, 2, 0.5, 0.5))  # fmt: skip
        if number:
            return f"({word} {self.words('amendmentNo', number)}){star}"
        return pick(rng, (f"({word} ){star}", f"({word} &nbsp; &nbsp;){star}",
                          f"({word} ____){star}", ""), (3, 2, 3, 2))  # fmt: skip

    def mark(self, person: Person, tag: str) -> str:
        """The mark printed at a row of a cover page, unlabelled; raised in some styles."""
        text = html.escape(person.marks.get(tag, ""))
        if not text:
            return ""
        raised = self.style.marks.raised and len(text) < 6
        return f"<sup>{text}</sup>" if raised else f" {text}"

    # boxes

    def tick(self, checked: bool, tag: str, index: int = 1) -> str:
        """A box to tick of the style's kind: a drawn square, a sign, or typed characters."""
        path, kind = self.path(tag, index), self.style.marks.box
        self.ticked[path, tag] = checked
        if kind in WORDS:
            text = WORDS[kind][checked]
            ink = self.words(tag, text, index) if text else ""
            return f'<span class="nw">{ink}</span>'
        region = self.markup.region("checkbox", checked=checked, tag=tag, path=path)
        if kind == SQUARE:
            ink = html.escape(self.style.marks.yes) if checked else ""
            return f'<span class="sq">{region}<span>{ink}</span></span>'
        sign = SIGNS[kind][checked]
        if sign in "oxþ¨":
            return f'<span class="lt">{sign}{region}</span>'
        inner = f'<span style="position:absolute;{GLYPH_BOX}">{region}</span>'
        return f'<span class="gl">{sign}{inner}</span>'

    def not_applicable(self, item: int) -> str:
        """What an item says that does not apply, as its flag."""
        texts = ("Not applicable.", "Not Applicable.", "Not applicable", "Not Applicable", "N/A",
                 "NOT APPLICABLE", "None.", "Inapplicable.", "Not Applicable;")  # fmt: skip
        text = pick(self.rng, texts, (6, 6, 2, 4, 3, 1, 1, 0.7, 0.1))
        return self.words(f"item{item}.notApplicable", text)

    # running text

    def paragraphs(self, tag: str, text: str, index: int = 1) -> list[str]:
        """The HTML of each paragraph without `<p>`; rows of a table are one entry, a table."""
        made: list[str] = []
        rows: list[str] = []
        for line in [*text.split("\n"), ""]:
            if "\t" in line:
                rows.append(line)
                continue
            if rows:
                made.append(self._table(tag, rows, index))
                rows = []
            if line.strip():
                made.append(self.words(tag, line, index))
        return made

    def _table(self, tag: str, rows: list[str], index: int) -> str:
        body = "".join(
            "<tr>" + "".join(f"<td>{self.words(tag, cell, index)}</td>" for cell in row.split("\t"))
            + "</tr>" for row in rows
        )  # fmt: skip
        return f'<table class="tx">{body}</table>'

    def prose(self, tag: str, text: str, index: int = 1) -> str:
        """Running text in paragraphs."""
        return "".join(
            piece if piece.startswith("<table") else f"<p>{piece}</p>"
            for piece in self.paragraphs(tag, text, index)
        )

    def address(self, place: Place, tags: tuple[str, ...], index: int = 1) -> list[str]:
        """The lines of an address, its parts labelled in the order street1 … zip_code."""
        parts = {part: self.words(tag, getattr(place, part), index)
                 for part, tag in zip(ADDRESS_PARTS, tags, strict=True)}  # fmt: skip
        streets = [parts["street1"], parts["street2"]]
        if chance(self.rng, 0.3):
            streets = [", ".join(street for street in streets if street)]
        joint = pick(self.rng, (", ", " "), (7, 3))
        city = joint.join(part for part in (parts["city"], parts["state"]) if part)
        last = f"{city} {parts['zip_code']}".strip()
        return [line for line in (*streets, last) if line]

    # pages

    def heads(self, head: Head) -> str:
        """CSS of a running head in the page's margin, not on the first page."""
        side = "bottom" if head.bottom else "top"
        font = f"font:{head.size:.1f}px {stack(self.style.label_font)}"
        places = {"left": head.left, "center": head.middle, "right": head.right}
        boxes = "".join(f"@{side}-{place}{{content:{content};{font}}}"
                        for place, content in places.items() if content)  # fmt: skip
        none = "".join(f"@{side}-{place}{{content:none}}" for place in places)
        return f"@page{{{boxes}}}@page:first{{{none}}}"

    def head(self) -> Head:
        """A running head: number of the class, schedule, page; whatever of it, in any order."""
        rng, cusip = self.rng, self.content.cusip
        number = pick(rng, CUSIP_HEADS, (8, 4, 2, 1, 1, 1)).format(cusip)
        schedule = pick(rng, (self.content.family, f"Schedule {self.content.family}",
                              f"SCHEDULE {self.content.form.split()[1]}", ""))  # fmt: skip
        page = pick(rng, PAGE_NUMBERS, (5, 3, 1, 1, 0.5))
        quoted = [quoted_css(number), quoted_css(schedule) if schedule else "", page]
        order = pick(rng, ((0, 1, 2), (0, 1, 2), (1, 0, 2), (2, 1, 0)))
        left, middle, right = (quoted[place] for place in order)
        return Head(left, middle, right, chance(rng, 0.15), float(rng.uniform(9, 13)))

    def document(self, css: str, body: str) -> str:
        """The whole HTML document, the style's common CSS in front of the look's."""
        common = (
            ".nw{white-space:nowrap}.lt{position:relative;display:inline-block;line-height:1}"
            ".page{break-before:page}p{margin:.5em 0}.tx{width:100%;margin:.5em 0}"
            ".tx td{padding:1px 6px;vertical-align:top}"
        )
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{self.content.form}</title>"
            f"<style>{base_css(self.style)}{common}{css}</style></head><body>{body}</body></html>"
        )


def quoted_css(text: str) -> str:
    """A CSS string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
