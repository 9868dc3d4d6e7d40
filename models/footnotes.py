"""Texts of footnotes told apart by the numbers at their heads.

A head starts a line, and heads of one page look alike and stand below one another: so one that was
taken for text, or not read at all, is still told from a year at the start of a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import inf
from statistics import median

from models.document import Box
from models.reading import first_number, plain
from models.tagger import FOOTNOTE_HEAD, Changes, Tagged, Token, lines_of, retagged

LEAP = 5
"""Numbers that a head may skip; further on it was misread."""
SURE = 0.9
"""Probability from which a head that is no next number counts on."""
ALIGNED = 6.0
"""Points by which the heads of a page start apart at the most."""
ALONE = re.compile(r"[(\[{]?F?(\d{1,2})[)\].:}]{0,2}")
GLUED = re.compile(r"(?:[(\[{]F?(\d{1,2})[)\]}]|(\d{1,2})[.)])(?=[A-Z(\"“])")
"""A head by itself, and one that the text follows without a space."""
CALLED = frozenset(("note", "footnote", "fn"))
"""Words that stand before the number at a head."""
BRACKETS = frozenset("()[]{}⁽⁾")


@dataclass
class _Heads:
    """The heads found so far: the last number, and the last one that was read.

    `ahead` is the number of the next head, as read, 0 behind the last.
    """

    current: int = 0
    last: Token | None = None
    ahead: int = 0
    styles: set[str] = field(default_factory=set)

    def count(self, number: int, token: Token) -> None:
        """Take note of a head; one that was not read says nothing about the look of others."""
        unread = self.last is not None and not any(map(str.isdigit, plain(token.text)))
        self.current, self.last = number, self.last if unread else token
        self.styles.add(_style(token.text))

    def alike(self, text: str, token: Token) -> bool:
        """Whether a text at a line's start looks like the last head and stands below it."""
        last = self.last
        return last is not None and _style(last.text) == _style(text) and starts_at(token, last)


def starts_at(token: Token, head: Token) -> bool:
    """Whether a token starts where a head does; a page has margins of its own."""
    return token.page == head.page and abs(token.box.left - head.box.left) < ALIGNED


def _style(text: str) -> str:
    """How a head is set: in brackets, with a point, or bare."""
    if BRACKETS & set(text):
        return "()"
    return "." if text[-1:] in (".", ":") else ""


NEXT = 1.3
"""Of a line's height, the distance from its bottom to the next one's top at the most."""
ALIKE = 0.5
"""Share of the shorter of two lines that lies over or under the other, in one column."""


def with_whole_notes(tagged: Sequence[Tagged], tag: str) -> list[Tagged]:
    """The words of a page, lines that a footnote's sentence goes on in as its own.

    `/s/` or a fund's name may be in a note; remarks and signatures stand below the last of them.
    Nor are remarks what stands above a note without their caption: it goes on from the page before.
    """
    written = [line for line in lines_of(tagged) if line[0].token.word]
    lines = sorted(
        ((Box.around(each.token.box for each in line), line) for line in written),
        key=lambda each: each[0].top,
    )
    noted = [(box, line) for box, line in lines if _is_note(line, tag)]
    changes: Changes = {id(each): tag for _, line in noted for each in line if each.tag in BELOW}
    captioned = False
    for box, line in lines:
        words = [each.token.text.lower() for each in line]
        captioned |= any(word.strip(".:") == "remarks" for word in words[:2])
        if captioned or "/s/" in words or _is_note(line, tag):
            continue
        if _is_remark(line) and any(_is_above(box, other) for other, _ in noted):
            changes |= {id(each): tag for each in line}
        if line[0].tag not in BELOW:
            continue
        above = [other for other in noted if _follows(other[0], box)]
        _, nearest = max(above, key=lambda other: other[0].top, default=(box, None))
        if nearest is not None and _goes_on(nearest, line):
            changes |= {id(each): tag for each in line if each.tag in BELOW}
            noted.append((box, line))
    return retagged(tagged, changes)


