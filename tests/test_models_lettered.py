"""Notes with letters are numbered where no note has a number."""

from models.lettered import with_numbers
from models.reading import TaggedPage
from models.tagger import FOOTNOTE_HEAD, MARK
from tests.test_models_strays import line, page

PRICE = "nonDerivative.transactionPricePerShare"


def heads(*texts: str) -> TaggedPage:
    notes = [line(index, (text, FOOTNOTE_HEAD), ("Held", "footnote"), ("(a)", "footnote"))
             for index, text in enumerate(texts, start=4)]  # fmt: skip
    return page(line(1, ("9.50", PRICE), ("(b)", PRICE + MARK)), *notes)


def said(made: TaggedPage) -> list[str]:
    return [each.token.text for each in made.tagged]


def test_letters_of_heads_and_marks_are_numbers() -> None:
    made = with_numbers([heads("(a)", "(b)")])[0]
    assert said(made) == ["9.50", "(2)", "(1)", "Held", "(a)", "(2)", "Held", "(a)"]
    assert said(with_numbers([heads("A.", "B.")])[0])[2] == "(1)"


def test_where_notes_have_numbers_or_no_first_letter_nothing_changes() -> None:
    for given in (heads("(1)", "(a)"), heads("(b)", "(c)"), heads()):
        assert said(with_numbers([given])[0]) == said(given)
