"""Transactions and holdings that are no rows of a table but columns, or records of several lines.

A table turned over has one field several times side by side on every line. Its lines tell the
fields, as what most of the words on one say, and its columns the rows. A record of several lines
has its values under captions of their own, often below a head that counts the records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.document import Box
from models.tagger import MARK, Changes, Tagged, lines_of, retagged

SAME_LINE = 0.5
"""Of a token's height: tokens whose middles are nearer stand on one line."""
APART = 0.8
"""Of their height, the white between two pieces of a line at the least; words stand nearer."""
LEAST_LINES = 3
"""With one field in several pieces, before a table is taken for a turned one."""
MOST = 0.6
"""Of a line's pieces, those that must be of one field."""
LEAST_BANDS = 3


@dataclass(frozen=True)
class _Line:
    """The tokens of a line in pieces from left to right; words and their marks make one piece."""

    pieces: tuple[tuple[Tagged, ...], ...]

    @property
    def field(self) -> str:
        """The tag of most pieces, by what the tagger says for them."""
        votes: dict[str, float] = {}
        for piece in self.pieces:
            for each in piece:
                said = votes.get(each.field_tag, 0.0)
                votes[each.field_tag] = said + each.score / len(piece)
        return max(votes, key=lambda tag: votes[tag])

    @property
    def is_turned(self) -> bool:
        """Whether one field stands here in several pieces, and little else."""
        own = sum(any(each.field_tag == self.field for each in piece) for piece in self.pieces)
        return own > 1 and own >= MOST * len(self.pieces)

    @property
    def is_usual(self) -> bool:
        """Whether it is a line of a table that is not turned: many fields, each once."""
        fields = {each.field_tag for piece in self.pieces for each in piece}
        return len(fields) > 2 and not self.is_turned


def turned_records(tokens: Sequence[Tagged]) -> list[tuple[Box, list[Tagged]]]:
    """The records of turned tables among a page's tokens with table tags, with their places.

    The tokens are tagged as most of their line are.
    """
    made = []
    for block in _blocks(list(_lines(tokens))):
        sides = _sides([piece for line in block for piece in line.pieces])
        records: list[list[Tagged]] = [[] for _ in sides]
        for line in block:
            for each in _agreed(line):
                middle = each.token.box.center[0]
                near = min(range(len(sides)), key=lambda place: _off(middle, sides[place]))
                records[near].append(each)
        top = min(_box(piece).top for line in block for piece in line.pieces)
        bottom = max(_box(piece).bottom for line in block for piece in line.pieces)
        made += [
            (Box(left, top, right, bottom), record)
            for (left, right), record in zip(sides, records, strict=True) if record
        ]  # fmt: skip
    return made


