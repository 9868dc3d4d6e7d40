"""Cheap damage to the picture of one line of text, for training the recogniser."""

from __future__ import annotations

import cv2
import numpy as np

from models.document import Image
from training.synth.damage import Rng, dither, grey8, kept, mapped, mottle, wavelets


def degrade_line(crop: Image, rng: Rng) -> Image:
    """The crop as a bad scanner might have given it: same shape, still dark on light.

    What a scanner adds it adds at its own resolution, which may be a third of the crop's.
    """
    height, width = crop.shape
    image = _strokes(_neighbours(_tilted(crop, rng), rng), rng)
    image = _printed(_specked(_lit(_blurred(_lowered(image, rng), rng), rng), rng), rng)
    if image.shape == crop.shape:
        return image
    back = int(rng.choice((cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_NEAREST)))
    return grey8(cv2.resize(image, (width, height), interpolation=back))


def _printed(image: Image, rng: Rng) -> Image:
    """As it is kept: in black and white, compressed, or as it is."""
    kind = rng.random()
    if kind < 0.28:
        return _thresholded(image, rng)
    if kind < 0.32:
        return dither(image, rng, 1.0, 0.5)
    if kind < 0.5:
        # Archives and grey scanners keep pages so; a line holds more ink than a page does.
        return wavelets(image, 15.0 * 8.0 ** rng.random())
    if kind < 0.8:
        quality = int(rng.integers(15, 91) if rng.random() < 0.5 else rng.integers(12, 45))
        return kept(image, ".jpg", cv2.IMWRITE_JPEG_QUALITY, quality)
    return image


