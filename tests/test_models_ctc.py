"""From a line's steps to characters, and the probability of a text."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from models.ctc import aligned, decode, forward, placed, text_of

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


def paths(text: list[int], steps: int, classes: int) -> list[tuple[int, ...]]:
    """All paths that spell a text."""
    found = []
    for path in product(range(classes), repeat=steps):
        spelled = [one for one, before in zip(path, (0, *path), strict=False) if one != before]
        if [one for one in spelled if one] == text:
            found.append(path)
    return found


@pytest.mark.parametrize("text", [[], [1], [1, 1], [1, 2, 1], [2, 2, 2]])
def test_a_text_is_aligned_on_its_likeliest_path(text: list[int]) -> None:
    steps = np.random.default_rng(len(text)).dirichlet(np.ones(3), 4)
    logs = np.log(steps).astype(np.float32)
    sums = [sum(logs[step, one] for step, one in enumerate(path)) for path in paths(text, 4, 3)]
    path = aligned(text, logs)
    if not sums:
        assert path == []
        return
    seen = sum(logs[step, text[one] if one >= 0 else 0] for step, one in enumerate(path))
    assert seen == pytest.approx(max(sums), abs=1e-4)
    assert sorted(set(path) - {-1}) == list(range(len(text)))


def test_characters_are_placed_where_their_steps_are() -> None:
    chances = np.full((10, 3), 0.01)
    chances[:, 0] = 0.9
    chances[2, 1] = chances[7, 2] = 5.0
    logs = np.log(chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)
    labels = ("", "a", "b")
    read = decode(logs, labels)
    wrong = tuple(replace(each, place=0.5) for each in read)
    made = placed(wrong, 0, 10, logs, {label: index for index, label in enumerate(labels)})
    assert [each.place for each in made] == pytest.approx([0.25, 0.75])
    assert placed(wrong, 3, 4, logs, {"": 0, "a": 1, "b": 2}) == wrong
