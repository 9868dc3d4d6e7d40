"""The rows of Tables I and II of synthetic filings: transactions and holdings that hang together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from training.synth import draw
from training.synth.people import random_word

ACQUIRED, DISPOSED, EITHER = "APLIV", "SFDU", "GWJZ"
GIVEN_FREE = "MAGWJ"
CODES_ONE = "ACDFGIJLMOPSUWXZ"
CODES_TWO = "ACDEGHIJKMOPSUWXZ"
FOOTNOTE_ONLY = {
    "exerciseDate": 0.81,
    "expirationDate": 0.56,
    "conversionOrExercisePrice": 0.52,
    "transactionPricePerShare": 0.12,
}
"""How often such a cell holds a footnote mark and no value (SEC data sets, 2024Q3)."""

TOPICS = {
    "securityTitle": ("plan", "shares", "conversion"),
    "transactionDate": ("plan",),
    "deemedExecutionDate": ("plan",),
    "transactionCode": ("plan", "shares"),
    "transactionShares": ("shares", "conversion"),
    "transactionTotalValue": ("shares",),
    "transactionPricePerShare": ("price",),
    "transactionAcquiredDisposedCode": ("shares",),
    "conversionOrExercisePrice": ("conversion",),
    "exerciseDate": ("vesting",),
    "expirationDate": ("expiry", "vesting"),
    "underlyingSecurityTitle": ("conversion",),
    "underlyingSecurityShares": ("conversion", "shares"),
    "underlyingSecurityValue": ("conversion",),
    "sharesOwnedFollowingTransaction": ("shares", "nature"),
    "valueOwnedFollowingTransaction": ("shares",),
    "directOrIndirectOwnership": ("nature",),
    "natureOfOwnership": ("nature",),
}
"""What a footnote at a cell is about; the cells a footnote mark may stand at."""


@dataclass
class Row:
    """One row: element name of its group, values and footnote topics by element name."""

    group: str
    cells: dict[str, str]
    marks: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What all rows of a filing share; `family` is `3`, `4` or `5`."""

    family: str
    first: date
    last: date
    consistent: bool
    footnotes: bool
    deemed: bool
    spoken_codes: bool


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


def title_of(rng: np.random.Generator, table: str) -> str:
    """A security's title of at most 60 characters; a few are made up."""
    if draw.chance(rng, 0.06):
        return f"{random_word(rng)} {random_word(rng)} Shares"[:60].strip()
    title = draw.frequent(f"titles_{table}.tsv.gz").draw(rng)
    title = title.upper() if draw.chance(rng, 0.06) else title
    return title[:60].strip()


def nature_of(rng: np.random.Generator) -> str:
    """How securities are held indirectly; a few ways are made up."""
    if draw.chance(rng, 0.1):
        return f"By {random_word(rng)} {draw.one_of(rng, ('Trust', 'LLC', 'Partners LP', 'Fund'))}"
    return draw.frequent("natures.tsv.gz").draw(rng)[:100].strip()


def accounts(rng: np.random.Generator, table: str, indirect: float) -> list[Account]:
    """One to four accounts, most of them of the same title."""
    title = title_of(rng, table)
    found = []
    for _ in range(draw.weighted(rng, {1: 55, 2: 25, 3: 12, 4: 8})):
        if draw.chance(rng, 0.15):
            title = title_of(rng, table)
        nature = nature_of(rng) if draw.chance(rng, indirect) else ""
        found.append(Account(title, nature, draw.shares(rng), draw.chance(rng, 0.02)))
    return found


def direction(rng: np.random.Generator, code: str, setting: Setting, *, derivative: bool) -> str:
    """A or D as the code demands; any in a filing that is not consistent."""
    if not setting.consistent and draw.chance(rng, 0.4):
        return draw.one_of(rng, "AD")
    if code in "MCXOEH":
        usual = "D" if derivative or code in "EH" else "A"
        return usual if draw.chance(rng, 0.95) else "A"
    if code in DISPOSED:
        return "D"
    return "A" if code in ACQUIRED else draw.one_of(rng, "AD")


def coding(rng: np.random.Generator, code: str, setting: Setting) -> dict[str, str]:
    """Form type, code, equity swap and timeliness of a transaction."""
    early = setting.family == "4" and (code in "GWL" or draw.chance(rng, 0.02))
    early = early and draw.chance(rng, 0.5)
    late = setting.family == "5" and draw.chance(rng, 0.2)
    found = {
        "transactionFormType": "5" if early or (setting.family == "5" and not late) else "4",
        "transactionCode": code,
        "equitySwapInvolved": "1" if code == "K" or draw.chance(rng, 0.02) else "0",
    }
    if code == "K":
        found["transactionCode"] = draw.one_of(rng, "JPS")
    if early:
        found["transactionTimeliness"] = "E"
    elif late:
        found["transactionTimeliness"] = "L"
    return found


