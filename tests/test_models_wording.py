"""Doubtful words of running text become what usually stands there, where the pixels allow it."""

import math
from pathlib import Path

import numpy as np
import pytest

from models.ctc import decode, text_of
from models.wording import CODES, DIGIT, ORDER, CharModel, char_model, code_of, stretches, worded
from tests import ctc_lines
from tests.ctc_lines import Doubts
from training.build_wording import counted, packed

LABELS = ("", *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", *" 0123456789.,('\")é⁽¹⁾")


def line(text: str, doubts: Doubts | None = None) -> np.ndarray:
    """A line in the labels of these tests."""
    return ctc_lines.line(text, LABELS, doubts)


def read(*lines: np.ndarray) -> list[str]:
    readings = [decode(each, LABELS) for each in lines]
    return [text_of(each) for each in worded(readings, lines, LABELS)]


def chance(text: str, context: str) -> float:
    """Probability of a text's characters after a context."""
    total = 0.0
    for place in range(len(text)):
        before = [code_of(char) for char in (context + text[:place])[-ORDER + 1 :]]
        total += float(char_model().following(tuple(before))[code_of(text[place])])
    return math.exp(total)


def test_several_doubtful_words_are_read_together() -> None:
    said = "issued to the Reporting Person it Ueu of retainer fees"
    doubts = {32: ("n", 0.4), 34: ("l", 0.35), 35: ("i", 0.35)}
    assert read(line(said, doubts)) == ["issued to the Reporting Person in lieu of retainer fees"]


def test_a_lost_letter_is_found_and_a_made_up_one_dropped() -> None:
    lost = line("beneficial oownership of the securities", {12: ("", 0.45)})
    assert read(lost) == ["beneficial ownership of the securities"]


def test_what_was_read_surely_stays_however_strange() -> None:
    said = "issued to the Reporting Person it Ueu of retainer fees"
    assert read(line(said, {32: ("n", 0.02), 34: ("l", 0.02)})) == [said]


def test_digits_are_not_chosen_by_the_model() -> None:
    said = "the sale of 10,873 shares of Common Stock"
    assert read(line(said, {15: ("0", 0.45)})) == [said]


def test_short_lines_and_footnote_marks_stay() -> None:
    assert read(line("Jne", {1: ("o", 0.45)})) == ["Jne"]
    said = "shares of Common Stock⁽¹⁾"
    assert read(line(said, {23: ("1", 0.4)})) == [said]


def test_accented_letters_are_rare() -> None:
    assert read(line("a stockholdér of the Issuer", {11: ("e", 0.3)})) == [
        "a stockholder of the Issuer"
    ]


def test_a_stretch_goes_from_the_first_doubtful_word_to_the_last() -> None:
    logs = line("the sale of shares of stock held", {4: ("x", 0.3), 13: ("x", 0.3)})
    reading = decode(logs, LABELS)
    assert [text_of(reading[start:end]) for start, end in stretches(reading)] == ["sale", "shares"]
    joined = decode(line("the sale of shares", {8: ("x", 0.3)}), LABELS)
    assert [text_of(joined[start:end]) for start, end in stretches(joined)] == ["sale of"]


def test_the_model_knows_what_the_forms_say() -> None:
    assert chance("Common Stock", "shares of ") > 100 * chance("Connon Stock", "shares of ")
    assert chance("in lieu of", "Person ") > 100 * chance("it lieu of", "Person ")


def test_the_chances_after_any_context_sum_to_one_with_every_digit_and_other() -> None:
    for context in ((), tuple(code_of(char) for char in "shares"), (0, 0, 0, 0, 0, 0)):
        chances = np.exp(char_model().following(context))
        assert chances.sum() + 9 * chances[DIGIT] + 99 * chances[0] == pytest.approx(1.0)


def test_runs_are_counted_in_rising_order() -> None:
    codes = np.array([code_of(char) for char in "abab"], np.uint64)
    keys, counts = counted(codes, 2)
    assert counts.tolist() == [2, 1]
    assert keys.tolist() == [CODES["a"] << 7 | CODES["b"], CODES["b"] << 7 | CODES["a"]]
    assert all(np.all(np.diff(keys.astype(np.int64)) > 0) for keys, _ in CharModel.load().runs)


def test_counts_are_the_same_when_they_were_packed(tmp_path: Path) -> None:
    arrays = {"steps1": np.arange(9, dtype=np.uint16), "counts1": np.ones(9, np.uint8)}
    files = tmp_path / "one.npz", tmp_path / "two.npz"
    for path in files:
        packed(path, arrays)
    with np.load(files[0]) as stored:
        assert {name: stored[name].tolist() for name in stored.files} == {
            name: array.tolist() for name, array in arrays.items()
        }
        assert stored["steps1"].dtype == np.uint16
    assert files[0].read_bytes() == files[1].read_bytes()
