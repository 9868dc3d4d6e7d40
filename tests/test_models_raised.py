"""Raised digits told by where they end: marks without brackets."""

import numpy as np
import pytest

from models.ctc import Character, Reading, text_of
from models.raised import with_flat_brackets, with_raised

STEP, BASELINE, TOP = 16, 28, 8


def drawn(text: str, *, faded: bool = False) -> tuple[Reading, np.ndarray]:
    """Characters as blocks on a line, those behind `^` raised; with `faded` they lose their foot
    instead."""
    shown, up, raised = [], [], False
    for char in text:
        if char == "^":
            raised = True
            continue
        shown.append(char)
        up.append(raised)
    line = np.zeros((32, STEP * len(shown)), np.float32)
    for index, (char, high) in enumerate(zip(shown, up, strict=True)):
        top, bottom = TOP, BASELINE
        if high:
            top, bottom = (TOP, 20) if faded else (4, 18)
        elif char in ".,":
            top = 24
        if not char.isspace():
            line[top:bottom, index * STEP + 2 : index * STEP + 14] = 1.0
    places = [(index + 0.5) / len(shown) for index in range(len(shown))]
    return tuple(Character(char, 0.9, "", place)
                 for char, place in zip(shown, places, strict=True)), line  # fmt: skip


def read(text: str, *, faded: bool = False) -> str:
    return text_of(with_raised(*drawn(text, faded=faded)))


@pytest.mark.parametrize(("printed", "found"), [
    ("L.P.^3", "L.P.³"), ("674,085^1,2", "674,085¹,²"), ("51,402^12", "51,402¹²"),
    ("Ventures LLC ^4", "Ventures LLC ⁴"), ("I^8", "I⁸"), ("D^1 held", "D¹ held"),
])  # fmt: skip
def test_digits_above_the_line_are_marks(printed: str, found: str) -> None:
    assert read(printed) == found


@pytest.mark.parametrize("printed", ["⁽2) Options", "⁽3⁾ Options", "(²) Options", "(2⁾ Options"])
def test_a_number_of_which_a_bracket_or_the_digit_is_raised_is_a_mark(printed: str) -> None:
    assert read(printed) in ("⁽²⁾ Options", "⁽³⁾ Options")


@pytest.mark.parametrize("printed", ["L.P.3", "674,0851", "Series 2", "35.3882", "2016 Trust", "7"])
def test_digits_on_the_line_are_none(printed: str) -> None:
    assert read(printed) == printed


@pytest.mark.parametrize("printed", ["20.2^7", "Class A 8^8", "1,2^5"])
def test_a_digit_that_is_faded_below_is_none(printed: str) -> None:
    assert read(printed, faded=True) == printed.replace("^", "")


@pytest.mark.parametrize(("printed", "found"), [
    ("6,002⁽²,3,4)", "6,002⁽²,³,⁴⁾"), ("UTMA (6,10)", "UTMA ⁽⁶,¹⁰⁾"),
    ("By wife (3, 12)", "By wife ⁽³, ¹²⁾"),
    ("⁽²⁾)", "⁽²⁾)"), ("(2,500)", "(2,500)"), ("(1.5)", "(1.5)"),
    ("(Instr. 3, 4)", "(Instr. 3, 4)"),
])  # fmt: skip
def test_all_of_a_list_in_brackets_are_marks(printed: str, found: str) -> None:
    assert read(printed) == found


@pytest.mark.parametrize(("text", "flat"), [
    ("Stock[¹]", "Stock[1]"), ("D[¹,2]", "D[1,2]"), ("Stock⁽¹⁾", "Stock⁽¹⁾"), ("[X] m²", "[X] m²"),
])  # fmt: skip
def test_digits_in_square_brackets_stand_on_the_line(text: str, flat: str) -> None:
    reading = tuple(Character(char, 0.9, "", index / 20) for index, char in enumerate(text))
    assert text_of(with_flat_brackets(reading)) == flat
