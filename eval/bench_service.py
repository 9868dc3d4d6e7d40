"""Program: what the service takes, on this machine: answers, filings a minute, memory, recovery.

`python -m eval.bench_service --gold eval/gold --filings 40 --output docs/service.md` starts
`filingscan serve` with a folder of its own and sends it office scans of the development split over
HTTP. Every number is of one run; those of a busy machine say little.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from eval.gold import load

PATIENCE = 600.0
CALLERS = 16
LOOK_SECONDS = 0.05


@dataclass
class Service:
    """A service that runs: its process and its address."""

    process: subprocess.Popen[bytes]
    base: str

    def get(self, path: str) -> dict[str, Any]:
        """The JSON at a path."""
        with urlopen(f"{self.base}{path}", timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def send(self, document: bytes) -> tuple[str, float]:
        """Id of the filing that a document became, and seconds until it was accepted."""
        started = time.monotonic()
        request = Request(f"{self.base}/v1/filings", document, method="POST",
                          headers={"Content-Type": "application/pdf"})  # fmt: skip
        with urlopen(request, timeout=60) as answer:
            identifier: str = json.load(answer)["id"]
        return identifier, time.monotonic() - started

    def wait(self, identifiers: Sequence[str]) -> None:
        """Until all of them have ended; raises RuntimeError when one failed."""
        for identifier in identifiers:
            until = time.monotonic() + PATIENCE
            state = "queued"
            while state in ("queued", "processing") and time.monotonic() < until:
                state = self.get(f"/v1/filings/{identifier}")["state"]
                time.sleep(LOOK_SECONDS if state in ("queued", "processing") else 0)
            if state not in ("done", "partial", "split"):
                raise RuntimeError(f"filing {identifier} is {state}")

    def workers(self) -> list[int]:
        """Its worker processes."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]


@contextmanager
def served(*options: str) -> Iterator[Service]:
    """A service in a folder of its own, ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "service.cli", "serve", "--data", data, "--port",
                   str(port), *options]  # fmt: skip
        own = {"FILINGSCAN_THREADS": "1", "FILINGSCAN_LOG_LEVEL": "ERROR",
               "FILINGSCAN_REQUESTS_PER_MINUTE": "0"}  # fmt: skip
        service = Service(
            subprocess.Popen(command, env=os.environ | own), f"http://127.0.0.1:{port}"
        )
        try:
            until = time.monotonic() + PATIENCE
            while not _is_ready(service) and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
            yield service
        finally:
            service.process.send_signal(signal.SIGTERM)
            service.process.wait()


def _is_ready(service: Service) -> bool:
    try:
        return bool(service.get("/health")["status"] == "ok")
    except (URLError, ConnectionError):
        return False


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile, in milliseconds."""
    ranked = sorted(seconds)
    high = ranked[min(int(0.95 * len(ranked)), len(ranked) - 1)]
    return f"{1000 * statistics.median(ranked):.0f} / {1000 * high:.0f} ms"


def alone(documents: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """Accepting while nothing is read."""
    with served("--no-worker") as service:
        taken = [service.send(document)[1] for document in documents]
        yield "accepting, alone: median / 95 %", spread(taken)
        yield "memory of the API", f"{memory(service.process.pid):.0f} MB"


def together(documents: Sequence[bytes], workers: int) -> Iterator[tuple[str, str]]:
    """Accepting and reading at once, as fast as it goes."""
    with served("--workers", str(workers)) as service:
        service.wait([service.send(document)[0] for document in documents[: 2 * workers]])
        started = time.monotonic()
        with ThreadPoolExecutor(CALLERS) as pool:
            sent = list(pool.map(service.send, documents))
        service.wait([identifier for identifier, _ in sent])
        minutes = (time.monotonic() - started) / 60
        name = f"{workers} worker{'s' if workers > 1 else ''}"
        yield (
            f"accepting, {CALLERS} callers, {name}: median / 95 %",
            spread([each for _, each in sent]),
        )
        yield f"filings a minute, {name}", f"{len(documents) / minutes:.0f}"
        held = max(memory(worker) for worker in service.workers())
        yield f"memory of a worker, {name}", f"{held:.0f} MB"


def recovery(document: bytes) -> Iterator[tuple[str, str]]:
    """How much later a filing ends whose worker is killed while it reads."""
    with served("--workers", "1") as service:
        service.wait([service.send(document)[0]])
        started = time.monotonic()
        service.wait([service.send(document)[0]])
        usual = time.monotonic() - started
        identifier, _ = service.send(document)
        while service.get(f"/v1/filings/{identifier}")["state"] == "queued":
            time.sleep(LOOK_SECONDS)
        killed = time.monotonic()
        os.kill(service.workers()[0], signal.SIGKILL)
        service.wait([identifier])
        yield "one filing, from sending to done", f"{usual:.1f} s"
        yield "the same, from kill -9 of its worker to done", f"{time.monotonic() - killed:.1f} s"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("eval/gold"))
    parser.add_argument("--filings", type=int, default=40)
    parser.add_argument("--output", type=Path, default=Path("out/service.md"))
    options = parser.parse_args()
    scans = [
        each.scan.read_bytes()
        for each in load(options.gold)
        if (each.source.split, each.source.quality) == ("dev", "office200")
    ]
    documents = [scans[number % len(scans)] for number in range(options.filings)]
    rows = [*alone(documents), *together(documents, 1), *together(documents, 2),
            *recovery(documents[0])]  # fmt: skip
    lines = [
        "| what | measured |",
        "| --- | ---: |",
        *(f"| {what} | {much} |" for what, much in rows),
    ]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text("\n".join(lines) + "\n")
    print(options.output.read_text())


if __name__ == "__main__":
    main()
