"""Footnote marks held against the footnotes that there are."""

from dataclasses import replace

import pytest

from models.extraction import READ
from models.form import forms
from models.marks import existing
from models.reading import FootnoteMark, RawField


def field(*numbers: int) -> RawField:
    """A field with these marks, each with a score of 0.8."""
    spec = next(spec for _, spec in forms()["4"].specs() if spec.footnotes)
    marks = tuple(FootnoteMark(number, 0.8) for number in numbers)
    return RawField(spec, "/x", "1", "1", READ, marks=marks)


def numbers(raw: RawField) -> list[int]:
    return [mark.number for mark in raw.marks]


@pytest.mark.parametrize(
    ("read", "found", "true"),
    [
        ([33], {1, 2, 3}, [3]),
        ([71], {5, 6, 7}, [7]),
        ([19], {1, 2, 3}, [1]),
        ([2, 23], {1, 2, 3, 4}, [2, 3]),
        ([2, 3], {1, 2, 3}, [2, 3]),
        ([11], set(range(1, 12)), [11]),
    ],
)
def test_a_bracket_read_as_a_digit_is_taken_off(
    read: list[int], found: set[int], true: list[int]
) -> None:
    (made,) = existing([field(*read)], found)
    assert numbers(made) == true


def test_the_footnote_after_the_last_may_have_been_overlooked() -> None:
    (made,) = existing([field(11)], set(range(1, 11)))
    assert numbers(made) == [11]


def test_marks_stay_where_no_footnote_was_found() -> None:
    (made,) = existing([field(33)], set())
    assert numbers(made) == [33]


def test_a_mark_whose_digits_fit_no_footnote_stays_as_read() -> None:
    (made,) = existing([field(89)], {1, 2, 3})
    assert numbers(made) == [89]


def test_either_digit_may_be_the_bracket_and_that_is_doubtful() -> None:
    (certain,) = existing([field(39)], {1, 2, 3})
    (doubtful,) = existing([field(31)], {1, 2, 3})
    assert doubtful.marks[0].score < certain.marks[0].score == 0.8


def rivals(*marks: tuple[int, float, int]) -> list[RawField]:
    """A field for each mark: its number, its score and the second choice."""
    return [replace(field(), marks=(FootnoteMark(*mark),)) for mark in marks]


def test_a_number_beyond_the_last_footnote_is_the_second_choice() -> None:
    made = existing(rivals((9, 0.3, 3), (1, 0.9, 7)), {1, 2, 3})
    assert [numbers(each) for each in made] == [[3], [1]]


def test_a_doubtful_mark_names_the_footnote_that_nothing_else_names() -> None:
    made = existing(rivals((1, 0.9, 7), (1, 0.5, 2), (3, 0.9, 2)), {1, 2, 3})
    assert [numbers(each) for each in made] == [[1], [2], [3]]


def test_a_sure_mark_and_the_only_one_of_its_footnote_stay() -> None:
    sure = existing(rivals((1, 0.9, 2), (1, 0.9, 2)), {1, 2})
    assert [numbers(each) for each in sure] == [[1], [1]]
    only = existing(rivals((1, 0.5, 2)), {1, 2})
    assert [numbers(each) for each in only] == [[1]]
