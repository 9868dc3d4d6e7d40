"""Damage to a page image: ink, paper, light, sensor, thresholding, compression.

Every damage takes (image, rng, scale, strength): a grey page, the source of chance, pixels per
point, and a strength from 0 (hardly seen) to 1 (barely readable). None of them moves the content
by more than a fraction of a point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Image

Rng = np.random.Generator
Damage = Callable[[Image, Rng, float, float], Image]
Floats = npt.NDArray[np.float32]


def grey8(array: npt.NDArray[Any]) -> Image:
    """OpenCV's loosely typed result as a page image; copies only when the type differs."""
    return np.asarray(array, dtype=np.uint8)


def smooth_field(
    shape: tuple[int, int], rng: Rng, cells: tuple[int, int], low: float, high: float
) -> Floats:
    """Smooth random values between `low` and `high` over the page, `cells` (down, across) bumps."""
    coarse = rng.uniform(low, high, cells).astype(np.float32)
    full = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(full, dtype=np.float32), low, high)


def normal_noise(shape: tuple[int, int], rng: Rng) -> Floats:
    """White noise of unit variance; drawn for a strip and repeated rolled, for speed."""
    height, width = shape
    rows = min(height, 160)
    strip = rng.standard_normal((rows, width), dtype=np.float32)
    strips = [
        np.roll(strip, int(rng.integers(width)), axis=1)[:: int(rng.choice((-1, 1)))]
        for _ in range(-(-height // rows))
    ]
    return np.concatenate(strips)[:height]


def scaled(image: Image, gain: Floats) -> Image:
    """Every pixel times its gain, rounded and clipped."""
    return grey8(cv2.multiply(image, gain, dtype=cv2.CV_8U))


def mapped(image: Image, curve: npt.NDArray[Any]) -> Image:
    """The image after a tone curve of 256 values."""
    return grey8(cv2.LUT(image, np.clip(np.rint(curve), 0, 255).astype(np.uint8)))


def ink_scaled(image: Image, cover: Floats) -> Image:
    """The image with only `cover` (0 to 1) of its ink left at each pixel."""
    return grey8(cv2.bitwise_not(scaled(grey8(cv2.bitwise_not(image)), cover)))


# --- ink and paper ---------------------------------------------------------------------------


def change_strokes(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Strokes grow (ink spread) or shrink (worn type) by a fraction of a pixel."""
    cross = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    moved = cv2.erode(image, cross) if rng.random() < 0.6 else cv2.dilate(image, cross)
    # At low resolution a whole pixel would swallow the stroke, hence the scale.
    share = strength * min(1.0, scale / 4.0) * rng.uniform(0.4, 1.0)
    return grey8(cv2.addWeighted(moved, share, image, 1.0 - share, 0.0))


def fade_ink(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """All ink is fainter, as from a tired ribbon or coloured type turned grey."""
    darkest = rng.uniform(20.0, 60.0) + 110.0 * strength * rng.random()
    return mapped(image, darkest + np.arange(256) * (255.0 - darkest) / 255.0)


def lose_toner(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Toner runs low: cloudy fading, in some places with grain inside the strokes."""
    cells = (int(rng.integers(2, 12)), int(rng.integers(2, 12)))
    cover = smooth_field(image.shape[:2], rng, cells, 1.0 - 0.75 * strength, 1.0)
    if rng.random() < 0.5:
        cover *= 1.0 - 0.5 * strength * (normal_noise(cover.shape, rng) > 0.8)
    return ink_scaled(image, cover)


def grey_colours(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Patches of the page were printed in a colour that a grey scanner sees as 60 to 150."""
    result = image.copy()
    height, width = image.shape
    for _ in range(int(rng.integers(1, 6))):
        top, left = int(rng.integers(height)), int(rng.integers(-width // 2, width))
        bottom = top + int(rng.uniform(8.0, 150.0) * scale)
        part = result[top:bottom, max(left, 0) : left + width // int(rng.integers(1, 4))]
        if part.size:
            grey = rng.uniform(50.0, 90.0 + 60.0 * strength)
            part[:] = mapped(part, grey + np.arange(256) * (255.0 - grey) / 255.0)
    return result


def break_rules(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Long thin rules lose pieces, or vanish altogether when the strength is high."""
    length = max(int(24.0 * scale), 8)
    ink = grey8(cv2.bitwise_not(image))
    gaps = smooth_field(image.shape[:2], rng, (48, 36), 0.0, 1.0) < 0.25 + 0.6 * strength
    for kernel in (np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8)):
        if rng.random() < 0.7:
            rules = grey8(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
            # Shading and bars are long dark runs too; only what is thin is a rule.
            thick = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
            thin = cv2.subtract(rules, cv2.dilate(thick, np.ones((3, 3), np.uint8)))
            ink = grey8(cv2.subtract(ink, grey8(thin) * gaps))
    return grey8(cv2.bitwise_not(ink))


def carbon_copy(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """The look of a carbon copy: soft, grainy, thick and grey strokes with a dirty ground."""
    soft = grey8(cv2.GaussianBlur(image, (0, 0), (0.15 + 0.25 * strength) * scale))
    cover = 0.75 + 0.25 * normal_noise(image.shape[:2], rng)
    cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.7), dtype=np.float32)
    level = rng.uniform(0.55, 0.95) - 0.2 * strength
    dirt = smooth_field(image.shape[:2], rng, (9, 7), 0.86, 1.0)
    return scaled(ink_scaled(soft, np.clip(cover * level * 1.3, 0.0, 1.0)), dirt)


def photocopy(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """One to three generations of blur, steep contrast and dirt from a copier."""
    for _ in range(1 + int(rng.integers(0, 1 + int(np.ceil(2 * strength))))):
        sigma = rng.uniform(0.08, 0.12 + 0.12 * strength) * scale
        image = grey8(cv2.GaussianBlur(image, (0, 0), sigma))
        centre = rng.uniform(110.0, 190.0)
        steep = rng.uniform(0.03, 0.09)
        image = mapped(image, 255.0 / (1.0 + np.exp(-steep * (np.arange(256) - centre))))
        image = specks(image, rng, scale, 0.4 * strength)
    return image


def bleed_through(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """The back of the sheet shines through, mirrored, moved and soft."""
    back = cv2.flip(image, int(rng.choice((1, -1))))
    back = cv2.GaussianBlur(back, (0, 0), rng.uniform(0.3, 0.7) * scale)
    back = np.roll(grey8(back), tuple(rng.integers(-40, 40, 2) * int(np.ceil(scale))), axis=(0, 1))
    share = 0.05 + 0.25 * strength * rng.random()
    return grey8(cv2.subtract(image, cv2.convertScaleAbs(cv2.bitwise_not(back), alpha=share)))


def tone_paper(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Paper is not white and ink not black; the paper has a little texture."""
    paper = 252.0 - rng.uniform(0.0, 75.0) * strength
    ink = rng.uniform(0.0, 20.0 + 50.0 * strength)
    image = mapped(image, ink + np.arange(256) * (paper - ink) / 255.0)
    if rng.random() < 0.4:
        shape = (max(image.shape[0] // 3, 1), max(image.shape[1] // 3, 1))
        texture = cv2.resize(normal_noise(shape, rng), image.shape[::-1])
        image = grey8(cv2.add(image, texture * np.float32(4.0 * strength), dtype=cv2.CV_8U))
    return image


def mottle(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Blotches of grey a few points wide, as rough paper and cheap copiers have."""
    height, width = image.shape
    size = rng.uniform(1.0, 12.0) * scale
    cells = (max(round(height / size), 1), max(round(width / size), 1))
    cloud = cv2.resize(normal_noise(cells, rng), (width, height), interpolation=cv2.INTER_CUBIC)
    return grey8(cv2.add(image, cloud * np.float32(2.0 + 10.0 * strength), dtype=cv2.CV_8U))


# --- light, optics and sensor ----------------------------------------------------------------


def blur(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Gaussian, motion or defocus blur."""
    sigma = (0.06 + 0.34 * strength) * scale
    kind = rng.random()
    if kind < 0.6:
        return grey8(cv2.GaussianBlur(image, (0, 0), sigma * rng.uniform(0.6, 1.0)))
    size = 2 * max(int(np.ceil(1.6 * sigma)), 1) + 1
    kernel = np.zeros((size, size), np.float32)
    middle = (size // 2, size // 2)
    if kind < 0.8:
        angle = rng.choice((0.0, np.pi / 2, rng.uniform(0.0, np.pi)))
        reach = 1.6 * sigma * np.array((np.cos(angle), np.sin(angle)))
        ends = [tuple(int(v) for v in np.rint(np.array(middle) + s * reach)) for s in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0)
    else:
        cv2.circle(kernel, middle, size // 2, 1.0, -1)
    # A line or disc of one pixel would be no blur, hence the soft edge.
    kernel = np.asarray(cv2.GaussianBlur(kernel, (3, 3), 0.4), dtype=np.float32)
    return grey8(cv2.filter2D(image, -1, kernel / kernel.sum()))


def sharpen(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """The scanner's own sharpening, with halos."""
    soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.2, 0.6) * scale)
    amount = 0.3 + 1.5 * strength
    return grey8(cv2.addWeighted(image, 1.0 + amount, soft, -amount, 0.0))


def uneven_light(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Gradients, clouds, and a shadow at the spine or an edge."""
    height, width = image.shape
    cells = (int(rng.integers(2, 5)), int(rng.integers(2, 5)))
    gain = smooth_field((height, width), rng, cells, 1.0 - 0.4 * strength, 1.0)
    if rng.random() < 0.35:
        far = np.arange(width, dtype=np.float32) / scale
        shadow = 1.0 - (0.2 + 0.5 * strength) * np.exp(-far / rng.uniform(8.0, 50.0))
        gain = gain * (shadow if rng.random() < 0.5 else shadow[::-1]).astype(np.float32)
    return scaled(image, gain)


def grain(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Gaussian and shot noise of the sensor, white or a little soft."""
    noise = normal_noise(image.shape[:2], rng)
    if rng.random() < 0.4:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), dtype=np.float32) * 1.8
    sigma = 1.0 + 17.0 * strength * rng.random()
    if rng.random() < 0.5:
        light = np.sqrt(np.arange(256) / 255.0).astype(np.float32)
        noise = noise * np.asarray(cv2.LUT(image, light), dtype=np.float32)
    return grey8(cv2.add(image, noise * np.float32(sigma), dtype=cv2.CV_8U))


def specks(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Salt, pepper and dust, spread over the page and in clouds."""
    result = image.copy()
    height, width = image.shape
    area = height * width / (scale * 72.0) ** 2
    count = int(rng.exponential(1.0) * (2.0 + 40.0 * strength**2) * area)
    ys, xs = rng.integers(0, height, count), rng.integers(0, width, count)
    if rng.random() < 0.3 + 0.4 * strength:
        cloud = int(rng.integers(20, 60 + int(1500 * strength)))
        spread = rng.uniform(15.0, 90.0) * scale
        ys = np.append(ys, rng.normal(rng.uniform(0, height), spread, cloud).astype(np.int64))
        xs = np.append(xs, rng.normal(rng.uniform(0, width), 2 * spread, cloud).astype(np.int64))
    inside = (ys >= 0) & (ys < height) & (xs >= 0) & (xs < width)
    ys, xs = ys[inside], xs[inside]
    result[ys, xs] = np.where(rng.random(len(ys)) < 0.8, rng.integers(0, 110, len(ys)), 255)
    for y, x in list(zip(ys.tolist(), xs.tolist(), strict=True))[:: int(rng.integers(4, 25))][:200]:
        axes = tuple(int(v) for v in np.rint(rng.exponential(0.25, 2) * scale))
        angle = float(rng.uniform(0, 180))
        cv2.ellipse(result, (x, y), (axes[0], axes[1]), angle, 0, 360, int(rng.integers(90)), -1)
    return result


def streaks(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Thin vertical lines from dirt on the scanner's glass, solid or dotted."""
    result = image.copy()
    height, width = image.shape
    for _ in range(int(rng.integers(1, 2 + int(6 * strength)))):
        x = int(rng.integers(width))
        line = result[:, x : x + int(rng.choice((1, 1, 2, 3)))]
        share = np.where(rng.random(height) < rng.uniform(0.05, 1.6), rng.uniform(0.2, 0.9), 0.0)
        start, stop = np.sort(rng.integers(0, height, 2)) if rng.random() < 0.4 else (0, height)
        share[:start] = share[stop:] = 0.0
        colour = 0.0 if rng.random() < 0.75 else 255.0
        line[:] = np.rint(line + (colour - line) * share[:, None])
    return result


def jpeg(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """JPEG once or twice, quality 90 down to 15."""
    for _ in range(1 + int(rng.random() < 0.25)):
        quality = int(np.clip(90 - 75 * strength * rng.uniform(0.5, 1.0), 15, 90))
        image = kept(image, ".jpg", cv2.IMWRITE_JPEG_QUALITY, quality)
    return image


def jpeg2000(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """JPEG 2000 down to 1/250 of the page's bytes: thin and faint strokes melt into the paper."""
    return wavelets(image, rng.uniform(4.0, 8.0) * 6.0 ** (1.0 - strength))


LEAST_HALVED = 32
"""Pixels a side that OpenCV's JPEG 2000 asks for: it halves an image five times."""


def wavelets(image: Image, thousandths: float) -> Image:
    """The image as JPEG 2000 gives it back, kept in so many thousandths of its bytes."""
    height, width = image.shape
    down, across = max(LEAST_HALVED - height, 0), max(LEAST_HALVED - width, 0)
    whole = grey8(cv2.copyMakeBorder(image, 0, down, 0, across, cv2.BORDER_REPLICATE))
    rate = max(round(thousandths), 1)
    return kept(whole, ".jp2", cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, rate)[:height, :width]


def kept(image: Image, suffix: str, setting: int, value: int) -> Image:
    """The image as a lossy file gives it back; `setting` is OpenCV's flag for its quality."""
    _, data = cv2.imencode(suffix, image, [setting, value])
    return grey8(np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)))


def contrast(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Automatic levels, washed-out scans and gamma."""
    low, high = rng.uniform(0.0, 60.0 * strength), 255.0 - rng.uniform(0.0, 50.0 * strength)
    curve = np.clip((np.arange(256) - low) / (high - low), 0.0, 1.0)
    if rng.random() < 0.4:
        curve = 0.3 * strength * rng.random() + curve * (1.0 - 0.35 * strength * rng.random())
    return mapped(image, 255.0 * np.clip(curve, 0.0, 1.0) ** rng.uniform(0.7, 1.4))


# --- one bit ---------------------------------------------------------------------------------


def threshold(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Black and white by one threshold for the page or by each pixel's surroundings."""
    if rng.random() < 0.35:
        size = 2 * int(rng.uniform(5.0, 15.0) * scale) + 1
        less = mapped(grey8(cv2.blur(image, (size, size))), np.arange(256) - rng.uniform(12, 40))
        return grey8(cv2.compare(image, less, cv2.CMP_GT))
    ink, paper = np.percentile(image[::7, ::7], (1.0, 70.0))
    middle = 0.55 + rng.uniform(-0.25, 0.25) * max(strength, 0.3)
    level = min(ink, paper - 60.0) + (paper - min(ink, paper - 60.0)) * middle
    return grey8(cv2.threshold(image, level, 255, cv2.THRESH_BINARY)[1])


def dither(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Black and white with greys as patterns of dots: ordered, or scattered like diffusion."""
    if rng.random() < 0.5:
        cell = np.array([[0, 2], [3, 1]])
        for _ in range(int(rng.integers(1, 3))):
            cell = np.block([[4 * cell, 4 * cell + 2], [4 * cell + 3, 4 * cell + 1]])
        levels = (cell + 0.5) * 255.0 / cell.size
    else:
        white = rng.standard_normal((128, 128)).astype(np.float32)
        # Noise without its low frequencies scatters dots as evenly as error diffusion does.
        blue = white - cv2.GaussianBlur(white, (0, 0), 1.2, borderType=cv2.BORDER_REFLECT)
        order = np.argsort(blue, axis=None).argsort().reshape(blue.shape)
        levels = (order + 0.5) * 255.0 / order.size
    down, across = (-(-n // m) for n, m in zip(image.shape, levels.shape, strict=True))
    mask = np.tile(levels, (down, across))[: image.shape[0], : image.shape[1]].astype(np.uint8)
    # Scanners whiten the paper before dithering; without it the page would be a sea of dots.
    paper = max(float(np.percentile(image[::7, ::7], 70.0)) * rng.uniform(0.92, 1.0), 100.0)
    return grey8(cv2.compare(mapped(image, np.arange(256) * 255.0 / paper), mask, cv2.CMP_GT))


def fax(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Group 3 fax, fine (196 lines an inch) or standard (98): two-valued, with damaged lines."""
    lines = 98.0 if rng.random() < 0.3 else 196.0
    height, width = image.shape
    rows = max(round(height * lines / (72.0 * scale)), 1)
    flat = grey8(cv2.resize(image, (width, rows), interpolation=cv2.INTER_AREA))
    bits = (dither if rng.random() < 0.12 else threshold)(flat, rng, scale, strength)
    bits = _bands(_line_errors(bits, rng, strength), rng, strength)
    return grey8(cv2.resize(bits, (width, height), interpolation=cv2.INTER_NEAREST_EXACT))


def _line_errors(bits: Image, rng: Rng, strength: float) -> Image:
    """Rows that the line spoiled: repeated, shifted, blank or streaked from some place on."""
    result = bits.copy()
    height, width = bits.shape
    for _ in range(int(rng.poisson(1.0 + 10.0 * strength))):
        top = int(rng.integers(1, max(height - 12, 2)))
        start = int(rng.integers(-width, width))
        part = result[top : top + int(rng.integers(1, 2 + int(5 * strength))), max(start, 0) :]
        kind = rng.integers(4)
        if kind == 0:
            part[:] = result[top - 1, max(start, 0) :]
        elif kind == 1:
            part[:] = np.roll(part, int(rng.integers(-9, 10)), axis=1)
        elif kind == 2:
            part[:] = 255
        else:
            part[:, :: int(rng.integers(2, 30))] = 0
    return result


def _bands(bits: Image, rng: Rng, strength: float) -> Image:
    """Bands across the page where strokes come out thinner or thicker."""
    result = bits.copy()
    for _ in range(int(rng.poisson(2.0 * strength))):
        top = int(rng.integers(bits.shape[0]))
        band = result[top : top + int(rng.integers(8, 80))]
        kernel = np.ones((1, 2), np.uint8)
        band[:] = cv2.dilate(band, kernel) if rng.random() < 0.5 else cv2.erode(band, kernel)
    return result
