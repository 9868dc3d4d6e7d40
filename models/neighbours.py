"""Words that the tagger all but had for a part of what stands beside them.

Of `Zubizarreta Algernon V` in a box of its own the first name may be a name to it and the rest
print, by little. A word between two of a name, or next to one and a name as second choice, is the
name's; so is a town before its state, and the first half of a postcode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from models.addresses import CITY, POSTCODE, STATE
from models.agreement import SINGLE_DATES
from models.captions import is_sign
from models.document import Box
from models.persons import STREETS
from models.strays import CAPTIONS, runs_of
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged
from models.values import MONTH

PERSON, SIGNATURE = "rptOwnerName", "signatureName"
NAMES = frozenset((PERSON, "issuerName", *STREETS, CITY))
"""Texts that stand in a place of their own."""
NEARLY = 0.05
"""Probability of a second choice that counts."""
SUFFIX = re.compile(r"[JS]r\.?|I{2,3}|IV", re.IGNORECASE)
"""What ends the name of a person."""
HALVES = re.compile(r"[A-Z]\d[A-Z] \d[A-Z]\d|\d{3} \d\d|\d{4} [A-Z]{2}")
"""Postcodes of two parts, of Canada, Sweden and the Netherlands."""


def with_neighbours(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, those that belong to a name or an address beside them as that."""
    changes: Changes = {}
    lines = lines_of(tagged)
    for line in lines:
        for run in runs_of(line):
            tags = [each.tag for each in run]
            _complete(run, tags)
            changes |= {id(each): tag for each, tag in zip(run, tags, strict=True)
                        if tag != each.tag}  # fmt: skip
    changes |= {id(each): SIGNATURE for line in lines if _ends_signature(line, lines)
                for each in line}  # fmt: skip
    changes |= {id(each): REMARKS for line in lines if _is_exhibit(line) for each in line}
    changes |= {id(before): SIGNATURE for line in lines for before, each in pairwise(line)
                if each.tag == SIGNATURE and is_sign(each.token)
                and BY.fullmatch(before.token.text)}  # fmt: skip
    return retagged(tagged, changes)


REMARKS = "remarks"
BY = re.compile(r"by:", re.IGNORECASE)
"""What stands before the signature of one who signs for another, and is a part of it."""
EXHIBIT = re.compile(r"\(?ex(?:hibit)?s?[. -]*\d.*power of attorney", re.IGNORECASE)


def _is_exhibit(line: Sequence[Tagged]) -> bool:
    """Whether a line that was taken for a signature names an exhibit, as remarks above it do."""
    text = " ".join(each.token.text for each in line)
    return all(each.tag == SIGNATURE for each in line) and bool(EXHIBIT.match(text))


PARTIES = re.compile(r"reporting persons?\.?", re.IGNORECASE)
FOR_WHOM = re.compile(r"(?:of|each|the)")
"""Who are signed for, and the words right before that."""


def _ends_signature(line: Sequence[Tagged], lines: Sequence[Sequence[Tagged]]) -> bool:
    """Whether a line is the end of `as attorney-in-fact for each of the | Reporting Persons`."""
    if not PARTIES.fullmatch(" ".join(each.token.text for each in line)):
        return False
    own = Box.around(each.token.box for each in line)
    return any(
        other[-1].tag == SIGNATURE and FOR_WHOM.fullmatch(other[-1].token.text)
        and 0 < own.center[1] - other[-1].token.box.center[1] < 2 * own.height
        and other[0].token.box.left - own.height < own.left < other[-1].token.box.right
        for other in lines if other is not line
    )  # fmt: skip


UNIT = re.compile(r"suite|ste\.?|floor|fl\.?|unit|apt\.?|room|box|no\.?|bldg\.?", re.IGNORECASE)
"""What a number belongs to in an address."""
WHOLE_NAME = 3
"""Words of a name at the least whose first or last may have been taken for print."""


def _in_capitals(run: Sequence[Tagged], tags: list[str]) -> None:
    """The first or last word of a run of capitals as an owner's name, if all others are that."""
    if len(run) < WHOLE_NAME:
        return
    for place, others in ((0, tags[1:]), (-1, tags[:-1])):
        text = run[place].token.text.strip(".,")
        capitals = all(each.token.text.isupper() for each in run)
        if set(others) == {PERSON} and tags[place] == OUTSIDE and capitals \
                and text.isalpha() and text.lower() not in CAPTIONS:  # fmt: skip
            tags[place] = PERSON


MONTH_WORD, DAY = re.compile(rf"{MONTH}\.?"), re.compile(r"\d{1,2},?")
DATES = frozenset(("signatureDate", *SINGLE_DATES))


def _complete(run: Sequence[Tagged], tags: list[str]) -> None:
    """Change the tags of a run of words from left to right, then from right to left."""
    for place in range(1, len(run)):
        if tags[place] in DATES and DAY.fullmatch(run[place].token.text) \
                and MONTH_WORD.fullmatch(run[place - 1].token.text):  # fmt: skip
            tags[place - 1] = tags[place]
        whole = f"{run[place - 1].token.text} {run[place].token.text}"
        if POSTCODE in tags[place - 1 : place + 1] and HALVES.fullmatch(whole):
            tags[place - 1 : place + 1] = POSTCODE, POSTCODE
        number = any(char.isdigit() for char in run[place].token.text)
        if tags[place - 1] in STREETS and tags[place] == OUTSIDE and number \
                and UNIT.fullmatch(run[place - 1].token.text):  # fmt: skip
            tags[place] = tags[place - 1]
    _in_capitals(run, tags)
    for step in (1, -1):
        places = range(len(run))[::step]
        for before, place in pairwise(places):
            each, tag = run[place], tags[before]
            tag = CITY if step < 0 and tag == STATE else tag
            between = tag in tags[place + 1 :] if step > 0 else False
            nearly = each.rival == tag and each.rival_score >= NEARLY
            nearly |= step > 0 and tag == PERSON and SUFFIX.fullmatch(each.token.text) is not None
            if tags[place] == OUTSIDE and tag in NAMES and (between or nearly):
                tags[place] = tag
            if tags[place] == REMARKS and tag == SIGNATURE and between:
                tags[place] = tag
