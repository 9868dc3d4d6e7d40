"""Truth for the layout detector: the dense masks of an upright scanned page at 110 dpi."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Box
from models.layout import BLOCK_SHRINK, CHANNELS, DPI, INTERIOR_SHRINK, LINE_CORE

PIXELS = DPI / POINTS_PER_INCH
BORDER = 3
"""Thickness of a separator's mask, pixels."""

Masks = npt.NDArray[np.uint8]
"""0 or 1, shape (channels, height, width)."""


@dataclass(frozen=True)
class MaskTruth:
    """What stands on an upright page, boxes in points."""

    areas: Sequence[Box]
    """Cells and header boxes."""
    lines: Sequence[Box]
    rules: Sequence[Box]
    checkboxes: Sequence[tuple[Box, bool]]
    blocks: Sequence[tuple[str, Box]]
    """Tables, footnote blocks, signature blocks, with their channel's name."""


def masks_of(truth: MaskTruth, height: int, width: int, pixels: float = PIXELS) -> Masks:
    """All channels for a page of `height` x `width` pixels; `pixels` is the size of a point."""
    masks = np.zeros((len(CHANNELS), height, width), np.uint8)
    by_name = dict(zip(CHANNELS, masks, strict=True))
    _fill(
        by_name["interior"], (box.grown(-INTERIOR_SHRINK / pixels) for box in truth.areas), pixels
    )
    for box in truth.areas:
        corners = _corners(box, pixels)
        cv2.rectangle(by_name["separator"], corners[0], corners[1], 1, BORDER)
    by_name["interior"][by_name["separator"] > 0] = 0
    _fill(by_name["rule"], truth.rules, pixels, least=1)
    by_name["rule"][cv2.dilate(by_name["separator"], np.ones((3, 3), np.uint8)) > 0] = 0
    _fill(by_name["line"], (core(box) for box in truth.lines), pixels, least=1)
    _fill(by_name["checkbox"], (box for box, _ in truth.checkboxes), pixels)
    _fill(by_name["checked"], (box for box, checked in truth.checkboxes if checked), pixels)
    for name, box in truth.blocks:
        _fill(by_name[name], [box.grown(-BLOCK_SHRINK / pixels)], pixels)
    return masks


def core(box: Box) -> Box:
    """The middle of a text line, which its mask covers."""
    inset = box.height * (1 - LINE_CORE) / 2
    return Box(box.left + 0.5, box.top + inset, box.right - 0.5, box.bottom - inset)


def _fill(mask: npt.NDArray[np.uint8], boxes: Iterable[Box], pixels: float, least: int = 0) -> None:
    for box in boxes:
        (left, top), (right, bottom) = _corners(box, pixels)
        # Slices end before `right` and `bottom`; thin things keep at least one pixel.
        right, bottom = max(right, left + least), max(bottom, top + least)
        mask[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 1


def _corners(box: Box, pixels: float) -> tuple[tuple[int, int], tuple[int, int]]:
    return (
        (round(box.left * pixels), round(box.top * pixels)),
        (round(box.right * pixels), round(box.bottom * pixels)),
    )
