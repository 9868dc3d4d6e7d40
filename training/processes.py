"""Several processes at one training, by Hugging Face Accelerate; one alone where none was launched.

`accelerate launch --multi_gpu --num_processes N -m training.train_tagger ...` takes a GPU for each
process, and without GPUs the CPU for all of them. Every process makes its share of a step's
samples; what adds up over samples is added up over processes, so the loss is that of one process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs, InitProcessGroupKwargs
from torch import Tensor, nn

from models.errors import BadSetting

Network = Callable[..., Tensor]
"""A module, or what stands for it while it learns."""
T = TypeVar("T")

PATIENCE = timedelta(hours=2)
"""How long the others wait while the main process generates pages or validates."""


def processes() -> Accelerator:
    """The processes of this training; mixed precision is the loop's own, from its config."""
    return Accelerator(
        cpu=not torch.cuda.is_available(),
        mixed_precision="no",
        kwargs_handlers=[
            # The tagger has weights that get no gradients.
            DistributedDataParallelKwargs(static_graph=True),
            InitProcessGroupKwargs(timeout=PATIENCE),
        ],
    )


def is_main() -> bool:
    """Whether this process writes, validates and shows progress."""
    return bool(processes().is_main_process)


def own_share(samples: Sequence[T]) -> Sequence[T]:
    """This process's samples of a step; raises BadSetting when some process would get none."""
    machine = processes()
    if len(samples) < machine.num_processes:
        raise BadSetting(
            f"{machine.num_processes} processes cannot share {len(samples)} samples: raise `batch`"
        )
    return samples[machine.process_index :: machine.num_processes]


def over_processes(sums: Tensor) -> Tensor:
    """The sums over all processes' samples; gradients flow through this process's share alone."""
    machine = processes()
    if machine.num_processes == 1:
        return sums
    total: Tensor = machine.reduce(sums.detach().clone(), "sum")
    return sums + (total - sums.detach())


def agreed(decision: bool) -> bool:
    """What the main process decided, in every process."""
    machine = processes()
    if machine.num_processes == 1:
        return decision
    own = decision and machine.is_main_process
    return bool(machine.reduce(torch.tensor(float(own), device=machine.device), "sum").item())


def shared(model: nn.Module) -> nn.Module:
    """The module wrapped so that gradients are averaged over processes."""
    machine = processes()
    if machine.num_processes > 1 and machine.device.type == "cuda":
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)  # type: ignore[no-untyped-call]
    wrapped: nn.Module = machine.prepare(model)
    return wrapped


def predicted(model: nn.Module, *inputs: Tensor) -> Tensor:
    """What the module says of the inputs, without gradients; computed where the module is."""
    device = next(model.parameters()).device
    with torch.no_grad():
        said: Tensor = model(*(each.to(device) for each in inputs))
    return said.float().cpu()
