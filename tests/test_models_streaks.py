"""Lines that a dirty scanner draws from edge to edge are taken off, printed rules are not."""

import cv2
import numpy as np
import pytest

from models.document import Image
from models.streaks import unstreaked

DPI = 144.0


def page(ground: int = 240) -> Image:
    """Lines of type within margins of half an inch, and the frame of a table around them."""
    image = np.full((1584, 1224), ground, np.uint8)
    for row in range(120, 1480, 24):
        cv2.putText(image, "Common Stock held by the trust", (110, row), 0, 0.7, (20.0,), 2)
    cv2.rectangle(image, (72, 72), (1150, 1512), (30.0,), 2)
    return image


@pytest.mark.parametrize("sideways", [False, True])
@pytest.mark.parametrize("ground", [240, 180])
def test_a_streak_from_edge_to_edge_goes_and_the_rest_stays(sideways: bool, ground: int) -> None:
    clean = page(ground)
    dusty = clean.copy()
    if sideways:
        dusty[700:703] = 40
    else:
        dusty[:, 700:703] = 40
    made = unstreaked(dusty, DPI)
    changed = made != clean
    assert np.mean(made[:60, 690:715] == ground) == 1.0
    assert changed.mean() < 0.002
    assert not changed[:, 800:].any() or sideways


def test_type_that_a_streak_crosses_keeps_its_strokes() -> None:
    clean = page()
    clean[300:306] = 20
    dusty = clean.copy()
    dusty[:, 900:903] = 40
    assert (unstreaked(dusty, DPI)[300:306, 895:910] == 20).all()


def test_rules_dark_edges_and_bars_are_no_streaks() -> None:
    edged = page()
    edged[:, :5] = 0
    barred = page()
    barred[:, 600:640] = 0
    short = page()
    short[100:, 600:603] = 0
    for image in (page(), edged, barred, short, np.zeros((400, 300), np.uint8)):
        assert unstreaked(image, DPI) is image


def test_pages_of_a_few_pixels_are_left_alone() -> None:
    for shape in ((1, 1), (3, 7), (8, 2)):
        image = np.full(shape, 250, np.uint8)
        assert unstreaked(image, DPI) is image
