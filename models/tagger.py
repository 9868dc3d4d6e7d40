"""Token classification: words and checkboxes of a page to one field tag each.

A LayoutLMv3-style transformer (Huang et al. 2022, arXiv:2204.08387; text and boxes only, with its
relative position biases in one and two dimensions) over one token per word. A token is a bag of
ids: hashed character trigrams, the word's shape and where it stands (cell, block, line), so that
misread words and names never seen still mean something and the vocabulary stays small.

Tags are the field tags of `models.form`; a footnote mark has the tag of the field it stands at with
`MARK` appended; `footnote.id` is the number that heads a footnote's text; `CONTINUED` is running
text that began on the page before; `OUTSIDE` is printed form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from zlib import crc32

import numpy as np
import numpy.typing as npt

from models.addresses import settled
from models.document import Box, Word
from models.errors import DamagedWeights
from models.extraction import Region
from models.form import all_tags, forms
from models.homes import homes_of, together, whole
from models.raised import PLAIN
from models.table_heads import told_by_heads
from models.values import MONTH, day_of
from models.weights import Weights

OUTSIDE = "O"
MARK = "^"
FOOTNOTE_HEAD = "footnote.id"
CONTINUED = "continued"

VOCABULARY = 4096
BAG = 20
"""Ids of one token at most; 0 pads."""
WINDOW = 512
OVERLAP = 256
GRID = 1000
"""Boxes are given to the network as shares of the page in thousandths, as in LayoutLM."""

LETTERED = re.compile(r"(?<=^[(\[{])F(?=\d{1,2}\b)")
"""What of `(F1)` other forms' `(1)` lacks."""
TYPED_RULE = re.compile(r"[-–—=.·*~:]{4,}")
DATE = re.compile(
    r"(?:\d{1,2}\.\d{1,2}\.(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}\W?{MONTH}\W{{0,2}}\d{{2,4}}|{MONTH}\W{{1,2}}\d{{1,2}}\W{{1,2}}\d{{4}})(?!\d)"
)
"""`12.31.2008`, `2008-12-31`, `31DEC2008`: dates as any other to the network, which hardly saw
such."""
CHECKED, UNCHECKED = "[x]", "[ ]"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a checkbox (`[x]`, `[ ]`), with the regions it stands in.

    `container` is the cell or header box around it, `block` the table, footnote or signature block;
    `line` numbers the text line it belongs to; `last` says that nothing stands behind it there.
    """

    text: str
    box: Box
    page: int
    line: int
    word: Word | None = None
    checkbox: Region | None = None
    container: Region | None = None
    block: Region | None = None
    last: bool = False

    @property
    def is_in_cell(self) -> bool:
        """Whether it stands in a cell of a table."""
        return self.container is not None and self.container.label == "cell"

    @property
    def is_raised(self) -> bool:
        """Whether it is set as a superscript."""
        return bool(self.text) and self.text[0] in PLAIN


@dataclass(frozen=True, slots=True)
class Tagged:
    """A token with its tag, the tag's probability, the next best tag and that one's."""

    token: Token
    tag: str
    score: float
    rival: str = OUTSIDE
    rival_score: float = 0.0

    @property
    def is_mark(self) -> bool:
        """Whether the token is a footnote mark at a field."""
        return self.tag.endswith(MARK)

    @property
    def field_tag(self) -> str:
        """The tag of the field, for words and marks alike."""
        return self.tag.removesuffix(MARK)


Changes = dict[int, str]
"""New tags of words by their identity."""


def retagged(tagged: Sequence[Tagged], changes: Changes, least: float = 0.0) -> list[Tagged]:
    """The words with other tags where `changes` has one, which has a probability of `least`."""
    return [
        replace(each, tag=changes[id(each)], score=max(each.score, least))
        if id(each) in changes else each for each in tagged
    ]  # fmt: skip


def lines_of(tagged: Iterable[Tagged]) -> list[list[Tagged]]:
    """The words of a page line by line, in their order."""
    lines: dict[int, list[Tagged]] = {}
    for each in tagged:
        lines.setdefault(each.token.line, []).append(each)
    return list(lines.values())


def labels() -> tuple[str, ...]:
    """Every label a tagger may have to know, for the forms of this version."""
    marked = sorted({tag for form in forms().values() for _, spec in form.specs()
                     if spec.footnotes for tag in spec.tags})  # fmt: skip
    return (OUTSIDE, FOOTNOTE_HEAD, CONTINUED, *all_tags(), *(tag + MARK for tag in marked))


def tokens_of(
    lines: Sequence[tuple[Box, Sequence[Word]]], regions: Sequence[Region], page: int
) -> list[Token]:
    """Tokens in reading order: containers from top to bottom and left to right, lines inside them.

    Words inside a checkbox are its mark, rules typed with dashes are rules: neither are tokens.
    What was read as the character of a box is one that layout did not see.
    """
    boxes = [region for region in regions if region.label == "checkbox"]
    boxes += [_as_box(word, page) for _, words in lines for word in words
              if word.text in GLYPHS and not _inside_any(word.box, boxes)]  # fmt: skip
    containers = whole([region for region in regions if region.label in ("cell", "header")],
                        [box for box, _ in lines])  # fmt: skip
    blocks = [region for region in regions if region.label in ("table", "footnotes", "signature")]
    found = [
        (number, word)
        for number, (_, words) in enumerate(lines)
        for word in words
        if not _inside_any(word.box, boxes) and not TYPED_RULE.fullmatch(word.text)
    ]
    found_boxes = [word.box for _, word in found] + [box.box for box in boxes]
    around = together(found, homes_of(found_boxes, containers))
    block = homes_of(found_boxes, blocks)
    made = [
        Token(word.text, word.box, page, number, word, None, around[index], block[index])
        for index, (number, word) in enumerate(found)
    ]
    for index, box in enumerate(boxes):
        text, place = CHECKED if box.checked else UNCHECKED, len(found) + index
        made.append(Token(text, box.box, page, len(lines) + index, None, box,
                          around[place], block[place]))  # fmt: skip
    ordered = in_reading_order(made)
    return [replace(token, last=_is_last(token, after))
            for token, after in zip_longest(ordered, ordered[1:])]  # fmt: skip


GLYPHS = {"☐": False, "□": False, "☒": True, "☑": True}
"""Characters of empty and of marked boxes."""


def _as_box(word: Word, page: int) -> Region:
    return Region("checkbox", page, word.box, word.score, checked=GLYPHS[word.text])


def _is_last(token: Token, after: Token | None) -> bool:
    """Whether the token ends a row of its container; `after` follows in reading order."""
    if after is None or after.container is not token.container:
        return True
    return after.box.left <= token.box.left or after.box.center[1] > token.box.bottom


def _inside_any(box: Box, boxes: Sequence[Region]) -> bool:
    return any(box.share_inside(region.box.grown(1.5)) > 0.5 for region in boxes)


def in_reading_order(tokens: Sequence[Token]) -> list[Token]:
    """Tokens ordered by container (or own row, outside containers), then line, then x."""
    gutters = _gutters(tokens)
    rows = _rows_of_lines([token for token in tokens if token.container is None])
    groups: dict[object, list[Token]] = {}
    for token in tokens:
        if token.container is not None:
            key: object = id(token.container)
        elif id(token.block) in gutters:
            key = ("line", token.line)
        else:
            key = ("row", rows[token.line])
        groups.setdefault(key, []).append(token)

    def corner(group: list[Token]) -> tuple[float, float, float, float]:
        first = group[0]
        outer = first.container.box if first.container else first.box
        gutter = gutters.get(id(first.block)) if not first.container else None
        if gutter is None or first.block is None:
            return round(outer.top / 4), 0.0, outer.left, outer.top
        # A block set in two columns is read as one thing, column by column.
        return round(first.block.box.top / 4), float(outer.left > gutter), outer.top, outer.left

    return [token for group in sorted(groups.values(), key=corner) for token in _by_line(group)]


def _rows_of_lines(tokens: Sequence[Token]) -> dict[int, int]:
    """Line number -> row: pieces of text at one height are one row, however wide the gap."""
    lines: dict[int, Box] = {}
    for token in tokens:
        lines[token.line] = Box.around([lines.get(token.line, token.box), token.box])
    rows: dict[int, int] = {}
    last: Box | None = None
    row = -1
    for number, box in sorted(lines.items(), key=lambda item: item[1].center[1]):
        if last and box.center[1] - last.center[1] < 0.5 * min(last.height, box.height):
            rows[number] = row
            continue
        last, row = box, row + 1
        rows[number] = row
    return rows


def _by_line(group: Sequence[Token]) -> Iterator[Token]:
    """Tokens of one container: lines that overlap in height are one, ordered by their middles."""
    rows: list[list[Token]] = []
    for token in sorted(group, key=lambda each: each.box.center[1]):
        last = rows[-1][0].box if rows else None
        if last and token.box.center[1] - last.center[1] < 0.5 * min(last.height, token.box.height):
            rows[-1].append(token)
        else:
            rows.append([token])
    for row in rows:
        yield from sorted(row, key=lambda each: each.box.left)


def _gutters(tokens: Sequence[Token]) -> dict[int, float]:
    """For blocks of running text set in two columns, the x at which the second one starts."""
    lines: dict[int, dict[int, Box]] = {}
    for token in tokens:
        if token.block is not None and token.block.label == "footnotes" and not token.container:
            own = lines.setdefault(id(token.block), {})
            own[token.line] = Box.around([own.get(token.line, token.box), token.box])
    found = {}
    for block, own in lines.items():
        boxes = sorted(own.values(), key=lambda box: box.left)
        middle = (boxes[0].left + max(box.right for box in boxes)) / 2
        crossing = sum(box.left < middle - 5 and box.right > middle + 5 for box in boxes)
        right = [box.left for box in boxes if box.left >= middle - 5]
        if (
            len(right) > 2
            and len(boxes) - len(right) - crossing > 2
            and crossing <= len(boxes) / 10
        ):
            found[block] = min(right) - 1
    return found


def bag_of(token: Token, previous: Token | None) -> list[int]:
    """The token's ids: its text's trigrams and shape, and its surroundings."""
    text = tick_line("".join(PLAIN.get(char, char) for char in token.text))
    text = LETTERED.sub("", text)
    if (date := DATE.match(text)) and (day := day_of(date.group())):
        text = "{1}/{2}/{0}".format(*day.split("-")) + text[date.end() :]
    lowered = text.lower()
    flat = re.sub(r"\d", "0", lowered)
    framed = f"^{flat}$"
    grams = [framed[index : index + 3] for index in range(len(framed) - 2)][:12]
    features = [f"w:{lowered}", f"f:{flat}", f"s:{shape(text)}", *(f"g:{gram}" for gram in grams)]
    features += list(_surroundings(token, previous))
    return [1 + crc32(feature.encode()) % (VOCABULARY - 1) for feature in features][:BAG]


def tick_line(text: str) -> str:
    """A line to tick in one spelling, `__x__` or `____`: how many dashes are seen says nothing."""
    if "_" not in text or text.strip("_").lower() not in ("", "x", "✓"):
        return text
    return "__x__" if text.strip("_") else "____"


def _surroundings(token: Token, previous: Token | None) -> Iterator[str]:
    if token.is_raised:
        yield "raised"
    if token.checkbox is not None:
        yield "checkbox"
    yield f"in:{token.container.label if token.container else ''}"
    if token.block is not None:
        yield f"block:{token.block.label}"
        if token.block.table is not None:
            yield f"table:{token.block.table}"
    if token.container is not None and token.container.column is not None:
        yield f"column:{min(token.container.column, 20)}"
    if previous is None or previous.line != token.line:
        yield "starts-line"
    if previous is None or previous.container is not token.container:
        yield "starts-container"


def shape(text: str) -> str:
    """Letters, digits and signs with runs cut to two: `Common` -> `Xxx`, `10,373` -> `00,00`."""
    kinds = re.sub(r"[a-z]", "x", re.sub(r"[^\W\d_a-z]", "X", re.sub(r"\d", "0", text)))
    return re.sub(r"(.)\1{2,}", r"\1\1", kinds)[:12]


Inputs = dict[str, npt.NDArray[np.int64]]


def network_input(tokens: Sequence[Token], width: float, height: float) -> Inputs:
    """`bags` (1, length, BAG) and `boxes` (1, length, 4) in thousandths of the page."""
    bags = np.zeros((1, len(tokens), BAG), np.int64)
    boxes = np.zeros((1, len(tokens), 4), np.int64)
    for index, token in enumerate(tokens):
        ids = bag_of(token, tokens[index - 1] if index else None)
        bags[0, index, : len(ids)] = ids
        box = token.box
        boxes[0, index] = (box.left / width * GRID, box.top / height * GRID,
                           box.right / width * GRID, box.bottom / height * GRID)  # fmt: skip
    return {"bags": bags, "boxes": np.clip(boxes, 0, GRID)}


class Tagger:
    """Tags tokens with ONNX Runtime; its labels are its weights', whatever the code's order."""

    def __init__(self, weights: Weights, threads: int | None = None) -> None:
        if weights.dims.get("bag") != BAG or OUTSIDE not in weights.labels:
            raise DamagedWeights(f"{weights.tag} is not for this tagger")
        self.name = weights.tag
        self.labels = weights.labels
        self._session = weights.session(threads)

    def tag(self, tokens: Sequence[Token], page: Box) -> list[Tagged]:
        """One tag per token of a page, in order."""
        if not tokens:
            return []
        inputs = network_input(tokens, page.right, page.bottom)
        probability = np.zeros((len(tokens), len(self.labels)), np.float32)
        for start, end, keep in windows(len(tokens)):
            part = {name: values[:, start:end] for name, values in inputs.items()}
            (logits,) = self._session.run(None, part)
            probability[keep:end] = softmax(logits[0])[keep - start :]
        probability = told_by_heads(tokens, probability, self.labels)
        probability = settled(tokens, probability, self.labels)
        return [self._tagged(token, row) for token, row in zip(tokens, probability, strict=True)]

    def _tagged(self, token: Token, row: npt.NDArray[np.float32]) -> Tagged:
        best, second = (int(index) for index in row.argsort()[::-1][:2])
        return Tagged(token, self.labels[best], float(row[best]), self.labels[second],
                      float(row[second]))  # fmt: skip


def windows(length: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, first index kept) of windows that cover `length` tokens with overlap."""
    start = 0
    while True:
        end = min(start + WINDOW, length)
        yield start, end, start + (OVERLAP // 2 if start else 0)
        if end == length:
            return
        start += WINDOW - OVERLAP


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)
