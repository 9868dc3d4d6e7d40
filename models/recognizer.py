"""Recognition: images of text lines to text with a probability for every character.

The network is trained with CTC (`models.ctc`). Characters set as superscripts are symbols of their
own (`⁽¹⁾`), so that a footnote mark is told from a number in brackets by its look. Of a crop only
the rows that hold its type are read. Crops are bucketed by width, so that short cells do not pay
for long lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.ctc import (
    BLANK,
    UNSURE,
    Character,
    Logs,
    Reading,
    decode,
    space_between,
    text_of,
)
from models.document import Box, Image, Page, Word
from models.errors import DamagedWeights
from models.line_rows import HEIGHT, normalised, without_underline
from models.numerals import shaped
from models.raised import PLAIN, with_flat_brackets, with_raised
from models.repeated import repeated
from models.short_forms import short_forms
from models.spelling import spelled
from models.ticks import with_ticks
from models.weights import Weights
from models.wording import worded

WIDTH_STEP = 32
BATCH_PIXELS = 2048
"""Total width of a batch: long lines go alone. In larger ones a third would be padding."""
WHITE_END = 32
"""Pixels of paper behind every line: in training most lines had some, and are read better so."""

HANDWRITTEN = "✎"
"""What is read of a word that a hand wrote: not its letters, only that it is there."""
HAND_DOUBT = 3.0
"""Nats that are asked for it more than for a character: type of a strange face is far commoner."""


class Recognizer(Protocol):
    """Anything that reads line crops."""

    name: str

    def read(self, crops: Sequence[Image]) -> list[Reading]:
        """One reading per crop, in order."""
        ...


class CtcRecognizer:
    """A line recogniser over ONNX Runtime; its weights' labels are its characters, blank first."""

    def __init__(self, weights: Weights, threads: int | None = None) -> None:
        if weights.dims.get("height") != HEIGHT or weights.labels[:1] != (BLANK,):
            raise DamagedWeights(f"{weights.tag} is not for this recogniser")
        self.name = weights.tag
        self._labels = weights.labels
        known = HANDWRITTEN in weights.labels
        self._hand = weights.labels.index(HANDWRITTEN) if known else None
        self._session = weights.session(threads)

    def read(self, crops: Sequence[Image]) -> list[Reading]:
        """One reading per crop, in order; crops are grey uint8 of any size, those of one page.

        Doubtful words are spelled as words that are known or stand in another of the crops.
        """
        lines = [normalised(crop) for crop in crops]
        found = self._decoded(lines)
        readings, steps = [reading for reading, _ in found], [own for _, own in found]
        bare = {index: made for index, crop in enumerate(crops)
                if RULED.search(text_of(readings[index]))
                and (made := without_underline(crop)) is not None}  # fmt: skip
        again = self._decoded([normalised(crop) for crop in bare.values()])
        for index, (reading, own) in zip(bare, again, strict=True):
            texts = text_of(readings[index]), text_of(reading)
            if is_underlined(*texts) or has_more_marks(*texts):
                readings[index], steps[index] = reading, own
        pairs = zip(readings, lines, strict=True)
        readings = [with_ticks(with_raised(*each), each[1]) for each in pairs]
        readings = [with_points(each) for each in worded(readings, steps, self._labels)]
        for known in (shaped, spelled, short_forms, repeated):
            readings = known(readings, steps, self._labels)
        return [with_flat_brackets(each) for each in readings]

    def _decoded(self, lines: Sequence[npt.NDArray[np.float32]]) -> list[tuple[Reading, Logs]]:
        """Each line's best reading by itself, and its steps."""
        found: list[tuple[Reading, Logs]] = [((), np.zeros((0, 0), np.float32))] * len(lines)
        for batch in batches([line.shape[1] for line in lines]):
            widest = max(lines[index].shape[1] for index in batch) + WHITE_END
            padded = np.stack([_padded(lines[index], widest) for index in batch])[:, None]
            (logs,) = self._session.run(None, {"image": padded})
            for index, log in zip(batch, logs, strict=True):
                # What is read in the padding is nothing.
                own = log[: max(round(lines[index].shape[1] / widest * len(log)), 1)]
                if self._hand is not None:
                    own[:, self._hand] -= HAND_DOUBT
                read = with_gaps(hand_or_type(decode(own, self._labels)))
                found[index] = with_letters(read), own
        return found


