"""Words that the tagger all but had for a part of what stands beside them.

Of `Zubizarreta Algernon V` in a box of its own the first name may be a name to it and the rest
print, by little. A word between two of a name, or next to one and a name as second choice, is the
name's; so is a town before its state, and the first half of a postcode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from models.strays import runs_of
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged

CITY, STATE, POSTCODE = "rptOwnerCity", "rptOwnerState", "rptOwnerZipCode"
NAMES = frozenset(("rptOwnerName", "issuerName", "rptOwnerStreet1", "rptOwnerStreet2", CITY))
"""Texts that stand in a place of their own."""
NEARLY = 0.05
"""Probability of a second choice that counts."""
HALVES = re.compile(r"[A-Z]\d[A-Z] \d[A-Z]\d|\d{3} \d\d")
"""Postcodes of two parts, of Canada and Sweden."""


def with_neighbours(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, those that belong to a name or an address beside them as that."""
    changes: Changes = {}
    for line in lines_of(tagged):
        for run in runs_of(line):
            tags = [each.tag for each in run]
            _complete(run, tags)
            changes |= {id(each): tag for each, tag in zip(run, tags, strict=True)
                        if tag != each.tag}  # fmt: skip
    return retagged(tagged, changes)


def _complete(run: Sequence[Tagged], tags: list[str]) -> None:
    """Change the tags of a run of words from left to right, then from right to left."""
    for place in range(1, len(run)):
        if HALVES.fullmatch(f"{run[place - 1].token.text} {run[place].token.text}") and (
            tags[place] == POSTCODE
        ):
            tags[place - 1] = POSTCODE
    for step in (1, -1):
        places = range(len(run))[::step]
        for before, place in pairwise(places):
            each, tag = run[place], tags[before]
            tag = CITY if step < 0 and tag == STATE else tag
            between = tag in tags[place + 1 :] if step > 0 else False
            nearly = each.rival == tag and each.rival_score >= NEARLY
            if tags[place] == OUTSIDE and tag in NAMES and (between or nearly):
                tags[place] = tag
