"""The rows of a line's crop that hold its type, as ink for the recogniser."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Image
from models.ink import levels_at

HEIGHT = 32
MINIMUM_WIDTH = 32
MAXIMUM_WIDTH = 3000


def normalised(crop: Image) -> npt.NDArray[np.float32]:
    """Ink 0 to 1 of the line's own rows at the network's height, shape (height, width)."""
    top, bottom = text_rows(crop)
    return ink_of(crop[top:bottom])


UNDER, OVER = 0.1, 0.4
"""Mean ink of the rows of type above a rule that make it an underline, and of a row of its edge."""


def without_underline(crop: Image) -> Image | None:
    """The crop with the rule under its type as paper, but for the tails of letters that cross it.

    None where no rule runs under the type.
    """
    means = _row_means(crop)
    under = [(start, end) for start, end in runs(means > RULE_ROW, 0)
             if start > len(means) // 2 and means[:start].max() > UNDER]  # fmt: skip
    if not under:
        return None
    start, end = under[0][0], min(under[-1][1] + 1, len(means) - 1)
    start -= int(means[start - 1] > OVER)
    paper, ink = levels_at(crop, 0.9, 0.04)
    tails = (crop[end] < (paper + ink) / 2).astype(np.uint8)
    crossed = cv2.dilate(tails[None], np.ones((1, 3), np.uint8))[0] > 0
    made = crop.copy()
    made[start:end, ~crossed] = paper
    return made


DENSE, TRACE = 0.3, 0.025
"""Shares of the fullest row's ink from which a row belongs to the body and to the ends of type."""
OFF_CENTRE = 0.8
"""How much less a row at the crop's edge counts than one in its middle."""
RULE_ROW, RULE_COLUMN = 0.6, 0.75
"""Mean ink above which a row or a column is a rule, not type."""
BRIGHT, PAPER = 0.9, 0.75
"""Shares of a crop's and of a row's pixels that are no brighter than its paper."""
GRAIN = 0.2
"""Ink of a pixel at the most that the grain of paper has."""
WHITE = 0.03
"""Of a crop's height: white rows that part two lines, more than part a dot from its i."""
ASCENT, DESCENT = 0.9, 0.6
"""Of the body's height, how far ascenders, raised marks and descenders may reach from it."""
ROW_MARGIN = 0.1
LEAST_BODY = 0.3
"""Of joined lines, what the body of the fullest is at the least: a serif is none."""
LEAST_ROWS = 0.45
"""Of a crop's height: a dash or a dot alone is not blown up."""


def text_rows(crop: Image) -> tuple[int, int]:
    """First and last row of the line's type with a margin, without scraps of other lines.

    White rows part lines from one another. Where type goes on to the crop's edge, a neighbour's may
    be joined to it: then it ends as far from its fullest band of rows as letters reach.
    """
    height = crop.shape[0]
    rows = _ink_rows(crop)
    most = float(rows.max())
    if most < 0.004:
        return 0, height
    off = np.abs(np.linspace(-1.0, 1.0, height, dtype=np.float32))
    inked = np.asarray(rows * (1 - np.float32(OFF_CENTRE) * off), np.float32)
    top, bottom = _fullest(runs(rows > TRACE * most, max(round(WHITE * height), 1)), inked)
    if top == 0 or bottom == height:
        top, bottom = _parted(rows, inked, top, bottom)
    top = _top_of_head(crop, top, bottom)
    margin = max(ROW_MARGIN * (bottom - top), (LEAST_ROWS * height - (bottom - top)) / 2)
    return max(round(top - margin), 0), min(round(bottom + margin), height)


HEAD, HEAD_RISE = 2.0, 0.45
"""Of a line's height, how wide a raised mark before its first word is, and how far it rises."""
HEAD_TRACE = 0.15
"""Share of the fullest row's ink, in so few columns, from which a row is no noise."""


def _top_of_head(crop: Image, top: int, bottom: int) -> int:
    """The first row of the type, that of a raised number before a long line too.

    Its upper half inks next to nothing of the rows of a whole line.
    """
    height = bottom - top
    rows = _ink_rows(crop[:, : max(round(HEAD * height), 2)])
    traced = rows > HEAD_TRACE * float(rows[top:bottom].max())
    first = top
    while first > 0 and traced[first - 1]:
        first -= 1
    return first if first > 0 and top - first < HEAD_RISE * height else top


