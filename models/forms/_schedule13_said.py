"""What a Schedule 13G or 13D says, by tag instead of path, so that one rule serves both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from models.checks import Row, value_of
from models.extraction import READ, Check, Field
from models.form import COVERS, SIGNERS, Rule, forms
from models.forms._schedule13 import ROOT
from models.values import letters, plain

PERSONS, SIGNED, NOTICES = "Cover page", "Signature", "Notice"
"""What the instances of the groups are called in messages."""
ENTITY = re.compile(
    r"\b(?:inc|incorporated|corp|corporation|co|company|companies|l ?l ?c|l ?p|l ?l ?p|ltd|limited|"
    r"plc|n ?v|s ?a$|gmbh|ag$|trust|funds?|foundation|partners|partnerships?|bank|capital|"
    r"holdings?|group|advis[eo]rs?|management|investments?|associates|plan|estate|ventures)\b"
)
"""Words in the names of what is no natural person."""
_TITLES = frozenset(
    {"jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "dr", "mr", "mrs", "ms"}
)  # fmt: skip
_BARE_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?|\.\d{1,6}")
"""Longer ones are none of shares or percent, and beyond what decimals are rounded at."""
_ASIDE = re.compile(
    r"\b(?:items?|rows?|rules?|pages?|notes?|sections?|lines?|no|nos)\b\.? ?\(?\d[\w().-]*"
    r"(?:(?:,| and| through| to) \(?\d+\)?\b(?!,\d))*|\d{1,2}/\d{1,2}/\d{2,4}|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|"
    r"[$\u00a3\u20ac] ?[\d.,]*\d|\b\d+ (?:days?|months?|years?)\b|\(\d{1,2}\)|\b1[346][a-z]-\d+",
    re.IGNORECASE,
)
"""Numbers in running text that count no shares: cross-references, dates, prices, marks."""
_FIGURE = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)( ?%| percent)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOTHING = re.compile(r"-0-|\b(?:none|nil|zero)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """The fields of a schedule; the cells of each row are by tag. `own` stand in no group."""

    own: Row
    persons: tuple[Row, ...]
    signers: tuple[Row, ...]
    notices: tuple[Row, ...]


@dataclass(frozen=True)
class Figures:
    """Amounts and percentages, as printed with their decimals, that a text states."""

    amounts: frozenset[Decimal]
    percents: frozenset[Decimal]


SaidRule = Callable[[Said], list[Check]]


def together(*rules: SaidRule) -> Rule:
    """One rule of them all, so that the fields are sorted by tag once."""

    def check(fields: Sequence[Field]) -> list[Check]:
        said = said_in(fields)
        return [each for rule in rules for each in rule(said)]

    return check


def said_in(fields: Iterable[Field]) -> Said:
    """The fields of either schedule by tag; derived ones, whose words are others', are left out."""
    own: dict[str, Field] = {}
    found: dict[tuple[str, int], dict[str, Field]] = {}
    for field in fields:
        bare = re.sub(r"\[\d+\]", "", field.path)
        group, tag = _tags().get(bare, ("", ""))
        if not tag:
            continue
        index = re.search(r"\[(\d+)\]", field.path)
        cells = found.setdefault((group, int(index[1]) if index else 1), {}) if group else own
        cells[tag] = field
    rows = [Row(group, index, cells) for (group, index), cells in sorted(found.items(), key=_place)]
    persons, signed, notices = (
        tuple(row for row in rows if row.group == name) for name in (PERSONS, SIGNED, NOTICES)
    )
    return Said(Row("", 1, own), persons, signed, notices)


def _place(item: tuple[tuple[str, int], dict[str, Field]]) -> tuple[str, int]:
    return item[0]


