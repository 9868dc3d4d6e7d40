"""Truth for the tagger: tokens with their tags, as misread and displaced as in a real reading.

Running layout and recognition over every training page would cost more than training itself, so
their mistakes are imitated: characters confused, words split and joined, boxes moved, regions lost.
Words of labelled pages were read already, with such mistakes; they are changed little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from eval.printing import PrintedPage, PrintedWord
from models.document import Box, Word
from models.extraction import Region
from models.form import FormType, forms
from models.grid import structured
from models.recognizer import HANDWRITTEN
from models.tagger import CONTINUED, MARK, OUTSIDE, Token, tokens_of
from training.lines import TrueLine, is_raised, lines_of, raised

CONFUSED = {
    "0": "Oo", "O": "0Q", "o": "c0", "1": "lI", "l": "1I", "I": "l1", "5": "S", "S": "5", "8": "B",
    "B": "8", ",": ".", ".": ",", "e": "c", "c": "e", "n": "r", "r": "n", "u": "v", "i": "l",
    "t": "f", "(": "[", ")": "]", "a": "o", "m": "n", "h": "b", "6": "8", "3": "8", "4": "A",
    "7": "1",
}  # fmt: skip


UNKNOWN = "?"
"""Tag of words of which nobody said whether they are a value: they teach nothing."""


@dataclass(frozen=True)
class Spoiling:
    """How badly pages are read; some well and some badly, so most of it is drawn per page.

    `rates` are of misread characters. Shares of pages: filled in by hand, with junk, with tables or
    header boxes that are not seen, `tabled` with covers of many cells taken for tables. `lost` are
    shares of cells and boxes that are not found, with their probabilities. `jitter` scales how far
    boxes are off. `as_printed` says that the words are the print's and not yet a reading's.
    """

    rates: tuple[float, ...]
    by_hand: float
    junk: float
    lost: tuple[tuple[float, float], ...]
    unseen: float
    tabled: float
    jitter: float
    as_printed: bool


PRINTED = Spoiling(
    (0.0, 0.01, 0.03, 0.08, 0.15), 0.06, 0.35,
    ((0.0, 0.35), (0.03, 0.25), (0.12, 0.2), (0.3, 0.12), (1.0, 0.08)), 0.25, 0.5, 1.0, True,
)  # fmt: skip
"""Pages as printed: all that a scan and its reading may do to them."""
READ = Spoiling(
    (0.0, 0.0, 0.01, 0.03), 0.0, 0.2, ((0.0, 0.5), (0.05, 0.2), (0.2, 0.2), (1.0, 0.1)), 0.2, 0.0,
    0.8, False,
)  # fmt: skip
"""Words that were read from a scan: what another scan of the page would change."""
UNTOUCHED = Spoiling((0.0,), 0.0, 0.0, ((0.0, 1.0),), 0.0, 0.0, 0.0, False)
"""Words that were read from a scan, to measure on."""


def tagged_tokens(
    page: PrintedPage, form: str, rng: np.random.Generator, spoiling: Spoiling = PRINTED
) -> tuple[list[Token], list[str]]:
    """Tokens of a page as a reading might give them, in reading order, with their tags."""
    rate = float(rng.choice(spoiling.rates))
    hand = rng.uniform(0.1, 1.0) if rng.random() < spoiling.by_hand else 0.0
    truth = word_tags(page, form)
    kept: list[tuple[Word, str]] = []
    lines = [spoiled_line(line, rng, rate, hand, truth, kept, spoiling) for line in lines_of(page)]
    for line in junk(page, rng, spoiling.junk):
        lines.append(line)
        kept += [(word, OUTSIDE) for word in line[1]]
    tag_of = {id(word): tag for word, tag in kept}
    regions, region_tags = spoiled_regions(page, rng, spoiling)
    tokens = tokens_of([line for line in lines if line[1]], regions, page.number)
    tags = []
    for token in tokens:
        if token.checkbox is not None:
            tags.append(region_tags.get(id(token.checkbox), OUTSIDE))
        else:
            tags.append(tag_of[id(token.word)])
    return tokens, tags


def spoiled_line(
    line: TrueLine, rng: np.random.Generator, rate: float, hand: float, truth: dict[int, str],
    kept: list[tuple[Word, str]], spoiling: Spoiling,
) -> tuple[Box, list[Word]]:  # fmt: skip
    """The line's words, some misread, with boxes as tall as the line; adds them to `kept`.

    Values of which a share `hand` was filled in by hand are seen, not read.
    """
    size = max(word.size for word in line.words)
    middle = line.box.center[1]
    # Small type is the first that a bad scan makes unreadable: heads of columns, instructions.
    rate *= 2.5 if size < SMALL else 1.0
    words: list[Word] = []
    shift = rng.normal(0, 0.6, 2) * spoiling.jitter
    for word in glued(line.words, truth) if spoiling.as_printed else line.words:
        set_high = spoiling.as_printed and is_raised(word, size, middle)
        text = raised(word) if set_high else word.text
        text = misread(text, rng, rate)
        if hand and truth[id(word)] != OUTSIDE and rng.random() < hand:
            text = HANDWRITTEN
        if not text or rng.random() < rate / 10:
            continue
        left, right = rng.normal(0, 0.8, 2) * spoiling.jitter
        box = Box(word.box.left + left, line.box.top + shift[0],
                  max(word.box.right + right, word.box.left + left + 1),
                  line.box.bottom + shift[1])  # fmt: skip
        for made in pieces(text, box, rng, rate):
            if words and kept[-1][1] == truth[id(word)] and rng.random() < rate / 3:
                last = words.pop()
                kept.pop()
                made = Word(last.text + made.text, Box.around([last.box, made.box]))
            words.append(made)
            kept.append((made, truth[id(word)]))
    return line.box, words


SMALL = 5.5
"""Points: type below is read worse."""
JUNK = ("-", "=", "_", ".", "*", "2", "8", "1", "I", "c", "/", "~", "r", "n", "o")
"""What rules, specks and stamps are read as."""


def junk(
    page: PrintedPage, rng: np.random.Generator, share: float
) -> Iterator[tuple[Box, list[Word]]]:
    """Lines that are none: rules of dashes, specks, scribbles, stamps, on a share of the pages."""
    if rng.random() > share:
        return
    for _ in range(int(rng.integers(1, 8))):
        length = int(rng.integers(1, 5) if rng.random() < 0.6 else rng.integers(5, 60))
        few = rng.choice(JUNK, size=int(rng.integers(1, 4)))
        text = "".join(rng.choice(few, size=length))
        height = rng.uniform(5, 14)
        left, top = rng.uniform(0, 0.95) * page.width, rng.uniform(0, 0.98) * page.height
        box = Box(left, top, min(left + length * height / 2, page.width), top + height)
        yield box, [Word(text, box)]


PUNCTUATION = frozenset("[](){}.,;:")


def glued(words: Sequence[PrintedWord], truth: dict[int, str]) -> list[PrintedWord]:
    """Words with the brackets and commas that touch them, as a recogniser reads them.

    The print knows where a value ends; on the page `(ACME)` is one word, and it is the value's.
    """
    made: list[PrintedWord] = []
    for word in words:
        last = made[-1] if made else None
        touching = last is not None and word.box.left - last.box.right < 0.1 * word.size
        if last is not None and touching and PUNCTUATION.issuperset(last.text):
            made[-1] = _joined(last, word, word, truth)
        elif last is not None and touching and PUNCTUATION.issuperset(word.text):
            made[-1] = _joined(last, word, last, truth)
        else:
            made.append(word)
    return made


def _joined(
    first: PrintedWord, second: PrintedWord, named: PrintedWord, truth: dict[int, str]
) -> PrintedWord:
    """Both words as one with the tag of `named`."""
    box = Box.around([first.box, second.box])
    made = replace(named, text=first.text + second.text, box=box)
    truth[id(made)] = truth[id(named)]
    return made


def word_tags(page: PrintedPage, form: str) -> dict[int, str]:
    """The tagger's label of every word of the page, by the word's identity.

    A mark has its field's tag; where a cell's sub-column matters, that of the value beside it. At a
    field that has no footnotes it is print.
    """
    beside = {word.path: word.tag for word in page.words if word.path and word.tag != "footnoteId"}
    return {id(word): _label(word, forms()[form], beside) for word in page.words}


def _label(word: PrintedWord, form: FormType, beside: dict[str, str]) -> str:
    if word.tag != "footnoteId":
        return word.tag or OUTSIDE
    located = form.locate(word.path)
    if not (located and located[2].footnotes and located[2].tags):
        return OUTSIDE
    return beside.get(word.path, located[2].tags[0]) + MARK


def continued(form: FormType, printed: Sequence[PrintedPage]) -> list[PrintedPage]:
    """The pages, running text that goes on from one to the next tagged as such.

    Footnotes of ownership forms are told by their numbers and keep their tags.
    """
    prose = frozenset[str]() if form.is_flat else form.running
    last = ""
    made = []
    for page in printed:
        running = [word for word in page.words if word.tag in prose]
        going_on = list(takewhile(lambda word, path=last: word.path == path, running))  # type: ignore[misc]
        known = {id(word) for word in going_on}
        words = tuple(replace(word, tag=CONTINUED) if id(word) in known else word
                      for word in page.words)  # fmt: skip
        made.append(replace(page, words=words))
        last = running[-1].path if running else last
    return made


def misread(text: str, rng: np.random.Generator, rate: float) -> str:
    """The text with characters confused, dropped or doubled at the given rate."""
    if rate == 0.0:
        return text
    out = []
    for char in text:
        draw = rng.random()
        if draw < rate * 0.7:
            out.append(str(rng.choice(list(CONFUSED.get(char, char)))))
        elif draw < rate * 0.9:
            continue
        else:
            out.append(char)
    return "".join(out)


def pieces(text: str, box: Box, rng: np.random.Generator, rate: float) -> Iterator[Word]:
    """The word, now and then broken in two."""
    if len(text) > 3 and rng.random() < rate / 3:
        cut = int(rng.integers(1, len(text)))
        middle = box.left + box.width * cut / len(text)
        yield Word(text[:cut], replace(box, right=middle))
        yield Word(text[cut:], replace(box, left=middle))
    else:
        yield Word(text, box)


SHEET, SHEET_ROW = 14, 26.0
"""Header boxes of a page from which its cover is a sheet of cells, and their mean height, points:
forms have fewer and taller ones."""
REGION_TILT = 0.7
"""Standard deviation in points by which a detector misses a region's sides."""


