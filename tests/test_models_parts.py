"""Texts of a schedule's items told by the numbers and letters above them, and whole sentences."""

import numpy as np

from models.document import Box, Page, Word
from models.form import forms
from models.parts import with_parts
from models.reading import TaggedPage
from models.sentences import with_whole_sentences
from models.tagger import CONTINUED, OUTSIDE, Tagged, Token

FORM = forms()["SCHEDULE 13D"]
A, B, C, D, E = (
    f"item5.{name}"
    for name in ("percentageOfClassSecurities", "numberOfShares", "transactionDesc",
                 "listOfShareholders", "date5PercentOwnership")
)  # fmt: skip


def page(*lines: tuple[str, str], number: int = 1) -> TaggedPage:
    """A page with a line for each text and the tag of all its words."""
    tagged = []
    for line, (text, tag) in enumerate(lines):
        left = 60.0
        for word in text.split():
            box = Box(left, 40.0 + 14 * line, left + 5 * len(word), 49.0 + 14 * line)
            token = Token(word, box, number, line, Word(word, box, (0.99,) * len(word)))
            tagged.append(Tagged(token, tag, 0.9))
            left = box.right + 4
    blank = Page(number, 612, 792, np.zeros((2, 2), np.uint8), 72)
    return TaggedPage(blank, (), tuple(tagged))


def tags(*pages: TaggedPage, form: str = "SCHEDULE 13D") -> list[str]:
    """The tags of each line's last word."""
    made = with_parts(forms()[form], pages)
    last = {(each.token.page, each.token.line): each.tag for page in made for each in page.tagged}
    return list(last.values())


def test_what_stands_below_a_letter_is_its_part() -> None:
    lines = page(("Item 5. Interest", OUTSIDE), ("(a) 5.1% of the class.", A),
                 ("(b) sole power to vote", A), ("of all shares.", C), ("(c)", OUTSIDE),
                 ("No transactions.", C))  # fmt: skip
    assert tags(lines) == [OUTSIDE, A, B, B, OUTSIDE, C]


def test_a_part_that_has_words_of_its_own_is_left() -> None:
    lines = page(("Item 5.", OUTSIDE), ("(b) sole power", B), ("5.1% of the class", A))
    assert tags(lines) == [OUTSIDE, B, A]


def test_a_part_whose_letter_was_not_found_keeps_its_words() -> None:
    lines = page(("Item 5.", OUTSIDE), ("(a) 5.1%", A), ("sole power", B), ("(c) None.", A))
    assert tags(lines) == [OUTSIDE, A, B, C]


def test_letters_that_stand_together_tell_nothing() -> None:
    lines = page(("Item 5.", OUTSIDE), ("(b)", OUTSIDE), ("(c)", OUTSIDE),
                 ("sole power", B), ("of all", D))  # fmt: skip
    assert tags(lines) == [OUTSIDE, OUTSIDE, OUTSIDE, B, D]


def test_an_answer_that_there_is_nothing_is_found_by_its_letter() -> None:
    lines = page(("Item 5.", OUTSIDE), ("(d) Not applicable.", D), ("(e)", OUTSIDE),
                 ("N/A", OUTSIDE), ("Item 6. Contracts", OUTSIDE), ("None.", OUTSIDE))  # fmt: skip
    assert tags(lines) == [OUTSIDE, D, OUTSIDE, E, OUTSIDE, "item6.contractDescription"]


def test_a_heading_at_the_end_of_a_page_goes_on_at_the_next() -> None:
    first = page(("Item 6. Contracts", OUTSIDE))
    second = page(("None.", CONTINUED), ("Item 7. Exhibits", OUTSIDE), number=2)
    assert tags(first, second) == [OUTSIDE, "item6.contractDescription", OUTSIDE]


def test_numbers_and_letters_may_stand_together() -> None:
    lines = page(("Item 4(a). Amount:", OUTSIDE), ("5,000", "item4.percent"),
                 ("(b) Percent:", OUTSIDE), ("5.1%", "item4.percent"), ("(c)", OUTSIDE),
                 ("5,000", "item4.soleVote"))  # fmt: skip
    assert tags(lines, form="SCHEDULE 13G") == [
        OUTSIDE, "item4.amount", OUTSIDE, "item4.percent", OUTSIDE, "item4.soleVote"
    ]  # fmt: skip


def test_letters_on_cover_pages_and_forms_without_items_tell_nothing() -> None:
    cover = page(("(a) Member of a group", A), ("(b) Not", A))
    assert tags(cover) == [A, A]
    assert tags(cover, form="4") == [A, A]


def whole(*words: tuple[str, str]) -> str:
    """Words with their tags, a letter each: x of running text, o of nothing; the tags after."""
    lines = page((" ".join(word for word, _ in words), OUTSIDE))
    tagged = [Tagged(each.token, A if tag == "x" else OUTSIDE, 0.9)
              for each, (_, tag) in zip(lines.tagged, words, strict=True)]  # fmt: skip
    made = with_whole_sentences(tagged, {A})
    return "".join("x" if each.tag == A else "o" for each in made)


def test_a_text_in_small_letters_began_at_the_capital_before_it() -> None:
    said = whole(("Residence:", "o"), ("The", "o"), ("address", "o"), ("is", "x"), ("here.", "x"))
    assert said == "oxxxx"


def test_a_text_without_a_full_stop_goes_on_to_it() -> None:
    assert whole(("No", "x"), ("plans", "x"), ("or", "o"), ("deals.", "o"), ("Item", "o")) == (
        "xxxxo"
    )


def test_what_begins_with_a_capital_or_never_ends_is_left() -> None:
    assert whole(("None", "x"), ("Item", "o"), ("six.", "o")) == "xoo"
    assert whole(("held", "x"), ("by", "o"), ("nobody", "o")) == "xoo"
    assert whole(("of", "o"), ("the", "o"), ("persons", "x")) == "oox"


def test_a_text_in_capitals_goes_on_in_capitals_on_its_line() -> None:
    assert whole(("NO", "o"), ("PLANS", "x"), ("OR", "o"), ("DEALS.", "o"), ("ITEM", "o")) == (
        "xxxxo"
    )
    assert whole(("Plans", "x"), ("ITEM", "o"), ("FOUR.", "o")) == "xoo"
