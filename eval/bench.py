"""How long reading takes: seconds and memory per page, by step and number of threads.

python -m eval.bench service/samples/form4_scan.pdf --threads 1 2
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 3


def measure(path: Path, threads: int) -> dict[str, float]:
    """Load the models and read the file; the fastest of three rounds, seconds per page."""
    from models.pipeline import Extractor
    from models.reader import read

    began = time.perf_counter()
    extractor = Extractor.load(threads)
    loading = time.perf_counter() - began
    opening, reading, pages = [], [], 1
    for _ in range(ROUNDS):
        began = time.perf_counter()
        filing = read(path.read_bytes(), path.name)
        opened = time.perf_counter()
        extractor.extract(filing)
        opening.append(opened - began)
        reading.append(time.perf_counter() - opened)
        pages = len(filing.pages)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "load": loading,
        "open": min(opening) / pages,
        "extract": min(reading) / pages,
        "memory": memory,
    }


def main() -> None:
    """Print one table row per number of threads, each measured in a process of its own."""
    parser = argparse.ArgumentParser(description="Measure the time reading takes.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(measure(options.file, options.threads[0])))
        return
    print("| threads | load s | open s/page | extract s/page | memory MB |\n|---|---|---|---|---|")
    for threads in options.threads:
        command = [sys.executable, "-m", "eval.bench", str(options.file), "--inside"]
        # OpenCV and the numeric libraries have thread pools of their own.
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), str(threads))
        answer = subprocess.run(
            [*command, "--threads", str(threads)],
            env=os.environ | limits,
            stdout=subprocess.PIPE,
            check=True,
        )
        row = json.loads(answer.stdout)
        times = " | ".join(f"{row[key]:.2f}" for key in ("load", "open", "extract"))
        print(f"| {threads} | {times} | {row['memory']:.0f} |")


if __name__ == "__main__":
    main()