def level_lines(tokens: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens in lines from top to bottom; a token is on the line whose middle is near its own."""
    lines: list[list[Tagged]] = []
    for each in sorted(tokens, key=lambda one: one.token.box.center[1]):
        middle = each.token.box.center[1]
        if lines and middle - lines[-1][0].token.box.center[1] < SAME_LINE * each.token.box.height:
            lines[-1].append(each)
        else:
            lines.append([each])
    return lines


def _lines(tokens: Sequence[Tagged]) -> Iterator[_Line]:
    for line in level_lines(tokens):
        pieces: list[list[Tagged]] = []
        for each in sorted(line, key=lambda one: one.token.box.left):
            if pieces and _together(pieces[-1][-1], each):
                pieces[-1].append(each)
            else:
                pieces.append([each])
        yield _Line(tuple(map(tuple, pieces)))


def _together(one: Tagged, two: Tagged) -> bool:
    """Whether two neighbours are of one piece: in one cell, or without a gap between them."""
    cells = one.token.container, two.token.container
    if cells[0] is not None and cells[1] is not None:
        return cells[0] is cells[1]
    return two.token.box.left - one.token.box.right < APART * two.token.box.height


def _blocks(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """The lines of every turned table; another begins where a table's first field comes again."""
    blocks: list[list[_Line]] = [[]]
    for index, line in enumerate(lines):
        block = blocks[-1]
        usual = line.is_usual and (index + 1 == len(lines) or lines[index + 1].is_usual)
        again = len({each.field for each in block}) > LEAST_LINES and _name(line) == _name(block[0])
        if usual or again:
            blocks.append([])
        if not usual:
            blocks[-1].append(line)
    yield from filter(_is_turned, blocks)


def _name(line: _Line) -> str:
    """The field's name, whichever table it is of."""
    return line.field.split(".")[1]


def _is_turned(block: Sequence[_Line]) -> bool:
    fields = {line.field for line in block if line.is_turned}
    usual = sum(line.is_usual for line in block)
    return len(fields) >= LEAST_LINES and usual < len(block) / 3


def _sides(pieces: Sequence[Sequence[Tagged]]) -> list[tuple[float, float]]:
    """Left and right of the columns: pieces that stand above one another are in one."""
    sides: list[tuple[float, float]] = []
    for box in sorted((_box(piece) for piece in pieces), key=lambda box: box.left):
        if sides and box.left < sides[-1][1]:
            sides[-1] = (sides[-1][0], max(sides[-1][1], box.right))
        else:
            sides.append((box.left, box.right))
    return sides


def _box(piece: Sequence[Tagged]) -> Box:
    return Box.around(each.token.box for each in piece)


def _off(middle: float, side: tuple[float, float]) -> float:
    return max(side[0] - middle, middle - side[1], 0.0)


def _agreed(line: _Line) -> list[Tagged]:
    """The line's tokens with the tag of most of them; which side a number is of may differ."""
    tokens = [each for piece in line.pieces for each in piece]
    field = line.field
    changes: Changes = {
        id(each): field + MARK * each.is_mark
        for each in tokens
        if each.field_tag != field and each.field_tag.split(".")[:2] != field.split(".")[:2]
    }
    return retagged(tokens, changes) if line.is_turned else tokens


HEAD = re.compile(
    r"\W*(?:(?:non\W?)?derivative |security )?"
    r"(?:transaction|trade|holding|position|record|entry|grant|award|item|line|row|lot)s?"
    r" ?(?:no\.?|number)? ?#?\(?\d{1,2}\)?(?: (?:of|/) \d{1,2})?\W*",
    re.IGNORECASE,
)
"""The head of a record: `Transaction #2`, `Holding 1 of 3`."""


def headed_records(
    tagged: Sequence[Tagged], tokens: Sequence[Tagged]
) -> list[tuple[Box, list[Tagged]]]:
    """The records below heads that count them, of a page's tokens with table tags.

    What stands above the first head is in none. Heads side by side are those of columns.
    """
    heads = sorted((line[0].token.box for line in lines_of(tagged)
                    if HEAD.fullmatch(" ".join(each.token.text for each in line))),
                   key=lambda box: box.top)  # fmt: skip
    if len(heads) < LEAST_HEADS or any(one.is_level_with(two) for one, two in pairwise(heads)):
        return []
    records: dict[int, list[Tagged]] = {}
    for each in tokens:
        above = sum(head.bottom < each.token.box.center[1] for head in heads)
        if above:
            records.setdefault(above, []).append(each)
    return [(Box.around(each.token.box for each in record), record)
            for _, record in sorted(records.items()) if not _is_table(record)]  # fmt: skip


LEAST_HEADS = 2
RUNNING = frozenset({"securityTitle", "natureOfOwnership", "underlyingSecurityTitle"})
"""Columns of text, which may wrap over several lines."""


def _is_table(record: Sequence[Tagged]) -> bool:
    """Whether a usual table stands below the last head: a field comes again and again."""
    lines = {(each.tag, each.token.line) for each in record if not each.is_mark}
    times = Counter(tag for tag, _ in lines if tag.split(".")[1] not in RUNNING)
    return max(times.values(), default=0) > 2


def are_lines_of_records(groups: Sequence[Sequence[Tagged]]) -> bool:
    """Whether bands hold a line of a record each, as of a card, rather than a row.

    Rows that follow one another have fields in common, lines of a record have none.
    """
    held = [
        {each.field_tag.split(".")[1] for each in group if not each.is_mark} for group in groups
    ]
    own = [names for names in held if names]
    apart = sum(not one & two for one, two in pairwise(own))
    return len(own) >= LEAST_BANDS and apart > MOST * (len(own) - 1)
