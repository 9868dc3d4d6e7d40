"""Program: count runs of characters for `models.wording`, from the lines of scanned training pages.

`python -m training.build_wording --corpus data/scan/lines data/schedule-scan/lines \\
    --dictionary FILE` writes `models/wording.npz`. The dictionary, as for `training.build_words`,
adds what ordinary English has: every word once between spaces, small and with a capital. Generated
footnotes add sentences whole: on pages they are broken into lines.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from models.raised import PLAIN
from models.wording import BITS, FILE, ORDER, code_of
from training import line_crops
from training.build_words import ordinary
from training.synth.clauses import FOOTNOTES
from training.synth.wording import footnote

LEAST = (1, 1, 2, 3, 5, 8, 12)
"""Of runs of 1, 2, … characters those are kept that were met so often."""
NOTES, SEED = 40_000, 7
"""Generated footnotes that are counted, and their seed."""
PARTED = "\n"
"""Stands between lines; it is no character of the model."""
Codes = npt.NDArray[np.uint64]


def plain(text: str) -> str:
    """A line without footnote marks, which stand in the way of what goes on behind them."""
    return "".join(each for each in text if each not in PLAIN)


def counted(codes: Codes, order: int) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Keys in rising order of the runs of so many characters, and how often each was met."""
    length = len(codes) - order + 1
    keys = np.zeros(length, np.uint64)
    for place in range(order):
        keys = keys << np.uint64(BITS) | codes[place : place + length]
    found, counts = np.unique(keys, return_counts=True)
    kept = counts >= LEAST[order - 1]
    return found[kept], counts[kept]


def notes(count: int) -> list[str]:
    """So many generated footnotes, of every topic alike."""
    rng, topics = np.random.default_rng(SEED), sorted(FOOTNOTES)
    return [footnote(rng, topics[index % len(topics)]) for index in range(count)]


EPOCH = (1980, 1, 1, 0, 0, 0)
"""A day for every file: the same counts are the same bytes."""


def packed(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays as `numpy.savez_compressed` does, in LZMA: a quarter less than its deflate."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            info.compress_type = zipfile.ZIP_LZMA
            content = io.BytesIO()
            np.lib.format.write_array(content, array)
            archive.writestr(info, content.getvalue())


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, nargs="+", default=[Path("data/scan/lines")])
    parser.add_argument("--dictionary", type=Path, required=True, help="a word a line")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--output", type=Path, default=FILE)
    options = parser.parse_args()
    lines = (line for folder in options.corpus for line in line_crops.texts_of(folder))
    texts = [plain(line) for line in tqdm(lines, unit="line")] + notes(options.notes)
    for word in ordinary(options.dictionary):
        texts.append(f" {word} {PARTED} {word.capitalize()} ")
    table = {character: code_of(character) for character in set("".join(texts))}
    codes = np.array([table[character] for character in PARTED.join(texts)], np.uint64)
    stored: dict[str, Any] = {}
    for order in range(1, ORDER + 1):
        keys, counts = counted(codes, order)
        steps = np.diff(keys, prepend=np.uint64(0))
        smallest = np.min_scalar_type(int(steps.max()))
        stored[f"steps{order}"] = steps.astype(smallest)
        stored[f"counts{order}"] = np.rint(8 * np.log2(counts)).astype(np.uint8)
        print(f"{len(keys)} runs of {order}")
    packed(options.output, stored)


if __name__ == "__main__":
    main()
