"""Connectionist temporal classification: a line's steps to characters, and how probable a text is.

Graves et al. 2006, doi:10.1145/1143844.1143891.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

BLANK = ""
"""Class 0 of every recogniser: no character."""

Logs = npt.NDArray[np.float32]
"""Log-probabilities of one line, shape (steps, classes)."""


@dataclass(frozen=True, slots=True)
class Character:
    """A recognised character, its probability, its best rival, its place as share of the width."""

    text: str
    score: float
    rival: str
    place: float


Reading = tuple[Character, ...]


def decode(logs: Logs, labels: Sequence[str]) -> Reading:
    """Best path: repeats merged, blanks dropped.

    A character's probability is the largest over its steps of its class's probability; its rival is
    the next best class other than blank at that step.
    """
    steps = len(logs)
    best = logs.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    runs = [(start, end) for start, end in zip(starts, [*starts[1:], steps], strict=True)
            if best[start]]  # fmt: skip
    peaks = np.array([start + logs[start:end, best[start]].argmax() for start, end in runs], int)
    chosen = best[peaks]
    others = logs[peaks]
    others[:, 0] = others[np.arange(len(peaks)), chosen] = -np.inf
    found = zip(
        runs, chosen.tolist(), np.exp(logs[peaks, chosen]).tolist(),
        others.argmax(axis=1).tolist(), strict=True,
    )  # fmt: skip
    return tuple(
        Character(labels[label], score, labels[rival], float(start + end) / 2 / steps)
        for (start, end), label, score, rival in found
    )


def text_of(reading: Reading) -> str:
    """The reading as a plain string, superscripts kept as superscripts."""
    # A list is joined in half the time of a generator, and this is asked for very often.
    return "".join([character.text for character in reading])


def window(reading: Reading, start: int, end: int, logs: Logs) -> Logs:
    """The steps of characters `start` to `end`, from half way to the one before to the next."""
    first, last = span(reading, start, end, len(logs))
    return logs[first:last]


def span(reading: Reading, start: int, end: int, steps: int) -> tuple[int, int]:
    """First and last step of such a window, of so many steps of a line."""
    first, last = reading[start].place, reading[end - 1].place
    left = (reading[start - 1].place + first) / 2 if start else 0.0
    right = (last + reading[end].place) / 2 if end < len(reading) else 1.0
    return int(left * steps), max(math.ceil(right * steps), int(left * steps) + 1)


def sureness(reading: Reading) -> float:
    """The least of its characters' probabilities; 0 of nothing."""
    return min((each.score for each in reading), default=0.0)


def likeliest(
    texts: Sequence[str], costs: npt.NDArray[np.float64], logs: Logs, classes: Mapping[str, int]
) -> tuple[str, float]:
    """The text that its pixels and its cost in nats speak for, and its probability among them.

    The first is the one that was read, which stays where the pixels speak for none.
    """
    scores = forward([[classes[char] for char in text] for text in texts], logs) - costs
    if not np.isfinite(scores.max()):
        return texts[0], 1.0
    shares = np.exp(scores - scores.max())
    best = int(scores.argmax())
    return texts[best], float(shares[best] / shares.sum())


DOUBTFUL = 0.97
"""Least character probability below which what was read may be something else."""
UNSURE = 0.5
"""Probability of a character that was put in by what is known, not read."""
MOST_SURE = 0.95
"""Of a character that was not read so."""


def space_between(before: Character, after: Character) -> Character:
    """A space that was not read between two characters."""
    return Character(" ", UNSURE, after.text, (before.place + after.place) / 2)


def respelled(text: str, read: Reading, chance: float) -> Iterator[Character]:
    """The characters of a text in the place of those read; new ones are as sure as it is."""
    score = min(chance, MOST_SURE)
    if len(text) == len(read):
        for char, each in zip(text, read, strict=True):
            same = char == each.text
            yield each if same else replace(each, text=char, score=score, rival=each.text)
        return
    places = np.interp(np.linspace(0, 1, len(text)), np.linspace(0, 1, len(read)),
                       [each.place for each in read])  # fmt: skip
    for char, place in zip(text, places, strict=True):
        yield Character(char, score, char, float(place))


