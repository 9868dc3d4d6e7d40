"""The lines of a reference list, each checked, and names and tickers as they are compared."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from models.errors import BadReferenceList
from models.values import plain

Kind = Literal["issuers", "owners"]
KINDS: tuple[Kind, ...] = get_args(Kind)
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "issuers": ("cik", "name", "ticker"),
    "owners": ("cik", "name"),
}
MOST_NAMED = 20
"""Faults that one answer tells."""
LONGEST_NAME, LONGEST_TICKER = 255, 16

CIK = re.compile(r"[0-9]{1,10}")
TICKER = re.compile(r"[A-Z0-9]+(?:[./ -][A-Z0-9]+)*")
NO_TICKER = frozenset({"", "NONE", "N/A", "-", "--"})
"""What lists and forms say where an issuer has none."""
LEGAL_FORMS = {
    "incorporated": "inc", "corporation": "corp", "company": "co", "companies": "cos",
    "limited": "ltd", "limited partnership": "lp", "l p": "lp",
    "limited liability company": "llc", "l l c": "llc",
    "limited liability partnership": "llp", "l l p": "llp",
    "public limited company": "plc", "p l c": "plc",
}  # fmt: skip
"""Spellings of what a company is, each with the one it is compared by."""
_LONGEST_FIRST = sorted(LEGAL_FORMS, key=len, reverse=True)
_LEGAL_FORM = re.compile(rf"\b(?:{'|'.join(_LONGEST_FIRST)})\b")
_REGISTERED = re.compile(r"(?:\s[/\\][A-Z]{2,4}[/\\]?|[/\\][A-Z]{2,4}[/\\])$", re.IGNORECASE)
"""What EDGAR puts behind a name to tell it from others: `BANK OF AMERICA CORP /DE/`."""
_JOINING = re.compile("[.'\u0300-\u036f]")
_PARTING = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Line:
    """One line of a list, numbered as in the file; the CIK has 10 digits."""

    line: int
    cik: str
    name: str
    name_key: str
    ticker: str


@dataclass(frozen=True)
class Fault:
    """A line that cannot be used, and why."""

    line: int
    reason: str


def name_key(name: str) -> str:
    """A canonical name as it is compared: no case, accents, punctuation or EDGAR mark at its end.

    Legal forms keep their place in one spelling: Inc and Corp are different companies.
    """
    whole = _REGISTERED.sub("", name)
    bare = _JOINING.sub("", unicodedata.normalize("NFKD", whole).casefold())
    words = _PARTING.sub(" ", bare.replace("&", " and ")).strip()
    return _LEGAL_FORM.sub(lambda found: LEGAL_FORMS[found[0]], words)


def bare_key(key: str) -> str:
    """A name's key without its legal form and a leading article, unless nothing else is left."""
    forms = LEGAL_FORMS.values()
    words = [word for word in key.removeprefix("the ").split() if word not in forms]
    return " ".join(words) or key


def ticker_key(ticker: str) -> str:
    """A ticker as it is compared: `BRK.B`, `BRK-B` and `brk b` are one; empty where it is none."""
    text = ticker.strip().upper()
    return "" if text in NO_TICKER else _PARTING.sub("", text)


def ticker_keys(printed: str) -> frozenset[str]:
    """The tickers in a form's box, several with commas between, an exchange's name before them."""
    parts = (part.rpartition(":")[2] for part in re.split("[,;]", printed))
    return frozenset(key for part in parts if (key := ticker_key(part)))


def lines_of(data: bytes, kind: Kind) -> Iterator[Line | Fault]:
    """The lines of a CSV file in UTF-8 in their order; empty ones are none."""
    columns = COLUMNS[kind]
    # What is not UTF-8 is let through here, to be told with the number of its line.
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "surrogateescape", newline="")
    rows = csv.reader(text, strict=True)
    try:
        header = tuple(cell.strip().lower() for cell in next(rows, []))
        if header != columns:
            yield Fault(1, f"the header is not {','.join(columns)}")
            return
        for row in rows:
            if row:
                yield _line(rows.line_num, row, len(columns))
    except csv.Error as error:
        yield Fault(rows.line_num, f"this is no CSV ({error})")


def count_of(data: bytes, kind: Kind) -> int:
    """How many lines the list has; raises BadReferenceList that names those it cannot have."""
    count, wrong = 0, 0
    named: list[str] = []
    for each in lines_of(data, kind):
        if isinstance(each, Line):
            count += 1
            continue
        wrong += 1
        if len(named) < MOST_NAMED:
            named.append(f"line {each.line}: {each.reason}")
    if wrong:
        more = f"; and {wrong - len(named):,} more" if wrong > len(named) else ""
        raise BadReferenceList(f"Lines that cannot be used: {wrong:,}. {'; '.join(named)}{more}.")
    if not count:
        raise BadReferenceList("The list has no lines; DELETE removes a list.")
    return count


def _line(number: int, row: list[str], columns: int) -> Line | Fault:
    if len(row) != columns:
        return Fault(number, f"there are {len(row)} columns, not {columns}")
    cik, name, ticker = row[0].strip(), plain(row[1]), "".join(row[2:]).strip()
    if not (cik + name + ticker).isprintable():
        return Fault(number, "there are characters that are not UTF-8 or not printable")
    if not CIK.fullmatch(cik) or not int(cik):
        return Fault(number, f"the CIK is {cik[:20]!r}, not a number of 1 to 10 digits")
    key = name_key(name)
    if not key:
        return Fault(number, "the name has no letters or digits")
    if max(len(name), len(key)) > LONGEST_NAME:
        return Fault(number, f"the name is longer than {LONGEST_NAME} characters")
    if (symbol := ticker.upper()) not in NO_TICKER and (
        not TICKER.fullmatch(symbol) or len(symbol) > LONGEST_TICKER
    ):
        return Fault(number, f"the ticker is {ticker[:20]!r}, not one ticker")
    return Line(number, cik.zfill(10), name, key, ticker_key(ticker))
