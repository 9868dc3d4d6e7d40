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

import cv2
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
from models.ink import levels_at
from models.numerals import shaped
from models.repeated import repeated
from models.short_forms import short_forms
from models.spelling import spelled
from models.weights import Weights
from models.wording import worded

HEIGHT = 32
WIDTH_STEP = 32
MINIMUM_WIDTH = 32
MAXIMUM_WIDTH = 3000
BATCH_PIXELS = 2048
"""Total width of a batch: long lines go alone. In larger ones a third would be padding."""
WHITE_END = 32
"""Pixels of paper behind every line: in training most lines had some, and are read better so."""

HANDWRITTEN = "✎"
"""What is read of a word that a hand wrote: not its letters, only that it is there."""
HAND_DOUBT = 3.0
"""Nats that are asked for it more than for a character: type of a strange face is far commoner."""

SUPERSCRIPTS = dict(zip("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", strict=True))
PLAIN = {raised: plain for plain, raised in SUPERSCRIPTS.items()}


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
        readings: list[Reading] = [()] * len(lines)
        steps: list[Logs] = [np.zeros((1, len(self._labels)), np.float32)] * len(lines)
        for batch in batches([line.shape[1] for line in lines]):
            widest = max(lines[index].shape[1] for index in batch) + WHITE_END
            padded = np.stack([_padded(lines[index], widest) for index in batch])[:, None]
            (logs,) = self._session.run(None, {"image": padded})
            for index, log in zip(batch, logs, strict=True):
                # What is read in the padding is nothing.
                own = log[: max(round(lines[index].shape[1] / widest * len(log)), 1)]
                if self._hand is not None:
                    own[:, self._hand] -= HAND_DOUBT
                steps[index] = own
                read = with_gaps(hand_or_type(decode(own, self._labels)))
                readings[index] = with_letters(read)
        readings = [with_points(each) for each in worded(readings, steps, self._labels)]
        for known in (shaped, spelled, short_forms, repeated):
            readings = known(readings, steps, self._labels)
        return readings


def normalised(crop: Image) -> npt.NDArray[np.float32]:
    """Ink 0 to 1 of the line's own rows at the network's height, shape (height, width)."""
    top, bottom = text_rows(crop)
    return ink_of(crop[top:bottom])


DENSE, TRACE = 0.3, 0.04
"""Shares of the fullest row's ink from which a row belongs to the body and to the ends of type."""
OFF_CENTRE = 0.8
"""How much less a row at the crop's edge counts than one in its middle."""
RULE_ROW, RULE_COLUMN = 0.6, 0.75
"""Mean ink above which a row or a column is a rule, not type."""
WHITE = 0.03
"""Of a crop's height: white rows that part two lines, more than part a dot from its i."""
ASCENT, DESCENT = 0.9, 0.6
"""Of the body's height, how far ascenders, raised marks and descenders may reach from it."""
ROW_MARGIN = 0.1
LEAST_BODY = 0.3
"""Of joined lines, what the body of the fullest is at the least: a serif is none."""
LEAST_ROWS = 0.45
"""Of a crop's height: a dash or a dot alone is not blown up."""


def text_rows(crop: Image) -> tuple[int, int]:
    """First and last row of the line's type with a margin, without scraps of other lines.

    White rows part lines from one another. Where type goes on to the crop's edge, a neighbour's may
    be joined to it: then it ends as far from its fullest band of rows as letters reach.
    """
    height = crop.shape[0]
    rows = _ink_rows(crop)
    most = float(rows.max())
    if most < 0.004:
        return 0, height
    off = np.abs(np.linspace(-1.0, 1.0, height, dtype=np.float32))
    inked = np.asarray(rows * (1 - np.float32(OFF_CENTRE) * off), np.float32)
    top, bottom = _fullest(_runs(rows > TRACE * most, max(round(WHITE * height), 1)), inked)
    if top == 0 or bottom == height:
        top, bottom = _parted(rows, inked, top, bottom)
    margin = max(ROW_MARGIN * (bottom - top), (LEAST_ROWS * height - (bottom - top)) / 2)
    return max(round(top - margin), 0), min(round(bottom + margin), height)


