"""Doubtful numbers and dates read in a shape that numbers and dates are printed in.

`04/38/2025` is no date and `5,7K5` no number. Of all texts of a shape the one is taken that the
recogniser's posteriors make likeliest: the best CTC path (Graves et al. 2006) whose characters a
small automaton allows. What was read stays where the pixels speak for it by more than a strange
shape costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from models.ctc import (
    DOUBTFUL,
    Change,
    Logs,
    Reading,
    changed,
    likeliest,
    space_between,
    sureness,
    text_of,
    window,
)

_PLAIN = r"[a-zA-Z0-9$.,/]"
TOKEN = re.compile(rf"(?<!\S)\$?{_PLAIN}*\d{_PLAIN}*(?<![.,])(?![)a-zA-Z0-9_]|-\d)")
"""What may be a number or a date, without the marks and the full stop that follow it."""
DASHED = re.compile(r"(?<!\S)\d{1,2}(?=\S*-)[-.,/]{1,2}\d{1,2}[-.,/]{1,2}\d{4}(?![)\w])")
"""What may be a date of figures with dashes between."""
LEAST_DIGITS = 0.6
STRANGE = 6.0
"""Nats that it costs to be of no shape at all."""
DIGIT = 3.0
"""Nats that it costs to have a digit more or fewer than was read."""
DIGITS = "0123456789"


@dataclass(frozen=True)
class Shape:
    """An automaton over characters: `edges` are (from, characters, to), state 0 is the start."""

    pattern: re.Pattern[str]
    edges: tuple[tuple[int, str, int], ...]
    ends: frozenset[int]
    cost: float
    """Nats that a text of this shape costs."""


_FIRST = DIGITS[1:]
_LEAD = (
    (0, "$", 1), (0, _FIRST, 2), (1, _FIRST, 2), (2, DIGITS, 3), (3, DIGITS, 4), (2, ",", 5),
    (3, ",", 5), (4, ",", 5), (5, DIGITS, 6), (6, DIGITS, 7), (7, DIGITS, 8), (8, ",", 5),
    (0, "0", 16), (1, "0", 16),
)  # fmt: skip
"""Digits in groups of three: whole ones end in 2, 3, 4 or 8, and 0 in 16."""
_WHOLE = frozenset((2, 3, 4, 8, 16))
_POINT = (*((state, ".", 9) for state in (0, 1, 2, 3, 4, 8, 16)),
          *((state, DIGITS, state + 1) for state in range(9, 15)))  # fmt: skip
_YEAR = ((9, "1", 10), (9, "2", 11), (10, "9", 12), (11, "0", 12), (12, DIGITS, 13),
         (13, DIGITS, 14))  # fmt: skip
_FULL_DATE = (
    (0, "0", 1), (0, "1", 2), (1, "123456789", 3), (2, "012", 3), (3, "/", 4), (4, "0", 5),
    (4, "12", 6), (4, "3", 7), (5, "123456789", 8), (6, DIGITS, 8), (7, "01", 8), (8, "/", 9),
    *_YEAR,
)  # fmt: skip
_SHORT_DATE = (
    *_FULL_DATE, (0, "23456789", 3), (2, "/", 4), (4, "456789", 8), (6, "/", 9), (7, "/", 9),
)  # fmt: skip
_GROUPS = r"(?:[1-9]\d{0,2}(?:,\d{3})*|0)"
"""`00,000` has lost its first digit or has it read as the sign before it."""
_AMOUNT = rf"\$?{_GROUPS}"

DATE = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/(19|20)\d\d")
SHAPES = (
    Shape(DATE, _FULL_DATE, frozenset((14,)), 0.0),
    Shape(re.compile(r"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/(19|20)\d\d"),
          _SHORT_DATE, frozenset((14,)), 1.0),
    Shape(re.compile(_AMOUNT), _LEAD, _WHOLE, 0.0),
    Shape(re.compile(rf"({_AMOUNT}|\$)?\.\d\d"), (*_LEAD, *_POINT), frozenset((11,)), 0.0),
    Shape(re.compile(rf"({_AMOUNT}|\$)?\.(\d|\d{{4,6}})|\$(?:{_GROUPS})?\.\d{{3}}"),
          (*_LEAD, *_POINT), frozenset((10, 12, 13, 14, 15)), 1.5),
    Shape(re.compile(rf"(?:{_GROUPS})?\.\d{{3}}"), (*_LEAD, *_POINT), frozenset((12,)), 3.0),
    Shape(re.compile(r"\d{4,10}"), tuple((state, DIGITS, state + 1) for state in range(10)),
          frozenset(range(4, 11)), 2.0),
)  # fmt: skip
"""Dates, whole numbers, dollars and cents, other decimals, and long numbers in no groups. Where
three decimals stand behind a point it may as well be a comma, hence the price of them: of shares
traded in 88,000 real transactions 51,477 are whole thousands, 3,030 have few digits and three
decimals."""
DASHED_DATES = tuple(
    replace(shape, pattern=re.compile(shape.pattern.pattern.replace("/", "-")),
            edges=tuple((start, chars.replace("/", "-"), end) for start, chars, end in shape.edges))
    for shape in SHAPES[:2]
)  # fmt: skip


def shaped(
    readings: Sequence[Reading], logs: Sequence[Logs], labels: Sequence[str]
) -> list[Reading]:
    """The readings of a page's lines, doubtful numbers and dates in a shape where pixels allow."""
    classes = {label: index for index, label in enumerate(labels)}
    return [with_spaces(changed(reading, _shaped(reading, own, tuple(labels), classes)))
            for reading, own in zip(readings, logs, strict=True)]  # fmt: skip


