"""Trading symbols told by the signs around them: `(“ABC”)` behind a name, `NYSE: ABC`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from models.codes import SYMBOL
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged

NAME = "issuerName"
QUOTED = re.compile(
    r"(?:[(\[][\"'“”‘’]{0,2}|[\"'“”‘’]{1,2})[A-Z][A-Z.]{0,5}(?:-[A-Z]{1,2})?[\"'“”‘’]{0,2}[)\]]?"
    r"|/[A-Z][A-Z.]{0,5}/"
)
"""A symbol in brackets, quotes or strokes; no name ends so."""
EXCHANGE = re.compile(r"[(\[\"“]*[A-Za-z]{3,8}:")
"""Where it is traded, printed before it."""
KIND = re.compile(r"[A-Z]/[A-Z]")
"""A kind of company that no symbol looks like: A/S."""
PARTING = "-–—;"
"""What stands between a name and its symbol, or behind the name's last word: `ACME A/S- ABC`."""
OPENING = frozenset(("[", *PARTING))
"""What stands right before a symbol, as a word."""
LETTERS = re.compile(r"[A-Z][A-Z.]{0,5}(?:-[A-Z]{1,2})?[\"'”’)\]]*")


def with_whole_symbol(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, a symbol behind an issuer's name or its exchange as that."""
    changes: Changes = {}
    known = any(each.tag == SYMBOL for each in tagged)
    for line in lines_of(tagged):
        opening = next((place for place, each in enumerate(line) if each.token.text in OPENING), 0)
        # `PACKAGING AB [ ABC ]`: what stands before the bracket is the name's.
        changes |= {id(each): NAME for each in line[:opening] if each.tag == SYMBOL}
        changes |= {id(before): OUTSIDE for before, each in pairwise(line)
                    if (before.tag, each.tag) == (NAME, SYMBOL)
                    and EXCHANGE.fullmatch(before.token.text)}  # fmt: skip
        *others, last = line
        # `PARTNERS A/S`, its symbol on the next line.
        if last.tag == SYMBOL and KIND.fullmatch(last.token.text) and line[0].tag == NAME:
            changes[id(last)] = NAME
        if last.tag not in (NAME, OUTSIDE) or not others:
            continue
        before, text = others[-1], last.token.text
        behind = before.tag == SYMBOL and EXCHANGE.fullmatch(before.token.text)
        parted = last.tag == NAME and before.token.text[-1] in PARTING and not known
        quoted = before.tag == NAME and not known and QUOTED.fullmatch(text)
        if quoted or ((behind or parted) and LETTERS.fullmatch(text)):
            changes[id(last)] = SYMBOL
    return retagged(tagged, changes)
