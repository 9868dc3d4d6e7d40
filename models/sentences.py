"""Running text with the ends of its sentences that the tagger left out.

A text that begins in small letters began before, and one that goes on in small letters without a
full stop has not ended: what stands there untagged belongs to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from models.tagger import OUTSIDE, Tagged, Token

STOPS = (".", ":", ";", "?", "!", ")")
"""What a word ends in before a sentence may begin."""
MOST = 30
"""Words that may be missing of a sentence."""
NEXT_LINE = 2.2
"""Of a line's height, how far below it the next line of a text begins at the most."""


def with_whole_sentences(tagged: Sequence[Tagged], running: Collection[str]) -> list[Tagged]:
    """Tokens of a page; `running` are the tags of running text."""
    made = list(tagged)
    for index in range(1, len(made)):
        if made[index].tag not in running:
            continue
        own, before = made[index].token, made[index - 1].token
        if made[index - 1].tag == OUTSIDE and (_is_small(own) or _in_capitals(before, own)):
            for place in _beginning(made, index):
                made[place] = replace(made[place], tag=made[index].tag)
    for index in range(len(made) - 1):
        if made[index].tag in running and _goes_on(made, index):
            for place in _end(made, index):
                made[place] = replace(made[place], tag=made[index].tag)
    return made


def _is_small(token: Token) -> bool:
    return token.text[:1].islower()


def _beginning(made: Sequence[Tagged], index: int) -> range:
    """Untagged words before a word, from the capital that begins the sentence."""
    first = index
    for place in range(index - 1, max(index - MOST, -1), -1):
        each = made[place]
        if each.tag != OUTSIDE or not _follows(each.token, made[place + 1].token):
            break
        if each.token.text.endswith(STOPS):
            break
        first = place
    whole = first < index and made[first].token.text[:1].isupper()
    return range(first, index) if whole else range(0)


def _follows(one: Token, other: Token) -> bool:
    """Whether a word stands behind another on its line, or on the next one below."""
    return other.line == one.line or (0 < other.box.top - one.box.top < NEXT_LINE * one.box.height)


def _goes_on(made: Sequence[Tagged], index: int) -> bool:
    """Whether a text's word is followed by an untagged one in small letters, in mid-sentence."""
    one, other = made[index].token, made[index + 1].token
    if made[index + 1].tag != OUTSIDE or one.text.endswith(STOPS):
        return False
    return _in_capitals(one, other) or (_is_small(other) and _follows(one, other))


def _in_capitals(one: Token, other: Token) -> bool:
    """Whether two words of a line are in capitals, in which sentences have no small letters."""
    both = one.text + other.text
    return one.line == other.line and both.isupper()


def _end(made: Sequence[Tagged], index: int) -> range:
    """Untagged words behind a word, up to the one that ends the sentence."""
    for place in range(index + 1, min(index + 1 + MOST, len(made))):
        if made[place].tag != OUTSIDE or made[place].token.checkbox is not None:
            break
        if made[place].token.text.endswith("."):
            return range(index + 1, place + 1)
    return range(0)
