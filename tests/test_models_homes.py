"""Which box a word stands in, where layout's boxes do not agree with its lines."""

from models.document import Box, Word
from models.extraction import Region
from models.homes import together

CELL = Region("cell", 1, Box(0, 0, 60, 12))
OTHER = Region("cell", 1, Box(60, 0, 120, 12))


def words(*lefts: float, line: int = 1) -> list[tuple[int, Word]]:
    """Words of 18 points on a line."""
    return [(line, Word("word", Box(left, 0, left + 18, 10))) for left in lefts]


def test_a_box_that_ends_within_a_text_is_none_of_its_words() -> None:
    found = words(0, 22, 44, 66, 88)
    assert together(found, [None, None, None, CELL, CELL]) == [None] * 5


def test_a_word_that_sticks_out_is_with_the_others_of_its_text() -> None:
    found = words(0, 22, 44, 66)
    assert together(found, [CELL, CELL, CELL, None]) == [CELL] * 4


def test_words_apart_or_of_other_lines_keep_their_boxes() -> None:
    apart = words(0, 50)
    assert together(apart, [CELL, None]) == [CELL, None]
    lines = [*words(0), *words(22, line=2)]
    assert together(lines, [CELL, None]) == [CELL, None]


def test_two_cells_beside_each_other_stay_two() -> None:
    assert together(words(44, 66), [CELL, OTHER]) == [CELL, OTHER]
