"""Truth about text lines: which words of a printed page a scan shows as one run of text.

Layout is trained on the boxes, recognition on the texts, the tagger on the words, so that all three
mean the same by a line: words of one container (cell or box) on one baseline with no wide gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.printing import PrintedPage, PrintedWord
from models.document import Box, smallest_around
from models.raised import SUPERSCRIPTS

WIDE_GAP = 1.0
"""In units of the font size: a wider gap ends a line."""
SPACE_GAP = 0.12
RAISED = 0.9
"""A word smaller than this share of its line's size, with its middle higher, is a superscript."""
MINIMUM_OVERLAP = 0.45


@dataclass(frozen=True)
class TrueLine:
    """A run of words, left to right; `text` writes superscripts as superscripts."""

    words: tuple[PrintedWord, ...]
    text: str
    box: Box
    """Around the words of normal size, or all words where there are only marks."""

    @property
    def tagged(self) -> bool:
        """Whether any word belongs to a value."""
        return any(word.tag for word in self.words)


def lines_of(page: PrintedPage) -> list[TrueLine]:
    """The page's lines, container by container, top to bottom."""
    words = [word for word in page.words if any(char.isprintable() for char in word.text)]
    containers = [each.box for each in page.regions if each.label in ("cell", "header")]
    groups: dict[int, list[PrintedWord]] = {}
    for word, home in zip(words, smallest_around([w.box for w in words], containers), strict=True):
        groups.setdefault(home, []).append(word)
    return [line for group in groups.values() for line in _runs(group)]


def _runs(words: Sequence[PrintedWord]) -> Iterator[TrueLine]:
    rows: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda each: (-each.size, each.box.top)):
        row = next((row for row in rows if _level(word, row[0])), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    for row in sorted(rows, key=lambda each: each[0].box.top):
        yield from _split(sorted(row, key=lambda each: each.box.left))


def _level(word: PrintedWord, other: PrintedWord) -> bool:
    overlap = min(word.box.bottom, other.box.bottom) - max(word.box.top, other.box.top)
    return overlap > MINIMUM_OVERLAP * min(word.box.height, other.box.height)


def _split(row: Sequence[PrintedWord]) -> Iterator[TrueLine]:
    pending: list[PrintedWord] = []
    for word in row:
        if pending:
            size = max(word.size, pending[-1].size)
            if word.box.left - max(each.box.right for each in pending) > WIDE_GAP * size:
                yield _line(pending)
                pending = []
        pending.append(word)
    if pending:
        yield _line(pending)


def _line(words: Sequence[PrintedWord]) -> TrueLine:
    size = max(word.size for word in words)
    main = [word for word in words if word.size >= RAISED * size]
    middle = sum(word.box.center[1] for word in main) / len(main)
    text = ""
    for index, word in enumerate(words):
        if index and word.box.left - words[index - 1].box.right > SPACE_GAP * size:
            text += " "
        text += raised(word) if is_raised(word, size, middle) else word.text
    tall = Box.around(word.box for word in main)
    whole = Box.around(word.box for word in words)
    return TrueLine(tuple(words), text, Box(whole.left, tall.top, whole.right, tall.bottom))


def is_raised(word: PrintedWord, size: float, middle: float) -> bool:
    """Whether the word is set as a superscript of its line.

    A mark alone in its cell is not: a crop of it alone looks like any number in brackets.
    """
    small = word.size < RAISED * size and word.box.center[1] < middle
    return small and set(_round(word.text)) <= set(SUPERSCRIPTS)


def raised(word: PrintedWord) -> str:
    """The word in superscript symbols."""
    return "".join(SUPERSCRIPTS[char] for char in _round(word.text))


def _round(text: str) -> str:
    """The text with round brackets for square ones: raised they are too small to be told apart."""
    return text.replace("[", "(").replace("]", ")")
