"""Prints a filing's content as labelled HTML, piece by piece; the looks are composed of these.

A `Sheet` knows content, style and labels; it writes values, footnote marks, boxes and table cells
so that each carries the label that belongs to it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from eval.printing import ANCHOR_CSS, Markup
from models.form import FieldSpec, GroupSpec, forms
from training.synth.content import Content
from training.synth.looks_columns import Column
from training.synth.spelled import meaning_of, words_instead
from training.synth.style import SYMBOLS, Rng, Style, chance, stack

TABLES = ("nonDerivative", "derivative")
PRICES = ("transactionPricePerShare", "conversionOrExercisePrice")
DOLLAR_VALUES = (
    "valueOwnedFollowingTransaction", "transactionTotalValue", "underlyingSecurityValue",
)  # fmt: skip
GLYPH_BOX = "left:.089em;top:.117em;width:.719em;height:.729em"
"""Where the ink of ☐ and ☒ lies in a line box 1 em high of DejaVu Sans."""


class Sheet:
    """Writes one filing's pieces. `printed` collects what was printed of each field."""

    def __init__(self, content: Content, style: Style, rng: Rng) -> None:
        self.content = content
        self.style = style
        self.rng = rng
        self.markup = Markup()
        self.form = forms()[content.form]
        self.family = content.form[0]
        self.printed: dict[str, list[str]] = {}
        self._groups: dict[str, GroupSpec] = {group.path: group for group in self.form.groups}
        self._specs = {
            (group.path if group else "", spec.name): spec for group, spec in self.form.specs()
        }
        self.late_codes = chance(rng, 0.6)
        self.instead = words_instead(rng) if style.spelled else {}
        self.date_formats: dict[str, str] = {}
        """Formats of single date fields that differ from the style's."""

    def spec(self, name: str, group: str = "") -> FieldSpec | None:
        """The field with that element name at the root or in the group, if the form has it."""
        return self._specs.get((group, name))

    def path(self, name: str, group: str = "", index: int = 1) -> str:
        """The absolute path of a field; empty when the form has no such field."""
        spec = self.spec(name, group)
        if spec is None:
            return ""
        return self.form.path_of(spec, self._groups.get(group), index)

    def value(self, name: str, group: str = "", index: int = 1) -> str:
        """The content's canonical value, empty when blank."""
        return self.content.values.get(self.path(name, group, index), "")

    def has(self, name: str) -> bool:
        """Whether the content has this root field (a checkbox that it lacks is not on the form)."""
        return self.path(name) in self.content.values

    def count(self, group: str) -> int:
        """Number of instances of a group."""
        start = f"/{self.form.root}/{group}["
        found = {path[len(start) :].split("]")[0] for path in self.content.values
                 if path.startswith(start)}  # fmt: skip
        return len(found)

    # values

    def field(self, name: str, group: str = "", index: int = 1, variant: str = "") -> str:
        """A value as printed, with its footnote marks."""
        spec = self.spec(name, group)
        if spec is None:
            return ""
        path = self.path(name, group, index)
        text = self.text_of(spec, group, index)
        tag = f"{spec.tag}.{variant}" if variant else spec.tag
        return self.words(text, tag, path) + self.marks(path)

    def words(self, text: str, tag: str, path: str) -> str:
        """Labelled text; remembers that it was printed."""
        if text:
            self.printed.setdefault(path, []).append(text)
        return self.markup.words(text, tag, path)

    def text_of(self, spec: FieldSpec, group: str = "", index: int = 1) -> str:
        """What the form prints for a field."""
        path = self.form.path_of(spec, self._groups.get(group), index)
        value = self.content.text(path)
        if spec.name in self.instead:
            return self.instead[spec.name].get(value, value)
        if spec.name == "transactionCode":
            return value and self._code_text(value, group, index)
        if spec.name == "transactionTimeliness":
            return self._timeliness_text(group, index)
        if not value:
            return ""
        if spec.kind == "date":
            shape = self.date_formats.get(spec.name, self.style.numbers.date)
            return date.fromisoformat(value).strftime(shape)
        if spec.kind == "number":
            return self._number_text(spec.name, value)
        return value

    def _number_text(self, name: str, value: str) -> str:
        numbers = self.style.numbers
        money = name in PRICES or name in DOLLAR_VALUES
        amount = Decimal(value)
        text = f"{amount:,f}"
        if money and numbers.cents and amount == amount.quantize(Decimal("0.01")):
            text = f"{amount:,.2f}"
        dollar = "$" if name in DOLLAR_VALUES else numbers.dollar
        return dollar + text if money else text

    def _code_text(self, code: str, group: str, index: int) -> str:
        kind = self.value("transactionFormType", group, index)
        late = self.family == "5" and self.late_codes
        if late and (kind == "4" or self.value("transactionTimeliness", group, index) == "L"):
            code += kind
        return code + ("/K" if self.value("equitySwapInvolved", group, index) == "1" else "")

    def _timeliness_text(self, group: str, index: int) -> str:
        early = self.value("transactionTimeliness", group, index) == "E"
        kind = self.value("transactionFormType", group, index)
        return "V" if self.family == "4" and (early or kind == "5") else ""

    def marks(self, path: str) -> str:
        """The footnote marks at a field."""
        return "".join(self.mark(number, path) for number in self.content.footnotes.get(path, ()))

    def mark(self, number: int, path: str) -> str:
        """One footnote mark, as the style writes it."""
        marks = self.style.marks
        text = self.markup.words(marks.footnote.format(number), "footnoteId", path, ref=number)
        if marks.raised:
            return f"<sup>{text}</sup>"
        return f'{marks.before}<span class="fn">{text}</span>'

    # boxes

    def box(self, name: str, group: str = "", index: int = 1) -> str:
        """A box to tick, for a flag field."""
        spec = self.spec(name, group)
        if spec is None:
            return ""
        path = self.path(name, group, index)
        return self.tick(self.content.values.get(path) == "1", spec.tag, path)

    def tick(self, checked: bool, tag: str = "", path: str = "") -> str:
        """A box to tick in the style's way; without `tag` for boxes that are no field."""
        marks = self.style.marks
        if marks.box == "square":
            region = self.markup.region("checkbox", checked=checked, tag=tag, path=path)
            ink = html.escape(marks.yes) if checked else ""
            return f'<span class="sq">{region}<span>{ink}</span></span>'
        if marks.box == "glyph":
            region = self.markup.region("checkbox", checked=checked, tag=tag, path=path)
            glyph = marks.glyph if checked else "☐"
            inner = f'<span style="position:absolute;{GLYPH_BOX}">{region}</span>'
            return f'<span class="gl">{glyph}{inner}</span>'
        yes = html.unescape(marks.yes)
        text = {
            "brackets": f"[{yes}]" if checked else "[ ]",
            "parens": f"({yes})" if checked else "( )",
            "line": f"__{yes}__" if checked else "_____",
            "short": f"_{yes}_" if checked else "___",
            "answer": "Yes" if checked else "No",
        }.get(marks.box, yes if checked else "")
        ink = self.words(text, tag, path) if tag else html.escape(text)
        return f'<span class="rl">{ink}</span>' if marks.box == "ruled" else ink

    # tables and typed values

    def typed(self, inner: str, *, sideways: bool = True) -> str:
        """A value typed into a printed form: a little off its place where the style says so.

        Not `sideways` where other text follows on the line: it must not slide under the label.
        """
        reach = self.style.jitter
        if not reach or not inner:
            return inner
        left, top = self.rng.normal(0, reach, 2).clip(-2 * reach, 2 * reach)
        left = left if sideways else 0.0
        return f'<span class="ty" style="left:{left:.1f}px;top:{top:.1f}px">{inner}</span>'

    def cell(self, column: Column, group: str, index: int) -> str:
        """The content of one body cell."""
        side = self._side(group, index)
        if column.variant and side not in column.variant:
            return self._blank(column)
        variant = side if column.variant else ""
        parts = [self._with_meaning(name, group, index, variant) for name in column.names]
        if column.shapes:
            shaped = zip(column.shapes, parts, strict=True)
            parts = [shape.format(part, side) if part else "" for shape, part in shaped]
        late_holding = group.endswith("Holding") and column.names[0] == "transactionCode"
        if late_holding and self.value("transactionFormType", group, index) == "3":
            parts.append("3")
        return "".join(parts) or self._blank(column)

    def _with_meaning(self, name: str, group: str, index: int, variant: str) -> str:
        """A value as printed, with what its code means behind it where the style spells it out."""
        printed = self.field(name, group, index, variant)
        if not self.style.spelled or not printed or name in self.instead:
            return printed
        meaning = meaning_of(name, self.value(name, group, index), self.rng)
        return printed + html.escape(self.style.spelled.format(meaning)) if meaning else printed

    def _blank(self, column: Column) -> str:
        """What is typed into an empty cell; in a cell of words it would be the value."""
        worded = column.names[0] in ("securityTitle", "natureOfOwnership")
        return "" if worded else html.escape(self.style.blank)

    def plain_cell(self, column: Column, group: str, index: int) -> str:
        """The words of a body cell, without markup or labels."""
        paths = [self.path(name, group, index) for name in column.names]
        found = []
        for name, path in zip(column.names, paths, strict=True):
            spec = self.spec(name, group)
            found.append(self.text_of(spec, group, index) if spec else "")
            found += [f"({number})" for number in self.content.footnotes.get(path, ())]
        return "".join(found)

    def _side(self, group: str, index: int) -> str:
        return self.value("transactionAcquiredDisposedCode", group, index) or "A"

    def rows(self, table: int) -> tuple[tuple[str, int], ...]:
        """Group path and index of every row of a table, in printed order."""
        return self.content.rows.get(TABLES[table], ())

    def kept(self, columns: Iterable[Column], table: int) -> list[Column]:
        """The columns without those optional ones in which no row has anything."""

        def filled(column: Column) -> bool:
            paths = [self.path(name, *row) for name in column.names for row in self.rows(table)]
            return any(
                self.content.values.get(path) or self.content.footnotes.get(path) for path in paths
            )  # fmt: skip

        return [each for each in columns if not each.optional or filled(each)]

    def document(self, title: str, css: str, body: str) -> str:
        """The whole HTML document with the style's common CSS in front of the look's."""
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{html.escape(title)}</title>"
            f"<style>{base_css(self.style)}{css}</style></head><body>{body}</body></html>"
        )


