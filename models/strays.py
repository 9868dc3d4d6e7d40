"""Words of the printed form that were taken for values: they stand in the middle of its print."""

from __future__ import annotations

from collections.abc import Sequence

from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged

NAMES = frozenset(
    ("rptOwnerName", "issuerName", "issuerTradingSymbol", "officerTitle", "otherText",
     "signatureName")
)  # fmt: skip
"""Short texts, each in a place of its own."""
SPACE = 0.8
"""Of a line's height, the space between two words of one text at the most."""
FEW, MANY = 2, 6
"""Words of a line that are tagged at the most, and words of print at the least, where the print
begins with the former."""


def without_strays(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, those inside a printed caption or legend no longer tagged.

    `OR` in `Ticker or Trading Symbol` is no symbol, `Intentional` before `misstatements or
    omissions of facts` no name.
    """
    changes: Changes = {}
    for line in lines_of(tagged):
        for run in _runs(sorted(line, key=lambda each: each.token.box.left)):
            changes |= {id(each): OUTSIDE for each in _strays(run)}
    return retagged(tagged, changes)


def _runs(line: Sequence[Tagged]) -> list[list[Tagged]]:
    """The words of a line, parted at wide gaps, boxes and captions' colons."""
    runs: list[list[Tagged]] = [[]]
    for before, each in zip([*line[:1], *line], line, strict=False):
        gap = each.token.box.left - before.token.box.right
        colon = each is not before and before.token.text.endswith(":")
        if gap > SPACE * each.token.box.height or colon or each.token.checkbox is not None:
            runs.append([])
        runs[-1].append(each)
    return runs


def _strays(run: Sequence[Tagged]) -> list[Tagged]:
    """The tagged words of a run that its print goes on around, or behind."""
    own = [each for each in run if each.tag in NAMES]
    if not 0 < len(own) <= FEW:
        return []
    inside = [each for before, each, after in zip(run, run[1:], run[2:], strict=False)
              if each.tag in NAMES and _is_print(before) and _is_print(after)]  # fmt: skip
    if len(inside) == len(own):
        return inside
    print_behind = sum(_is_print(each) for each in run) >= MANY
    begins = run[0].tag == "signatureName" and _is_print(run[-1])
    return own if print_behind and begins else []


def _is_print(each: Tagged) -> bool:
    """Whether a word is one of the form's own sentences, not a hint such as `(Last)`."""
    return each.tag == OUTSIDE and each.token.text.strip(",.*").isalpha()
