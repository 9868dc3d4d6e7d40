"""Values told by their printed labels: stamps, signature lines, boxes of unknown editions.

A form's description tells what is printed at a field, and of some fields that their value always
stands right of it or just below. There it is, though nothing like it was ever learnt from; what
else was tagged as the field is none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from models.document import Box
from models.errors import ValueFormatError
from models.form import BELOW, RIGHT, FieldSpec, FormType
from models.recognizer import HANDWRITTEN
from models.tagger import OUTSIDE, Tagged
from models.values import canonical, distance, letters

MISREAD = 0.2
"""Share of a label's letters that may be misread."""
GAP, SPACE = 60.0, 24.0
"""Points from a label to a value right of it; between two words of one value."""
LOWER = 30.0
"""Points below a label within which its value stands."""
MOST_WORDS = 4
"""Of a date: `5th of March,` and the year."""
LIKELY = 0.5


def by_printed_labels(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page with the words at printed labels tagged as their fields."""
    made = list(tagged)
    place = {id(each): index for index, each in enumerate(tagged)}
    for _, spec in form.specs():
        found = at_label(spec, tagged) if spec.at_label else []
        if not found:
            continue
        made = [replace(each, tag=OUTSIDE) if each.tag == spec.tag else each for each in made]
        for each in found:
            made[place[id(each)]] = replace(each, tag=spec.tag, score=max(each.score, LIKELY))
    return made


def at_label(spec: FieldSpec, tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of the field's value at its printed label; none without label or value."""
    label = letters(spec.printed)
    rows = rows_of(tagged)
    for row in rows:
        for end in ends_of(label, row):
            box = Box.around(each.token.box for each in row[:end])
            right = [each for each in row[end:] if each.token.box.left - box.right < GAP]
            if spec.at_label == RIGHT and (found := _value(spec, right)):
                return found
            for words in _below(box, rows) if spec.at_label == BELOW else ():
                if found := _value(spec, words):
                    return found
    return []


def rows_of(tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """All words line by line, left to right."""
    lines: dict[tuple[int, int], list[Tagged]] = {}
    for each in tagged:
        if each.token.word:
            lines.setdefault((each.token.page, each.token.line), []).append(each)
    rows = (sorted(row, key=lambda each: each.token.box.left) for row in lines.values())
    return sorted(rows, key=lambda row: row[0].token.box.top)


def ends_of(label: str, row: Sequence[Tagged]) -> Iterator[int]:
    """Where in a row the label ends; what stands before it in the row does not matter."""
    allowed = int(MISREAD * len(label))
    words = [letters(each.token.text) for each in row]
    if not _may_hold("".join(words), label, allowed):
        return
    for start in range(len(row)):
        text, best = "", (allowed + 1, 0)
        for end in range(start, len(row)):
            text += words[end]
            if len(text) > len(label) + allowed:
                break
            if len(text) >= len(label) - allowed:
                best = min(best, (distance(text, label), end + 1))
        if best[1]:
            yield best[1]


def _may_hold(text: str, label: str, allowed: int) -> bool:
    """Whether a text can have the label with so many errors: then a piece of it is without any."""
    size, rest = divmod(len(label), allowed + 1)
    cuts = [each * size + min(each, rest) for each in range(allowed + 2)]
    return any(label[start:end] in text for start, end in pairwise(cuts))


def _below(label: Box, rows: Sequence[Sequence[Tagged]]) -> Iterator[Sequence[Tagged]]:
    """The parts of rows that stand below a label, within its width and a little more."""
    for row in rows:
        words = [each for each in row
                 if label.left - SPACE < each.token.box.left < label.right + SPACE]  # fmt: skip
        if words and 0 < words[0].token.box.center[1] - label.bottom < LOWER:
            yield words


def _value(spec: FieldSpec, words: Sequence[Tagged]) -> list[Tagged]:
    """The first words that are a value of the field, as far as they stand together."""
    kept: list[Tagged] = []
    for each in words:
        if kept and each.token.box.left - kept[-1].token.box.right > SPACE:
            break
        kept.append(each)
    if spec.kind != "date":
        by_hand = any(HANDWRITTEN in each.token.text for each in kept)
        return [] if by_hand or not any(map(str.isalpha, _text(kept))) else kept
    for count in range(min(MOST_WORDS, len(kept)), 0, -1):
        try:
            canonical("date", _text(kept[:count]))
        except ValueFormatError:
            continue
        return kept[:count]
    return []


def _text(words: Sequence[Tagged]) -> str:
    return " ".join(each.token.text for each in words).strip(" ,_")
