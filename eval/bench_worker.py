"""Program: one engine in a process of its own reads documents and says what that cost.

    python -m eval.bench_worker ENGINE THREADS

takes a job as a line of JSON, loads the engine, answers `ready`, waits for a second line, then
reads, and answers with a line of JSON. So processes that work side by side start together, and
loading is over when time begins to count.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.bench_engines import Document, Engine, Pages, engine_of
from models.sandbox import children_cost

MEGABYTE = 1e6


@dataclass(frozen=True)
class Cost:
    """What one document cost, start-up left out, and the words found on its pages."""

    name: str
    cpu: float
    wall: float
    words: Pages
    error: str = ""


@dataclass(frozen=True)
class Result:
    """What a worker has done; `began` and `ended` are on a clock that all processes share.

    `memory` and `child_memory` are the most that this process, and any one of its children, held
    at a time, in megabytes.
    """

    version: str
    page_startup: float
    began: float
    ended: float
    memory: float
    child_memory: float
    stages: dict[str, float]
    costs: tuple[Cost, ...]


def measured(engine: Engine, documents: Sequence[Document]) -> Result:
    """Read every document; one that the engine fails on has found nothing, at its cost."""
    began = time.monotonic()
    engine.stages()
    costs = tuple(_cost(engine, document) for document in documents)
    return Result(
        engine.version, engine.page_startup, began, time.monotonic(), own_memory(),
        children_memory(),
        dict(engine.stages()), costs,
    )  # fmt: skip


def _cost(engine: Engine, document: Document) -> Cost:
    words: Pages = [[] for _ in document.pictures]
    error = ""
    cpu, wall = cpu_seconds(), time.monotonic()
    try:
        words = engine.read(document)
    except Exception as fault:
        # An engine that breaks on a document is a finding, not the benchmark's end.
        error = f"{type(fault).__name__}: {fault}"
    startup = engine.page_startup * len(document.pictures)
    return Cost(document.name, cpu_seconds() - cpu - startup,
                time.monotonic() - wall - startup, words, error)  # fmt: skip


def cpu_seconds() -> float:
    """CPU time of this process, with all threads, and of its children that have ended.

    Those in which documents are opened are children of an opener, which tells what they cost.
    """
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used) + children_cost().seconds


def children_memory() -> float:
    """The most memory that any one child held, in megabytes."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return max(ended, children_cost().memory) / MEGABYTE


def own_memory() -> float:
    """The most memory this process has held, in megabytes.

    Not ru_maxrss, which a process inherits from the one that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / MEGABYTE


def main() -> None:
    """Entry point."""
    # Libraries may print to standard output: give them another one.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    job = json.loads(sys.stdin.readline())
    documents = [Document(**row) for row in job["documents"]]
    engine = engine_of(sys.argv[1], int(sys.argv[2]))
    if job["warm"]:
        engine.read(documents[0])
    print("ready", file=out, flush=True)
    if sys.stdin.readline():
        print(json.dumps(asdict(measured(engine, documents))), file=out, flush=True)


if __name__ == "__main__":
    main()
