"""Points in boxes of brackets that were read as empty."""

import numpy as np
import pytest

from models.ctc import Character, Reading, text_of
from models.ticks import with_ticks

STEP = 16


def drawn(text: str, inked: int | None) -> tuple[Reading, np.ndarray]:
    """Characters of one width; a point of ink behind the character of that number."""
    line = np.zeros((32, STEP * len(text)), np.float32)
    if inked is not None:
        middle = STEP * (inked + 1)
        line[10:22, middle - 6 : middle + 6] = 1.0
    places = [(index + 0.5) / len(text) for index in range(len(text))]
    return tuple(Character(char, 0.9, "", place)
                 for char, place in zip(text, places, strict=True)), line  # fmt: skip


@pytest.mark.parametrize(("text", "inked", "read"), [
    ("() Director", 0, "(X) Director"),
    ("Director ()", 9, "Director (X)"),
    ("[] Officer", None, "[] Officer"),
    ("units() sold", 5, "units() sold"),
])  # fmt: skip
def test_a_box_with_ink_between_its_brackets_is_marked(
    text: str, inked: int | None, read: str
) -> None:
    assert text_of(with_ticks(*drawn(text, inked))) == read


def test_faint_grain_is_no_mark() -> None:
    reading, line = drawn("() Director", None)
    line += np.random.default_rng(1).uniform(0.0, 0.4, line.shape).astype(np.float32)
    assert text_of(with_ticks(reading, line)) == "() Director"
