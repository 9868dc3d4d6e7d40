"""Bands of grey behind type taken off the page: what stands in them is read like any other print.

Forms print heads of tables and titles on grey. Scanned badly the grey comes out as dark as faint
type, of one bit as a pattern of dots; layout and recogniser then see neither lines nor letters.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Image
from models.ink import shrunk

STROKE = 9
"""Points: dark things this thin are type or rules, what is thicker is shade."""
BAND = 140.0
"""Points: shade this thick is the page's own paper or a picture."""
COARSE = 4
"""Points of a pixel where paper is looked for."""
DARKER, DARKEST = 0.86, 0.35
"""Of the paper's brightness, that of shade at the most and at the least."""
LEAST, LEAST_DOTTED = 0.002, 0.01
"""Share of the page that is shaded, from which anything is done; type may be printed in dots."""
EDGE = 3
"""Points over which the correction sets in."""
TWO_VALUED = 0.995
"""Share of black and white pixels from which grey is made of dots."""
DOT = 1.5
"""Points of a dot's width and height at the most."""
DENSE, CLUSTER, THICK = 0.01, 5, 10
"""Share of pixels, in squares of so many points, that are dots where they are shade, and the points
that it is thick both ways: leaders are a row of dots, dirt stands alone."""

Grey = npt.NDArray[np.float32]


def unshaded(image: Image, dpi: float) -> Image:
    """The image with shaded bands as bright as the paper around them; itself where there are none.

    Dividing by the brightness of the ground keeps the contrast of type (flat-field correction).
    Where black and white is all there is, the dots of a shade are taken off one by one.
    """
    sample = image[::4, ::3]
    if np.mean((sample < 32) | (sample > 223)) > TWO_VALUED:
        return _without_dots(image, dpi / POINTS_PER_INCH)
    height, width = image.shape
    share = POINTS_PER_INCH / dpi
    gain = _gain(shrunk(image, share))
    if gain is None:
        return image
    rows = np.flatnonzero(gain.max(axis=1) > 1.0) / share
    window = slice(max(int(rows[0] - 1 / share), 0), min(int(rows[-1] + 2 / share), height))
    fine = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)[window]
    made = image.copy()
    made[window] = np.minimum(image[window] * fine, 255.0)
    return made


def _without_dots(image: Image, scale: float) -> Image:
    """A page of one bit without the dots that stand close together; `scale` is pixels per point."""
    dark = (image < 128).view(np.uint8)
    _, marks, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = (stats[:, 2:4].max(axis=1) <= DOT * scale) & (np.arange(len(stats)) > 0)
    dots = small[marks]
    reach = round(CLUSTER * scale)
    near = (cv2.blur(dots.astype(np.float32), (reach, reach)) > DENSE).astype(np.uint8)
    near = cv2.morphologyEx(near, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    thick = round(THICK * scale)
    dense = cv2.morphologyEx(near, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8)) > 0
    if dense.mean() < LEAST_DOTTED:
        return image
    made = image.copy()
    made[dots & dense] = 255
    return made


def _gain(small: Image) -> Grey | None:
    """By how much each point of a page, at 72 dpi, is to be brighter; None without any shade."""
    kernel = np.ones((STROKE, STROKE), np.uint8)
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel).astype(np.uint8)
    brightness = ground / np.maximum(_paper(ground), 1.0)
    grey = ((brightness < DARKER) & (brightness > DARKEST)).astype(np.uint8)
    shaded = cv2.morphologyEx(grey, cv2.MORPH_OPEN, kernel)
    if shaded.mean() < LEAST:
        return None
    gain = np.where(shaded > 0, 1.0 / np.maximum(brightness, DARKEST), 1.0).astype(np.float32)
    return np.asarray(cv2.blur(gain, (EDGE, EDGE)), np.float32)


def _paper(ground: npt.NDArray[np.uint8]) -> Grey:
    """The brightness of the paper around, with nothing in it that is narrower than a band."""
    height, width = ground.shape
    size = (max(width // COARSE, 1), max(height // COARSE, 1))
    coarse = cv2.resize(ground, size, interpolation=cv2.INTER_AREA)
    reach = round(BAND / COARSE)
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((reach, 1), np.uint8))
    paper = cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(paper, np.float32)
