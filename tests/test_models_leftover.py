"""Letters that no line covers are found; rules, specks and what is covered are not."""

import cv2
import numpy as np

from models.document import Box, Page
from models.extraction import Region
from models.leftover import leftover_lines

SCALE = 150 / 72


def page_with(*texts: tuple[str, float, float]) -> Page:
    """White paper at 150 dpi with words at (left, baseline), points."""
    image = np.full((1650, 1275), 250, np.uint8)
    for text, left, baseline in texts:
        where = (int(left * SCALE), int(baseline * SCALE))
        cv2.putText(image, text, where, cv2.FONT_HERSHEY_SIMPLEX, 0.65, 20, 2, cv2.LINE_AA)
    return Page(1, 612.0, 792.0, image, 150.0)


LINES = [("Common Stock", 60, 100), ("Common Stock", 60, 120), ("Common Stock", 60, 140)]
COVERED = [Region("line", 1, Box(58, y - 10, 150, y + 3)) for _, _, y in LINES]


def test_a_letter_alone_and_a_word_on_a_rule_are_found() -> None:
    page = page_with(*LINES, ("I", 300, 120), ("Tami Chen", 200, 180), ("end", 400, 300))
    cv2.line(page.image, (380, 378), (900, 378), 30, 2)
    covered = [*COVERED, Region("line", 1, Box(398, 290, 430, 303))]
    found = sorted((each.box for each in leftover_lines(page, covered)), key=lambda box: box.top)
    assert all(each.label == "line" for each in leftover_lines(page, covered))
    letter, *words = found
    assert letter.contains(302, 116)
    assert letter.width < 8
    around = Box.around(words)
    assert around.contains(230, 176)
    assert around.bottom < 190


def test_rules_specks_and_borders_are_no_letters() -> None:
    page = page_with(*LINES)
    cv2.rectangle(page.image, (400, 200), (600, 300), 30, 2)
    page.image[400:402, 500:502] = 0
    page.image[500:560, 700:702] = 30
    cell = Region("cell", 1, Box(192, 96, 288, 144))
    assert leftover_lines(page, [*COVERED, cell]) == []


def test_a_page_without_lines_has_nothing_to_compare_with() -> None:
    assert leftover_lines(page_with(("I", 300, 120)), []) == []
