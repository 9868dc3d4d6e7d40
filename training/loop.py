"""The training loop of all three models: deterministic batches, averaged weights, resume.

Step k's batch depends on (seed, k) only, so a run that was interrupted and resumed from its
checkpoint ends where an uninterrupted one ends.
"""

from __future__ import annotations

import json
import math
import subprocess
import time
import tomllib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.jit import TracerWarning  # type: ignore[attr-defined]
from tqdm import tqdm

Batch = Any
Loss = Callable[[nn.Module, Batch], Tensor]
Validate = Callable[[nn.Module], dict[str, float]]


@dataclass(frozen=True)
class LoopConfig:
    """How long and how fast to learn; read from the `[loop]` table of a config file."""

    steps: int
    batch: int
    learning_rate: float
    seed: int = 1
    weight_decay: float = 0.01
    warmup: int = 100
    average: float = 0.998
    """Decay of the exponential moving average of the weights, which is what is kept."""
    clip: float = 1.0
    checkpoint_every: int = 250
    validate_every: int = 1000
    threads: int = 1


def read_config(path: Path) -> tuple[LoopConfig, dict[str, Any]]:
    """The `[loop]` table and the whole file of a training config."""
    raw = tomllib.loads(path.read_text())
    return LoopConfig(**raw["loop"]), raw


def train(
    model: nn.Module,
    batch_of: Callable[[int], Batch],
    loss_of: Loss,
    config: LoopConfig,
    folder: Path,
    validate: Validate | None = None,
) -> nn.Module:
    """Train to `config.steps`, resuming from `folder`; returns the model with averaged weights.

    `batch_of(step)` makes the step's batch; validation scores go to `folder/log.jsonl`.
    """
    torch.set_num_threads(config.threads)
    folder.mkdir(parents=True, exist_ok=True)
    averaged = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=averaging(config.average), use_buffers=True
    )
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    start = _resume(folder, model, averaged, optimizer)
    progress = tqdm(range(start, config.steps), initial=start, total=config.steps, unit="step")
    begun, smooth = time.time(), 0.0
    for step in progress:
        torch.manual_seed(config.seed * 1_000_003 + step)
        loss = _step(model, batch_of(step), loss_of, optimizer, config, step)
        averaged.update_parameters(model)
        smooth = loss if step == start else 0.98 * smooth + 0.02 * loss
        progress.set_postfix(loss=f"{smooth:.4f}", refresh=False)
        last = step + 1 == config.steps
        if last or (step + 1) % config.checkpoint_every == 0:
            _save(folder, model, averaged, optimizer, step + 1)
        if last or (step + 1) % config.validate_every == 0:
            scores = validate(averaged.module.eval()) if validate else {}
            _log(folder, step + 1, smooth, time.time() - begun, scores)
    result: nn.Module = averaged.module
    return result.eval()


def averaging(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Exponential moving average whose memory grows, so that the start is forgotten."""

    def average(kept: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        if not kept.is_floating_point():
            # Counters and position tables are not weights: an average would round them down.
            return new
        share = min(decay, (1 + int(count)) / (20 + int(count)))
        return kept * share + new * (1 - share)

    return average


def _step(
    model: nn.Module, batch: Batch, loss_of: Loss, optimizer: torch.optim.Optimizer,
    config: LoopConfig, step: int,
) -> float:  # fmt: skip
    model.train()
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * rate_at(step, config)
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(model, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(model.parameters(), config.clip)
    optimizer.step()
    return loss.item()


def rate_at(step: int, config: LoopConfig) -> float:
    """Share of the full learning rate: linear warm-up, then half a cosine down to 2 %."""
    if step < config.warmup:
        return (step + 1) / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    return 0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2


def _save(
    folder: Path, model: nn.Module, averaged: nn.Module, optimizer: torch.optim.Optimizer, step: int
) -> None:
    """Checkpoint for resuming; written beside and renamed, so that a kill leaves the old one."""
    part = folder / "checkpoint.part"
    torch.save(
        {"step": step, "model": model.state_dict(), "averaged": averaged.state_dict(),
         "optimizer": optimizer.state_dict()},
        part,
    )  # fmt: skip
    part.rename(folder / "checkpoint.pt")


def _resume(
    folder: Path, model: nn.Module, averaged: nn.Module, optimizer: torch.optim.Optimizer
) -> int:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    averaged.load_state_dict(state["averaged"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _log(folder: Path, step: int, loss: float, seconds: float, scores: dict[str, float]) -> None:
    row = {"step": step, "loss": round(loss, 5), "seconds": round(seconds), **scores}
    tqdm.write(json.dumps(row))
    with (folder / "log.jsonl").open("a") as log:
        log.write(json.dumps(row) + "\n")


def finish(
    folder: Path, model: nn.Module, name: str, labels: tuple[str, ...], dims: dict[str, Any],
    example: Any, axes: dict[str, dict[int, str]], scores: dict[str, float], config: Path,
    data: str,
) -> None:  # fmt: skip
    """Write the candidate for `training.publish`: ONNX, safetensors, and what they are."""
    from safetensors.torch import save_model

    arguments = example if isinstance(example, tuple) else (example,)
    names = [key for key in axes if key != "output"]
    with warnings.catch_warnings():
        # The exporter that PyTorch recommends instead needs a further package, onnxscript.
        warnings.filterwarnings("ignore", "You are using the legacy", DeprecationWarning)
        warnings.filterwarnings("ignore", "The feature will be removed", DeprecationWarning)
        # Tracing fixes Python values and indexing is rewritten; training.publish checks parity at
        # other sizes than the example's.
        warnings.filterwarnings("ignore", category=TracerWarning)
        warnings.filterwarnings("ignore", "Exporting aten::index operator", UserWarning)
        torch.onnx.export(
            model, arguments, str(folder / "model.onnx"), dynamo=False, opset_version=17,
            input_names=names, output_names=["output"], dynamic_axes=axes,
        )  # fmt: skip
    save_model(model, str(folder / "model.safetensors"))
    candidate = {
        "name": name, "labels": labels, "dims": dims, "commit": commit(), "data": data,
        "config": str(config), "scores": scores,
    }  # fmt: skip
    (folder / "candidate.json").write_text(json.dumps(candidate, indent=1))


def commit() -> str:
    """The commit of the checkout that trains."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    )
    return head.stdout.strip()
