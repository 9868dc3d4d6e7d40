"""A filing laid out for print: its values as printed words, and a record of what the page asks for.

A look asks the sheet for each field in its place; the sheet answers labelled HTML and remembers the
printed text. What a look never asks for is not on the page, and no fact can come from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from eval.printing import Markup
from eval.truth import Truth
from models.form import FieldSpec, FormType, GroupSpec
from models.values import printed

MONEY = frozenset(
    {"transactionPricePerShare", "conversionOrExercisePrice", "transactionTotalValue",
     "underlyingSecurityValue", "valueOwnedFollowingTransaction"}
)  # fmt: skip
EMPTY_LINE = "_____"
SHAPES = ("filled", "crossed")
"""Ticks that are drawn; each is a class of the looks' style."""
SHAPES_CSS = (
    ".box.filled{background:black;background-clip:content-box;padding:2px}"
    ".box.crossed{background:linear-gradient(to top right,transparent 44%,black 46% 54%,"
    "transparent 56%),linear-gradient(to bottom right,transparent 44%,black 46% 54%,"
    "transparent 56%)}"
)
BOX_SINCE = "2023-04-01"
"""Forms signed since then have the Rule 10b5-1(c) box."""

Row = tuple[GroupSpec, int]


@dataclass(frozen=True)
class Fonts:
    """Families of the form's own wording and of what the filer typed."""

    label: str
    data: str


@dataclass(frozen=True)
class Setting:
    """How one filing is printed.

    `cents` prints amounts of money with at least two decimals, `repeat_heads` a table's head again
    on every page, `dense` leaves fewer empty rows and page breaks; `sign` is what ticks a square.
    """

    look: str
    fonts: Fonts
    landscape: bool = False
    scale: float = 1.0
    margin: float = 0.4
    cents: bool = False
    repeat_heads: bool = True
    dense: bool = False
    sign: str = "X"


