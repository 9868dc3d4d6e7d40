"""Draws from a random generator, and the value tables they draw from."""

from __future__ import annotations

import gzip
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

VALUES = Path(__file__).parent.parent / "values"
Drawn = TypeVar("Drawn")


def chance(rng: np.random.Generator, share: float) -> bool:
    """True in `share` of all draws."""
    return bool(rng.random() < share)


def one_of(rng: np.random.Generator, options: Sequence[Drawn]) -> Drawn:
    """One of the options, all alike."""
    return options[int(rng.integers(len(options)))]


def between(rng: np.random.Generator, low: int, high: int) -> int:
    """An integer from `low` to `high`, both included."""
    return int(rng.integers(low, high + 1))


def weighted(rng: np.random.Generator, weights: Mapping[Drawn, float]) -> Drawn:
    """One of the keys, in proportion to its weight."""
    options = list(weights)
    bounds = np.cumsum(list(weights.values()))
    return options[int(np.searchsorted(bounds, rng.random() * bounds[-1], side="right"))]


def letters(rng: np.random.Generator, length: int, alphabet: str = string.ascii_uppercase) -> str:
    """A random string over the alphabet."""
    return "".join(one_of(rng, alphabet) for _ in range(length))


@dataclass(frozen=True)
class Frequent:
    """Texts with the cumulative weights they are drawn by."""

    texts: tuple[str, ...]
    bounds: tuple[float, ...]

    def draw(self, rng: np.random.Generator) -> str:
        """One text in proportion to its weight."""
        place = np.searchsorted(self.bounds, rng.random() * self.bounds[-1], side="right")
        return self.texts[int(place)]


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a table in `training/values/`."""
    return tuple(gzip.decompress((VALUES / name).read_bytes()).decode().splitlines())


@cache
def frequent(name: str) -> Frequent:
    """A counted table; the square root of the counts makes rare texts heard in training."""
    pairs = [line.split("\t", 1) for line in lines(name)]
    bounds = np.cumsum([float(count) ** 0.5 for count, _ in pairs])
    return Frequent(tuple(text for _, text in pairs), tuple(float(bound) for bound in bounds))


def number(value: Decimal) -> str:
    """Canonical text of a number: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """The value with so many decimals."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals))


def shares(rng: np.random.Generator) -> Decimal:
    """A number of shares: real ones, round ones, fractions, tiny and very large ones."""
    kind = weighted(rng, {"real": 30, "spread": 34, "round": 18, "part": 11, "large": 5, "tiny": 2})
    if kind == "real":
        return rounded(Decimal(one_of(rng, lines("shares.txt.gz"))), 4).copy_abs()
    if kind == "spread":
        return Decimal(int(10 ** rng.uniform(0.3, 7)))
    if kind == "round":
        return Decimal(between(rng, 1, 99) * 10 ** between(rng, 1, 5))
    if kind == "part":
        return rounded(10 ** rng.uniform(0.3, 6), between(rng, 1, 4))
    if kind == "large":
        return Decimal(int(10 ** rng.uniform(7, 12)))
    return one_of(rng, (Decimal("0.0001"), Decimal(1), Decimal(2), Decimal("0.5"), Decimal(7)))


def price(rng: np.random.Generator, table: str = "prices.txt.gz") -> Decimal:
    """A price above zero with up to four decimals."""
    if chance(rng, 0.4):
        real = rounded(Decimal(one_of(rng, lines(table))), 4)
        if real > 0:
            return real
    decimals = weighted(rng, {0: 10, 1: 5, 2: 60, 3: 7, 4: 18})
    return max(rounded(10 ** rng.uniform(-0.5, 3.2), decimals), Decimal("0.01"))


def date_between(rng: np.random.Generator, first: date, last: date) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=between(rng, 0, max((last - first).days, 0)))
