"""How one filing's pages are dressed: fonts, sizes, borders, marks, paper. Drawn at random.

Fonts are named outright, never by a generic family or an alias: fontconfig would answer Arial with
Liberation, which is reserved for the evaluation's pages as are Noto, Inter, JetBrains and Charis.
Every stack ends in DejaVu Sans, which has all the symbols that the texts use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

Rng = np.random.Generator
T = TypeVar("T")

SANS = (
    "Nimbus Sans", "FreeSans", "DejaVu Sans", "Carlito", "Open Sans", "Roboto", "Lato", "Cantarell",
    "Nimbus Sans Narrow", "DejaVu Sans Condensed", "Roboto Condensed", "Linux Biolinum O",
    "URW Gothic",
)  # fmt: skip
SERIF = (
    "Nimbus Roman", "FreeSerif", "DejaVu Serif", "Caladea", "EB Garamond", "Linux Libertine O",
    "C059", "P052", "URW Bookman", "DejaVu Serif Condensed",
)  # fmt: skip
MONO = (
    "Nimbus Mono PS", "FreeMono", "Courier Prime", "DejaVu Sans Mono", "Hack", "Fira Code",
)  # fmt: skip
ARIAL_LIKE = ("Nimbus Sans", "FreeSans", "Nimbus Sans", "Roboto", "DejaVu Sans", "Carlito")
TIMES_LIKE = ("Nimbus Roman", "FreeSerif", "Nimbus Roman", "Linux Libertine O", "Caladea")
TYPEWRITER = ("Nimbus Mono PS", "Courier Prime", "FreeMono", "DejaVu Sans Mono")
WIDE = ("DejaVu Sans", "DejaVu Serif", "URW Bookman", "URW Gothic", "Open Sans")
NARROW = (
    "Nimbus Roman", "FreeSerif", "EB Garamond", "Linux Libertine O", "Nimbus Sans Narrow",
    "Roboto Condensed", "Carlito", "Caladea",
)  # fmt: skip
HAND = "Z003"
SYMBOLS = "DejaVu Sans"
PAPER_SIZES = {"letter": (8.5, 11.0), "A4": (8.27, 11.69), "legal": (8.5, 14.0)}
"""Width and height upright, inches."""


def stack(font: str) -> str:
    """A CSS font-family value for one of the training fonts."""
    return f"'{font}','{SYMBOLS}'"


def pick(rng: Rng, choices: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of `choices`, with the given relative weights."""
    if weights is None:
        return choices[int(rng.integers(len(choices)))]
    shares = np.asarray(weights, dtype=float)
    return choices[int(rng.choice(len(choices), p=shares / shares.sum()))]


def chance(rng: Rng, share: float) -> bool:
    """True in `share` of the cases."""
    return bool(rng.random() < share)


def between(rng: Rng, low: float, high: float) -> float:
    """A uniform number."""
    return float(rng.uniform(low, high))


@dataclass(frozen=True)
class Marks:
    """Kinds of printed signs: footnote marks and boxes.

    `footnote` has `{}` for the number. `box` is how a box to tick is drawn: `square`, `glyph`,
    `brackets`, `parens`, `line` (of underscores), `short` (a line of three), `ruled` (a drawn
    line), `bare` or `answer`, a Yes or No in its place; `yes` is the sign in a marked one (a glyph
    box has its own). `before` is the HTML between a value and a mark that is not raised.
    """

    footnote: str = "({})"
    raised: bool = True
    box: str = "square"
    yes: str = "X"
    glyph: str = "☒"
    box_size: float = 1.0
    before: str = " "


@dataclass(frozen=True)
class Numbers:
    """How values are written out."""

    date: str = "%m/%d/%Y"
    dollar: str = "$"
    cents: bool = False


