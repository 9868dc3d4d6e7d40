"""Values of a table told by the head above it: `Non-Derivative Securities` or `Derivative …`.

The tagger tells the tables by the order of their columns. A form of somebody's own has another
order, but what is printed above a table says which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from models.document import Box
    from models.tagger import Token

Probabilities = npt.NDArray[np.float32]

COMMON, OPTIONS = "nonDerivative.", "derivative."
"""What the tags of the two tables begin with."""
NUMBERED = r"(?:(?:table|part|section|schedule|item)\s+[\dA-Z]{1,4}|[A-Z\d]{1,3}[.)])\W*"
HEAD = re.compile(
    rf"\W*(?P<number>(?:{NUMBERED})+(?:[a-z]+\s+){{0,3}}?)?"
    r"(?P<non>non\W*|other than\s+)?derivative\s+"
    r"(?:securit(?:y|ies)|holdings?|transactions?|positions?|table|interests?|instruments?)\b",
    re.IGNORECASE,
)
CAPTION = re.compile(r"(?<!non)(?<!non\W)derivative|exercis|expir|underlying", re.IGNORECASE)
"""What captions of Table II have and those of Table I do not."""
LONGEST = 8
"""Words of a head without a number: more are running text."""
LIKE = {
    "underlyingSecurityTitle": "securityTitle",
    "transactionShares.A": "transactionShares",
    "transactionShares.D": "transactionShares",
    "conversionOrExercisePrice": "transactionPricePerShare",
    "underlyingSecurityShares": "sharesOwnedFollowingTransaction",
}
"""Fields of Table II alone under which those of Table I are found that look like them."""


def told_by_heads(
    tokens: Sequence[Token], probabilities: Probabilities, labels: Sequence[str]
) -> Probabilities:
    """The tags' probabilities, shape (tokens, labels), below a head those of its table only.

    What a word has of a field of the other table goes to the same field of this one. Where the
    captions of Table II follow and its head was not read, nothing is told.
    """
    heads = sorted(_heads(tokens), key=lambda head: head[0].top)
    if not heads:
        return probabilities
    moves = {table: _moves(table, labels) for table in (COMMON, OPTIONS)} | {"": []}
    made = probabilities.copy()
    for index, token in enumerate(tokens):
        above = [table for box, table in heads if box.bottom <= token.box.center[1]]
        for foreign, own in moves[above[-1] if above else ""]:
            made[index, own] += made[index, foreign]
            made[index, foreign] = 0.0
    return made


def _heads(tokens: Sequence[Token]) -> list[tuple[Box, str]]:
    """The heads of a page's tables: where each stands, and what its table's tags begin with.

    A caption of Table II is the head of one that is not told.
    """
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    found, captions = [], []
    for line in lines.values():
        text = " ".join(token.text for token in line)
        told = HEAD.match(text)
        if told and (told["number"] or (len(line) <= LONGEST and not line[0].is_in_cell)):
            found.append((line[0].box, COMMON if told["non"] else OPTIONS))
        elif CAPTION.search(text):
            captions.append((line[0].box, ""))
    tops = [box.top for box, table in found if table == OPTIONS]
    return found + [each for each in captions if not any(top < each[0].top for top in tops)]


def _moves(table: str, labels: Sequence[str]) -> list[tuple[int, int]]:
    """Of each label of the other table that has a like in this one, both indices."""
    place = {label: index for index, label in enumerate(labels)}
    other = OPTIONS if table == COMMON else COMMON
    moves = []
    for label, index in place.items():
        if not label.startswith(other):
            continue
        name = label.removeprefix(other)
        bare = name.rstrip("^")
        like = table + LIKE.get(bare, bare) + name[len(bare) :]
        if like in place:
            moves.append((index, place[like]))
    return moves
