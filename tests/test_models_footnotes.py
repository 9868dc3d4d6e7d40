"""Footnotes told apart by the numbers at their heads, seen, misread or missed."""

from dataclasses import replace
from itertools import groupby

from models.document import Box, Word
from models.extraction import Region
from models.footnotes import texts_by_number, with_whole_notes
from models.tagger import FOOTNOTE_HEAD, Tagged, Token

TEXT = "footnote"


def lines(*texts: str, left: float = 40.0) -> list[Tagged]:
    """Lines of footnotes: `#` is before a head to the tagger, `>` before a line further in."""
    made = []
    for number, line in enumerate(texts):
        start = left + 12 * line.startswith(">")
        for text in line.removeprefix(">").split():
            shown = text.removeprefix("#")
            box = Box(start, 12.0 * number, start + 5 * len(shown), 12.0 * number + 9)
            word = Word(shown, box, (0.9,) * len(shown))
            tag = FOOTNOTE_HEAD if text.startswith("#") else TEXT
            made.append(Tagged(Token(shown, box, 1, number, word), tag, 0.95))
            start = box.right + 4
    return made


def said(*texts: str) -> dict[int, str]:
    found = texts_by_number(lines(*texts), TEXT)
    return {number: " ".join(each.token.text for each in own) for number, own in found.items()}


def test_a_head_that_was_taken_for_text_is_told_by_its_look_and_place() -> None:
    assert said("#(1) One.", "(2) Two.") == {1: "One.", 2: "Two."}
    assert said("#(1) Of May", "2, 2020.") == {1: "Of May 2, 2020."}
    assert said("#(1) Under Rule", ">(2) of it.") == {1: "Under Rule (2) of it."}
    assert said("#1 Of", "2 shares.") == {1: "Of 2 shares."}


def test_a_head_may_be_parted_or_stand_against_its_text() -> None:
    assert said("#(1) One.", "( 2 ) Two.") == {1: "One.", 2: "Two."}
    assert said("#1. One.", "2.N/A. Two.") == {1: "One.", 2: "N/A. Two."}


def test_a_head_that_could_not_be_read_counts_on_behind_a_sentence() -> None:
    assert said("#(1) One.", "✓ Two.", "#(3) Three.") == {1: "One.", 2: "Two.", 3: "Three."}
    assert said("#(1) One.", "✓ Two.", "#(1) Three.") == {1: "One.", 2: "Two.", 3: "Three."}
    assert said("#(1) One and", "✓ two.") == {1: "One and ✓ two."}


def test_a_number_at_a_lines_start_that_is_no_head_is_text() -> None:
    assert said("#(1) By November", "#6, 2022 at last.") == {1: "By November 6, 2022 at last."}


def test_no_word_is_lost_where_a_parted_number_is_no_head() -> None:
    assert said("#1. One", "#( #9 #) two.") == {1: "One ( 9 ) two."}


def test_a_misread_head_is_told_by_those_around_it() -> None:
    assert said("#(1) One.", "#(3) Two.", "#(3) Three.") == {1: "One.", 2: "Two.", 3: "Three."}
    assert list(said("#(1) One.", "#(6) Two.", "#(6) Three.", "#(4) Four.")) == [1, 2, 3, 4]
    assert list(said("#(1) One.", "#(4) Two.", "#(5) Three.")) == [1, 4, 5]
    assert said("#(1) One. Two.", "#(3) Three.") == {1: "One. Two.", 3: "Three."}


def taken(*texts: str, tag: str = "signatureName") -> list[str]:
    """Tags of the first words of lines, those that begin with `=` once taken for a signature."""
    made = [
        replace(each, tag=tag, token=replace(each.token, text=each.token.text[1:]))
        if each.token.text.startswith("=") else each for each in lines(*texts)
    ]  # fmt: skip
    found = with_whole_notes(made, TEXT)
    return [next(each.tag for each in found if each.token.line == number)
            for number in range(len(texts))]  # fmt: skip


def test_a_line_that_a_notes_sentence_goes_on_in_is_the_notes() -> None:
    assert taken("held by the", "=Acme =Fund") == [TEXT, TEXT]
    assert taken("held by the", "=Acme =Fund", "=of =Ohio") == [TEXT] * 3
    assert taken("held by it.", "=Ann =Doe") == [TEXT, "signatureName"]
    assert taken("held by it", "=/s/ =Ann") == [TEXT, "signatureName"]
    assert taken("held by it", ">=Ann =Doe") == [TEXT, "signatureName"]


