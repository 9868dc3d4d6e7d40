"""What the service needs of an extractor, and the ones over released and promoted weights."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import cv2

from models.document import Box, Filing, Image
from models.errors import FilingscanError, ModelError, UnfitModel
from models.extraction import Extraction
from models.weights import Weights, thread_count
from service.champions import Champions

SAMPLE = Path(__file__).parent / "samples" / "form4_scan.pdf"
AGAIN_SECONDS = 60.0
"""Versions that could not be loaded are tried again after them."""

logger = logging.getLogger("filingscan.extractor")

Progress = Callable[[int, int], None]


class Extracts(Protocol):
    """What the service needs of `models.pipeline.Extractor`."""

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model to its `name@version`."""

    def at(self, precision: float) -> Extracts:
        """The same with another share of what needs no review that must be right."""

    def extract_all(
        self,
        filing: Filing,
        progress: Progress | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        """Read each filing of a document; `roles` of pages and `form`, where given, are certain."""

    def read_box(
        self, image: Image, dpi: float, box: Box, rotation: int = 0, skew: float = 0.0
    ) -> str:
        """What stands in a box of a page as displayed, which is turned and tilted so."""


def load_extractor(precision: float, versions: Mapping[str, Weights] | None = None) -> Extracts:
    """The extractor over these versions, else the released ones; keeps to `FILINGSCAN_THREADS`."""
    from models.pipeline import Extractor

    # OpenCV has threads of its own.
    cv2.setNumThreads(thread_count())
    return Extractor.load(precision=precision, overrides=versions)


def try_out(versions: Mapping[str, Weights]) -> None:
    """Raises a ModelError unless a scan can be read with these versions and this program."""
    from models.pipeline import READERS, Extractor
    from models.reader import read

    tags = ", ".join(row.tag for row in versions.values())
    if unused := set(versions) - {*READERS, "confidence"}:
        raise UnfitModel(f"This program has no use for a model named {min(unused)}.")
    try:
        Extractor.load(overrides=versions).extract(read(SAMPLE.read_bytes(), SAMPLE.name))
    except ModelError:
        raise
    except Exception as error:
        raise UnfitModel(f"A scan cannot be read with {tags}: {error}") from error


class PromotedExtractor:
    """The extractor over the versions in use: once others are promoted, it is over those.

    They are looked at when a filing is begun. What cannot be loaded, because it is damaged or does
    not come, keeps nothing from being read: the versions before go on, at first the table's own.
    """

    def __init__(
        self,
        champions: Champions,
        precision: float,
        load: Callable[[float, Mapping[str, Weights]], Extracts] = load_extractor,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._champions, self._precision = champions, precision
        self._load, self._clock = load, clock
        self._refused: Mapping[str, Weights] = {}
        self._again = 0.0
        wanted, released = champions.in_use(), champions.released()
        try:
            self._take_up(wanted)
        except FilingscanError as error:
            if wanted == released:
                raise
            logger.error("reads with the versions of the table: %s", error.detail)
            self._take_up(released)

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model to its `name@version`, of those loaded now."""
        return self._loaded.versions

    def at(self, precision: float) -> Extracts:
        """The extractor of the versions that are in use now, at this precision."""
        try:
            self._renew()
        except FilingscanError as error:
            logger.error("%s goes on: %s", ", ".join(self.versions.values()), error.detail)
        return self._loaded.at(precision)

    def extract_all(
        self,
        filing: Filing,
        progress: Progress | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        """Read each filing of a document; `roles` of pages and `form`, where given, are certain."""
        return self.at(self._precision).extract_all(filing, progress, roles, form)

    def read_box(
        self, image: Image, dpi: float, box: Box, rotation: int = 0, skew: float = 0.0
    ) -> str:
        """What stands in a box of a page as displayed, by the models that are loaded."""
        return self._loaded.read_box(image, dpi, box, rotation, skew)

    def _renew(self) -> None:
        """Load the versions in use if they are others; raises what keeps them from being loaded."""
        wanted = self._champions.in_use()
        if wanted == self._used or (wanted == self._refused and self._clock() < self._again):
            return
        self._refused, self._again = wanted, self._clock() + AGAIN_SECONDS
        self._take_up(wanted)
        logger.info("reads with %s", ", ".join(self.versions.values()))

    def _take_up(self, versions: Mapping[str, Weights]) -> None:
        """Load these and have them read; raises a FilingscanError, and nothing has changed."""
        try:
            self._loaded = self._load(self._precision, versions)
        except FilingscanError:
            raise
        except Exception as error:
            raise UnfitModel(str(error)) from error
        self._used = versions
