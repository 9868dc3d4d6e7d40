"""Where the time of reading goes: the Extractor's parts watched from outside, while they work.

The pipeline carries no clocks of its own. Its parts are wrapped here, and time is charged to the
innermost part that is working.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any, cast

from models.document import Filing, Page
from models.extraction import Extraction
from models.pipeline import Assembled, Extractor, Progress
from models.reader import read
from models.reading import TaggedPage
from models.sandbox import children_cost

RASTERISE, UPRIGHT = "open and rasterise", "turn upright"
LAYOUT, LINES, RECOGNISE = "layout", "lines, squares, crops", "recognise"
TAG, ASSEMBLE, CONFIDENCE = "tag", "assemble", "confidence"
STAGES = (RASTERISE, UPRIGHT, LAYOUT, LINES, RECOGNISE, TAG, ASSEMBLE, CONFIDENCE)
"""In the order in which they work; what a page costs outside the three models is `lines`."""


class StageClock:
    """CPU seconds by stage; of stages that run inside one another only the innermost is charged."""

    def __init__(self, timer: Callable[[], float] = time.process_time) -> None:
        self._timer = timer
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge what is done inside to this stage."""
        self._charge()
        self._running.append(name)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def add(self, name: str, seconds: float) -> None:
        """Charge what another process has done."""
        self._seconds[name] += seconds

    def taken(self) -> Mapping[str, float]:
        """The seconds so far; counting begins anew."""
        seconds, self._seconds = dict(self._seconds), defaultdict(float)
        return seconds

    def _charge(self) -> None:
        now = self._timer()
        if self._running:
            self._seconds[self._running[-1]] += now - self._since
        self._since = now


class Part:
    """Stands for a part of the Extractor; whatever is called of it is charged to its stage."""

    def __init__(self, part: object, clock: StageClock, stage: str) -> None:
        self._part, self._clock, self._stage = part, clock, stage

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not callable(found):
            return found

        def called(*arguments: Any, **named: Any) -> Any:
            with self._clock.stage(self._stage):
                return found(*arguments, **named)

        return called


@dataclass(frozen=True)
class Watched(Extractor):
    """An Extractor whose every step is charged to a stage."""

    clock: StageClock = field(default_factory=StageClock)

    @classmethod
    def of(cls, extractor: Extractor, clock: StageClock | None = None) -> Watched:
        """The same Extractor, watched."""
        own = {each.name: getattr(extractor, each.name) for each in fields(Extractor)}
        clock = clock or StageClock()
        watched = cls(**own, clock=clock)
        parts = {"layout": LAYOUT, "recognizer": RECOGNISE, "tagger": TAG}
        return replace(
            watched,
            **{name: cast(Any, Part(own[name], clock, stage)) for name, stage in parts.items()},
        )

    def read(self, data: bytes) -> Extraction:
        """From the bytes of a document to what is said about it."""
        before = children_cost().seconds
        with self.clock.stage(UPRIGHT):
            filing = read(data)
        # Documents are opened in a child; what remains of reading is this process's.
        self.clock.add(RASTERISE, children_cost().seconds - before)
        return self.extract(filing)

    def assembled(self, filing: Filing, progress: Progress | None = None) -> Assembled:
        """As the Extractor's."""
        with self.clock.stage(ASSEMBLE):
            return super().assembled(filing, progress)

    def read_page(self, page: Page) -> TaggedPage:
        """As the Extractor's."""
        with self.clock.stage(LINES):
            return super().read_page(page)

    def judged(self, assembled: Assembled) -> Extraction:
        """As the Extractor's."""
        with self.clock.stage(CONFIDENCE):
            return super().judged(assembled)
