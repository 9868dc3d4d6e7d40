"""Doubtful words of running text read with what usually follows what.

Small faint type is read by its context: `in Ueu of rctainer fees` says `in lieu of retainer fees`.
A stretch of doubtful words is decoded once more by a prefix beam search over the recogniser's
posteriors (Hannun et al. 2014, arXiv:1408.2873) with a model of the characters of such pages
(`CharModel`). What was read surely stays, and digits are all the same to the model.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.ctc import Change, Logs, Reading, changed, sureness, text_of, window

FILE = Path(__file__).parent / "wording.npz"
SYMBOLS = "".join(chr(code) for code in range(32, 127) if not chr(code).isdigit()) + "“”‘’–—"
"""Characters that the model tells apart, beside a digit and anything else."""
OTHER, DIGIT, FIRST = 0, 1, 2
"""Codes of anything else or nothing, of a digit, and of the first of `SYMBOLS`."""
OTHERS = 100
"""Characters without a code, about."""
BITS = 7
"""Of a code in a key."""
ORDER = 7
"""Characters of the longest runs that were counted."""

CODES = {symbol: FIRST + index for index, symbol in enumerate(SYMBOLS)}
Counts = tuple[npt.NDArray[np.uint64], npt.NDArray[np.float32]]
"""Keys of runs in rising order, the codes of a run as one number, and how often each was met."""


def code_of(character: str) -> int:
    """The model's code of a character."""
    return DIGIT if character.isdigit() else CODES.get(character, OTHER)


@dataclass(frozen=True, eq=False)
class CharModel:
    """How probable a character is after others: counts of runs of 1, 2, … characters.

    Smoothed after Witten and Bell 1991 (doi:10.1109/18.87000): of a longer run as much is believed
    as there are more cases of it than kinds.
    """

    runs: tuple[Counts, ...]

    @classmethod
    def load(cls, path: Path = FILE) -> CharModel:
        """The model that comes with the program."""
        with np.load(path) as stored:
            runs = []
            for order in range(1, ORDER + 1):
                steps, counts = stored[f"steps{order}"], stored[f"counts{order}"]
                often = np.exp2(counts / np.float32(8)) ** FLATTENED
                runs.append((np.cumsum(steps, dtype=np.uint64), often))
        return cls(tuple(runs))

    def following(self, context: tuple[int, ...]) -> npt.NDArray[np.float64]:
        """Log-probability of each code after the codes of `context`, the last ones counting."""
        chances = self._chances(context[max(len(context) - ORDER + 1, 0) :])[0].copy()
        # One digit is as probable as another, and so are the characters that have no code.
        chances[[DIGIT, OTHER]] /= 10, OTHERS
        return np.asarray(np.log(chances))

    @lru_cache(maxsize=20_000)  # noqa: B019  the only instance lives as long as the process
    def _chances(self, context: tuple[int, ...]) -> tuple[npt.NDArray[np.float64], bool]:
        """Probability of each code, and whether what stands before it was met: else no longer was.

        What is usual after a run is asked for again with every run that ends on it.
        """
        if context:
            shorter, met = self._chances(context[1:])
            if not met:
                return shorter, False
        else:
            size = FIRST + len(SYMBOLS)
            shorter = np.full(size, 1.0 / size)
        keys, counts = self.runs[len(context)]
        base = 0
        for code in context:
            base = base << BITS | code
        first, last = keys.searchsorted(np.array([base << BITS, (base + 1) << BITS], np.uint64))
        if first == last:
            return shorter, False
        own, kinds = counts[first:last], float(last - first)
        chances = shorter * kinds
        chances[(keys[first:last] & np.uint64((1 << BITS) - 1)).astype(np.int64)] += own
        chances /= own.sum() + kinds
        return chances, True


@cache
def char_model() -> CharModel:
    """The model that comes with the program."""
    return CharModel.load()


