"""Doubtful words become known ones where the pixels allow it, and only there."""

import numpy as np
import pytest

from models.ctc import decode, text_of
from models.spelling import known_share, lexicon, spelled
from tests import ctc_lines
from tests.ctc_lines import Doubts

LABELS = ("", *'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789.("')


def line(text: str, doubts: Doubts | None = None) -> np.ndarray:
    """A line in the labels of these tests."""
    return ctc_lines.line(text, LABELS, doubts)


def read(*lines: np.ndarray) -> list[str]:
    readings = [decode(each, LABELS) for each in lines]
    return [text_of(each) for each in spelled(readings, lines, LABELS)]


def test_a_doubtful_word_becomes_the_known_one_that_the_pixels_allow() -> None:
    assert read(line("Conmon Stock", {2: ("m", 0.4)})) == ["Common Stock"]
    assert read(line("the IHE", {5: ("T", 0.3), 4: ("T", 0.4)})) == ["the THE"]


def test_a_word_read_surely_stays_however_strange() -> None:
    assert read(line("Conmon Stock", {2: ("m", 0.02)})) == ["Conmon Stock"]


def test_a_letter_that_the_pixels_rule_out_is_not_put_in() -> None:
    # The doubt is between two letters, neither of which makes a word.
    assert read(line("Conmon Stock", {2: ("r", 0.4)})) == ["Conmon Stock"]


def test_numbers_and_words_with_digits_stay() -> None:
    assert read(line("10b5 shar3s 10.373", {3: ("s", 0.4)})) == ["10b5 shar3s 10.373"]


def test_what_the_page_says_elsewhere_is_known() -> None:
    sure, doubtful = line("Zyquora Fund"), line("Zyguora Fund", {2: ("q", 0.45)})
    assert read(doubtful) == ["Zyguora Fund"]
    assert read(sure, doubtful) == ["Zyquora Fund", "Zyquora Fund"]


def test_the_words_are_those_of_the_forms_and_of_english() -> None:
    assert {"derivative", "ownership", "library", "grandson"} <= lexicon().counts.keys()
    assert known_share("Common Stock of Zyquora") == pytest.approx(2 / 3)
    assert known_share("12,500 (1)") == 1.0


def test_a_lost_space_is_put_back_between_known_words() -> None:
    gaps = line("the price isaweighted average")
    assert read(gaps) == ["the price isaweighted average"]
    for place in (11, 12):
        gaps[3 * place + 2, LABELS.index(" ")] = np.log(0.2)
    assert read(gaps) == ["the price is a weighted average"]


def test_the_point_of_a_short_form_is_read_where_it_may_be() -> None:
    faint = line("Mr Sacks")
    faint[5, LABELS.index(".")] = np.log(0.2)
    assert read(faint) == ["Mr. Sacks"]
    assert read(line("Mr Sacks")) == ["Mr Sacks"]


def test_an_opening_bracket_and_quote_are_no_letter() -> None:
    known = line("Common Craft")
    joined = line("CCraft Fund")
    assert read(known, joined)[1] == "CCraft Fund"
    joined[0, LABELS.index("(")] = joined[1, LABELS.index('"')] = np.log(0.2)
    assert read(known, joined)[1] == '("Craft Fund'
