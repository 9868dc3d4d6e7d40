"""Words and regions to tokens, in the order a person reads them."""

from dataclasses import replace

import pytest

from models.agreement import agreed
from models.document import Box, Word
from models.extraction import Region
from models.form import all_tags
from models.tagger import (
    BAG,
    MARK,
    VOCABULARY,
    Tagged,
    Token,
    bag_of,
    labels,
    network_input,
    shape,
    tokens_of,
    windows,
)


def line(text: str, left: float, top: float) -> tuple[Box, list[Word]]:
    box = Box(left, top, left + 6 * len(text), top + 10)
    return box, [Word(text, box)]


def texts(tokens: list[Token]) -> list[str]:
    return [token.text for token in tokens]


def test_a_cell_is_read_to_its_end_before_its_neighbour() -> None:
    cells = [Region("cell", 1, Box(0, 0, 100, 40)), Region("cell", 1, Box(100, 0, 200, 40))]
    lines = [line("Common", 5, 5), line("12/31/2020", 105, 5), line("Stock", 5, 18)]
    assert texts(tokens_of(lines, cells, 1)) == ["Common", "Stock", "12/31/2020"]


def test_a_box_that_is_a_piece_of_a_text_does_not_part_its_lines() -> None:
    piece = [Region("header", 1, Box(200, 0, 400, 40))]
    lines = [line(text, 20, top) for text, top in (("one" * 18, 5), ("two" * 18, 18))]
    for box, words in lines:
        half = 20 + 6 * 27
        words[:] = [Word("a", Box(20, box.top, half, box.bottom)),
                    Word("b", Box(half, box.top, box.right, box.bottom))]  # fmt: skip
    made = tokens_of(lines, piece, 1)
    assert texts(made) == ["a", "b", "a", "b"]
    assert all(token.container is None for token in made)


def test_words_typed_a_little_off_the_line_keep_their_order() -> None:
    box = [Region("header", 1, Box(0, 0, 300, 40))]
    lines = [line("R", 80, 8), line("Griffin", 5, 10), line("Kent", 150, 11)]
    assert texts(tokens_of(lines, box, 1)) == ["Griffin", "R", "Kent"]


def test_footnotes_in_two_columns_are_read_column_by_column() -> None:
    block = [Region("footnotes", 1, Box(0, 0, 600, 100))]
    left = [line(f"left{index}" + "x" * 30, 0, 12 * index) for index in range(4)]
    right = [line(f"right{index}" + "x" * 30, 310, 12 * index + 1) for index in range(4)]
    order = texts(tokens_of([*left, *right], block, 1))
    assert [text[:4] for text in order] == ["left"] * 4 + ["righ"] * 4


def test_the_mark_in_a_checkbox_is_its_state_and_not_a_word() -> None:
    box = [Region("checkbox", 1, Box(0, 0, 10, 10), checked=True)]
    tokens = tokens_of([line("X", 2, 0), line("Director", 20, 0)], box, 1)
    assert texts(tokens) == ["[x]", "Director"]
    assert tokens[0].checkbox is box[0]


def test_a_box_that_was_read_as_a_character_is_a_box() -> None:
    marked, empty = (line("☒", 20, 0), line("Director", 40, 0)), (line("☐", 20, 20),)
    tokens = tokens_of([*marked, *empty], [], 1)
    assert texts(tokens) == ["[x]", "Director", "[ ]"]
    assert [each.checkbox.checked for each in tokens if each.checkbox] == [True, False]
    seen = [Region("checkbox", 1, tokens[0].box.grown(1.0), checked=False)]
    assert texts(tokens_of(marked, seen, 1)) == ["[ ]", "Director"]


def test_every_field_tag_has_a_label_and_one_for_marks_where_it_may_have_footnotes() -> None:
    known = labels()
    assert known[0] == "O"
    assert len(set(known)) == len(known)
    assert set(all_tags()) < set(known)
    assert "nonDerivative.transactionShares" + MARK in known
    assert "derivative.transactionShares.A" + MARK in known
    assert "issuerName" + MARK not in known


