"""Program: send printed pages through the teacher's scanner, again and again.

`python -m training.scan_pages --config training/configs/pages.toml \\
    --input data/print --output data/scan`
Resumable: a page that is there is not made again. Deterministic: page p of filing f in round r
depends on (seed, f, p, r) and the profiles only. `--profiles cheap coarse` makes scans of these
alone.
"""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pymupdf
from tqdm import tqdm

from models.document import Image
from training import line_crops
from training.scanned import RESIDUAL_TILT, ScannedPage, save, upright
from training.synth import pages
from training.synth.scan import PROFILES, scan

CLEAN_DPI = 300


def render(document: pymupdf.Document, number: int) -> Image:
    """Page `number` (from 1) as a clean grey image at 300 dpi."""
    pixmap = document[number - 1].get_pixmap(dpi=CLEAN_DPI, colorspace=pymupdf.csGRAY, annots=False)
    return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)


def scan_filing(
    path: Path, output: Path, seed: int, round_: int, profiles: Sequence[str] = ()
) -> int:
    """Scan every page of one printed filing once; returns the number of pages made."""
    cv2.setNumThreads(1)
    filing = pages.load(path)
    index = int(path.name.split(".")[0])
    made = 0
    with pymupdf.open(pages.pdf_of(path)) as document:
        for printed in filing.pages:
            name = f"{index:05d}-{printed.number:02d}-{round_}"
            if (output / f"{name}.json.gz").exists():
                continue
            rng = np.random.default_rng((seed, index, printed.number, round_))
            profile = str(rng.choice(profiles)) if profiles else None
            result = scan(render(document, printed.number), rng, profile, CLEAN_DPI)
            page = ScannedPage(
                result.image, result.dpi, printed, filing.form, filing.look, result.profile
            )
            turned, moved = upright(
                result.image,
                result.dpi,
                result.affine,
                printed,
                float(rng.normal(0, RESIDUAL_TILT)),
            )
            crops = line_crops.harvest(replace(page, image=turned, printed=moved), rng)
            line_crops.save(output / "lines" / f"{name}.json", crops)
            save(output, name, result.image, page, result.affine)
            made += 1
    return made


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path("training/configs/pages.toml"))
    parser.add_argument("--input", type=Path, default=Path("data/print"))
    parser.add_argument("--output", type=Path, default=Path("data/scan"))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=(), metavar="NAME")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seed = tomllib.loads(options.config.read_text())["seed"]
    (options.output / "lines").mkdir(parents=True, exist_ok=True)
    jobs = [
        (path, options.output, seed, round_, tuple(options.profiles))
        for round_ in range(options.rounds)
        for path in sorted(options.input.glob("*.json.gz"))
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        futures = [pool.submit(scan_filing, *job) for job in jobs]
        for future in tqdm(as_completed(futures), total=len(futures), unit="filing"):
            future.result()


if __name__ == "__main__":
    main()
