"""Reading many files in one process: what is written where, and going on past bad files."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from models.errors import FilingscanError, NoKnownForm
from models.export import to_csv, to_json, to_xml
from models.extraction import Extraction
from models.reader import read
from models.sandbox import Limits
from service.extractor import Extracts

SUFFIXES = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")
TABLE = "filings.csv"
ENDINGS = {"json": ".json", "xml": ".xml", "words": ".words.json"}

Failure = tuple[Path, str]

logger = logging.getLogger("filingscan.batch")


def inputs(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those of known suffixes in the folders named, each once."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES)
        for each in inside if path.is_dir() else [path]:
            found.setdefault(each.resolve(), each)
    return list(found.values())


def output_names(paths: Sequence[Path]) -> dict[Path, str]:
    """A name for each file's outputs: its stem, with its folder in front where stems are equal."""
    names = {path: path.stem for path in paths}
    # Each step says more, and only of those files that are not yet told apart.
    for longer in (_with_folder, _with_suffix, _with_whole_path):
        counts = Counter(name.lower() for name in names.values())
        names = {
            path: longer(path) if counts[name.lower()] > 1 else name for path, name in names.items()
        }
    return names


def _with_folder(path: Path) -> str:
    return f"{path.resolve().parent.name}-{path.stem}".lstrip("-")


def _with_suffix(path: Path) -> str:
    return f"{_with_folder(path)}{path.suffix}"


def _with_whole_path(path: Path) -> str:
    return "-".join(path.resolve().parts[1:])


@dataclass
class Batch:
    """One run over many files, their outputs below a folder."""

    output: Path
    formats: tuple[str, ...]
    force: bool
    limits: Limits
    table: list[tuple[str, Extraction]] = field(default_factory=list)
    written: set[Path] = field(default_factory=set)
    """Of this run: not even `force` writes over these."""

    def run(self, paths: Sequence[Path], loader: Callable[[], Extracts]) -> list[Failure]:
        """Read every file; the answer names those that failed, and why."""
        failures: list[Failure] = []
        table = self.output / TABLE
        if "csv" in self.formats and table.exists() and not self.force:
            return [(table, "exists already; use --force to write over it")]
        self.output.mkdir(parents=True, exist_ok=True)
        extractor = loader()
        names = output_names(paths)
        for path in _watched(paths):
            if reason := self._one(path, names[path], extractor):
                failures.append((path, reason))
        if "csv" in self.formats:
            table.write_text(to_csv(self.table), encoding="utf-8")
        return failures

    def _one(self, path: Path, name: str, extractor: Extracts) -> str:
        """Read one file and write what is asked for; the answer is why it failed, or empty."""
        try:
            return self._there([name]) or self._outputs(path, name, extractor)
        except FilingscanError as error:
            return f"{error.code}: {error.detail} {error.remedy}"
        except OSError as error:
            return f"{error.strerror or error}"
        except Exception as error:  # a fault of ours in one file must not end the run
            logger.debug("unforeseen error at %s", path, exc_info=error)
            return f"internal-error: {type(error).__name__}: {error}"

    def _outputs(self, path: Path, name: str, extractor: Extracts) -> str:
        """Read one file and write its filings; the answer is why they cannot be written."""
        try:
            found = extractor.extract_all(read(path.read_bytes(), path.name, self.limits))
        except NoKnownForm as error:
            if error.read and "words" in self.formats:
                self._write(name, error.read, ("words",))
            raise
        names = numbered(name, len(found))
        if there := self._there(names):
            return there
        for each, extraction in zip(names, found, strict=True):
            self._write(each, extraction, self.formats)
        if "csv" in self.formats:
            self.table += [(path.name, extraction) for extraction in found]
        return ""

    def _targets(self, name: str, formats: Sequence[str]) -> dict[str, Path]:
        """The file of each format, the common table left out."""
        return {kind: self.output / f"{name}{ENDINGS[kind]}" for kind in formats if kind in ENDINGS}

    def _there(self, names: Sequence[str]) -> str:
        """Why outputs of these names cannot be written, or empty."""
        targets = [path for name in names for path in self._targets(name, self.formats).values()]
        if clash := [path.name for path in targets if path in self.written]:
            return f"{', '.join(clash)} was just written for another file; rename one of them"
        if (there := [path.name for path in targets if path.exists()]) and not self.force:
            return f"{', '.join(there)} exists already; use --force to write over it"
        return ""

    def _write(self, name: str, extraction: Extraction, formats: Sequence[str]) -> None:
        for kind, target in self._targets(name, formats).items():
            target.write_bytes(_encoded(extraction, kind))
            self.written.add(target)


def numbered(name: str, count: int) -> list[str]:
    """A name for each filing of a document: numbered from 1 where there are several."""
    return [name] if count == 1 else [f"{name}.{number}" for number in range(1, count + 1)]


def _encoded(extraction: Extraction, kind: str) -> bytes:
    if kind == "xml":
        return to_xml(extraction)
    plain = to_json(extraction, words=kind == "words")
    return json.dumps(plain, indent=1, ensure_ascii=False).encode() + b"\n"


def _watched(paths: Sequence[Path]) -> Iterator[Path]:
    """The same paths, with a bar on standard error while it is a terminal."""
    if not sys.stderr.isatty():
        return iter(paths)
    return iter(track(paths, "reading", console=Console(stderr=True)))