def _padded(line: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    return np.pad(line, ((0, 0), (0, width - line.shape[1])))


def batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines grouped by similar width, at most `BATCH_PIXELS` wide together."""
    rounded = [-(-width // WIDTH_STEP) * WIDTH_STEP for width in widths]
    order = sorted(range(len(widths)), key=lambda index: rounded[index])
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * rounded[index] > BATCH_PIXELS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


LONE_Q = re.compile(r"\bQ\b")
RULED = re.compile(r"E|\bQ\b|\w\W* \w")
"""What the rule under a line may have made of a letter, and words that may have lost a comma."""


def is_underlined(text: str, bare: str) -> bool:
    """Whether a text differs from the one without the rule under it as the rule makes letters look.

    It makes an E of an F, and a Q of the O that is an initial.
    """
    if text == bare or len(text) != len(bare):
        return False
    likely = LONE_Q.sub("O", text)
    return all(
        other in (one, each) or (one, other) == ("E", "F")
        for one, each, other in zip(text, likely, bare, strict=True)
    )


MARKED = re.compile(r"([,.;:-]*)([^,.;:-]|$)")
"""Marks on the line, which the rule under it hides, and the character behind them."""


def has_more_marks(text: str, bare: str) -> bool:
    """Whether a text without the rule under it is the same but for commas and the like it gains.

    `Ann Doe, Attorney-` is read as `Ann Doe Attorney:` where the marks stand on the rule.
    """
    runs, own = MARKED.findall(text), MARKED.findall(bare)
    return text != bare and len(runs) == len(own) and all(
        char == other and (run == gained or (gained and "-" not in run))
        for (run, char), (gained, other) in zip(runs, own, strict=True)
    )  # fmt: skip


def hand_or_type(reading: Reading) -> Reading:
    """The reading with signs of a hand inside printed words read as the characters they may be."""
    text = text_of(reading)
    made = list(reading)
    for word in re.finditer(r"\S+", text):
        if set(word.group()) == {HANDWRITTEN}:
            continue
        for place in range(word.start(), word.end()):
            if text[place] == HANDWRITTEN:
                made[place] = replace(made[place], text=made[place].rival, score=UNSURE)
    return tuple(made)


WIDE_GAP = 2.6
"""Of a line's usual distance from character to character: more has a space in it."""
FEW = 5
"""Characters without which a line has no usual distance."""


def with_gaps(reading: Reading) -> Reading:
    """The reading with a space where letters or digits stand far apart: so wide it is read as none.

    Where layout takes two fields for one line, `MENLO PARK      CA`, the words must not be joined.
    """
    if len(reading) < FEW:
        return reading
    usual = float(np.median(np.diff([each.place for each in reading])))
    made = [reading[0]]
    for before, each in pairwise(reading):
        apart = each.place - before.place
        if apart > WIDE_GAP * usual and before.text.isalnum() and each.text.isalnum():
            made.append(space_between(before, each))
        made.append(each)
    return tuple(made)


WORD = re.compile(r"[^\W_]+")
LETTERS = {"0": "Oo", "1": "Il", "5": "Ss", "8": "Bb"}
"""Digits and the letters they are taken for, capital and small."""


def with_letters(reading: Reading) -> Reading:
    """The reading with a lone kind of digit among letters read as the letter it looks like.

    `Hil1` is `Hill` and `YH00` is `YHOO`; `10b5`, `F1` and the postal code `KY1` stay as they are.
    """
    text = text_of(reading)
    made = list(reading)
    for word in WORD.finditer(text):
        digits = {char for char in word.group() if char.isdigit()}
        others = "".join(char for char in word.group() if char not in digits)
        if len(digits) != 1 or not others.isalpha():
            continue
        digit = digits.pop()
        # Codes of capitals with a 1, a 5 or an 8 are common, with a 0 they are not.
        least = 2 if digit == "0" else 5 if others.isupper() else 3
        if digit in LETTERS and len(others) >= least:
            letter = LETTERS[digit][0 if others.isupper() else 1]
            for place in range(word.start(), word.end()):
                if text[place] == digit:
                    made[place] = replace(made[place], text=letter, rival=digit)
    wrong = [(match.start(1), right) for pattern, right in KNOWN_MARKS
             for match in pattern.finditer(text)]  # fmt: skip
    wrong += [(place, ")") for run in SLASHED.finditer(text)
              for place in range(*run.span()) if text[place] == "/"]  # fmt: skip
    for place, right in wrong:
        made[place] = replace(made[place], text=right, rival=text[place])
    return tuple(made)


SLASHED = re.compile(r"(?<!\S)\d{1,2}/(?:\d{1,2}/)+(?=$|\s(?!\d))")
"""Several marks such as `1/5/`."""


KNOWN_MARKS = (
    (re.compile(r"\b[cC]/(0)(?=\s)"), "O"),  # care of
    (re.compile(r"(?<!\S)([\[I|lJ])s/(?=[\s.]|$)"), "/"),  # the mark of a conformed signature
    (re.compile(r"(?<=[a-z] )[VX]{1,2}I?(1)(?=[\s,]|$)"), "I"),  # a Roman number behind a name
    (re.compile(r"^[VXvx]{1,2}I?(1)(?=[,.]? L)"), "I"),  # the same on the next line: `XI, LP`
    (re.compile(r"\b[cC](?:lass|LASS) (8)(?=[\s,]|$)"), "B"),  # classes of shares have letters
    (re.compile(r"\$0( )0\d*1(?=\s|$)"), "."),  # a par value such as `$0.0001`
    (re.compile(r"(?<![A-Z])E(I)(?= [A-Z][a-z])"), "l"),  # `El Camino`
    (re.compile(r"^(0)[0O]$"), "O"),  # a person's type or source of funds; no number is two zeros
    (re.compile(r"^[0O](0)$"), "O"),
    (re.compile(r"(?<=[a-z] )(0)\.(?= [A-Z][a-z])"), "O"),  # the initial of a name
    (re.compile(r"^[^\[]*(?<!\S)([Il|1])(?= ?[A-Z][A-Z.]{0,5} ?\]$)"), "["),  # a trading symbol
    (re.compile(r"(?<![\d/])(/)(?=\d{1,2}(?:,\d{1,2})*[/)](?:$|[\s,/]))"), "("),  # `/1/`, a mark
    (re.compile(r"(?<=/)(/)(?=\d{1,2}(?:,\d{1,2})*[/)](?:$|[\s,/]))"), "("),  # `/1//2/`
    (re.compile(r"(?<!\d)[(/](?:\d{1,2},)*\d{1,2}(/)(?=$|[\s,(/])"), ")"),
    (re.compile(r"(?<!\S)\d{1,2}(/)(?=$|\s(?!\d{1,2}/\d))"), ")"),  # `2,541 1/`; no `5/ 5/98`
    (re.compile(r"([<|])(?=[xX✓_ ][>|](?:[ \w]|$))"), "["),  # a box to tick such as `<X>` or `|_|`
    (re.compile(r"(?<=[<|][xX✓_ ])([>|])(?=[ \w]|$)"), "]"),
    (re.compile(r"(?<=[\[|<])(_)(?=[\]|>](?:[ \w]|$))"), " "),
)
"""Misreadings of what is set in one way only, with the place of the wrong character."""


LOST_POINT = re.compile(r"\b(?:[A-Z]\.){1,3}[A-Z](?![^\W⁰¹²³⁴⁵⁶⁷⁸⁹]|[.'’]| R\.L)|\bL(?=P\.[⁽(])")
"""Initials such as `L.P` or `U.S` that lack their last point, `LP.` before a mark its first.

`S.A R.L.` is written so."""
JOINED_MARKS = re.compile(r"(?<=\d\))(?=\d{1,2}\)(?:\d|$|\s))")
"""Marks such as `1/5/`, without a space between."""
LOST_APOSTROPHE = re.compile(r"\bO(?=[A-Z][a-z]{3})")
"""`ODonovan`."""


def with_points(reading: Reading) -> Reading:
    """The reading with what it lost: points of initials, apostrophes, spaces between marks."""
    text, made = text_of(reading), list(reading)
    lost = [(found.end(), ".", ",") for found in LOST_POINT.finditer(text)]
    lost += [(found.end(), "'", ".") for found in LOST_APOSTROPHE.finditer(text)]
    lost += [(found.end(), " ", "") for found in JOINED_MARKS.finditer(text)]
    for end, char, rival in sorted(lost, reverse=True):
        made.insert(end, Character(char, UNSURE, rival, reading[end - 1].place))
    return tuple(made)


_RAISED = "⁽⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_BRACKETED = r"[(\[{]F?\d{1,2}[)\]}]?(?=$|[\s(\[{]|, ?[(\[{⁽]|,\d|[,.]$|\.[(\[{⁽])"
_BLANK_LINE = r"[xX✓]?_+[xX✓]?_*"
_BOX = r"\[(?:[xX✓]\]|(?= ?\]))"
PIECES = re.compile(
    rf"{_BLANK_LINE}|[{_RAISED}]+|{_BRACKETED}|{_BOX}|\](?=\w)"
    rf"|[^\s{_RAISED}_]+?(?={_BLANK_LINE}|{_BRACKETED}|{_BOX}|$|[\s{_RAISED}])"
)
"""Pieces of a line: a line to tick with or without its mark, superscript runs, bracketed numbers at
the end of a word (a closing bracket may be lost), boxes of brackets, other words."""

SEPARATORS = frozenset((",", ";", "."))
"""What stands between two marks and belongs to neither."""
MARK = re.compile(r"⁽?[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾?")
NUMBERED = re.compile(rf"[(\[{{]F?\d{{1,2}}[)\]}}]?|{MARK.pattern}")
"""A footnote's number as a word of its own, raised or in brackets, there also `(F1)`."""


def words_of(reading: Reading, box: Box) -> list[Word]:
    """Words of a line with boxes from the characters' places; a footnote mark is a word of its own.

    Several marks glued together, `⁽¹⁾⁽²⁾`, are several words. Word boxes have the line's full
    height.
    """
    text = text_of(reading)
    words: list[Word] = []
    for piece in PIECES.finditer(text):
        if piece.group() in SEPARATORS and words and NUMBERED.fullmatch(words[-1].text):
            continue
        for start, end in _parts_of(piece.group(), piece.start()):
            words.append(_word(reading[start:end], reading, start, end, box))
    return words


HEAD = re.compile(r"[(\[]?\d{1,2}[.)\]](?=[A-Z][a-z])")
"""The number that heads a footnote or a box, without the space behind it."""


def _parts_of(piece: str, offset: int) -> Iterator[tuple[int, int]]:
    """Start and end of each mark of a superscript run, of a line's number, or of the piece."""
    head = HEAD.match(piece) if not offset else None
    if head:
        yield 0, head.end()
        yield head.end(), len(piece)
        return
    if not piece or piece[0] not in PLAIN:
        yield offset, offset + len(piece)
        return
    for mark in MARK.finditer(piece):
        yield offset + mark.start(), offset + mark.end()


def _word(part: Reading, line: Reading, start: int, end: int, box: Box) -> Word:
    """A word whose sides lie half way to the neighbouring characters."""
    before = line[start - 1].place if start else 0.0
    after = line[end].place if end < len(line) else 1.0
    left = (before + part[0].place) / 2 if start else min(part[0].place, 0.02)
    right = (part[-1].place + after) / 2 if end < len(line) else max(part[-1].place, 0.98)
    return Word(
        "".join(character.text for character in part),
        Box(box.left + left * box.width, box.top, box.left + right * box.width, box.bottom),
        tuple(character.score for character in part),
        "".join(character.rival for character in part),
    )


VERTICAL_MARGIN = 0.12
"""Share of a line's height added above and below its crop; superscripts stick out."""
SIDE_MARGIN = 1.5
"""Points added left and right of a line's crop."""


def line_crop(page: Page, box: Box) -> Image:
    """The crop of a text line with the margins the recogniser was trained with."""
    margin = VERTICAL_MARGIN * box.height
    return page.crop(
        Box(box.left - SIDE_MARGIN, box.top - margin, box.right + SIDE_MARGIN, box.bottom + margin)
    )