def test_text_without_any_head_is_the_first_footnotes() -> None:
    assert said("By trust.") == {1: "By trust."}


def test_a_text_before_the_first_head_is_no_footnote_where_that_is_number_one() -> None:
    assert said("Attached.", "#1. One.", "#2. Two.") == {1: "One.", 2: "Two."}
    assert said("One.", "#2. Two.") == {1: "One.", 2: "Two."}


def test_note_before_a_number_is_a_part_of_the_head() -> None:
    assert said("Note #1. One.", "Note 2. Two.") == {1: "One.", 2: "Two."}
    assert said("#1. One.", "Note 5. of it.") == {1: "One. Note 5. of it."}


def test_notes_in_two_columns_are_read_one_column_after_the_other() -> None:
    left = lines(
        "#1. One is held for them", "by a long trust of theirs.", "#2. Two is held for all"
    )
    right = lines("by the other trust.", "#3. Three is held here", "by nobody at all.", left=200.0)
    right = [replace(each, token=replace(each.token, line=each.token.line + 10)) for each in right]
    rows = [each for pair in zip(left_lines(left), left_lines(right), strict=True)
            for row in pair for each in row]  # fmt: skip
    found = {number: " ".join(each.token.text for each in own)
             for number, own in texts_by_number(rows, TEXT).items()}  # fmt: skip
    assert found == {1: "One is held for them by a long trust of theirs.",
                     2: "Two is held for all by the other trust.",
                     3: "Three is held here by nobody at all."}  # fmt: skip


def left_lines(tagged: list[Tagged]) -> list[list[Tagged]]:
    return [list(own) for _, own in groupby(tagged, lambda each: each.token.line)]


def test_numbers_in_front_of_notes_are_no_column() -> None:
    numbers = lines("#1.", "#2.", left=20.0)
    notes = lines("One is held by a long trust.", "Two is held by another one.", left=60.0)
    notes = [replace(each, token=replace(each.token, line=each.token.line + 10)) for each in notes]
    rows = [each for pair in zip(left_lines(numbers), left_lines(notes), strict=True)
            for row in pair for each in row]  # fmt: skip
    assert set(texts_by_number(rows, TEXT)) == {1, 2}


def test_a_number_in_a_box_of_its_own_heads_what_stands_beside_it() -> None:
    made: list[Tagged] = []
    for number, texts in ((1, ["One is held", "by a trust."]), (2, ["Two is held", "by another."])):
        top = 40.0 * number
        row = Region("header", 1, Box(20.0, top, 45.0, top + 38))
        words = lines(*texts, left=100.0)
        (head,) = lines(f"#{number}.", left=22.0)
        for each, down, line in (
            (head, 14.0, 50),
            *((each, 0.0, each.token.line) for each in words),
        ):
            box = replace(each.token.box, top=each.token.box.top + top + down,
                          bottom=each.token.box.bottom + top + down)  # fmt: skip
            container = row if each is head else None
            token = replace(each.token, box=box, line=line + 100 * number, container=container)
            made.append(replace(each, token=token))
    by_height = sorted(made, key=lambda each: each.token.box.top)
    found = {number: " ".join(each.token.text for each in own)
             for number, own in texts_by_number(by_height, TEXT).items()}  # fmt: skip
    assert found == {1: "One is held by a trust.", 2: "Two is held by another."}


def remarked(*texts: str) -> list[str]:
    """Tags of lines of which `=` stands before those that were taken for remarks."""
    return taken(*texts, tag="remarks")


def test_what_stands_above_a_note_without_the_caption_of_remarks_is_of_the_note_before() -> None:
    assert remarked("=Acme =Fund, =L.P. =By =virtue", "of it held.", "#(6) Six.")[0] == TEXT
    assert remarked("#(1) One.", "=See =Exhibit =24.") == [FOOTNOTE_HEAD, "remarks"]
    captioned = remarked("=Remarks:", "=See =Exhibit =24.", "#(1) One.")
    assert captioned == ["remarks", "remarks", FOOTNOTE_HEAD]


def test_that_there_are_none_is_no_note_without_a_number() -> None:
    assert said("Nil return.") == said("No records to display.") == {}
    assert said("#(1) Not applicable.") == {1: "Not applicable."}
    assert said("Held by a trust.") == {1: "Held by a trust."}
