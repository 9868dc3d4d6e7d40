"""Codes of a field's list told from what looks like them."""

from __future__ import annotations

import re

from models.addresses import STATE
from models.form import FieldSpec
from models.places import with_digits

SYMBOL = "issuerTradingSymbol"
"""Symbols are letters: 1 of 1,000 has a digit."""
LOOKALIKES = str.maketrans({"1": "I", "l": "I", "|": "I", "!": "I", "J": "I", "0": "D", "O": "D",
                            "5": "S", "$": "S", "8": "B", "6": "G", "2": "Z"})  # fmt: skip


def in_code_list(spec: FieldSpec, value: str) -> str:
    """The code of the field's list that the value is or looks like; a lone I reads as 1.

    A lone letter does not tell whether it is a capital; the lists have capitals.
    """
    if spec.name == STATE:
        return with_digits(value.upper() if len(value) == len("NY") else value)
    if spec.name == SYMBOL and value.replace("0", "").isalpha():
        return value.replace("0", "O")
    if not spec.codes:
        return value
    if spec.kind == "codes":
        return " ".join(_in_code_list(spec, code) for code in value.split())
    return _in_code_list(spec, value)


MEANT = re.compile(r".?\W*(?i:(direct|indirect|acq|disp)\w*)\.?|([A-Z])\W+[A-Za-z][a-z]+.*")
"""A code's meaning instead of the code, and behind it: `Indirect`, `Disp.`, `A - Acquired`."""


def _in_code_list(spec: FieldSpec, value: str) -> str:
    if value.upper() in spec.codes:
        return value.upper()
    if meant := MEANT.fullmatch(value):
        code = (meant[1] or meant[2])[0].upper()
        if code in spec.codes:
            return code
    single = value[0] if value and value == value[0] * len(value) else value
    for other in (single, value.translate(LOOKALIKES), single.translate(LOOKALIKES),
                  value.translate(LETTERS)):  # fmt: skip
        if other.upper() in spec.codes:
            return other.upper()
    return value


LETTERS = str.maketrans({"0": "O", "1": "I", "l": "I", "|": "I", "5": "S", "8": "B", "2": "Z"})
"""Digits in codes of two letters: `O0` is OO."""
