"""Numbers that count lines and rows are no words of a field."""

from models.document import Box, Word
from models.margins import without_counters
from models.text_layer import Line


def line(text: str, left: float, top: float, width: float = 12.0) -> Line:
    box = Box(left, top, left + width, top + 9.0)
    return box, [Word(text, box, (0.9,) * len(text))]


def counted(count: int, step: float = 12.0, left: float = 30.0, start: int = 1) -> list[Line]:
    return [line(str(start + index), left, 50.0 + step * index) for index in range(count)]


def texts(lines: list[Line]) -> list[str]:
    return [word.text for _, words in lines for word in words]


BODY = [line("Street", 110, 64, 40), line("12", 300, 64), line("Utah", 110, 90, 30)]


def test_numbers_at_the_edge_of_a_page_are_gone() -> None:
    missed = [each for index, each in enumerate(counted(30)) if index not in (4, 11, 12)]
    assert texts(without_counters([*missed, *BODY])) == ["Street", "12", "Utah"]


def test_a_few_numbers_and_such_as_do_not_go_up_stay() -> None:
    assert len(without_counters([*counted(8), *BODY])) == 11
    shares = [
        line(str(value), 200, 50.0 + 12 * index)
        for index, value in enumerate((100, 300, 200, 50, 75, 10, 90, 20, 400, 5, 6, 30))
    ]
    assert len(without_counters(shares)) == len(shares)


def test_heads_of_notes_stay_because_notes_differ_in_length() -> None:
    tops = [0, 12, 60, 72, 120, 132, 180, 240, 252, 264, 330, 400]
    heads = [line(str(index + 1), 40, 100.0 + top) for index, top in enumerate(tops)]
    assert without_counters(heads) == heads


def test_rows_of_a_sheet_with_lettered_columns_are_gone_whatever_their_height() -> None:
    letters = [line(letter, 100.0 + 60 * index, 30) for index, letter in enumerate("ABCDE")]
    tops = [0, 12, 60, 72, 120, 132, 180, 240, 252, 264, 330, 400]
    rows = [line(str(index + 1), 40, 50.0 + top) for index, top in enumerate(tops)]
    assert texts(without_counters([*letters, *rows, *BODY])) == ["Street", "12", "Utah"]


def test_codes_in_a_row_are_no_letters_of_columns() -> None:
    codes = [line(code, 100.0 + 60 * index, 30) for index, code in enumerate("AADD")]
    assert without_counters([*codes, *BODY]) == [*codes, *BODY]


def test_a_number_in_one_line_with_its_row_is_gone_and_the_row_stays() -> None:
    rows = counted(12)
    box, words = rows[3]
    name = Word("Warrants", Box(60, box.top, 110, box.bottom), (0.9,) * 8)
    rows[3] = Box.around([box, name.box]), [*words, name]
    made = without_counters([*rows, *BODY])
    assert texts(made) == ["Warrants", "Street", "12", "Utah"]
    assert made[0][0].left == name.box.left


def test_a_raised_digit_counts_nothing() -> None:
    raised = [line("¹", 30, 50.0 + 12 * index) for index in range(12)]
    assert without_counters([*raised, *BODY]) == [*raised, *BODY]