def _tilted(crop: Image, rng: Rng) -> Image:
    """Slightly rotated, sheared, stretched and moved off its baseline."""
    if rng.random() < 0.2:
        return crop.copy()
    height, width = crop.shape
    rise = rng.uniform(-0.06, 0.06) * height / max(width / 2, 1)
    slant, stretch = rng.normal(0.0, 0.03), rng.uniform(0.95, 1.03)
    dy = rng.normal(0.0, 0.04) * height - rise * width / 2
    dx = rng.uniform(0.0, 1.0) * (1.0 - stretch) * width - slant * height / 2
    matrix = np.array(((stretch, slant, dx), (rise, 1.0, dy)))
    moved = cv2.warpAffine(crop, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return grey8(moved)


def _neighbours(image: Image, rng: Rng) -> Image:
    """Rules of the cell and scraps of other lines at the edges, an underline; in place."""
    height, width = image.shape
    if rng.random() < 0.12:
        rows = int(rng.integers(1, max(height // 9, 2)))
        middle = image[height // 2 : height // 2 + rows]
        edge = image[:rows] if rng.random() < 0.5 else image[-rows:]
        np.minimum(edge, np.roll(middle, int(rng.integers(width)), axis=1), out=edge)
    grey, thick = int(rng.integers(0, 150)), int(rng.integers(1, max(height // 14, 2) + 1))
    tilt = int(rng.integers(-2, 3))
    sides = rng.random(5)
    if sides[0] < 0.12:
        y = int(rng.integers(0, max(height // 10, 1)))
        cv2.line(image, (0, y), (width, y + tilt), grey, thick)
    if sides[1] < 0.12:
        y = height - 1 - int(rng.integers(0, max(height // 10, 1)))
        cv2.line(image, (0, y), (width, y + tilt), grey, thick)
    if sides[2] < 0.08:
        cv2.line(image, (0, 0), (tilt, height), grey, thick)
    if sides[3] < 0.08:
        cv2.line(image, (width - 1, 0), (width - 1 + tilt, height), grey, thick)
    if sides[4] < 0.07:
        y = int(height * rng.uniform(0.8, 0.95))
        cv2.line(image, (0, y), (width, y + tilt), grey, max(thick // 2, 1))
    return image


def _strokes(image: Image, rng: Rng) -> Image:
    """Thicker or thinner strokes, by a fraction of a pixel."""
    if rng.random() < 0.5:
        return image
    kernel = np.ones((2, 2) if rng.random() < 0.5 else (3, 3), np.uint8)
    moved = cv2.erode(image, kernel) if rng.random() < 0.6 else cv2.dilate(image, kernel)
    share = rng.uniform(0.1, 0.8)
    return grey8(cv2.addWeighted(moved, share, image, 1.0 - share, 0.0))


LINE_POINTS = 11.0
"""Height of a usual line."""
LEAST_ROWS = 15
"""Rows of pixels that a line has at the least: fewer no eye can read."""


def _lowered(image: Image, rng: Rng) -> Image:
    """At a lower resolution, rows and columns not quite alike."""
    height, width = image.shape
    if rng.random() < 0.35:
        return image
    # Half of them have so few rows that single ones count: there reading is hard to learn.
    share = rng.uniform(0.28, 0.5) if rng.random() < 0.5 else rng.uniform(0.4, 0.95)
    rows = max(int(height * share), min(height, LEAST_ROWS))
    columns = max(int(width * rows / height * rng.uniform(0.9, 1.1)), 1)
    # Standard fax has half as many rows as columns.
    rows = rows // 2 if rows > 2 * LEAST_ROWS and rng.random() < 0.08 else rows
    return grey8(cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA))


def _blurred(image: Image, rng: Rng) -> Image:
    """Out of focus, or sharpened."""
    chance = rng.random()
    if chance < 0.4:
        sigma = rng.uniform(0.3, 1.3) * image.shape[0] / 40.0
        return grey8(cv2.GaussianBlur(image, (0, 0), max(sigma, 0.2)))
    if chance < 0.55:
        soft = cv2.GaussianBlur(image, (0, 0), 1.0)
        return grey8(cv2.addWeighted(image, 2.0, soft, -1.0, 0.0))
    return image


def _lit(image: Image, rng: Rng) -> Image:
    """Faint ink on toned paper, a gradient along the line, and sensor noise."""
    if rng.random() < 0.7:
        paper = rng.uniform(170.0, 255.0)
        ink = rng.uniform(0.0, 0.75 if rng.random() < 0.4 else 0.35) * paper
        image = mapped(image, ink + np.arange(256) * (paper - ink) / 255.0)
    if rng.random() < 0.2:
        image = mottle(image, rng, image.shape[0] / LINE_POINTS, rng.uniform(0.0, 1.0))
    chance = rng.random()
    if chance < 0.55:
        noise = rng.standard_normal(image.shape, dtype=np.float32)
        noise *= np.float32(rng.exponential(6.0))
        if chance < 0.2:
            noise = np.asarray(cv2.blur(noise, (2, 2)), dtype=np.float32) * np.float32(2.0)
        if chance < 0.1:
            noise += np.linspace(0, rng.uniform(-50, 50), image.shape[1], dtype=np.float32)
        image = grey8(cv2.add(image, noise, dtype=cv2.CV_8U))
    return image


def _specked(image: Image, rng: Rng) -> Image:
    """Pepper, salt and a few larger blots; in place."""
    if rng.random() < 0.65:
        return image
    height, width = image.shape
    count = int(rng.exponential(0.0012) * height * width) + 1
    ys, xs = rng.integers(0, height, count), rng.integers(0, width, count)
    image[ys, xs] = np.where(rng.random(count) < 0.7, 20, 255)
    if rng.random() < 0.3:
        spot = (int(xs[0]), int(ys[0]))
        cv2.circle(image, spot, int(rng.integers(1, 3)), int(rng.integers(0, 120)), -1)
    return image


def _thresholded(image: Image, rng: Rng) -> Image:
    """Black and white, at a level between this line's own ink and paper."""
    ink, paper = np.percentile(image, (0.5, 70.0))
    # An empty cell has no ink; its paper must still come out white.
    ink = min(ink, paper - 60.0)
    level = ink + (paper - ink) * rng.uniform(0.35, 0.75)
    return grey8(cv2.threshold(image, float(level), 255, cv2.THRESH_BINARY)[1])
