"""Program: draw single lines of text in many typefaces for the recogniser.

`python -m training.draw_lines --corpus data/scan/lines --output data/drawn --count 800` writes
sheets of crops beside those cut from scanned pages; sheets that are there already are kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from training import line_crops
from training.line_crops import LineCrop
from training.synth.drawn_lines import drawn_line
from training.synth.faces import missing_families
from training.synth.line import degrade_line

LINES = 130
SHARE_DEGRADED = 0.75


def draw_sheet(output: Path, corpus: Sequence[str], seed: int, number: int) -> None:
    """One sheet of lines, unless it is there."""
    path = output / f"{number:05d}-drawn.json"
    if path.exists():
        return
    rng = np.random.default_rng((seed, number))
    crops: list[LineCrop] = []
    while len(crops) < LINES:
        image, text = drawn_line(rng, corpus)
        width = max(round(image.shape[1] * line_crops.HEIGHT / image.shape[0]), 8)
        size = (width, line_crops.HEIGHT)
        scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        if set(text) <= set(line_crops.ALPHABET):
            damaged = degrade_line(scaled, rng) if rng.random() < SHARE_DEGRADED else scaled
            crops.append(LineCrop(damaged, text))
    line_crops.save(path, crops)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("data/scan/lines"))
    parser.add_argument("--output", type=Path, default=Path("data/drawn"))
    parser.add_argument("--count", type=int, default=800, help="sheets")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    corpus = sorted(set(line_crops.texts_of(options.corpus)))
    if not corpus:
        parser.error(f"no lines of scanned pages in {options.corpus}")
    if missing := missing_families():
        parser.error(f"fonts are missing (`make line-fonts` installs them): {', '.join(missing)}")
    draw = partial(draw_sheet, options.output, corpus, options.seed)
    with Pool(options.processes) as pool:
        for _ in tqdm(pool.imap_unordered(draw, range(options.count)), total=options.count):
            pass


if __name__ == "__main__":
    main()
