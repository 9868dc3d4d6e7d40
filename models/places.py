"""EDGAR's two-character codes of states and countries, told by their names as people print them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.values import letters, plain

TABLE = Path(__file__).parent / "places.toml"
OTHER_NAMES = {
    "usa": "X1", "us": "X1", "unitedstatesofamerica": "X1", "american": "X1",
    "unitedstatesvirginislands": "VI", "usvirginislands": "VI", "virginislands": "VI",
    "washingtondc": "DC", "dc": "DC", "del": "DE", "mass": "MA", "conn": "CT", "calif": "CA",
    "fla": "FL", "minn": "MN",
    "canada": "Z4", "canadian": "Z4", "newfoundlandandlabrador": "A4", "yukonterritory": "B0",
    "uk": "X0", "england": "X0", "greatbritain": "X0", "englandandwales": "X0", "scotland": "X0",
    "wales": "X0", "northernireland": "X0", "british": "X0",
    "britishvirginislands": "D8", "bvi": "D8", "grandcayman": "E9", "thebahamas": "C5",
    "peoplesrepublicofchina": "F4", "prc": "F4", "chinese": "F4", "republicofchina": "F5",
    "hongkongsar": "K3", "macao": "N5",
    "korea": "M5", "southkorea": "M5", "republicofkorea": "M5", "northkorea": "M4",
    "republicofgeorgia": "2Q", "democraticrepublicofthecongo": "Y3", "republicofthecongo": "G0",
    "holland": "P7", "dutch": "P7", "german": "2M", "french": "I0", "swiss": "V8", "irish": "L2",
    "israeli": "L3", "japanese": "M0", "indian": "K7", "australian": "C3", "swedish": "V7",
    "uae": "C0", "russia": "1Z", "vietnam": "Q1", "iran": "K9", "tanzania": "W0", "syria": "V9",
    "libya": "N1", "laos": "M7", "moldova": "1S", "macedonia": "1U", "micronesia": "1K",
    "brunei": "D9", "burma": "E1", "ivorycoast": "L7", "slovakrepublic": "2B", "czechia": "2N",
    "turkiye": "W8", "kazakhstan": "1P", "eswatini": "V6", "falklandislands": "H7",
    "vatican": "X4", "trinidad": "W5",
}  # fmt: skip
"""Names in use that the SEC's list has otherwise, as `letters` writes them."""
PROVINCES = frozenset(f"A{number}" for number in range(10)) | {"B0"}
DIGITS = str.maketrans("OQDIlSBZ", "00011582")
LETTERS = str.maketrans("0158|", "OISBI")
UNITED_STATES, CANADA = "X1", "Z4"
LONGEST = 8
"""Words of the longest name."""


def place_code(text: str) -> str:
    """The code of the place that the text names; empty where it names none that EDGAR knows.

    Of several the first counts, but a state or province before its country: of `Delaware, U.S.A.`
    and of `USA (Delaware)` it is the state.
    """
    exact = text.strip().upper()
    if len(exact) == 2 and exact in _known().values():
        return exact
    found = list(places_in(text))
    for code in found:
        if found[0] == UNITED_STATES and is_state(code):
            return code
        if found[0] == CANADA and code in PROVINCES:
            return code
    return found[0] if found else ""


def is_state(code: str) -> bool:
    """Whether the code is one of a state or territory of the United States: two letters."""
    return len(code) == 2 and code.isalpha() and code.isupper() and code in _known().values()


def is_country(code: str) -> bool:
    """Whether the code is one of a country or province: the SEC's have a digit."""
    return len(code) == 2 and not code.isalpha() and code in _known().values()


def with_digits(code: str) -> str:
    """A code that none has with digits for letters they look like or the other way, if that is one.

    `DO` is no state, `D0` is Bermuda; `0H` is none, `OH` is Ohio.
    """
    known = _known().values()
    others = (code[:1] + code[1:].translate(DIGITS), code.translate(LETTERS))
    return code if code in known else next((other for other in others if other in known), code)


ZIP_CODE = re.compile(r"\d{5}(?:-?\d{4})?")


def as_the_postcode_says(code: str, postcode: str) -> str:
    """A state's or a country's code, the one that looks like it where the postcode is its.

    `MO` with `105-6923` is `M0`, Japan; `M0` with `63101` is Missouri.
    """
    at_home = bool(ZIP_CODE.fullmatch(postcode))
    other = code[:1] + code[1:].translate(LETTERS if at_home else DIGITS)
    fits = is_state(other) if at_home else is_country(other)
    return other if postcode and fits and is_state(code) != at_home else code


def is_place(text: str) -> bool:
    """Whether the text is the name of a place or the code of a state, and nothing else."""
    return letters(text) in _known() or is_state(text.strip(" .,"))


def places_in(text: str) -> Iterator[str]:
    """The codes of all places named, in order; at each word the longest name counts."""
    known = _known()
    bare = unicodedata.normalize("NFKD", plain(text)).replace("&", " and ")
    bare = re.sub(r"[.'\u0300-\u036f]", "", bare)
    # `NY, USA`: a code counts only by itself, since `IN`, `OR` and `ME` are words too.
    yield from (piece for piece in re.split(r"\s*[,;/()]\s*", bare) if is_state(piece))
    words = ["saint" if word == "st" else word for word in re.findall(r"[^\W\d_]+", bare.lower())]
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + LONGEST), start, -1)
        end = next((end for end in ends if "".join(words[start:end]) in known), 0)
        if end:
            yield known["".join(words[start:end])]
        start = end or start + 1


@cache
def _known() -> dict[str, str]:
    """Codes by the letters of names, those with a comma also the other way round."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    names = {}
    for name, code in table.items():
        names[letters(name.replace("&", "and"))] = code
        head, _, tail = name.partition(", ")
        names[letters(tail + head)] = code
    return names | OTHER_NAMES