@cache
def _tags() -> dict[str, tuple[str, str]]:
    """Group, as called in messages, and tag of every element of both schedules, by path."""
    known = {}
    for form in forms().values():
        for group, spec in form.specs() if form.root == ROOT else ():
            name = ""
            if group and group.gathered in (COVERS, SIGNERS):
                person = any(each.tag == "reportingPersonName" for each in group.fields)
                name = SIGNED if group.gathered == SIGNERS else PERSONS if person else NOTICES
            known[form.path_of(spec, group).replace("[1]", "")] = (name, spec.tag)
    return known


def check(rule: str, passed: bool, row: Row, tags: Sequence[str], message: str) -> Check:
    """A rule applied to the cells of these tags in one row."""
    return Check(rule, passed, row.ids(*tags), f"{where(row)}{message}")


def where(row: Row) -> str:
    """How a message about a row begins; not at all outside of groups."""
    return f"{row.group} {row.index}: " if row.group else ""


def number(row: Row, tag: str) -> Decimal | None:
    """The number read there, if one was."""
    value = row.value(tag)
    return Decimal(value) if _BARE_NUMBER.fullmatch(value) else None


def numbers(row: Row, *tags: str) -> tuple[Decimal, ...] | None:
    """All of these numbers; None where one was not read."""
    found = [each for tag in tags if (each := number(row, tag)) is not None]
    return tuple(found) if len(found) == len(tags) else None


def as_printed(row: Row, tag: str) -> Decimal | None:
    """The number read there with as many decimals as are printed: 28.90% is 28.90."""
    value, cell = number(row, tag), row.cells.get(tag)
    shown = _FIGURE.search(cell.text) if cell else None
    if value is None or shown is None:
        return value
    bare = shown[1].replace(",", "")
    return Decimal(bare) if _BARE_NUMBER.fullmatch(bare) and Decimal(bare) == value else value


def step(value: Decimal) -> Decimal:
    """The unit of its last decimal: 0.1 for 5.1."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def rounds_to(exact: Decimal, shown: Decimal) -> bool:
    """Whether a number may be printed as `shown`: rounded to its decimals, or cut off."""
    unit = step(shown)
    cut, rounded = (exact.quantize(unit, how) for how in (ROUND_DOWN, ROUND_HALF_UP))
    return shown in (cut, rounded)


def codes(row: Row, tag: str) -> tuple[str, ...]:
    """The codes read there, apart."""
    cell = row.cells.get(tag)
    return tuple(re.findall(r"\w+", cell.value)) if cell and cell.state == READ else ()


def given(row: Row, *tags: str) -> bool:
    """Whether any of these fields has a value."""
    return any(value_of(row.cells.get(tag)) or codes(row, tag) for tag in tags)


def text_of(row: Row, *tags: str) -> str:
    """The running texts of these tags, one behind the other."""
    return " ".join(filter(None, map(row.value, tags)))


def figures_in(text: str) -> Figures:
    """What a running text states; dates, prices, references and marks are no amounts."""
    bare = _ASIDE.sub(" ", plain(text))
    amounts, percents = set(), set()
    for match in _FIGURE.finditer(bare):
        bare_number = match[1].replace(",", "")
        if not _BARE_NUMBER.fullmatch(bare_number):
            continue
        exact = Decimal(bare_number)
        if match[2]:
            percents.add(exact)
        elif not _YEAR.fullmatch(match[1]) or len(bare) < len("2000 shares of Class A"):
            amounts.add(exact)
    if _NOTHING.search(bare):
        amounts.add(Decimal(0))
        percents.add(Decimal(0))
    return Figures(frozenset(amounts), frozenset(percents))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one but for case and punctuation, or a person's initials and titles."""
    if letters(one) == letters(other):
        return True
    return is_natural(one) and is_natural(other) and _main(one) == _main(other)


def is_natural(name: str) -> bool:
    """Whether a name may be a natural person's: a few words, none of them an entity's."""
    words = _words(name)
    return (
        2 <= len(words) <= 6 and not ENTITY.search(" ".join(words)) and not re.search(r"\d", name)
    )


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", plain(name).replace("'", "").lower())


def _main(name: str) -> list[str]:
    return [word for word in _words(name) if len(word) > 1 and word not in _TITLES]
