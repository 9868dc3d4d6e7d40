"""Bars of a typed table drawn through: where a typist parts columns with `|`, a rule is meant.

Line by line such bars stand over one another with a little white between them. Read as type they
are letters and numbers too many in every cell; drawn through they are the rules that layout knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Image
from models.ink import level_at

LOWEST, WIDEST = 4.0, 2.0
"""Points that a bar is high at the least and wide at the most."""
SLIM = 0.25
"""Of a bar's height, its width at the most: a bracket has more, for its corners."""
FULL = 0.7
"""Share of its box that a bar inks at the least."""
CLEAR = 0.3
"""Of a bar's height, white to both sides: an `l` stands nearer to other letters."""
GAP = 0.8
"""Of a bar's height, the white at the most between it and the next line's."""
ASIDE = 1.0
"""Points that a bar may stand beside the one above it."""
FEWEST = 3
"""Bars over one another that are a rule."""
SHARED = 0.5
"""Share of a rule's bars that stand in one line with another rule's: a column of the letter `I`
is alone."""
FAINT = 60
"""Grey levels between paper and ink below which nothing is said of a page."""

Bars = npt.NDArray[np.int32]
"""Left, top, width and height of bars in pixels, shape (bars, 4)."""


def drawn_through(image: Image, dpi: float) -> Image:
    """The image, grey uint8, with bars over one another joined to rules; itself without them."""
    scale = dpi / POINTS_PER_INCH
    paper, ink = level_at(image[::4, ::4], 0.9), int(image[::2, ::2].min())
    if paper - ink < FAINT:
        return image
    chains = _side_by_side(_chains(_bars(image < (paper + ink) // 2, scale), scale), scale)
    if not chains:
        return image
    made = image.copy()
    for chain in chains:
        for (left, top, width, height), (under, lower, wide, _) in pairwise(chain.tolist()):
            start, end = min(left, under), max(left + width, under + wide)
            level = int(np.median(image[top : top + height, left : left + width]))
            made[top + height : lower, start:end] = level
    return made


def _bars(dark: npt.NDArray[np.bool_], scale: float) -> Bars:
    """Upright strokes that stand alone: rules too, where bars have run together."""
    # Short labels run out on a page full of specks, but only the stats are looked at.
    _, _, stats, _ = cv2.connectedComponentsWithStats(
        dark.view(np.uint8), connectivity=8, ltype=cv2.CV_16U
    )
    _, _, width, height, area = stats.T
    slim = (height >= LOWEST * scale) & (width <= np.maximum(SLIM * height, 2))
    slim &= (width <= WIDEST * scale) & (area >= FULL * width * height)
    bars = stats[slim, :4].astype(np.int32)
    return bars[[_is_clear(dark, bar) for bar in bars.tolist()]]


def _is_clear(dark: npt.NDArray[np.bool_], bar: Sequence[int]) -> bool:
    """Whether there is white to both sides of a bar."""
    left, top, width, height = bar
    white = max(round(CLEAR * min(height, 6 * width)), 2)
    around = dark[top : top + height, max(left - white, 0) : left + width + white]
    own = dark[top : top + height, left : left + width]
    return int(np.count_nonzero(around)) == int(np.count_nonzero(own))


def _chains(bars: Bars, scale: float) -> list[Bars]:
    """Bars that stand close over one another, from above, `FEWEST` and more."""
    chains: list[list[list[int]]] = []
    reach = 2 * ASIDE * scale
    by_column: dict[int, list[int]] = defaultdict(list)
    for bar in bars[np.argsort(bars[:, 1])].tolist():
        # Twice the middle, which may lie between two pixels.
        middle = 2 * bar[0] + bar[2]
        column = int(middle // reach)
        near = []
        for each in (column - 1, column, column + 1):
            # What ends far above this bar is above all that follow as well.
            by_column[each] = [index for index in by_column[each]
                               if _is_near(chains[index][-1], bar)]  # fmt: skip
            near += by_column[each]
        over = [index for index in near if _goes_on(chains[index][-1], bar, reach)]
        index = min(over, default=len(chains))
        if over:
            last = chains[index][-1]
            by_column[int((2 * last[0] + last[2]) // reach)].remove(index)
        else:
            chains.append([])
        chains[index].append(bar)
        by_column[column].append(index)
    return [np.array(chain, np.int32) for chain in chains if len(chain) >= FEWEST]


def _is_near(bar: Sequence[int], below: Sequence[int]) -> bool:
    """Whether a bar begins close behind the end of another, or before it."""
    return below[1] - bar[1] - bar[3] <= GAP * bar[3]


def _goes_on(bar: Sequence[int], below: Sequence[int], reach: float) -> bool:
    """Whether a bar stands close below another; `reach` is twice what it may stand aside."""
    aside = abs(2 * bar[0] + bar[2] - 2 * below[0] - below[2])
    white = below[1] - bar[1] - bar[3]
    return aside <= reach and 0 <= white <= GAP * min(bar[3], below[3])


def _side_by_side(chains: Sequence[Bars], scale: float) -> list[Bars]:
    """The chains whose bars stand in the lines of another chain's."""
    every = np.sort(np.concatenate([np.zeros(0, np.int32), *(chain[:, 1] for chain in chains)]))

    def level(tops: npt.NDArray[np.int32], own: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """How many of the tops, in rising order, are level with each of the others."""
        first = np.searchsorted(tops, own - ASIDE * scale, "left")
        return np.asarray(np.searchsorted(tops, own + ASIDE * scale, "right") - first)

    tops = [chain[:, 1] for chain in chains]
    return [chain for chain, own in zip(chains, tops, strict=True)
            if (level(every, own) > level(own, own)).mean() >= SHARED]  # fmt: skip
