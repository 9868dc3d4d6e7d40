"""Checkboxes drawn as squares, found in the pixels; beside the layout detector's own.

A clean square is a connected component of ink whose four sides have hardly a gap. Letters fail
at their corners, cells of tables by where they are. A square that was crossed, ticked or typed over
is one component with its mark: in it the four sides are looked for, at the size that the page's
clean squares have, since forms draw all their boxes alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Page
from models.extraction import Region

SMALLEST, LARGEST = 5.0, 20.0
"""Points of a box's side."""
MOST_OBLONG = 2.0
"""The SEC's web form draws its two upper boxes wider than high."""
TALL = 1.6
"""Height by width from which one box may be two that touch."""
DARKER = 60
SIDE_DRAWN = 0.85
"""Share of each side that must be ink."""
MARKED = 0.1
"""Share of ink inside from which the box is marked."""
SCORE = 0.8
ALONE = 1.0
"""Points of white to both sides: what stands nearer to other ink is a letter."""


LINES = 3.0
"""Of a box's height, that of a cell which holds more than a line."""
MOST_MARK = 2.5
"""A mark reaches so many sides of its box at most; what is larger is none."""
MARK_DRAWN = 0.8
"""Share of each side that must be ink where a mark crosses the box."""
MOST_BESIDE, FAR = 0.2, 3.0
"""Share of ink in the strip so many points left or right of a box: more are other letters."""
CLEAN = 0.97
"""Share of each side from which it is surely a box: then only what does not touch it counts there.
"""
RULE = 36.0
"""Points that a rule is long at the least: more than letters of a title are high."""
BEYOND, REACHED = 0.25, 0.02
"""Of a box's side, how far a mark typed beside it goes beyond it at the least, and the share of ink
that it has inside then: a letter that touches the box has none."""
MOST_AROUND = 0.3
"""Share of ink right around a box: a mark crosses it in places, a bold letter goes on."""
ALIKE, FEWEST = 0.08, 2
"""By so much a box may be larger or smaller than the others of its page, at least so many."""


def drawn_squares(page: Page, regions: Sequence[Region]) -> list[Region]:
    """Checkboxes that no region of that kind covers yet, outside cells but for those of some lines.

    What stands in a cell of one line is a letter, or the cell itself.
    """
    paper = float(np.median(page.image[::8, ::8]))
    dark = (page.image < paper - DARKER).view(np.uint8)
    stats = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_16U)[2][1:]
    taken = [region.box for region in regions if region.label == "checkbox"]
    cells = [region.box for region in regions if region.label == "cell"]
    clean = list(_squares(dark, stats, page.scale))
    found = []
    for box, checked in (*clean, *_crossed(dark, page.scale, [box for box, _ in clean])):
        own = [cell for cell in cells if cell.height < LINES * box.height]
        if not any(box.share_inside(other) > 0.3 for other in (*taken, *own)):
            found.append(Region("checkbox", page.number, box, SCORE, checked=checked))
            taken.append(box)
    return found


Pixels = npt.NDArray[np.uint8]
Stats = npt.NDArray[np.integer[Any] | np.floating[Any]]
"""Left, top, width, height, area of each component of ink."""


def _squares(dark: Pixels, stats: Stats, scale: float) -> Iterator[tuple[Box, bool]]:
    """Clean squares and whether something stands inside."""
    gap = max(round(ALONE * scale), 1)
    for left, top, width, height in _fitting(stats, SMALLEST * scale, LARGEST * scale):
        window = dark[top : top + height, left : left + width]
        around = dark[top : top + height, max(left - gap, 0) : left + width + gap]
        beside = np.count_nonzero(around) > np.count_nonzero(window)
        if beside or not _is_square(_spanning(window)):
            continue
        for upper, lower in _one_above_another(window):
            inside = _inside(window[upper:lower])
            box = Box(left / scale, (top + upper) / scale,
                      (left + width) / scale, (top + lower) / scale)  # fmt: skip
            yield box, bool(inside.size and np.count_nonzero(inside) > MARKED * inside.size)


def _one_above_another(window: Pixels) -> tuple[tuple[int, int], ...]:
    """First and last rows of the box, or of two that touch: ink runs across between them."""
    height, width = window.shape
    middle, reach = height // 2, max(width // 6, 1)
    across = window[middle - reach : middle + reach].any(axis=0).mean() > SIDE_DRAWN
    return ((0, middle), (middle, height)) if height > TALL * width and across else ((0, height),)


