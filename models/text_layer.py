"""Words of a born-digital page's own text layer, as the recogniser would give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.ctc import Character
from models.document import Box, Page, Word, smallest_around
from models.raised import SUPERSCRIPTS
from models.recognizer import words_of

Line = tuple[Box, list[Word]]
"""A line's box and its words, left to right."""


def text_layer_lines(page: Page, boxes: Sequence[Box]) -> list[Line]:
    """A born-digital page's words in the lines that layout found, footnote marks cut off."""
    groups: dict[int, list[Word]] = {}
    homes = smallest_around([word.box for word in page.words], boxes)
    for index, (word, home) in enumerate(zip(page.words, homes, strict=True)):
        groups.setdefault(home if home >= 0 else len(boxes) + index, []).append(word)
    lines = []
    for words in groups.values():
        tall = max(word.box.height for word in words)
        pieces = [piece for word in words for piece in _pieces(word, tall)]
        lines.append((Box.around(piece.box for piece in pieces), pieces))
    return lines


RAISED = 0.85
"""Type smaller than this share of its line's is a superscript if it has a mark's characters."""


def _pieces(word: Word, tall: float) -> list[Word]:
    """The word as the recogniser would give it: marks apart, raised ones as superscripts."""
    text = word.text
    if word.box.height < RAISED * tall and set(text) <= set(SUPERSCRIPTS):
        text = "".join(SUPERSCRIPTS[char] for char in text)
    places = ((place + 0.5) / len(text) for place in range(len(text)))
    reading = tuple(Character(char, 1.0, char, place)
                    for char, place in zip(text, places, strict=True))  # fmt: skip
    return [replace(piece, scores=(), rivals="") for piece in words_of(reading, word.box)]
