"""An owner's name and address read as what they are: lines in a certain order.

The tagger sees words; here its probabilities are put together line by line, and the likeliest
sequence of name, street, second line and city is found (Viterbi 1967,
doi:10.1109/TIT.1967.1054010). Lines that hold several parts stay as they were tagged where that is
likelier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from models.tagger import Token

PARTS = ("rptOwnerName", "rptOwnerStreet1", "rptOwnerStreet2")
CITY, STATE, POSTCODE = "rptOwnerCity", "rptOwnerState", "rptOwnerZipCode"
TAGS = (*PARTS, CITY, STATE, POSTCODE)
KINDS = len(PARTS) + 1
"""Kinds of lines: one for each of the parts, and the city's."""
LIKELY = 0.5
"""Probability of any of the tags from which a word belongs to an owner's block."""
FLOOR = 1e-4
MIXED = 3.0
"""Nats that a change of tag costs within a line, but from city to state and post code."""
REPEATED = (1.5, 2.0, 2.0, 1.5)
"""Nats for a second line of the name, the streets, the city."""
SKIPPED, BACK = 1.0, 8.0
"""Nats for every part that is left out before the next one, and for going back."""
LINE_GAP = 2.2
"""Of a line's height: lines further apart are not of one block."""
COLUMN = 60.0
"""Points that the lines of a block outside boxes may start apart."""
SETTLED = 0.5
"""Probability that a word's tag has at the least when its block gave it."""

Probabilities = npt.NDArray[np.float32]
Row = list[int]
"""Indices of the words at one height of a block, from left to right."""


def settled(
    tokens: Sequence[Token], probabilities: Probabilities, labels: Sequence[str]
) -> Probabilities:
    """The tags' probabilities, shape (tokens, labels), with every address's words in line."""
    place = {label: index for index, label in enumerate(labels)}
    if not place.keys() >= set(TAGS):
        return probabilities
    columns = [place[tag] for tag in TAGS]
    belongs = probabilities[:, columns].sum(axis=1) > LIKELY
    own = [
        index
        for index, token in enumerate(tokens)
        if belongs[index] and token.checkbox is None and not token.is_in_cell
    ]
    made = probabilities.copy()
    logs = np.log(np.maximum(probabilities, FLOOR))
    for block in _blocks(tokens, own):
        for index, tag in _likeliest(block, logs, place).items():
            _give(made[index], place[tag])
    return made


def _give(row: Probabilities, label: int) -> None:
    """Make a label the most probable of a word, in place, and hardly surer than it was."""
    if int(row.argmax()) == label:
        return
    share = max(float(row[label]), SETTLED)
    row *= (1 - share) / max(1 - float(row[label]), FLOOR)
    row[label] = share


def _blocks(tokens: Sequence[Token], own: Sequence[int]) -> list[list[Row]]:
    """The rows of each box, or of each column of lines outside boxes, from top to bottom."""
    blocks: list[list[Row]] = []
    for index in sorted(own, key=lambda each: tokens[each].box.center[1]):
        block = next((each for each in reversed(blocks)
                      if _belongs(tokens[index], each, tokens)), None)  # fmt: skip
        if block is None:
            blocks.append([[index]])
            continue
        last = tokens[block[-1][0]].box
        if tokens[index].box.center[1] - last.center[1] < 0.5 * last.height:
            block[-1].append(index)
        else:
            block.append([index])
    for block in blocks:
        for row in block:
            row.sort(key=lambda each: tokens[each].box.left)
    return blocks


def _belongs(token: Token, block: Sequence[Row], tokens: Sequence[Token]) -> bool:
    last = tokens[block[-1][0]]
    if token.container is not None or last.container is not None:
        return token.container is last.container
    if token.line == last.line:
        return True
    below = token.box.center[1] - last.box.center[1] < LINE_GAP * last.box.height
    left = min(tokens[index].box.left for row in block for index in row)
    right = max(tokens[index].box.right for row in block for index in row)
    return below and left - COLUMN < token.box.left < right + COLUMN


def _likeliest(
    block: Sequence[Row], logs: Probabilities, place: Mapping[str, int]
) -> dict[int, str]:
    """The tag of every word of a block by its best sequence of lines."""
    readings = [_readings(row, logs, place) for row in block]
    first, *others = [np.array([score for score, _ in own]) for own in readings]
    score = first - SKIPPED * np.arange(KINDS)
    came: list[npt.NDArray[np.intp]] = []
    for own in others:
        steps = score[:, None] - COSTS
        came.append(steps.argmax(axis=0))
        score = steps.max(axis=0) + own
    state = int(score.argmax())
    tags: dict[int, str] = {}
    for number in range(len(block) - 1, -1, -1):
        tags |= zip(block[number], readings[number][state][1], strict=True)
        if number:
            state = int(came[number - 1][state])
    return tags


def _costs() -> npt.NDArray[np.float64]:
    """Nats from each kind of line to each; the second street may be missing for nothing."""
    costs = np.zeros((KINDS, KINDS))
    for start in range(KINDS):
        for end in range(KINDS):
            if end == start:
                costs[start, end] = REPEATED[start]
            elif end < start:
                costs[start, end] = BACK
            else:
                free = start <= 1 and end == KINDS - 1
                costs[start, end] = SKIPPED * (end - start - 1 - int(free))
    return costs


COSTS = _costs()


def _readings(
    row: Row, logs: Probabilities, place: Mapping[str, int]
) -> list[tuple[float, list[str]]]:
    """Score and tags of a line as each kind: name, street, second line, city.

    A line with several parts in it counts as its last part's kind.
    """
    pure = [(float(logs[row, place[tag]].sum()), [tag] * len(row)) for tag in PARTS]
    pure.append(_city_line(row, logs, place))
    mixed = _mixed(row, logs, place)
    kind = _kind(mixed[1][-1])
    if mixed[0] > pure[kind][0]:
        pure[kind] = mixed
    return pure


def _kind(tag: str) -> int:
    return PARTS.index(tag) if tag in PARTS else len(PARTS)


def _city_line(
    row: Row, logs: Probabilities, place: Mapping[str, int]
) -> tuple[float, list[str]]:  # fmt: skip
    """A line of city, then state of one word, then post code, each of which may be missing."""
    best, tags = -np.inf, [CITY] * len(row)
    for start in range(len(row) + 1):
        for end in (start, min(start + 1, len(row))):
            trial = [CITY] * start + [STATE] * (end - start) + [POSTCODE] * (len(row) - end)
            score = sum(float(logs[index, place[tag]])
                        for index, tag in zip(row, trial, strict=True))  # fmt: skip
            if score > best:
                best, tags = score, trial
    return best, tags


def _mixed(row: Row, logs: Probabilities, place: Mapping[str, int]) -> tuple[float, list[str]]:
    """The line word by word; changes of tag cost, but between city, state and post code."""
    columns = [place[tag] for tag in TAGS]
    change = np.full((len(TAGS), len(TAGS)), MIXED)
    change[3:, 3:] = 0.0
    np.fill_diagonal(change, 0.0)
    score = logs[row[0], columns].astype(np.float64)
    came = []
    for index in row[1:]:
        steps = score[:, None] - change
        came.append(steps.argmax(axis=0))
        score = steps.max(axis=0) + logs[index, columns]
    state = int(score.argmax())
    best, tags = float(score.max()), [TAGS[state]]
    for back in reversed(came):
        state = int(back[state])
        tags.append(TAGS[state])
    return best, tags[::-1]
