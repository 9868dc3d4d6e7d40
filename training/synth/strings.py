"""Strings for single drawn lines: what filings say, changed so that nothing can be memorised."""

from __future__ import annotations

import string
from collections.abc import Sequence

from models.raised import SUPERSCRIPTS
from training.synth.style import Rng, chance, pick

RAISED = str.maketrans(SUPERSCRIPTS)
LOWER, UPPER = string.ascii_lowercase, string.ascii_uppercase
VOWELS, CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
RARE = "§®™©°½¼£€¥…†‡“”‘’–—&%#@*+=<>[]{}/\\|~^:;!?\"'_"
ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜàáâãäåçèéêëìíîïñòóôõöøùúûüýŠšŽžŁłĆćČčŞş"
CODES = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "O", "P", "S", "U", "V",
         "W", "X", "Z", "J/K", "S/K", "P/K", "1", "0", "N/A", "X")  # fmt: skip
OWNED = ("D", "I")
"""Codes of every row of every table; an `I` is only a stroke."""
USUAL: tuple[str, ...] = (
    *RARE, "Inc.", "L.P.", "LLC", "Co.,", "II", "III", "IV", "Jr.", "c/o", "/s/", "N.A.", "10b5-1",
    "16(b)", "Ltd.", "P.O.",
)  # fmt: skip
LONGEST = 110


def line_text(rng: Rng, corpus: Sequence[str]) -> str:
    """One line: an altered line of the corpus, or an amount, date, code, mark or random words."""
    kind = rng.random()
    if kind < 0.5:
        return altered(pick(rng, corpus), rng)
    if kind < 0.64:
        return marked(amount(rng), rng, 0.3)
    if kind < 0.71:
        return marked(date(rng), rng, 0.15)
    if kind < 0.78:
        return marked(pick(rng, OWNED if chance(rng, 0.3) else CODES), rng, 0.25)
    if kind < 0.82:
        return marks(rng)
    if kind < 0.9:
        return marked(party(rng), rng, 0.2)
    return marked(random_words(rng), rng, 0.15)


def altered(text: str, rng: Rng) -> str:
    """The line with its digits drawn anew, some words scrambled, some in capitals, maybe cut."""
    words = text.split(" ")
    if len(text) > LONGEST:
        keep = int(rng.integers(5, 16))
        start = int(rng.integers(max(len(words) - keep, 1)))
        words = words[start : start + keep]
    words = [_altered_word(word, rng) for word in words]
    changed = " ".join(words)
    return changed.upper() if chance(rng, 0.06) else changed


def _altered_word(word: str, rng: Rng) -> str:
    draw = rng.random()
    if draw < 0.12:
        return "".join(_other(char, rng) for char in word)
    return "".join(_other(char, rng) if char.isascii() and char.isdigit() else char
                   for char in word)  # fmt: skip


def _other(char: str, rng: Rng) -> str:
    """Another character of the same class."""
    for alphabet in (string.digits, LOWER, UPPER):
        if char in alphabet:
            return pick(rng, alphabet)
    return char


def amount(rng: Rng) -> str:
    """A number as forms print them: grouped or not, with cents, dollars, percent, brackets."""
    digits = int(rng.integers(1, 10))
    number = int(rng.integers(10 ** (digits - 1), 10**digits))
    text = f"{number:,}" if chance(rng, 0.8) else str(number)
    places = pick(rng, (0, 1, 2, 3, 4), (0.5, 0.04, 0.3, 0.06, 0.1))
    if places:
        text += "." + "".join(pick(rng, string.digits) for _ in range(places))
    if chance(rng, 0.4):
        text = "$" + pick(rng, ("", "", "", " ")) + text
    if chance(rng, 0.06):
        text = f"({text})"
    return text + ("%" if chance(rng, 0.05) else "")


