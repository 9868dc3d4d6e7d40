"""From posteriors to characters, from characters to words."""

import numpy as np
import pytest

from models.document import Box
from models.recognizer import (
    BATCH_PIXELS,
    HEIGHT,
    Character,
    batches,
    decode,
    normalised,
    text_of,
    with_letters,
    words_of,
)

LABELS = ("", "a", "b", "c")


def posteriors(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, np.float32)


def reading(text: str) -> tuple[Character, ...]:
    return tuple(
        Character(char, 0.9, "?", (index + 0.5) / len(text)) for index, char in enumerate(text)
    )


def test_repeats_merge_unless_a_blank_stands_between() -> None:
    steps = posteriors((0, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0))
    assert text_of(decode(steps, LABELS)) == "aab"


def test_a_character_has_its_highest_probability_and_its_rival() -> None:
    steps = posteriors((0.1, 0.6, 0.3, 0.0), (0.1, 0.7, 0.0, 0.2), (0.9, 0.1, 0.0, 0.0))
    (found,) = decode(steps, LABELS)
    assert found.text == "a"
    assert found.score == pytest.approx(0.7)
    assert found.rival == "c"


def test_what_is_read_in_the_padding_is_dropped() -> None:
    steps = posteriors((0, 1, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0))
    assert text_of(decode(steps, LABELS, share=0.5)) == "a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Common Stock", ["Common", "Stock"]),
        ("10,373⁽¹⁾", ["10,373", "⁽¹⁾"]),
        ("10,373⁽¹⁾⁽²⁾", ["10,373", "⁽¹⁾", "⁽²⁾"]),
        ("10,373(1)", ["10,373", "(1)"]),
        ("(1)", ["(1)"]),
        ("(1)(2)", ["(1)", "(2)"]),
        ("401(k) Plan", ["401(k)", "Plan"]),
        ("__X__Director", ["__X__", "Director"]),
        ("X_Officer", ["X_", "Officer"]),
        ("____ Other", ["____", "Other"]),
        ("LP(2", ["LP", "(2"]),
        ("17[1]", ["17", "[1]"]),
        ("16(a) of", ["16(a)", "of"]),
        ("[ SCWO ]", ["[", "SCWO", "]"]),
        ("Units¹²", ["Units", "¹²"]),
        ("", []),
    ],
)
def test_words_end_at_spaces_and_before_footnote_marks(text: str, expected: list[str]) -> None:
    words = words_of(reading(text), Box(0, 0, 100, 10))
    assert [word.text for word in words] == expected


def test_word_boxes_follow_the_characters_places() -> None:
    first, second = words_of(reading("ab cd"), Box(100, 50, 200, 60))
    assert first.box.left == pytest.approx(102, abs=3)
    assert first.box.right == pytest.approx(140, abs=5)
    assert second.box.left == pytest.approx(160, abs=5)
    assert (first.box.top, first.box.bottom) == (50, 60)
    assert first.scores == (0.9, 0.9)


def test_paper_without_ink_is_not_stretched_into_letters() -> None:
    noise = np.random.default_rng(1).normal(235, 2, (30, 200)).astype(np.uint8)
    assert normalised(noise).max() < 0.3


def test_faint_ink_is_stretched_to_full_contrast() -> None:
    page = np.full((HEIGHT, 100), 230, np.uint8)
    page[10:20, 20:60] = 140
    assert normalised(page).max() > 0.95


def test_batches_hold_every_line_once_and_stay_small() -> None:
    widths = [40, 900, 33, 2400, 41, 60] * 10
    found = list(batches(widths))
    assert sorted(index for batch in found for index in batch) == list(range(60))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(widths[i] for i in batch) <= BATCH_PIXELS


@pytest.mark.parametrize(
    ("read", "expected"),
    [("[YH00]", "[YHOO]"), ("10,000", "10,000"), ("X00M Corp", "XOOM Corp"), ("2020", "2020"),
     ("F0", "F0"), ("A10", "A10"), ("do0r", "door"), ("Brickel1", "Brickell"), ("10b5-1", "10b5-1"),
     ("SE8ASTIAN", "SEBASTIAN"), ("KY1-1108", "KY1-1108"), ("HM11", "HM11"),
     ("C/0 ACME", "C/O ACME"), ("[s/ Ann Lee", "/s/ Ann Lee"),
     ("By Oak Fund X1, LP", "By Oak Fund XI, LP"),
     ("Suite X1", "Suite XI"), ("X1 50", "X1 50")],
)  # fmt: skip
def test_a_digit_among_letters_is_a_letter(read: str, expected: str) -> None:
    reading = tuple(Character(char, 0.9, "?", 0.5) for char in read)
    assert text_of(with_letters(reading)) == expected
