"""Dates with a month's name are one word where they stand alone on pages of ownership."""

import pytest

from models.document import Box, Word
from models.text_layer import Line
from models.written_dates import with_whole_dates

HEAD = "Derivative securities"


def line(text: str, top: float = 100.0, gaps: dict[int, float] | None = None) -> Line:
    """A line of words 5 points a letter wide, some of them further apart than a space."""
    words, left = [], 40.0
    for place, part in enumerate(text.split()):
        left += (gaps or {}).get(place, 3.0)
        box = Box(left, top, left + 5.0 * len(part), top + 10)
        words.append(Word(part, box, (0.9,) * len(part), part))
        left = box.right
    return Box.around(word.box for word in words), words


def texts(*lines: Line) -> list[list[str]]:
    return [[word.text for word in words] for _, words in with_whole_dates(lines)]


@pytest.mark.parametrize("text", ["5 June 2020", "June 5, 2020", "Jun. 5, 2020"])
def test_a_date_alone_is_one_word(text: str) -> None:
    made = with_whole_dates([line(HEAD), line(text)])[1][1]
    assert [word.text for word in made] == [text]
    assert len(made[0].scores) == len(made[0].rivals) == len(text)
    assert made[0].box == line(text)[0]


def test_dates_of_two_columns_and_marks_stay_apart() -> None:
    assert texts(line(HEAD), line("5 June 2020 (1) 7 June 2020"))[1] == [
        "5 June 2020", "(1)", "7 June 2020",
    ]  # fmt: skip


def test_a_caption_is_no_part_of_it() -> None:
    assert texts(line(HEAD), line("Dated: 5 June 2020"))[1] == ["Dated:", "5 June 2020"]


def test_what_stands_beside_it_in_another_column_is_no_part_of_it() -> None:
    assert texts(line(HEAD), line("Shares 5 June 2020", gaps={1: 20.0}))[1] == [
        "Shares", "5 June 2020",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["acquired on June 5, 2020 by gift", "June 31, 2020", "May Li Wu"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert texts(line(HEAD), line(text))[1] == text.split()


def test_pages_without_tables_of_ownership_stay_as_they_are() -> None:
    assert texts(line("Signature page"), line("June 5, 2020"))[1] == ["June", "5,", "2020"]
