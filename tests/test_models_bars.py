"""Bars that a typist set between columns are drawn through, letters and brackets are not."""

import numpy as np
import pytest

from models.bars import drawn_through

DPI = 144.0
"""Two pixels a point."""
PITCH, HEIGHT = 24, 16


def page() -> np.ndarray:
    return np.full((600, 800), 245, np.uint8)


def column(image: np.ndarray, left: int, lines: int, height: int = HEIGHT, width: int = 2) -> None:
    """Strokes one below the other, a line's pitch apart."""
    for line in range(lines):
        top = 60 + PITCH * line
        image[top : top + height, left : left + width] = 30


def test_bars_of_two_columns_become_rules() -> None:
    image = page()
    column(image, 200, 6)
    column(image, 400, 6)
    made = drawn_through(image, DPI)
    whole = slice(60, 60 + 5 * PITCH + HEIGHT)
    for left in (200, 400):
        assert (made[whole, left : left + 2] < 60).all()
    changed = np.argwhere(made != image)
    assert set(changed[:, 1]) == {200, 201, 400, 401}


def lone(image: np.ndarray) -> None:
    """A column of the letter I, which has no other beside it."""
    column(image, 400, 6)


def low(image: np.ndarray) -> None:
    for left in (200, 400):
        column(image, left, 6, height=11)


def few(image: np.ndarray) -> None:
    for left in (200, 400):
        column(image, left, 2)


def in_words(image: np.ndarray) -> None:
    """The letter l, with other letters close to it."""
    for left in (200, 400):
        column(image, left, 6)
        column(image, left + 4, 6, width=8)


def brackets(image: np.ndarray) -> None:
    for left in (200, 400):
        column(image, left, 6)
        for line in range(6):
            for top in (60 + PITCH * line, 58 + PITCH * line + HEIGHT):
                image[top : top + 2, left : left + 6] = 30


@pytest.mark.parametrize("draw", [lone, low, few, in_words, brackets])
def test_what_is_no_bar_of_a_table_stays(draw) -> None:  # type: ignore[no-untyped-def]
    image = page()
    draw(image)
    assert drawn_through(image, DPI) is image


def test_a_page_with_nothing_on_it_stays() -> None:
    for image in (page(), np.zeros((300, 200), np.uint8), np.full((1, 1), 200, np.uint8)):
        assert drawn_through(image, DPI) is image