def base_css(style: Style) -> str:
    """CSS that every look needs: anchors, positions, fonts, boxes, page breaks."""
    size = style.marks.box_size
    return (
        ANCHOR_CSS + style.paper.css
        + "*{box-sizing:border-box;font-variant-ligatures:none}"
        f"body{{margin:0;color:{style.label_color};"
        f"font:{style.label_size:.2f}px/{style.line_height:.2f} {stack(style.label_font)}}}"
        "table{border-spacing:0}td,th,.pos{position:relative}th{font-weight:inherit}"
        "tr,.keep{break-inside:avoid}sup{font-size:.75em;line-height:0}sup,.fn{white-space:nowrap}"
        f".d{{font-family:{stack(style.data_font)};font-size:{style.data_size:.2f}px;"
        f"color:{style.data_color};font-weight:{style.data_weight}}}"
        f".n{{font-family:{stack(style.data_font)};font-size:{style.note_size:.2f}px;"
        f"color:{style.note_color}}}"
        f".sq{{position:relative;display:inline-block;width:{size:.2f}em;height:{size:.2f}em;"
        "border:1px solid currentColor;vertical-align:-.12em;line-height:1;text-align:center}"
        f".sq>span{{position:absolute;inset:0;font-size:{size * .82:.2f}em;line-height:1.1;"
        f"font-family:'{SYMBOLS}';overflow:hidden}}"
        f".gl{{position:relative;display:inline-block;font-family:'{SYMBOLS}';line-height:1;"
        "height:1em}.ty{position:relative}"
        f".ln{{border-bottom:1px solid #000;min-height:{style.data_size * 1.9:.1f}px;display:flex;"
        "align-items:flex-end;gap:6px}.lb{display:flex}.ln>*,.lb>*{flex:1}"
        ".ln>*{min-width:min-content}.lb>*{min-width:0}"
        ".rl{display:inline-block;min-width:2.4em;border-bottom:1px solid #000;text-align:center;"
        "line-height:1.1}"
        f"thead{{display:{'table-header-group' if style.repeat_heads else 'table-row-group'}}}"
    )  # fmt: skip