def _is_remark(line: Sequence[Tagged]) -> bool:
    return 2 * sum(each.tag == "remarks" for each in line) > len(line)


def _is_above(box: Box, other: Box) -> bool:
    """Whether a box stands somewhere above the other, in its column."""
    return box.bottom < other.center[1] and _share_column(box, other)


def _goes_on(line: Sequence[Tagged], below: Sequence[Tagged]) -> bool:
    """Whether a note's line ends inside a sentence and the one below starts where it does."""
    ended = ENDED.search(line[-1].token.text)
    return not ended and starts_at(below[0].token, line[0].token)


ENDED = re.compile(r"[.!?:)\]\"”'’]$|^[_/]")
BELOW = frozenset(("remarks", "signatureName"))
"""What stands below the footnotes."""


def _is_note(line: Sequence[Tagged], tag: str) -> bool:
    own = sum(each.tag in (tag, FOOTNOTE_HEAD) for each in line)
    return 2 * own > len(line)


def _follows(box: Box, other: Box) -> bool:
    """Whether a box stands right below the first in its column."""
    near = -0.5 * box.height < other.top - box.bottom < NEXT * box.height
    return near and other.top > box.top and _share_column(box, other)


def _share_column(box: Box, other: Box) -> bool:
    shared = min(box.right, other.right) - max(box.left, other.left)
    return shared > ALIKE * min(box.width, other.width)


WIDE = 0.25
"""Share of the text's width that a column takes at the least: numbers in front are none."""
MANY = 2
"""Lines of a column at the least."""


def in_columns(own: Sequence[Tagged]) -> list[Tagged]:
    """The tokens of footnotes, those of a page that stand in two columns one after the other."""
    made: list[Tagged] = []
    for _, page in groupby(own, lambda each: each.token.page):
        tokens = _in_rows(list(page))
        gutter = _gutter([Box.around(each.token.box for each in line) for line in lines_of(tokens)])
        made += sorted(tokens, key=lambda each: each.token.box.left > gutter)
    return made


def _in_rows(tokens: Sequence[Tagged]) -> list[Tagged]:
    """The tokens of a page, where each number has a narrow box of its own what stands beside it
    behind it: its text may begin on a higher line."""
    right = max(each.token.box.right for each in tokens)
    own = [each.token.container.box for each in tokens
           if ALONE.fullmatch(each.token.text) and each.token.container is not None]  # fmt: skip
    rows = [box for box in dict.fromkeys(own) if box.width < WIDE * (right - box.left)]
    if len(rows) < MANY:
        return list(tokens)

    def place(each: Tagged) -> tuple[float, bool]:
        x, y = each.token.box.center
        row = next((box for box in rows if box.top <= y <= box.bottom), None)
        return (row.top, x > row.right) if row else (each.token.box.top, False)

    return sorted(tokens, key=place)


def _gutter(boxes: Sequence[Box]) -> float:
    """Where the right one of two columns of lines begins; infinite where there is one."""
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    for cut in sorted({box.left for box in boxes}):
        sides = (
            [box for box in boxes if box.right < cut],
            [box for box in boxes if box.left >= cut],
        )
        if len(sides[0]) + len(sides[1]) < len(boxes) or min(map(len, sides)) < MANY:
            continue
        one, two = (Box.around(side) for side in sides)
        wide = min(median(box.width for box in side) for side in sides) > WIDE * (right - left)
        if wide and one.top < two.bottom and two.top < one.bottom:
            return cut - 1.0
    return inf


