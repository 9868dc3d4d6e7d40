"""What the service needs of an extractor, and the one over the released weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import cv2

from models.document import Filing
from models.extraction import Extraction
from models.weights import thread_count

Progress = Callable[[int, int], None]


class Extracts(Protocol):
    """What the service needs of `models.pipeline.Extractor`."""

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model to its `name@version`."""

    def at(self, precision: float) -> Extracts:
        """The same with another share of what needs no review that must be right."""

    def extract_all(
        self, filing: Filing, progress: Progress | None = None
    ) -> tuple[Extraction, ...]:
        """Read the fields of each filing of a document."""


def load_extractor(precision: float) -> Extracts:
    """The extractor over the released weights; it keeps to `FILINGSCAN_THREADS`."""
    from models.pipeline import Extractor

    # OpenCV has threads of its own.
    cv2.setNumThreads(thread_count())
    return Extractor.load(precision=precision)
