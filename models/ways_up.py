"""Which way up a page stands: told by how surely its letters are read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.extraction import Region
from models.text_layer import Line

SAMPLE_LINES = 24
"""Lines of a page that decide which way up it is."""
UPRIGHT_ENOUGH = 0.85
"""Legibility from which a page stands as it should."""


def legibility(lines: Sequence[Line]) -> float:
    """Mean probability of the lines' characters; 0 without lines."""
    scores = [score for _, words in lines for word in words for score in word.scores]
    return float(np.mean(scores)) if scores else 0.0


def sample_of(regions: Sequence[Region]) -> list[Region]:
    """Some longer lines of a page; the longest may be rules."""
    lines = sorted((region for region in regions if region.label == "line"),
                   key=lambda region: -region.box.width)  # fmt: skip
    lines = lines[len(lines) // 10 : len(lines) * 6 // 10]
    return lines[:: max(len(lines) // SAMPLE_LINES, 1)]