@dataclass
class Sheet:
    """One filing to be printed."""

    form: FormType
    truth: Truth
    setting: Setting
    markup: Markup = field(default_factory=Markup)
    asked: dict[str, FieldSpec] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    derived: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Path → value and the path of the field whose print tells it."""

    @property
    def family(self) -> str:
        """`3`, `4` or `5`."""
        return self.form.name[0]

    def value(self, path: str) -> str:
        """The true canonical value at an absolute path, empty when there is none."""
        return self.truth.get(path, ("", ()))[0]

    def place(self, name: str, group: str = "", index: int = 1) -> tuple[str, FieldSpec]:
        """Absolute path and description of the field `name` (of an instance of `group`)."""
        for owner, spec in self.form.specs():
            if spec.name == name and (owner.name if owner else "") == group:
                return self.form.path_of(spec, owner, index), spec
        raise KeyError(f"form {self.form.name} has no field {name} in '{group}'")

    def has(self, name: str) -> bool:
        """Whether this version of the form has the box `name`."""
        if name == "aff10b5One":
            path, signed = (
                f"/{self.form.root}/{name}",
                self.place("signatureDate", "ownerSignature"),
            )
            return path in self.truth or (self.family != "3" and self.value(signed[0]) >= BOX_SINCE)
        return any(spec.name == name for spec in self.form.singles)

    def count(self, group: str) -> int:
        """How many instances of a group the filing has."""
        path = next(each.path for each in self.form.groups if each.name == group)
        prefix = f"/{self.form.root}/{path}["
        return len({key.removeprefix(prefix).split("]")[0] for key in self.truth
                    if key.startswith(prefix)})  # fmt: skip

    def rows(self, table: str) -> list[Row]:
        """The rows of a table (tag prefix) in page order."""
        groups = {f"/{self.form.root}/{each.path}": each for each in self.form.groups
                  if each.table == table}  # fmt: skip
        found: dict[Row, None] = {}
        for path in self.truth:
            head, _, rest = path.partition("[")
            if head in groups:
                found[groups[head], int(rest.partition("]")[0])] = None
        return list(found)

    def say(self, name: str, group: str = "", index: int = 1) -> str:
        """A field's printed value, labelled; empty when the filing has none."""
        path, spec = self.place(name, group, index)
        return self.words(path, spec)

    def words(self, path: str, spec: FieldSpec, tag: str = "", dollar: str = "") -> str:
        """The printed value at `path`; `dollar` is a class for the `$` of money."""
        self.asked[path] = spec
        text = self._text(spec, self.value(path))
        if not text:
            return ""
        self.texts[path] = text
        tag = tag or spec.tag
        if dollar and text[0] == "$":
            sign = f'<span class="{dollar}">{self.markup.words("$", tag, path)}</span>'
            return sign + self.markup.words(text[1:], tag, path)
        return self.markup.words(text, tag, path)

    def apart(self, path: str, spec: FieldSpec, pieces: list[str]) -> list[str]:
        """The pieces of one value, each for its own place on the page."""
        self.asked[path] = spec
        self.texts[path] = " ".join(pieces)
        return [self.markup.words(piece, spec.tag, path) for piece in pieces]

    def _text(self, spec: FieldSpec, value: str) -> str:
        if not value or spec.kind != "number":
            return printed(spec.kind, value)
        if spec.name not in MONEY:
            return printed(spec.kind, value)
        number = Decimal(value)
        short = self.setting.cents and -int(number.as_tuple().exponent) < 2
        return f"${number:,.2f}" if short else f"${printed(spec.kind, value)}"

    def marks(self, path: str) -> str:
        """The footnote marks at a field, as superscripts."""
        numbers = [int(each.removeprefix("F")) for each in self.truth.get(path, ("", ()))[1]]
        marks = (self.markup.words(f"({each})", "footnoteId", path, each) for each in numbers)
        return "".join(f'<sup class="mark">{mark}</sup>' for mark in marks)

    def note(self, path: str, head: str) -> tuple[str, str]:
        """The number (`{}` in `head`) and the text of the footnote at `path`."""
        number = int(path.rpartition("[")[2][:-1])
        text = self.words(path, self.place("", "footnote")[1])
        return self.markup.words(head.format(number), "footnote.id", path, number), text

    @property
    def notes(self) -> list[str]:
        """The paths of the footnotes, in order."""
        prefix = f"/{self.form.root}/footnotes/footnote["
        return [path for path in self.truth if path.startswith(prefix)]

    def title_word(self, text: str) -> str:
        """`text`, the word of the title that tells the form's type."""
        path, spec = self.place("documentType")
        self.asked[path], self.texts[path] = spec, text
        return self.markup.words(text, spec.tag, path)

    def mark(self, name: str, group: str = "", index: int = 1, blank: str = "") -> str:
        """A bare X for a flag that is set, else `blank` (a line, or nothing)."""
        path, spec = self.place(name, group, index)
        self.asked[path] = spec
        ticked = "__X__" if blank == EMPTY_LINE else "X"
        text = ticked if self.value(path) == "1" else blank
        if text:
            self.texts[path] = text
        return self.markup.words(text, spec.tag, path)

    def sentence(self, name: str, text: str) -> str:
        """`text` for a flag that the form tells by a sentence, printed only when it is set."""
        path, spec = self.place(name)
        self.asked[path] = spec
        if self.value(path) != "1":
            return ""
        self.texts[path] = text
        return self.markup.words(text, spec.tag, path)

    def box(self, name: str, group: str = "", index: int = 1) -> str:
        """A square checkbox of class `box`, ticked when the flag is set."""
        path, spec = self.place(name, group, index)
        self.asked[path] = spec
        return self.square(self.value(path) == "1", spec.tag, path)

    def square(self, checked: bool, tag: str = "", path: str = "") -> str:
        """A square checkbox; without a tag it belongs to no field (box 6)."""
        region = self.markup.region("checkbox", checked=checked, tag=tag, path=path)
        sign = self.setting.sign
        if not checked:
            return f'<span class="box">{region}</span>'
        if sign in SHAPES:
            return f'<span class="box {sign}">{region}</span>'
        return f'<span class="box">{sign}{region}</span>'

    def fill(self, row: Row, names: tuple[str, ...], variant: str = "", dollar: str = "") -> str:
        """The content of a table cell: every field of the row that stands in this column."""
        group, index = row
        cell = ""
        for spec in group.fields:
            if spec.name in names and self._in_column(row, spec, variant):
                path = self.form.path_of(spec, group, index)
                cell += self._cell(row, spec, path, variant, dollar) + self.marks(path)
        return cell

    def _cell(self, row: Row, spec: FieldSpec, path: str, variant: str, dollar: str) -> str:
        if spec.name == "transactionCode":
            return self._code(row, spec, path)
        if spec.name == "transactionTimeliness":
            return self._early(row, spec, path)
        return self.words(path, spec, f"{spec.tag}.{variant}" if variant else "", dollar)

    def _sibling(self, row: Row, name: str) -> str:
        group, index = row
        spec = next(each for each in group.fields if each.name == name)
        return self.form.path_of(spec, group, index)

    def _in_column(self, row: Row, spec: FieldSpec, variant: str) -> bool:
        """A value with variants stands in the sub-column of the row's variant only."""
        if not spec.variants:
            return True
        told = self._sibling(row, "transactionAcquiredDisposedCode")
        here = (self.value(told) or spec.variants[0]) == variant
        path = self.form.path_of(spec, row[0], row[1])
        self.asked[path] = spec
        if here and path in self.truth:
            self.derived[told] = (variant, path)
        return here

    def _code(self, row: Row, spec: FieldSpec, path: str) -> str:
        swap = self._sibling(row, "equitySwapInvolved")
        involved = self.value(swap) == "1"
        self.asked[path] = spec
        if not self.value(path):
            return ""
        self.derived[swap] = ("1" if involved else "0", path)
        self.texts[path] = self.value(path) + ("/K" if involved else "")
        return self.markup.words(self.texts[path], spec.tag, path)

    def _early(self, row: Row, spec: FieldSpec, path: str) -> str:
        """Column V of Form 4: a mark tells a transaction of Form 5 reported early."""
        form_type = self._sibling(row, "transactionFormType")
        early = self.value(path) == "E" or self.value(form_type) == "5"
        self.asked[path] = spec
        self.derived[form_type] = ("5" if early else "4", path)
        if not early:
            return ""
        self.texts[path] = "V"
        return self.markup.words("V", spec.tag, path)
