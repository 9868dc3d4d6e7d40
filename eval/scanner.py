"""The examiner's scanner: printed pages to an image-only PDF, by Pillow and numpy.

It shares no code with the scanner the models were trained on. `Scan.maps` carries every point of a
printed page to the same ink on the scanned page.
"""

from __future__ import annotations

import io
import math
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pymupdf
from PIL import Image, ImageFilter
from scipy import ndimage  # type: ignore[import-untyped]

from models.document import POINTS_PER_INCH, Affine

Ink = npt.NDArray[np.float32]
"""A page as reflectance, shape (height, width), 0 black to 1 white."""
Random = np.random.Generator
Range = tuple[float, float]

_EPOCH = time.gmtime(0)

LEAST_INK = 0.001
"""Share of a page that counts as inked, however empty it is."""


@dataclass(frozen=True)
class Quality:
    """How a scanner sees paper; ranges are drawn from per page, lengths in pixels of the scan.

    `black` and `white` are the reflectance of ink and paper (above 1: clipped to white), `shade`
    how much the light falls off across the page, `grain` the noise of the sensor, `mottle` that of
    the paper; `specks` and `gaps` are counted per page, `threshold` makes 1-bit pages for CCITT
    fax, `fidelity` (decibels over the inked part) JPEG 2000 pages, `jpeg` is the quality of others.
    """

    dpi: int
    skew: float
    blur: Range
    black: Range
    white: Range
    shade: float
    grain: Range
    mottle: float = 0.0
    specks: int = 0
    gaps: int = 0
    threshold: Range | None = None
    fidelity: float = 0.0
    jpeg: int = 80


QUALITIES: dict[str, dict[str, Quality]] = {
    "dev": {
        "grey300": Quality(300, 0.4, (0.3, 0.7), (0.04, 0.12), (1.01, 1.07), 0.03, (0.004, 0.01),
                           specks=4, fidelity=15.5),
        "office200": Quality(200, 0.7, (0.4, 0.7), (0.06, 0.18), (1.0, 1.08), 0.05, (0.006, 0.018),
                             specks=10, jpeg=12),
        "fax200": Quality(200, 0.8, (0.3, 0.5), (0.0, 0.1), (0.98, 1.04), 0.04, (0.03, 0.055),
                          specks=60, gaps=8, threshold=(0.67, 0.74)),
        "poor150": Quality(150, 1.6, (0.55, 0.9), (0.2, 0.36), (0.78, 0.9), 0.14, (0.022, 0.042),
                           mottle=0.014, specks=45, gaps=4, jpeg=18),
    },
    "test": {
        "grey300": Quality(300, 0.5, (0.4, 0.8), (0.02, 0.15), (1.0, 1.06), 0.04, (0.004, 0.012),
                           specks=6, fidelity=15),
        "office200": Quality(200, 0.8, (0.45, 0.8), (0.05, 0.2), (0.98, 1.07), 0.06, (0.007, 0.02),
                             specks=14, jpeg=11),
        "fax200": Quality(200, 1.0, (0.35, 0.55), (0.0, 0.12), (0.96, 1.04), 0.05, (0.03, 0.06),
                          specks=90, gaps=12, threshold=(0.66, 0.75)),
        "poor150": Quality(150, 2.0, (0.45, 0.8), (0.2, 0.34), (0.76, 0.9), 0.18, (0.02, 0.036),
                           mottle=0.016, specks=55, gaps=5, jpeg=24),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """An image-only PDF; `maps` takes printed points to displayed points, page by page."""

    pdf: bytes
    maps: tuple[Affine, ...]


def scan(pdf: bytes, quality: Quality, random: Random) -> Scan:
    """Scan every page of a printed PDF."""
    images: list[Image.Image] = []
    maps: list[Affine] = []
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        for page in document:
            image, affine = _scan_page(_rasterised(page, quality.dpi), quality, random)
            images.append(image)
            maps.append(affine)
    return Scan(_bound(images, quality), tuple(maps))


def _rasterised(page: pymupdf.Page, dpi: int) -> Image.Image:
    # Links leave no ink, but their borders would.
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, annots=False)
    return Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)


def _scan_page(page: Image.Image, quality: Quality, random: Random) -> tuple[Image.Image, Affine]:
    affine = _laid_askew(page.size, quality, random)
    blurred = page.filter(ImageFilter.GaussianBlur(random.uniform(*quality.blur)))
    turned = blurred.transform(
        page.size, Image.Transform.AFFINE, _inverse(affine), Image.Resampling.BICUBIC, fillcolor=255
    )
    ink = np.asarray(turned, np.float32) / 255.0
    ink = _lit(_inked(ink, quality, random), quality, random)
    ink = ink + random.normal(0.0, random.uniform(*quality.grain), ink.shape).astype(np.float32)
    scale = POINTS_PER_INCH / quality.dpi
    a, b, c, d, e, f = affine
    return _digitised(ink, quality, random), (a, b, c * scale, d, e, f * scale)


