"""How shares, powers and percentages of Schedules 13G and 13D hang together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from models.checks import value_of
from models.extraction import Check
from models.forms._schedule13_said import (
    Said,
    as_printed,
    check,
    figures_in,
    number,
    numbers,
    rounds_to,
    step,
    text_of,
)
from models.values import plain

VOTING = ("soleVotingPower", "sharedVotingPower")
DISPOSITIVE = ("soleDispositivePower", "sharedDispositivePower")
AGGREGATE, PERCENT, COMMENT = "aggregateAmountOwned", "percentOfClass", "coverComment"
IN_ITEM_FOUR = (
    ("item-4-amount", AGGREGATE, ("item4.amount",)),
    ("item-4-power", "soleVotingPower", ("item4.soleVote",)),
    ("item-4-power", "sharedVotingPower", ("item4.sharedVote",)),
    ("item-4-power", "soleDispositivePower", ("item4.soleDispose",)),
    ("item-4-power", "sharedDispositivePower", ("item4.sharedDispose",)),
)
_FIVE = ("item5.percentageOfClassSecurities", "item5.numberOfShares")
IN_ITEM_FIVE = (
    ("item-5-amount", AGGREGATE, _FIVE),
    *(("item-5-power", tag, _FIVE) for tag in (*VOTING, *DISPOSITIVE)),
)
SHORT = 60
"""Characters of an item that says little more than its number, so that the rule is about it too."""

_BIG = r"(?<![\d.,$])(\d{1,3}(?:,\d{3}){1,4}|\d{5,15})(?!,?\d)"
_OUTSTANDING = (
    re.compile(rf"{_BIG}(?P<between>(?:(?!\d,\d{{3}}).){{0,140}}?)\boutstanding\b", re.IGNORECASE),
    re.compile(rf"\boutstanding\b(?P<after>\D{{0,60}}?){_BIG}", re.IGNORECASE),
)
_SHARE_OF = re.compile(
    r"%|percent|\bof (?:the |all |its )?(?:total |issued |and |then )*$", re.IGNORECASE
)
"""What between a number and the word says that it is a part of what is outstanding."""
_DEEMED = re.compile(r"option|warrant|exercis|conver|deemed|underl|restricted|vest", re.IGNORECASE)


def powers(said: Said) -> list[Check]:
    """Sole and shared power together are no more than what is owned; the larger sum is all of it.

    Some print one number as sole, as shared and as aggregate: that is no contradiction.
    """
    checks: list[Check] = []
    for row in said.persons:
        owned = number(row, AGGREGATE)
        if owned is None:
            continue
        sums: dict[tuple[str, str], Decimal] = {}
        for rule, pair in (("voting-power", VOTING), ("dispositive-power", DISPOSITIVE)):
            both = numbers(row, *pair)
            if both is None:
                continue
            sums[pair] = owned if both[0] == both[1] == owned else sum(both, Decimal(0))
            message = f"power over {sums[pair]:,} shares of {owned:,} owned."
            checks.append(check(rule, sums[pair] <= owned, row, (*pair, AGGREGATE), message))
        whole = [tag for pair, total in sums.items() if total == owned for tag in pair]
        if whole or len(sums) == 2:
            tags = (*(whole or (*VOTING, *DISPOSITIVE)), AGGREGATE)
            message = f"{owned:,} shares owned, power over {max(sums.values()):,}."
            checks.append(check("aggregate", bool(whole), row, tags, message))
    return checks


def percent_of_nothing(said: Said) -> list[Check]:
    """Who owns no share owns no percent."""
    checks: list[Check] = []
    for row in said.persons:
        owned, percent = number(row, AGGREGATE), number(row, PERCENT)
        if owned == 0 and percent is not None:
            message = f"no share and {percent} percent."
            checks.append(
                check("percent-of-nothing", percent == 0, row, (AGGREGATE, PERCENT), message)
            )
    return checks


def percent_of_outstanding(said: Said) -> list[Check]:
    """The percent is the share in the number outstanding that a text of the schedule states."""
    texts = [value_of(cell) for cell in said.own.cells.values() if cell.kind == "prose"]
    texts += [row.value(COMMENT) for row in said.persons]
    stated = [(text, total) for text in filter(None, texts) for total in outstanding_in(text)]
    checks: list[Check] = []
    for row in said.persons:
        owned, percent = number(row, AGGREGATE), as_printed(row, PERCENT)
        fitting = [(text, total) for text, total in stated if owned and total >= owned]
        if not owned or percent is None or not fitting:
            continue
        passed = any(
            rounds_to(100 * owned / whole, percent)
            for text, total in fitting for whole in _with_deemed(text, total, owned)
        )  # fmt: skip
        shown = " or ".join(f"{total:,}" for total in sorted({total for _, total in fitting})[:3])
        message = f"{percent} percent, with {owned:,} of {shown} shares outstanding."
        checks.append(check("percent-of-outstanding", passed, row, (AGGREGATE, PERCENT), message))
    return checks


def outstanding_in(text: str) -> set[Decimal]:
    """The numbers of shares that a text says are outstanding."""
    read = plain(text)
    found = set()
    for pattern in _OUTSTANDING:
        for match in pattern.finditer(read):
            named = match.groupdict()
            digits = match[1 if "between" in named else 2]
            if not _SHARE_OF.search(named.get("between", "")):
                found.add(Decimal(digits.replace(",", "")))
    return found


def _with_deemed(text: str, total: Decimal, owned: Decimal) -> Iterator[Decimal]:
    """The number outstanding, and with each number of shares that may be deemed to be so."""
    yield total
    if _DEEMED.search(text):
        yield from (total + part for part in figures_in(text).amounts if 1 < part <= owned)


def percents_alike(said: Said) -> list[Check]:
    """All persons' percentages are of one number of shares, as far as their decimals tell."""
    spans = {}
    for row in said.persons:
        owned, percent = number(row, AGGREGATE), as_printed(row, PERCENT)
        if owned and percent and percent > step(percent):
            low, high = percent - step(percent) / 2, percent + step(percent)
            spans[row.index] = (row, 100 * owned / high, 100 * owned / low)
    checks: list[Check] = []
    for index, (row, least, most) in spans.items():
        others = [span for other, span in spans.items() if other != index]
        alike = sum(least <= high and low <= most for _, low, high in others)
        if others:
            message = f"{row.shown(AGGREGATE)} shares and {row.value(PERCENT)} percent "
            message += "fit" if 2 * alike >= len(others) else "do not fit"
            message += " those of the other persons."
            passed = 2 * alike >= len(others)
            checks.append(check("percents-alike", passed, row, (AGGREGATE, PERCENT), message))
    return checks


