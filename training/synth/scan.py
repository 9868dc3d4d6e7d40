"""The teacher's scanner: a clean rendered page in, a badly scanned one out, labels still right.

`scan` draws a profile, damages the sheet, lays it crooked on the glass, and lets a scanner or fax
machine do its worst; `degrade_line` does something similar, much cheaper, to one line of text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Affine, Image
from training.synth.damage import Rng, grey8
from training.synth.line import degrade_line
from training.synth.profiles import PROFILES, Profile, Steps

__all__ = ["PROFILES", "Bend", "Profile", "Scan", "degrade_line", "drawn_profile", "scan", "turned"]

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bend:
    """Small non-linear displacement over a sheet of `width` by `height` points.

    Together below 0.9 points, so that labels moved by the affine map alone stay right.
    """

    width: float
    height: float
    keystone: tuple[float, float] = (0.0, 0.0)
    curl: float = 0.0
    waves: tuple[float, float] = (0.0, 0.0)

    def at(self, points: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Displacement in points for points of the clean page, shape (..., 2)."""
        u = points[..., 0] / self.width * 2.0 - 1.0
        v = points[..., 1] / self.height * 2.0 - 1.0
        phase, rate = self.waves
        dx = self.keystone[0] * u * v
        dy = self.keystone[1] * u * v + self.curl * np.sin(phase + rate * u + 0.7 * v)
        return np.stack((dx, dy), axis=-1)


@dataclass(frozen=True)
class Scan:
    """A scanned page; `affine` maps points of the clean page to points of `image`."""

    image: Image
    dpi: float
    affine: Affine
    bend: Bend
    profile: str

    def map_points(self, points: npt.ArrayLike) -> Points:
        """Where points of the clean page, shape (n, 2), lie in the scan, bend included."""
        clean = np.asarray(points, dtype=np.float64)
        a, b, c, d, e, f = self.affine
        moved = clean + self.bend.at(clean)
        return np.asarray(moved @ np.array(((a, d), (b, e))) + np.array((c, f)))


def drawn_profile(rng: Rng) -> str:
    """The name of a profile, drawn by weight."""
    weights = np.array([profile.weight for profile in PROFILES.values()])
    return str(rng.choice(list(PROFILES), p=weights / weights.sum()))


def scan(image: Image, rng: Rng, profile: str | None = None, dpi: float = 300.0) -> Scan:
    """Scan a clean grey page that was rendered at `dpi`; the profile is drawn when not named."""
    name = profile or drawn_profile(rng)
    recipe = PROFILES[name]
    target = float(rng.choice(recipe.dpi))
    scale = target / POINTS_PER_INCH
    strength = rng.uniform(*recipe.strength)
    height, width = image.shape
    size = (max(round(width * target / dpi), 1), max(round(height * target / dpi), 1))
    way = cv2.INTER_AREA if target < dpi else cv2.INTER_CUBIC
    sheet = image.copy() if target == dpi else grey8(cv2.resize(image, size, interpolation=way))
    sheet = _worked(sheet, recipe.sheet, rng, scale, strength)
    bend = _drawn_bend(rng, width / dpi * POINTS_PER_INCH, height / dpi * POINTS_PER_INCH, recipe)
    affine = _drawn_affine(rng, bend, recipe)
    lid = int(rng.integers(0, 60)) if rng.random() < recipe.dark_lid else 255
    laid = _laid(sheet, scale, affine, bend, _drawn_canvas(rng, sheet, recipe, scale), lid)
    done = _worked(laid, recipe.scanner, rng, scale, strength)
    return Scan(done, target, affine, bend, name)


def _worked(image: Image, steps: Steps, rng: Rng, scale: float, strength: float) -> Image:
    """The image after each step that chance picks, at varied strength."""
    for step, probability in steps:
        if rng.random() < probability:
            image = step(image, rng, scale, strength * rng.uniform(0.5, 1.0))
    return image


def _drawn_bend(rng: Rng, width: float, height: float, recipe: Profile) -> Bend:
    """Keystone and curl of at most 0.9 points together."""
    if rng.random() > recipe.bend:
        return Bend(width, height)
    x, y, curl = rng.uniform(-0.38, 0.38, 3)
    return Bend(width, height, (x, y), curl, (rng.uniform(0.0, 6.3), rng.uniform(0.5, 4.0)))


def _drawn_affine(rng: Rng, bend: Bend, recipe: Profile) -> Affine:
    """Skew, shear, copier's reduction and shift, about the middle of the sheet."""
    tilt = 0.0 if rng.random() < 0.2 else rng.laplace(0.0, recipe.skew)
    skew, shear = np.deg2rad(np.clip(tilt, -3.0, 3.0)), rng.normal(0.0, 0.001)
    sx = rng.uniform(*recipe.resize)
    sy = sx * (rng.uniform(0.96, 1.01) if recipe.resize != (1.0, 1.0) else 1.0)
    a, b = sx * np.cos(skew), sx * (shear - np.sin(skew))
    d, e = sy * np.sin(skew), sy * np.cos(skew)
    x, y = bend.width / 2, bend.height / 2
    dx, dy = rng.normal(0.0, recipe.shift, 2)
    c, f = x - a * x - b * y + dx, y - d * x - e * y + dy
    return float(a), float(b), float(c), float(d), float(e), float(f)


def _drawn_canvas(rng: Rng, sheet: Image, recipe: Profile, scale: float) -> tuple[int, int]:
    """Height and width of the scan: mostly the sheet's, sometimes cropped or with margins."""
    height, width = sheet.shape
    if recipe.canvas == 0.0 or rng.random() < 0.5:
        return height, width
    taller, wider = rng.uniform(-6.0, (recipe.canvas, min(recipe.canvas, 40.0))) * scale
    return height + int(taller), width + int(wider)


def _laid(
    sheet: Image, scale: float, affine: Affine, bend: Bend, canvas: tuple[int, int], lid: int
) -> Image:
    """The sheet as it lies on the glass: affine map and bend, `lid` where there is no paper."""
    height, width = canvas
    cell = 16
    # Where to look is smooth, so a coarse grid will do, with a cell to spare all round.
    columns, rows = (np.arange(-1, -(-n // cell) + 1) * cell + cell / 2 for n in (width, height))
    spots = np.stack(np.meshgrid(columns, rows), axis=-1) / scale
    a, b, c, d, e, f = affine
    back = np.linalg.inv(np.array(((a, b), (d, e))))
    clean = (spots - np.array((c, f))) @ back.T
    # The bend is so slight that it is undone where it arrives, not where it came from.
    clean = clean - bend.at(clean)
    pixels = clean * (sheet.shape[1] / bend.width, sheet.shape[0] / bend.height) - 0.5
    full = cv2.resize(pixels.astype(np.float32), (len(columns) * cell, len(rows) * cell))
    across, down = np.moveaxis(np.asarray(full)[cell : cell + height, cell : cell + width], 2, 0)
    way = cv2.INTER_LINEAR
    return grey8(cv2.remap(sheet, across.copy(), down.copy(), way, borderValue=(float(lid),)))


def turned(page: Scan, quarter: int) -> Scan:
    """The scan after `quarter` clockwise quarter turns; affine and `map_points` follow."""
    for _ in range(quarter % 4):
        tall = page.image.shape[0] / page.dpi * POINTS_PER_INCH
        a, b, c, d, e, f = page.affine
        image = np.ascontiguousarray(np.rot90(page.image, -1))
        page = replace(page, image=image, affine=(-d, -e, tall - f, a, b, c))
    return page
