"""A network's file is rewritten to say the same in less time."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from training.compact import halve
from training.nets import LayoutNet, LineNet
from training.streamline import main, streamline

OPENS = torch.rand((1, 1, 64, 96), generator=torch.Generator().manual_seed(1))
OTHER = torch.rand((2, 1, 48, 80), generator=torch.Generator().manual_seed(2))
"""Of another size, and several: nothing may depend on the example of the export."""


def stirred(model: nn.Module) -> nn.Module:
    """The net with norms as training leaves them: none is the identity."""
    random = torch.Generator().manual_seed(3)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            for values in (part.weight.data, part.running_var):
                assert values is not None
                values.copy_(torch.rand(values.shape, generator=random) + 0.5)
            for values in (part.bias.data, part.running_mean):
                assert values is not None
                values.copy_(torch.randn(values.shape, generator=random) * 0.3)
    return model.eval()


def exported(model: nn.Module, path: Path, example: torch.Tensor = OPENS) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (example,), str(path), dynamo=False, opset_version=17, input_names=["image"],
            output_names=["output"],
            dynamic_axes={"image": {0: "batch", 2: "height", 3: "width"}},
        )  # fmt: skip
    return path


def layout(path: Path) -> Path:
    torch.manual_seed(4)
    return exported(stirred(LayoutNet(9, (4, 8, 16, 16), 15)), path)


def answer(path: Path, image: torch.Tensor = OTHER) -> npt.NDArray[np.float32]:
    (said,) = onnxruntime.InferenceSession(str(path)).run(None, {"image": image.numpy()})
    return np.asarray(said)


def operators(path: Path) -> set[str]:
    return {node.op_type for node in onnx.load(path).graph.node}


def test_the_layout_detector_says_the_same_without_norms_and_without_the_slow_shuffle(
    tmp_path: Path,
) -> None:
    path = layout(tmp_path / "model.onnx")
    assert {"BatchNormalization", "DepthToSpace"} <= operators(path)
    before = answer(path)
    streamline(path)
    assert not {"BatchNormalization", "DepthToSpace"} & operators(path)
    assert before.shape == (2, 9, 48, 80)
    np.testing.assert_allclose(answer(path), before, rtol=2e-3, atol=2e-3 * np.abs(before).max())


def test_a_file_in_half_precision_stays_half_as_large(tmp_path: Path) -> None:
    path = layout(tmp_path / "model.onnx")
    halve(path)
    size, before = path.stat().st_size, answer(path)
    streamline(path)
    assert path.stat().st_size < 1.05 * size
    np.testing.assert_allclose(answer(path), before, rtol=2e-3, atol=2e-3 * np.abs(before).max())


def test_done_twice_nothing_changes(tmp_path: Path) -> None:
    path = layout(tmp_path / "model.onnx")
    streamline(path)
    once = path.read_bytes()
    streamline(path)
    assert path.read_bytes() == once


def test_a_net_without_norms_and_shuffles_stays_as_it_is(tmp_path: Path) -> None:
    torch.manual_seed(5)
    lines = torch.rand((1, 1, 32, 96))
    path = exported(LineNet(7, 1).eval(), tmp_path / "model.onnx", lines)
    before = path.read_bytes()
    streamline(path)
    assert path.read_bytes() == before


def test_a_norm_before_a_convolution_with_padding_is_left_alone(tmp_path: Path) -> None:
    # At the page's edge the convolution would see the shift of the norm where there is padding.
    net = nn.Sequential(nn.ReLU(), nn.BatchNorm2d(1), nn.Conv2d(1, 300, 3, padding=1))
    path = exported(stirred(net), tmp_path / "model.onnx")
    streamline(path)
    assert "BatchNormalization" in operators(path)


def test_the_program_rewrites_the_file_of_a_run_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = layout(tmp_path / "model.onnx")
    monkeypatch.setattr(sys, "argv", ["streamline", str(tmp_path)])
    main()
    assert "model.onnx: rewritten" in capsys.readouterr().out
    main()
    assert "model.onnx: as it was" in capsys.readouterr().out
    assert "DepthToSpace" not in operators(path)
