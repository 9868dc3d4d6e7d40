"""Program: what reading costs, beside other engines on the same pages.

    python -m eval.bench [--gold DIR] [--quality office200] [--limit PAGES] [--output out/bench]

reads the dev scans of one quality with this project, tesseract and RapidOCR, each in a process of
its own on one thread, then measures two threads, two processes, and the memory of a worker. Writes
bench.md and bench.json. The machine should be doing nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any, Self

from eval.bench_cells import value_cells
from eval.bench_engines import COMPARED, Document
from eval.bench_report import OURS, Outcome, report_of, to_markdown
from eval.bench_worker import Cost, Result
from eval.gold import Gold, load
from eval.run import commit
from models.errors import FilingscanError
from models.sandbox import open_document

TEST = "test"
PROCESSES = 2
LIMITS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS",
          "OPENCV_FOR_THREADS_NUM", "FILINGSCAN_THREADS")  # fmt: skip
"""Environment variables that hold libraries to a number of threads."""
LIBRARIES = ("numpy", "onnxruntime", "opencv-python", "PyMuPDF")


class EngineFailed(Exception):
    """An engine's process ended without an answer; says its last words."""


def chosen(golds: Sequence[Gold], quality: str, limit: int | None) -> list[Gold]:
    """Dev filings of a quality, the looks in turn, no more pages than the limit but one filing."""
    looks: dict[str, list[Gold]] = {}
    for gold in golds:
        if gold.source.split != TEST and gold.source.quality == quality:
            looks.setdefault(gold.source.look, []).append(gold)
    kept: list[Gold] = []
    pages = 0
    for gold in (gold for turn in zip_longest(*looks.values()) for gold in turn if gold):
        pages += len(gold.source.pages)
        if limit is None or pages <= limit or not kept:
            kept.append(gold)
        else:
            break
    return kept


def document_of(gold: Gold, folder: Path) -> Document:
    """The filing's scan, its pages written as pictures just as our own reader gets them."""
    pictures = []
    for number, page in enumerate(open_document(gold.scan.read_bytes()), start=1):
        path = folder / f"{gold.source.form}-{gold.name}-{number}.pgm"
        height, width = page.image.shape
        path.write_bytes(f"P5\n{width} {height}\n255\n".encode() + page.image.tobytes())
        pictures.append((str(path), page.dpi))
    return Document(gold.name, str(gold.scan), tuple(pictures))


def run(
    engine: str, shares: Sequence[Sequence[Document]], threads: int = 1, *, warm: bool = True
) -> list[Result]:
    """One process for each share of the documents, all starting together when all are ready."""
    with ExitStack() as stack:
        workers = [stack.enter_context(_Worker(engine, threads)) for _ in shares]
        for worker, documents in zip(workers, shares, strict=True):
            rows = [asdict(each) for each in documents]
            worker.say(json.dumps({"warm": warm, "documents": rows}))
        for worker in workers:
            worker.answer()
        for worker in workers:
            worker.say("go")
        return [_result(worker.answer()) for worker in workers]


class _Worker:
    """A running `eval.bench_worker`; what it says on standard error is kept for its failure."""

    def __init__(self, engine: str, threads: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._said = Path(self._folder.name) / "stderr"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "eval.bench_worker", engine, str(threads)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=os.environ | dict.fromkeys(LIMITS, str(threads)),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def say(self, line: str) -> None:
        """Send it a line; one that has ended is found out when its answer is missing."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            print(line, file=self._process.stdin, flush=True)

    def answer(self) -> str:
        """Its next line; EngineFailed when it ended instead."""
        assert self._process.stdout is not None
        if line := self._process.stdout.readline():
            return line
        status = self._process.wait()
        last = self._said.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        raise EngineFailed(last or f"it ended with status {status}")


def _result(line: str) -> Result:
    row = json.loads(line)
    return Result(**{**row, "costs": tuple(Cost(**cost) for cost in row["costs"])})


def compared(documents: Sequence[Document]) -> Iterator[Outcome]:
    """Every engine on all documents, one after the other; one that cannot run says why."""
    for name, engine in COMPARED.items():
        if lacking := engine.missing():
            yield Outcome(name, engine.title, None, f"not installed: {lacking}")
            continue
        print(f"{engine.title} ...", file=sys.stderr, flush=True)
        try:
            (result,) = run(name, [documents])
        except EngineFailed as error:
            if name == OURS:
                raise
            yield Outcome(name, engine.title, None, f"failed: {error}")
            continue
        yield Outcome(name, engine.title, result)


def shared_out(documents: Sequence[Document], processes: int) -> list[list[Document]]:
    """Shares of about as many pages each, the long documents given out first."""
    shares: list[list[Document]] = [[] for _ in range(processes)]
    for each in sorted(documents, key=lambda each: -len(each.pictures)):
        min(shares, key=_pages).append(each)
    return [share for share in shares if share]


def _pages(documents: Sequence[Document]) -> int:
    return sum(len(each.pictures) for each in documents)


def workers_of(golds: Sequence[Gold], documents: Sequence[Document]) -> dict[str, Any]:
    """Two threads, a batch of two processes, and the memory of a worker at a dense filing."""
    print("two threads, two processes, memory ...", file=sys.stderr, flush=True)
    values = [sum(1 for _ in value_cells(gold.facts)) for gold in golds]
    densest = values.index(max(values))
    dense = documents[densest]
    (threaded,) = run(OURS, [documents], threads=2)
    batch = run(OURS, shared_out(documents, PROCESSES))
    # Not warmed up: the high-water mark is of this one filing.
    (worker,) = run(OURS, [[dense]], warm=False)
    (opening,) = run("opening", [[dense]], warm=False)
    wall = max(each.ended for each in batch) - min(each.began for each in batch)
    return {
        "wall_two_threads": sum(cost.wall for cost in threaded.costs) / _pages(documents),
        "processes": len(batch),
        "pages_per_second": _pages(documents) / wall,
        "dense": {"name": dense.name, "pages": len(dense.pictures), "values": values[densest]},
        "memory": worker.memory,
        "opening_memory": opening.child_memory,
        "batch_memory": max(each.memory for each in batch),
    }


def machine() -> dict[str, Any]:
    """The machine and the versions that the numbers belong to."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "load_at_start": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def main(arguments: list[str] | None = None) -> int:
    """Entry point; 2 when there are no such pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, default=Path("eval/gold"))
    parser.add_argument("--quality", default="office200")
    parser.add_argument("--limit", type=int, metavar="PAGES", help="default: all there are")
    parser.add_argument("--output", type=Path, default=Path("out/bench"))
    options = parser.parse_args(arguments)
    try:
        golds = chosen(load(options.gold), options.quality, options.limit)
    except FilingscanError as error:
        print(f"{error}\n{error.remedy}", file=sys.stderr)
        return 2
    if not golds:
        print(f"no dev filing of quality {options.quality} in {options.gold}", file=sys.stderr)
        return 2
    about = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "command": shlex.join(("python", "-m", "eval.bench", *(arguments or sys.argv[1:]))),
        "machine": machine(),
        "quality": options.quality,
    }
    with tempfile.TemporaryDirectory() as folder:
        documents = [document_of(gold, Path(folder)) for gold in golds]
        outcomes = list(compared(documents))
        report = report_of(golds, outcomes, workers_of(golds, documents), about)
    options.output.mkdir(parents=True, exist_ok=True)
    text = to_markdown(report)
    (options.output / "bench.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (options.output / "bench.md").write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