def _laid_askew(size: tuple[int, int], quality: Quality, random: Random) -> Affine:
    """Paper turned a little about its middle, slightly displaced and out of scale; pixels."""
    angle = math.radians(random.uniform(-quality.skew, quality.skew))
    stretch = 1.0 + random.uniform(-0.006, 0.002)
    a, b = stretch * math.cos(angle), -stretch * math.sin(angle)
    middle_x, middle_y = size[0] / 2, size[1] / 2
    dx, dy = random.uniform(-0.04, 0.04, 2) * quality.dpi
    return (a, b, middle_x - a * middle_x - b * middle_y + dx,
            -b, a, middle_y + b * middle_x - a * middle_y + dy)  # fmt: skip


def _inverse(affine: Affine) -> Affine:
    """The map from the scan back to the print, as Pillow wants it."""
    a, b, c, d, e, f = affine
    scale = a * e - b * d
    return (e / scale, -b / scale, (b * f - c * e) / scale,
            -d / scale, a / scale, (c * d - a * f) / scale)  # fmt: skip


def _inked(ink: Ink, quality: Quality, random: Random) -> Ink:
    """The contrast of ink on paper, specks of dirt, and gaps where toner or signal is missing."""
    height, width = ink.shape
    ink = ink.copy()
    for _ in range(random.poisson(quality.gaps)):
        top, left = int(random.integers(height)), int(random.integers(width))
        long, thick = int(random.integers(width // 40, width // 6)), int(random.integers(1, 3))
        ink[top : top + thick, left : left + long] = 1.0
    for _ in range(random.poisson(quality.specks)):
        top, left = int(random.integers(height)), int(random.integers(width))
        tall, wide = random.integers(1, 4, 2)
        ink[top : top + int(tall), left : left + int(wide)] *= random.uniform(0.0, 0.6)
    black, white = random.uniform(*quality.black), random.uniform(*quality.white)
    return np.asarray(black + (white - black) * ink, np.float32)


def _lit(ink: Ink, quality: Quality, random: Random) -> Ink:
    """Uneven light: one slope over the page, and the slow mottle of the paper."""
    height, width = ink.shape
    down, across = random.uniform(-quality.shade, 0.0, 2)
    light = 1.0 + down * np.linspace(0, 1, height)[:, None] + across * np.linspace(0, 1, width)
    if quality.mottle:
        coarse = ndimage.gaussian_filter(random.normal(size=(height // 8, width // 8)), 2.0)
        coarse *= quality.mottle / coarse.std()
        grown = Image.fromarray(coarse.astype(np.float32)).resize((width, height))
        light = light + np.asarray(grown)
    return np.asarray(ink * light, np.float32)


def _digitised(ink: Ink, quality: Quality, random: Random) -> Image.Image:
    if quality.threshold is None:
        return Image.fromarray((np.clip(ink, 0, 1) * 255 + 0.5).astype(np.uint8))
    return Image.fromarray(ink > random.uniform(*quality.threshold))


def _bound(images: list[Image.Image], quality: Quality) -> bytes:
    """One PDF, compressed as such scanners do; same input, same bytes."""
    if quality.threshold is not None:
        target = io.BytesIO()
        images[0].save(
            target, "PDF", save_all=True, append_images=images[1:], resolution=quality.dpi,
            creationDate=_EPOCH, modDate=_EPOCH,
        )  # fmt: skip
        return target.getvalue()
    with pymupdf.open() as document:
        for image in images:
            width, height = (side * POINTS_PER_INCH / quality.dpi for side in image.size)
            page = document.new_page(width=width, height=height)
            page.insert_image(page.rect, stream=_compressed(image, quality))
        return bytes(document.tobytes(no_new_id=True))


def _compressed(image: Image.Image, quality: Quality) -> bytes:
    target = io.BytesIO()
    if quality.fidelity:
        # Measured over the whole page, the little text of an empty one would hardly count.
        inked = max(float(np.mean(np.asarray(image) < 128)), LEAST_INK)
        image.save(
            target, "JPEG2000", irreversible=True, quality_mode="dB",
            quality_layers=[quality.fidelity - 10 * math.log10(inked)],
        )  # fmt: skip
    else:
        image.save(target, "JPEG", quality=quality.jpeg, optimize=True, progressive=True)
    return target.getvalue()