PHONE = re.compile(
    r"\(\d{3}\)()\d{3}-\d{4}\b|\+\d{1,2} \d{3}()\d{3} ?\d{4}\b|\+\d{1,2} \d{3} \d{3}()\d{4}\b"
)
"""Telephone numbers that lack a space, the place of which is an empty group."""
APART = 1.15
"""Of the usual distance from digit to digit: further apart there is a space between."""


def with_spaces(reading: Reading) -> Reading:
    """The reading with the space of a telephone number where its digits stand apart for one."""
    made = list(reading)
    for phone in reversed(list(PHONE.finditer(text_of(reading)))):
        own = [each.place for each in reading[phone.start() : phone.end()]]
        place = max(phone.start(group) for group in range(1, PHONE.groups + 1))
        before, after = reading[place - 1], reading[place]
        if after.place - before.place > APART * float(np.median(np.diff(own))):
            made.insert(place, space_between(before, after))
    return tuple(made)


def _shaped(
    reading: Reading, logs: Logs, labels: tuple[str, ...], classes: Mapping[str, int]
) -> Iterator[Change]:
    read = text_of(reading)
    tokens: list[tuple[re.Match[str], Sequence[Shape]]] = []
    for pattern, known in ((TOKEN, SHAPES), (DASHED, DASHED_DATES)):
        tokens += [(token, known) for token in pattern.finditer(read)]
    for token, shapes in sorted(tokens, key=lambda each: each[0].start()):
        part = reading[token.start() : token.end()]
        text = token.group()
        digits = sum(char.isdigit() for char in text)
        if digits < 2 or digits < LEAST_DIGITS * len(text):
            continue
        if sureness(part) >= DOUBTFUL and cost_of(text, shapes) < STRANGE:
            continue
        own = window(reading, token.start(), token.end(), logs)
        chosen, chance = _likeliest(text, own, shapes, labels, classes)
        if chosen != text:
            yield token.start(), token.end(), chosen, chance


def _places(text: str) -> int:
    """How many places of digits a text has, whatever was read there."""
    return sum(char.isalnum() for char in text)


def cost_of(text: str, shapes: Sequence[Shape] = SHAPES) -> float:
    """Nats of a text by its shape."""
    return min((s.cost for s in shapes if s.pattern.fullmatch(text)), default=STRANGE)


def _likeliest(
    text: str, logs: Logs, shapes: Sequence[Shape], labels: tuple[str, ...],
    classes: Mapping[str, int],
) -> tuple[str, float]:  # fmt: skip
    """The text or the best of each shape, whichever is likeliest, and its probability of these."""
    texts = list(dict.fromkeys((text, *(_best_of(shape, logs, labels) for shape in shapes))))
    texts = [each for each in texts if each]
    places = DIGIT * np.abs([_places(each) - _places(text) for each in texts])
    costs = np.array([cost_of(each, shapes) for each in texts]) + places
    return likeliest(texts, costs, logs, classes)


@dataclass(frozen=True)
class Trellis:
    """CTC's states of a shape: one for each edge and character, and a blank for each state."""

    characters: tuple[str, ...]
    classes: npt.NDArray[np.int64]
    joins: npt.NDArray[np.float64]
    """0 where a state may follow another, else minus infinity; shape (from, to)."""
    begins: npt.NDArray[np.bool_]
    ends: npt.NDArray[np.bool_]


@cache
def trellis(shape: Shape, labels: tuple[str, ...]) -> Trellis:
    """The states of a shape over a recogniser's classes."""
    states = 1 + max(max(edge[0], edge[2]) for edge in shape.edges)
    blanks = [(state, "", state) for state in range(states)]
    steps = [(start, char, end) for start, chars, end in shape.edges for char in chars]
    nodes = [*blanks, *steps]
    starts, ends = (np.array([node[side] for node in nodes]) for side in (0, 2))
    classes = np.array([labels.index(node[1]) for node in nodes])
    # A character that follows itself needs a blank between, or both would be one.
    follows = (ends[:, None] == starts) & ((classes[:, None] != classes) | (classes == 0))
    follows |= np.eye(len(nodes), dtype=bool)
    return Trellis(
        tuple(node[1] for node in nodes), classes, np.where(follows, 0.0, -np.inf),
        starts == 0, np.isin(ends, list(shape.ends)),
    )  # fmt: skip


def _best_of(shape: Shape, logs: Logs, labels: tuple[str, ...]) -> str:
    """The text of the shape with the best path through `logs`, none when they are too short."""
    own = trellis(shape, labels)
    emitted = logs[:, own.classes].astype(np.float64)
    scores = np.where(own.begins, emitted[0], -np.inf)
    back = np.zeros(emitted.shape, np.int64)
    for step in range(1, len(logs)):
        ways = scores[:, None] + own.joins
        back[step] = ways.argmax(axis=0)
        scores = ways[back[step], np.arange(len(scores))] + emitted[step]
    scores = np.where(own.ends, scores, -np.inf)
    node = int(scores.argmax())
    if not np.isfinite(scores[node]):
        return ""
    text = own.characters[node]
    for step in range(len(logs) - 1, 0, -1):
        before = int(back[step, node])
        text = own.characters[before] + text if before != node else text
        node = before
    return text