def repeated_amounts_13g(said: Said) -> list[Check]:
    """Where Item 4 states numbers, those of the cover pages are among them."""
    checks = [*_repeated(said, IN_ITEM_FOUR)]
    checks += _repeated_percents(said, "item-4-percent", ("item4.percent", "item4.amount"))
    return checks


def repeated_amounts_13d(said: Said) -> list[Check]:
    """Where Item 5 states numbers, those of the cover pages are among them."""
    return [*_repeated(said, IN_ITEM_FIVE), *_repeated_percents(said, "item-5-percent", _FIVE)]


def _repeated(said: Said, table: Iterable[tuple[str, str, tuple[str, ...]]]) -> Iterator[Check]:
    for rule, tag, items in table:
        amounts = figures_in(text_of(said.own, *items)).amounts
        for row in said.persons if amounts else ():
            value = number(row, tag)
            # Long texts do not say that somebody has no power.
            if value is None or (not value and not _is_short(said, items)):
                continue
            message = f"{value:,} shares, in the item "
            message += "too." if value in amounts else f"{max(amounts):,} and others."
            made = check(rule, value in amounts, row, (tag,), message)
            yield _about_item(made, said, items)


def _repeated_percents(said: Said, rule: str, items: tuple[str, ...]) -> Iterator[Check]:
    text = text_of(said.own, *items)
    stated = set(figures_in(text).percents)
    if _is_short(said, items[:1]):  # `5.08`, below a heading that says it is a percentage
        stated |= figures_in(said.own.value(items[0])).amounts if "4" in rule else set()
    for row in said.persons if stated else ():
        percent = as_printed(row, PERCENT)
        if percent is not None:
            passed = any(rounds_to(each, percent) or rounds_to(percent, each) for each in stated)
            shown = ", ".join(str(each) for each in sorted(stated)[:4])
            message = f"{percent} percent, in the item {shown}."
            yield _about_item(check(rule, passed, row, (PERCENT,), message), said, items[:1])


def _is_short(said: Said, items: Iterable[str]) -> bool:
    return 0 < len(text_of(said.own, *items)) <= SHORT


def _about_item(made: Check, said: Said, items: tuple[str, ...]) -> Check:
    """A check that passed is about the item as well, where it says little else."""
    if not made.passed or not _is_short(said, items):
        return made
    return Check(made.rule, True, (*made.fields, *said.own.ids(*items)), made.message)


def five_percent(said: Said) -> list[Check]:
    """Those who own at most five percent tick the box of Item 5, and nobody else does."""
    box, none = "classOwnership5PercentOrLess", "item5.notApplicable"
    percents = [(number(row, PERCENT), row) for row in said.persons]
    if not percents or any(percent is None for percent, _ in percents):
        return []
    ticked = said.own.value(box)
    if ticked not in ("0", "1"):
        return []
    largest, row = max(((p, row) for p, row in percents if p is not None), key=lambda each: each[0])
    passed = (largest <= 5) == (ticked == "1")
    said_ = "ticked" if ticked == "1" else "not ticked"
    message = f"The largest percentage is {largest}, the box of Item 5 is {said_}."
    ids = (*said.own.ids(box, *((none,) if said.own.value(none) == "1" else ())), *row.ids(PERCENT))
    return [Check("five-percent", passed, ids, message)]


def rule_c_percent(said: Said) -> list[Check]:
    """Rule 13d-1(c) is for those below twenty percent."""
    rules = said.own.cells.get("designateRule")
    if rules is None or rules.value != "c":
        return []
    checks: list[Check] = []
    for row in said.persons:
        percent = number(row, PERCENT)
        if percent is not None:
            message = f"filed under Rule 13d-1(c) with {percent} percent; it is for less than 20."
            made = check("rule-c-percent", percent < 20, row, (PERCENT,), message)
            checks.append(Check(made.rule, made.passed, (*made.fields, rules.id), made.message))
    return checks
