"""What people and machines leave on a page: stamps, pens, holes, folds, stains, dark borders.

Same signature as the damages of `training.synth.damage`.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.document import Image
from training.synth.damage import Floats, Rng, grey8, normal_noise, smooth_field

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_STAMPS = (
    "RECEIVED", "FILED", "COPY", "CONFIDENTIAL", "ORIGINAL", "PROCESSED", "SCANNED", "ENTERED",
    "MAIL ROOM", "ACCEPTED", "RECORDS SECTION", "OFFICE OF FILINGS", "PAID", "DUPLICATE",
)  # fmt: skip


def _put(image: Image, cover: Floats, x: int, y: int, grey: float) -> None:
    """Lay ink of value `grey` on the page in place, `cover` 0 to 1, its corner at x, y."""
    height, width = image.shape
    top, left = max(y, 0), max(x, 0)
    bottom, right = min(y + cover.shape[0], height), min(x + cover.shape[1], width)
    if top >= bottom or left >= right:
        return
    part = image[top:bottom, left:right]
    laid = 1.0 - cover[top - y : bottom - y, left - x : right - x] * (1.0 - grey / 255.0)
    # Inks multiply, so what lies under a stamp stays visible through it.
    part[:] = np.rint(part * laid)


def _rotated(cover: Image, degrees: float) -> Image:
    """The mask turned about its middle on a canvas that holds all of it."""
    height, width = cover.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new = (int(height * sin + width * cos) + 2, int(height * cos + width * sin) + 2)
    matrix[:, 2] += (new[0] / 2 - width / 2, new[1] / 2 - height / 2)
    return grey8(cv2.warpAffine(cover, matrix, new))


def _inked(mask: Image, rng: Rng, patchy: float) -> Floats:
    """A drawn mask as uneven rubber-stamp ink, 0 to 1."""
    cover = mask.astype(np.float32) / 255.0
    cover *= smooth_field(mask.shape[:2], rng, (5, 7), 1.0 - patchy, 1.0)
    return cover * (normal_noise(mask.shape[:2], rng) > -2.0 + 1.6 * patchy)


def _stamp_lines(rng: Rng) -> list[str]:
    """The words of an office stamp with a date."""
    month, day, year = str(rng.choice(_MONTHS)), int(rng.integers(1, 32)), rng.integers(1980, 2027)
    dates = (f"{month} {day} {year}", f"{year % 100} {month} {day:02d} P {rng.integers(1, 13)}:27")
    words = [str(word) for word in rng.choice(_STAMPS, int(rng.integers(1, 3)), replace=False)]
    words.insert(int(rng.integers(0, len(words) + 1)), str(rng.choice(dates)))
    return words[: int(rng.integers(1, 4))]


def stamp(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """One or two rubber stamps with words and date, or round seals, anywhere on the page."""
    result = image.copy()
    for _ in range(1 + int(rng.random() < 0.3)):
        mask = _seal(rng, scale) if rng.random() < 0.2 else _text_stamp(rng, scale)
        turn = float(rng.choice((0, 0, 0, 90, 270)) + rng.normal(0.0, 5.0))
        cover = _inked(_rotated(mask, turn), rng, rng.uniform(0.1, 0.75))
        x = int(rng.uniform(-0.1, 0.9) * image.shape[1])
        y = int(rng.uniform(-0.02, 0.95) * image.shape[0])
        _put(result, cover, x, y, rng.uniform(0.0, 180.0 - 60.0 * strength))
    return result


def _text_stamp(rng: Rng, scale: float) -> Image:
    """Words under each other, often in a frame."""
    lines = _stamp_lines(rng)
    size = rng.uniform(0.2, 0.6) * scale
    thick = max(round(rng.uniform(0.5, 2.0) * scale), 1)
    face = int(rng.choice((cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX)))
    sizes = [cv2.getTextSize(line, face, size, thick)[0] for line in lines]
    step = int(max(high for _, high in sizes) * 1.5) + thick
    width, height = max(wide for wide, _ in sizes) + 4 * thick + step, step * len(lines) + step
    mask = np.zeros((height, width), np.uint8)
    for row, line in enumerate(lines):
        origin = ((width - sizes[row][0]) // 2, step * (row + 1))
        cv2.putText(mask, line, origin, face, size, 255, thick, cv2.LINE_AA)
    if rng.random() < 0.5:
        cv2.rectangle(mask, (thick, thick), (width - thick, height - thick), 255, thick)
    return mask


def _seal(rng: Rng, scale: float) -> Image:
    """A round seal: rings, spokes and a ragged inner drawing."""
    radius = int(rng.uniform(18.0, 50.0) * scale)
    mask = np.zeros((2 * radius + 4, 2 * radius + 4), np.uint8)
    middle = (radius + 2, radius + 2)
    line = max(int(0.8 * scale), 1)
    for share in (0.97, 0.72, rng.uniform(0.2, 0.6)):
        cv2.circle(mask, middle, int(share * radius), 255, line, cv2.LINE_AA)
    for angle in np.arange(0.0, 2.0 * np.pi, rng.uniform(0.12, 0.35)):
        letter = chr(int(rng.integers(65, 91)))
        spot = np.array(middle) + 0.84 * radius * np.array((np.cos(angle), np.sin(angle)))
        origin = (int(spot[0] - 2 * scale), int(spot[1] + 2 * scale))
        cv2.putText(mask, letter, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.18 * scale, 255, 1)
    points = np.array(middle) + rng.normal(0.0, 0.2 * radius, (9, 2))
    cv2.polylines(mask, [points.astype(np.int32)], True, 255, line, cv2.LINE_AA)
    return mask


def _stroke(rng: Rng, length: float, size: float) -> Floats:
    """A cursive-looking pen path, shape (n, 2): loops of height `size` along `length`."""
    count = max(int(length / max(size, 1.0) * 24), 16)
    along = np.linspace(0.0, 1.0, count)
    phase = np.cumsum(rng.uniform(0.08, 0.45, count)) + rng.uniform(0.0, 6.0)
    high = np.interp(along, np.linspace(0, 1, 12), rng.exponential(0.5, 12) + 0.2)
    x = along * length + 0.35 * size * np.sin(phase + 1.2)
    y = 0.5 * size * high * np.cos(phase) + size * rng.uniform(-0.3, 0.3) * along
    return np.stack((x, y), axis=1).astype(np.float32)


def _draw(image: Image, points: Floats, width: float, grey: float) -> None:
    """Draw a path in place with a soft edge; `width` in pixels."""
    if width < 1.0:
        grey = 255.0 - (255.0 - grey) * width
    fixed = np.rint(points * 16.0).astype(np.int32)
    thick = max(round(width), 1)
    canvas = image.copy()
    cv2.polylines(canvas, [fixed], False, float(grey), thick, cv2.LINE_AA, 4)
    np.minimum(image, canvas, out=image)


def handwriting(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Scribbled words, a signature or initials somewhere on the page."""
    result = image.copy()
    for _ in range(int(rng.integers(1, 3 + int(2 * strength)))):
        size, length = rng.uniform(6.0, 22.0) * scale, rng.uniform(15.0, 160.0) * scale
        # Half of it where people sign and file, the rest wherever it hurts.
        down = rng.random() if rng.random() < 0.5 else rng.choice((0.04, 0.8, 0.9))
        start = np.array((rng.random(), down)) * np.array(image.shape[::-1])
        path = start + _stroke(rng, length, size)
        _draw(result, path.astype(np.float32), rng.uniform(0.5, 1.8) * scale, rng.uniform(0, 120))
    return result