@lru_cache(maxsize=20_000)
def _following(context: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(char_model().following(context).tolist())


FLATTENED = np.float32(0.5)
"""Power of the counts: the pages they come from say the same things again and again, others do not.
"""
TRUST = 0.45
"""How much a nat of the model counts beside one of the pixels."""
LENGTH = 1.1
"""Nats that a further character is worth: the model makes every text dearer by its length."""
GAIN = 1.5
"""Nats by which a text must be better than the one that was read."""
BEAM = 8
LEAST_CHANCE = math.log(0.004)
"""Below it no character is tried at a step."""
DOUBTFUL = 0.95
"""Least character probability below which a word may be another one."""
LEAST_LETTERS = 8
"""Letters that a line of running text has at the least."""
LONGEST = 48
"""Characters of a stretch that is read at once."""
AHEAD = 4
"""Characters behind a stretch by which it is judged as well."""
WORD = re.compile(r"[^\s⁽⁰¹²³⁴⁵⁶⁷⁸⁹⁾]+")


def worded(
    readings: Sequence[Reading], logs: Sequence[Logs], labels: Sequence[str]
) -> list[Reading]:
    """The readings of a page's lines, doubtful words of running text as it usually goes on."""
    decoder = _Decoder(tuple(labels))
    classes = {label: index for index, label in enumerate(labels)}
    return [
        changed(reading, decoder.changes(reading, own), own, classes)
        if sum(each.text.isalpha() for each in reading) >= LEAST_LETTERS
        else reading
        for reading, own in zip(readings, logs, strict=True)
    ]


def stretches(reading: Reading) -> Iterator[tuple[int, int]]:
    """Start and end of runs of doubtful words, none longer than `LONGEST` but a single word."""
    open_: list[int] = []
    for word in WORD.finditer(text_of(reading)):
        start, end = word.span()
        # A space that is doubtful makes both of its words so.
        doubtful = sureness(reading[max(start - 1, 0) : end + 1]) < DOUBTFUL
        if open_ and (not doubtful or end - open_[0] > LONGEST):
            yield open_[0], open_[1]
            open_ = []
        if doubtful:
            open_ = [open_[0] if open_ else start, end]
    if open_:
        yield open_[0], open_[1]


@dataclass(frozen=True)
class _Decoder:
    labels: tuple[str, ...]

    def changes(self, reading: Reading, logs: Logs) -> Iterator[Change]:
        """What doubtful stretches of a line say instead."""
        codes = [code_of(each.text) for each in reading]
        for start, end in stretches(reading):
            before = tuple(([OTHER] * ORDER + codes[:start])[-ORDER + 1 :])
            after = codes[end : end + AHEAD] or [OTHER]
            found = self._searched(window(reading, start, end, logs), before, after)
            read = text_of(reading[start:end])
            own = found.get(read)
            best = max(found, key=lambda text: found[text])
            if best and best != read and (own is None or found[best] > own + GAIN):
                total = sum(math.exp(max(score - found[best], -50.0)) for score in found.values())
                yield start, end, best, 1.0 / total

    def _searched(
        self, logs: Logs, before: tuple[int, ...], after: Sequence[int]
    ) -> Mapping[str, float]:
        """Texts that may stand in the steps, by their score; what follows them counts as well."""
        beam: dict[str, _Path] = {"": _Path(0.0, -math.inf, 0.0, before)}
        for step in logs:
            tried = np.flatnonzero(step > LEAST_CHANCE).tolist()
            others = [(each, float(step[each])) for each in tried if each]
            if others:
                beam = self._stepped(beam, others, float(step[0]))
            else:
                for path in beam.values():
                    path.blank, path.inked = path.seen + float(step[0]), -math.inf
        ended: dict[str, float] = {}
        for text, path in beam.items():
            for code in after:
                path.usual, path.context = _extended(path, code)
            if text == text.strip():
                ended[text] = path.score(len(text))
        return ended or {"": -math.inf}

    def _stepped(
        self, beam: Mapping[str, _Path], tried: Sequence[tuple[int, float]], blank: float
    ) -> dict[str, _Path]:
        blanks: dict[str, float] = {}
        inked: dict[str, float] = defaultdict(lambda: -math.inf)
        origins: dict[str, tuple[_Path, int]] = {}
        for text, path in beam.items():
            blanks[text] = path.seen + blank
            last = text[-1:]
            for label, chance in tried:
                character = self.labels[label]
                longer = text + character
                if character == last:
                    inked[text] = _either(inked[text], path.inked + chance)
                    grown = path.blank + chance
                else:
                    grown = path.seen + chance
                if grown > -math.inf:
                    inked[longer] = _either(inked[longer], grown)
                    origins.setdefault(longer, (path, code_of(character)))
        made: dict[str, _Path] = {}
        for text in {**blanks, **inked}:
            known = beam.get(text)
            usual, context = (known.usual, known.context) if known else _extended(*origins[text])
            made[text] = _Path(blanks.get(text, -math.inf), inked[text], usual, context)
        kept = sorted(made, key=lambda text: made[text].score(len(text)), reverse=True)
        return {text: made[text] for text in kept[:BEAM]}


@dataclass(slots=True)
class _Path:
    """A text of the beam: log-probabilities with and without a blank at its end.

    `usual` is the model's log-probability of it, `context` its last codes.
    """

    blank: float
    inked: float
    usual: float
    context: tuple[int, ...]

    @property
    def seen(self) -> float:
        """The pixels' log-probability."""
        return _either(self.blank, self.inked)

    def score(self, length: int) -> float:
        """What the beam is ranked by."""
        return self.seen + TRUST * self.usual + LENGTH * length


def _extended(path: _Path, code: int) -> tuple[float, tuple[int, ...]]:
    """What a path's `usual` and `context` are with a further character."""
    return path.usual + _following(path.context)[code], (*path.context[1:], code)


def _either(one: float, other: float) -> float:
    """Logarithm of the sum of two probabilities given by theirs."""
    low, high = (one, other) if one < other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
