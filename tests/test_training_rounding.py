"""Layers that learn to be computed with eight bits: what they round, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from training.line_crops import ALPHABET
from training.loop import finish
from training.mix_recognizers import find_ranges, mean
from training.nets import LineNet, ReadingBlock
from training.rounding import LEVELS, Levels, RoundedConv1d, RoundedConv2d, is_rounded


def seen(*numbers: float) -> Levels:
    """Levels between the lowest and the highest of these numbers, in service."""
    levels = Levels().train()
    levels(torch.tensor(numbers))
    return levels.eval()


def ink(seed: int, width: int = 96) -> Tensor:
    """Two lines of strokes."""
    strokes = torch.rand((2, 1, 1, width), generator=torch.Generator().manual_seed(seed)) > 0.7
    return strokes.float().expand(2, 1, 32, width).clone()


def test_nothing_is_rounded_before_training() -> None:
    numbers = torch.randn(50)
    assert Levels().eval()(numbers) is numbers
    plain, rounded = nn.Conv2d(3, 4, 1), RoundedConv2d(3, 4, 1).eval()
    rounded.load_state_dict(rounded.state_dict() | plain.state_dict())
    image = torch.randn(1, 3, 5, 7)
    assert torch.equal(plain(image), rounded(image))


def test_numbers_come_out_within_half_a_step_and_none_as_none() -> None:
    levels = seen(-1.0, 3.0)
    numbers = torch.linspace(-1.0, 3.0, 1001)
    out = levels(numbers)
    assert (out - numbers).abs().max() <= 4.0 / LEVELS / 2 + 1e-6
    assert len(out.unique()) == LEVELS + 1
    assert levels(torch.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_what_lies_outside_becomes_the_last_level() -> None:
    out = seen(-1.0, 3.0)(torch.tensor([-50.0, 50.0]))
    assert out.tolist() == pytest.approx([-1.0, 3.0], abs=4.0 / LEVELS)


def test_training_rounds_as_service_does_and_the_gradient_passes() -> None:
    numbers = torch.linspace(-0.9, 2.9, 200, requires_grad=True)
    levels = seen(-1.0, 3.0).train()
    trained = levels(numbers)
    trained.sum().backward()
    assert numbers.grad is not None
    assert torch.equal(numbers.grad, torch.ones(200))
    assert torch.allclose(trained, levels.eval()(numbers), atol=1e-6)


def test_the_range_follows_what_is_seen() -> None:
    levels = seen(-1.0, 1.0).train()
    for _ in range(300):
        levels(torch.tensor([-2.0, 6.0]))
    assert (float(levels.low), float(levels.high)) == pytest.approx((-2.0, 6.0), abs=0.05)
    levels.forget()
    assert not is_rounded(levels)


@pytest.mark.parametrize("layer", [RoundedConv1d(8, 6, 1), RoundedConv2d(8, 6, 1)])
def test_a_rounded_convolution_is_near_the_plain_one(layer: RoundedConv1d | RoundedConv2d) -> None:
    size = (4, 8, 30) if isinstance(layer, RoundedConv1d) else (4, 8, 5, 6)
    features = torch.randn(size, generator=torch.Generator().manual_seed(2))
    plain = layer.eval()(features).detach()
    layer.train()(features)
    rounded = layer.eval()(features).detach()
    assert not torch.equal(plain, rounded)
    assert (plain - rounded).abs().mean() < 0.02 * plain.std()


def test_a_trained_net_is_served_with_bytes_and_says_the_same(tmp_path: Path) -> None:
    torch.manual_seed(3)
    model = LineNet(len(ALPHABET), 1)
    block = model.along[0]
    assert isinstance(block, ReadingBlock)
    nn.init.normal_(block.narrow.weight, std=0.1)  # it begins as nothing
    find_ranges(model, lambda step: (ink(step),) * 4, 3)
    assert is_rounded(model)
    finish(tmp_path, model, "recognizer", ALPHABET, {"height": 32, "blocks": 1}, ink(0),
           {"image": {0: "batch", 3: "width"}, "output": {0: "batch", 1: "steps"}}, {},
           Path("training/configs/recognizer.toml"), "strokes")  # fmt: skip
    stored = onnx.load(tmp_path / "model.onnx").graph.node
    assert sum(node.op_type == "QuantizeLinear" for node in stored) > 40
    path = tmp_path / "as_run.onnx"
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3  # That the file is for this machine only is known.
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), options)
    run = [node.op_type for node in onnx.load(path).graph.node]
    assert run.count("QLinearConv") == 2 * len(LineNet.PLAN) + 1 + 2
    strokes = ink(1, 128)
    (served,) = session.run(None, {"image": strokes.numpy()})
    with torch.no_grad():
        trained = model(strokes).numpy()
    assert np.abs(served - trained).mean() < 0.1 * trained.std()


def test_the_mean_of_an_older_net_rounds_as_the_new_one() -> None:
    new = {"mix.weight": torch.ones(2), "mix.entry.high": torch.tensor(4.0)}
    mixed = mean({"mix.weight": torch.zeros(2)}, new, 0.25)
    assert mixed["mix.weight"].tolist() == [0.25, 0.25]
    assert float(mixed["mix.entry.high"]) == 4.0
