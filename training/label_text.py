"""Bytes of label files to text, JSON and numbers; MalformedFact says where and what to do."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from models.errors import MalformedFact
from models.sandbox import NO_TEXT

MOST_BYTES = 200_000_000
"""A file of labels; a hundred thousand regions take a tenth of it."""
MOST_CHARACTERS = 20_000
"""One value; the longest that forms allow have two thousand."""
LARGEST = 1e7
"""No coordinate, page or row is larger."""
MOST_NAME = 120
MOST_DIGITS = 30
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\ud800-\udfff]')


def text_of(data: bytes, where: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark."""
    if len(data) > MOST_BYTES:
        raise MalformedFact(f"{where}: {len(data):,} bytes; split it, {MOST_BYTES:,} are allowed")
    if data.startswith(UTF_16):
        raise MalformedFact(f"{where}: the text is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MalformedFact(
            f"{where}, line {line}: byte 0x{data[error.start]:02X} is not UTF-8 (it may be Latin-1"
            " or Windows-1252); save the file as UTF-8"
        ) from None
    if "\0" in text:
        raise MalformedFact(f"{where}: it holds NUL characters, as UTF-16 does; save it as UTF-8")
    return text


def json_of(text: str, where: str) -> Any:
    """The JSON value of a text; NaN, Infinity and numbers of more than 30 digits are none."""
    if not text.strip():
        raise MalformedFact(f"{where}: it is empty; export the labels again")
    try:
        return json.loads(text, parse_constant=_no_number, parse_int=_number)
    except json.JSONDecodeError as error:
        raise MalformedFact(
            f"{where}: not JSON at line {error.lineno}, column {error.colno} ({error.msg});"
            " export it again"
        ) from None
    except ValueError as error:
        raise MalformedFact(f"{where}: {error}") from None
    except RecursionError:
        raise MalformedFact(f"{where}: it is nested too deeply for labels") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number; correct or remove the label that has it")


def _number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"{digits[:9]}… is a number of {len(digits)} digits; correct or remove"
                         " the label that has it")  # fmt: skip
    return int(digits)


def number_of(value: Any) -> float | None:
    """The number, or None where it is not one that a label can have: no NaN, nothing huge."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= LARGEST else None


def whole_of(value: Any) -> int | None:
    """The whole number, or None; 2.0 is one."""
    number = number_of(value)
    return int(number) if number is not None and number == int(number) else None


def wrong_in(text: str) -> str:
    """What is wrong with a value's text, or nothing."""
    if len(text) > MOST_CHARACTERS:
        return f"{len(text):,} characters are no value; {MOST_CHARACTERS:,} are allowed"
    odd = NO_TEXT.search(text)
    return f"it holds the character U+{ord(odd[0]):04X}, which is no text" if odd else ""


def wrong_name(name: Any) -> str:
    """What keeps a text from being the name of a document's folder, or nothing."""
    if not isinstance(name, str) or not name.strip():
        return "a document needs a name"
    if odd := NOT_IN_NAMES.search(name):
        return f"{name!r} is no name of a document: leave out {odd[0]!r} and all folders"
    if name != name.strip() or name.startswith("."):
        return f"{name!r} is no name of a document: it begins with a dot or ends in spaces"
    if len(name.encode()) > MOST_NAME:
        return f"a name of {len(name.encode())} bytes is too long; {MOST_NAME} are allowed"
    return ""
