"""Dates that are written with the month's name, `5 June 2020` or `Jun 5, 2020`, as one word.

In the cells of tables and behind captions printouts have them as other forms have 06/05/2020; as
three words they look like part of a text. Dates inside a text stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.document import Box, Word
from models.strays import SPACE
from models.text_layer import Line
from models.values import MONTH, day_of

WORDS = 3
NAMED = re.compile(rf"{MONTH}[.,]?")
TABLES = re.compile(r"derivative", re.IGNORECASE)
"""A word that stands above both tables of ownership."""
MARK = re.compile(r"[⁽\[(]?[⁰¹²³⁴⁵⁶⁷⁸⁹\d]{1,2}[⁾\])]?")
"""A footnote mark, which may stand behind a date."""


def with_whole_dates(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page, each written date that stands by itself as a word of its own.

    Only on pages with tables of ownership: in schedules a line may end with such a date.
    """
    if not any(TABLES.search(word.text) for _, words in lines for word in words):
        return list(lines)
    return [(box, _joined(words)) for box, words in lines]


def _joined(words: Sequence[Word]) -> list[Word]:
    if not any(NAMED.fullmatch(word.text) for word in words):
        return list(words)
    return [word for piece in _pieces(words) for word in _dates(piece)]


def _pieces(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of a line, parted at wide gaps and behind the colons of captions."""
    piece: list[Word] = []
    for word in words:
        last = piece[-1] if piece else None
        if last is not None and (
            last.text.endswith(":") or word.box.left - last.box.right > SPACE * word.box.height
        ):
            yield piece
            piece = []
        piece.append(word)
    if piece:
        yield piece


def _dates(piece: Sequence[Word]) -> list[Word]:
    """The words of a piece that is nothing but dates and marks, the dates whole."""
    made: list[Word] = []
    place = 0
    while place < len(piece):
        date = piece[place : place + WORDS]
        if _is_date(date):
            made.append(_whole(date))
            place += WORDS
        elif made and MARK.fullmatch(piece[place].text):
            made.append(piece[place])
            place += 1
        else:
            return list(piece)
    return made


def _is_date(words: Sequence[Word]) -> bool:
    named = any(NAMED.fullmatch(word.text) for word in words[:2])
    return len(words) == WORDS and named and bool(day_of(" ".join(word.text for word in words)))


def _whole(words: Sequence[Word]) -> Word:
    """The words with spaces between them as one."""
    text = " ".join(word.text for word in words)
    box = Box.around(word.box for word in words)
    if not all(word.scores for word in words):
        return Word(text, box)
    first, *rest = words
    scores, rivals = first.scores, first.rivals
    for word in rest:
        scores, rivals = (*scores, 1.0, *word.scores), f"{rivals} {word.rivals}"
    return Word(text, box, scores, rivals)
