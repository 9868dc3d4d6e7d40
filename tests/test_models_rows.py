"""Rows told apart by what stands in them, and the form of ownership before its nature."""

from dataclasses import replace

import numpy as np
import pytest

from models.document import Box, Page, Word
from models.extraction import Region
from models.form import forms
from models.ownership_forms import with_barred_forms, with_spelled_forms
from models.reading import TaggedPage
from models.rows import (
    TableRow,
    group_of,
    table_rows,
    with_dates_in_order,
    with_near_marks,
)
from models.tagger import MARK, OUTSIDE, Tagged, Token

FORM = forms()["4"]
TITLE, AFTER = "nonDerivative.securityTitle", "nonDerivative.sharesOwnedFollowingTransaction"
HOW = "nonDerivative.directOrIndirectOwnership"
NATURE = "nonDerivative.natureOfOwnership"
Words = list[tuple[str, str, float, float]]
"""Text, tag, left and top."""


def page(words: Words) -> TaggedPage:
    """Words that stand in one band of a table."""
    tagged = []
    for text, tag, left, top in words:
        box = Box(left, top, left + 5 * len(text), top + 9)
        token = Token(text, box, 1, int(top), Word(text, box, (0.9,) * len(text)))
        tagged.append(Tagged(token, tag, 0.9))
    band = Region("row", 1, Box(0, 0, 600, 200), table=0, row=0)
    sheet = Page(1, 612, 792, np.zeros((2, 2), np.uint8), 72)
    return TaggedPage(sheet, (band,), tuple(tagged))


def rows(words: Words) -> list[TableRow]:
    return table_rows(FORM, [page(words)])


def test_a_number_below_another_of_its_field_starts_a_row() -> None:
    found = rows([("Common", TITLE, 10, 10), ("12,681,798", AFTER, 200, 10),
                  ("Stock", TITLE, 10, 22),
                  ("Common", TITLE, 10, 40), ("15,396,360", AFTER, 200, 40)])  # fmt: skip
    read = [[each.token.text for each in row.with_tag([AFTER])] for row in found]
    assert read == [["12,681,798"], ["15,396,360"]]


def test_two_pieces_of_a_number_and_two_numbers_beside_each_other_are_one_row() -> None:
    pieces = [("Common", TITLE, 10, 10), ("12,681,", AFTER, 200, 10), ("798", AFTER, 200, 22)]
    beside = [("Common", TITLE, 10, 10), ("424", AFTER, 200, 10), ("776", AFTER, 300, 24)]
    assert len(rows(pieces)) == len(rows(beside)) == 1


@pytest.mark.parametrize("tag", [NATURE, OUTSIDE])
def test_a_bar_before_what_is_owned_indirectly_is_an_i(tag: str) -> None:
    words = [("|", tag, 300, 10), ("By", NATURE, 340, 10), ("trust", NATURE, 360, 10)]
    made = with_barred_forms(page(words).tagged)
    assert [(each.token.text, each.tag) for each in made] == [
        ("I", HOW), ("By", NATURE), ("trust", NATURE),
    ]  # fmt: skip


def test_where_the_form_of_ownership_was_read_nothing_is_made_of_a_bar() -> None:
    read = page([("D", HOW, 280, 12), ("|", OUTSIDE, 300, 10), ("By", NATURE, 340, 10)]).tagged
    bare = page([("|", OUTSIDE, 300, 10), ("Common", TITLE, 340, 10)]).tagged
    for tagged in (read, bare):
        assert with_barred_forms(tagged) == list(tagged)


def marked(words: Words, mark: tuple[float, float], rival: str) -> str:
    """The tag of a mark at a place that was taken for the first word's, with this second choice."""
    *own, last = page([*words, ("(4)", words[0][1] + MARK, *mark)]).tagged
    return with_near_marks([*own, replace(last, rival=rival + MARK)])[-1].tag


def test_a_mark_belongs_to_the_words_it_stands_at() -> None:
    both: Words = [("I", HOW, 300, 10), ("Footnote", NATURE, 310, 10)]
    assert marked(both, (312, 20), NATURE) == NATURE + MARK
    assert marked(both, (306, 10), NATURE) == HOW + MARK
    assert marked([("12,681", AFTER, 200, 10)], (280, 10), HOW) == HOW + MARK
    assert marked([("12,681", AFTER, 200, 10)], (232, 10), HOW) == AFTER + MARK
    assert marked([("12,681", AFTER, 200, 10)], (280, 10), "footnote") == AFTER + MARK


