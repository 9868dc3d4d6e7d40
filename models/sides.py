"""The side of a number of options, acquired or disposed of, told by a word beside it.

The form has a sub-column for each side; printouts of a maker's own have one column of numbers and
one of sides, as Table I has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.tagger import MARK, Tagged, retagged

OPTIONS = "derivative"
NUMBER = "nonDerivative.transactionShares"
SIDE = "nonDerivative.transactionAcquiredDisposedCode"
"""What the two columns look like: Table I's."""
WORD = re.compile(r"\(?([AD])(?:\b|cq|isp).*", re.IGNORECASE)


def with_told_side(tokens: Sequence[Tagged]) -> list[Tagged]:
    """The tokens of a row of Table II, a number beside its side's word as in that sub-column."""
    words = (each for each in tokens if each.field_tag == SIDE and not each.is_mark)
    found = next(filter(None, (WORD.fullmatch(each.token.text) for each in words)), None)
    if found is None:
        return list(tokens)
    tag = f"{OPTIONS}.transactionShares.{found[1].upper()}"
    return retagged(tokens, {id(each): tag + MARK * each.is_mark for each in tokens
                             if each.field_tag == NUMBER})  # fmt: skip
