"""Boxes of text lines made to hold all of their type: masks of faint letters come out too small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Image, Page, edges_of, smallest_around
from models.ink import INK_SHARE, INSET, LEVEL, level_at, whole_lines
from models.line_parts import one_line_each, without_overlaps

REACH = 24.0
"""Points that a line may grow to either side."""
WORD_GAP = 0.45
"""Of a line's height: white this wide ends the growth."""
RISE = 0.8
"""Of a line's height, how far above and below its letters are looked for."""
LEAST_CONTRAST = 14.0
"""Grey levels between paper and ink; below, nothing can be said."""
LEADING = 0.22
"""Of its letters' height, how far a line reaches above and below them."""
TALLEST = 15.0
ASIDE = 0.2
"""Of the lower one's height, how far lines overlap of which neither reaches into the other."""
CLEAR = 0.2
"""Of a line's height, how far from such a neighbour it stops growing."""
LOW = 0.75
"""Of the height that lines of the page have: a lower one in a cell is a piece of its letters."""
HALF = 1.3
"""Of the narrower half of a letter, how wide the letter may be."""

Mask = npt.NDArray[np.bool_]
Sides = npt.NDArray[np.float64]
"""Left, top, right and bottom of boxes, shape (boxes, 4), points."""


def fitted(
    page: Page, boxes: Sequence[Box], areas: Sequence[Box], taken: Sequence[Box]
) -> list[Box]:
    """Lines with the letters that their masks cut off, pieces put together, several parted.

    A line grows inside the smallest of the `areas`, cells and header boxes, that holds it; `taken`
    are other things that no line may reach, such as checkboxes.
    """
    boxes = one_line_each(page, boxes)
    usual = median(box.height for box in boxes) if boxes else 0.0
    boxes = _with_halves(boxes, usual)
    homes = smallest_around(boxes, areas)
    found = edges_of(boxes).T
    tall = [_as_tall(box, areas[home], usual, found) if home >= 0 else box
            for box, home in zip(boxes, homes, strict=True)]  # fmt: skip
    whole = whole_lines(tall, homes)
    grown = [box for box, _ in whole]
    others = edges_of([*grown, *taken]).T
    for index, (box, home) in enumerate(whole):
        # A line stops at those that have grown already: no letter is read twice.
        area = areas[home] if home >= 0 else None
        grown[index] = _grown(page, box, area, np.delete(others, index, axis=0))
        others[index] = _sides(grown[index])
    return without_overlaps(
        page, [box for box, _ in whole_lines(grown, [home for _, home in whole])]
    )


def _with_halves(boxes: Sequence[Box], usual: float) -> list[Box]:
    """The boxes, those around the upper and the lower serifs of one letter put together.

    Of an `I` in a cell of its own they are all that is found, and no line is so low and narrow.
    """
    made = list(boxes)
    small = [box for box in boxes if box.width < usual and box.height < LOW * usual]
    for one, other in combinations(small, 2):
        both = Box.around((one, other))
        if both.height < usual and both.width < HALF * min(one.width, other.width):
            made[made.index(one)] = both
            made.remove(other)
            return _with_halves(made, usual)
    return made


def _as_tall(box: Box, area: Box, usual: float, others: Sides) -> Box:
    """A line in a cell at the page's usual height, where its own is a piece of that.

    It may as well be a footnote mark on a line of its own: it does not reach into the lines above
    and below.
    """
    if box.height >= LOW * usual:
        return box
    more = (usual - box.height) / 2
    highest, lowest = _between(box, others)
    top = max(box.top - more, area.top, highest)
    bottom = min(box.bottom + more, area.bottom, lowest)
    return replace(box, top=min(top, box.top), bottom=max(bottom, box.bottom))


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _grown(page: Page, box: Box, area: Box | None, others: Sides) -> Box:
    window = _window(page, box, area, others)
    crop = page.crop(window)
    if crop.size == 0 or min(crop.shape) < 4:
        return box
    scale = page.scale
    left, top = int((box.left - window.left) * scale), int((box.top - window.top) * scale)
    right = round((box.right - window.left) * scale)
    bottom = round((box.bottom - window.top) * scale)
    ink = _ink(crop, crop[top:bottom, left:right])
    if ink is None:
        return box
    gap = max(round(WORD_GAP * box.height * scale), 2)
    columns = np.asarray(ink[top:bottom].any(axis=0))
    start = _walk(columns, min(left, len(columns) - 1), -1, gap)
    end = _walk(columns, min(right, len(columns)) - 1, 1, gap)
    upper, lower = _letters(ink[:, start : end + 1], top, bottom)
    rise = LEADING * (lower - upper)
    return Box(
        min(window.left + start / scale, box.left),
        min(max(window.top + (upper - rise) / scale, window.top), box.top),
        max(window.left + (end + 1) / scale, box.right),
        max(min(window.top + (lower + rise) / scale, window.bottom), box.bottom),
    )


