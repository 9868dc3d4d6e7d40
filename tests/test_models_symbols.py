"""Trading symbols beside the name of their issuer."""

import pytest

from models.codes import SYMBOL
from models.reading import cleaned
from models.symbols import NAME, with_whole_symbol
from models.tagger import OUTSIDE, Tagged
from tests.test_models_strays import line, texts


def told(*words: tuple[str, str]) -> tuple[list[str], list[str]]:
    """The words of the name and those of the symbol."""
    made: list[Tagged] = with_whole_symbol(line(1, *words))
    return texts(made, NAME), texts(made, SYMBOL)


def test_a_symbol_in_brackets_behind_a_name_is_one() -> None:
    assert told(("ACME", NAME), ("Inc", NAME), ("(“ACM.B”)", NAME)) == (
        ["ACME", "Inc"], ["(“ACM.B”)"],
    )  # fmt: skip
    assert told(("ACME", NAME), ("(Bermuda)", NAME)) == (["ACME", "(Bermuda)"], [])
    assert told(("ACME", NAME), ("(DE)", NAME), ("ACM", SYMBOL))[1] == ["ACM"]


def test_what_stands_behind_an_exchange_is_its_symbol() -> None:
    assert told(("ACME", NAME), ("(NYSE:", SYMBOL), ("ACM)", NAME)) == (
        ["ACME"], ["(NYSE:", "ACM)"],
    )  # fmt: skip


def test_what_stands_before_a_bracket_is_the_names() -> None:
    assert told(("ACME", NAME), ("AB", SYMBOL), ("[", OUTSIDE), ("ACM", SYMBOL)) == (
        ["ACME", "AB"], ["ACM"],
    )  # fmt: skip


@pytest.mark.parametrize(("text", "symbol"), [
    ("NYSE:ACM", "ACM"), ("(NYSE:ACM)", "ACM"), ("(“ACM”)", "ACM"), ("[NYSE:ACM]", "NYSE:ACM"),
    ("ACM.B", "ACM.B"), ("-ACM-A", "ACM-A"),
])  # fmt: skip
def test_quotes_brackets_and_the_exchange_are_no_part_of_a_symbol(text: str, symbol: str) -> None:
    assert cleaned(text, "code") == symbol


def test_a_dash_or_strokes_part_a_symbol_from_the_name() -> None:
    for word in ("A/S-", "Inc;"):
        assert told(("ACME", NAME), (word, NAME), ("ACM", NAME))[1] == ["ACM"]
    assert told(("ACME", NAME), ("PLC", NAME), ("/ACM/", NAME))[1] == ["/ACM/"]
    assert told(("ACME", NAME), ("LP", NAME), ("(A)", OUTSIDE))[1] == ["(A)"]
    assert told(("ACME", NAME), ("-", OUTSIDE), ("ACM-A", NAME))[1] == ["ACM-A"]
    assert told(("ACME", NAME), ("CO", SYMBOL), ("-", SYMBOL), ("A", SYMBOL)) == (
        ["ACME", "CO"], ["-", "A"],
    )  # fmt: skip
    assert told(("FORM", OUTSIDE), ("-", OUTSIDE), ("I", OUTSIDE))[1] == []
    assert told(("ACME", NAME), ("-", NAME), ("Europe", NAME))[1] == []


def test_a_kind_of_company_is_no_symbol() -> None:
    assert told(("ACME", NAME), ("A/S", SYMBOL)) == (["ACME", "A/S"], [])


def test_the_exchange_between_a_name_and_its_symbol_is_of_neither() -> None:
    assert told(("ACME", NAME), ("Inc.", NAME), ("(Nasdaq:", NAME), ("ACME)", SYMBOL)) == (
        ["ACME", "Inc."], ["ACME)"],
    )  # fmt: skip


def test_a_symbol_ends_where_its_bracket_closes() -> None:
    assert cleaned("(ACM)YYYY", "code") == "ACM"
    assert cleaned("ACM.B", "code") == "ACM.B"
