"""Securities, the accounts that hold them, and what a transaction does to an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from training.synth import draw
from training.synth.people import random_word

ACQUIRED, DISPOSED, EXERCISED, CLOSED = "APLI", "SFDU", "MCXO", "EH"
GIVEN_FREE = "MAGWJ"
LARGEST = Decimal("999999999999.9999")
"""EDGAR's bound of every number."""


@dataclass
class Row:
    """One row: element name of its group, values and footnote topics by element name."""

    group: str
    cells: dict[str, str]
    marks: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What all rows of a filing share.

    `family` is `3`, `4` or `5`; transactions lie between `first` and `last`; `market` is about the
    price of a share; `plan_box` is whether the box for Rule 10b5-1(c) is ticked, None before 2023.
    """

    family: str
    first: date
    last: date
    market: Decimal
    consistent: bool
    footnotes: bool
    deemed: bool
    holding_codes: bool
    plan_box: bool | None


@dataclass
class Account:
    """Securities of one title held in one way, with their running balance."""

    title: str
    nature: str
    balance: Decimal
    in_money: bool = False

    def ownership(self) -> dict[str, str]:
        """The cells D or I and the nature of indirect ownership."""
        if not self.nature:
            return {"directOrIndirectOwnership": "D"}
        return {"directOrIndirectOwnership": "I", "natureOfOwnership": self.nature}

    def after(self) -> dict[str, str]:
        """The cell of what is owned afterwards."""
        kind = "value" if self.in_money else "shares"
        return {f"{kind}OwnedFollowingTransaction": draw.number(self.balance)}

    def settle(self, way: str, amount: Decimal) -> None:
        """Book an amount acquired (A) or disposed (D)."""
        change = amount if way == "A" else -amount
        self.balance = min(max(self.balance + change, Decimal(0)), LARGEST)


def title_of(rng: np.random.Generator, table: str) -> str:
    """A security's title of at most 60 characters; a few are made up."""
    if draw.chance(rng, 0.06):
        kind = draw.one_of(rng, ("Shares", "Common Stock", "Units", "Notes due 2031", "Warrants"))
        return f"{random_word(rng)} {random_word(rng)} {kind}"[:60].strip()
    title = draw.frequent(f"titles_{table}.tsv.gz").draw(rng)
    title = title.upper() if draw.chance(rng, 0.06) else title
    return title[:60].strip()


def nature_of(rng: np.random.Generator) -> str:
    """How securities are held indirectly; a few ways are made up."""
    if draw.chance(rng, 0.1):
        holder = draw.one_of(rng, ("Trust", "LLC", "Partners LP", "Fund", "401(k)"))
        return f"By {random_word(rng)} {holder}"
    return draw.frequent("natures.tsv.gz").draw(rng)[:100].strip()


def account(rng: np.random.Generator, table: str, indirect: float, title: str = "") -> Account:
    """An account of the title or any, held indirectly in the share `indirect` of all draws."""
    nature = nature_of(rng) if draw.chance(rng, indirect) else ""
    balance = draw.shares(rng)
    return Account(title or title_of(rng, table), nature, balance, draw.chance(rng, 0.02))


def accounts(rng: np.random.Generator, table: str, indirect: float) -> list[Account]:
    """One to four accounts, most of them of the same title."""
    title = title_of(rng, table)
    count = draw.weighted(rng, {1: 55, 2: 25, 3: 12, 4: 8})
    titles = ("" if draw.chance(rng, 0.15) else title for _ in range(count))
    return [account(rng, table, indirect, each) for each in titles]


def direction(rng: np.random.Generator, code: str, *, derivative: bool) -> str:
    """A or D as the code demands, and as the table does for exercises and conversions."""
    if code in EXERCISED:
        usual, other = ("D", "A") if derivative else ("A", "D")
        return usual if draw.chance(rng, 0.96) else other
    if code in DISPOSED + CLOSED:
        return "D"
    return "A" if code in ACQUIRED else draw.one_of(rng, "AD")


def coding(rng: np.random.Generator, code: str, family: str) -> dict[str, str]:
    """Form type, code, equity swap and timeliness; K stands for a swap and prints beside a code."""
    swap = code == "K" or draw.chance(rng, 0.02)
    early = family == "4" and draw.chance(rng, 0.5 if code in "GWL" else 0.02)
    late = family == "5" and draw.chance(rng, 0.2)
    found = {
        "transactionFormType": "5" if early or (family == "5" and not late) else "4",
        "transactionCode": draw.one_of(rng, "JPS") if code == "K" else code,
        "equitySwapInvolved": "1" if swap else "0",
    }
    if early or late:
        found["transactionTimeliness"] = "E" if early else "L"
    return found


def dates(rng: np.random.Generator, day: date, setting: Setting) -> dict[str, str]:
    """Transaction date and, in some filings, the deemed execution date."""
    found = {"transactionDate": day.isoformat()}
    if setting.deemed and draw.chance(rng, 0.6):
        found["deemedExecutionDate"] = (day + timedelta(days=draw.between(rng, 0, 5))).isoformat()
    return found


def traded(rng: np.random.Generator, held: Account, way: str) -> Decimal:
    """How much is bought or sold; never more than there is, often all of it."""
    amount = draw.shares(rng)
    if way == "A" or amount <= held.balance:
        return amount
    if draw.chance(rng, 0.25):
        return held.balance
    part = draw.rounded(held.balance * Decimal(f"{rng.uniform(0.05, 1):.2f}"), 0)
    return min(max(part, Decimal(1)), held.balance)


def price_cell(rng: np.random.Generator, code: str, market: Decimal) -> dict[str, str]:
    """The price of a transaction: 0 for most grants and gifts, near the market for trades."""
    if code in GIVEN_FREE and draw.chance(rng, 0.8):
        return {} if draw.chance(rng, 0.1) else {"transactionPricePerShare": "0"}
    near = draw.rounded(float(market) * rng.uniform(0.95, 1.05), draw.one_of(rng, (2, 2, 4)))
    return {"transactionPricePerShare": draw.number(max(near, Decimal("0.01")))}


def option_terms(rng: np.random.Generator, day: date, amount: Decimal) -> dict[str, str]:
    """Exercise price, dates and underlying security of a derivative."""
    start = day + timedelta(days=draw.between(rng, -2500, 1500))
    years = draw.weighted(rng, {10: 60, 7: 12, 5: 12, 3: 8, 1: 8})
    end = start + timedelta(days=365 * years + draw.between(rng, -1, 3))
    ratio = draw.weighted(rng, {"1": 90, "2": 4, "0.5": 3, "1.2345": 3})
    underlying = min(draw.rounded(amount * Decimal(ratio), 4), LARGEST)
    kind = "Value" if draw.chance(rng, 0.03) else "Shares"
    price = Decimal(0) if draw.chance(rng, 0.12) else draw.price(rng, "exercise_prices.txt.gz")
    found = {
        "conversionOrExercisePrice": draw.number(price),
        "exerciseDate": start.isoformat(),
        "expirationDate": end.isoformat(),
        "underlyingSecurityTitle": title_of(rng, "underlying"),
        f"underlyingSecurity{kind}": draw.number(underlying),
    }
    blank = [name for name in ("exerciseDate", "expirationDate") if draw.chance(rng, 0.05)]
    return {name: text for name, text in found.items() if name not in blank}
