"""Bars of black with white letters in them turned round: they are read like any other print."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from models.document import POINTS_PER_INCH, Image
from models.ink import levels_at, shrunk

STROKE = 4
"""Points: white things this thin on black are letters or rules."""
DARK = 0.62
"""Of the paper's brightness, that of a bar at the most: badly scanned, black is grey."""
LETTERED = 2.0
"""Of how much darker than usual the darkest of a bar is, how much brighter the letters are: in a
band of grey with black type it is the other way round."""
LEAST_HEIGHT, LEAST_WIDTH = 8, 36
"""Points of a bar that has a line of type in it."""
PILL, SOLID, LONG = 16, 0.7, 1.4
"""Points of a bar that holds a word such as Yes, the share of its box that it fills, and how much
wider than high it is: holes for a binder are round."""
WHITE = 0.335
"""Share of a bar that is white at the most: in bold type that has run together it is more."""
FILLED = 0.4
"""Share of the box around a bar that it fills at the least; it may be tilted."""
STRAIGHT = 0.7
"""Of a bar and of what lies between its straight edges, the share that is both."""
EDGE = 2
"""Points from the page's edge within which what is black is the scanner's."""
CONTRAST = 60
"""Grey levels between a bar and its letters."""


def turned_round(image: Image, dpi: float) -> Image:
    """The image with black bars as paper and the letters in them as ink; itself without any."""
    share = POINTS_PER_INCH / dpi
    made = image
    for left, top, bar in _bars(shrunk(image, share)):
        rows = slice(round(top / share), round((top + bar.shape[0]) / share))
        columns = slice(round(left / share), round((left + bar.shape[1]) / share))
        area = image[rows, columns]
        low, high = levels_at(area, 0.05, 0.995)
        if high - low < CONTRAST:
            continue
        inside = cv2.resize(bar, area.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        ink = (area.astype(np.float32) - low) * (255.0 / (high - low))
        made = image.copy() if made is image else made
        made[rows, columns][inside] = (255.0 - np.clip(ink, 0.0, 255.0)).astype(np.uint8)[inside]
    return made


Mask = npt.NDArray[np.bool_]


def _bars(small: Image) -> Iterator[tuple[int, int, npt.NDArray[np.uint8]]]:
    """Left, top and mask of each bar of a page at 72 dpi."""
    paper = levels_at(small, 0.9)[0]
    dark = (_opened(small, STROKE) < DARK * paper).astype(np.uint8)
    thick = _opened(dark, LEAST_HEIGHT - 2)
    if not thick.any():
        return
    _, marks, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    height, width = small.shape
    for label, (left, top, wide, tall, area) in enumerate(stats.tolist()):
        inner = (left > EDGE and top > EDGE and left + wide < width - EDGE
                 and top + tall < height - EDGE)  # fmt: skip
        filled = area / (wide * tall)
        large = (wide >= LEAST_WIDTH and filled > FILLED) or (
            wide >= max(PILL, LONG * tall) and filled > SOLID
        )
        if label and inner and large and tall >= LEAST_HEIGHT:
            own = _straightened(marks[top : top + tall, left : left + wide] == label)
            inside = small[top : top + tall, left : left + wide][own]
            darkest, black, usual, brightest = levels_at(inside, 0.01, 0.05, 0.5, 0.995)
            white = inside.mean() - black < WHITE * (paper - black)
            if white and brightest - usual > LETTERED * (usual - darkest):
                yield left, top, own.astype(np.uint8)


def _opened(image: Image, size: int) -> Image:
    """The image without what is brighter and thinner than `size` pixels, the rest in its place.

    OpenCV's own opening moves things by a pixel where the size is even.
    """
    kernel, half = np.ones((size, size), np.uint8), size // 2
    eroded = cv2.erode(image, kernel, anchor=(half, half))
    opened = cv2.dilate(eroded, kernel, anchor=(size - 1 - half,) * 2)
    return opened.astype(np.uint8)


def _straightened(own: Mask) -> Mask:
    """The bar between its straight edges, without the type that stands close to it.

    Itself where it is no bar between two straight edges.
    """
    upper = _edge(own.argmax(axis=0))
    lower = _edge(len(own) - own[::-1].argmax(axis=0))
    rows = np.arange(len(own))[:, None] + 0.5
    band = np.asarray((rows > upper) & (rows < lower), bool)
    shared = np.count_nonzero(band & own)
    return band if shared > STRAIGHT * np.count_nonzero(band | own) else own


def _edge(places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The straight line through most of the places, one for every column."""
    half = len(places) // 2
    # What is steepest and flattest is type that stands at the edge.
    rises = np.sort(places[half : 2 * half] - places[:half])[half // 4 : half - half // 4]
    slope = float(rises.mean()) / half
    columns = np.arange(len(places))
    return np.asarray(slope * columns + np.median(places - slope * columns))
