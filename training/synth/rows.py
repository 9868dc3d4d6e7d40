"""The rows of Tables I and II of synthetic filings, and the cells their footnote marks stand at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from training.synth import draw, ledger
from training.synth.ledger import Account, Row, Setting

ONE, TWO = "nonDerivative", "derivative"
CODES = {ONE: "ACDFGIJKLMOPSUWXZ", TWO: "ACDEGHIJKMOPSUWXZ"}
MOST_ROWS = 30

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
    "transactionTimeliness": ("plan",),
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
"""The cells a footnote mark may stand at, and what the footnote is about."""


def random_tables(rng: np.random.Generator, setting: Setting) -> dict[str, list[Row]]:
    """The rows of both tables; exercises in Table II are answered in most Tables I."""
    one = table_one(rng, row_count(rng, 0.25 if setting.family == "3" else 0.1), setting)
    two = table_two(rng, row_count(rng, 0.3 if one else 0.1), setting)
    if draw.chance(rng, 0.7):
        one = (exercises(rng, two, setting) + one)[:MOST_ROWS]
    if not setting.consistent:
        for row in one + two:
            spoil(rng, row)
    if setting.footnotes:
        mark_all(rng, one + two, setting)
    return {ONE: one, TWO: two}


def row_count(rng: np.random.Generator, absent: float) -> int:
    """How many rows a table has: mostly 1 to 6, sometimes up to 30, sometimes none."""
    if draw.chance(rng, absent):
        return 0
    few = {(1, 1): 30, (2, 2): 22, (3, 4): 26, (5, 6): 10, (7, 11): 6, (12, MOST_ROWS): 6}
    return draw.between(rng, *draw.weighted(rng, few))


def table_one(rng: np.random.Generator, count: int, setting: Setting) -> list[Row]:
    """So many rows of Table I, transactions before holdings or mixed with them."""
    held = ledger.accounts(rng, ONE, 0.25)
    only_held = 0.4 if setting.family == "3" else 0.8
    holdings = 1.0 if setting.family == "3" else draw.one_of(rng, (0.0, 0.15, 0.4))
    code = main_code(rng, ONE)
    rows: list[Row] = []
    for day in ordered_days(rng, count, setting):
        if draw.chance(rng, holdings):
            rows.append(holding_one(ledger.account(rng, ONE, only_held), setting))
            continue
        code = main_code(rng, ONE) if draw.chance(rng, 0.25) else code
        account = pick(rng, held, ONE)
        trade = random_trade(rng, account, code, day, setting)
        rows.append(transaction_one(rng, account, trade, setting))
    if draw.chance(rng, 0.7):
        rows.sort(key=lambda row: row.group.endswith("Holding"))
    return rows


def table_two(rng: np.random.Generator, count: int, setting: Setting) -> list[Row]:
    """So many rows of Table II."""
    held = ledger.accounts(rng, TWO, 0.15)
    holdings = 1.0 if setting.family == "3" else draw.one_of(rng, (0.0, 0.1, 0.3))
    code = main_code(rng, TWO)
    rows: list[Row] = []
    for day in ordered_days(rng, count, setting):
        if draw.chance(rng, holdings):
            rows.append(holding_two(rng, ledger.account(rng, TWO, 0.2), setting))
            continue
        code = main_code(rng, TWO) if draw.chance(rng, 0.25) else code
        rows.append(transaction_two(rng, pick(rng, held, TWO), code, day, setting))
    return rows


def pick(rng: np.random.Generator, held: list[Account], table: str) -> Account:
    """One of the accounts, mostly the first; an empty one is replaced by a new one."""
    place = min(int(rng.exponential(0.7)), len(held) - 1)
    if held[place].balance < 1:
        held[place] = ledger.account(rng, table, 0.2)
    return held[place]


def main_code(rng: np.random.Generator, table: str) -> str:
    """A transaction code, rare ones more often than in life."""
    known = draw.frequent(f"codes_{table}.tsv.gz").draw(rng)
    rare = draw.chance(rng, 0.25) or known not in CODES[table]
    return draw.one_of(rng, CODES[table]) if rare else known


def ordered_days(rng: np.random.Generator, count: int, setting: Setting) -> list[date]:
    """Transaction days, the first one that of the filing; in order where it is consistent."""
    days = [draw.date_between(rng, setting.first, setting.last) for _ in range(count)]
    days[:1] = [setting.first] * min(count, 1)
    return sorted(days) if setting.consistent else days


@dataclass(frozen=True)
class Trade:
    """What a row of Table I reports; `price` is the cell of the price, if there is one."""

    code: str
    day: date
    way: str
    amount: Decimal
    price: dict[str, str]


def random_trade(
    rng: np.random.Generator, held: Account, code: str, day: date, setting: Setting
) -> Trade:
    """A trade with this code that the account can bear."""
    way = ledger.direction(rng, code, derivative=False)
    amount = ledger.traded(rng, held, way)
    return Trade(code, day, way, amount, ledger.price_cell(rng, code, setting.market))


def transaction_one(rng: np.random.Generator, held: Account, trade: Trade, setting: Setting) -> Row:
    """A row of Table I with a transaction, booked on the account."""
    held.settle(trade.way, trade.amount)
    cells = {
        "securityTitle": held.title,
        **ledger.dates(rng, trade.day, setting),
        **ledger.coding(rng, trade.code, setting.family),
        "transactionShares": draw.number(trade.amount),
        **trade.price,
        "transactionAcquiredDisposedCode": trade.way,
        **held.after(),
        **held.ownership(),
    }
    return Row("nonDerivativeTransaction", cells)


def holding_one(held: Account, setting: Setting) -> Row:
    """A holding of Table I."""
    kind = {"transactionFormType": "3"} if setting.holding_codes else {}
    cells = {"securityTitle": held.title, **kind, **held.after(), **held.ownership()}
    return Row("nonDerivativeHolding", cells)


def transaction_two(
    rng: np.random.Generator, held: Account, code: str, day: date, setting: Setting
) -> Row:
    """A row of Table II with a transaction."""
    way = ledger.direction(rng, code, derivative=True)
    amount = ledger.traded(rng, held, way)
    held.settle(way, amount)
    kind = "transactionTotalValue" if draw.chance(rng, 0.03) else "transactionShares"
    price_code = "M" if draw.chance(rng, 0.85) else code
    cells = {
        "securityTitle": held.title,
        **ledger.dates(rng, day, setting),
        **ledger.coding(rng, code, setting.family),
        kind: draw.number(amount),
        **ledger.price_cell(rng, price_code, draw.price(rng)),
        "transactionAcquiredDisposedCode": way,
        **ledger.option_terms(rng, day, amount),
        **held.after(),
        **held.ownership(),
    }
    return Row("derivativeTransaction", cells)


def holding_two(rng: np.random.Generator, held: Account, setting: Setting) -> Row:
    """A holding of Table II; Form 3 has no column for what is owned afterwards."""
    kind = {"transactionFormType": "3"} if setting.holding_codes else {}
    after = {} if setting.family == "3" else held.after()
    terms = ledger.option_terms(rng, setting.last, held.balance)
    cells = {"securityTitle": held.title, **terms, **kind, **after, **held.ownership()}
    return Row("derivativeHolding", cells)


def exercises(rng: np.random.Generator, two: list[Row], setting: Setting) -> list[Row]:
    """The rows of Table I that answer the exercises of Table II, some followed by a sale."""
    held = ledger.account(rng, ONE, 0.1)
    rows: list[Row] = []
    for cells in (row.cells for row in two):
        code = cells.get("transactionCode", "")
        if code not in tuple(ledger.EXERCISED) or "transactionShares" not in cells:
            continue
        day = date.fromisoformat(cells["transactionDate"])
        amount = Decimal(cells["transactionShares"])
        paid = {"transactionPricePerShare": cells["conversionOrExercisePrice"]}
        rows.append(transaction_one(rng, held, Trade(code, day, "A", amount, paid), setting))
        if draw.chance(rng, 0.6):
            follow = draw.one_of(rng, "FS")
            part = draw.rounded(amount * Decimal(f"{rng.uniform(0.2, 0.6):.3f}"), 0)
            sold = min(max(part, Decimal(1)), amount)
            price = ledger.price_cell(rng, follow, setting.market)
            rows.append(transaction_one(rng, held, Trade(follow, day, "D", sold, price), setting))
    return rows


def spoil(rng: np.random.Generator, row: Row) -> None:
    """Make a row contradict the others, or leave a cell blank that should not be."""
    cells = row.cells
    kind = draw.weighted(rng, {"": 30, "blank": 12, "number": 34, "letter": 14, "nature": 10})
    if kind == "blank":
        del cells[draw.one_of(rng, list(cells))]
    elif kind == "nature":
        cells["natureOfOwnership"] = ledger.nature_of(rng)
    for name in cells:
        if kind == "number" and (name.endswith("Shares") or name.startswith("sharesOwned")):
            cells[name] = draw.number(draw.shares(rng))
        elif kind == "letter" and name == "transactionAcquiredDisposedCode":
            cells[name] = draw.one_of(rng, "AD")
        elif kind == "letter" and name == "directOrIndirectOwnership":
            cells[name] = draw.one_of(rng, "DI")


def mark_all(rng: np.random.Generator, rows: list[Row], setting: Setting) -> None:
    """Put footnote topics at the cells of all rows, few or many as this filer likes it."""
    density = draw.one_of(rng, (0.0, 0.03, 0.08, 0.2, 0.4))
    for row in rows:
        mark(rng, row, density)
        if row.cells.get("transactionCode") == "J" and setting.consistent:
            row.marks.setdefault("transactionCode", []).append("other")
    traded = [row for row in rows if "transactionCode" in row.cells]
    if setting.plan_box and traded:
        # A ticked box asks for the day the plan was adopted.
        traded[0].marks.setdefault("transactionCode", []).append("adoption")


def mark(rng: np.random.Generator, row: Row, density: float) -> None:
    """Put footnote topics at cells of one row, at some in place of the value."""
    for name, topics in TOPICS.items():
        if name not in row.cells:
            continue
        if draw.chance(rng, FOOTNOTE_ONLY.get(name, 0.0)):
            row.cells[name] = ""
        if not row.cells[name] or draw.chance(rng, density):
            count = draw.weighted(rng, {1: 90, 2: 7, 3: 2, 4: 1})
            row.marks[name] = [draw.one_of(rng, topics) for _ in range(count)]
