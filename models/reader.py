"""Bytes to a filing whose pages stand upright: turned so that lines run across, and deskewed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.bars import drawn_through
from models.document import (
    POINTS_PER_INCH,
    Affine,
    Filing,
    Image,
    Page,
    Word,
    composed,
    inverse,
    transformed,
)
from models.reversals import turned_round
from models.sandbox import Limits, OpenedPage, open_document
from models.shading import unshaded
from models.streaks import unstreaked

UNREADABLE = "unreadable"
"""Role of a page that stands in for one that could not be read."""

MAX_SKEW = 6.0
STEPS = ((MAX_SKEW, 0.25, 3.0, 8_000), (0.3, 0.05, 1.0, 20_000), (0.06, 0.01, 0.4, 40_000))
"""Skew search, coarse to fine: reach and step in degrees, width of a profile's bins in points, and
how many edges it looks at."""
SMALLEST_SKEW = 0.02
INK = 128
VISIBLE = 24
"""A word of a text layer is seen when its pixels differ by this many grey levels."""

Points = npt.NDArray[np.float32]


def read(data: bytes, name: str = "document", limits: Limits | None = None) -> Filing:
    """The filing in these bytes, every page upright but for a half turn; raises a DocumentError."""
    sha256 = hashlib.sha256(data).hexdigest()
    return filing_of(dict(enumerate(open_document(data, limits), 1)), name, sha256)


def filing_of(opened: Mapping[int, OpenedPage], name: str, sha256: str) -> Filing:
    """The filing of opened pages, by number, of the document with this checksum."""
    pages = tuple(upright(page, number) for number, page in opened.items())
    warnings = tuple(page.problem for page in opened.values() if page.problem)
    return Filing(name, sha256, pages, warnings)


def upright(opened: OpenedPage, number: int) -> Page:
    """The page with its quarter turn and skew removed.

    Whether pixels stand on their head only a reader of letters can tell; a text layer knows.
    """
    words = tuple(word for word in opened.words if _visible(opened, word))
    page = Page(
        number,
        opened.width,
        opened.height,
        opened.image,
        opened.dpi,
        source="text" if words else "pixels",
        words=words,
        role=UNREADABLE if opened.problem else "form",
    )
    if words:
        return turned(page, -opened.turned)
    image = turned_round(unstreaked(page.image, page.dpi), page.dpi)
    page = deskewed(replace(page, image=unshaded(image, page.dpi)))
    page = turned(page, quarter_turn(page.image, page.dpi))
    return replace(page, image=drawn_through(page.image, page.dpi))


def turned(page: Page, degrees: int) -> Page:
    """The page turned clockwise by a multiple of 90 degrees."""
    quarters = degrees // 90 % 4
    if not quarters:
        return page
    box = page.box
    # Where a point of the turned page was before: the inverse of the turn, in points.
    back: Affine = (
        (0.0, 1.0, 0.0, -1.0, 0.0, box.height),
        (-1.0, 0.0, box.width, 0.0, -1.0, box.height),
        (0.0, -1.0, box.width, 1.0, 0.0, 0.0),
    )[quarters - 1]
    return replace(
        page,
        image=np.ascontiguousarray(np.rot90(page.image, -quarters)),
        rotation=(page.rotation - degrees) % 360,
        words=_moved(page.words, inverse(back)),
        to_displayed=composed(page.to_displayed, back),
    )


def deskewed(page: Page) -> Page:
    """The page with its tilt removed, on paper just large enough that no corner is lost."""
    skew = find_skew(page.image, page.dpi)
    if abs(skew) < SMALLEST_SKEW:
        return page
    height, width = page.image.shape
    cos, sin = np.cos(np.radians(skew)), np.sin(np.radians(skew))
    new_width = int(np.ceil(width * cos + height * abs(sin)))
    new_height = int(np.ceil(height * cos + width * abs(sin)))
    right = (new_width - cos * width - sin * height) / 2
    down = (new_height + sin * width - cos * height) / 2
    forward: Affine = (cos, sin, right, -sin, cos, down)
    image = cv2.warpAffine(
        page.image,
        np.array(_pixel_centres(forward)).reshape(2, 3),
        (new_width, new_height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    points: Affine = (cos, sin, right / page.scale, -sin, cos, down / page.scale)
    return replace(
        page,
        image=image.astype(np.uint8, copy=False),
        skew=float(skew),
        words=_moved(page.words, points),
        to_displayed=composed(page.to_displayed, inverse(points)),
    )


def find_skew(image: Image, dpi: float) -> float:
    """Tilt in degrees, positive clockwise, within six; 0 for a page without straight content.

    The right angle is where edges, seen along it, fall together into the sharpest profiles; rules
    and lines of text both do so, and as both axes are looked at, a page on its side does too.
    """
    across, down = _edges(image, dpi)
    if len(across) + len(down) < 200:
        return 0.0
    best = 0.0
    for reach, step, width, most in STEPS:
        angles = best + np.arange(-reach, reach + step / 2, step)
        some = _sampled(across, most), _sampled(down, most)
        scores = np.array([_sharpness(*some, angle, width) for angle in angles])
        peak = int(np.argmax(scores))
        if reach == MAX_SKEW and scores[peak] < 1.03 * np.median(scores):
            return 0.0
        best = float(angles[peak] + _vertex(scores, peak) * step)
    return best if abs(best) <= MAX_SKEW else 0.0


def quarter_turn(image: Image, dpi: float) -> int:
    """90 when the page's lines of text run up or down and it must be turned, else 0."""
    ink = _small_ink(image, dpi)
    # Rules run both ways in a form, so they say nothing.
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 36), np.uint8))
    rods = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((36, 1), np.uint8))
    near = cv2.dilate(cv2.bitwise_or(rules, rods), np.ones((3, 3), np.uint8))
    text = np.where(near > 0, 0, ink).astype(np.float32)
    side = 96
    rows, columns = (max(size // side, 1) for size in text.shape)
    tiles = text[: rows * side, : columns * side]
    tiles = tiles.reshape(rows, tiles.shape[0] // rows, columns, tiles.shape[1] // columns)
    along = float((tiles.sum(axis=3) ** 2).sum())
    upwards = float((tiles.sum(axis=1) ** 2).sum())
    return 90 if upwards > 1.1 * along else 0


def _pixel_centres(affine: Affine) -> Affine:
    """The same map for OpenCV, to which pixel 0 has its centre at 0 and not at a half."""
    half: Affine = (1.0, 0.0, 0.5, 0.0, 1.0, 0.5)
    return composed(inverse(half), composed(affine, half))


def _moved(words: tuple[Word, ...], affine: Affine) -> tuple[Word, ...]:
    return tuple(replace(word, box=transformed(word.box, affine)) for word in words)


def _visible(opened: OpenedPage, word: Word) -> bool:
    """Whether a word of the text layer left ink: white or covered text is not on the page."""
    page = Page(0, opened.width, opened.height, opened.image, opened.dpi)
    crop = page.crop(word.box)
    return int(crop.max()) - int(crop.min()) >= VISIBLE


def _edges(image: Image, dpi: float) -> tuple[Points, Points]:
    """Places in points where ink begins, seen downwards and to the right, without the rim."""
    height, width = image.shape
    rim_y, rim_x = height // 33, width // 33
    inner = image[rim_y : height - rim_y, rim_x : width - rim_x]
    # A light smoothing keeps specks of faxes from being edges.
    ink = cv2.blur(inner, (3, 3)) < INK
    scale = POINTS_PER_INCH / dpi
    return _places(ink[1:] > ink[:-1], scale), _places(ink[:, 1:] > ink[:, :-1], scale)


def _places(marked: npt.NDArray[np.bool_], scale: float) -> Points:
    """Row and column of marked pixels, in points."""
    kept = _sampled(np.flatnonzero(marked), STEPS[-1][-1])
    return np.stack(np.divmod(kept, marked.shape[1]), axis=1).astype(np.float32) * scale


def _sampled(places: npt.NDArray[Any], most: int) -> npt.NDArray[Any]:
    """About as many places as wanted, in even steps."""
    return places[:: max(len(places) // most, 1)]


def _sharpness(across: Points, down: Points, angle: float, width: float) -> float:
    """How unevenly the edges fall into strips of `width` points that lie at this angle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    total = 0.0
    for places, (x, y) in ((across, (-sin, cos)), (down, (cos, sin))):
        if len(places):
            strip = places @ np.array((y / width, x / width), np.float32)
            counts = np.bincount((strip - strip.min()).astype(np.intp)).astype(float)
            total += float((counts**2).sum())
    return total


def _vertex(scores: npt.NDArray[np.float64], peak: int) -> float:
    """Where between its neighbours the maximum lies, in steps, by a parabola."""
    if not 0 < peak < len(scores) - 1:
        return 0.0
    left, middle, right = scores[peak - 1 : peak + 2]
    bend = left - 2 * middle + right
    return float(0.5 * (left - right) / bend) if bend else 0.0


def _small_ink(image: Image, dpi: float) -> Image:
    """Ink as 1 on a page of about 100 dpi."""
    # Pixels are averaged by whole numbers of them, which takes a twentieth of the time.
    part = max(round(dpi / 100.0), 1)
    height, width = (max(size // part, 1) for size in image.shape)
    even = image[: height * part, : width * part]
    small = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return (small < 160).astype(np.uint8)
