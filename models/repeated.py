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

from models.ctc import DOUBTFUL, Logs, Reading, likeliest, respelled, sureness, text_of
from models.numerals import DATE

SURE = 0.9
"""How sure what is said must be, in one line or in all that say it together."""
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
            said[text] = said.get(text, 0.0) + sureness(reading)
    known = {text: weight for text, weight in said.items() if weight > SURE}
    classes = {label: index for index, label in enumerate(labels)}
    return [
        _agreed(reading, own, known, classes)
        if text_of(reading) in said and sureness(reading) < DOUBTFUL
        else reading
        for reading, own in zip(readings, logs, strict=True)
    ]


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
    costs = np.array([0.0, *(-SAID - math.log(known[each] / own) for each in texts[1:])])
    chosen, chance = likeliest(texts, costs, logs, classes)
    return reading if chosen == text else tuple(respelled(chosen, reading, chance))