def scribble(rng: Rng) -> Image:
    """A signature or a scribbled word on white, dark on light."""
    size, length = rng.uniform(16.0, 36.0), rng.uniform(30.0, 320.0)
    image = np.full((130, int(length) + 80), 255, np.uint8)
    for _ in range(int(rng.integers(1, 3))):
        path = np.array((rng.uniform(25.0, 45.0), 65.0)) + _stroke(rng, length, size)
        _draw(image, path.astype(np.float32), rng.uniform(1.0, 4.5), rng.uniform(0, 110))
    return image


def pen_marks(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Ticks, circles round something, underlines and strokes through."""
    result = image.copy()
    for _ in range(int(rng.integers(1, 3 + int(3 * strength)))):
        centre = rng.random(2) * np.array(image.shape[::-1])
        size = rng.uniform(5.0, 40.0) * scale
        turn = np.linspace(0.0, 2.0 * np.pi * rng.uniform(0.9, 1.1), 40)
        shapes = (
            np.stack((np.cos(turn) * size, np.sin(turn) * size * rng.uniform(0.3, 0.8)), 1),
            np.array(((-0.4, -0.2), (0.0, 0.4), (0.8, -1.0))) * size * 0.6,
            np.stack((np.linspace(-2, 2, 30) * size, rng.normal(0, 0.03, 30).cumsum() * size), 1),
        )
        path = centre + shapes[int(rng.integers(3))]
        _draw(result, path.astype(np.float32), rng.uniform(0.5, 2.2) * scale, rng.uniform(0, 150))
    return result


def highlight(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Highlighter ink that the grey scanner sees as a light grey bar."""
    result = image.copy()
    for _ in range(int(rng.integers(1, 4))):
        height, width = int(rng.uniform(8, 16) * scale), int(rng.uniform(30, 250) * scale)
        cover = np.full((height, width), 1.0, np.float32)
        cover *= smooth_field((height, width), rng, (2, 9), 0.7, 1.0)
        y, x = int(rng.integers(image.shape[0])), int(rng.integers(image.shape[1]))
        _put(result, cover, x, y, rng.uniform(235.0 - 70.0 * strength, 240.0))
    return result


def punch_holes(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Two or three holes along an edge, black as copiers make them, or light with a dark rim."""
    result = image.copy()
    height, width = image.shape
    along_top = rng.random() < 0.5
    extent, other = (width, height) if along_top else (height, width)
    away = rng.uniform(14.0, 36.0) * scale
    away = away if rng.random() < 0.7 else other - away
    shares = (0.5,) if rng.random() < 0.1 else rng.choice(((0.27, 0.73), (0.12, 0.88)))
    spots = [share * extent for share in shares] + ([0.5 * extent] if rng.random() < 0.4 else [])
    radius, dark = rng.uniform(6.0, 11.0) * scale, rng.random() < 0.65
    for spot in spots:
        place = np.array((spot, away) if along_top else (away, spot)) + rng.normal(0, scale, 2)
        turn = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
        ragged = radius * (1.0 + rng.normal(0.0, 0.05 * dark + 0.01, 48))
        ring = place + np.stack((np.cos(turn), np.sin(turn)), 1) * ragged[:, None]
        points = [np.rint(ring * 16.0).astype(np.int32)]
        if dark:
            cv2.fillPoly(result, points, int(rng.integers(0, 40)), cv2.LINE_AA, 4)
        else:
            line = max(int(scale * 0.7), 1)
            cv2.polylines(result, points, True, int(rng.integers(90, 210)), line, cv2.LINE_AA, 4)
    return result


def staple(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """A staple, its two holes or its shadow in a top corner."""
    result = image.copy()
    x, y = rng.uniform((12.0, 10.0), (45.0, 40.0)) * scale
    centre = np.array((x if rng.random() < 0.75 else image.shape[1] - x, y))
    angle, reach = rng.uniform(0.0, np.pi), rng.uniform(4.0, 7.0) * scale
    ends = centre + np.array(((-1.0,), (1.0,))) * reach * np.array((np.cos(angle), np.sin(angle)))
    if rng.random() < 0.6:
        _draw(result, ends.astype(np.float32), rng.uniform(0.8, 1.6) * scale, rng.uniform(20, 150))
    for end in ends:
        spot = (int(end[0]), int(end[1]))
        cv2.circle(result, spot, max(int(0.8 * scale), 1), int(rng.integers(0, 90)), -1)
    return result


def fold(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Fold lines: a thin dark or light line with a shade on one side, like thirds of a letter."""
    height, width = image.shape
    gain = np.ones(height, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        middle = height * (rng.choice((1 / 3, 1 / 2, 2 / 3)) + rng.normal(0.0, 0.02))
        far = (np.arange(height, dtype=np.float32) - middle) / scale
        side = rng.choice((-1.0, 1.0))
        shade = np.exp(-np.abs(far) / rng.uniform(3.0, 25.0)) * (far * side > 0)
        crease = np.exp(-((far / 0.5) ** 2)) * rng.choice((-1.0, 0.6))
        gain *= (1.0 - 0.35 * strength * shade - 0.5 * strength * crease).astype(np.float32)
    return grey8(cv2.multiply(image, np.repeat(gain[:, None], width, axis=1), dtype=cv2.CV_8U))


def stain(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """A ring from a cup, broken and uneven."""
    result = image.copy()
    radius = int(rng.uniform(50.0, 110.0) * scale)
    margin = radius // 6
    side = 2 * (radius + margin)
    # A quarter of the resolution is plenty for something this soft.
    small, quarter = max(side // 4, 8), radius / 4.0
    yy, xx = np.mgrid[0:small, 0:small].astype(np.float32) - small / 2
    far = np.hypot(xx, yy) / quarter
    cover = np.exp(-(((far - 0.97) / rng.uniform(0.015, 0.05)) ** 2)) + 0.15 * (far < 0.97)
    cover *= smooth_field((small, small), rng, (6, 6), 0.0, 1.0)
    full = np.asarray(cv2.resize(cover.astype(np.float32), (side, side)), dtype=np.float32)
    x, y = (int(rng.uniform(-0.3, 0.9) * size) for size in (image.shape[1], image.shape[0]))
    _put(result, np.minimum(full, 1.0), x, y, rng.uniform(120.0, 225.0 - 60.0 * strength))
    return result


def dark_border(image: Image, rng: Rng, scale: float, strength: float) -> Image:
    """Dark edges where the scanner saw past the sheet, slanted and ragged on the inside."""
    result = image.copy()
    for turns in np.flatnonzero(rng.random(4) < rng.uniform(0.2, 0.7)):
        edge = np.rot90(result, int(turns))  # a view: drawing on it draws on the page
        depth, reach = int(rng.uniform(2.0, 16.0) * scale) + 1, edge.shape[1]
        ragged = smooth_field((1, reach), rng, (1, 40), 0.0, 0.12)[0] + rng.random(reach) * 0.06
        slant = np.linspace(rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), reach)
        inner = (slant + ragged) * depth
        inside = np.arange(depth)[:, None] < inner[None, :]
        edge[:depth][inside] = rng.integers(0, 70)
    return result
