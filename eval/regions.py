"""Which found boxes are which true ones: one-to-one by intersection over union."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from eval.score import Tally
from models.document import Box

OVERLAPS = (0.5, 0.75)
"""Least intersection over union: loosely and closely found."""

Boxes = npt.NDArray[np.float64]


def edges(boxes: Iterable[Box]) -> Boxes:
    """Left, top, right, bottom of each box, shape (boxes, 4)."""
    listed = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    return np.array(listed, float).reshape(-1, 4)


def overlaps(true: Boxes, found: Boxes) -> Boxes:
    """Intersection over union of every true box with every found one."""
    low = np.maximum(true[:, None, :2], found[None, :, :2])
    high = np.minimum(true[:, None, 2:], found[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (true, found)]
    union = areas[0][:, None] + areas[1][None] - common
    return np.asarray(common / np.maximum(union, 1e-9))


def matched(shared: Boxes, least: float) -> list[tuple[int, int]]:
    """Pairs of a true and a found box that overlap by `least` or more, each used once."""
    good = np.where(shared >= least, shared, 0.0)
    pairs = zip(*linear_sum_assignment(good, maximize=True), strict=True)
    return [(int(one), int(other)) for one, other in pairs if good[one, other]]


def tally(shared: Boxes, least: float) -> Tally:
    """How many true boxes were found, how many found ones are none."""
    right = len(matched(shared, least))
    true, found = shared.shape
    return Tally(right, found - right, true - right)
