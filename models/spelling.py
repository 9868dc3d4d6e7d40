"""Doubtful words spelled as a word that is known, where the pixels allow it as well.

A noisy channel (Kernighan et al. 1990, doi:10.3115/997939.997975): of the word as read and the
known words near it, the one with the best sum of what the recogniser's posteriors give it (CTC's
forward probability, Graves et al. 2006) and how often it is met. Known are the words of the forms
and of ordinary English (`models/words.txt.gz`) and those that the page has elsewhere, read surely.
Words that were read surely stay, and so do numbers: nothing is known about them beforehand.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from models.ctc import (
    DOUBTFUL,
    Change,
    Logs,
    Reading,
    changed,
    likeliest,
    sureness,
    text_of,
    window,
)

WORDS = Path(__file__).parent / "words.txt.gz"
LETTERS = re.compile(r"[^\W\d_]+")
LEAST_LETTERS = 3
SURE = 0.95
"""Least character probability above which a word of the page is known."""
LETTER = 3.0
"""Nats that a letter of an unknown word costs: about one of twenty."""
UNKNOWN = 3.0
"""Nats that it costs to be unknown at all."""
TRUST = 0.6
"""How much a nat of being known counts beside one of the pixels."""
SEEN = 40
"""A word that the page has counts as if the forms had it so many times."""
MOST_NEAR = 6
POINTED = {"mr": 3.0, "mrs": 3.0, "ms": 3.0, "dr": 3.0, "inc": 1.0, "ltd": 1.0, "jr": 1.0}
"""Short forms that end in a point, so faint that it is often lost, and nats that it is worth."""


@dataclass(frozen=True)
class Lexicon:
    """Known words in small letters, with how often they are met."""

    counts: Mapping[str, int]
    total: int
    by_length: Mapping[int, Sequence[str]]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Lexicon:
        """A lexicon of these words."""
        by_length: dict[int, list[str]] = {}
        for word in counts:
            by_length.setdefault(len(word), []).append(word)
        return cls(counts, sum(counts.values()), by_length)

    def cost(self, word: str, seen: Mapping[str, int]) -> float:
        """Nats of a word: its frequency, or its letters where it is unknown."""
        count = self.counts.get(word, 0) + SEEN * seen.get(word, 0)
        unknown = UNKNOWN + LETTER * len(word)
        return min(math.log(self.total / count), unknown) if count else unknown

    def near(self, word: str, seen: Mapping[str, int]) -> list[str]:
        """Known words that two changed letters make of this one, one of a short word."""
        reach = 1 if len(word) < 5 else 2
        lengths = range(len(word) - reach, len(word) + reach + 1)
        pools = [self.by_length.get(length, ()) for length in lengths]
        pools.append([each for each in seen if abs(len(each) - len(word)) <= reach])
        found = [match for pool in pools for match in process.extract(
            word, pool, scorer=Levenshtein.distance, score_cutoff=reach, limit=4 * MOST_NEAR
        )]  # fmt: skip
        ranked = sorted((distance, self.cost(each, seen), each) for each, distance, _ in found)
        return list(dict.fromkeys(each for _, _, each in ranked))[:MOST_NEAR]


@cache
def lexicon() -> Lexicon:
    """The words that come with the program."""
    lines = gzip.decompress(WORDS.read_bytes()).decode().splitlines()
    pairs = (line.rpartition("\t") for line in lines)
    return Lexicon.of({word: int(count) for word, _, count in pairs})


def known_share(text: str) -> float:
    """Share of the text's words of three letters or more that the lexicon has; 1 without any."""
    words = [word for word in LETTERS.findall(text.lower()) if len(word) >= LEAST_LETTERS]
    return sum(word in lexicon().counts for word in words) / len(words) if words else 1.0


def spelled(
    readings: Sequence[Reading], logs: Sequence[Logs], labels: Sequence[str]
) -> list[Reading]:
    """The readings of a page's lines with doubtful words spelled by what is known."""
    seen = Counter(
        word.group().lower()
        for reading in readings
        for word in _words(text_of(reading))
        if sureness(reading[word.start() : word.end()]) > SURE
        and not any(_parted(word.group()))
        and not QUOTED.fullmatch(word.group())
    )
    classes = {label: index for index, label in enumerate(labels)}
    return [changed(reading, _spelled(reading, own, classes, seen))
            for reading, own in zip(readings, logs, strict=True)]  # fmt: skip