def date(rng: Rng) -> str:
    """A date, mostly month/day/year, padded or not."""
    month, day = int(rng.integers(1, 13)), int(rng.integers(1, 32))
    year = int(rng.integers(1985, 2040))
    names = ("January", "February", "March", "April", "May", "June", "July", "August",
             "September", "October", "November", "December")  # fmt: skip
    name = names[month - 1]
    shown: str = pick(rng, (
        f"{month:02d}/{day:02d}/{year}", f"{month:02d}/{day:02d}/{year}", f"{month}/{day}/{year}",
        f"{month:02d}/{day:02d}/{year % 100:02d}", f"{month}-{day}-{year}", f"{month:02d}/{year}",
        f"{year}-{month:02d}-{day:02d}", f"{name} {day}, {year}", f"{name[:3]}. {day}, {year}",
    ))  # fmt: skip
    return shown


def marks(rng: Rng) -> str:
    """One to three footnote marks, raised or in line."""
    texts = [
        f"({int(rng.integers(1, 31))})" for _ in range(pick(rng, (1, 2, 3), (0.75, 0.2, 0.05)))
    ]
    text = "".join(texts)
    return text.translate(RAISED) if chance(rng, 0.65) else text


def marked(text: str, rng: Rng, share: float) -> str:
    """The text, in `share` of the cases with marks behind it."""
    if not chance(rng, share):
        return text
    return text + pick(rng, ("", "", " ")) + marks(rng)


def party(rng: Rng) -> str:
    """A fund, a signer or a street: where a point and a comma stand side by side, and numerals."""
    name, other = (_spoken(int(rng.integers(3, 9)), rng).capitalize() for _ in range(2))
    numeral = pick(rng, ("I", "II", "III", "IV", "V", "VI", "VII", "IX", "XI", "XII", "XV"))
    kind, letter = pick(rng, ("L.P.", "LP", "LLC", "L.L.C.", "Inc.", "Ltd.")), pick(rng, UPPER)
    house, floor = int(rng.integers(1, 9999)), int(rng.integers(4, 20))
    shown: str = pick(rng, (
        kind, f"{numeral}, {kind}", f"{name} {other} Fund {numeral}, {kind}",
        f"By {name} U.S. Fund {numeral} ({letter}), {kind}", f"{name} {letter}. {other}, {kind}",
        f"/s/ {name} {other}, Attorney-in-Fact", f"/s/ {name} {letter}. {other}, by proxy",
        f"By: {name} {other}, its manager", f"{house} {other.upper()} ST., {floor}TH FLOOR",
        f"C/O {name.upper()} {kind.upper()},", f"{house} {other} Ave., Suite {floor}{floor}",
        f"C/O {name.upper()}! {kind.upper()}", f"{name}! {kind}", f"{other.upper()}!",
        f"/s/ {name} {other}, as Attorney-in-Fact for {other} {letter}. {name}",
        f"/s/ {name} {other}, Attorney-in-fact", f"{name} {other}, Attorney: in fact",
        f"{house} {other.upper()} PASS, BUILDING {letter} SUITE {floor}",
        f"{letter} {name} {other}",
    ))  # fmt: skip
    return shown


def random_words(rng: Rng) -> str:
    """One to six words nobody has ever seen; capitals, digits and signs among them."""
    return " ".join(_word(rng) for _ in range(int(rng.integers(1, 7))))


def _word(rng: Rng) -> str:
    kind, length = rng.random(), int(rng.integers(1, 11))
    if kind < 0.35:
        return _spoken(length, rng).capitalize()
    if kind < 0.55:
        return _spoken(length, rng)
    if kind < 0.72:
        return "".join(pick(rng, UPPER) for _ in range(length))
    if kind < 0.8:
        return "".join(pick(rng, UPPER + string.digits) for _ in range(length))
    if kind < 0.86:
        return "".join(pick(rng, string.printable[:94]) for _ in range(min(length, 5)))
    if kind < 0.9:
        return _spoken(length, rng) + pick(rng, ACCENTED) + _spoken(2, rng)
    if kind < 0.95:
        return _spoken(length, rng) + pick(rng, RARE)
    return pick(rng, USUAL)


def _spoken(length: int, rng: Rng) -> str:
    """Consonants and vowels by turns, doubled letters among them."""
    letters = ""
    for place in range(length):
        letter = pick(rng, CONSONANTS if place % 2 else VOWELS)
        letters += letter * (2 if chance(rng, 0.12) else 1)
    return letters