def test_numbers_of_one_pattern_share_most_of_their_bag() -> None:
    def bag(text: str) -> set[int]:
        return set(bag_of(Token(text, Box(0, 0, 1, 1), 1, 0), None))

    alike, unlike = bag("10,373") & bag("56,218"), bag("10,373") & bag("Director")
    assert len(alike) > 2 * len(unlike)
    assert max(bag("10,373")) < VOCABULARY
    assert min(bag("10,373")) > 0


def test_shapes_cut_long_runs() -> None:
    assert shape("Common") == "Xxx"
    assert shape("10,373,000") == "00,00,00"
    assert shape("$0.5") == "$0.0"


def test_network_input_has_one_row_a_token_and_stays_on_the_page() -> None:
    tokens = tokens_of([line("Common", 5, 5), line("Stock", 900, 5)], [], 1)
    inputs = network_input(tokens, 612, 792)
    assert inputs["bags"].shape == (1, 2, BAG)
    assert inputs["boxes"].max() <= 1000


def test_windows_cover_every_token_once() -> None:
    for length in (1, 511, 512, 513, 1500, 4000):
        kept: list[int] = []
        spans = list(windows(length))
        for index, (_start, end, keep) in enumerate(spans):
            stop = spans[index + 1][2] if index + 1 < len(spans) else end
            kept += range(keep, stop)
        assert kept == list(range(length))


def test_pieces_at_one_height_are_read_from_left_to_right() -> None:
    lines = [line("fact", 200, 101.9), line("By:", 5, 102.2), line("next", 5, 115)]
    assert texts(tokens_of(lines, [], 1)) == ["By:", "fact", "next"]


def tagged(*words: tuple[str, str, float, int]) -> list[Tagged]:
    cell = Region("cell", 1, Box(0, 0, 300, 40))
    return [
        Tagged(Token(text, Box(left, 10, left + 30, 20), 1, number, container=cell), tag, 0.9)
        for text, tag, left, number in words
    ]


def test_a_stray_tag_in_a_cell_follows_its_line() -> None:
    title = "nonDerivative.securityTitle"
    made = agreed(tagged(("No", title, 0, 0), ("securities", title, 35, 0), ("owned", "O", 70, 0)))
    assert [each.tag for each in made] == [title] * 3
    assert made[2].score < 0.9


def test_another_column_taken_for_the_same_cell_keeps_its_tag() -> None:
    title, code = "nonDerivative.securityTitle", "nonDerivative.transactionCode"
    made = agreed(tagged(("Common", title, 0, 0), ("Stock", title, 35, 0), ("M", code, 200, 1)))
    assert [each.tag for each in made] == [title, title, code]


def test_a_letter_that_is_surely_a_code_follows_no_cell() -> None:
    nature, form = "nonDerivative.natureOfOwnership", "nonDerivative.directOrIndirectOwnership"
    words = (("I", form, 0, 0), ("By", nature, 60, 0), ("Family", nature, 95, 0),
             ("Trust", nature, 140, 0))  # fmt: skip
    assert [each.tag for each in agreed(tagged(*words))] == [form, nature, nature, nature]
    doubtful = [replace(each, score=0.6) if each.token.text == "I" else each
                for each in tagged(*words)]  # fmt: skip
    assert [each.tag for each in agreed(doubtful)] == [nature] * 4


def test_an_amount_that_is_surely_another_columns_follows_no_text() -> None:
    title, price = "derivative.securityTitle", "derivative.conversionOrExercisePrice"
    words = (("Deferred", title, 0, 0), ("Stock", title, 40, 0), ("Units", title, 80, 0),
             ("$10.31", price, 120, 0))  # fmt: skip
    assert [each.tag for each in agreed(tagged(*words))] == [title, title, title, price]
    doubtful = [replace(each, score=0.6) if each.tag == price else each
                for each in tagged(*words)]  # fmt: skip
    assert [each.tag for each in agreed(doubtful)] == [title] * 4


def test_a_field_of_a_row_has_one_date() -> None:
    first, second = "derivative.exerciseDate", "derivative.expirationDate"
    words = (("04/09/2021", first, 0, 0), ("04/08/2031", first, 150, 0))
    assert [each.tag for each in agreed(tagged(*words))] == [first, second]


