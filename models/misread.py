"""Words that no text has, written as the word they look like: what pixels alone cannot tell."""

from __future__ import annotations

import re

STROKES = str.maketrans("1l|", "III")
COMPANY = r"(?:L\.? ?P\b|L\.?L\.?C\b|Ltd|Inc)"
NUMERAL = re.compile(rf"(?<=[A-Za-z] )(?=[1l|IV]*[1l|])[1l|IV]{{2,4}}(?=(?:-[A-Z])?,? {COMPANY})")
"""A numeral in strokes between the name of a fund and what kind of company it is."""
DOUBLE_I = re.compile(r"\bII(?=[a-z]{2})")
BOULEVARD = re.compile(r"\bB[iI1|](?=vd\b|VD\b)")
APOSTROPHE = re.compile(r"\b([OD]['’]) (?=[A-Z][a-z])")
"""`O' Rourke`, where the type is set wide."""
LEFT_OVER = re.compile(r"(?<=\w)[-–—]$")


def mended_words(text: str) -> str:
    """Text with impossible words as the ones they look like: `Fund 11, L.P.`, `IIves`, `BIVD.`"""
    text = NUMERAL.sub(lambda found: found.group().translate(STROKES), text)
    text = BOULEVARD.sub(lambda found: "BL" if found.string[found.end()] == "V" else "Bl", text)
    return APOSTROPHE.sub(r"\1", DOUBLE_I.sub("Il", text))


def without_scraps(text: str) -> str:
    """A short text without a bracket that nothing opened, or a dash, at its end: bits of marks."""
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1]
    return LEFT_OVER.sub("", text)
