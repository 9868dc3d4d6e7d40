"""Streaks of a scanner taken off a page: dust on the glass draws a line from edge to edge.

Such a line has the looks of a rule and would part tables and boxes. It runs straight along the way
that the paper took, over margins where nothing is printed, so it is sought before the page is
deskewed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Image
from models.ink import level_at
from models.line_rows import runs

THIN = 2.5
"""Points that a streak is wide at the most."""
DARK = 60
"""Grey levels below the paper's that are dark."""
WHOLE = 0.95
"""Share of the page's height that a streak darkens at the least: printed rules leave margins."""
MARGIN = 0.01
"""Of the page's width, what a dark edge of the scan may take."""
SAMPLED = 5
"""Every so many rows are looked at."""


def unstreaked(image: Image, dpi: float) -> Image:
    """The image, grey uint8, with what stands beside its streaks in their place; itself without."""
    widest = THIN * dpi / POINTS_PER_INCH
    dark = level_at(image[::SAMPLED, ::SAMPLED], 0.9) - DARK
    down = _streaks(image[::SAMPLED], dark, widest)
    across = _streaks(image[:, ::SAMPLED].T, dark, widest)
    if not down and not across:
        return image
    made = image.copy()
    for turned, streaks in ((made, down), (made.T, across)):
        for start, end in streaks:
            sides = turned[:, [start - 1, end]].astype(np.float32)
            share = np.linspace(0.0, 1.0, end - start + 2, dtype=np.float32)[1:-1]
            turned[:, start:end] = np.rint(sides[:, :1] * (1 - share) + sides[:, 1:] * share)
    return made


def _streaks(sample: Image, dark: int, widest: float) -> list[tuple[int, int]]:
    """First column and the one behind the last of each streak, blurred sides included."""
    width = sample.shape[1]
    whole: npt.NDArray[np.bool_] = (sample < dark).mean(axis=0) >= WHOLE
    least, most = max(round(MARGIN * width), 2), width - max(round(MARGIN * width), 2)
    return [(start - 1, end + 1) for start, end in runs(whole, 0)
            if end - start <= widest and least <= start and end <= most]  # fmt: skip
