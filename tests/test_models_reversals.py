"""Black bars with white letters are turned round, other black things are not."""

import cv2
import numpy as np
import pytest

from models.document import Image
from models.reversals import turned_round

DPI = 144.0
BAR = slice(200, 236)


def page() -> Image:
    image = np.full((1584, 1224), 245, np.uint8)
    for row in range(300, 1400, 24):
        cv2.putText(image, "Common Stock held by trust", (100, row), 0, 0.5, (30.0,), 1)
    return image


def barred(black: int, columns: slice = slice(100, 1100)) -> Image:
    image = page()
    image[BAR, columns] = black
    cv2.putText(image, "Remarks", (120, 226), 0, 0.8, (250.0,), 2)
    return image


@pytest.mark.parametrize("black", [0, 20, 90])
def test_white_letters_on_black_become_ink_on_paper(black: int) -> None:
    image = barred(black)
    made = turned_round(image, DPI)
    inside = made[BAR, 110:1090][4:-4]
    assert np.median(inside) > 225
    assert inside[:, :130].min() < 40
    assert np.array_equal(made[300:], image[300:])
    assert (image[BAR, 110:1090] == barred(black)[BAR, 110:1090]).all()  # the given one is kept


def test_other_black_things_are_left_as_they_are() -> None:
    rim, hole, bold = page(), page(), page()
    rim[:40] = 10
    cv2.circle(hole, (60, 700), 20, (0.0,), -1)
    cv2.putText(bold, "STATEMENT OF CHANGES", (100, 230), 0, 1.6, (0.0,), 7)
    for image in (page(), rim, hole, bold, barred(160)):
        assert turned_round(image, DPI) is image


def test_type_close_below_a_bar_stays_as_it_is() -> None:
    image = page()
    corners = np.array([[100, 200], [1100, 206], [1100, 242], [100, 236]])  # as pages are scanned
    cv2.fillPoly(image, [corners], (20.0,))
    cv2.putText(image, "Remarks", (120, 226), 0, 0.8, (250.0,), 2)
    cv2.putText(image, "ORTIZ", (300, 258), 0, 0.6, (20.0,), 3)
    made = turned_round(image, DPI)
    assert np.array_equal(made[245:], image[245:])
    inside = made[208:234, 200:1090]
    assert np.median(inside) > 225
    assert (inside < 100).mean() < 0.05
    black = (made[196:246, 110:1090] < 100).mean()
    assert black < 0.1  # Of the bar at most its edges are left.


def test_a_word_in_a_small_black_field_is_turned_round() -> None:
    image = page()
    image[196:220, 100:148] = 20
    cv2.putText(image, "Yes", (106, 214), 0, 0.6, (250.0,), 2)
    made = turned_round(image, DPI)
    assert np.median(made[200:216, 104:144]) > 200
    assert made[200:216, 104:144].min() < 60
    square = page()
    square[196:232, 100:136] = 20
    cv2.putText(square, "X", (106, 224), 0, 0.8, (250.0,), 2)
    assert turned_round(square, DPI) is square
