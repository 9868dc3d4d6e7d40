"""Heads of a filer's own paper, whose names are not the issuer's: that one has its caption."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.addresses import CITY, POSTCODE, STATE
from models.document import Box
from models.persons import NAME, STREETS
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged
from models.titles import TYPE

ISSUER = "issuerName"
ADDRESSED = frozenset((NAME, *STREETS, CITY, STATE, POSTCODE))
"""An owner's name and address."""
CAPTION = re.compile(
    r"(?:\d+[a-z]?[.):]* ?)?(?:(?:full |exact )?name,?(?: and [a-z ]+)? of )?(?:the |subject )?"
    r"(?:issuer|company|registrant)\b",
    re.IGNORECASE,
)
ASIDE, ABOVE = 200.0, 2.2
"""Points from a caption to its name on the line; of a line's height, from a caption above it."""
APART = 1.5
"""Of a line's height, white above a name's first line that no other of its lines is parted by."""


def without_letterheads(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, those far above the issuer's name at its caption no longer a part of it.

    Nor are names above the form's title any of its owners', where it names some below.
    """
    tagged = _without_firms(tagged)
    lines = lines_of(tagged)
    names = [(_box(own), own) for line in lines
             if (own := [each for each in line if each.tag == ISSUER])]  # fmt: skip
    if len(names) < 2:
        return list(tagged)
    captions = list(_captions(lines))
    first = min((box.top for box, _ in names if _is_captioned(box, captions)), default=0.0)
    changes: Changes = {id(each): OUTSIDE for box, own in names for each in own
                        if first - box.bottom > APART * box.height}  # fmt: skip
    return retagged(tagged, changes)


def _without_firms(tagged: Sequence[Tagged]) -> list[Tagged]:
    title = next((each.token.box for each in tagged if each.tag == TYPE), None)
    if title is None:
        return list(tagged)
    changes: Changes = {}
    for name, tags in ((ISSUER, {ISSUER}), (NAME, ADDRESSED)):
        if any(each.tag == name and each.token.box.top > title.bottom for each in tagged):
            changes |= {id(each): OUTSIDE for each in tagged
                        if each.tag in tags and each.token.box.bottom < title.top}  # fmt: skip
    return retagged(tagged, changes)


def _captions(lines: Sequence[Sequence[Tagged]]) -> Iterator[Box]:
    for line in lines:
        said = [each for each in line if each.tag == OUTSIDE]
        if CAPTION.match(" ".join(each.token.text for each in said)):
            yield _box(said)


def _is_captioned(name: Box, captions: Sequence[Box]) -> bool:
    """Whether a caption stands left of a name or right above it."""
    return any(
        (name.is_level_with(box) and 0 < name.left - box.right < ASIDE)
        or (0 < name.center[1] - box.center[1] < ABOVE * name.height
        and box.left < name.right and box.right > name.left)
        for box in captions
    )  # fmt: skip


def _box(words: Sequence[Tagged]) -> Box:
    return Box.around(each.token.box for each in words)