@dataclass(frozen=True)
class Paper:
    """The `@page` rule: size, margins in inches, what the browser prints into the margins."""

    size: str = "letter"
    landscape: bool = False
    margins: tuple[float, float, float, float] = (0.4, 0.4, 0.4, 0.4)
    corners: tuple[tuple[str, str], ...] = ()

    @property
    def width(self) -> float:
        """What is left between the margins, px."""
        size = PAPER_SIZES[self.size]
        inches = size[1] if self.landscape else size[0]
        return 96 * (inches - self.margins[1] - self.margins[3])

    @property
    def css(self) -> str:
        """The rule, margin boxes included; those need a margin to stand in."""
        way = " landscape" if self.landscape else ""
        edges = " ".join(f"{edge:.2f}in" for edge in self.margins)
        boxes = "".join(f"@{corner}{{content:{text}}}" for corner, text in self.corners)
        return f"@page{{size:{self.size}{way};margin:{edges};{boxes}}}"


@dataclass(frozen=True)
class Grid:
    """How a table is ruled: CSS of the cell borders, of the outer border, the padding in px.

    `width` is the table's share of the page; columns of a `packed` one are as wide as their words.
    """

    cell: str = "border:1px solid #000"
    table: str = "border:1px solid #000"
    head: str = ""
    padding: tuple[float, float] = (3.0, 4.0)
    collapse: bool = True
    stripe: str = ""
    width: float = 1.0
    packed: bool = False

    @property
    def sides(self) -> float:
        """Padding and rules beside a cell's content, px."""
        return 2 * self.padding[1] + 3

    @property
    def padding_css(self) -> str:
        """The `padding` declaration of a cell."""
        return f"padding:{self.padding[0]:.1f}px {self.padding[1]:.1f}px"


@dataclass(frozen=True)
class Style:
    """Everything that a look draws at random about one filing's dress; sizes in px.

    `jitter` is how far typed values may lie off their place, as from a typewriter or a printer fed
    with a printed form; `row_height` is that of body rows, in lines; `derivative_size` is the cell
    size of Table II where it differs. `head_rule` and `row_rule` are characters typed as rules
    below a table's heads and rows, `blank` what is typed into empty cells, `spelled` how the
    meaning of a code is written behind it.
    """

    label_font: str = "Nimbus Sans"
    data_font: str = "Nimbus Roman"
    label_size: float = 10.0
    data_size: float = 13.0
    head_size: float = 10.0
    cell_size: float = 12.0
    derivative_size: float = 0.0
    note_size: float = 10.0
    data_color: str = "#000"
    note_color: str = "#000"
    label_color: str = "#000"
    data_weight: int = 400
    line_height: float = 1.2
    marks: Marks = Marks()
    numbers: Numbers = Numbers()
    paper: Paper = Paper()
    grid: Grid = Grid()
    repeat_heads: bool = True
    empty_rows: int = 0
    upper_heads: bool = False
    head_numbers: bool = True
    instructions: bool = True
    wording: int = 0
    jitter: float = 0.0
    row_height: float = 0.0
    head_align: str = "left"
    head_vertical: str = "top"
    vertical: str = "middle"
    number_align: str = "center"
    text_align: str = ""
    head_rule: str = ""
    row_rule: str = ""
    blank: str = ""
    spelled: str = ""
    column_spread: float = 0.0


def character_width(font: str) -> float:
    """A little more than the mean width of figures and letters, em."""
    if font in MONO:
        return 0.61
    return 0.66 if font in WIDE else 0.5 if font in NARROW else 0.57


def cell_size(style: Style, table: int) -> float:
    """Type size of a table's cells, px."""
    return style.derivative_size if table and style.derivative_size else style.cell_size


def wording_of(style: Style, wordings: Sequence[str]) -> str:
    """The style's choice among the wordings; few choices are used round."""
    return wordings[style.wording % len(wordings)]


S = TypeVar("S")


@dataclass(frozen=True)
class Look(Generic[S]):
    """A look for one kind of sheet: its share of all filings, its style, style sheet and body."""

    share: float
    style: Callable[[Rng], Style]
    css: Callable[[Style], str]
    body: Callable[[S], str]


def drawn(rng: Rng, looks: Mapping[str, Look[S]]) -> str:
    """The name of a look, drawn by the looks' shares."""
    return pick(rng, tuple(looks), [look.share for look in looks.values()])