def texts_by_number(tagged: Sequence[Tagged], tag: str) -> dict[int, list[Tagged]]:
    """The tokens with the footnotes' `tag` by the number of the footnote that they belong to.

    Misread heads count on; text before the first head is the first footnote's, unless that head is
    its own: `See attached sheet` is no footnote.
    """
    own = in_columns([each for each in tagged if each.tag in (FOOTNOTE_HEAD, tag)])
    lines = [(each.token.page, each.token.line) for each in tagged]
    begins = {id(each) for each, line, before in zip(tagged, lines, [None, *lines], strict=False)
              if line != before}  # fmt: skip
    heading = (id(each) in begins and each.tag == FOOTNOTE_HEAD for each in own)
    numbers = [first_number(each.token.text) if begun else 0
               for each, begun in zip(own, heading, strict=True)]  # fmt: skip
    texts: dict[int, list[Tagged]] = {}
    heads, index = _Heads(), 0
    while index < len(own):
        each = own[index]
        before = own[index - 1] if index else None
        if numbers[index]:
            heads.ahead = next(filter(None, numbers[index + 1 :]), 0)
        number, count, rest = _head(own[index : index + 3], id(each) in begins, heads, before)
        if number:
            first = heads.last is None and number == 1
            heads.count(number, each.token)
            texts[number] = [] if first else texts.get(number, [])
            if rest is not None:
                texts[number].append(rest)
        else:
            heads.current = max(heads.current, 1)
            texts.setdefault(heads.current, []).append(each)
        index += count
    said = " ".join(each.token.text for each in texts.get(1, ()))
    return {} if heads.last is None and NOTHING.fullmatch(said) else texts


NOTHING = re.compile(
    r"(?:nil(?: return)?|none|n/?a|not applicable|no (?:records?|holdings?|transactions?|entries)"
    r"(?: \w+){0,3})\.?",
    re.IGNORECASE,
)
"""How a form says, without a number, that a table or the space for notes has nothing."""


Head = tuple[int, int, Tagged | None]
"""Number, 0 for none, the tokens it takes, and what is left of the last of them."""


def _head(own: Sequence[Tagged], starts: bool, heads: _Heads, before: Tagged | None) -> Head:
    """The head at the beginning of these tokens."""
    each, text, count = own[0], own[0].token.text, 1
    if not starts:
        return 0, 1, None
    if text in ("(", "[") and len(own) == 3 and own[1].token.text.isdigit():
        text, count = f"({own[1].token.text})", 3 if own[2].token.text in (")", "]") else 2
    elif text.lower() in CALLED and len(own) > 1 and ALONE.fullmatch(own[1].token.text):
        number = first_number(own[1].token.text)
        return (number, 2, None) if number == heads.current + 1 else (0, 1, None)
    elif (glued := GLUED.match(text)) and int(glued[1] or glued[2]) == heads.current + 1:
        word = text[glued.end() :]
        rest = replace(each, token=replace(each.token, text=word), tag=each.tag)
        return heads.current + 1, 1, rest
    number = first_number(text)
    if each.tag == FOOTNOTE_HEAD and number and not text.endswith(","):
        counted = _counted(number, text, each, heads)
        return counted, count if counted else 1, None
    next_one = number == heads.current + 1 and bool(ALONE.fullmatch(text))
    if next_one and _style(text) and heads.alike(text, each.token):
        return number, count, None
    return (heads.current + 1, 1, None) if _is_unread(each, heads, before) else (0, 1, None)


def _counted(number: int, text: str, each: Tagged, heads: _Heads) -> int:
    """The number of a token that the tagger has for a head, 0 where it hardly is one."""
    leap = number - (heads.current if heads.last else 0)
    if leap == 1 or (1 < leap <= LEAP and heads.ahead != heads.current + 2
                     and (leap == 2 or heads.ahead in (0, number + 1))):  # fmt: skip
        return number
    likely = not heads.styles or _style(text) in heads.styles
    return heads.current + 1 if likely and (leap > 1 or each.score > SURE) else 0


def _is_unread(each: Tagged, heads: _Heads, before: Tagged | None) -> bool:
    """Whether a sign that says nothing stands where a head does, behind the end of a sentence."""
    text = each.token.text
    nothing = len(text) <= 3 and not any(map(str.isalnum, text))
    ended = before is not None and before.token.text.endswith(".")
    below = (heads.last is not None and bool(_style(heads.last.text))
             and starts_at(each.token, heads.last))  # fmt: skip
    return nothing and ended and below
