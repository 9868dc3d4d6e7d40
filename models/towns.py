"""Town and state of an address on a schedule, parted by what is the name of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.forms._schedule13 import ISSUER_ADDRESS
from models.places import is_place
from models.tagger import Tagged

TOWNS = {"issuerState": "issuerCity", "noticeState": "noticeCity"}
"""Of addresses on schedules: the tag of the town beside that of the state."""
LONGEST = 3
"""Words of a state's name at the most."""


def with_whole_states(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens with town and state parted where the longest name of a place ends the line.

    `Morrisville, North Carolina`: to a tagger North may be a part of either.
    """
    made = list(tagged)
    start = 0
    for index in range(len(made) + 1):
        own = made[index].tag if index < len(made) else ""
        kind = made[start].tag if start < len(made) else ""
        state = kind if kind in TOWNS else next((key for key in TOWNS if TOWNS[key] == kind), "")
        if state and own in (state, TOWNS[state]):
            continue
        if state and index - start > 1:
            _part(made, range(start, index), state)
        start = index
    return made


def _part(made: list[Tagged], run: range, state: str) -> None:
    """Retag a run of town and state words; a run that ends in no known place stays."""
    for first in run[max(len(run) - LONGEST, 1) :]:
        if is_place(" ".join(made[place].token.text for place in run if place >= first)):
            for place in run:
                tag = state if place >= first else TOWNS[state]
                made[place] = replace(made[place], tag=tag)
            return


TEXT = "item1.text"
LEAST_TEXT = 8
"""Words of running text from which an address that stands there is a part of it."""


def in_one_text(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page; where item 1 is running text, the issuer's address belongs to it."""
    if sum(each.tag == TEXT for each in tagged) < LEAST_TEXT:
        return list(tagged)
    return [replace(each, tag=TEXT) if each.tag in ISSUER_ADDRESS else each for each in tagged]
