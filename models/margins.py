"""Numbers that count the lines of a page or the rows of a sheet, which belong to no field.

Agents' proofs count the lines of a page at its edge, spreadsheets their rows and columns. Read as
words of what stands beside them they are parts of names, addresses and dates.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from string import ascii_uppercase

from models.document import Box, Word
from models.text_layer import Line

LEAST = 10
"""Numbers that count something at the least."""
NARROW = 8.0
"""Points that the right ends, or the middles, of the numbers of one column lie apart at most."""
MISSED = 3
"""From one number that was read to the next one, at the most."""
STEADY = 0.25
"""Of the usual distance from line to line, how far one may be off it."""
MOST = 0.8
"""Share of the steps that must be so."""
DIGITS = 3
"""Of such a number at the most."""
LETTERS = 4
"""Columns that a sheet has at the least."""


def without_counters(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page but for the numbers that count them and the letters of its columns.

    A number may stand in one line with what is right of it.
    """
    lettered = _letters(lines)
    numbers = [(words[0].box, words[:1]) for _, words in lines if _is_number(words[0])]
    gone = {id(words[0]) for _, words in lettered}
    for column in _columns(numbers):
        if _counts(column) and (lettered or _is_steady(column)):
            gone |= {id(words[0]) for _, words in column}
    return list(_left(lines, gone))


def _left(lines: Sequence[Line], gone: Container[int]) -> Iterator[Line]:
    for box, words in lines:
        if id(words[0]) not in gone:
            yield box, words
        elif len(words) > 1:
            yield replace(box, left=words[1].box.left), words[1:]


def _is_number(word: Word) -> bool:
    # `¹` is a digit too, but no decimal one.
    return word.text.isdecimal() and len(word.text) <= DIGITS


def _columns(numbers: Sequence[Line]) -> list[list[Line]]:
    """Numbers that stand below one another, from top to bottom."""
    columns: list[list[Line]] = []
    for line in sorted(numbers, key=lambda each: each[0].center[1]):
        column = next((each for each in columns if _is_below(line[0], each[-1][0])), None)
        if column is None:
            columns.append([line])
        else:
            column.append(line)
    return columns


def _is_below(box: Box, other: Box) -> bool:
    right, middle = box.right - other.right, box.center[0] - other.center[0]
    return min(abs(right), abs(middle)) < NARROW


def _counts(column: Sequence[Line]) -> bool:
    """Whether the numbers of a column go up by one, but for those not read."""
    values = [int(line[1][0].text) for line in column]
    up = [0 < after - before <= MISSED for before, after in pairwise(values)]
    return len(column) >= LEAST and sum(up) >= MOST * len(up)


def _is_steady(column: Sequence[Line]) -> bool:
    """Whether numbers stand at one distance, as lines of type do: notes and rows differ."""
    steps = [
        (second[0].center[1] - first[0].center[1])
        / max(int(second[1][0].text) - int(first[1][0].text), 1)
        for first, second in pairwise(column)
    ]
    usual = median(steps)
    return sum(abs(step - usual) < STEADY * usual for step in steps) >= MOST * len(steps)


def _letters(lines: Sequence[Line]) -> list[Line]:
    """The letters A, B, C, … above the columns of a sheet, in a row of their own; else nothing."""
    letters = [line for line in lines if len(line[1]) == 1 and line[1][0].text in ascii_uppercase]
    for first in (line for line in letters if line[1][0].text in "AB"):
        row = sorted((line for line in letters if line[0].is_level_with(first[0])),
                     key=lambda line: line[0].left)  # fmt: skip
        places = [ascii_uppercase.index(line[1][0].text) for line in row]
        if len(row) >= LETTERS and all(0 < two - one < MISSED for one, two in pairwise(places)):
            return row
    return []
