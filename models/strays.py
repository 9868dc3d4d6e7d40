"""Words of the printed form that were taken for values: they stand in the middle of its print."""

from __future__ import annotations

from collections.abc import Sequence

from models.document import Box
from models.form import BOX, forms
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
LABELS = frozenset(
    spec.printed.lower() for form in forms().values() for _, spec in form.specs()
    if spec.source == BOX and " " in spec.printed
)  # fmt: skip
"""Labels of boxes that no text beside a box repeats."""
NUMBERED = frozenset(("table", "part", "item"))
"""Words whose number, `II` say, has the looks of a box where its serifs run together."""


def without_strays(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, those inside a printed caption or legend no longer tagged, nor numerals.

    `OR` in `Ticker or Trading Symbol` is no symbol, `Intentional` before `misstatements or
    omissions of facts` no name, what stands behind `Table` no box.
    """
    numbered = [each.token.box for each in tagged if each.token.text.lower() in NUMBERED]
    changes: Changes = {id(each): OUTSIDE for each in tagged
                        if each.token.checkbox and _is_numeral(each.token.box, numbered)}  # fmt: skip
    for line in lines_of(tagged):
        for run in _runs(sorted(line, key=lambda each: each.token.box.left)):
            changes |= {id(each): OUTSIDE for each in _strays(run)}
    return retagged(tagged, changes)


def _is_numeral(box: Box, numbered: Sequence[Box]) -> bool:
    """Whether what looks like a box is the number of a table: it stands right behind that word."""
    return any(
        word.is_level_with(box) and 0 <= box.left - word.right < SPACE * word.height
        for word in numbered
    )


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
    if " ".join(each.token.text for each in run).lower() in LABELS:
        return own
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
