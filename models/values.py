"""Text as printed ↔ canonical value, per kind; the same rules for writer, evaluation and review.

Numbers are plain decimals, dates `YYYY-MM-DD`, flags `1` or `0`; text keeps its case, with white
space collapsed and typographic quotes and dashes made plain.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from models.errors import ValueFormatError

CUSIP_LENGTH = 9
CUSIP_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"
PROSE_ERROR = 0.02
"""Share of wrong characters up to which running text counts as right."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\ufeff", ""),
        "\ufb01": "fi",
        "\ufb02": "fl",
    }
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)")
_YEAR = r"(?P<year>\d{4}|'?\d\d)"
MONTH = r"(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|[o0]ct|nov|dec)[a-z]{0,6})"
"""Pattern of a month's name, short or whole; the O of one behind its day is read as a zero."""
_MONTH = rf"(?P<month>{MONTH})\.?"
_WORDED = tuple(map(re.compile, (
    rf"{_MONTH} ?(?P<day>\d{{1,2}})(?:[,.] ?| )(?P<year>\d{{4}}|'\d\d)",
    rf"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.)? (?:day of )?{_MONTH},? {_YEAR}",
    rf"(?P<day>\d{{1,2}})(?P<sign>[-/]?){_MONTH}(?P=sign){_YEAR}",
    rf"{_YEAR} {_MONTH} -?(?P<day>\d{{1,2}})",
)))  # fmt: skip
"""As letters, oaths and stamps write it: March 5, 1991; 5th day of March, 1991; 05MAR1991;
'91 MAR -5."""
_NONE = re.compile(r"[-–—0Oo ]*[0Oo][-–—0Oo ]*|[0O]*(?:nil|none|zero|no)", re.IGNORECASE)
"""How a cover page says that somebody holds nothing: 0, -0-, None."""
_NIL = re.compile(r"-+ ?0 ?-+")
"""A price or number of nothing, as typists set it: -0-."""
_UNIT = re.compile(r" ?(?:shares|percent)$", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z](?: [a-z])*")
"""Boxes that are told by their letter."""
_CUSIP = re.compile(r"[A-Z0-9@*#]{6,12}")
_NUMBER = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?%?")
_TICKED = {"1", "x", "true", "yes", "y", "\u2611", "\u2612", "\u2713", "\u2714", "\u2717", "\u2718"}
_EMPTY = {"", "0", "false", "no", "n", "\u2610", "\u25a1"}
_OLDEST = 1900
_PIVOT = 69


def plain(text: str) -> str:
    """White space collapsed; quotes, dashes and ligatures as on a keyboard."""
    return " ".join(text.translate(_PLAIN).split())


def letters(text: str) -> str:
    """Its letters and digits, small: what of a printed label is compared."""
    return "".join(char for char in text.lower() if char.isalnum())


def canonical(kind: str, text: str) -> str:
    """The canonical value of what is printed; ValueFormatError when it is none of this kind."""
    read = plain(text)
    if kind == "flag":
        return _flag(read)
    if not read:
        raise ValueFormatError(f"an empty text is no {kind}")
    if kind == "date":
        return _date(read)
    if kind == "code":
        return _code(read)
    make = _OF_KIND.get(kind)
    return make(read) if make else read


def equal(kind: str, read: str, true: str) -> bool:
    """Whether a canonical value counts as right: the comparison rule of the whole project."""
    if kind == "prose" and read and true:
        allowed = max(1, int(PROSE_ERROR * len(true)))
        return distance(read.casefold(), true.casefold()) <= allowed
    return read.casefold() == true.casefold()


def character_error(read: str, true: str) -> float:
    """Characters to change per character of the truth, ignoring case; 0 is right."""
    return distance(read.casefold(), true.casefold()) / max(len(true), 1)


def printed(kind: str, value: str) -> str:
    """A canonical value as such forms usually print it: MM/DD/YYYY, grouped thousands."""
    if not value:
        return ""
    if kind == "date":
        year, month, day = value.split("-")
        return f"{month}/{day}/{year}"
    if kind == "codes":
        return ", ".join(value.split())
    return f"{Decimal(value):,}" if kind in ("number", "amount") else value


def distance(a: str, b: str) -> int:
    """Levenshtein distance, by bit-parallel columns (Myers 1999), so that pages of text are cheap.

    A whole column of the table of distances is two integers: where it rises and where it falls.
    """
    if not a:
        return len(b)
    places: dict[str, int] = {}
    for index, character in enumerate(a):
        places[character] = places.get(character, 0) | 1 << index
    every, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    rises, falls, score = every, 0, len(a)
    for character in b:
        same = places.get(character, 0)
        steady = same | falls
        across = (((same & rises) + rises) ^ rises) | same
        up, down = falls | (~(across | rises) & every), rises & across
        score += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & every, down << 1 & every
        rises, falls = down | (~(steady | up) & every), up & steady
    return score


def check_digit(cusip: str) -> str:
    """What the last character of a CUSIP number must be, from its first eight.

    Source: ANSI X9.6; modulus 10, double-add-double, letters from A = 10 on, then `*@#`.
    """
    total = 0
    for place, character in enumerate(cusip[: CUSIP_LENGTH - 1]):
        worth = CUSIP_CHARACTERS.index(character) * (1 + place % 2)
        total += worth // 10 + worth % 10
    return str(-total % 10)


