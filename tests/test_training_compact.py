"""ONNX files are kept at half the size and say the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from training.compact import halve


def product(path: Path, weight: np.ndarray) -> Path:
    """A file that multiplies its input by a weight and adds a small bias."""
    size = weight.shape[0]
    bias = np.full((3,), 0.123456789, np.float32)
    times = helper.make_node("MatMul", ["x", "w"], ["xw"])
    graph = helper.make_graph(
        [times, helper.make_node("Add", ["xw", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(weight, "w"), numpy_helper.from_array(bias, "b")],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def answer(path: Path, size: int) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path))
    (said,) = session.run(None, {"x": np.ones((1, size), np.float32)})
    return np.asarray(said)


def test_half_the_bytes_say_the_same_and_small_numbers_stay_exact(tmp_path: Path) -> None:
    weight = np.random.default_rng(1).normal(0, 0.05, (1000, 3)).astype(np.float32)
    path = product(tmp_path / "model.onnx", weight)
    size, before = path.stat().st_size, answer(path, 1000)
    halve(path)
    np.testing.assert_allclose(answer(path, 1000), before, atol=2e-3)
    assert path.stat().st_size < 0.56 * size
    kept = {each.name: each for each in onnx.load(path).graph.initializer}
    assert numpy_helper.to_array(kept["b"])[0] == np.float32(0.123456789)


def test_done_twice_nothing_changes(tmp_path: Path) -> None:
    path = product(tmp_path / "model.onnx", np.ones((500, 3), np.float32))
    halve(path)
    once = path.read_bytes()
    halve(path)
    assert path.read_bytes() == once


def test_a_weight_that_half_precision_does_not_hold_is_refused(tmp_path: Path) -> None:
    path = product(tmp_path / "model.onnx", np.full((500, 3), 1e6, np.float32))
    before = path.read_bytes()
    with pytest.raises(OverflowError, match="w is too large"):
        halve(path)
    assert path.read_bytes() == before