def _parted(
    rows: npt.NDArray[np.float32], inked: npt.NDArray[np.float32], top: int, bottom: int
) -> tuple[int, int]:
    """Of rows that go on to the crop's edge, those that letters reach from their fullest band.

    A further full band at the crop's edge is another line's.
    """
    height = len(rows)
    smooth = cv2.blur(rows[:, None], (1, 2 * (height // 32) + 1))[:, 0]
    bands = _runs(smooth > DENSE * float(smooth[top:bottom].max()), 0)
    own = [(start, end) for start, end in bands if start < bottom and end > top]
    first, last = _fullest(own, inked)
    body = max(last - first, LEAST_BODY * (bottom - top))
    above = max((end for start, end in bands if start <= 1 and end < first), default=0)
    below = min((start for start, end in bands if end >= height - 1 and start > last),
                default=height)  # fmt: skip
    return (max(top, above, round(first - ASCENT * body)),
            min(bottom, below, round(last + DESCENT * body)))  # fmt: skip


def _ink_rows(crop: Image) -> npt.NDArray[np.float32]:
    """Mean ink of each row, less what the paper itself shows; none where a rule runs."""
    low, high = levels_at(crop[:, ::2], 0.01, 0.9)
    ink = np.clip((high - crop.astype(np.float32)) / max(float(high - low), 60.0), 0.0, 1.0)
    # A rule down the side inks every row, those between two lines as well.
    ink = ink[:, ink.mean(axis=0) < RULE_COLUMN]
    if not ink.size:
        return np.zeros(len(crop), np.float32)
    means = ink.mean(axis=1)
    rows: npt.NDArray[np.float32] = np.where(means > RULE_ROW, 0.0, means - means.min())
    return rows.astype(np.float32)


def _runs(rows: npt.NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Start and end of each run of rows; what `gap` rows part is one run."""
    starts = np.flatnonzero(np.diff(rows.astype(np.int8), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(rows.astype(np.int8), append=0) == -1) + 1
    runs: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if runs and start - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _fullest(runs: Sequence[tuple[int, int]], ink: npt.NDArray[np.float32]) -> tuple[int, int]:
    """The run with the most ink."""
    return max(runs, key=lambda run: float(ink[run[0] : run[1]].sum()))


def ink_of(crop: Image) -> npt.NDArray[np.float32]:
    """Ink 0 to 1 of a crop at the network's height, contrast stretched, shape (height, width)."""
    scale = HEIGHT / crop.shape[0]
    width = int(np.clip(round(crop.shape[1] * scale), MINIMUM_WIDTH // 2, MAXIMUM_WIDTH))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(crop, (width, HEIGHT), interpolation=method).astype(np.uint8)
    low, high = levels_at(resized, 0.01, 0.95)
    # A crop without ink must stay white: no stretching of paper noise into letters.
    spread = max(float(high - low), 60.0)
    ink = (high - resized.astype(np.float32)) / np.float32(spread)
    return np.asarray(np.clip(ink, 0.0, 1.0), np.float32)


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
    for pattern, right in KNOWN_MARKS:
        for place in (match.start(1) for match in pattern.finditer(text)):
            made[place] = replace(made[place], text=right, rival=text[place])
    return tuple(made)


KNOWN_MARKS = (
    (re.compile(r"\b[cC]/(0)(?=\s)"), "O"),  # care of
    (re.compile(r"(?<!\S)([\[I|lJ])s/(?=[\s.]|$)"), "/"),  # the mark of a conformed signature
    (re.compile(r"(?<=[a-z] )[VX]{1,2}I?(1)(?=[\s,]|$)"), "I"),  # a Roman number behind a name
    (re.compile(r"^[VXvx]{1,2}I?(1)(?=[,.]? L)"), "I"),  # the same on the next line: `XI, LP`
    (re.compile(r"\b[cC](?:lass|LASS) (8)(?=[\s,]|$)"), "B"),  # classes of shares have letters
    (re.compile(r"\$0( )0\d*1(?=\s|$)"), "."),  # a par value such as `$0.0001`
    (re.compile(r"^(0)[0O]$"), "O"),  # a person's type or source of funds; no number is two zeros
    (re.compile(r"^[0O](0)$"), "O"),
    (re.compile(r"(?<=[a-z] )(0)\.(?= [A-Z][a-z])"), "O"),  # the initial of a name
)
"""Misreadings of what is set in one way only, with the place of the wrong character."""


LOST_POINT = re.compile(r"\b(?:[A-Z]\.){1,3}[A-Z](?![\w.'’])|\bL(?=P\.[⁽(])")
"""Initials such as `L.P` or `U.S` that lack their last point, `LP.` before a mark its first."""


def with_points(reading: Reading) -> Reading:
    """The reading with a point of initials that is so faint that it was lost."""
    made = list(reading)
    for found in reversed(list(LOST_POINT.finditer(text_of(reading)))):
        last = reading[found.end() - 1]
        made.insert(found.end(), Character(".", UNSURE, ",", last.place))
    return tuple(made)


_RAISED = "⁽⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_BRACKETED = r"[(\[{]\d{1,2}[)\]}]?(?=$|[\s(\[{])"
_BLANK_LINE = r"[xX✓]?_+[xX✓]?_*"
_BOX = r"\[(?:[xX✓]\]|(?= ?\]))"
PIECES = re.compile(
    rf"{_BLANK_LINE}|[{_RAISED}]+|{_BRACKETED}|{_BOX}|\](?=\w)"
    rf"|[^\s{_RAISED}_]+?(?={_BLANK_LINE}|{_BRACKETED}|{_BOX}|$|[\s{_RAISED}])"
)
"""Pieces of a line: a line to tick with or without its mark, superscript runs, bracketed numbers at
the end of a word (a closing bracket may be lost), boxes of brackets, other words."""

MARK = re.compile(r"⁽?[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾?")


def words_of(reading: Reading, box: Box) -> list[Word]:
    """Words of a line with boxes from the characters' places; a footnote mark is a word of its own.

    Several marks glued together, `⁽¹⁾⁽²⁾`, are several words. Word boxes have the line's full
    height.
    """
    text = text_of(reading)
    words = []
    for piece in PIECES.finditer(text):
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
