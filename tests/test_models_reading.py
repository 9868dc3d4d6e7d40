"""Values from tagged words, and running text that goes on as it began."""

from dataclasses import replace

import pytest

from models.agreement import agreed
from models.document import Box, Word
from models.extraction import READ
from models.form import FieldSpec, forms
from models.reading import field_of
from models.tagger import MARK, Tagged, Token, tokens_of


def spec_of(name: str) -> FieldSpec:
    return next(spec for _, spec in forms()["4"].specs() if spec.name == name)


def words_on(*lines: str, comma: float = 0.99) -> list[Token]:
    """Tokens of lines below each other; commas have this score."""
    made = []
    for number, text in enumerate(lines):
        words = []
        for place, part in enumerate(text.split()):
            box = Box(60.0 * place, 20.0 * number, 60.0 * place + 50, 20.0 * number + 10)
            scores = tuple(comma if char == "," else 0.99 for char in part)
            words.append(Word(part, box, scores, part))
        made.append((Box.around(word.box for word in words), words))
    return tokens_of(made, [], 1)


def value(name: str, tokens: list[Token], count: int) -> str:
    """The field's value where its words are the first so many."""
    own = [Tagged(token, name, 0.98) for token in tokens[:count]]
    raw = field_of(spec_of(name), "/x", own)
    assert raw.state == READ
    return raw.value


def test_a_comma_at_the_end_of_a_street_is_its_own_and_one_before_the_state_is_not() -> None:
    street = words_on("C/O ACME CAPITAL,", "2 MAIN STREET")
    assert value("rptOwnerStreet1", street, 3) == "C/O ACME CAPITAL,"
    city = words_on("LEXINGTON, KY 40507")
    assert value("rptOwnerCity", city, 1) == "LEXINGTON"


def test_a_doubtful_comma_at_the_end_is_dirt() -> None:
    assert value("rptOwnerStreet1", words_on("2 MAIN STREET,", comma=0.6), 3) == "2 MAIN STREET"


@pytest.mark.parametrize(
    ("read", "true"),
    [("Doe Ann 0", "Doe Ann O"), ("Doe 0. Ann", "Doe O. Ann"), ("Fund 20 LP", "Fund 20 LP")],
)
def test_a_zero_alone_in_a_name_is_an_initial(read: str, true: str) -> None:
    assert value("rptOwnerName", words_on(read), 3) == true


def prose(*lines: tuple[str, str]) -> list[str]:
    """Tags of the words of lines, each line of one tag, once they agree."""
    tokens = words_on(*(text for text, _ in lines))
    tags = [tag for text, tag in lines for _ in text.split()]
    return [each.tag for each in agreed(
        [Tagged(token, tag, 0.95) for token, tag in zip(tokens, tags, strict=True)])]  # fmt: skip


def test_a_footnote_that_goes_on_with_a_small_letter_is_no_remark() -> None:
    made = prose(("Held by the Trust, whose", "footnote"), ("trustee is Ann Doe.", "remarks"),
                 ("She disclaims them.", "remarks"))  # fmt: skip
    assert set(made) == {"footnote"}


def test_remarks_begin_with_a_capital_or_behind_their_label() -> None:
    made = prose(("Held by the Trust.", "footnote"), ("Exhibit 24 is attached.", "remarks"))
    assert made == ["footnote"] * 4 + ["remarks"] * 4
    labelled = prose(("Held by it.", "footnote"), ("Remarks:", "O"), ("see exhibit 24", "remarks"))
    assert labelled == ["footnote"] * 3 + ["O"] + ["remarks"] * 3


def test_a_short_footnote_with_the_next_number_is_one() -> None:
    lines = ("1. Held by the Trust.", "2. Not applicable.", "3 Maple Street", "Remarks:")
    tokens = words_on(*lines)
    tags = ["footnote.id", *["footnote"] * 4, *["O"] * 7]
    made = agreed([Tagged(token, tag, 0.95) for token, tag in zip(tokens, tags, strict=True)])
    assert [each.tag for each in made[5:8]] == ["footnote.id", "footnote", "footnote"]
    assert {each.tag for each in made[8:]} == {"O"}


