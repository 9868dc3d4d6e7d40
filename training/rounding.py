"""Convolutions that learn to be computed with eight bits, which takes a third of the time.

What goes into such a layer and what comes out is rounded to one of 256 levels, its weights to one
of 127 for every channel; the gradient passes as if nothing had been rounded (Jacob et al. 2018,
doi:10.1109/CVPR.2018.00286). In ONNX each rounding is a pair of nodes, out of which ONNX Runtime
makes a convolution of bytes. Weights use half the range of a byte, for processors whose sums of
products would overflow otherwise.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

LEVELS = 255
"""Steps between the lowest and the highest number that a byte stands for."""
WEIGHT_LEVELS = 63
"""Steps between none and the largest weight of a channel."""
RANGES = (".low", ".high", ".step")
"""Ends of the names that the layers' ranges have among a network's weights."""
MEMORY = 0.98
"""Of a range that is found over batches: how much of it the next batch leaves."""


class Levels(nn.Module):
    """Numbers rounded to the levels between the lowest and highest seen in training, none to none.

    Before it has seen any it changes nothing: weights trained without it stay as they are.
    """

    low: Tensor
    high: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("low", torch.zeros(()))
        self.register_buffer("high", torch.zeros(()))

    def forward(self, features: Tensor) -> Tensor:
        """Any shape to the same, rounded."""
        if self.training:
            self._watch(features.detach())
        low, high = float(self.low), float(self.high)
        if high <= low:
            return features
        step = (high - low) / LEVELS
        zero = min(max(round(-low / step), 0), LEVELS)
        if self.training:
            rounded: Tensor = _Straight.apply(  # type: ignore[no-untyped-call]
                features, step, -zero, LEVELS - zero
            )
            return rounded
        return torch.fake_quantize_per_tensor_affine(features, step, zero, 0, LEVELS)

    def forget(self) -> None:
        """Change nothing again, until numbers are seen."""
        self.low.zero_()
        self.high.zero_()

    def _watch(self, features: Tensor) -> None:
        known = MEMORY if self.high > self.low else 0.0
        self.low.lerp_(features.amin().float().clamp(max=0.0), 1 - known)
        self.high.lerp_(features.amax().float().clamp(min=0.0), 1 - known)


class _Straight(torch.autograd.Function):
    """Rounding through which the gradient passes straight; a fifth of the time of PyTorch's own."""

    @staticmethod
    def forward(ctx: object, features: Tensor, step: float, lowest: int, highest: int) -> Tensor:
        return (features * (1 / step)).round_().clamp_(lowest, highest).mul_(step)

    @staticmethod
    def backward(ctx: object, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        return gradient, None, None, None


class _Rounded(nn.modules.conv._ConvNd):
    """What rounded convolutions of one and of two dimensions have in common."""

    step: Tensor

    def _prepare(self) -> None:
        self.entry, self.exit = Levels(), Levels()
        self.register_buffer("step", torch.zeros(self.out_channels))

    def _rounded_weight(self) -> Tensor:
        if self.training:
            largest = self.weight.detach().abs().flatten(1).amax(1)
            self.step.copy_(largest.clamp(min=1e-6) / WEIGHT_LEVELS)
        if not bool(self.step.any()):
            return self.weight
        zero = torch.zeros(self.out_channels, dtype=torch.int32, device=self.weight.device)
        return torch.fake_quantize_per_channel_affine(self.weight, self.step, zero, 0, -128, 127)


class RoundedConv1d(nn.Conv1d, _Rounded):
    """`nn.Conv1d` on rounded numbers."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__(inputs, outputs, kernel)
        self._prepare()

    def forward(self, features: Tensor) -> Tensor:
        """(batch, inputs, time) to (batch, outputs, time)."""
        weight = self._rounded_weight()
        out: Tensor = self.exit(self._conv_forward(self.entry(features), weight, self.bias))
        return out


class RoundedConv2d(nn.Conv2d, _Rounded):
    """`nn.Conv2d` on rounded numbers."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__(inputs, outputs, kernel)
        self._prepare()

    def forward(self, features: Tensor) -> Tensor:
        """(batch, inputs, h, w) to (batch, outputs, h, w)."""
        weight = self._rounded_weight()
        out: Tensor = self.exit(self._conv_forward(self.entry(features), weight, self.bias))
        return out


def is_rounded(model: nn.Module) -> bool:
    """Whether some layer of a network has learnt what to round to."""
    return any(isinstance(each, Levels) and bool(each.high > each.low) for each in model.modules())