def _crossed(dark: Pixels, scale: float, clean: Sequence[Box]) -> Iterator[tuple[Box, bool]]:
    """Marked squares of the size of the page's clean ones; none where it has not some alike."""
    sides = [box.width * scale for box in clean if abs(box.width - box.height) * scale <= 2.0]
    usual = float(np.median(sides)) if sides else 0.0
    if sum(abs(side - usual) <= ALIKE * usual for side in sides) < FEWEST:
        return
    sizes = range(round(usual * (1 - ALIKE)), round(usual * (1 + ALIKE)) + 1)
    most = MOST_MARK * usual
    dark = _without_rules(dark, round(RULE * scale))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    for left, top, width, height in _fitting(stats[1:], min(sizes), most, most / min(sizes)):
        window = dark[top : top + height, left : left + width]
        best = max((_sides_at(window, size) for size in sizes), default=(0.0, 0, 0, 0))
        share, x, y, size = best
        x, y = left + x, top + y
        if share < MARK_DRAWN or _around(dark, x, y, size) > MOST_AROUND:
            continue
        band = dark[y : y + size]
        if share >= CLEAN:
            band = band & (labels[y : y + size] != labels[y, x : x + size].max())
        if _beside(band, x, size, scale) > MOST_BESIDE:
            continue
        box = dark[y : y + size, x : x + size]
        beyond = max(x - left, left + width - x - size) > BEYOND * size
        if _share(_inside(box)) > MARKED or (beyond and _share(_inside(box, 5)) > REACHED):
            yield Box(x / scale, y / scale, (x + size) / scale, (y + size) / scale), True


def _without_rules(dark: Pixels, length: int) -> Pixels:
    """The ink but for straight lines of such a length, which marks typed beside them touch."""
    made = dark.copy()
    for size in ((length, 1), (1, length)):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(size, np.uint8))
        made[cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0] = 0
    return made


def _beside(band: Pixels, x: int, size: int, scale: float) -> float:
    """The larger share of ink left or right of a square, where a letter's neighbours stand."""
    near, far = round(ALONE * scale), round(FAR * scale)
    strips = band[:, max(x - far, 0) : max(x - near, 1)], band[:, x + size + near : x + size + far]
    return max(map(_share, strips))


def _around(dark: Pixels, x: int, y: int, size: int) -> float:
    """Share of ink of a line around a square, a fifth of its side away: much inside bold type."""
    away = max(size // 5, 2)
    upper, lower = max(y - away, 0), min(y + size + away, dark.shape[0]) - 1
    left, right = max(x - away, 0), min(x + size + away, dark.shape[1]) - 1
    across = dark[[upper, lower], left : right + 1]
    down = dark[upper : lower + 1, [left, right]]
    return _share(np.concatenate([across.ravel(), down.ravel()]))


def _share(dark: Pixels) -> float:
    """Share of pixels that are ink."""
    return np.count_nonzero(dark) / dark.size if dark.size else 0.0


def _sides_at(window: Pixels, size: int) -> tuple[float, int, int, int]:
    """Where in the window a square fits best: share of its worst side that is ink, x, y, size."""
    height, width = window.shape
    if min(height, width) < size:
        return 0.0, 0, 0, 0
    # A side may wander by a pixel to each side.
    thick = window.astype(np.float32)
    level = cv2.dilate(thick, np.ones((3, 1), np.uint8))
    steep = cv2.dilate(thick, np.ones((1, 3), np.uint8))
    across = cv2.blur(level, (size, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    down = cv2.blur(steep, (1, size), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    rows, columns = height - size + 1, width - size + 1
    worst = np.minimum.reduce([
        across[:rows, :columns], across[size - 1 :, :columns][:rows],
        down[:rows, :columns], down[:rows, size - 1 :][:, :columns],
    ])  # fmt: skip
    y, x = np.unravel_index(int(worst.argmax()), worst.shape)
    return float(worst[y, x]), int(x), int(y), size


def _fitting(
    stats: Stats, smallest: float, largest: float, oblong: float = MOST_OBLONG
) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width, height of the components that have a checkbox's size and shape."""
    # Short labels run out on a page full of specks, but only the stats are looked at, and with
    # them the search takes a third of the time.
    sizes = stats[:, 2:4]
    fits = (sizes.min(axis=1) >= smallest) & (sizes.max(axis=1) <= largest)
    fits &= sizes.max(axis=1) <= oblong * sizes.min(axis=1)
    for index in np.flatnonzero(fits):
        left, top, width, height = (int(value) for value in stats[index, :4])
        yield left, top, width, height


def _spanning(window: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """The pixels of the component that reaches from side to side both ways."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(window, connectivity=8)
    whole = (stats[1:, 2] == window.shape[1]) & (stats[1:, 3] == window.shape[0])
    return np.asarray(labels == np.argmax(whole) + 1)


def _is_square(own: npt.NDArray[np.bool_]) -> bool:
    """Whether ink runs along all four sides; a line may wander by a few pixels."""
    reach = max(min(own.shape) // 6, 1)
    sides = (own[:reach].any(axis=0), own[-reach:].any(axis=0),
             own[:, :reach].any(axis=1), own[:, -reach:].any(axis=1))  # fmt: skip
    corners = (
        own[:reach, :reach],
        own[:reach, -reach:],
        own[-reach:, :reach],
        own[-reach:, -reach:],
    )
    return all(side.mean() > SIDE_DRAWN for side in sides) and all(c.any() for c in corners)


def _inside(dark: npt.NDArray[np.uint8], part: int = 4) -> npt.NDArray[np.uint8]:
    """The middle of the box, of each side so many parts left out: its border."""
    rows, columns = dark.shape[0] // part, dark.shape[1] // part
    return dark[rows : dark.shape[0] - rows, columns : dark.shape[1] - columns]
