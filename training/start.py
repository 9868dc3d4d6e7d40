"""Where a training starts: weights of another run or the released ones, their labels carried over.

Labels belong to weights. A tagger that starts from weights with other labels keeps the rows of the
labels both know; the rows of new labels are small random values, those of vanished ones are gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from models import weights
from models.errors import DamagedWeights
from models.origin import TABLE

CHAMPION = "champion"
SCRATCH = "scratch"
HEAD = ("head.weight", "head.bias")
SMALL = 0.02
"""Standard deviation of the values of new labels' rows."""


@dataclass(frozen=True)
class Start:
    """Weights to go on from, and what they are called; `labels` are empty where nothing tells."""

    tensors: dict[str, Tensor]
    labels: tuple[str, ...]
    named: str


def find_start(start: str, name: str) -> Start:
    """The released weights of `name`, or those of a file; raises UnknownModel, DamagedWeights."""
    if start == CHAMPION:
        row = weights.find(name)
        return Start(_tensors(row.beside(f"{row.path.stem}.safetensors"), row.tag), row.labels,
                     row.tag)  # fmt: skip
    path = Path(start)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DamagedWeights(f"{path} cannot be read: {error.strerror}") from error
    return Start(_tensors(data, str(path)), _labels_of(path), str(path))


def _tensors(data: bytes, named: str) -> dict[str, Tensor]:
    try:
        return {key: value.float() if value.is_floating_point() else value
                for key, value in load(data).items()}  # fmt: skip
    except (SafetensorError, ValueError, KeyError) as error:
        raise DamagedWeights(f"{named}: no safetensors: {error}") from error


def _labels_of(path: Path) -> tuple[str, ...]:
    """What the run's record beside the file says, or the row of the table above it."""
    record = path.parent / "candidate.json"
    if record.exists():
        return tuple(json.loads(record.read_text(encoding="utf-8"))["labels"])
    if (path.parent.parent / TABLE).exists():
        for row in weights.rows(path.parent.parent):
            if Path(row.file).stem == path.stem:
                return row.labels
    return ()


def carried(start: Start, labels: Sequence[str], seed: int) -> Start:
    """The start with the rows of its head in the order of `labels`; unchanged if it has none."""
    if not start.labels or start.labels == tuple(labels):
        return start
    generator = torch.Generator().manual_seed(seed)
    place = {label: row for row, label in enumerate(start.labels)}
    tensors = dict(start.tensors)
    for name in HEAD:
        old = tensors.get(name)
        if old is None or len(old) != len(start.labels):
            raise DamagedWeights(f"{start.named}: {name} does not have a row for every label")
        new = SMALL * torch.randn(len(labels), *old.shape[1:], generator=generator)
        known = [index for index, label in enumerate(labels) if label in place]
        new[known] = old[[place[labels[index]] for index in known]]
        tensors[name] = new
    return Start(tensors, tuple(labels), start.named)


def start_from(model: nn.Module, start: Start) -> None:
    """Take over all weights; raises DamagedWeights, naming the first that does not fit."""
    wanted = model.state_dict()
    for name in sorted(wanted.keys() | start.tensors.keys()):
        own, other = wanted.get(name), start.tensors.get(name)
        if own is None or other is None or own.shape != other.shape:
            raise DamagedWeights(
                f"{start.named} does not fit the network of the config: {name} is "
                f"{_shape(other)}, not {_shape(own)}"
            )
    model.load_state_dict(start.tensors)


def _shape(tensor: Tensor | None) -> str:
    return "missing" if tensor is None else "x".join(str(size) for size in tensor.shape) or "one"
