"""Boxes that hold more than a line of text, or a part of the next, cut to one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from models.document import Box, Page, edges_of
from models.ink import levels_at
from models.line_rows import runs

TALL = 1.6
"""Of the usual height of a page's lines: a higher box may hold more than one."""
INKED = 0.5
"""Of the way from paper to ink."""
VALLEY = 0.15
"""Of the ink in a line's fullest rows, what there is at most between two lines."""
LOWEST, HIGHEST = 0.3, 1.5
"""Of the usual height, that of a line's letters."""
COVERED = 0.5
"""Share of a part that another line covers: it is that line."""
SHARED, APART = 0.2, 0.5
"""Of the lower one's height, the overlap from which two lines one above the other are parted, and
the distance of their middles from which they are two."""
COMMON = 0.3
"""Share of the narrower one's width that two lines one above the other have in common."""
FLAT = 2.0
"""Grey levels between rows that are as white."""


def one_line_each(page: Page, boxes: Sequence[Box]) -> list[Box]:
    """The boxes, one that holds several lines as those of them that no other box has yet."""
    usual = median(box.height for box in boxes) if boxes else 0.0
    single = [box for box in boxes if box.height <= TALL * usual]
    made: list[Box] = []
    for box in boxes:
        parts = _parts(page, box, usual) if box.height > TALL * usual else [box]
        made += [part for part in parts if len(parts) == 1
                 or all(part.share_inside(other) <= COVERED for other in single)]  # fmt: skip
    return made


def _parts(page: Page, box: Box, usual: float) -> list[Box]:
    """The lines in a box, parted where there is hardly any ink; the box where they are not seen."""
    crop = page.crop(box)
    paper, ink = levels_at(crop, 0.8, 0.02)
    rows = (crop < paper - INKED * (paper - ink)).mean(axis=1)
    full = rows > VALLEY * float(np.percentile(rows, 95))
    spans = [(top / page.scale, bottom / page.scale) for top, bottom in runs(full, 0)]
    bands = [(top, bottom) for top, bottom in spans if bottom - top > LOWEST * usual]
    if len(bands) < 2 or any(bottom - top > HIGHEST * usual for top, bottom in bands):
        return [box]
    cuts = [(upper[1] + lower[0]) / 2 for upper, lower in pairwise(bands)]
    sides = [0.0, *cuts, box.height]
    return [replace(box, top=box.top + top, bottom=box.top + bottom)
            for top, bottom in pairwise(sides)]  # fmt: skip


def without_overlaps(page: Page, boxes: Sequence[Box]) -> list[Box]:
    """Lines that reach into the line below them cut where there is least ink between the two.

    A box that holds half of another line is read as that line.
    """
    made = list(boxes)
    left, top, right, bottom = edges_of(boxes)
    middle, high = (top + bottom) / 2, bottom - top
    for index, box in enumerate(boxes):
        common = np.minimum(right, box.right) - np.maximum(left, box.left)
        least = np.minimum(high, box.height)
        below = (middle - box.center[1] > APART * least) & (box.bottom - top > SHARED * least)
        stacked = common > COMMON * np.minimum(right - left, box.width)
        for other in np.flatnonzero(below & stacked):
            cut = _valley(page, made[index], made[other])
            made[index] = replace(made[index], bottom=min(made[index].bottom, cut))
            made[other] = replace(made[other], top=max(made[other].top, cut))
    return made


def _valley(page: Page, upper: Box, lower: Box) -> float:
    """The height with least ink between the middles of two lines, points."""
    left, right = max(upper.left, lower.left), min(upper.right, lower.right)
    area = Box(left, upper.center[1], right, max(lower.center[1], upper.center[1] + 1.0))
    ink = 255.0 - page.crop(area).astype(np.float32)
    rows = ink.mean(axis=1)
    lowest = np.flatnonzero(rows <= rows.min() + FLAT)
    return area.top + float(lowest.mean()) / page.scale