def spoiled_regions(
    page: PrintedPage, rng: np.random.Generator, spoiling: Spoiling
) -> tuple[tuple[Region, ...], dict[int, str]]:
    """Regions as a detector finds them, some missing or displaced, and the tags of checkboxes."""
    shares, odds = zip(*spoiling.lost, strict=True)
    loss = float(rng.choice(shares, p=odds))
    # Tables that are not found, or found as one, leave numbers of columns that say little.
    melted = rng.random() < spoiling.unseen
    # Boxes of the header are seen only where they are drawn.
    bare = rng.random() < spoiling.unseen
    plain: list[Region] = []
    tags: dict[int, str] = {}
    for region in page.regions:
        lost = rng.random() < loss and region.label in ("cell", "header")
        unseen = (melted and region.label == "table") or (bare and region.label == "header")
        if region.label == "row" or lost or unseen:
            continue
        left, top, right, bottom = rng.normal(0, REGION_TILT, 4) * spoiling.jitter
        box = region.box
        moved = Box(box.left + left, box.top + top, box.right + right, box.bottom + bottom)
        made = Region(region.label, page.number, moved, checked=region.checked)
        if region.label == "checkbox":
            tags[id(made)] = region.tag or OUTSIDE
        plain.append(made)
    if loss == 1.0:
        plain = [region for region in plain if region.label == "checkbox"]
    elif rng.random() < spoiling.tabled:
        plain = tabled(plain, page.number, joined=rng.random() < 0.5)
    return structured(plain, page.number), tags


def tabled(plain: Sequence[Region], number: int, *, joined: bool) -> list[Region]:
    """The regions, those of a cover that is a sheet of many small cells as cells of a table.

    It may be `joined` with the table that follows.
    """
    boxes = [region.box for region in plain if region.label == "header"]
    if len(boxes) < SHEET or sum(box.height for box in boxes) / len(boxes) > SHEET_ROW:
        return list(plain)
    made = [replace(region, label="cell") if region.label == "header" else region
            for region in plain]  # fmt: skip
    cover = Box.around(boxes).grown(1.0)
    below = [region for region in made if region.label == "table" and region.box.top > cover.top]
    first = min(below, key=lambda region: region.box.top, default=None)
    if joined and first is not None:
        cover = Box.around([cover, first.box])
        made = [region for region in made if region is not first]
    return [*made, Region("table", number, cover)]
