"""A page with what was read of it: a frame round every field, coloured by how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models.document import Box, Image
from models.extraction import ILLEGIBLE, READ

Colour = tuple[int, int, int]

SURE, FAIR, DOUBTFUL, EMPTY = (60, 150, 40), (0, 150, 240), (40, 40, 220), (190, 170, 150)
"""Each as blue, green, red, the order OpenCV has them in."""
FAIR_FROM = 0.7
TINT = 0.18
LEGEND = (("sure", SURE), ("check", FAIR), ("doubtful", DOUBTFUL), ("empty", EMPTY))


@dataclass(frozen=True, slots=True)
class Mark:
    """One place of a field on a page, box in points as displayed."""

    box: Box
    state: str
    confidence: float | None
    value: str
    review: bool

    @property
    def colour(self) -> Colour:
        """Green when sure, orange to review, red when doubtful, grey when empty on the page."""
        if self.state == ILLEGIBLE:
            return DOUBTFUL
        if self.state != READ or not self.value:
            return EMPTY
        if not self.review:
            return SURE
        return FAIR if (self.confidence or 0.0) >= FAIR_FROM else DOUBTFUL


def marks(result: dict[str, Any], page: int) -> Iterator[Mark]:
    """The places on this page of an extraction's JSON, empty ones first."""
    found = [
        Mark(
            Box(*place["box"]),
            field["state"],
            field["confidence"],
            field["value"],
            field["review"],
        )
        for field in result["fields"]
        for place in field["boxes"]
        if place["page"] == page
    ]
    yield from sorted(found, key=lambda mark: mark.colour != EMPTY)


def annotated(image: Image, scale: float, result: dict[str, Any], page: int) -> bytes:
    """PNG of the page as displayed (`scale` pixels per point) with its fields framed."""
    paper = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    tinted = paper.copy()
    places = list(marks(result, page))
    for mark in places:
        cv2.rectangle(tinted, *_corners(mark.box, scale), mark.colour, cv2.FILLED)
    paper = cv2.addWeighted(tinted, TINT, paper, 1 - TINT, 0)
    thickness = max(round(scale * 0.6), 1)
    for mark in places:
        cv2.rectangle(paper, *_corners(mark.box, scale), mark.colour, thickness)
    _legend(paper, scale)
    return bytes(cv2.imencode(".png", paper)[1])


def _corners(box: Box, scale: float) -> tuple[tuple[int, int], tuple[int, int]]:
    left, top, right, bottom = (
        round(edge * scale) for edge in (box.left, box.top, box.right, box.bottom)
    )
    return (left, top), (right, bottom)


def _legend(paper: np.ndarray[Any, Any], scale: float) -> None:
    """Name the colours in the top left corner."""
    height = round(9 * scale)
    for number, (name, colour) in enumerate(LEGEND):
        place = (round((6 + 42 * number) * scale), height)
        size, weight = 0.24 * scale, max(round(scale * 0.4), 1)
        cv2.putText(paper, name, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, weight, cv2.LINE_AA)
