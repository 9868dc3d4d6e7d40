"""Words and numbers that no text has, written as those they look like: pixels cannot tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.spelling import lexicon

STROKES = str.maketrans("1l|", "III")
COMPANY = r"(?:L\.? ?P\b|L\.?L\.?C\b|Ltd|Inc)"
NUMERAL = re.compile(rf"(?<=[A-Za-z] )(?=[1l|IV]*[1l|])[1l|IV]{{2,4}}(?=(?:-[A-Z])?,? {COMPANY})")
"""A numeral in strokes between the name of a fund and what kind of company it is."""
DOUBLE_I = re.compile(r"\bII(?=[a-z]{2})")
DOUBLE_L = re.compile(r"\bll(?=[aeo][a-z]*n[ae]\b)")
"""`lleana`; `llama` is a word."""
BOULEVARD = re.compile(r"\bB[iI1|](?=vd\b|VD\b)")
APOSTROPHE = re.compile(r"(\b[OD]['’]) (?=[A-Z][a-z])|((?<=[A-RT-Z])['’]) (?=[A-Z]{2})")
"""`O' Rourke` and `NG' ANG'A`, where the type is set wide."""
JUNIOR = re.compile(r"[.,] [I1l]r\.")
INITIAL = re.compile(r"(?<=[\w.] [A-Z]\.)(?=[A-Z][a-z])")
"""`John Q.Public`: behind an initial there is a space."""
LIGATURE = re.compile(r"\b(?=[A-Za-z]{5})[A-Za-z]*[fmFM][A-Za-z]*\b")
"""A word whose `ffi`, `ff` or `mm` may have been read as one letter less, or whose `rn` as m."""
DIRECTION = re.compile(r"^(\d+ [NSEW]), (?!(?i:suite|ste|unit|apt|floor|fl|room)\b)(?=[A-Z])")
"""`100 N, MAIN ST`: a direction is short for a word."""
POST_BOX = re.compile(r"\b([Pp])\. ?([Oo])\.,? ?(?=[Bb][Oo][Xx] )")
"""`P.O.BOX 7` and `P.O., Box 7`."""
BUILDING = re.compile(r"\b((?:BLDG|Bldg)\. \d+)\. (?=[A-Z])")
"""`BLDG. 3. UNIT C`: a comma stands between the two."""
TITLED = re.compile(
    r"(?<=[a-z]{2})(?<!Inc)(?<!Corp)(?<!Ltd)\. (?=(?:Manager|Managing (?:Director|Member)|President"
    r"|Trustee|Secretary|Attorney-in-[Ff]act)\b)"
)
"""Before the title of whom a signature is of."""
SARL = re.compile(r"\bS\.?a r\.?[lLI1]\b\.?")
"""`S.a r.l.` without some of its points."""
SCOTTISH = re.compile(r"\bMcl(?=[ln][a-z])")
"""`Mcllvain` and `Mclntyre`: an I follows `Mc`."""
WRITTEN = (
    (BUILDING, r"\1, "), (DIRECTION, r"\1. "), (POST_BOX, r"\1.\2. "), (TITLED, ", "),
    (SARL, "S.a r.l."), (INITIAL, " "), (JUNIOR, ", Jr."), (DOUBLE_L, "Il"), (SCOTTISH, "McI"),
    (DOUBLE_I, "Il"), (APOSTROPHE, r"\1\2"),
)  # fmt: skip
"""What is always written in one way, in the order in which it is mended."""
LEFT_OVER = re.compile(r"(?<=\w)[-–—]$")
BOXED = re.compile(r"(\d{1,3}(?:,\d{3})+)[0Oo]$")
ZEROS = re.compile(r"\$?[\dO]*[.,][\dO]+|\$?[Oo]")
"""A number whose zeros may be read as letters."""
GROUPED = re.compile(r"\d{1,3}(?:[,.]\d{3})*\.\d{3}")
"""A number whose last group follows a point."""


def mended_words(text: str) -> str:
    """Text with impossible words as the ones they look like: `Fund 11, L.P.`, `IIves`, `BIVD.`"""
    text = NUMERAL.sub(lambda found: found.group().translate(STROKES), text)
    text = BOULEVARD.sub(lambda found: "BL" if found.string[found.end()] == "V" else "Bl", text)
    text = LIGATURE.sub(lambda found: _with_ligature(found.group()), text)
    for pattern, usual in WRITTEN:
        text = pattern.sub(usual, text)
    return text


def _with_ligature(word: str) -> str:
    """`Officer` for `Oficer`, `Common` for `Comon`, where that makes a known word of it."""
    known = lexicon().counts
    if word.lower() in known:
        return word
    return next((each for each in _longer(word) if each.lower() in known), word)


def _longer(word: str) -> Iterator[str]:
    for place, char in enumerate(word):
        if char in "fmFM" and char not in (word[place - 1 : place], word[place + 1 : place + 2]):
            yield word[:place] + char + word[place:]
        if char == "m":
            yield word[:place] + "rn" + word[place + 1 :]


def without_scraps(text: str) -> str:
    """A short text without a bracket that nothing opened, or a dash, at its end: bits of marks."""
    if text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1]
    return LEFT_OVER.sub("", text)


def mended_number(text: str) -> str:
    """A number whose comma was read as a point or the other way: groups have three digits."""
    text = text.upper().replace("O", "0") if ZEROS.fullmatch(text) else text
    once = re.sub(r",\.|\.,", ",", text.rstrip("-–—"))
    return re.sub(r",(\d{1,2}|\d{4,})$", r".\1", once)


def grouped(text: str) -> str:
    """A number of shares whose commas were partly read as points; of shares there are no parts."""
    text = text.strip("-–—")
    # The letter of an empty box in the next row.
    text = BOXED.sub(r"\1", text)
    return text.replace(".", ",") if GROUPED.fullmatch(text) else text