def test_a_form_has_one_period() -> None:
    period, original = "periodOfReport", "dateOfOriginalSubmission"
    right, wrong = (
        Tagged(Token(text, Box(0, top, 30, top + 8), 1, top), period, score)
        for text, top, score in (("12/31/2018", 10, 0.9), ("02/13/2019", 50, 0.6))
    )
    assert [each.tag for each in agreed([right, wrong])] == [period, "O"]
    known = replace(wrong, rival=original)
    assert [each.tag for each in agreed([right, known])] == [period, original]


def on_a_line(*words: tuple[str, str, float]) -> list[Tagged]:
    return [Tagged(Token(text, Box(40 * place, 10, 40 * place + 30, 20), 1, 0), tag, score)
            for place, (text, tag, score) in enumerate(words)]  # fmt: skip


def test_a_label_before_a_remark_stays_outside_and_a_doubtful_word_within_follows() -> None:
    words = [("Remarks:", "O", 0.97), ("24", "O", 0.97), ("Attorney", "O", 0.6)]
    own = [(text, "remarks", 0.98) for text in ("Exhibit", "No.", "Power", "of", "the")]
    made = agreed(on_a_line(words[0], *own[:2], words[1], *own[2:], words[2]))
    assert [each.tag for each in made] == ["O", *["remarks"] * 7]


def test_a_mark_printed_against_another_belongs_to_its_field() -> None:
    price, day = "derivative.conversionOrExercisePrice", "derivative.transactionDate"
    tight = [("(5)", price + "^", 0.9), ("(6)", day + "^", 0.5)]
    close = [replace(each, token=replace(each.token, box=Box(31 * place, 10, 31 * place + 30, 20)))
             for place, each in enumerate(on_a_line(*tight))]  # fmt: skip
    assert [each.tag for each in agreed(close)] == [price + "^", price + "^"]
    assert [each.tag for each in agreed(on_a_line(*tight))] == [price + "^", day + "^"]


def test_a_rule_typed_with_dashes_is_no_word() -> None:
    box = Box(0, 0, 100, 10)
    lines = [(box, [Word("--------", box, (0.9,) * 8)]), (box, [Word("---", box, (0.9,) * 3)])]
    assert texts(tokens_of(lines, [], 1)) == ["---"]


def test_a_doubtful_word_between_two_of_one_field_follows_them() -> None:
    name, owner = "issuerName", "rptOwnerName"
    doubtful = [("2seventy", name, 0.95), ("bio,", owner, 0.5), ("Inc.", name, 0.9)]
    sure = [doubtful[0], ("bio,", owner, 0.97), doubtful[2]]
    ticker = [("(TSVT)", "issuerTradingSymbol", 0.95)]
    assert [each.tag for each in agreed(on_a_line(*doubtful, *ticker))][1] == name
    assert [each.tag for each in agreed(on_a_line(*sure, *ticker))][1] == owner


def test_what_stands_in_brackets_behind_an_issuer_is_its_symbol() -> None:
    name, symbol = "issuerName", "issuerTradingSymbol"
    words = [("YAHOO", symbol, 0.8), ("INC", name, 0.9), ("(YHOO)", name, 0.7)]
    assert [each.tag for each in agreed(on_a_line(*words))] == [name, name, symbol]
    assert [each.tag for each in agreed(on_a_line(*words[:2]))] == [symbol, name]


def bag(text: str) -> list[int]:
    return bag_of(Token(text, Box(0, 0, 40, 10), 1, 1), None)


@pytest.mark.parametrize("text", ["12.31.2008", "2008-12-31", "31DEC2008", "31 December 2008",
                                  "31-Dec-08", "Dec 31, 2008"])  # fmt: skip
def test_a_date_is_one_to_the_network_however_it_is_written(text: str) -> None:
    assert bag(text) == bag("12/31/2008")
    assert bag(f"{text}(2)") == bag("12/31/2008(2)")


def test_what_is_no_date_stays_as_it_is_to_the_network() -> None:
    assert bag("1.234") != bag("1/234")
    assert bag("May") != bag("June")
    assert bag("(F1)") == bag("(1)") != bag("F1")
