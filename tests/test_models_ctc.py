"""From a line's steps to characters, and the probability of a text."""

from itertools import product

import numpy as np
import pytest

from models.ctc import decode, forward, text_of

LABELS = ("", "a", "b", "c")


def logs(*rows: tuple[float, ...]) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(np.array(rows, np.float32))


def test_repeats_merge_unless_a_blank_stands_between() -> None:
    steps = logs((0, 1, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0))
    assert text_of(decode(steps, LABELS)) == "aab"


def test_a_character_has_its_highest_probability_and_its_rival() -> None:
    steps = logs((0.1, 0.6, 0.3, 0.0), (0.1, 0.7, 0.0, 0.2), (0.9, 0.1, 0.0, 0.0))
    (found,) = decode(steps, LABELS)
    assert found.text == "a"
    assert found.score == pytest.approx(0.7)
    assert found.rival == "c"
    assert found.place == pytest.approx(1 / 3)


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(label for index, label in enumerate(path)
                 if label and (not index or path[index - 1] != label))  # fmt: skip


def test_a_texts_probability_is_that_of_all_its_paths() -> None:
    rng = np.random.default_rng(1)
    steps = rng.dirichlet(np.ones(3), 5).astype(np.float32)
    texts = [(1,), (1, 2), (1, 1), (2, 1, 2)]
    expected = [
        sum(np.prod([steps[place, label] for place, label in enumerate(path)])
            for path in product(range(3), repeat=5) if collapsed(path) == text)
        for text in texts
    ]  # fmt: skip
    assert np.exp(forward(texts, np.log(steps))) == pytest.approx(expected, rel=1e-4)