def test_a_number_elsewhere_or_out_of_turn_is_no_footnote() -> None:
    tokens = words_on("1. Held by it.", "4. Not applicable.")
    tags = ["footnote.id", *["footnote"] * 3, *["O"] * 3]
    made = agreed([Tagged(token, tag, 0.95) for token, tag in zip(tokens, tags, strict=True)])
    assert [each.tag for each in made[4:]] == ["O"] * 3


def raised(text: str, rivals: str, score: float) -> Tagged:
    """A word of a price with what the recogniser would read next."""
    box = Box(50.0, 10.0, 54.0, 18.0)
    word = Word(text, box, (score,) * len(text), rivals)
    return Tagged(Token(text, box, 1, 1, word), PRICE, 0.9)


PRICE = "derivative.conversionOrExercisePrice"


def test_a_number_beside_a_mark_that_may_be_raised_is_a_mark() -> None:
    mark = Tagged(Token("⁽⁴⁾", Box(55.0, 10.0, 60.0, 18.0), 1, 1), PRICE + MARK, 0.9)
    bare = field_of(spec_of("conversionOrExercisePrice"), "/x", [raised("3", "³", 0.7), mark])
    assert (bare.value, [each.number for each in bare.marks]) == ("", [3, 4])
    for sure in (raised("3", "³", 0.99), raised("3", "8", 0.7), raised("3.15", "³.¹⁵", 0.7)):
        said = field_of(spec_of("conversionOrExercisePrice"), "/x", [sure, mark])
        assert (said.value, [each.number for each in said.marks]) == (sure.token.text, [4])


def test_a_code_read_twice_is_read_once() -> None:
    code = [replace(raised("I", "J", 0.7), tag="nonDerivative.transactionCode"),
            replace(raised("J", "I", 0.9), tag="nonDerivative.transactionCode")]  # fmt: skip
    assert field_of(spec_of("transactionCode"), "/x", code).value == "J"
    swap = [code[1], replace(raised("/K", "", 0.9), tag="nonDerivative.transactionCode")]
    assert field_of(spec_of("transactionCode"), "/x", swap).text == "J/K"


def test_a_dash_behind_a_number_is_dirt() -> None:
    for name in ("sharesOwnedFollowingTransaction", "transactionPricePerShare"):
        assert field_of(spec_of(name), "/x", [raised("0-", "0.", 0.9)]).value == "0"


@pytest.mark.parametrize(("name", "text", "value", "marks"), [
    ("expirationDate", "1,5", "", [1, 5]), ("exerciseDate", "12", "", [12]),
    ("conversionOrExercisePrice", "1,7", "", [1, 7]),
    ("conversionOrExercisePrice", "1.7", "1.7", []),
    ("conversionOrExercisePrice", "12", "12", []),
    ("expirationDate", "01/05/2020", "2020-01-05", []),
])  # fmt: skip
def test_bare_marks_have_the_looks_of_no_value(
    name: str, text: str, value: str, marks: list[int]
) -> None:
    spec = spec_of(name)
    field = field_of(spec, "/x", [replace(raised(text, "", 0.95), tag=spec.tag)])
    assert (field.value, [each.number for each in field.marks]) == (value, marks)


def test_the_first_words_of_a_line_are_the_footnotes_whose_line_it_is() -> None:
    texts = ("Held by the Trust for the Reporting", "Persons. Each of them disclaims these.")
    tokens = words_on(*texts, "Remarks: Each of them disclaims these.")
    tags = ["footnote"] * 7 + ["O"] + ["footnote"] * 5 + ["O"] + ["footnote"] * 5
    made = agreed([Tagged(token, tag, 0.95) for token, tag in zip(tokens, tags, strict=True)])
    assert [each.tag for each in made[:13]] == ["footnote"] * 13
    assert made[13].tag == "O"


def test_no_space_stands_before_a_comma() -> None:
    assert value("rptOwnerName", words_on("Acme Fund II , L.P."), 5) == "Acme Fund II, L.P."
