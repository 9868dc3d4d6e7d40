"""From posteriors to characters, from characters to words."""

import cv2
import numpy as np
import pytest

from models.ctc import Character, text_of
from models.document import Box
from models.line_rows import HEIGHT, normalised, text_rows, without_underline
from models.recognizer import (
    BATCH_PIXELS,
    batches,
    hand_or_type,
    has_more_marks,
    is_underlined,
    with_gaps,
    with_letters,
    with_points,
    words_of,
)


def reading(text: str) -> tuple[Character, ...]:
    return tuple(
        Character(char, 0.9, "?", (index + 0.5) / len(text)) for index, char in enumerate(text)
    )


def underlined(text: str, rule: int) -> np.ndarray:
    """A line of type with a rule at a row."""
    image = np.full((50, 200), 240, np.uint8)
    cv2.putText(image, text, (10, 33), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 20, 2)
    if rule:
        image[rule : rule + 2] = 30
    return image


def test_the_rule_under_type_is_taken_off_but_for_tails_that_cross_it() -> None:
    bare = without_underline(underlined("ROELOF", 36))
    assert bare is not None
    assert np.array_equal(bare[:34], underlined("ROELOF", 36)[:34])
    assert (bare[36:38] < 100).mean() == 0
    tails = without_underline(underlined("pqpqpq", 33))
    assert tails is not None
    assert 0 < (tails[33:35] < 100).mean() < 0.5


def test_type_without_a_rule_and_a_rule_above_it_are_left_alone() -> None:
    assert without_underline(underlined("ROELOF", 0)) is None
    assert without_underline(underlined("ROELOF", 3)) is None


def test_what_a_rule_makes_of_letters_is_told_by_the_text_without_it() -> None:
    for text, bare in (("ROELOE", "ROELOF"), ("Sacks David Q", "Sacks David O")):
        assert is_underlined(text, bare)
    for text, bare in (("ROELOF", "ROELOF"), ("ROELOE", "ROELQF"), ("Fund E", "FundF"),
                       ("NASDAQ", "NASDAO")):  # fmt: skip
        assert not is_underlined(text, bare)


def test_commas_that_a_rule_hides_are_told_by_the_text_without_it() -> None:
    for text, bare in (("Ann Doe Attorney:", "Ann Doe, Attorney-"), ("Doe.", "Doe,"),
                       ("Jr. Esq. by", "Jr., Esq., by")):  # fmt: skip
        assert has_more_marks(text, bare)
    for text, bare in (("Doe", "Doe"), ("2A. Deemed", "2A Deemed"), ("19-May", "19.May"),
                       ("(e.g., puts", "(e.g., nuts"), ("Doe Ann", "Doe, Anna")):  # fmt: skip
        assert not has_more_marks(text, bare)


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
        (
            "Director[ ]10% Owner[x] Officer",
            ["Director", "[", "]", "10%", "Owner", "[x]", "Officer"],
        ),
        ("ACME [ACM]", ["ACME", "[ACM]"]),
        ("Units¹²", ["Units", "¹²"]),
        ("1.Each share", ["1.", "Each", "share"]),
        ("(2)The price", ["(2)", "The", "price"]),
        ("74,298(2),(5), (8)", ["74,298", "(2)", "(5)", "(8)"]),
        ("12/01/2020²,³ A", ["12/01/2020", "²", "³", "A"]),
        ("$0(1).", ["$0", "(1)"]),
        ("STOCK(4.", ["STOCK", "(4"]),
        ("STOCK(4.(5)", ["STOCK", "(4", "(5)"]),
        ("up 16(4.5%)", ["up", "16(4.5%)"]),
        ("footnotes (2), 3", ["footnotes", "(2),", "3"]),
        ("10b5-1 of 2.Each", ["10b5-1", "of", "2.Each"]),
        ("", []),
    ],
)
def test_words_end_at_spaces_and_before_footnote_marks(text: str, expected: list[str]) -> None:
    words = words_of(reading(text), Box(0, 0, 100, 10))
    assert [word.text for word in words] == expected


def test_words_that_stand_far_apart_are_two() -> None:
    apart = [
        Character(char, 0.9, "?", (index + (4 if index > 3 else 0)) / 20)
        for index, char in enumerate("PARKCA 94025")
    ]
    assert text_of(with_gaps(tuple(apart))) == "PARK CA 94025"
    assert text_of(with_gaps(reading("PARKCA 94025"))) == "PARKCA 94025"
    assert text_of(with_gaps(tuple(apart[3:5]))) == "KC"


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


def line_with_scraps() -> np.ndarray:
    """Forty rows: scraps of other lines at both edges, type with an ascender in the middle."""
    crop = np.full((40, 200), 240, np.uint8)
    crop[0:2, 20:90:4] = crop[38:, 20:150:4] = 60
    crop[14:26, 10:190:3] = 30
    crop[8:14, 40:60:6] = 30
    return crop


def test_only_the_rows_of_the_type_are_read() -> None:
    top, bottom = text_rows(line_with_scraps())
    assert 2 < top <= 8
    assert 26 <= bottom < 38


@pytest.mark.parametrize("shade", [0, 25])
def test_grain_and_shade_of_the_paper_are_no_rows_of_type(shade: int) -> None:
    crop = line_with_scraps().astype(float)
    crop[6:36] -= shade
    grain = np.random.default_rng(2).normal(0, 9, crop.shape)
    crop = np.clip(crop + grain, 0, 255).astype(np.uint8)
    top, bottom = text_rows(crop)
    assert 4 < top <= 8
    assert 26 <= bottom < 33


