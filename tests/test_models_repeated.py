"""Doubtful lines say what others of the page say, where the pixels allow it."""

import numpy as np

from models.ctc import decode, text_of
from models.repeated import repeated
from tests.test_models_spelling import LABELS, line

TITLE = "Stock Option"


def read(*lines: np.ndarray) -> list[str]:
    readings = [decode(each, LABELS) for each in lines]
    return [text_of(each) for each in repeated(readings, lines, LABELS)]


def test_a_doubtful_line_says_what_a_sure_one_says() -> None:
    doubtful = line("Stork Option", {3: ("c", 0.35), 11: ("m", 0.4)})
    assert read(line(TITLE), doubtful) == [TITLE, TITLE]
    assert read(doubtful) == ["Stork Option"]


def test_a_line_read_surely_stays() -> None:
    assert read(line(TITLE), line("Stock Options"))[1] == "Stock Options"


def test_pixels_that_rule_the_other_line_out_are_believed() -> None:
    # The doubt is about the first letter; the last one is surely there.
    assert read(line(TITLE), line("Slock Options", {1: ("t", 0.3)}))[1] == "Slock Options"


def test_what_is_said_more_surely_is_said_by_all() -> None:
    right, wrong = line("Capital XI"), line("Capital xI", {8: ("X", 0.45)})
    doubtful = line("Capital XI", {8: ("x", 0.45)})
    assert read(right, wrong, wrong, doubtful) == 4 * ["Capital XI"]


def test_numbers_do_not_repeat() -> None:
    assert read(line("10.373"), line("10.378", {5: ("3", 0.45)}))[1] == "10.378"