def test_a_mark_in_the_cell_of_its_code_stays_there() -> None:
    code, early = "nonDerivative.transactionCode", "nonDerivative.transactionTimeliness"
    cell = Region("cell", 1, Box(95, 5, 200, 25), table=0, row=0, column=3)
    words: Words = [("S", code, 100, 10), ("1)", code + MARK, 120, 10),
                    ("2)", code + MARK, 150, 10)]  # fmt: skip
    tagged = page(words).tagged
    loose = [replace(each, rival=early + MARK) for each in tagged]
    held = [replace(each, token=replace(each.token, container=cell)) for each in loose]
    assert [each.tag for each in with_near_marks(held)][1:] == [code + MARK] * 2
    assert with_near_marks(loose)[-1].tag == early + MARK


EXERCISE, EXPIRY = "derivative.exerciseDate", "derivative.expirationDate"


@pytest.mark.parametrize("tags", [(EXPIRY, EXERCISE), (EXPIRY, EXPIRY), (EXERCISE, EXERCISE)])
def test_an_option_expires_after_it_is_exercisable(tags: tuple[str, str]) -> None:
    words = [("01/05/2020", tags[0], 100, 10), ("(2)", tags[0] + MARK, 152, 10),
             ("12/31/2029", tags[1], 200, 10)]  # fmt: skip
    made = with_dates_in_order(page(words).tagged)
    assert [each.tag for each in made] == [EXERCISE, EXERCISE + MARK, EXPIRY]


def test_one_date_or_what_is_none_keeps_its_field() -> None:
    for words in ([("12/31/2029", EXPIRY, 100, 10)],
                  [("12/31/2029", EXERCISE, 100, 10), ("Immed.", EXPIRY, 200, 10)]):  # fmt: skip
        tagged = list(page(words).tagged)
        assert with_dates_in_order(tagged) == tagged


def natures(words: Words) -> list[list[str]]:
    return [[each.token.text for each in row.with_tag([NATURE])] for row in rows(words)]


def test_texts_that_end_beside_their_numbers_begin_above_them() -> None:
    amounts = [(number, AFTER, 200, top) for number, top in
               (("12,681,798", 22), ("15,396,360", 46), ("1,250", 70))]  # fmt: skip
    ending = [(text, NATURE, 300, 10 + 12 * place) for place, text in
              enumerate(("By", "spouse", "Acme", "Fund", "Acme", "Trust"))]  # fmt: skip
    assert natures([*amounts, *ending]) == [["By", "spouse"], ["Acme", "Fund"], ["Acme", "Trust"]]
    beginning = [(number, tag, left, top - 12) for number, tag, left, top in amounts]
    assert natures([*beginning, *ending]) == natures([*amounts, *ending])


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ((("|", OUTSIDE), ("–", NATURE), ("Indirect", OUTSIDE)), ["Indirect"]),
        ((("1", HOW), ("-", HOW), ("Indirect", HOW)), ["Indirect"]),
        ((("I–", NATURE), ("Indirect", OUTSIDE)), ["Indirect"]),
        ((("D", HOW), ("-", OUTSIDE), ("Direct", OUTSIDE)), ["D"]),
        ((("of", NATURE), ("Direct", NATURE)), []),
    ],
)
def test_the_word_behind_a_lost_letter_says_how_something_is_owned(
    words: tuple[tuple[str, str], ...], kept: list[str]
) -> None:
    row: Words = [
        ("1,250", AFTER, 200, 10),
        *((text, tag, 300 + 30 * place, 10) for place, (text, tag) in enumerate(words)),
    ]
    made = with_spelled_forms(page(row).tagged)
    assert [each.token.text for each in made if each.tag == HOW] == kept


def test_dashes_in_the_cells_of_a_transaction_make_none_of_a_holding() -> None:
    code = "nonDerivative.transactionCode"
    holding = [("Common", TITLE, 10, 10), ("-", code, 150, 10), ("950", AFTER, 200, 10)]
    traded = [("Common", TITLE, 10, 10), ("S", code, 150, 10), ("950", AFTER, 200, 10)]
    assert [group_of(FORM, row).name for row in rows(holding)] == ["nonDerivativeHolding"]
    assert [group_of(FORM, row).name for row in rows(traded)] == ["nonDerivativeTransaction"]


@pytest.mark.parametrize(("word", "side"), [("Disposed", "D"), ("A", "A"), ("Acq.", "A")])
def test_a_number_of_options_is_of_the_side_that_a_word_beside_it_says(
    word: str, side: str
) -> None:
    words = [("Option", "derivative.securityTitle", 10, 10),
             ("M", "derivative.transactionCode", 80, 10),
             ("9.50", "derivative.conversionOrExercisePrice", 120, 10),
             ("300", "nonDerivative.transactionShares", 200, 10),
             (word, "nonDerivative.transactionAcquiredDisposedCode", 260, 10)]  # fmt: skip
    found = rows(words)[0]
    tagged = {each.token.text: each.tag for each in found.tokens}
    assert tagged["300"] == f"derivative.transactionShares.{side}"
