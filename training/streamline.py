"""Program: rewrite a network's ONNX file so that it says the same in less time.

`python -m training.streamline runs/layout` rewrites the `model.onnx` of a run before it is
published. Norms are folded into the convolution behind them, which ONNX Runtime does only with
those before. The shuffle of channels to pixels that ends the layout detector is done in two
transpositions that move whole rows; ONNX Runtime moves single numbers over six dimensions.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import onnx
from onnx import GraphProto, NodeProto, helper, numpy_helper, parser

from training.compact import halve

if TYPE_CHECKING:
    from collections.abc import Mapping

Constants = dict[str, npt.NDArray[np.float32]]

SHUFFLE = """
shuffle (float[N, C, H, W] x) => (float[N, K, P, Q] y) {
    block = Constant <value_ints = [BLOCK]> ()
    rest = Constant <value_ints = [-1]> ()
    batch = Shape <start = 0, end = 1> (x)
    height = Shape <start = 2, end = 3> (x)
    width = Shape <start = 3, end = 4> (x)
    whole_height = Mul (height, block)
    whole_width = Mul (width, block)
    columns_shape = Concat <axis = 0> (rest, block, height, width)
    columns = Reshape (x, columns_shape)
    columns_last = Transpose <perm = [0, 2, 3, 1]> (columns)
    rows_shape = Concat <axis = 0> (rest, block, height, whole_width)
    rows = Reshape (columns_last, rows_shape)
    rows_inside = Transpose <perm = [0, 2, 1, 3]> (rows)
    whole_shape = Concat <axis = 0> (batch, rest, whole_height, whole_width)
    y = Reshape (rows_inside, whole_shape)
}
"""
"""What `DepthToSpace` does in PyTorch's order (channel, row, column of the block)."""


def streamline(path: Path) -> None:
    """Rewrite an ONNX file; done twice, or where there is nothing to gain, it changes nothing.

    Weights that are kept in half precision are rounded once more where a norm is folded into them.
    """
    model = onnx.load(path)
    before = model.SerializeToString()
    fold_norms(model.graph)
    part_shuffles(model.graph)
    if model.SerializeToString() == before:
        return
    sweep(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    halve(path)


def fold_norms(graph: GraphProto) -> None:
    """Fold each batch norm into the 1 x 1 convolution that alone reads it.

    A wider one sees the norm's shift in the page but not in the padding around it.
    """
    known = constants(graph)
    for norm in [node for node in graph.node if node.op_type == "BatchNormalization"]:
        readers = [node for node in graph.node if norm.output[0] in node.input]
        shown = {each.name for each in graph.output}
        # A net without training has weights alike, of which the export keeps one.
        whole = set(norm.input[1:5]) <= set(known)
        alone = len(readers) == 1 and norm.output[0] not in shown
        if whole and alone and foldable(readers[0], known):
            fold(graph, norm, readers[0], known)


def constants(graph: GraphProto) -> Constants:
    """Every weight by name, those that `training.compact` keeps in half precision included."""
    known = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in known:
            known[node.output[0]] = known[node.input[0]].astype(np.float32)
    return known


def foldable(node: NodeProto, known: Mapping[str, npt.NDArray[np.float32]]) -> bool:
    """Whether a node is a convolution of single pixels over all channels, its weights known."""
    if node.op_type != "Conv" or any(name not in known for name in node.input[1:]):
        return False
    groups = next((each.i for each in node.attribute if each.name == "group"), 1)
    pads = next((list(each.ints) for each in node.attribute if each.name == "pads"), [])
    return groups == 1 and not any(pads) and set(known[node.input[1]].shape[2:]) == {1}


def fold(graph: GraphProto, norm: NodeProto, reader: NodeProto, known: Constants) -> None:
    """Replace a norm and the convolution that reads it by one convolution."""
    scale, shift, mean, variance = (known[name] for name in norm.input[1:5])
    epsilon = next((each.f for each in norm.attribute if each.name == "epsilon"), 1e-5)
    factor = scale / np.sqrt(variance + epsilon)
    weight = known[reader.input[1]]
    bias = known[reader.input[2]] if len(reader.input) > 2 else np.zeros(len(weight), np.float32)
    # A bias sums the shifts of all channels, so it is summed as exactly as can be.
    moved = weight[:, :, 0, 0].astype(np.float64) @ (shift - mean * factor) + bias
    folded = {"weight": weight * factor[:, None, None], "bias": moved}
    names = [f"{reader.output[0]}_{key}" for key in folded]
    for name, values in zip(names, folded.values(), strict=True):
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), name))
    source = norm.input[0]
    graph.node.remove(norm)
    del reader.input[:]
    reader.input.extend([source, *names])


def part_shuffles(graph: GraphProto) -> None:
    """Replace each `DepthToSpace` of PyTorch's order by two transpositions."""
    nodes: list[NodeProto] = []
    for node in graph.node:
        settings = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        if node.op_type == "DepthToSpace" and settings.get("mode") == b"CRD":
            nodes += shuffle(node.input[0], node.output[0], settings["blocksize"])
        else:
            nodes.append(node)
    # `nodes` refer into the graph's own list, so they are copied before it is emptied.
    kept = [NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(kept)


def shuffle(source: str, target: str, block: int) -> list[NodeProto]:
    """Nodes that shuffle the channels of `source` to blocks of pixels of `target`."""
    nodes = list(parser.parse_graph(SHUFFLE.replace("BLOCK", str(block))).node)
    for node in nodes:
        for names in (node.input, node.output):
            own = {"x": source, "y": target}
            names[:] = [own.get(name, f"{target}_{name}") for name in names]
    return nodes


def sweep(graph: GraphProto) -> None:
    """Drop weights, and casts of weights, that nothing reads any more."""
    read = {name for node in graph.node for name in node.input}
    read |= {each.name for each in graph.output}
    for node in [each for each in graph.node if each.op_type == "Cast"]:
        if not read & set(node.output):
            graph.node.remove(node)
    read = {name for node in graph.node for name in node.input}
    for weight in [each for each in graph.initializer if each.name not in read]:
        graph.initializer.remove(weight)


def main() -> None:
    """Entry point."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("run", type=Path, help="a run with a candidate's model.onnx")
    path = options.parse_args().run / "model.onnx"
    before = path.read_bytes()
    streamline(path)
    print(f"{path}: {'as it was' if path.read_bytes() == before else 'rewritten'}")


if __name__ == "__main__":
    main()