def _parted(
    rows: npt.NDArray[np.float32], inked: npt.NDArray[np.float32], top: int, bottom: int
) -> tuple[int, int]:
    """Of rows that go on to the crop's edge, those that letters reach from their fullest band.

    A further full band at the crop's edge is another line's.
    """
    height = len(rows)
    smooth = cv2.blur(rows[:, None], (1, 2 * (height // 32) + 1))[:, 0]
    bands = runs(smooth > DENSE * float(smooth[top:bottom].max()), 0)
    own = [(start, end) for start, end in bands if start < bottom and end > top]
    first, last = _fullest(own, inked)
    body = max(last - first, LEAST_BODY * (bottom - top))
    above = max((end for start, end in bands if start <= 1 and end < first), default=0)
    below = min((start for start, end in bands if end >= height - 1 and start > last),
                default=height)  # fmt: skip
    return (max(top, above, round(first - ASCENT * body)),
            min(bottom, below, round(last + DESCENT * body)))  # fmt: skip


def _ink_rows(crop: Image) -> npt.NDArray[np.float32]:
    """Mean ink of each row that is more than the grain of its own paper; none where a rule runs.

    Most of a row is paper, whatever its shade: that under half of a crop is no ink, nor is a rule.
    """
    sample = crop[:, ::2]
    level = int(PAPER * sample.shape[1])
    ink = _ink(crop, np.partition(sample, level, axis=1)[:, level, None])
    ink[ink < GRAIN] = 0.0
    found = _mean_of_rows(ink)
    rows: npt.NDArray[np.float32] = np.where(found > RULE_ROW, 0.0, found - found.min())
    return rows.astype(np.float32)


def _row_means(crop: Image) -> npt.NDArray[np.float32]:
    """Mean ink of each row, 0 to 1, a shade and the grain of paper too."""
    return _mean_of_rows(_ink(crop))


def _ink(crop: Image, paper: Image | None = None) -> npt.NDArray[np.float32]:
    """Ink 0 to 1 of each pixel, as much darker as it is than its row's paper, or the crop's."""
    low, high = levels_at(crop[:, ::2], 0.01, BRIGHT)
    own = np.float32(high if paper is None else paper)
    ink = (own - crop.astype(np.float32)) / np.float32(max(high - low, 60))
    return np.asarray(np.clip(ink, 0.0, 1.0), np.float32)


def _mean_of_rows(ink: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Of each row, without what rules down the sides ink of it, between two lines as well."""
    ink = ink[:, ink.mean(axis=0) < RULE_COLUMN]
    if not ink.size:
        return np.zeros(len(ink), np.float32)
    means: npt.NDArray[np.float32] = ink.mean(axis=1)
    return means


def runs(rows: npt.NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Start and end of each run of rows, or of columns; what `gap` rows part is one run."""
    starts = np.flatnonzero(np.diff(rows.astype(np.int8), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(rows.astype(np.int8), append=0) == -1) + 1
    found: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _fullest(runs: Sequence[tuple[int, int]], ink: npt.NDArray[np.float32]) -> tuple[int, int]:
    """The run with the most ink."""
    return max(runs, key=lambda run: float(ink[run[0] : run[1]].sum()))


def ink_of(crop: Image) -> npt.NDArray[np.float32]:
    """Ink 0 to 1 of a crop at the network's height, contrast stretched, shape (height, width)."""
    scale = HEIGHT / crop.shape[0]
    width = int(np.clip(round(crop.shape[1] * scale), MINIMUM_WIDTH // 2, MAXIMUM_WIDTH))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(crop, (width, HEIGHT), interpolation=method).astype(np.uint8)
    low, high = levels_at(resized, 0.01, 0.95)
    # A crop without ink must stay white: no stretching of paper noise into letters.
    spread = max(float(high - low), 60.0)
    ink = (high - resized.astype(np.float32)) / np.float32(spread)
    return np.asarray(np.clip(ink, 0.0, 1.0), np.float32)
