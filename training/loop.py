"""The training loop of all three models: deterministic batches, averaged weights, resume.

Step k's batch depends on (seed, k) only, so a run that was interrupted and resumed from its
checkpoint ends where an uninterrupted one ends. Several processes (`training.processes`) share a
step's samples; the main one alone writes, logs and validates.
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
from accelerate.utils import send_to_device
from torch import Tensor, nn
from torch.jit import TracerWarning  # type: ignore[attr-defined]
from tqdm import tqdm

from models.errors import BadSetting
from training.checkpoint import Learner, Progress, draw_curve, write_log
from training.compact import halve
from training.processes import Network, agreed, is_main, processes, shared
from training.streamline import streamline

Batch = Any
Loss = Callable[[Network, Batch], Tensor]
Validate = Callable[[nn.Module], dict[str, float]]
ERRORS = ("cer",)
"""Validation scores that are the better the lower they are."""


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
    precision: str = "bf16"
    """`bf16`: mixed precision where the device has it; `fp32`."""
    metric: str = ""
    """Validation score whose best weights are kept, or the mean of several: `f1+f1_labelled`.

    Empty keeps the last weights. With a metric the start is validated too, and may be the best.
    """
    patience: int = 0
    """Validations without a better metric that end the run; 0: none do."""
    minutes: float = 0.0
    """Limit of the time, after which a last validation ends the run; 0: none.

    The schedule stays that of `steps`. Where a limit ends a run depends on the machine.
    """


def read_config(path: Path) -> tuple[LoopConfig, dict[str, Any]]:
    """The `[loop]` table and the whole file of a training config; raises BadSetting."""
    raw = read_toml(path)
    return loop_config(raw, path), raw


def read_toml(path: Path) -> dict[str, Any]:
    """A config file; raises BadSetting."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"{path} cannot be read: {error}") from error


def loop_config(raw: dict[str, Any], path: Path) -> LoopConfig:
    """The `[loop]` table of what was read from a config file; raises BadSetting."""
    try:
        config = LoopConfig(**raw["loop"])
    except (KeyError, TypeError) as error:
        raise BadSetting(f"{path}, table [loop]: {error}") from error
    if config.patience and not config.metric:
        raise BadSetting(f"{path}, table [loop]: patience needs a metric")
    return config


def train(
    model: nn.Module,
    batch_of: Callable[[int], Batch],
    loss_of: Loss,
    config: LoopConfig,
    folder: Path,
    validate: Validate | None = None,
) -> nn.Module:
    """Train to `config.steps`, resuming from `folder`; returns the averaged weights' model, on CPU.

    The best one where a metric is named, else the last. `batch_of(step)` makes this process's share
    of the step's batch; validation scores go to `folder/log.jsonl` and `folder/curve.png`.
    """
    torch.set_num_threads(config.threads)
    folder.mkdir(parents=True, exist_ok=True)
    model.to(processes().device)
    learner = _learner(model, config)
    progress = learner.resume(folder)
    network = _mixed(shared(model), config)
    before, begun = progress.seconds, time.monotonic()
    looked = len(progress.rows) > 0 and progress.rows[-1]["step"] == progress.step

    def look() -> None:
        if is_main():
            _look(learner.averaged.module, validate, progress, config, folder)

    if config.metric and not progress.step and not looked:
        look()
    bar = tqdm(initial=progress.step, total=config.steps, unit="step", disable=not is_main())
    while not agreed(_is_over(progress, config)):
        loss = _step(learner, network, batch_of, loss_of, config, progress.step)
        progress.learned(loss)
        progress.seconds = before + time.monotonic() - begun
        bar.set_postfix(loss=f"{progress.loss:.4f}", refresh=False)
        bar.update()
        looked = progress.step % config.validate_every == 0
        if looked:
            look()
        if is_main() and (looked or progress.step % config.checkpoint_every == 0):
            learner.save(folder, progress)
    bar.close()
    if not looked:
        look()
    if is_main():
        learner.save(folder, progress)
        draw_curve(folder, progress.rows)
    return _result(learner, progress)


