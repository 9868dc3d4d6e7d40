"""Tables turned over are read by their columns, cards by their lines."""

from models.document import Box, Word
from models.records import are_lines_of_records, headed_records, turned_records
from models.tagger import MARK, Tagged, Token

LINES = ("securityTitle", "transactionDate", "transactionCode", "transactionShares.A",
         "transactionPricePerShare", "directOrIndirectOwnership")  # fmt: skip


def token(text: str, name: str, left: float, top: float, width: float = 40) -> Tagged:
    box = Box(left, top, left + width, top + 9)
    made = Token(text, box, 1, int(top), Word(text, box, (0.9,) * len(text)))
    return Tagged(made, f"nonDerivative.{name}", 0.9)


def block(records: int, top: float = 100, names: tuple[str, ...] = LINES) -> list[Tagged]:
    """A turned table: line by line what every record says, `field@record`."""
    return [
        token(f"{name}@{index}", name, 150 + 90 * index, top + 15 * line)
        for line, name in enumerate(names) for index in range(records)
    ]  # fmt: skip


def texts(tokens: list[Tagged]) -> list[list[str]]:
    return [[each.token.text for each in record] for _, record in turned_records(tokens)]


def test_columns_of_a_turned_table_are_its_records() -> None:
    assert texts(block(3)) == [[f"{name}@{index}" for name in LINES] for index in range(3)]


def test_places_of_records_are_side_by_side() -> None:
    boxes = [box for box, _ in turned_records(block(2))]
    assert boxes[0].right < boxes[1].left
    assert boxes[0].top == boxes[1].top


def test_further_records_follow_in_a_table_below() -> None:
    below = block(2, 300)
    assert texts(block(3) + below) == texts(block(3)) + texts(below)


def test_a_usual_table_is_not_turned() -> None:
    rows = [token(f"{name}{row}", name, 60 + 80 * column, 100 + 15 * row)
            for row in range(4) for column, name in enumerate(LINES)]  # fmt: skip
    assert turned_records(rows) == []


def test_a_date_of_several_words_is_one_piece() -> None:
    words = [token(text, "transactionDate", 150 + 33 * place, 100 + 15 * line, 30)
             for line in range(4) for place, text in enumerate(("May", "14,", "2009"))]  # fmt: skip
    assert turned_records(words) == []


def test_a_word_of_another_tag_is_of_its_lines_field() -> None:
    tokens = block(3)
    wrong = next(each for each in tokens if each.token.text == "transactionDate@1")
    other = token(wrong.token.text, "exerciseDate", wrong.token.box.left, wrong.token.box.top)
    made = [other if each is wrong else each for each in tokens]
    second = turned_records(made)[1][1]
    assert [each.tag.partition(".")[2] for each in second] == list(LINES)


def test_marks_stay_marks() -> None:
    box = Box(192, 130, 198, 136)
    mark = Tagged(Token("⁽¹⁾", box, 1, 7), f"nonDerivative.transactionCode{MARK}", 0.9)
    first = turned_records([*block(2), mark])[0][1]
    assert [each.token.text for each in first if each.is_mark] == ["⁽¹⁾"]


def test_bands_without_a_field_in_common_are_lines_of_records() -> None:
    lines = [[token("x", name, 60, 10)] for name in LINES]
    assert are_lines_of_records([*lines, *lines])
    assert not are_lines_of_records([[token("x", name, 60, 10) for name in LINES]] * 4)
    assert not are_lines_of_records(lines[:2])


def test_a_head_that_counts_begins_a_record() -> None:
    def head(text: str, top: float) -> list[Tagged]:
        boxes = [Box(40 + 50 * place, top, 85 + 50 * place, top + 9) for place in range(2)]
        return [Tagged(Token(word, box, 1, int(top)), "O", 0.9)
                for word, box in zip(text.split(), boxes, strict=True)]  # fmt: skip

    first = [token("a", "securityTitle", 40, 112), token("7", "transactionShares.A", 40, 124)]
    second = [token("b", "securityTitle", 40, 162), token("8", "transactionShares.A", 40, 174)]
    own = [*first, *second]
    heads = [*head("Transaction #1", 100), *head("Holding #2", 150)]
    made = headed_records([*heads, *own], own)
    assert [[each.token.text for each in record] for _, record in made] == [["a", "7"], ["b", "8"]]
    assert headed_records([*heads[:2], *own], own) == []
    assert headed_records([*head("Common Stock", 100), *head("Class A", 150), *own], own) == []
