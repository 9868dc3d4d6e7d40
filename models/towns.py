"""Town and state of an address on a schedule, parted by what is the name of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from models.forms._schedule13 import ISSUER_ADDRESS, NOTICE_ADDRESS
from models.places import is_place
from models.tagger import Tagged

ADDRESSES = (ISSUER_ADDRESS, NOTICE_ADDRESS)
TOWNS = {state: town for _, _, town, state, _ in ADDRESSES}
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


STREETS = {town: streets for *streets, town, _, _ in ADDRESSES}
"""Of addresses on schedules: the tags of the street beside that of the town."""


def with_whole_towns(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens with street and town parted at the last comma of the line that names the state.

    `51 Rio Robles, San Jose, California`: a tagger that does not know the town may part it
    elsewhere. A line without such a comma has the town alone, unless there is a number in it.
    """
    made = list(tagged)
    for state, town in TOWNS.items():
        for end in range(1, len(made)):
            if made[end].tag == state and made[end - 1].tag != state:
                _part_town(made, end, town)
    return made


def _part_town(made: list[Tagged], end: int, town: str) -> None:
    """Retag what stands before a state on the line of the town's last word."""
    line, streets = made[end - 1].token.line, STREETS[town]
    start = end
    while start and made[start - 1].tag in (town, *streets) and made[start - 1].token.line == line:
        start -= 1
    first = _first_of_town(made, range(start, end), town)
    if first is None:
        return
    street = next((each.tag for each in made[start:first] if each.tag != town), streets[0])
    for place in range(start, end):
        kept = made[place].tag if made[place].tag != town else street
        made[place] = replace(made[place], tag=town if place >= first else kept)


def _first_of_town(made: Sequence[Tagged], run: range, town: str) -> int | None:
    """The town's first word of a line's part before the state; None where nothing tells."""
    words = [made[place].token.text for place in run]
    commas = [place for place, word in zip(run[1:], words, strict=False) if word.endswith(",")]
    if commas:
        first = commas[-1]
    elif any(made[place].tag == town for place in run) and (
        run.start == 0 or made[run.start - 1].token.line != made[run.start].token.line
    ):
        first = run.start
    else:
        return None
    numbered = any(char.isdigit() for word in words[first - run.start :] for char in word)
    return None if numbered else first


TEXT = "item1.text"
LEAST_TEXT = 8
"""Words of running text from which an address that stands there is a part of it."""


def in_one_text(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page; an issuer's address in the running text of item 1 belongs to it.

    One that stands by itself, below a caption of its own, stays an address.
    """
    made = list(tagged)
    if sum(each.tag == TEXT for each in made) < LEAST_TEXT:
        return made
    for is_address, run in groupby(
        range(len(made)), lambda place: made[place].tag in ISSUER_ADDRESS
    ):
        places = list(run)
        if is_address and _is_in_text(made, places[0], places[-1] + 1):
            for place in places:
                made[place] = replace(made[place], tag=TEXT)
    return made


def _is_in_text(made: Sequence[Tagged], start: int, end: int) -> bool:
    """Whether the words before a run, or those behind it, are of a sentence that it is in."""
    before = made[start - 1] if start else None
    after = made[end] if end < len(made) else None
    goes_on = (
        before
        and before.tag == TEXT
        and (
            before.token.line == made[start].token.line
            or not before.token.text.endswith((".", ":"))
        )
    )
    ends = after and after.tag == TEXT and after.token.text[:1].islower()
    return bool(goes_on or ends)
