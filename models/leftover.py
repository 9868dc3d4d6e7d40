"""Text that no line covers: ink of a letter's size that is left when lines and rules are off.

The layout network misses lone letters, type on a rule and faint words; the pixels still have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Box, Page
from models.extraction import Region
from models.ink import INK_SHARE, LINE_SHARE, SCORE, contrast, shrunk

DPI = 150.0
"""Resolution at which leftovers are looked for: enough for a letter, cheap on a fine scan."""
LEAST_CONTRAST = 24.0
NEARBY = 15.0
"""Points around a pixel whose brightness is that of its paper."""
RULE = 20.0
"""Points of unbroken ink that make a rule; no letter's stroke is so long."""
COVER = 1.0
"""Points around lines and checkboxes that belong to them."""
BORDER = 2.0
"""Points to both sides of a cell's edge where ink is its rule."""
MARGIN = 12.0
"""Points around all of the page's lines beyond which there is no text."""
LETTER = 0.55
"""Of a line's height, what its capitals have."""
LOWEST, TALLEST, WIDEST = 0.6, 2.2, 5.0
"""Of a capital's height: sizes of what may be letters, cursive ones and touching ones included."""
FULL = 0.15
"""Share of its box that a letter inks at the least."""
WORD_GAP = 0.9
"""Of a capital's height: what stands nearer side by side is one line."""
DARK = 0.55
"""Of the depth of the page's type, what most rows of a word reach."""
NARROW, BLACK = 0.35, 0.8
"""A stroke as narrow as this, alone, is a letter only where it is nearly as dark as type can be."""

Bits = npt.NDArray[np.uint8]


def leftover_lines(page: Page, regions: Sequence[Region]) -> list[Region]:
    """A line for every word, or letter, that stands outside the lines that were found."""
    lines = [region.box for region in regions if region.label == "line"]
    if len(lines) < 3 or page.words:
        return []
    dark = contrast(page, lines)
    if dark < LEAST_CONTRAST:
        return []
    scale = min(DPI / POINTS_PER_INCH, page.scale)
    small = _scaled(page, scale / page.scale)
    depth = _depth(small, scale) / dark
    ink = _without_rules((depth > INK_SHARE).astype(np.uint8), scale)
    taken = [*lines, *(region.box for region in regions if region.label == "checkbox")]
    for box in taken:
        _clear(ink, box.grown(COVER), scale)
    for region in regions:
        if region.label in ("cell", "header"):
            for side in _sides(region.box):
                _clear(ink, side.grown(BORDER), scale)
    ink = _inside(ink, Box.around(lines).grown(MARGIN), scale)
    letter = LETTER * median(box.height for box in lines)
    return [Region("line", page.number, box, SCORE)
            for box in _grouped(ink, depth, letter, scale)]  # fmt: skip


def _scaled(page: Page, share: float) -> npt.NDArray[np.uint8]:
    return page.image if share >= 1.0 else shrunk(page.image, share)


def _depth(small: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.float32]:
    """How much darker than the paper around it each pixel is, in grey levels, a little smoothed."""
    height, width = small.shape
    coarse = cv2.resize(small, (max(width // 8, 1), max(height // 8, 1)),
                        interpolation=cv2.INTER_AREA)  # fmt: skip
    reach = 2 * max(round(NEARBY * scale / 16), 1) + 1
    # Of a neighbourhood with type in it, the brighter part is paper.
    paper = cv2.blur(cv2.dilate(coarse, np.ones((reach, reach), np.uint8)), (reach, reach))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(small, (3, 3), 0)
    return np.asarray(cv2.subtract(paper, soft), np.float32)


def _without_rules(ink: Bits, scale: float) -> Bits:
    """The ink less long runs across and down."""
    length = max(round(RULE * scale), 3)
    for kernel in (np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8)):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        ink = np.asarray(cv2.subtract(ink, rules), np.uint8)
    return ink


def _clear(ink: Bits, box: Box, scale: float) -> None:
    """Take the ink inside a box away, in place."""
    ink[_window(box, scale)] = 0


def _window(box: Box, scale: float) -> tuple[slice, slice]:
    """Rows and columns of the pixels inside a box."""
    return (slice(max(int(box.top * scale), 0), max(round(box.bottom * scale), 0)),
            slice(max(int(box.left * scale), 0), max(round(box.right * scale), 0)))  # fmt: skip


def _sides(box: Box) -> tuple[Box, ...]:
    """The four edges of a box, as boxes without an area."""
    return (replace(box, right=box.left), replace(box, left=box.right),
            replace(box, bottom=box.top), replace(box, top=box.bottom))  # fmt: skip


def _inside(ink: Bits, box: Box, scale: float) -> Bits:
    """Only the ink inside a box."""
    kept = np.zeros_like(ink)
    window = _window(box, scale)
    kept[window] = ink[window]
    return kept


def _grouped(
    ink: Bits, depth: npt.NDArray[np.float32], letter: float, scale: float
) -> list[Box]:  # fmt: skip
    """Boxes of letters side by side, with a line's margin above and below, in points."""
    tall = letter * scale
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_16U)
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fits = (high >= LOWEST * tall) & (high <= TALLEST * tall) & (wide <= WIDEST * tall)
    fits &= area >= FULL * wide * high
    mask = np.zeros(ink.shape, np.uint8)
    reach = max(round(WORD_GAP * tall / 2), 1)
    for index in np.flatnonzero(fits[1:]) + 1:
        left, top, width, height = (int(value) for value in stats[index, :4])
        mask[top : top + height, max(left - reach, 0) : left + width + reach] = 1
    _, _, groups, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    found = []
    for left, top, width, height, _ in groups[1:].tolist():
        inner = width - 2 * reach
        least = BLACK if inner < NARROW * height else DARK
        if _darkness(depth[top : top + height, left : left + width]) < least:
            continue
        margin = LINE_SHARE * height
        sides = (left + reach, top - margin, left + width - reach, top + height + margin)
        found.append(Box(*(side / scale for side in sides)))
    return found


def _darkness(window: npt.NDArray[np.float32]) -> float:
    """The depth that the darkest pixels of half of the rows reach."""
    return float(np.median(window.max(axis=1)))
