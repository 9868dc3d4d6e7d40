"""Released weights: `weights.toml` names each version's file, checksum, labels, sizes and origin.

Rows are written only by `training.publish`; nothing here trusts a file that does not match its row.
Files are ONNX for serving (and safetensors beside it for fine-tuning), never pickles.
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

if TYPE_CHECKING:
    import onnxruntime

FOLDER_VARIABLE = "FILINGSCAN_MODELS"
THREADS_VARIABLE = "FILINGSCAN_THREADS"

RECORD_KEYS = ("name", "labels", "dims", "commit", "data", "config", "scores")
"""What a run's `candidate.json` says about its weights."""
CANDIDATE = "candidate"
"""The version of weights that are not published."""


@dataclass(frozen=True)
class Weights:
    """One row of `weights.toml`; `dims` are the sizes the code must agree with.

    `file` lies in the weights folder; `note` is why it was published although the evaluation spoke
    against it.
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

    @property
    def tag(self) -> str:
        """`name@version`, as every extraction records it."""
        return f"{self.name}@{self.version}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder / self.file

    def read(self) -> bytes:
        """The file's bytes; raises DamagedWeights unless they match the row's checksum."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise DamagedWeights(f"{self.tag}: {self.file} cannot be read") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise DamagedWeights(f"{self.tag}: {self.file} does not match its checksum")
        return data

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


def models_folder() -> Path:
    """Where `weights.toml` and its files are: `FILINGSCAN_MODELS`, else the checkout's."""
    return Path(os.environ.get(FOLDER_VARIABLE, "") or Path(__file__).parent)


def rows(folder: Path | None = None) -> list[Weights]:
    """Every released version; raises DamagedWeights when the table cannot be read."""
    base = folder or models_folder()
    try:
        table = tomllib.loads((base / "weights.toml").read_text())
        return [_row(raw, base / "weights") for raw in table.get("model", [])]
    except (OSError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise DamagedWeights(f"{base / 'weights.toml'}: {error}") from error


def find(name: str, version: str | None = None, folder: Path | None = None) -> Weights:
    """The champion of `name`, or its given version; raises UnknownModel."""
    fitting = [
        row for row in rows(folder)
        if row.name == name and (row.version == version if version else row.champion)
    ]  # fmt: skip
    if not fitting:
        raise UnknownModel(f"no model {name}@{version or 'champion'} in weights.toml")
    return fitting[-1]


def _row(raw: dict[str, Any], folder: Path) -> Weights:
    return Weights(**(raw | {"labels": tuple(raw["labels"]), "folder": folder}))


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
