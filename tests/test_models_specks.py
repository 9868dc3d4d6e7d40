"""Specks and rules between cells that are read as a letter."""

import numpy as np

from models.document import Box, Page, Word
from models.specks import without_specks

LINE = Box(20.0, 20.0, 60.0, 32.0)


def page(top: float, bottom: float) -> Page:
    """A page of 72 dpi times 4 with one vertical stroke of a point's width at 30 points."""
    image = np.full((400, 400), 250, np.uint8)
    image[int(top * 4) : int(bottom * 4), 120:124] = 20
    return Page(1, 100.0, 100.0, image, 288.0)


def read(text: str, score: float) -> list[tuple[Box, list[Word]]]:
    return [(LINE, [Word(text, Box(29.8, 20.0, 31.2, 32.0), (score,) * len(text))])]


def test_a_rule_that_runs_beyond_its_line_is_no_letter() -> None:
    assert without_specks(page(10, 50), read("I", 0.99)) == []
    assert without_specks(page(12, 33), read("|", 0.99)) == []


def test_a_bar_behind_a_number_is_a_letter_where_it_ends_in_its_line() -> None:
    number = Word("104,051", Box(20.0, 20.0, 28.0, 32.0), (0.9,) * 7)
    ((_, (bar,)),) = read("|", 0.99)

    def said(shown: Page, *words: Word) -> list[str]:
        return [
            each.text for _, own in without_specks(shown, [(LINE, list(words))]) for each in own
        ]

    assert said(page(23, 29), number, bar) == ["104,051", "I"]
    assert said(page(10, 50), number, bar) == ["104,051", "|"]
    assert said(page(23, 29), Word("Acme", number.box, (0.9,) * 4), bar) == ["Acme", "|"]
    mark = Word("(10)", Box(40.0, 20.0, 50.0, 32.0), (0.9,) * 4)
    assert said(page(23, 29), bar, mark) == ["I", "(10)"]
    assert said(page(23, 29), bar) == ["I"]
    assert said(page(23, 29), bar, Word("Acme", mark.box, (0.9,) * 4)) == ["|", "Acme"]


def test_a_letter_with_white_above_and_below_stays() -> None:
    lines = read("I", 0.99)
    assert without_specks(page(23, 29), lines) == lines


def test_a_rule_is_no_other_letter_and_no_part_of_a_word() -> None:
    for lines in (read("D", 0.99), read("II", 0.99)):
        assert without_specks(page(10, 50), lines) == lines


def test_a_lone_character_hardly_seen_is_a_speck() -> None:
    blank = page(0, 0)
    assert without_specks(blank, read("D", 0.2)) == []
    for lines in (read("D", 0.5), read("12", 0.2)):
        assert without_specks(blank, lines) == lines


def test_a_stroke_that_may_be_any_of_several_letters_is_one() -> None:
    assert without_specks(page(23, 29), read("I", 0.27)) == read("I", 0.27)
    assert without_specks(page(23, 29), read("I", 0.1)) == []


def test_a_rule_between_two_words_parts_them() -> None:
    ((box, words),) = without_specks(page(0, 0), read("42.33|07/19", 0.9))
    assert [word.text for word in words] == ["42.33", "07/19"]
    assert box == LINE
    assert words[0].box.right < words[1].box.left
    assert [len(word.scores) for word in words] == [5, 5]
    edge = read("|42", 0.9)
    assert without_specks(page(0, 0), edge) == edge
