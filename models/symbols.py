"""Trading symbols told by the signs around them: `(“ABC”)` behind a name, `NYSE: ABC`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.reading import SYMBOL
from models.tagger import Changes, Tagged, lines_of, retagged

NAME = "issuerName"
QUOTED = re.compile(r"(?:[(\[][\"'“”‘’]{0,2}|[\"'“”‘’]{1,2})[A-Z][A-Z.]{0,5}[\"'“”‘’]{0,2}[)\]]?")
"""A symbol in brackets or quotes; no name ends so."""
EXCHANGE = re.compile(r"[(\[\"“]*[A-Za-z]{3,8}:")
"""Where it is traded, printed before it."""
LETTERS = re.compile(r"[A-Z][A-Z.]{0,5}[\"'”’)\]]*")


def with_whole_symbol(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, a symbol behind an issuer's name or its exchange as that."""
    changes: Changes = {}
    known = any(each.tag == SYMBOL for each in tagged)
    for line in lines_of(tagged):
        opening = next((place for place, each in enumerate(line) if each.token.text == "["), 0)
        # `PACKAGING AB [ ABC ]`: what stands before the bracket is the name's.
        changes |= {id(each): NAME for each in line[:opening] if each.tag == SYMBOL}
        *others, last = line
        if last.tag != NAME or not others:
            continue
        behind = others[-1].tag == SYMBOL and EXCHANGE.fullmatch(others[-1].token.text)
        quoted = others[-1].tag == NAME and not known and QUOTED.fullmatch(last.token.text)
        if quoted or (behind and LETTERS.fullmatch(last.token.text)):
            changes[id(last)] = SYMBOL
    return retagged(tagged, changes)
