"""What was received: boxes, words, pages, a filing. Everything here is frozen.

One coordinate convention for the whole project: a `Box` is in PDF points (1/72 inch), origin at the
top left, of the *upright* page, that is after the page was turned and deskewed. `Page.to_displayed`
maps such a point to the page as a viewer displays it; only the exported boxes are mapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""A grey page or crop, shape (height, width), 0 black to 255 white."""

Affine = tuple[float, float, float, float, float, float]
"""x' = a*x + b*y + c, y' = d*x + e*y + f, as (a, b, c, d, e, f)."""

IDENTITY: Affine = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

POINTS_PER_INCH = 72.0
LEVEL = 0.6
"""Of a box's height: how far apart the middles of two may be that stand on one line."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points of the upright page, origin top left."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the edge."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def is_level_with(self, other: Box) -> bool:
        """Whether the other's middle is at about this one's height, as words of one line are."""
        return abs(other.center[1] - self.center[1]) < LEVEL * self.height

    def gap_to(self, other: Box) -> float:
        """Points of white between the boxes, across and down together; 0 where they meet."""
        across = max(other.left - self.right, self.left - other.right, 0.0)
        down = max(other.top - self.bottom, self.top - other.bottom, 0.0)
        return across + down

    def intersection(self, other: Box) -> float:
        """Area common to both boxes, square points."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def share_inside(self, other: Box) -> float:
        """Share of this box's area that lies inside the other, 0 to 1."""
        return self.intersection(other) / self.area if self.area else 0.0

    def grown(self, margin: float) -> Box:
        """The box with every side moved outwards by `margin` points."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of `boxes`; raises ValueError when there is none."""
        kept = list(boxes)
        if not kept:
            raise ValueError("no boxes to put a box around")
        return Box(
            min(box.left for box in kept),
            min(box.top for box in kept),
            max(box.right for box in kept),
            max(box.bottom for box in kept),
        )


def transformed(box: Box, affine: Affine) -> Box:
    """The smallest upright box around `box` after the affine map."""
    a, b, c, d, e, f = affine
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    xs = [a * x + b * y + c for x, y in corners]
    ys = [d * x + e * y + f for x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def composed(outer: Affine, inner: Affine) -> Affine:
    """The map that applies `inner`, then `outer`."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (
        *(a * g + b * j, a * h + b * k, a * i + b * m + c),
        *(d * g + e * j, d * h + e * k, d * i + e * m + f),
    )


def inverse(affine: Affine) -> Affine:
    """The map back."""
    a, b, c, d, e, f = affine
    scale = 1.0 / (a * e - b * d)
    return (
        *(e * scale, -b * scale, (b * f - c * e) * scale),
        *(-d * scale, a * scale, (c * d - a * f) * scale),
    )


def edges_of(boxes: Sequence[Box]) -> npt.NDArray[np.float64]:
    """Lefts, tops, rights and bottoms, shape (4, boxes)."""
    listed = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    return np.array(listed, float).reshape(-1, 4).T


def smallest_around(inner: Sequence[Box], outer: Sequence[Box]) -> list[int]:
    """For each inner box the index of the smallest outer box that holds its centre, or -1."""
    if not inner or not outer:
        return [-1] * len(inner)
    x, y = np.array([box.center for box in inner]).T[:, :, None]
    left, top, right, bottom = edges_of(outer)[:, None, :]
    holds = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    areas = np.where(holds, (right - left) * (bottom - top), np.inf)
    best = areas.argmin(axis=1)
    return [int(index) if held else -1 for index, held in zip(best, holds.any(axis=1), strict=True)]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read; `scores` holds one probability per character, or nothing for a text layer.

    `rivals` has the recogniser's second choice for every character that has a score.
    """

    text: str
    box: Box
    scores: tuple[float, ...] = ()
    rivals: str = ""

    @property
    def score(self) -> float:
        """Smallest per-character probability, the best single sign of a misreading."""
        return min(self.scores, default=1.0)


@dataclass(frozen=True)
class Page:
    """One page: `image` is upright and deskewed, `dpi` is its resolution in both directions.

    `width` and `height` are points of the page as displayed; `rotation` (0, 90, 180, 270) is the
    clockwise turn and `skew` (degrees, positive clockwise) the tilt that were removed from it.
    """

    number: int
    width: float
    height: float
    image: Image = field(repr=False)
    dpi: float
    source: str = "pixels"
    rotation: int = 0
    skew: float = 0.0
    words: tuple[Word, ...] = ()
    to_displayed: Affine = IDENTITY
    role: str = "form"

    @property
    def scale(self) -> float:
        """Pixels per point of `image`."""
        return self.dpi / POINTS_PER_INCH

    @property
    def box(self) -> Box:
        """The upright page's own rectangle, points."""
        height, width = self.image.shape[:2]
        return Box(0.0, 0.0, width / self.scale, height / self.scale)

    def crop(self, box: Box) -> Image:
        """The pixels under `box`, clipped to the page; at least one pixel each way."""
        height, width = self.image.shape[:2]
        left = min(max(int(box.left * self.scale), 0), width - 1)
        top = min(max(int(box.top * self.scale), 0), height - 1)
        right = max(min(int(np.ceil(box.right * self.scale)), width), left + 1)
        bottom = max(min(int(np.ceil(box.bottom * self.scale)), height), top + 1)
        return self.image[top:bottom, left:right]


@dataclass(frozen=True)
class Filing:
    """The document received: its name for messages, the SHA-256 of its bytes, its pages in order.

    `warnings` are sentences about what could not be read; they belong into the extraction's.
    """

    name: str
    sha256: str
    pages: tuple[Page, ...]
    warnings: tuple[str, ...] = ()

    def with_pages(self, pages: Iterable[Page]) -> Filing:
        """The same filing with other pages."""
        return replace(self, pages=tuple(pages))
