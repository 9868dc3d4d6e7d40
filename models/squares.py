"""Checkboxes drawn as clean squares, found in the pixels; beside the layout detector's own.

A square is a connected component of ink whose four sides have hardly a gap. Letters fail
at their corners, cells of tables by where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Box, Page
from models.extraction import Region

SMALLEST, LARGEST = 5.0, 20.0
"""Points of a box's side."""
MOST_OBLONG = 2.0
"""The SEC's web form draws its two upper boxes wider than high."""
DARKER = 60
SIDE_DRAWN = 0.85
"""Share of each side that must be ink."""
MARKED = 0.1
"""Share of ink inside from which the box is marked."""
SCORE = 0.8
ALONE = 1.0
"""Points of white to both sides: what stands nearer to other ink is a letter."""


def drawn_squares(page: Page, regions: Sequence[Region]) -> list[Region]:
    """Checkboxes outside table cells that no region of that kind covers yet."""
    taken = [region.box for region in regions if region.label in ("checkbox", "cell")]
    found = []
    for box, checked in _squares(page):
        if not any(box.share_inside(other) > 0.3 for other in taken):
            found.append(Region("checkbox", page.number, box, SCORE, checked=checked))
    return found


def _squares(page: Page) -> Iterator[tuple[Box, bool]]:
    paper = float(np.median(page.image[::8, ::8]))
    dark = (page.image < paper - DARKER).view(np.uint8)
    scale = page.scale
    gap = max(round(ALONE * scale), 1)
    for left, top, width, height in _fitting(dark, scale):
        window = dark[top : top + height, left : left + width]
        around = dark[top : top + height, max(left - gap, 0) : left + width + gap]
        beside = np.count_nonzero(around) > np.count_nonzero(window)
        if not beside and _is_square(_spanning(window)):
            inside = _inside(window)
            box = Box(left / scale, top / scale, (left + width) / scale, (top + height) / scale)
            yield box, bool(inside.size and np.count_nonzero(inside) > MARKED * inside.size)


def _fitting(dark: npt.NDArray[np.uint8], scale: float) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width, height of the components that have a checkbox's size and shape."""
    # Short labels run out on a page full of specks, but only the stats are looked at, and with
    # them the search takes a third of the time.
    stats = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_16U)[2]
    sizes = stats[:, 2:4]
    fits = (sizes.min(axis=1) >= SMALLEST * scale) & (sizes.max(axis=1) <= LARGEST * scale)
    fits &= sizes.max(axis=1) <= MOST_OBLONG * sizes.min(axis=1)
    for index in np.flatnonzero(fits[1:]) + 1:
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


def _inside(dark: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The middle of the box, its border left out."""
    rows, columns = dark.shape[0] // 4, dark.shape[1] // 4
    return dark[rows : dark.shape[0] - rows, columns : dark.shape[1] - columns]
