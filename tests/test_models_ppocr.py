"""PP-OCR's readings, as far as they are ours."""

import pytest

from models.form import FieldSpec
from models.ppocr import with_letters
from models.reading import in_code_list
from models.recognizer import Character, text_of


@pytest.mark.parametrize(
    ("read", "expected"),
    [("[YH00]", "[YHOO]"), ("10,000", "10,000"), ("X00M Corp", "XOOM Corp"), ("2020", "2020"),
     ("F0", "F0"), ("A10", "A10"), ("do0r", "door")],
)  # fmt: skip
def test_a_zero_among_letters_is_a_letter(read: str, expected: str) -> None:
    reading = tuple(Character(char, 0.9, "?", 0.5) for char in read)
    assert text_of(with_letters(reading)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("D", "D"), ("1", "I"), ("l", "I"), ("DD", "D"), ("0", "D"), ("Q", "Q"), ("i", "i")],
)
def test_only_a_listed_code_stands_in_for_its_lookalike(value: str, expected: str) -> None:
    assert in_code_list(FieldSpec("x", "code", codes=("D", "I")), value) == expected
