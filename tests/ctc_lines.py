"""Lines as a recogniser's log-probabilities, for tests of what is made of them."""

from collections.abc import Sequence

import numpy as np

Doubts = dict[int, tuple[str, float]]
"""Place of a character → its rival, which may be nothing, and the rival's probability."""


def line(text: str, labels: Sequence[str], doubts: Doubts | None = None) -> np.ndarray:
    """Log-probabilities of a line, three steps a character; `doubts` share one with a rival."""
    steps = np.full((3 * len(text), len(labels)), 1e-6, np.float32)
    for place, char in enumerate(text):
        rival, share = (doubts or {}).get(place, ("", 0.0))
        steps[3 * place : 3 * place + 2, labels.index(char)] = 1 - share
        steps[3 * place : 3 * place + 2, labels.index(rival)] += share
        steps[3 * place + 2, 0] = 1.0
    return np.log(steps / steps.sum(axis=1, keepdims=True))
