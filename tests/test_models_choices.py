"""Boxes told apart by their letters; towns and states; CUSIP numbers by the running heads."""

import numpy as np
import pytest

from models.choices import by_letters
from models.cusips import as_printed_elsewhere
from models.document import Box, Page, Word
from models.extraction import ILLEGIBLE, READ, Region
from models.form import forms
from models.reading import RawField, TaggedPage
from models.tagger import OUTSIDE, Tagged, Token
from models.towns import in_one_text, with_whole_states, with_whole_towns

FORM = forms()["SCHEDULE 13G"]
A, B = "memberOfGroup.a", "memberOfGroup.b"


def token(text: str, tag: str, left: float, top: float = 100.0, line: int = 0) -> Tagged:
    box = Box(left, top, left + 5 * len(text), top + 9)
    made = Token(text, box, 1, line, Word(text, box, (0.99,) * len(text)))
    return Tagged(made, tag, 0.9)


def square(checked: bool, tag: str, left: float, top: float = 100.0) -> Tagged:
    box = Box(left, top, left + 8, top + 9)
    region = Region("checkbox", 1, box, 0.99, checked=checked)
    return Tagged(Token("[x]" if checked else "[ ]", box, 1, 0, None, region), tag, 0.9)


def tags(tagged: list[Tagged]) -> list[str]:
    return [each.tag for each in by_letters(FORM, tagged)]


def test_boxes_behind_their_letters_are_those_letters() -> None:
    row = [token("(a)", OUTSIDE, 300), square(False, B, 320), token("(b)", OUTSIDE, 340),
           square(True, A, 360)]  # fmt: skip
    assert tags(row) == [OUTSIDE, A, OUTSIDE, B]


def test_boxes_before_their_letters_are_those_letters() -> None:
    row = [square(False, B, 300), token("(a)", OUTSIDE, 320), square(True, B, 340),
           token("(b)", OUTSIDE, 360)]  # fmt: skip
    assert tags(row) == [A, OUTSIDE, B, OUTSIDE]


def test_letters_in_the_other_order_count_as_they_stand() -> None:
    rows = [token("(b)", OUTSIDE, 300), square(True, A, 320),
            token("(a)", OUTSIDE, 300, 120), square(False, A, 320, 120)]  # fmt: skip
    assert tags(rows) == [OUTSIDE, B, OUTSIDE, A]


def test_a_typed_box_in_pieces_is_one_box() -> None:
    row = [token("(a)", OUTSIDE, 300), token("[", B, 320), token("X", B, 330), token("]", B, 340),
           token("(b)", OUTSIDE, 360), token("[", A, 380), token("]", A, 390)]  # fmt: skip
    assert tags(row) == [OUTSIDE, A, A, A, OUTSIDE, B, B]


def test_a_mark_alone_is_of_the_letter_on_the_side_where_the_line_has_its_boxes() -> None:
    behind = [token("(a)", OUTSIDE, 300), token("o", OUTSIDE, 320), token("(b)", OUTSIDE, 340),
              token("x", A, 360)]  # fmt: skip
    assert tags(behind) == [OUTSIDE, OUTSIDE, OUTSIDE, B]
    before = [token("x", B, 300), token("(a)", OUTSIDE, 320), token("o", OUTSIDE, 340),
              token("(b)", OUTSIDE, 360)]  # fmt: skip
    assert tags(before) == [A, OUTSIDE, OUTSIDE, OUTSIDE]
    between = [token("(a)", OUTSIDE, 300), token("x", B, 320), token("(b)", OUTSIDE, 340)]
    assert tags(between) == [OUTSIDE, B, OUTSIDE]


def test_a_line_with_a_letter_that_was_not_read_keeps_its_tags() -> None:
    row = [token("(a)", OUTSIDE, 300), square(False, A, 320), square(True, B, 360)]
    assert tags(row) == [OUTSIDE, A, B]


def test_rules_are_told_by_their_last_letter() -> None:
    rows = [square(True, "designateRule.b", 60), token("13d-1(c)", OUTSIDE, 90),
            square(False, "designateRule.c", 60, 120),
            token("13d-1(d)", OUTSIDE, 90, 120)]  # fmt: skip
    assert tags(rows) == ["designateRule.c", OUTSIDE, "designateRule.d", OUTSIDE]


def address(*words: tuple[str, str]) -> list[str]:
    tagged = [token(text, tag, 60 * index) for index, (text, tag) in enumerate(words)]
    return [each.tag for each in with_whole_states(tagged)]


def test_a_state_of_two_words_is_whole() -> None:
    town, state = "issuerCity", "issuerState"
    assert address(("Morrisville,", town), ("North", town), ("Carolina", state)) == [
        town, state, state
    ]  # fmt: skip
    assert address(("Menlo", town), ("Park,", state), ("California", state)) == [town, town, state]