def dates(rng: np.random.Generator, day: date, setting: Setting) -> dict[str, str]:
    """Transaction date and, in some filings, the deemed execution date."""
    found = {"transactionDate": day.isoformat()}
    if setting.deemed and draw.chance(rng, 0.6):
        found["deemedExecutionDate"] = (day + timedelta(days=draw.between(rng, 0, 5))).isoformat()
    return found


def traded(rng: np.random.Generator, account: Account, way: str) -> Decimal:
    """How much is bought or sold; never more than there is."""
    amount = draw.shares(rng)
    if way == "D" and amount > account.balance:
        share = Decimal(f"{rng.uniform(0.05, 1):.2f}")
        amount = max(draw.rounded(account.balance * share, 0), Decimal(1))
    return amount


def settle(
    rng: np.random.Generator, account: Account, way: str, amount: Decimal, setting: Setting
) -> None:
    """Book the amount; a filing that is not consistent books something else."""
    if not setting.consistent and draw.chance(rng, 0.5):
        account.balance = draw.shares(rng)
    elif way == "A":
        account.balance += amount
    else:
        account.balance = max(account.balance - amount, Decimal(0))


def price_cell(rng: np.random.Generator, code: str, base: Decimal) -> dict[str, str]:
    """The price of a transaction: 0 for most grants, near the filing's market price for trades."""
    if code in GIVEN_FREE and draw.chance(rng, 0.8):
        return {} if draw.chance(rng, 0.1) else {"transactionPricePerShare": "0"}
    near = draw.rounded(float(base) * rng.uniform(0.95, 1.05), draw.one_of(rng, (2, 2, 4)))
    return {"transactionPricePerShare": draw.number(max(near, Decimal("0.01")))}


def transaction_one(
    rng: np.random.Generator,
    account: Account,
    code: str,
    day: date,
    setting: Setting,
    amount: Decimal | None = None,
    price: Decimal | None = None,
) -> Row:
    """A row of Table I; `amount` and `price` are given when a row of Table II fixes them."""
    way = direction(rng, code, setting, derivative=False)
    amount = traded(rng, account, way) if amount is None else amount
    settle(rng, account, way, amount, setting)
    fixed = {"transactionPricePerShare": draw.number(price)} if price is not None else {}
    cells = {
        "securityTitle": account.title,
        **dates(rng, day, setting),
        **coding(rng, code, setting),
        "transactionShares": draw.number(amount),
        **(fixed or price_cell(rng, code, draw.price(rng))),
        "transactionAcquiredDisposedCode": way,
        **account.after(),
        **account.ownership(),
    }
    return Row("nonDerivativeTransaction", cells)


def holding_one(rng: np.random.Generator, account: Account, setting: Setting) -> Row:
    """A holding of Table I."""
    kind = {"transactionFormType": "3"} if setting.spoken_codes else {}
    cells = {"securityTitle": account.title, **kind, **account.after(), **account.ownership()}
    return Row("nonDerivativeHolding", cells)


def table_one(rng: np.random.Generator, count: int, setting: Setting) -> list[Row]:
    """So many rows of Table I, transactions before holdings or mixed with them."""
    held = accounts(rng, "nonDerivative", 0.45 if setting.family == "3" else 0.25)
    rows: list[Row] = []
    holdings = 1.0 if setting.family == "3" else draw.one_of(rng, (0.0, 0.15, 0.4))
    code = main_code(rng, "nonDerivative", CODES_ONE)
    for day in ordered_days(rng, count, setting):
        if draw.chance(rng, holdings):
            other = one_more(rng, setting)
            rows.append(holding_one(rng, other, setting))
            continue
        if draw.chance(rng, 0.25):
            code = main_code(rng, "nonDerivative", CODES_ONE)
        account = held[min(int(rng.exponential(0.7)), len(held) - 1)]
        rows.append(transaction_one(rng, account, code, day, setting))
    if draw.chance(rng, 0.7):
        rows.sort(key=lambda row: row.group.endswith("Holding"))
    return rows


def one_more(rng: np.random.Generator, setting: Setting) -> Account:
    """An account that is only reported as held, mostly indirectly."""
    indirect = 0.4 if setting.family == "3" else 0.8
    return accounts(rng, "nonDerivative", indirect)[0]


def main_code(rng: np.random.Generator, table: str, codes: str) -> str:
    """A transaction code, rare ones more often than in life."""
    if draw.chance(rng, 0.25):
        return draw.one_of(rng, codes)
    code = draw.frequent(f"codes_{table}.tsv.gz").draw(rng)
    return code if code in codes else draw.one_of(rng, codes)


def ordered_days(rng: np.random.Generator, count: int, setting: Setting) -> list[date]:
    """Transaction days, the earliest one first in the filing; in order where it is consistent."""
    days = [draw.date_between(rng, setting.first, setting.last) for _ in range(count)]
    if days:
        days[0] = setting.first
    return sorted(days) if setting.consistent else days


