"""Ink that layout left without a text line: single letters and footnote marks alone in a cell."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Page, smallest_around
from models.extraction import Region

INSET = 1.8
"""Points left out along a cell's sides, where its rules are."""
DARKER = 45
"""Grey levels below the paper from which a pixel is ink."""
LEAST_INK, LEAST_HEIGHT, MOST_HEIGHT = 1.2, 2.5, 15.0
"""Square points of ink and points of height of what may be type; less is a speck, more a blot."""
LINE_SHARE = 0.3
"""Of the ink's height, added above and below: a line is taller than its letters."""
SCORE = 0.5


def missed_lines(page: Page, regions: Sequence[Region]) -> list[Region]:
    """A line for every table cell that holds ink but no line."""
    cells = [region.box for region in regions if region.label == "cell"]
    lines = [region.box for region in regions if region.label == "line"]
    taken = set(smallest_around(lines, cells))
    found = []
    for index, cell in enumerate(cells):
        box = None if index in taken else ink_box(page, cell.grown(-INSET))
        if box is not None:
            found.append(Region("line", page.number, box, SCORE))
    return found


def ink_box(page: Page, area: Box) -> Box | None:
    """The line around the type in an area of the page, points; None where there is none."""
    if min(area.width, area.height) < LEAST_HEIGHT:
        return None
    crop = page.crop(area)
    dark = (crop < np.percentile(crop, 90) - DARKER).astype(np.uint8)
    kept = _letters(dark, page.scale)
    if kept is None:
        return None
    left, top, right, bottom = (value / page.scale for value in kept)
    height = bottom - top
    return Box(area.left + left, area.top + top - LINE_SHARE * height,
               area.left + right, area.top + bottom + LINE_SHARE * height)  # fmt: skip


def _letters(dark: npt.NDArray[np.uint8], scale: float) -> tuple[int, int, int, int] | None:
    """Pixels around the components that may be letters: neither specks nor pieces of rules."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    boxes, ink = [], 0
    for left, top, width, height, area in stats[1:count]:
        tall = LEAST_HEIGHT / 2 <= height / scale <= MOST_HEIGHT
        rule = width > 12 * height or height > 25 * width
        if tall and not rule and area / scale**2 > LEAST_INK / 8:
            boxes.append((left, top, left + width, top + height))
            ink += int(area)
    if not boxes or ink / scale**2 < LEAST_INK:
        return None
    lefts, tops, rights, bottoms = (np.array(side) for side in zip(*boxes, strict=True))
    height = (bottoms.max() - tops.min()) / scale
    if not LEAST_HEIGHT <= height <= MOST_HEIGHT:
        return None
    return int(lefts.min()), int(tops.min()), int(rights.max()), int(bottoms.max())
