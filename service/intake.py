"""Taking a document in: open it, read it, keep it. One document is read at a time."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import cv2

from models.document import Filing
from models.errors import FilingscanError, ModelError
from models.extraction import Extraction
from models.reader import read
from models.sandbox import Limits
from models.weights import thread_count
from service.problems import Problem, problem_of, unforeseen
from service.store import DONE, FAILED, Record, Store

logger = logging.getLogger("filingscan.service")


class Extracts(Protocol):
    """What the service needs of `models.pipeline.Extractor`."""

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model to its `name@version`."""

    def extract(self, filing: Filing) -> Extraction:
        """Read the filing's fields."""


Loader = Callable[[], Extracts]


def load_extractor() -> Extracts:
    """The extractor over the released weights; it keeps to `FILINGSCAN_THREADS`."""
    from models.pipeline import Extractor

    # OpenCV has threads of its own.
    cv2.setNumThreads(thread_count())
    return Extractor.load()


@dataclass
class Intake:
    """An extractor and a store; without an extractor, `fault` says why there is none."""

    store: Store
    limits: Limits
    extractor: Extracts | None = None
    fault: FilingscanError | None = None

    def __post_init__(self) -> None:
        self._turn = threading.Lock()

    def load(self, loader: Loader) -> None:
        """Load the models; a failure is kept and told by `ready`."""
        try:
            self.extractor = loader()
        except FilingscanError as error:
            logger.error("the models cannot be loaded: %s", error.detail)
            self.fault = error

    def ready(self) -> Extracts:
        """The extractor; raises the error that kept it from loading."""
        if self.extractor is None:
            raise self.fault or ModelError("The models are not loaded yet.")
        return self.extractor

    def take(self, data: bytes, name: str) -> Record:
        """Read and keep a document, whatever comes of it; a document that fails is kept too."""
        extractor = self.ready()
        identifier = self.store.new_id()
        instance = f"/v1/filings/{identifier}"
        received = datetime.now(UTC).isoformat(timespec="seconds")
        extraction, error = self._attempt(extractor, data, name, instance)
        record = Record(
            id=identifier,
            state=FAILED if error else DONE,
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            received=received,
            form=extraction.form if extraction else "",
            error=error,
        )
        self.store.put(record, data, extraction)
        return record

    def _attempt(
        self, extractor: Extracts, data: bytes, name: str, instance: str
    ) -> tuple[Extraction | None, Problem | None]:
        """The extraction, or the problem that stood in its way."""
        # One at a time: the models use every core, and pages in memory are large.
        with self._turn:
            try:
                return extractor.extract(read(data, name, self.limits)), None
            except FilingscanError as error:
                return None, problem_of(error, instance)
            except Exception as error:  # a fault of ours must not lose the document
                return None, unforeseen(error, instance)