def _window(page: Page, box: Box, area: Box | None, others: Sides) -> Box:
    """Where the line may grow: to its cell's rules and to other lines, and not far."""
    limit = area.grown(-INSET / 2) if area else page.box
    rise = min(RISE * box.height, max(TALLEST - box.height, 0.0))
    left, right = max(box.left - REACH, limit.left), min(box.right + REACH, limit.right)
    x = box.center[0]
    lefts, _, rights, _ = others.T
    middles, beside = (lefts + rights) / 2, _beside(box, others)
    left = float(rights[beside & (middles < x)].max(initial=left))
    right = float(lefts[beside & (middles > x)].min(initial=right))
    # Half a line lower, between two lines of a name, a date stands beside both of them.
    aside, near = _beside(box, others, ASIDE), CLEAR * box.height
    left = float((rights[aside & (rights < box.left + near)] + near).max(initial=left))
    right = float((lefts[aside & (lefts > box.right - near)] - near).min(initial=right))
    highest, lowest = _between(box, others)
    top = max(box.top - rise, limit.top, highest)
    bottom = min(box.bottom + rise, limit.bottom, lowest)
    return Box(min(left, box.left), min(top, box.top), max(right, box.right),
               max(bottom, box.bottom))  # fmt: skip


def _beside(box: Box, others: Sides, share: float = LEVEL) -> Mask:
    """Which of the others stand at the box's height, with so much of their own or of its."""
    _, tops, _, bottoms = others.T
    overlap = np.minimum(bottoms, box.bottom) - np.maximum(tops, box.top)
    return np.asarray(overlap > share * np.minimum(bottoms - tops, box.height))


def _between(box: Box, others: Sides) -> tuple[float, float]:
    """Bottom of the next line above and top of the next below, infinitely far without any."""
    lefts, tops, rights, bottoms = others.T
    y, heights = box.center[1], (tops + bottoms) / 2
    over = ~_beside(box, others) & (lefts < box.right) & (rights > box.left)
    return (float(bottoms[over & (heights < y)].max(initial=-np.inf)),
            float(tops[over & (heights > y)].min(initial=np.inf)))  # fmt: skip


def _ink(crop: Image, inside: Image) -> Mask | None:
    """Pixels of letters: darker than paper by a share of the line's own contrast, and no rules."""
    soft = cv2.GaussianBlur(crop, (3, 3), 0)
    paper = level_at(crop, 0.8)
    contrast = paper - level_at(inside, 0.04) if inside.size else 0
    if contrast < LEAST_CONTRAST:
        return None
    dark = (soft < paper - INK_SHARE * contrast).view(np.uint8)
    _, marks, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height = crop.shape[0]
    wide, tall, area = stats[:, 2], stats[:, 3], stats[:, 4]
    rule = (wide > 12 * tall) | (tall > 0.95 * height) | (tall > 12 * wide)
    kept = (area > 2) & ~rule
    kept[0] = False
    return np.asarray(kept[marks], bool)


def _letters(ink: Mask, top: int, bottom: int) -> tuple[int, int]:
    """First and last row of the ink that goes on from the line's own rows without a white row."""
    rows = np.asarray(ink.any(axis=1))
    own = np.flatnonzero(rows[top:bottom])
    if not len(own):
        return top, bottom
    upper, lower = top + int(own[0]), top + int(own[-1])
    while upper > 0 and rows[upper - 1]:
        upper -= 1
    while lower + 1 < len(rows) and rows[lower + 1]:
        lower += 1
    return upper, lower + 1


def _walk(ink: Mask, place: int, step: int, gap: int) -> int:
    """The last column with ink, walking from `place` until a white gap."""
    reached, white = place, 0
    while 0 <= place < len(ink) and white < gap:
        if ink[place]:
            reached, white = place, 0
        else:
            white += 1
        place += step
    return reached