def option_terms(
    rng: np.random.Generator, day: date, setting: Setting, amount: Decimal
) -> dict[str, str]:
    """Exercise price, dates and underlying security of a derivative."""
    start = day + timedelta(days=draw.between(rng, -2500, 1500))
    years = draw.weighted(rng, {10: 60, 7: 12, 5: 12, 3: 8, 1: 8})
    end = start + timedelta(days=365 * years + draw.between(rng, -1, 3))
    if not setting.consistent and draw.chance(rng, 0.3):
        start, end = end, start
    ratio = draw.weighted(rng, {"1": 90, "2": 4, "0.5": 3, "1.2345": 3})
    found = {
        "conversionOrExercisePrice": draw.number(draw.price(rng, "exercise_prices.txt.gz")),
        "exerciseDate": start.isoformat(),
        "expirationDate": end.isoformat(),
        "underlyingSecurityTitle": title_of(rng, "underlying"),
        "underlyingSecurityShares": draw.number(draw.rounded(amount * Decimal(ratio), 4)),
    }
    if draw.chance(rng, 0.03):
        found["underlyingSecurityValue"] = found.pop("underlyingSecurityShares")
    if draw.chance(rng, 0.12):
        found["conversionOrExercisePrice"] = "0"
    dropped = [name for name in ("exerciseDate", "expirationDate") if draw.chance(rng, 0.05)]
    return {name: text for name, text in found.items() if name not in dropped}


def transaction_two(
    rng: np.random.Generator, account: Account, code: str, day: date, setting: Setting
) -> Row:
    """A row of Table II with a transaction."""
    way = direction(rng, code, setting, derivative=True)
    amount = traded(rng, account, way)
    settle(rng, account, way, amount, setting)
    kind = "transactionTotalValue" if draw.chance(rng, 0.03) else "transactionShares"
    cells = {
        "securityTitle": account.title,
        **dates(rng, day, setting),
        **coding(rng, code, setting),
        kind: draw.number(amount),
        **price_cell(rng, "M" if draw.chance(rng, 0.85) else code, draw.price(rng)),
        "transactionAcquiredDisposedCode": way,
        **option_terms(rng, day, setting, amount),
        **account.after(),
        **account.ownership(),
    }
    return Row("derivativeTransaction", cells)


def holding_two(rng: np.random.Generator, account: Account, setting: Setting) -> Row:
    """A holding of Table II; Form 3 has no column for what is owned afterwards."""
    kind = {"transactionFormType": "3"} if setting.spoken_codes else {}
    after = {} if setting.family == "3" else account.after()
    terms = option_terms(rng, setting.last, setting, account.balance)
    cells = {"securityTitle": account.title, **terms, **kind, **after, **account.ownership()}
    return Row("derivativeHolding", cells)


def table_two(rng: np.random.Generator, count: int, setting: Setting) -> list[Row]:
    """So many rows of Table II."""
    held = accounts(rng, "derivative", 0.15)
    holdings = 1.0 if setting.family == "3" else draw.one_of(rng, (0.0, 0.1, 0.3))
    code = main_code(rng, "derivative", CODES_TWO)
    rows: list[Row] = []
    for day in ordered_days(rng, count, setting):
        if draw.chance(rng, holdings):
            rows.append(holding_two(rng, accounts(rng, "derivative", 0.2)[0], setting))
            continue
        if draw.chance(rng, 0.25):
            code = main_code(rng, "derivative", CODES_TWO)
        account = held[min(int(rng.exponential(0.8)), len(held) - 1)]
        rows.append(transaction_two(rng, account, code, day, setting))
    return rows


def exercises(rng: np.random.Generator, two: list[Row], setting: Setting) -> list[Row]:
    """The rows of Table I that answer the exercises and conversions of Table II."""
    account = accounts(rng, "nonDerivative", 0.1)[0]
    rows: list[Row] = []
    for row in two:
        cells = row.cells
        if (
            cells.get("transactionCode") not in {"M", "C", "X", "O"}
            or "transactionShares" not in cells
        ):
            continue
        amount, day = (
            Decimal(cells["transactionShares"]),
            date.fromisoformat(cells["transactionDate"]),
        )
        price = Decimal(cells.get("conversionOrExercisePrice", "0"))
        code = cells["transactionCode"]
        rows.append(transaction_one(rng, account, code, day, setting, amount, price))
        if draw.chance(rng, 0.6):
            follow = draw.one_of(rng, "FS")
            rows.append(transaction_one(rng, account, follow, day, setting))
    return rows


def mark(rng: np.random.Generator, row: Row, density: float) -> None:
    """Put footnote topics at cells of the row; empty cells get them only in place of a value."""
    for name, topics in TOPICS.items():
        if name not in row.cells:
            continue
        if draw.chance(rng, FOOTNOTE_ONLY.get(name, 0.0)):
            row.cells[name] = ""
        if not row.cells[name] or draw.chance(rng, density):
            count = draw.weighted(rng, {1: 90, 2: 7, 3: 2, 4: 1})
            row.marks[name] = [draw.one_of(rng, topics) for _ in range(count)]
