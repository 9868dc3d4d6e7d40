"""Ink that layout left without a text line or outside one: where masks fail, pixels show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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


REACH = 24.0
"""Points that a line may grow to either side."""
WORD_GAP = 0.45
"""Of a line's height: white this wide ends the growth."""


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


LEAST_PIECE = 4.0
"""Points: what is left of a line beside a checkbox is no text when it is narrower."""


def without_squares(boxes: Sequence[Box], squares: Sequence[Box]) -> list[Box]:
    """Lines cut where a checkbox stands in them: its square is no letter of the label beside it."""
    pieces = list(boxes)
    for square in squares:
        made = []
        for box in pieces:
            inside = square.left < box.right and square.right > box.left and level(box, square)
            ends = [(box.left, square.left), (square.right, box.right)]
            cut = [replace(box, left=left, right=right) for left, right in ends
                   if right - left > LEAST_PIECE]  # fmt: skip
            made += cut if inside else [box]
        pieces = made
    return pieces


def level(one: Box, other: Box) -> bool:
    """Whether two boxes stand at one height."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.6 * min(one.height, other.height)


def grown_to_ink(page: Page, box: Box, area: Box | None, others: Sequence[Box]) -> Box:
    """The line with the letters that its mask cut off at either end, inside its cell if it has one.

    Grows over columns with ink until white, a rule (ink from above to below the line), or one of
    the `others` at its height.
    """
    limit = area.grown(-INSET / 2) if area else page.box
    beside = [other for other in others if other is not box and level(box, other)]
    left = max([box.left - REACH, limit.left,
                *(other.right for other in beside if other.center[0] < box.center[0])])  # fmt: skip
    right = min([box.right + REACH, limit.right,
                 *(other.left for other in beside if other.center[0] > box.center[0])])  # fmt: skip
    left, right = min(left, box.left), max(right, box.right)
    third = box.height / 3
    tall = page.crop(Box(left, box.top - third, right, box.bottom + third))
    if tall.size == 0 or tall.shape[0] < 4:
        return box
    dark = tall < np.percentile(tall, 85) - DARKER
    rule = dark.mean(axis=0) > 0.9
    inner = dark[tall.shape[0] // 5 : -(tall.shape[0] // 5)]
    ink = inner.any(axis=0) & ~rule
    gap = max(round(WORD_GAP * box.height * page.scale), 2)
    first = round((box.left - left) * page.scale)
    last = round((box.right - left) * page.scale)
    start = _walk(ink, rule, min(first, len(ink) - 1), -1, gap)
    end = _walk(ink, rule, min(max(last, 1), len(ink)) - 1, 1, gap)
    return Box(min(left + start / page.scale, box.left), box.top,
               max(left + (end + 1) / page.scale, box.right), box.bottom)  # fmt: skip


def _walk(
    ink: npt.NDArray[np.bool_], rule: npt.NDArray[np.bool_], place: int, step: int, gap: int
) -> int:
    """The last column with ink, walking from `place` until a white gap or a rule."""
    reached, white = place, 0
    while 0 <= place < len(ink) and white < gap and not rule[place]:
        if ink[place]:
            reached, white = place, 0
        else:
            white += 1
        place += step
    return reached
