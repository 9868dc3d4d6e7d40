"""Boxes that hold several lines of text parted into one for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from models.document import Box, Page
from models.ink import levels_at

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


def one_line_each(page: Page, boxes: Sequence[Box]) -> list[Box]:
    """The boxes, one that holds several lines as those of them that no other box has yet."""
    usual = median(box.height for box in boxes) if boxes else 0.0
    made: list[Box] = []
    for index, box in enumerate(boxes):
        parts = _parts(page, box, usual) if box.height > TALL * usual else [box]
        others = [*boxes[:index], *boxes[index + 1 :]]
        made += [part for part in parts if len(parts) == 1 or not _is_covered(part, others, usual)]
    return made


def _is_covered(part: Box, others: Sequence[Box], usual: float) -> bool:
    return any(part.share_inside(other) > COVERED and other.height <= TALL * usual
               for other in others)  # fmt: skip


def _parts(page: Page, box: Box, usual: float) -> list[Box]:
    """The lines in a box, parted where there is hardly any ink; the box where they are not seen."""
    crop = page.crop(box)
    paper, ink = levels_at(crop, 0.8, 0.02)
    rows = (crop < paper - INKED * (paper - ink)).mean(axis=1)
    full = rows > VALLEY * float(np.percentile(rows, 95))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(int)))
    spans = (edges.reshape(-1, 2) / page.scale).tolist()
    bands = [(top, bottom) for top, bottom in spans if bottom - top > LOWEST * usual]
    if len(bands) < 2 or any(bottom - top > HIGHEST * usual for top, bottom in bands):
        return [box]
    cuts = [(upper[1] + lower[0]) / 2 for upper, lower in pairwise(bands)]
    sides = [0.0, *cuts, box.height]
    return [replace(box, top=box.top + top, bottom=box.top + bottom)
            for top, bottom in pairwise(sides)]  # fmt: skip