def _words(text: str) -> Iterator[re.Match[str]]:
    """Runs of letters that are words: no part of what has digits."""
    for found in LETTERS.finditer(text):
        around = text[max(found.start() - 1, 0) : found.start()] + text[found.end() :][:1]
        counts = len(found.group()) >= LEAST_LETTERS or found.group().lower() in POINTED
        if counts and not any(char.isdigit() for char in around):
            yield found


def _spelled(
    reading: Reading, logs: Logs, classes: Mapping[str, int], seen: Mapping[str, int]
) -> Iterator[Change]:
    for word in _words(text_of(reading)):
        part = reading[word.start() : word.end()]
        text = word.group()
        near = [] if text.lower() in seen else list(_parted(text))
        if QUOTED.fullmatch(text):
            near.append(OPENING + text[1:])
        if text.lower() in POINTED and text_of(reading[word.end() :])[:1] != ".":
            near.append(text + ".")
        if sureness(part) < DOUBTFUL:
            near += [_in_case(each, text) for each in lexicon().near(text.lower(), seen)]
        near = [each for each in dict.fromkeys(near)
                if each != text and classes.keys() >= set(each)]  # fmt: skip
        if not near:
            continue
        own = window(reading, word.start(), word.end(), logs)
        chosen, chance = _likeliest([text, *near], own, classes, seen)
        if chosen != text:
            yield word.start(), word.end(), chosen, chance


def _parted(word: str) -> Iterator[str]:
    """An unknown word as two known ones, or three round one in the middle: `isa weighted`."""
    if word.lower() in lexicon().counts:
        return
    ends = [end for end in range(1, len(word)) if _stands(word[:end])]
    for end in ends:
        rest = word[end:]
        if _stands(rest):
            yield f"{word[:end]} {rest}"
        for short in (rest[:1], rest[:2]):
            if len(rest) > len(short) and _stands(short) and _stands(rest[len(short) :]):
                yield f"{word[:end]} {short} {rest[len(short) :]}"


OPENING = '("'
QUOTED = re.compile("C[A-Z][a-z]+")
"""A word with what is in faint print taken for its brackets and quotes: `CCraft` for `("Craft`."""
SHORT = 4.0
"""Nats of a short word."""
MOST_PARTED = 10.0
"""Nats that parting a word is better than an unknown word at the most: names are unknown too."""
SHORT_WORDS = frozenset((
    "a", "i", "v", "x", "an", "as", "at", "by", "if", "in", "is", "it", "no", "of", "on", "or",
    "to", "we", "ii", "iv", "vi", "xi",
))  # fmt: skip


def _stands(part: str) -> bool:
    """Whether a part of a word is a known one: there are few of one or two letters."""
    text = part.lower()
    return text in SHORT_WORDS if len(text) < LEAST_LETTERS else text in lexicon().counts


def _in_case(word: str, like: str) -> str:
    """The word in capitals, with a capital or small, as most of the letters that were read."""
    capitals = sum(char.isupper() for char in like)
    if 2 * capitals > len(like):
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def _cost(text: str, seen: Mapping[str, int]) -> float:
    """Nats of a word or of several."""
    if text.startswith(OPENING):
        return _cost(text.removeprefix(OPENING), seen)
    if text[-1] == ".":
        return _cost(text[:-1], seen) - POINTED[text[:-1]] / TRUST
    return sum(SHORT if word in SHORT_WORDS else lexicon().cost(word, seen)
               for word in text.split(" "))  # fmt: skip


def _likeliest(
    texts: Sequence[str], window: Logs, classes: Mapping[str, int], seen: Mapping[str, int]
) -> tuple[str, float]:
    """The best of the spellings and its probability among them; the first is the one read."""
    costs = np.array([_cost(text.lower(), seen) for text in texts])
    costs[1:] = np.where([" " in text for text in texts[1:]],
                         np.maximum(costs[1:], costs[0] - MOST_PARTED), costs[1:])  # fmt: skip
    return likeliest(texts, TRUST * costs, window, classes)
