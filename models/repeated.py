"""Doubtful lines read as another line of the page, which says the same, was read.

A table repeats the title of a security, the nature of an ownership or a date row by row. Where the
pixels of a doubtful line allow it as well, it says what a line that is nearly alike says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from models.ctc import Logs, Reading, forward, respelled, text_of
from models.numerals import DATE

DOUBTFUL, SURE = 0.97, 0.9
"""Least character probability: below, a line may say what another says. What is said must be as
sure as the latter in one line or in all that say it together."""
SAID = 3.0
"""Nats that it is worth to say what another line says; more where many say it."""
LEAST_LETTERS = 3
LIKE = 0.3
"""Share of its characters in which a line may differ from another that it says the same as."""
MOST_NEAR = 4


def repeated(
    readings: Sequence[Reading], logs: Sequence[Logs], labels: Sequence[str]
) -> list[Reading]:
    """The readings of a page's lines, doubtful ones as another of them where pixels allow it."""
    said: dict[str, float] = {}
    for reading in readings:
        text = text_of(reading)
        if _repeats(text):
            said[text] = said.get(text, 0.0) + _least(reading)
    known = {text: weight for text, weight in said.items() if weight > SURE}
    classes = {label: index for index, label in enumerate(labels)}
    return [
        _agreed(reading, own, known, classes)
        if text_of(reading) in said and _least(reading) < DOUBTFUL
        else reading
        for reading, own in zip(readings, logs, strict=True)
    ]


def _least(reading: Reading) -> float:
    return min((each.score for each in reading), default=0.0)


def _repeats(text: str) -> bool:
    """Whether a line is of a kind that repeats: words or a date, no number."""
    return sum(char.isalpha() for char in text) >= LEAST_LETTERS or bool(DATE.fullmatch(text))


def _agreed(
    reading: Reading, logs: Logs, known: Mapping[str, float], classes: Mapping[str, int]
) -> Reading:
    text = text_of(reading)
    own = known.get(text, SURE)
    reach = math.ceil(LIKE * len(text))
    others = [each for each, weight in known.items() if weight >= own]
    found = process.extract(
        text, others, scorer=Levenshtein.distance, score_cutoff=reach, limit=MOST_NEAR + 1
    )
    texts = [text, *(each for each, _, _ in found if each != text)]
    if len(texts) == 1:
        return reading
    scores = forward([[classes[char] for char in each] for each in texts], logs)
    scores[1:] += SAID + np.log([known[each] / own for each in texts[1:]])
    best = int(scores.argmax())
    if not best or not np.isfinite(scores[best]):
        return reading
    shares = np.exp(scores - scores[best])
    return tuple(respelled(texts[best], reading, float(1 / shares.sum())))