def test_what_ends_in_no_place_stays_as_it_was_tagged() -> None:
    town, state = "noticeCity", "noticeState"
    assert address(("Troy,", town), ("Nowhereland", state)) == [town, state]


def parted(*words: str, lines: tuple[int, ...] = ()) -> str:
    """Words tagged by their first letter: s(treet), c(ity), p(rovince); tags as letters."""
    names = {"s": "issuerStreet1", "c": "issuerCity", "p": "issuerState"}
    numbers = lines or (0,) * len(words)
    tagged = [token(word[2:], names[word[0]], 60 * place, line=line)
              for place, (word, line) in enumerate(zip(words, numbers, strict=True))]  # fmt: skip
    short = {tag: letter for letter, tag in names.items()}
    return "".join(short[each.tag] for each in with_whole_towns(tagged))


def test_street_and_town_are_parted_at_the_last_comma_before_the_state() -> None:
    assert parted("s:51", "s:Rio", "c:Robles,", "c:San", "c:Jose,", "p:CA") == "sssccp"
    assert parted("s:1", "s:Elm,", "s:Sunnyvale,", "p:California") == "sscp"
    assert parted("s:9", "s:Main,", "s:Suite", "s:3,", "s:Santa", "c:Monica,", "p:CA") == "ssssccp"


def test_a_line_of_the_town_alone_is_all_the_towns() -> None:
    lines = (0, 0, 1, 1, 1)
    assert parted("s:9", "s:Elm", "s:Santa", "c:Monica,", "p:CA", lines=lines) == "ssccp"


def test_what_has_a_number_is_no_town() -> None:
    assert parted("s:Elm,", "s:Suite", "s:3", "p:CA") == "sssp"
    assert parted("s:1", "s:Elm", "c:Troy,", "p:NY") == "sscp"


SPEC = next(spec for _, spec in FORM.specs() if spec.kind == "cusip")


def number(value: str, *, alternatives: tuple[tuple[str, float], ...] = ()) -> RawField:
    return RawField(SPEC, "path", value, value, READ if value else ILLEGIBLE,
                    alternatives=alternatives)  # fmt: skip


def pages(*heads: str) -> list[TaggedPage]:
    made = []
    for head in heads:
        words = tuple(token(text, OUTSIDE, 50.0 * place) for place, text in enumerate(head.split()))
        made.append(TaggedPage(Page(1, 612, 792, np.zeros((2, 2), np.uint8), 72), (), words))
    return made


def test_a_misread_number_is_read_as_the_running_heads_have_it() -> None:
    heads = pages("CUSIP No. 61413B108 13G", "CUSIP No. 614138108", "CUSIP No. 61413B108")
    assert as_printed_elsewhere(number("614138108"), heads).value == "61413B108"


def test_a_head_in_pieces_counts_as_one_number() -> None:
    assert as_printed_elsewhere(number("B8160R101"), pages("CUSIP No. 88160R 10 1")).value == (
        "88160R101"
    )


def test_a_number_that_checks_stays_whatever_the_heads_say() -> None:
    assert as_printed_elsewhere(number("88160R101"), pages("CUSIP 61413B108")).value == "88160R101"


def test_without_heads_the_only_other_reading_that_checks_is_taken() -> None:
    read = number("614138108", alternatives=(("61413B108", 0.3), ("614138106", 0.2)))
    assert as_printed_elsewhere(read, []).value == "61413B108"


@pytest.mark.parametrize("head", ["CUSIP No. 123456789", "CUSIP No. 88160R101"])
def test_heads_that_do_not_check_or_are_of_another_number_change_nothing(head: str) -> None:
    assert as_printed_elsewhere(number("614138108"), pages(head)).value == "614138108"


def test_an_address_in_running_text_is_a_part_of_it() -> None:
    words = [
        "This",
        "statement",
        "relates",
        "to",
        "shares",
        "of",
        "Acme",
        "whose",
        "offices",
        "are",
        "at",
    ]
    text = [token(each, "item1.text", 50.0 * place) for place, each in enumerate(words)]
    place = token("Troy,", "issuerCity", 20, 120)
    assert {each.tag for each in in_one_text([*text, place])} == {"item1.text"}
    assert [each.tag for each in in_one_text([text[0], place])] == ["item1.text", "issuerCity"]
    below = token("Troy,", "issuerCity", 20, 120, line=1)
    alone = [*text[:-1], token("Reston.", "item1.text", 900), below]
    assert [each.tag for each in in_one_text(alone)][-1] == "issuerCity"