def aligned(text: Sequence[int], logs: Logs) -> list[int]:
    """The index of the character that each step shows on the text's likeliest path, -1 for none.

    Viterbi over the states of CTC; empty where no path through the steps spells the text.
    """
    states = np.zeros(2 * len(text) + 1, np.int64)
    states[1::2] = text
    skips = np.full(len(states), -np.inf)
    skips[3::2] = np.where(states[3::2] != states[1:-2:2], 0.0, -np.inf)
    alpha = np.full(len(states) + 2, -np.inf)
    alpha[2] = 0.0
    back = np.zeros((len(logs), len(states)), np.int8)
    seen = logs.astype(np.float64)[:, states]
    for step, own in enumerate(seen):
        # Before the first step all stands on the first blank; its own move may be none or one.
        moves = np.stack([alpha[2:], alpha[1:-1], alpha[:-2] + skips])
        back[step] = moves.argmax(axis=0)
        alpha[2:] = moves.max(axis=0) + own
    state = len(states) - 1 if len(text) == 0 or alpha[-1] >= alpha[-2] else len(states) - 2
    if not np.isfinite(alpha[state + 2]):
        return []
    path = []
    for step in reversed(range(len(logs))):
        path.append((state - 1) // 2 if state % 2 else -1)
        state -= int(back[step, state])
    return path[::-1]


Change = tuple[int, int, str, float]
"""Start and end of a part of a reading, what it says instead, and how probable that is."""


def changed(
    reading: Reading,
    changes: Iterable[Change],
    logs: Logs | None = None,
    classes: Mapping[str, int] | None = None,
) -> Reading:
    """The reading with some of its parts, named from left to right, respelled.

    Given the line's steps and the classes of its labels, new characters stand where the steps show
    them: what looks at single words of them afterwards must find these.
    """
    made: list[Character] = []
    done = 0
    for start, end, text, chance in changes:
        own = tuple(respelled(text, reading[start:end], chance))
        if logs is not None and classes is not None:
            own = placed(own, *span(reading, start, end, len(logs)), logs, classes)
        made += [*reading[done:start], *own]
        done = end
    return (*made, *reading[done:]) if done else reading


def placed(part: Reading, first: int, last: int, logs: Logs, classes: Mapping[str, int]) -> Reading:
    """Some characters of a line, each where the steps `first` to `last` show it.

    As they are where there are too few steps for them.
    """
    path = np.array(aligned([classes[each.text] for each in part], logs[first:last]), np.int64)
    if not len(path):
        return part
    steps = [np.flatnonzero(path == index) for index in range(len(part))]
    middles = [(first + (own[0] + own[-1] + 1) / 2) / len(logs) for own in steps]
    return tuple(replace(each, place=float(middle))
                 for each, middle in zip(part, middles, strict=True))  # fmt: skip


def forward(texts: Sequence[Sequence[int]], logs: Logs) -> npt.NDArray[np.float64]:
    """Log-probability of each text over all CTC paths through `logs` (steps, classes)."""
    longest = max(len(text) for text in texts)
    states = np.zeros((len(texts), 2 * longest + 1), np.int64)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = text
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    # Two columns that no path reaches stand before the first state, so that shifting needs no copy.
    alpha = np.full((len(texts), states.shape[1] + 2), -np.inf)
    alpha[:, 2] = logs[0, 0]
    alpha[:, 3] = logs[0][states[:, 1]]
    blocked = np.where(skips, 0.0, -np.inf)
    for step in logs[1:].astype(np.float64):
        skipped = alpha[:, :-2] + blocked
        alpha[:, 2:] = (
            np.logaddexp(np.logaddexp(alpha[:, 2:], alpha[:, 1:-1]), skipped) + step[states]
        )
    alpha = alpha[:, 2:]
    ends = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    return np.asarray(np.logaddexp(alpha[rows, ends], alpha[rows, ends - 1]))