def is_cusip(cusip: str) -> bool:
    """Whether its last character agrees with the others."""
    known = len(cusip) == CUSIP_LENGTH and set(cusip) <= set(CUSIP_CHARACTERS)
    return known and cusip[-1] == check_digit(cusip)


_SUFFIX = (
    r"(?:Inc|Incorporated|L\.? ?L|L\.? ?P|LLP|Ltd|Limited|Co|Corp|Company|S\.|SA|SE|N\.|NV|NA|AG"
    r"|PLC|GmbH|B\.? ?V|Trust|Fund|Partners|Advisors|Capital|Holdings|Trustee|as|et|of|the)\b"
)
"""What given names behind a comma have none of: kinds of companies."""
_TITLE = r"(?:Jr|Sr|I{1,3}|IV|M\.?D|Ph|Esq|CPA)\b"
"""What they do not begin with."""
_GIVEN = r"[A-Z][\w.'-]*(?: [\w.'-]+){0,3}"
_APART = re.compile(rf"([^\s,]+(?: [^\s,]+)?), (?!(?i:(?:.* )?{_SUFFIX}|{_TITLE}))({_GIVEN})")


def owner_name(name: str) -> str:
    """A person's name as EDGAR has it, without the comma of `Last, First Middle`."""
    return _APART.sub(r"\1 \2", name) if _APART.fullmatch(name) else name


def day_of(text: str) -> str:
    """The date that a text is, `YYYY-MM-DD`, which sorts; none of another text."""
    try:
        return canonical("date", text)
    except ValueFormatError:
        return ""


def _date(read: str) -> str:
    tight = re.sub(r" ?([/.-]) ?", r"\1", read)
    if match := _ISO.fullmatch(tight):
        year, month, day = (int(part) for part in match.groups())
    elif match := _NUMERIC.fullmatch(tight):
        month, day, year = int(match[1]), int(match[3]), _full_year(match[4])
    elif match := next(filter(None, (pattern.fullmatch(read) for pattern in _WORDED)), None):
        month, day = _month(match["month"]), int(match["day"])
        year = _full_year(match["year"])
    else:
        raise ValueFormatError(f"'{read}' is not a date such as 12/31/2024")
    if year < _OLDEST:
        raise ValueFormatError(f"'{read}' is a date before {_OLDEST}")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise ValueFormatError(f"'{read}' is not a day of the calendar") from None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower().replace("0", "o")) + 1


def _full_year(digits: str) -> int:
    digits = digits.lstrip("'")
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _PIVOT else 1900)


_MEASURED = re.compile(r"^USD? ?(?=[$\d.])|(?<=\d) ?(?:sh|shs|shares?|USD)\.?$", re.IGNORECASE)
"""What a number is of, as sheets and printouts have it: `USD 12.50`, `668 sh.`"""


def _number(read: str) -> str:
    if _NIL.fullmatch(read):
        return "0"
    # A continental 1.234,50 does not match: which mark is the decimal one would be a guess.
    match = _NUMBER.fullmatch(_MEASURED.sub("", read).replace(" ", ""))
    if not match or not (match[1] or len(match[2] or "") > 1):
        raise ValueFormatError(f"'{read}' is not a number such as 1,234.50")
    whole = (match[1] or "0").replace(",", "").lstrip("0") or "0"
    part = (match[2] or "").strip(".").rstrip("0")
    return f"{whole}.{part}" if part else whole


def _flag(read: str) -> str:
    mark = re.sub(r"[\s_\[\]()]", "", read).lower()
    if mark in _TICKED:
        return "1"
    if mark in _EMPTY:
        return "0"
    raise ValueFormatError(f"'{read}' is neither a mark nor an empty box")


def _code(read: str) -> str:
    # The SEC's rendering puts the ticker in brackets: [ YELP ].
    inner = read[1:-1].strip() if read[0] == "[" and read[-1] == "]" else read
    if not inner:
        raise ValueFormatError(f"'{read}' holds no code")
    return inner


def _amount(read: str) -> str:
    bare = _UNIT.sub("", read)
    return "0" if _NONE.fullmatch(bare) else _number(bare)


def _percent(read: str) -> str:
    return _amount(read.replace("%", "").strip())


def _codes(read: str) -> str:
    if _LETTERS.fullmatch(read):
        return read
    # `OO (limited liability company)`: what stands beside the codes explains them.
    found = re.findall(r"\b[A-Z0-9]{2}\b", re.sub(r"\(.*?\)", " ", read))
    if not found:
        raise ValueFormatError(f"'{read}' has no code of two letters")
    return " ".join(found)


def _cusip(read: str) -> str:
    bare = re.sub(r"[ -]", "", read).upper()
    if not _CUSIP.fullmatch(bare):
        raise ValueFormatError(f"'{read}' is not a CUSIP number such as 88160R 10 1")
    return bare


_OF_KIND = {
    "number": _number, "amount": _amount, "percent": _percent, "codes": _codes, "cusip": _cusip,
}  # fmt: skip