def _learner(model: nn.Module, config: LoopConfig) -> Learner:
    averaged = torch.optim.swa_utils.AveragedModel(
        model, avg_fn=averaging(config.average), use_buffers=True
    )
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    return Learner(model, averaged, optimizer)


def _result(learner: Learner, progress: Progress) -> nn.Module:
    result: nn.Module = learner.averaged.module
    if progress.best:
        result.load_state_dict(progress.best)
    return result.cpu().eval()


def _mixed(network: nn.Module, config: LoopConfig) -> Network:
    """The network in mixed precision, where the config and the device have it."""
    kind = processes().device.type
    # Other CPUs have it too, in software and several times slower than single precision.
    able = (torch.backends.cpu.get_cpu_capability().startswith("AVX512") if kind == "cpu"
            else torch.cuda.is_bf16_supported())  # fmt: skip

    def said(*inputs: Tensor) -> Tensor:
        with torch.autocast(kind, torch.bfloat16, enabled=able and config.precision == "bf16"):
            logits: Tensor = network.train()(*inputs)
        return logits.float()

    return said


def _is_over(progress: Progress, config: LoopConfig) -> bool:
    return (
        progress.step >= config.steps
        or 0 < config.patience <= progress.stale
        or 0 < config.minutes * 60 <= progress.seconds
    )


def _look(
    model: nn.Module, validate: Validate | None, progress: Progress, config: LoopConfig,
    folder: Path,
) -> None:  # fmt: skip
    """Validate the averaged weights, log that, and keep them if they are the best."""
    scores = validate(model.eval()) if validate else {}
    loss = {"loss": round(progress.loss, 5)} if progress.step else {}
    row = {"step": progress.step, **loss, "seconds": round(progress.seconds), **scores}
    progress.rows.append(row)
    tqdm.write(json.dumps(row))
    write_log(folder, progress.rows)
    if config.metric:
        progress.judged(metric_of(scores, config.metric), model.state_dict())


def metric_of(scores: dict[str, float], metric: str) -> float:
    """The mean of the named scores, higher is better; raises BadSetting for an unknown one."""
    names = metric.split("+")
    unknown = [name for name in names if name not in scores]
    if unknown:
        raise BadSetting(f"metric {unknown[0]!r} is none of the scores: {', '.join(scores)}")
    signed = [-scores[name] if name.split("_")[0] in ERRORS else scores[name] for name in names]
    return sum(signed) / len(signed)


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
    learner: Learner, network: Network, batch_of: Callable[[int], Batch], loss_of: Loss,
    config: LoopConfig, step: int,
) -> float:  # fmt: skip
    machine = processes()
    torch.manual_seed(config.seed * 1_000_003 + step + machine.process_index * 1_000_000_007)
    batch = send_to_device(batch_of(step), machine.device)
    for group in learner.optimizer.param_groups:
        group["lr"] = config.learning_rate * rate_at(step, config)
    learner.optimizer.zero_grad(set_to_none=True)
    loss = loss_of(network, batch)
    # Gradients are averaged over processes, and the loss of each knows only its own samples'.
    (loss * machine.num_processes).backward()
    nn.utils.clip_grad_norm_(learner.model.parameters(), config.clip)
    learner.optimizer.step()
    learner.averaged.update_parameters(learner.model)
    return loss.item()


def rate_at(step: int, config: LoopConfig) -> float:
    """Share of the full learning rate: linear warm-up, then half a cosine down to 2 %."""
    if step < config.warmup:
        return (step + 1) / config.warmup
    done = (step - config.warmup) / max(config.steps - config.warmup, 1)
    return 0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2


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
    streamline(folder / "model.onnx")
    halve(folder / "model.onnx")
    save_model(model, str(folder / "model.safetensors"))
    candidate = {
        "name": name, "labels": labels, "dims": dims, "commit": commit(), "data": data,
        "config": str(config), "scores": scores,
        "settings": config.read_text(encoding="utf-8") if config.exists() else "",
    }  # fmt: skip
    (folder / "candidate.json").write_text(json.dumps(candidate, indent=1))


def commit() -> str:
    """The commit of the checkout that trains."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    )
    return head.stdout.strip()
