"""Printed text and canonical values."""

import random

import pytest

from models.errors import ValueFormatError
from models.form import KINDS
from models.values import canonical, character_error, distance, equal, owner_name, printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12/31/2024", "2024-12-31"),
        ("1/5/2024", "2024-01-05"),
        ("01/05/24", "2024-01-05"),
        ("7/4/98", "1998-07-04"),
        ("01-05-2024", "2024-01-05"),
        ("January 5, 2024", "2024-01-05"),
        ("DECEMBER 29, 2023", "2023-12-29"),
        ("April4,2023", "2023-04-04"),
        ("Sept. 30, 2023", "2023-09-30"),
        ("Mar. 5, '91", "1991-03-05"),
        ("7th day of April, 1983", "1983-04-07"),
        ("30 July 91", "1991-07-30"),
        ("30-Sep-2009", "2009-09-30"),
        ("'91 MAR 18", "1991-03-18"),
        ("93 AUG -4", "1993-08-04"),
        ("2024-01-05", "2024-01-05"),
        ("August 31. 1999", "1999-08-31"),
        ("16JUL1996", "1996-07-16"),
        ("020CT2015", "2015-10-02"),
        ("5/Jun/2020", "2020-06-05"),
        ("02/29/2024", "2024-02-29"),
        (" 12 / 31 / 2024 ", "2024-12-31"),
        ("12\u201331\u20132024", "2024-12-31"),
    ],
)
def test_dates_as_printed_become_iso_dates(text: str, value: str) -> None:
    assert canonical("date", text) == value


@pytest.mark.parametrize(
    "text",
    ["02/30/2024", "13/01/2024", "02/29/2023", "12/2024", "31.12", "12/31-2024", "01/01/0204",
     "Smarch 5, 2024", "June 31, 1991", "40 MAR 40", "12/31/2024(1)", "N/A"],
)  # fmt: skip
def test_impossible_or_foreign_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        canonical("date", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,234.50", "1234.5"),
        ("$0.00", "0"),
        ("10,373 ", "10373"),
        ("$ 18.9292", "18.9292"),
        (".5", "0.5"),
        ("007", "7"),
        ("1,000,000", "1000000"),
        ("100.", "100"),
        ("5.1%", "5.1"),
        ("100", "100"),
        ("1, 234", "1234"),
        ("-0-", "0"),
        ("USD 12.50", "12.5"),
        ("US$12.50", "12.5"),
        ("668 sh.", "668"),
        ("1,200 shares", "1200"),
    ],
)
def test_numbers_lose_their_print_and_nothing_else(text: str, value: str) -> None:
    assert canonical("number", text) == value


@pytest.mark.parametrize(
    "text", ["1.234,50", "12,34", "1,2345", "(5)", "-5", "$", ".", "1O0", "1.2.3"]
)
def test_ambiguous_or_broken_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        canonical("number", text)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("amount", "-0-", "0"),
        ("amount", "- 0 -", "0"),
        ("amount", "None", "0"),
        ("amount", "nil", "0"),
        ("amount", "10,885,357", "10885357"),
        ("amount", "1,234 shares", "1234"),
        ("percent", "28.90%", "28.9"),
        ("percent", "9.9 percent", "9.9"),
        ("percent", "-0-%", "0"),
        ("codes", "IA, PN", "IA PN"),
        ("codes", "HC;IA", "HC IA"),
        ("codes", "OO (limited liability company)", "OO"),
        ("cusip", "88160R 10 1", "88160R101"),
        ("cusip", "53814l-10-8", "53814L108"),
    ],
)
def test_rows_of_a_cover_page_are_read_as_people_write_them(
    kind: str, text: str, value: str
) -> None:
    assert canonical(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("amount", "See Item 4"), ("percent", "less than 5%"), ("codes", "corporation"),
     ("cusip", "N/A"), ("cusip", "Not applicable")],
)  # fmt: skip
def test_what_is_no_row_of_a_cover_page_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueFormatError):
        canonical(kind, text)


@pytest.mark.parametrize("mark", ["X", "x", "[X]", "_X_", "\u2612", "\u2713", "1", "true"])
def test_a_marked_box_is_one(mark: str) -> None:
    assert canonical("flag", mark) == "1"


@pytest.mark.parametrize("mark", ["", "[ ]", "___", "\u2610", "0", "false"])
def test_a_box_without_a_mark_is_zero(mark: str) -> None:
    assert canonical("flag", mark) == "0"


def test_a_word_in_a_box_is_no_mark() -> None:
    with pytest.raises(ValueFormatError):
        canonical("flag", "Director")


def test_quotes_dashes_and_white_space_become_plain_but_case_stays() -> None:
    assert canonical("name", "O\u2019Brien\u00a0 Mary\u2014Ann") == "O'Brien Mary-Ann"
    assert canonical("prose", "the \u201cPlan\u201d\n applies") == 'the "Plan" applies'


def test_the_brackets_around_a_ticker_go() -> None:
    assert canonical("code", "[ YELP ]") == "YELP"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "flag"])
def test_nothing_printed_is_no_value(kind: str) -> None:
    with pytest.raises(ValueFormatError):
        canonical(kind, "  ")


@pytest.mark.parametrize(("kind", "text"), [("date", "12/31/2024"), ("number", "1,234,567.5")])
def test_a_canonical_value_prints_as_it_came(kind: str, text: str) -> None:
    assert printed(kind, canonical(kind, text)) == text
    assert canonical(kind, canonical(kind, text)) == canonical(kind, text)


def test_comparison_ignores_case_and_is_exact_outside_prose() -> None:
    assert equal("name", "SMITH John", "Smith JOHN")
    assert not equal("name", "Smith Jon", "Smith John")
    assert not equal("number", "100", "1000")


def test_prose_is_right_within_two_percent_and_at_least_one_character() -> None:
    long = "x" * 200
    assert equal("prose", "y" * 4 + long[4:], long)
    assert not equal("prose", "y" * 5 + long[5:], long)
    assert equal("prose", "shart", "short")
    assert not equal("prose", "shat", "short")


def test_an_empty_reading_of_prose_is_wrong_however_short_the_truth() -> None:
    assert not equal("prose", "", "a")
    assert not equal("prose", "a", "")


def test_character_error_counts_against_the_length_of_the_truth() -> None:
    assert character_error("abcd", "abcd") == 0
    assert character_error("abXd", "abcd") == pytest.approx(0.25)
    assert character_error("", "abcd") == pytest.approx(1.0)


def test_distance_agrees_with_the_textbook_table() -> None:
    chance = random.Random(7)
    for _ in range(300):
        one = "".join(chance.choices("abc", k=chance.randint(0, 9)))
        other = "".join(chance.choices("abc", k=chance.randint(0, 9)))
        assert distance(one, other) == _textbook(one, other)


def _textbook(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


@pytest.mark.parametrize(("name", "conformed"), [
    ("Le Goff, Ann B.", "Le Goff Ann B."), ("MAY, JACQUELINE E. III", "MAY JACQUELINE E. III"),
    ("O'Brien, Pat", "O'Brien Pat"), ("Smith, Jr.", "Smith, Jr."),
    ("Blue Fund, L.P.", "Blue Fund, L.P."), ("Roe, Bros. Advisors LP", "Roe, Bros. Advisors LP"),
    ("Doe, Roe & Co", "Doe, Roe & Co"), ("Acme, Inc.", "Acme, Inc."), ("Doe Ann", "Doe Ann"),
])  # fmt: skip
def test_the_name_of_a_person_has_no_comma(name: str, conformed: str) -> None:
    assert owner_name(name) == conformed
