"""Second halves of rows, which stand below the first ones, are joined with them."""

import pytest

from models.document import Box, Word
from models.rows import TableRow
from models.stacked import without_stacking
from models.tagger import OUTSIDE, Tagged, Token

FIRST = ("securityTitle", "transactionDate", "transactionCode")
SECOND = ("underlyingSecurityTitle", "underlyingSecurityShares", "directOrIndirectOwnership")


def row(names: tuple[str, ...], top: float, table: str = "derivative") -> TableRow:
    """A row with a word for each field, told by its place."""
    tokens = []
    for index, name in enumerate(names):
        box = Box(60.0 * index, top, 60.0 * index + 54, top + 9)
        text = f"{name}@{top:.0f}"
        token = Token(text, box, 1, int(top), Word(text, box, (0.9,) * len(text)))
        tokens.append(Tagged(token, f"{table}.{name}", 0.9))
    return TableRow(table, 1, Box(0, top, 600, top + 12), tuple(tokens))


def texts(rows: list[TableRow]) -> list[list[str]]:
    return [[each.token.text for each in row.tokens] for row in rows]


def test_halves_are_joined_in_their_order() -> None:
    rows = [row(FIRST, 10), row(FIRST, 30), row(SECOND, 100), row(SECOND, 120)]
    made = without_stacking(rows)
    assert texts(made) == [
        [f"{name}@{top}" for names, top in halves for name in names]
        for halves in (((FIRST, 10), (SECOND, 100)), ((FIRST, 30), (SECOND, 120)))
    ]
    assert [each.band for each in made] == [rows[0].band, rows[1].band]


def test_tables_on_several_pages_are_joined_each_on_its_own() -> None:
    rows = [row(FIRST, 10), row(SECOND, 50), row(FIRST, 110), row(FIRST, 130),
            row(SECOND, 160), row(SECOND, 180)]  # fmt: skip
    joined = [[each.rpartition("@")[2] for each in row] for row in texts(without_stacking(rows))]
    assert [sorted(set(each)) for each in joined] == [["10", "50"], ["110", "160"], ["130", "180"]]


@pytest.mark.parametrize("rows", [
    [row(FIRST, 10), row(FIRST, 30), row(SECOND, 100)],
    [row(FIRST, 10), row((*SECOND, "transactionCode", "transactionDate"), 50)],
    [row(FIRST + SECOND, 10), row(FIRST + SECOND, 30)],
    [row(FIRST, 10), row(SECOND, 100, "nonDerivative")],
    [row(SECOND, 10)],
    [],
])  # fmt: skip
def test_what_cannot_be_told_is_left_as_it_is(rows: list[TableRow]) -> None:
    assert without_stacking(rows) == rows


def test_first_halves_that_look_like_table_i_are_table_iis() -> None:
    whole = row(FIRST + SECOND[1:], 10, "nonDerivative")
    made = without_stacking([whole, row(FIRST, 30, "nonDerivative"), row(SECOND, 100)])
    assert [each.table for each in made] == ["nonDerivative", "derivative"]
    assert {each.tag.partition(".")[0] for each in made[1].tokens} == {"derivative"}


def test_fields_of_the_other_half_are_what_stands_in_their_column() -> None:
    misread = (*FIRST[:2], "sharesOwnedFollowingTransaction")
    title = ("securityTitle", *SECOND)
    rows = [row(FIRST, 10), row(FIRST, 30), row(misread, 50),
            row(SECOND, 100), row(SECOND, 120), row(title, 140)]  # fmt: skip
    last = without_stacking(rows)[2].tokens
    assert [each.tag.partition(".")[2] for each in last] == [*FIRST, SECOND[0], *SECOND]


def test_dates_belong_to_the_half_that_mostly_has_them() -> None:
    dated = ("exerciseDate", *SECOND)
    wrong = (FIRST[0], "exerciseDate", FIRST[2])
    rows = [row(FIRST, 10), row(FIRST, 30), row(wrong, 50),
            row(dated, 100), row(dated, 120), row(dated, 140)]  # fmt: skip
    last = without_stacking(rows)[2].tokens
    assert [each.tag.partition(".")[2] for each in last] == [*FIRST, *dated]


def head(text: str, index: int) -> Tagged:
    """A head above the rows, over the field with this number."""
    box = Box(60.0 * index + 10, 0, 60.0 * index + 30, 8)
    return Tagged(Token(text, box, 1, 0, Word(text, box, (0.9,) * len(text))), OUTSIDE, 0.9)


def test_shares_stand_under_the_head_of_their_side() -> None:
    misread = ("securityTitle", "transactionPricePerShare", "transactionCode",
               "sharesOwnedFollowingTransaction")  # fmt: skip
    rows = [row(misread, 10), row(SECOND, 100)]
    for side, place in (("A", 3), ("D", 3)):
        heads = [head(f"({side})", place), head("(A)" if side == "D" else "(D)", 5)]
        (made,) = without_stacking(rows, heads)
        assert [each.tag.partition(".")[2] for each in made.tokens[:4]] == [
            "securityTitle", "conversionOrExercisePrice", "transactionCode",
            f"transactionShares.{side}",
        ]  # fmt: skip
    (made,) = without_stacking(rows)
    assert len(made.tokens) == 3 + len(SECOND)


def test_prices_are_those_of_their_half() -> None:
    lower = ("underlyingSecurityTitle", "underlyingSecurityShares", "conversionOrExercisePrice",
             "directOrIndirectOwnership")  # fmt: skip
    (made,) = without_stacking([row(FIRST, 10), row(lower, 100)])
    assert made.tokens[5].tag == "derivative.transactionPricePerShare"
    upper = ("securityTitle", "exerciseDate", "expirationDate")
    (holding,) = without_stacking([row(upper, 10), row(lower, 100)])
    assert holding.tokens[5].tag == "derivative.conversionOrExercisePrice"
