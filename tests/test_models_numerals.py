"""Doubtful numbers and dates get a shape that is printed, where the pixels allow it."""

import numpy as np
import pytest

from models.ctc import Character, decode, text_of
from models.numerals import STRANGE, cost_of, shaped, with_spaces
from tests import ctc_lines
from tests.ctc_lines import Doubts

LABELS = ("", *"0123456789/,.-³$()ABOKUabc ")


def line(text: str, doubts: Doubts | None = None) -> np.ndarray:
    """A line in the labels of these tests."""
    return ctc_lines.line(text, LABELS, doubts)


def read(text: str, doubts: Doubts | None = None) -> str:
    logs = line(text, doubts or {})
    return text_of(shaped([decode(logs, LABELS)], [logs], LABELS)[0])


@pytest.mark.parametrize(
    ("read_as", "doubts", "printed"),
    [
        ("04/38/2025", {3: ("0", 0.3)}, "04/08/2025"),
        ("84/05/2021", {0: ("0", 0.3)}, "04/05/2021"),
        ("11/20/3020", {6: ("2", 0.2)}, "11/20/2020"),
        ("04,07/2026", {2: ("/", 0.2)}, "04/07/2026"),
        ("5,7K5", {3: ("8", 0.1)}, "5,785"),
        ("26.388", {2: (",", 0.2)}, "26,388"),
        ("(A) 1O0 (2)", {5: ("0", 0.4)}, "(A) 100 (2)"),
    ],
)
def test_what_is_doubtful_gets_a_shape(read_as: str, doubts: Doubts, printed: str) -> None:
    assert read(read_as, doubts) == printed


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("26.388", {2: (",", 0.01)}),  # read surely: there are such prices
        ("190186", {}),
        ("$1,828.174", {6: (",", 0.1)}),
        ("94025", {0: ("8", 0.3)}),
        ("10b5", {3: ("6", 0.2)}),
        ("KU11 b2", {}),
        ("30(b) 16(a)", {3: ("0", 0.3)}),
        ("20549.", {4: ("0", 0.2)}),  # the full stop is the sentence's
    ],
)
def test_what_has_a_shape_or_is_no_number_stays(text: str, doubts: Doubts) -> None:
    assert read(text, doubts) == text


def test_no_digit_is_read_where_the_pixels_have_none() -> None:
    assert read("04/38/2025") == "04/38/2025"


def test_a_shape_that_is_printed_often_costs_least() -> None:
    costs = [cost_of(each) for each in ("12/31/2020", "4/5/2020", "12345", "1,2,3")]
    assert costs == sorted(costs) and costs[0] < costs[1] < costs[2] < costs[3]


def spread(text: str, wide: int) -> str:
    """What becomes of a text whose characters stand evenly but before one of them."""
    places = [0.02 * (index + 0.5 * (index >= wide)) for index in range(len(text))]
    reading = tuple(Character(char, 0.99, char, place)
                    for char, place in zip(text, places, strict=True))  # fmt: skip
    return text_of(with_spaces(reading))


@pytest.mark.parametrize("text", ["$00,000", "00,000", "01,250.00", "$00.000"])
def test_a_number_of_groups_does_not_begin_with_nought(text: str) -> None:
    assert cost_of(text) == STRANGE
    assert max(cost_of(other) for other in ("0", "$0.00", "0.05", "500,000")) < STRANGE


def test_a_telephone_number_has_its_space_where_the_digits_stand_apart() -> None:
    assert spread("(617)313-9068", 5) == "(617) 313-9068"
    assert spread("(617)313-9068", 9) == "(617)313-9068"
    assert spread("+1 512 7638905", 10) == "+1 512 763 8905"
    assert spread("+1 512763 8905", 6) == "+1 512 763 8905"
    assert spread("(212)(b) 7638905", 5) == "(212)(b) 7638905"


def test_a_date_with_dashes_gets_them() -> None:
    assert read("12-23,2023", {5: ("-", 0.2)}) == "12-23-2023"
    assert read("12,23-2023", {2: ("-", 0.2)}) == "12-23-2023"
    assert read("94025-1234", {5: (",", 0.3)}) == "94025-1234"


def test_a_raised_digit_is_no_part_of_a_number() -> None:
    assert read("35,3882³", {2: (".", 0.3)}) == "35.3882³"
