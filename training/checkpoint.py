"""How far a run has come: what it resumes from, its log and its curve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

FILE = "checkpoint.pt"
LOG = "log.jsonl"
CURVE = "curve.png"

Row = dict[str, float]


@dataclass
class Progress:
    """Where a run stands; `loss` is smoothed, `seconds` are those of all its parts.

    `rows` are the validations so far. `best` are the averaged weights that validated best, `score`
    what they reached; `stale` counts the validations since.
    """

    step: int = 0
    loss: float = 0.0
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)
    score: float = float("-inf")
    best: dict[str, Any] = field(default_factory=dict)
    stale: int = 0

    def learned(self, loss: float) -> None:
        """One more step."""
        self.loss = 0.98 * self.loss + 0.02 * loss if self.step else loss
        self.step += 1

    def judged(self, score: float, weights: Mapping[str, Any]) -> None:
        """One more validation; the weights are copied where they are the best so far."""
        if score > self.score:
            self.score, self.stale = score, 0
            self.best = {name: each.detach().cpu().clone() for name, each in weights.items()}
        else:
            self.stale += 1


@dataclass(frozen=True)
class Learner:
    """What learns, and what a checkpoint holds of it."""

    model: nn.Module
    averaged: torch.optim.swa_utils.AveragedModel
    optimizer: torch.optim.Optimizer

    def save(self, folder: Path, progress: Progress) -> None:
        """Write a checkpoint beside and rename it, so that a kill leaves the old one."""
        part = folder / "checkpoint.part"
        torch.save(
            {"step": progress.step, "model": self.model.state_dict(),
             "averaged": self.averaged.state_dict(), "optimizer": self.optimizer.state_dict(),
             "progress": vars(progress)},
            part,
        )  # fmt: skip
        part.rename(folder / FILE)

    def resume(self, folder: Path) -> Progress:
        """Take over the folder's checkpoint, if there is one."""
        path = folder / FILE
        if not path.exists():
            return Progress()
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        return Progress(**({"step": state["step"]} | state.get("progress", {})))


def write_log(folder: Path, rows: Iterable[Mapping[str, float]]) -> None:
    """One line per validation; what a broken-off run wrote after its checkpoint goes."""
    (folder / LOG).write_text("".join(json.dumps(row) + "\n" for row in rows))


def read_log(folder: Path) -> list[Row]:
    """The validations of a run, the first one first; none before the first."""
    path = folder / LOG
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def draw_curve(folder: Path, rows: Sequence[Mapping[str, float]]) -> None:
    """Loss and validation scores over steps, as a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True)
    learned = [row for row in rows if row["step"]]
    upper.plot([row["step"] for row in learned], [row["loss"] for row in learned], marker=".")
    upper.set_ylabel("loss")
    for name in [name for name in rows[-1] if name not in ("step", "loss", "seconds")]:
        known = [row for row in rows if name in row]
        lower.plot([row["step"] for row in known], [row[name] for row in known], marker=".",
                   label=name)  # fmt: skip
    lower.set_xlabel("step")
    if lower.lines:
        lower.legend(fontsize="small")
    figure.savefig(folder / CURVE)