def test_a_rule_under_the_type_is_not_its_body() -> None:
    crop = line_with_scraps()
    crop[30:33] = 0
    top, bottom = text_rows(crop)
    assert top <= 8
    assert bottom < 33


def test_a_raised_number_before_a_long_line_is_not_cut() -> None:
    crop = np.full((44, 1200), 240, np.uint8)
    crop[14:32, 60:1190:3] = 30
    assert text_rows(crop)[0] > 10
    crop[8:22, 14:26:4] = 30
    assert text_rows(crop)[0] <= 8
    crop[0:8, 14:26:4] = 30  # the line above, not this one's
    assert text_rows(crop)[0] > 10


def test_whatever_a_crop_holds_some_rows_of_it_are_read() -> None:
    generator = np.random.default_rng(1)
    for _ in range(500):
        height, width = (int(size) for size in generator.integers(1, 60, 2))
        crop = generator.integers(0, 256, (height, width)).astype(np.uint8)
        crop[generator.random(height) < 0.5] = 255
        top, bottom = text_rows(crop)
        assert 0 <= top < bottom <= height


def test_a_dash_alone_is_not_blown_up() -> None:
    crop = np.full((40, 60), 240, np.uint8)
    crop[20:22, 20:40] = 30
    top, bottom = text_rows(crop)
    assert bottom - top >= 0.4 * 40


def test_an_empty_crop_is_read_whole() -> None:
    assert text_rows(np.full((40, 60), 240, np.uint8)) == (0, 40)


def test_batches_hold_every_line_once_and_stay_small() -> None:
    widths = [40, 900, 33, 2400, 41, 60] * 10
    found = list(batches(widths))
    assert sorted(index for batch in found for index in batch) == list(range(60))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(widths[i] for i in batch) <= BATCH_PIXELS


@pytest.mark.parametrize(
    ("read", "expected"),
    [("[YH00]", "[YHOO]"), ("10,000", "10,000"), ("X00M Corp", "XOOM Corp"), ("2020", "2020"),
     ("David 0. Roe", "David O. Roe"), ("00", "OO"), ("O0", "OO"), ("0", "0"), ("100", "100"),
     ("F0", "F0"), ("A10", "A10"), ("do0r", "door"), ("Brickel1", "Brickell"), ("10b5-1", "10b5-1"),
     ("SE8ASTIAN", "SEBASTIAN"), ("KY1-1108", "KY1-1108"), ("HM11", "HM11"),
     ("C/0 ACME", "C/O ACME"), ("[s/ Ann Lee", "/s/ Ann Lee"),
     ("By Oak Fund X1, LP", "By Oak Fund XI, LP"),
     ("Suite X1", "Suite XI"), ("X1 50", "X1 50"), ("X1, LP", "XI, LP"), ("X1, Reno", "X1, Reno"),
     ("Class 8 Common Stock", "Class B Common Stock"), ("Class 80", "Class 80"),
     ("Natera, Inc. I NTRA ]", "Natera, Inc. [ NTRA ]"), ("INTRA ]", "[NTRA ]"),
     ("Inc. [ I ]", "Inc. [ I ]"), ("par value $0 0001", "par value $0.0001"),
     ("$0 0010", "$0 0010"), ("10 001", "10 001"), ("S 1/ 2/", "S 1) 2)"), ("3/", "3)"),
     ("1/ Held by her spouse.", "1) Held by her spouse."), ("5/ 5/98", "5/ 5/98"),
     ("5/5/98", "5/5/98"), ("9/", "9)"), ("c/o", "c/o"),
     ("By LLC 1/5/", "By LLC 1)5)"), ("3/4/5/", "3)4)5)"), ("1/5/ 98", "1/5/ 98"),
     ("<X> Director < > Other", "[X] Director [ ] Other"),
     ("|x| Form |_|Other", "[x] Form [ ]Other"),
     ("A | X | B", "A | X | B"), ("5 < 6 > 4", "5 < 6 > 4")],
)  # fmt: skip
def test_a_digit_among_letters_is_a_letter(read: str, expected: str) -> None:
    reading = tuple(Character(char, 0.9, "?", 0.5) for char in read)
    assert text_of(with_letters(reading)) == expected


@pytest.mark.parametrize(
    ("read", "expected"), [("✎", "✎"), ("By ✎ ✎", "By ✎ ✎"), ("$0.✎✎", "$0.00"), ("✎,5✎", "0,50")]
)
def test_a_hand_writes_whole_words(read: str, expected: str) -> None:
    reading = tuple(Character(char, 0.9, "0", 0.5) for char in read)
    assert text_of(hand_or_type(reading)) == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [("Fund IV, L.P", "Fund IV, L.P."), ("U.S Growth, L.P⁽¹⁾", "U.S. Growth, L.P.⁽¹⁾"),
     ("L.P.", "L.P."), ("L.P,", "L.P.,"), ("Fund, LP.⁽³⁾", "Fund, L.P.⁽³⁾"),
     ("Fund, LP.(3)", "Fund, L.P.(3)"), ("Fund, LP.", "Fund, LP."), ("LP⁽¹⁾", "LP⁽¹⁾"),
     ("A.Smith", "A.Smith"), ("Class A", "Class A"), ("FUND S.A R.L.", "FUND S.A R.L."),
     ("ODonovan Wayne", "O'Donovan Wayne"), ("ODONOVAN", "ODONOVAN"),
     ("Trust 3)5)", "Trust 3) 5)"), ("16(a)2)", "16(a)2)"),
     ("$1.5", "$1.5")],
)  # fmt: skip
def test_initials_end_in_a_point(read: str, expected: str) -> None:
    assert text_of(with_points(reading(read))) == expected
