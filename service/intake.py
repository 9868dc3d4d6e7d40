"""Taking a document in: open it, read it, keep it. One document is read at a time."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import cv2

from models.confidence import PRECISION
from models.document import Filing
from models.errors import BadSetting, FilingscanError, ModelError, NoKnownForm
from models.extraction import Extraction
from models.reader import read
from models.sandbox import Limits
from models.weights import thread_count
from service.problems import Problem, problem_of, unforeseen
from service.store import DONE, FAILED, SPLIT, Record, Store

logger = logging.getLogger("filingscan.service")


class Extracts(Protocol):
    """What the service needs of `models.pipeline.Extractor`."""

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model to its `name@version`."""

    def extract_all(self, filing: Filing) -> tuple[Extraction, ...]:
        """Read the fields of each filing of a document."""


Loader = Callable[[], Extracts]


PRECISION_VARIABLE = "FILINGSCAN_PRECISION"


def load_extractor(precision: str = "") -> Extracts:
    """The extractor over the released weights; it keeps to `FILINGSCAN_THREADS`.

    `precision` (else `FILINGSCAN_PRECISION`) is the share of the fields that go without review
    which must be right. Raises BadSetting when it is none.
    """
    from models.pipeline import Extractor

    # OpenCV has threads of its own.
    cv2.setNumThreads(thread_count())
    return Extractor.load(precision=precision_target(precision))


def precision_target(given: str = "") -> float:
    """The operator's precision target, as given or set; raises BadSetting."""
    text = given or os.environ.get(PRECISION_VARIABLE, "") or str(PRECISION)
    try:
        target = float(text)
    except ValueError:
        target = 0.0
    if not 0.5 <= target < 1:
        raise BadSetting(f"The precision target is {text}; it can be from 0.5 to below 1.")
    return target


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
        received = datetime.now(UTC).isoformat(timespec="seconds")
        found, error = self._attempt(extractor, data, name, f"/v1/filings/{identifier}")
        record = Record(
            id=identifier,
            state=FAILED if error else DONE,
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            received=received,
            form=found[0].form if found else "",
            error=error,
        )
        if len(found) > 1:
            return self._split(record, data, found)
        self.store.put(record, data, found[0] if found else None)
        return record

    def _split(self, whole: Record, data: bytes, found: Sequence[Extraction]) -> Record:
        """Keep each filing of a document, then the document: it never names what is missing."""
        ids = tuple(self.store.new_id() for _ in found)
        for identifier, extraction in zip(ids, found, strict=True):
            part = replace(whole, id=identifier, form=extraction.form, part_of=whole.id)
            self.store.put(part, b"", extraction)
        record = replace(whole, state=SPLIT, form="", parts=ids)
        self.store.put(record, data, None)
        return record

    def _attempt(
        self, extractor: Extracts, data: bytes, name: str, instance: str
    ) -> tuple[Sequence[Extraction], Problem | None]:
        """What the document holds, or the problem that stood in its way; of no known form, both."""
        # One at a time: the models use every core, and pages in memory are large.
        with self._turn:
            try:
                return extractor.extract_all(read(data, name, self.limits)), None
            except NoKnownForm as error:
                return [error.read] if error.read else [], problem_of(error, instance)
            except FilingscanError as error:
                return [], problem_of(error, instance)
            except Exception as error:  # a fault of ours must not lose the document
                return [], unforeseen(error, instance)
