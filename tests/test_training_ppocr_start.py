"""PP-OCR's layers in our network: norms folded, colours to ink, characters to our alphabet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

from training.line_crops import ALPHABET
from training.nets import LineNet
from training.ppocr_start import NEVER, RARER, Onnx, chosen, on_ink, started


def array(name: str, values: np.ndarray) -> TensorProto:
    return numpy_helper.from_array(values.astype(np.float32), name)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A convolution with a batch norm, a reshaping, and a fully connected layer with a bias."""
    rng = np.random.default_rng(1)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[1, 1]),
        helper.make_node("BatchNormalization", ["c", "g", "b", "m", "v"], ["n"], epsilon=1e-3),
        helper.make_node("Squeeze", ["n", "axes"], ["s"]),
        helper.make_node("Transpose", ["s"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["t", "f"], ["p"]),
        helper.make_node("Add", ["p", "d"], ["y"]),
    ]
    values = {"w": rng.normal(size=(4, 2, 1, 1)), "g": rng.normal(size=4), "b": rng.normal(size=4),
              "m": rng.normal(size=4), "v": rng.random(4) + 0.5, "f": rng.normal(size=(4, 3)),
              "d": rng.normal(size=3)}  # fmt: skip
    initial = [array(name, each) for name, each in values.items()]
    initial.append(numpy_helper.from_array(np.array([2], np.int64), "axes"))
    own = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, 1, 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5, 3])], initial,
    )  # fmt: skip
    path = tmp_path / "graph.onnx"
    model = helper.make_model(own, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, path)
    return path


def test_layers_with_their_norms_folded_say_what_the_graph_says(graph: Path) -> None:
    image = np.random.default_rng(2).normal(size=(1, 2, 1, 5)).astype(np.float32)
    (expected,) = onnxruntime.InferenceSession(graph).run(None, {"x": image})
    (weight, bias), (dense, shift) = Onnx(graph).layers()
    seen = np.einsum("oi,iw->wo", weight[:, :, 0, 0], image[0, :, 0]) + bias
    assert np.allclose(seen @ dense.T + shift, expected[0], atol=1e-5)


def test_the_first_layer_sees_ink_as_it_saw_white_and_black() -> None:
    rng = np.random.default_rng(3)
    weight, bias = rng.normal(size=(2, 3, 3, 3)), rng.normal(size=2)
    ink = torch.rand(1, 1, 8, 8, dtype=torch.float64)
    colours = (1.0 - 2.0 * ink).repeat(1, 3, 1, 1)
    before = functional.conv2d(colours, torch.tensor(weight), torch.tensor(bias))
    own, shift = on_ink((weight, bias))
    assert torch.allclose(functional.conv2d(ink, torch.tensor(own), torch.tensor(shift)), before)


def test_a_superscript_starts_as_its_plain_digit_but_rarer() -> None:
    known = ["", "1", "A"]
    weight, bias = chosen((np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.arange(3.0)), known)
    one, raised, other = (ALPHABET.index(label) for label in ("1", "¹", "B"))
    assert weight[one].tolist() == weight[raised].tolist() == [3.0, 4.0]
    assert bias[one] - bias[raised] == RARER
    assert bias[other] == NEVER


def test_every_layer_of_the_body_is_set_and_the_new_blocks_change_nothing() -> None:
    model = LineNet(len(ALPHABET), 1)
    shapes = [tuple(each.weight.shape) for name, each in model.named_modules()
              if hasattr(each, "weight")
              and not name.startswith(("along", "between", "head"))]  # fmt: skip
    first = (shapes[0][0], 3, *shapes[0][2:])
    layers = [(np.full(shape, 0.01), np.full(shape[0], 0.5)) for shape in [first, *shapes[1:]]]
    head = [(np.ones((8, 160)), np.zeros(8)), (np.ones((2, 8)), np.zeros(2))]
    made = started(model, [*layers, *head], ["", "A"]).eval()
    scales = {"narrow": 0.01 / LineNet.GELU, "widen": 0.01 * LineNet.GELU}
    for name, weight in made.body.named_parameters():
        if name.endswith("weight"):
            expected = scales.get(name.split(".")[1], 0.01)
            assert torch.allclose(weight, torch.full_like(weight, expected))
    features = torch.rand(1, 160, 12)
    assert torch.equal(made.along(features), features)


def test_hardswish_between_scaled_layers_is_nearly_gelu() -> None:
    values = torch.linspace(-6, 6, 200)
    replaced = functional.hardswish(LineNet.GELU * values) / LineNet.GELU
    assert (replaced - functional.gelu(values)).abs().max() < 0.11


def test_weights_of_an_older_net_give_its_columns_and_their_means_between() -> None:
    model, older = LineNet(len(ALPHABET), 1).eval(), len(ALPHABET) - 1
    state = {name: value.clone() for name, value in model.state_dict().items()}
    del state["between.weight"], state["between.bias"]
    state["head.weight"], state["head.bias"] = torch.rand(older, 160, 1), torch.rand(older)
    model.start_from(state)
    with torch.no_grad():
        logs = model(torch.rand(1, 1, 32, 64))[0]
    assert logs.shape == (32, len(ALPHABET))
    # Differences of logits are those of log-probabilities; a mean of columns has the mean of them.
    apart = logs[:, 1:] - logs[:, :1]
    assert torch.allclose(apart[1:-1:2], (apart[:-2:2] + apart[2::2]) / 2, atol=1e-4)
    assert logs[..., -1].max() < logs[..., :-1].min()


def test_a_network_with_more_blocks_starts_as_the_one_it_goes_on_from() -> None:
    torch.manual_seed(1)
    three, five = LineNet(len(ALPHABET), 3).eval(), LineNet(len(ALPHABET), 5).eval()
    for block in three.along:
        torch.nn.init.normal_(block.narrow.weight, std=0.1)
    five.start_from(three.state_dict())
    ink = torch.rand(1, 1, 32, 64)
    assert torch.allclose(three(ink), five(ink), atol=1e-5)
    torch.nn.init.normal_(five.along[4].narrow.weight, std=0.1)
    assert not torch.allclose(three(ink), five(ink), atol=1e-2)
