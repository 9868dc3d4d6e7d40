"""Texts of footnotes told apart by the numbers at their heads.

A head starts a line, and heads of one page look alike and stand below one another: so one that was
taken for text, or not read at all, is still told from a year at the start of a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.reading import numbers_in, plain
from models.tagger import FOOTNOTE_HEAD, Tagged, Token

LEAP = 5
"""Numbers that a head may skip; further on it was misread."""
SURE = 0.9
"""Probability from which a head that is no next number counts on."""
ALIGNED = 6.0
"""Points by which the heads of a page start apart at the most."""
ALONE = re.compile(r"[(\[{]?(\d{1,2})[)\].:}]{0,2}")
GLUED = re.compile(r"(?:[(\[{](\d{1,2})[)\]}]|(\d{1,2})[.)])(?=[A-Z(\"“])")
"""A head by itself, and one that the text follows without a space."""
BRACKETS = frozenset("()[]{}⁽⁾")


@dataclass
class _Heads:
    """The heads found so far: the last number, and the last one that was read."""

    current: int = 0
    last: Token | None = None

    def count(self, number: int, token: Token) -> None:
        """Take note of a head; one that was not read says nothing about the look of others."""
        unread = self.last is not None and not any(map(str.isdigit, plain(token.text)))
        self.current, self.last = number, self.last if unread else token

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


def texts_by_number(tagged: Sequence[Tagged], tag: str) -> dict[int, list[Tagged]]:
    """The tokens with the footnotes' `tag` by the number of the footnote that they belong to.

    Misread heads count on; text before the first head is the first footnote's.
    """
    own = [each for each in tagged if each.tag in (FOOTNOTE_HEAD, tag)]
    lines = [(each.token.page, each.token.line) for each in tagged]
    begins = {id(each) for each, line, before in zip(tagged, lines, [None, *lines], strict=False)
              if line != before}  # fmt: skip
    texts: dict[int, list[Tagged]] = {}
    heads, index = _Heads(), 0
    while index < len(own):
        each = own[index]
        before = own[index - 1] if index else None
        number, count, rest = _head(own[index : index + 3], id(each) in begins, heads, before)
        if number:
            heads.count(number, each.token)
            texts.setdefault(number, [])
            if rest is not None:
                texts[number].append(rest)
        else:
            heads.current = max(heads.current, 1)
            texts.setdefault(heads.current, []).append(each)
        index += count
    return texts


Head = tuple[int, int, Tagged | None]
"""Number, 0 for none, the tokens it takes, and what is left of the last of them."""


def _head(own: Sequence[Tagged], starts: bool, heads: _Heads, before: Tagged | None) -> Head:
    """The head at the beginning of these tokens."""
    each, text, count = own[0], own[0].token.text, 1
    if not starts:
        return 0, 1, None
    if text in ("(", "[") and len(own) == 3 and own[1].token.text.isdigit():
        text, count = f"({own[1].token.text})", 3 if own[2].token.text in (")", "]") else 2
    elif (glued := GLUED.match(text)) and int(glued[1] or glued[2]) == heads.current + 1:
        word = text[glued.end() :]
        rest = replace(each, token=replace(each.token, text=word), tag=each.tag)
        return heads.current + 1, 1, rest
    number = next(iter(numbers_in(text)), 0)
    if each.tag == FOOTNOTE_HEAD and number and not text.endswith(","):
        counted = _counted(number, text, each, heads)
        return counted, count if counted else 1, None
    next_one = number == heads.current + 1 and bool(ALONE.fullmatch(text))
    if next_one and _style(text) and heads.alike(text, each.token):
        return number, count, None
    return (heads.current + 1, 1, None) if _is_unread(each, heads, before) else (0, 1, None)


def _counted(number: int, text: str, each: Tagged, heads: _Heads) -> int:
    """The number of a token that the tagger has for a head, 0 where it hardly is one."""
    if heads.current < number <= heads.current + LEAP:
        return number
    misread = each.score > SURE and (heads.last is None or _style(heads.last.text) == _style(text))
    return heads.current + 1 if misread else 0


def _is_unread(each: Tagged, heads: _Heads, before: Tagged | None) -> bool:
    """Whether a sign that says nothing stands where a head does, behind the end of a sentence."""
    text = each.token.text
    nothing = len(text) <= 3 and not any(map(str.isalnum, text))
    ended = before is not None and before.token.text.endswith(".")
    below = (heads.last is not None and bool(_style(heads.last.text))
             and starts_at(each.token, heads.last))  # fmt: skip
    return nothing and ended and below
