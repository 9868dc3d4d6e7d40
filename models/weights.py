"""Released weights: `weights.toml` names each version's file, checksum, labels, sizes and origin.

Rows are written only by `training.publish`; nothing here trusts a file that does not match its row.
Files are ONNX for serving (and safetensors beside it for fine-tuning), never pickles. They lie in a
folder, or behind an fsspec URL from which each is fetched once (`models.origin`).
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import DamagedWeights, UnknownModel
from models.origin import TABLE, Origin, local_folder

if TYPE_CHECKING:
    import onnxruntime

FOLDER_VARIABLE = "FILINGSCAN_MODELS"
THREADS_VARIABLE = "FILINGSCAN_THREADS"
DATA_VARIABLE = "FILINGSCAN_DATA"
KEPT = "models"
"""Folder below that of the data: what was fetched, if the models are behind a URL."""

RECORD_KEYS = ("name", "labels", "dims", "commit", "data", "config", "scores")
"""What a run's `candidate.json` says about its weights."""
CANDIDATE = "candidate"
"""The version of weights that are not published."""


@dataclass(frozen=True)
class Weights:
    """One row of `weights.toml`; `dims` are the sizes the code must agree with.

    `file` lies in `folder`, or is fetched to it from `origin`; `note` is why it was published
    although the evaluation spoke against it. What is not compared is not in the table.
    """

    name: str
    version: str
    file: str
    sha256: str
    labels: tuple[str, ...]
    dims: dict[str, Any]
    commit: str
    data: str
    config: str
    scores: dict[str, float]
    champion: bool = True
    note: str = ""
    folder: Path = field(default_factory=Path, compare=False)
    origin: Origin | None = field(default=None, compare=False)

    @property
    def tag(self) -> str:
        """`name@version`, as every extraction records it."""
        return f"{self.name}@{self.version}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.file

    @property
    def card(self) -> str:
        """Name of its calibration card, a page of HTML that not every version has."""
        return f"{self.path.stem}.card.html"

    def has(self, name: str) -> bool:
        """Whether a file of this name lies beside its own, here or where that comes from."""
        return (self.folder / name).exists() or bool(self.origin and self.origin.has(name))

    def beside(self, name: str) -> bytes:
        """A file that lies beside its own; raises DamagedWeights."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            if not self.origin:
                raise DamagedWeights(f"{self.tag}: {name} cannot be read") from error
        data = self.origin.fetch(name)
        self.origin.keep(name, data)
        return data

    def read(self) -> bytes:
        """The file's bytes; raises DamagedWeights unless they match the row's checksum."""
        data = self.beside(self.file)
        if self.origin and not self._is(data):  # what is kept is of another release, or damaged
            data = self.origin.fetch(self.file)
            if self._is(data):
                self.origin.keep(self.file, data)
        if not self._is(data):
            raise DamagedWeights(f"{self.tag}: {self.file} does not match its checksum")
        return data

    def _is(self, data: bytes) -> bool:
        return hashlib.sha256(data).hexdigest() == self.sha256

    def session(self, threads: int | None = None) -> onnxruntime.InferenceSession:
        """An ONNX Runtime session over the verified bytes."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or thread_count()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Patterns are kept for every size of input, and no two pages have the same: 100 MB.
        options.enable_mem_pattern = False
        return onnxruntime.InferenceSession(
            self.read(), options, providers=["CPUExecutionProvider"]
        )


def thread_count() -> int:
    """Threads a process may use: `FILINGSCAN_THREADS`, else every core."""
    return int(os.environ.get(THREADS_VARIABLE, "0")) or os.cpu_count() or 1


def rows(folder: Path | None = None, kept: Path | None = None) -> list[Weights]:
    """Every released version: of the folder, of `FILINGSCAN_MODELS`, else of the checkout.

    What comes from a URL is kept in `kept`, unless told otherwise below `FILINGSCAN_DATA`. Raises
    DamagedWeights when the table cannot be read, and BadSetting for a URL of no known kind.
    """
    url = "" if folder else os.environ.get(FOLDER_VARIABLE, "")
    base = folder or (local_folder(url) if url else Path(__file__).parent)
    try:
        if base:
            text, files, origin = (base / TABLE).read_text(encoding="utf-8"), base / "weights", None
        else:
            files = kept or Path(os.environ.get(DATA_VARIABLE, "data")) / KEPT
            origin = Origin(url, files)
            text = origin.table()
        return [_row(raw, files, origin) for raw in tomllib.loads(text).get("model", [])]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DamagedWeights(f"{TABLE} of {base or url}: {error}") from error


def find(name: str, version: str | None = None, folder: Path | None = None) -> Weights:
    """The champion of `name`, or its given version; raises UnknownModel."""
    fitting = [
        row for row in rows(folder)
        if row.name == name and (row.version == version if version else row.champion)
    ]  # fmt: skip
    if not fitting:
        raise UnknownModel(f"no model {name}@{version or 'champion'} in weights.toml")
    return fitting[-1]


def _row(raw: dict[str, Any], folder: Path, origin: Origin | None) -> Weights:
    own = {"labels": tuple(raw["labels"]), "folder": folder, "origin": origin}
    return Weights(**(raw | own))


def of_run(run: Path) -> Weights:
    """The candidate of a training run's folder, to load unpublished; raises DamagedWeights."""
    try:
        record = json.loads((run / "candidate.json").read_text(encoding="utf-8"))
        common = {key: record[key] for key in RECORD_KEYS} | {"labels": tuple(record["labels"])}
        served = "model.json" if (run / "model.json").exists() else "model.onnx"
        row = Weights(version=CANDIDATE, file=served, sha256="", folder=run,
                      **common)  # fmt: skip
        return replace(row, sha256=hashlib.sha256(row.path.read_bytes()).hexdigest())
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DamagedWeights(f"{run}: no candidate to load: {error}") from error
