"""ONNX files at half the size: weights kept in half precision, computed with as before.

Each large weight is followed by a cast to single precision, which ONNX Runtime folds away when it
loads the file: a session computes, and takes the memory and time, as if nothing had happened.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST = 256
"""Numbers of a weight that is worth a cast."""
HALF = "_half"


def halve(path: Path) -> None:
    """Rewrite an ONNX file with its large weights in half precision; done twice it changes nothing.

    Raises OverflowError for a weight that half precision does not hold.
    """
    model = onnx.load(path)
    kept, casts = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < LEAST:
            kept.append(weight)
            continue
        if np.abs(values).max() > np.finfo(np.float16).max:
            raise OverflowError(f"{weight.name} is too large for half precision")
        kept.append(numpy_helper.from_array(values.astype(np.float16), weight.name + HALF))
        casts.append(helper.make_node("Cast", [weight.name + HALF], [weight.name],
                                      to=TensorProto.FLOAT))  # fmt: skip
    nodes = list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    onnx.save(model, path)
