"""Types a schedule in a fixed-pitch face: lines of so many columns, wrapped and paged by hand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from training.synth.schedule_blocks import Run, shown
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Rng, chance

Piece = tuple[str, Run]
Word = tuple[Piece, ...]
LONG, LONGEST = 9, 24
"""Letters of the words that typists part."""
SMALLEST = 8
"""Columns that a column of a typed table has at least."""


def padded(piece: str, width: int, align: str = "left", fill: str = " ") -> str:
    """A piece of HTML filled up to `width` columns."""
    lack = max(width - len(shown(piece)), 0)
    if align == "center":
        return fill * (lack // 2) + piece + fill * (lack - lack // 2)
    return fill * lack + piece if align == "right" else piece + fill * lack


def beside(parts: Sequence[tuple[Sequence[str], int]], between: str = "") -> list[str]:
    """Columns of lines side by side, each as wide as said."""
    height = max((len(lines) for lines, _ in parts), default=0)
    return [
        between.join(padded(lines[row] if row < len(lines) else "", width)
                     for lines, width in parts)
        for row in range(height)
    ]  # fmt: skip


def _size(word: Word) -> int:
    return sum(len(text) for text, _ in word)


def words_of(runs: Iterable[Run]) -> list[list[Word]]:
    """The words of each paragraph; a word may consist of pieces of several runs."""
    paragraphs: list[list[Word]] = [[]]
    current: list[Piece] = []

    def finish() -> None:
        if current:
            paragraphs[-1].append(tuple(current))
            current.clear()

    for run in runs:
        if run.html:
            current.append((shown(run.html), run))
            continue
        for part in re.split(r"([ \n])", run.text):
            if part in (" ", "\n"):
                finish()
            elif part:
                current.append((part, run))
            if part == "\n":
                paragraphs.append([])
    finish()
    return paragraphs


@dataclass
class Typist:
    """Writes lines onto pages, `width` columns wide; `justified` fills lines up with spaces,
    `hyphens` parts words at the ends of lines."""

    sheet: ScheduleSheet
    width: int
    justified: bool = False
    hyphens: bool = False
    pages: list[list[str]] = field(default_factory=lambda: [[]])

    @property
    def rng(self) -> Rng:
        """Where this filing's chances come from."""
        return self.sheet.rng

    def new_page(self) -> None:
        """What follows starts on a page of its own."""
        self.pages.append([])

    def line(self, piece: str = "", align: str = "left") -> None:
        """One line of HTML; spaces stay."""
        self.pages[-1].append(padded(piece, self.width, align).rstrip() if align != "left"
                              else piece)  # fmt: skip

    def blank(self, count: int = 1) -> None:
        """Empty lines."""
        self.pages[-1] += [""] * count

    def lines(self, pieces: Iterable[str], indent: int = 0) -> None:
        """Several lines, moved to the right."""
        self.pages[-1] += [" " * indent + piece if piece else "" for piece in pieces]

    def rule(self, sign: str, width: int = 0, align: str = "left") -> None:
        """A line of one sign or pattern."""
        width = width or self.width
        self.line(html.escape((sign * width)[:width]), align)

    def wrapped(self, runs: Iterable[Run], width: int, first: int = 0, rest: int = 0) -> list[str]:
        """Runs as lines of at most `width` columns, indented; paragraphs start with `first`."""
        made: list[str] = []
        for words in words_of(runs):
            made += self._paragraph(words, width, first, rest)
        return made

    def _paragraph(self, words: list[Word], width: int, first: int, rest: int) -> list[str]:
        lines: list[list[Word]] = [[]]
        room = width - first
        for word in words:
            for whole in self._fitting(word, max(width - max(first, rest), 1)):
                gap = 1 if lines[-1] else 0
                piece = whole
                if lines[-1] and _size(piece) + gap > room:
                    start, piece = self._broken(whole, room - gap)
                    lines[-1] += [start] if start else []
                    lines.append([])
                    room, gap = width - rest, 0
                room -= _size(piece) + gap
                lines[-1].append(piece)
        made = []
        for place, line in enumerate(lines):
            indent = rest if place else first
            full = place < len(lines) - 1
            made.append(" " * indent + self._set(line, width - indent if full else 0))
        return made

    def _broken(self, word: Word, room: int) -> tuple[Word, Word]:
        """A word in two where this typist parts words: at a hyphen, or in long words of prose."""
        text, run = word[0]
        if not self.hyphens or len(word) > 1 or run.html:
            return (), word
        hyphen = text.rfind("-", 2, room)
        if hyphen > 0 and text[hyphen - 1].isalpha() and text[hyphen + 1 :].isalpha():
            return ((text[: hyphen + 1], run),), ((text[hyphen + 1 :], run),)
        prose = not run.tag or run.tag.startswith("item")
        parts = re.match(r"[a-z]{2,}[aeiou](?=[b-df-hj-np-tv-z][a-z]{3,}[.,;]?$)", text[:LONGEST])
        if not prose or len(text) < LONG or not parts or len(parts[0]) + 1 > room:
            return (), word
        return ((parts[0] + "-", run),), ((text[len(parts[0]) :], run),)

    def _fitting(self, word: Word, width: int) -> list[Word]:
        """A word too long for a line is broken anywhere."""
        if _size(word) <= width or any(run.html for _, run in word):
            return [word]
        pieces = [(text[start : start + width], run) for text, run in word
                  for start in range(0, len(text), width)]  # fmt: skip
        return [(piece,) for piece in pieces]

    def _set(self, words: list[Word], width: int) -> str:
        """A line as HTML, neighbouring words of one run under one label."""
        spaces = self._spaces(words, width)
        made, text = "", ""
        current: Run | None = None
        for place, word in enumerate(words):
            gap = spaces[place - 1] if place else ""
            for part, (piece, run) in enumerate(word):
                lead = gap if not part else ""
                if run is current and not run.html:
                    text += lead + piece
                    continue
                made += self._inked(text, current) + lead
                text, current = piece, run
        return made + self._inked(text, current)

    def _inked(self, text: str, run: Run | None) -> str:
        if run is None:
            return ""
        return run.html or self.sheet.words(run.tag, text, run.index)

    def _spaces(self, words: list[Word], width: int) -> list[str]:
        gaps = [1] * (len(words) - 1)
        size = sum(map(_size, words)) + len(gaps)
        # Lines far from full stay as they are: typists gave up there too.
        if self.justified and gaps and 0 < width - size <= len(gaps):
            for place in self.rng.permutation(len(gaps))[: width - size]:
                gaps[place] += 1
        return [" " * gap for gap in gaps]

    def prose(
        self, runs: Sequence[Run], width: int, first: int, rest: int, apart: bool
    ) -> list[str]:
        """Running text, paragraphs `apart` or not; rows of cells parted by tabs in columns."""
        made: list[str] = []
        if not any("\t" in run.text for run in runs):
            for words in words_of(runs):
                self._join(made, self._paragraph(words, width, first, rest), apart)
            return made
        for run in runs:
            rows: list[str] = []
            for line in [*run.text.split("\n"), ""]:
                if "\t" in line:
                    rows.append(line)
                    continue
                if rows:
                    made += ["", *self._table(run, rows, width - rest, rest), ""]
                    rows = []
                if line.strip():
                    piece = Run(line, run.tag, run.index)
                    self._join(made, self.wrapped([piece], width, first, rest), apart)
        return made

    def _join(self, made: list[str], lines: list[str], apart: bool) -> None:
        """Adds a paragraph; lines of an address say stand together all the same."""
        long = len(lines) > 1 or (len(made) > 1 and made[-1] and made[-2])
        if made and made[-1] and apart and long:
            made.append("")
        made += lines

    def _table(self, run: Run, rows: Sequence[str], width: int, indent: int) -> list[str]:
        cells = [row.split("\t") for row in rows]
        count = max(len(row) for row in cells)
        need = [max(len(row[place]) if place < len(row) else 0 for row in cells)
                for place in range(count)]  # fmt: skip
        gap = 2 if sum(need) + 5 * (count - 1) > width else 4 if chance(self.rng, 0.5) else 2
        while sum(need) + gap * (count - 1) > width and max(need) > SMALLEST:
            need[need.index(max(need))] -= 1
        made: list[str] = []
        for row in cells:
            columns = [self.wrapped([Run(cell, run.tag, run.index)], size) if cell else [""]
                       for cell, size in zip(row, need, strict=False)]  # fmt: skip
            parts = list(zip(columns, need, strict=False))
            made += [" " * indent + line.rstrip() for line in beside(parts, " " * gap)]
        return made


def paged(pages: Sequence[Sequence[str]], depth: int) -> list[list[str]]:
    """The pages with those that are longer than `depth` lines cut."""
    made = []
    for page in pages:
        lines = list(page)
        while len(lines) > depth:
            # A page does not begin or end with white space, nor is it cut below a heading.
            cut = next((place for place in range(depth, depth - 6, -1) if not lines[place]), depth)
            made.append(lines[:cut])
            lines = lines[cut:]
            while lines and not lines[0]:
                lines.pop(0)
        if any(lines):
            made.append(lines)
    return made
