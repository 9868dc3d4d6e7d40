"""Line crops for the recogniser, cut from scanned training pages as the pipeline will cut them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.ctc import BLANK
from models.document import Box, Image, Page
from models.raised import SUPERSCRIPTS
from models.recognizer import HANDWRITTEN, line_crop
from training.lines import TrueLine
from training.scanned import ScannedPage, is_held_out

HEIGHT = 52
"""Crops are kept taller than the network reads them, for it reads only the rows that hold type."""
MOST_LINES = 130
"""Lines kept of a page: all with values first, then labels, which repeat from page to page."""

PRINTABLE = "".join(chr(code) for code in range(32, 127))
ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÍÎÏÑÓÔÕÖØÚÛÜÝßàáâãäåçèéêëìíîïñòóôõöøùúûüýÿŠšŽžŁłĆćČčŞşİı"
TYPOGRAPHIC = "“”‘’–—§®™©•·°½¼¾£€¥…†‡¶☐☒☑✓✔■□●○✗✘"
ALPHABET = (BLANK, *PRINTABLE, *SUPERSCRIPTS.values(), *ACCENTED, *TYPOGRAPHIC, HANDWRITTEN)
"""Classes of the recogniser, the CTC blank first."""

SAME = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u00ad": "-", "\u2011": "-", "\u2010": "-",
                      "\u2212": "–", "ﬁ": "fi", "ﬂ": "fl", "\u2022": "•"})  # fmt: skip
_KNOWN = frozenset(ALPHABET)


@dataclass(frozen=True)
class LineCrop:
    """A grey crop, height `HEIGHT`, and the text that stands in it."""

    image: Image
    text: str


def harvest(page: ScannedPage, rng: np.random.Generator) -> list[LineCrop]:
    """Crops of a page's lines, their boxes as uncertain as a detector's."""
    shown = Page(0, 0.0, 0.0, page.image, page.dpi)
    crops = []
    for line in chosen(page.lines, rng):
        text = line.text.translate(SAME)
        if is_known(text) and line.box.height > 2:
            crops.append(cut(shown, jittered(line.box, rng), text))
    return crops


def cut(page: Page, box: Box, text: str) -> LineCrop:
    """The crop of a line whose text is known, as it is kept."""
    crop = line_crop(page, box)
    width = max(round(crop.shape[1] * HEIGHT / crop.shape[0]), 8)
    method = cv2.INTER_AREA if crop.shape[0] > HEIGHT else cv2.INTER_CUBIC
    resized = cv2.resize(crop, (width, HEIGHT), interpolation=method)
    return LineCrop(resized.astype(np.uint8), text)


def texts_of(folder: Path) -> Iterator[str]:
    """The texts of all lines that were cut from pages that are not held out."""
    for path in sorted(folder.glob("*.json")):
        if not is_held_out(path):
            yield from (text for _, text in json.loads(path.read_text()))


def is_known(text: str) -> bool:
    """Whether there is text, all of it in the recogniser's alphabet."""
    return bool(text) and set(text) <= _KNOWN


def chosen(lines: Sequence[TrueLine], rng: np.random.Generator) -> list[TrueLine]:
    """At most `MOST_LINES`, those of values first."""
    order = rng.permutation(len(lines))
    ranked = sorted(order, key=lambda index: not lines[index].tagged)
    return [lines[index] for index in ranked[:MOST_LINES]]


def jittered(box: Box, rng: np.random.Generator) -> Box:
    """The box with its sides moved as a detector misses them."""
    up, down = rng.normal(0, 0.07, 2) * box.height
    left, right = rng.uniform(-1.2, 1.5, 2)
    return Box(box.left - left, box.top + up, box.right + right, box.bottom + down)


def save(path: Path, crops: Sequence[LineCrop]) -> None:
    """One PNG of all crops side by side, with widths and texts in a JSON beside it."""
    if not crops:
        return
    strip = np.concatenate([crop.image for crop in crops], axis=1)
    cv2.imwrite(str(path.with_suffix(".png")), strip)
    record = [[crop.image.shape[1], crop.text] for crop in crops]
    path.with_suffix(".json").write_text(json.dumps(record))


def load(path: Path) -> Iterator[LineCrop]:
    """The crops that `save` wrote; `path` is the JSON's."""
    strip = cv2.imread(str(path.with_suffix(".png")), cv2.IMREAD_GRAYSCALE)
    if strip is None:
        raise FileNotFoundError(f"{path.with_suffix('.png')} cannot be read")
    left = 0
    for width, text in json.loads(path.read_text()):
        yield LineCrop(strip[:, left : left + width].astype(np.uint8), text)
        left += width
