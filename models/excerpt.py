"""A rectangle that a person draws on a page: cut out upright, and the words that stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from models.document import POINTS_PER_INCH, Box, Image, Page, Word
from models.ink import level
from models.raised import PLAIN
from models.reader import turned
from models.recognizer import HANDWRITTEN, MARK
from models.text_layer import Line

CONTEXT = 20.0
"""Points around the rectangle that are looked at too: lines are found by what is beside them."""
REACH = 1.0
"""Points that a word's middle may lie outside: a person's hand is not so sure."""


def cut_out(image: Image, dpi: float, box: Box, rotation: int, skew: float) -> tuple[Page, Box]:
    """The surroundings of a box as a page that stands upright, and where the box is on it.

    Image and box are of the page as displayed; `rotation` and `skew` are what is to be removed. A
    tilted box keeps its size, so that it holds one line as it did before.
    """
    scale = dpi / POINTS_PER_INCH
    area = box.grown(CONTEXT)
    wide, high = (max(round(side * scale), 1) for side in (area.width, area.height))
    x, y = (side * scale - 0.5 for side in area.center)
    matrix = cv2.getRotationMatrix2D((x, y), skew, 1.0)
    matrix[:, 2] += np.array([(wide - 1) / 2 - x, (high - 1) / 2 - y])
    pixels = cv2.warpAffine(image, matrix, (wide, high), flags=cv2.INTER_LINEAR,
                            borderMode=cv2.BORDER_CONSTANT, borderValue=(255,))  # fmt: skip
    page = Page(1, wide / scale, high / scale, pixels.astype(np.uint8, copy=False), dpi)
    page = turned(page, -rotation)
    return page, page.box.grown(-CONTEXT)


def text_in(lines: Iterable[Line], box: Box) -> str:
    """The words of the lines whose middle is in the box, line by line, without footnote marks.

    Marks are given as they would be typed where there is nothing else; what a hand wrote is left
    out, as it is not read.
    """
    inside = box.grown(REACH)
    found = [(own, [word for word in words if inside.contains(*word.box.center)])
             for own, words in lines]  # fmt: skip
    for kept in (_is_text, _is_mark):
        rows = _rows(
            [(own, text) for own, words in found if (text := _joined(filter(kept, words)))]
        )
        if rows:
            return "\n".join(rows)
    return ""


def _is_text(word: Word) -> bool:
    return HANDWRITTEN not in word.text and not _is_mark(word)


def _is_mark(word: Word) -> bool:
    return MARK.fullmatch(word.text) is not None


def _joined(words: Iterable[Word]) -> str:
    return " ".join("".join(PLAIN.get(char, char) for char in word.text) for word in words)


def _rows(lines: Sequence[tuple[Box, str]]) -> list[str]:
    """Texts at one height side by side, from the top of the page to its foot."""
    rows: list[list[tuple[Box, str]]] = []
    for box, text in sorted(lines, key=lambda line: line[0].center[1]):
        if rows and level(rows[-1][0][0], box):
            rows[-1].append((box, text))
        else:
            rows.append([(box, text)])
    return [" ".join(text for _, text in sorted(row, key=lambda line: line[0].left))
            for row in rows]  # fmt: skip
