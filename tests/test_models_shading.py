"""Grey behind type is taken off a page, type and pictures are not."""

import cv2
import numpy as np
import pytest

from models.document import Image
from models.shading import unshaded

DPI = 144.0
BAND = slice(200, 240)


def page(ground: int = 240) -> Image:
    image = np.full((1584, 1224), ground, np.uint8)
    for row in range(300, 1400, 24):
        cv2.putText(image, "Common Stock held by trust", (100, row), 0, 0.5, (30.0,), 1)
    return image


def banded(level: int, ground: int = 240) -> Image:
    """The page with a band of this grey in which something stands."""
    image = page(ground)
    image[BAND] = level
    cv2.putText(image, "FORM 4", (100, 228), 0, 0.7, (20.0,), 2)
    return image


@pytest.mark.parametrize(("level", "ground"), [(150, 240), (110, 180)])
def test_a_grey_band_becomes_as_bright_as_the_paper_and_its_type_stays_dark(
    level: int, ground: int
) -> None:
    made = unshaded(banded(level, ground), DPI)
    inside = made[BAND][8:-8]
    assert abs(float(np.median(inside)) - ground) < 8
    assert inside.min() < 60
    assert np.array_equal(made[300:], page(ground)[300:])


def test_a_page_without_bands_is_left_as_it_is() -> None:
    uneven = np.clip(page() - np.linspace(0, 60, 1224), 0, 255).astype(np.uint8)
    lid = page()
    lid[:, :60] = 20
    for image in (page(), uneven, lid, banded(225)):
        assert unshaded(image, DPI) is image


def test_the_dots_of_a_shade_are_taken_off_and_type_leaders_and_dirt_are_not() -> None:
    rng = np.random.default_rng(3)
    clean = np.where(banded(240, 255) < 128, 0, 255).astype(np.uint8)
    clean[1450, 100:1100:6] = 0
    clean[rng.integers(300, 1400, 20), rng.integers(0, 1224, 20)] = 0
    dotted = clean.copy()
    dots = rng.random(dotted[BAND].shape) < 0.06
    dotted[BAND][dots] = 0
    made = unshaded(dotted, DPI)
    assert np.mean(made[BAND] == clean[BAND]) > 0.99
    assert np.array_equal(made[300:], clean[300:])
    assert unshaded(clean, DPI) is clean
