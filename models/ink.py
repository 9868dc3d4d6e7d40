"""Ink that layout left without a text line or outside one: where masks fail, pixels show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Image, Page, edges_of, smallest_around
from models.extraction import Region

INSET = 1.8
"""Points left out along a cell's sides, where its rules are."""
DARKER, FAINTEST = 45.0, 14.0
"""Grey levels below the paper from which a pixel is ink, on a page of black and of faint type."""
INK_SHARE = 0.4
"""Of the way from paper to a page's type: darker pixels are ink."""
LEAST_INK, LEAST_HEIGHT, MOST_HEIGHT = 1.2, 2.5, 15.0
"""Square points of ink and points of height of what may be type; less is a speck, more a blot."""
LINE_SHARE = 0.3
"""Of the ink's height, added above and below: a line is taller than its letters."""
SCORE = 0.5


WITHIN = 0.7
"""Share of a line's height that lies in a cell of it."""
BESIDE = 4.0
"""Points between two cells that one rule parts."""
CLEAR, RULED = 0.03, 0.85
"""Of a line's height, the ink at most between two words and at least where a rule runs."""
GUTTER = 3.0
"""Points of white between two cells, more than between two words."""


def cut_at_cells(page: Page, regions: Sequence[Region]) -> tuple[Region, ...]:
    """The regions, a line that goes on over the rule between two cells in its parts.

    Not where a letter stands on the border: there is no rule.
    """
    areas = [region.box for region in regions if region.label in ("cell", "header")]
    sides = edges_of(areas)
    return tuple(
        part
        for region in regions
        for part in (_cut(page, region, sides) if region.label == "line" else [region])
    )


def _cut(page: Page, line: Region, areas: npt.NDArray[np.float64]) -> Iterator[Region]:
    """The parts of a line; lefts, tops, rights and bottoms of all areas, shape (4, areas)."""
    box, (left, top, right, bottom) = line.box, areas
    wide = np.minimum(right, box.right) - np.maximum(left, box.left) > box.height
    high = np.minimum(bottom, box.bottom) - np.maximum(top, box.top) > WITHIN * box.height
    own = sorted(zip(left[wide & high].tolist(), right[wide & high].tolist(), strict=True))
    near = ((one, two) for (_, one), (two, _) in pairwise(own) if abs(two - one) < BESIDE)
    cuts = [(one + two) / 2 for one, two in near if _is_border(page, box, one, two)]
    for start, end in pairwise([box.left, *cuts, box.right]):
        yield replace(line, box=replace(box, left=start, right=end))


def _is_border(page: Page, line: Box, one: float, two: float) -> bool:
    """Whether the border of two cells is a rule or wide white along a line, in the pixels."""
    crop = page.crop(line)
    near = replace(line, left=min(one, two) - GUTTER, right=max(one, two) + GUTTER)
    strip = page.crop(near)
    if not crop.size or not strip.size:
        return False
    paper, ink = levels_at(crop, 0.9, 0.04)
    shares = (strip < paper - INK_SHARE * (paper - ink)).mean(axis=0)
    inked = np.flatnonzero(shares > CLEAR)
    white = np.diff(inked, prepend=-1, append=len(shares)).max() - 1
    return bool(shares.max() > RULED or white > GUTTER * page.scale)


def missed_lines(page: Page, regions: Sequence[Region]) -> list[Region]:
    """A line for every table cell that holds ink but no line."""
    cells = [region.box for region in regions if region.label == "cell"]
    lines = [region.box for region in regions if region.label == "line"]
    taken = set(smallest_around(lines, cells))
    darker = float(np.clip(INK_SHARE * contrast(page, lines), FAINTEST, DARKER))
    found = []
    for index, cell in enumerate(cells):
        box = None if index in taken else ink_box(page, cell.grown(-INSET), darker)
        # What a line reads that goes on over several cells is not read once more.
        if box is not None and all(box.share_inside(line) < COVERED for line in lines):
            found.append(Region("line", page.number, box, SCORE))
    return found


COVERED = 0.5
SAMPLE = 24
"""Lines whose contrast stands for the page's."""


def contrast(page: Page, lines: Sequence[Box]) -> float:
    """Grey levels between paper and type in the middle one of some lines; full on a bare page."""
    crops = [page.crop(box) for box in lines[:: max(len(lines) // SAMPLE, 1)]]
    found = [levels_at(crop, 0.9, 0.04) for crop in crops if crop.size]
    return float(np.median([paper - ink for paper, ink in found])) if found else 255.0


def level_at(crop: Image, share: float) -> int:
    """The grey level that `share` of the pixels do not exceed."""
    (level,) = levels_at(crop, share)
    return level


def levels_at(crop: Image, *shares: float) -> tuple[int, ...]:
    """The grey levels that these shares of the pixels do not exceed."""
    counts = np.bincount(crop.ravel(), minlength=256).cumsum()
    return tuple(int(np.searchsorted(counts, share * counts[-1])) for share in shares)


def shrunk(image: Image, share: float) -> Image:
    """The image at this share of its width and height, a pixel at the least."""
    height, width = image.shape
    size = (max(round(width * share), 1), max(round(height * share), 1))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def ink_box(page: Page, area: Box, darker: float = DARKER) -> Box | None:
    """The line around the type in an area of the page, points; None where there is none.

    Pixels that are `darker` than the paper by so many grey levels are ink.
    """
    if min(area.width, area.height) < LEAST_HEIGHT:
        return None
    crop = page.crop(area)
    if darker < DARKER:
        crop = cv2.GaussianBlur(crop, (3, 3), 0).astype(np.uint8)
    dark = (crop < level_at(crop, 0.9) - darker).astype(np.uint8)
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


BROKEN_GAP = 0.35
"""Of the height: pieces of one line no further apart than this are one."""


def whole_lines(boxes: Sequence[Box], homes: Sequence[int]) -> list[tuple[Box, int]]:
    """Lines with the pieces that a mask broke them into put together, and their cells' indices."""
    made: list[tuple[Box, int]] = []
    for box, home in sorted(zip(boxes, homes, strict=True), key=lambda pair: pair[0].left):
        for index, (other, own) in enumerate(made):
            gap = box.left - other.right
            if (
                own == home
                and level(box, other)
                and gap < BROKEN_GAP * min(box.height, other.height)
            ):
                made[index] = (Box.around([box, other]), home)
                break
        else:
            made.append((box, home))
    return made


BORDER = 1.0
"""Points beside a checkbox that its border may reach, blurred as it is."""
LEAST_PIECE = 4.0
"""Points: what is left of a line beside a checkbox is no text when it is narrower."""


def without_squares(boxes: Sequence[Box], squares: Sequence[Box]) -> list[Box]:
    """Lines cut where a checkbox stands in them: its square is no letter of the label beside it."""
    pieces = list(boxes)
    for square in (square.grown(BORDER) for square in squares):
        made = []
        for box in pieces:
            inside = square.left < box.right and square.right > box.left and level(box, square)
            ends = [(box.left, square.left), (square.right, box.right)]
            cut = [replace(box, left=left, right=right) for left, right in ends
                   if right - left > LEAST_PIECE]  # fmt: skip
            made += cut if inside else [box]
        pieces = made
    return pieces


LEVEL = 0.6
"""Of the lower one's height, how far two boxes overlap that stand at one height."""


def level(one: Box, other: Box) -> bool:
    """Whether two boxes stand at one height."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > LEVEL * min(one.height, other.height)
