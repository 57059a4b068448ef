"""The weights of an ONNX graph rounded to 8 or 4 bits.

A matrix of 8 bits gets one scale a column (`columns.py`), which is fast. One of 4 bits gets one for every 32
weights that are multiplied with the same stretch of a token's vector (`MatMulNBits` of onnxruntime), which is
small: at accuracy level 4 the activations are rounded inside the product, block by block of each token, so
that no token changes another's. An embedding table gets one scale a row, of 8 bits.

What either costs, and what else was measured, stands in docs/architecture.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.training.columns import Columns, Example, round_rows, unrounded_products

# Weights of 4 bits a scale.
_BLOCK = 32
# What stands for 0 where they are held unsigned.
_MIDDLE = 8
# The greatest weight of a block that 4 bits keep, as shares of the greatest there is: what is cut off there
# is made up for by finer steps.
_KEPT = (1.0, 0.95, 0.9, 0.85, 0.8)


def quantise(
    model: Any, *, examples: Sequence[Example] = (), chance: np.random.Generator | None = None
) -> Any:
    """Round the constant matrices of an `onnx.ModelProto` and its embedding tables, in place; return it.

    With `examples` of what it takes, matrices are rounded to 8 bits as fits these, without to 4. With
    `chance`, weights of 4 bits are rounded up or down at random, as often as they are near to either: so
    small changes to weights that were rounded before are not undone but kept on average.

    What the exporter noted for debugging (source lines, module names) is dropped: it would tell where on
    which machine the export ran, and make no two exports equal.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    columns = Columns(model, weights, examples) if examples else None
    rounded: dict[str, NDArray[Any]] = {}
    nodes = []
    for node in graph.node:
        node.ClearField("metadata_props")
        nodes += _smaller(node, weights, rounded, columns, chance)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    for tensor in kept:
        tensor.ClearField("metadata_props")
    kept += [numpy_helper.from_array(array, name) for name, array in rounded.items()]
    for field, items in (("node", nodes), ("initializer", kept)):
        graph.ClearField(field)
        getattr(graph, field).extend(items)
    for field in ("value_info", "metadata_props"):
        graph.ClearField(field)
    model.ClearField("metadata_props")
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


def unrounded(model: Any) -> dict[str, NDArray[np.float32]]:
    """The weights of a graph that `quantise` rounded, as floats, by the names that the module gave them.

    Those of its products lost their names on the way: they get that of the bias which is added next.
    """
    from onnx import numpy_helper

    graph = model.graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    biases = {node.input[0]: node.input[1] for node in graph.node if node.op_type == "Add"}
    products = dict(unrounded_products(model, held))
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            products[node.output[0]] = _matrix_of(node, held)
    found = {f"{biases[name].removesuffix('bias')}weight": matrix for name, matrix in products.items()}
    looked_up = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Gather"}
    for row, table in looked_up.items():
        scale = looked_up.get(f"{row.removesuffix('.row')}.scale")
        if scale:
            found[scale.removesuffix(".scale")] = held[table].astype(np.float32) * held[scale]
    kept = (name for name, values in held.items() if values.dtype == np.float32)
    return {name: held[name] for name in kept if not name.endswith((".scale", ".share"))} | found


def _matrix_of(node: Any, held: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The matrix of a MatMulNBits, (outer, inner)."""
    given = {attribute.name: attribute.i for attribute in node.attribute}
    packed, scales = (held[name] for name in node.input[1:3])
    outer = given["N"]
    unsigned = np.stack((packed & 15, packed >> 4), axis=-1)
    steps = unsigned.reshape(outer, -1, given["block_size"]).astype(np.float32) - _MIDDLE
    whole = (steps * scales.reshape(outer, -1, 1)).reshape(outer, -1)
    return np.ascontiguousarray(whole[:, : given["K"]])


def _smaller(
    node: Any,
    weights: dict[str, NDArray[Any]],
    rounded: dict[str, NDArray[Any]],
    columns: Columns | None,
    chance: np.random.Generator | None,
) -> list[Any]:
    """Return the nodes that take the place of `node`, and put the arrays they need into `rounded`."""
    names = list(node.input)
    if node.op_type == "MatMul" and _is_matrix(weights.get(names[1])):
        if columns is not None:
            return columns.product(node, weights[names[1]], rounded)
        return [_product_of_blocks(node, weights[names[1]], rounded, chance)]
    if node.op_type == "Gather" and _is_matrix(weights.get(names[0])):
        return _look_up(node, weights[names[0]], rounded)
    return [node]


def _is_matrix(weight: NDArray[Any] | None) -> bool:
    return weight is not None and weight.ndim == 2 and weight.dtype == np.float32


def _product_of_blocks(
    node: Any,
    matrix: NDArray[np.float32],
    rounded: dict[str, NDArray[Any]],
    chance: np.random.Generator | None,
) -> Any:
    """Return what takes the place of a MatMul with `matrix` (inner, outer): a MatMulNBits of 4 bits."""
    from onnx import helper

    inner, outer = matrix.shape
    padded = np.pad(matrix.T, ((0, 0), (0, -inner % _BLOCK))).reshape(outer, -1, _BLOCK)
    blocks, scales = _round_to_4_bits(padded, chance)
    name = node.input[1]
    # The operator takes unsigned numbers around the middle, two in a byte, the first one low.
    unsigned = (blocks + np.int8(_MIDDLE)).astype(np.uint8)
    rounded[f"{name}.int4"] = unsigned[..., ::2] | unsigned[..., 1::2] << 4
    rounded[f"{name}.scale"] = scales.reshape(outer, -1)
    return helper.make_node(
        "MatMulNBits",
        [node.input[0], f"{name}.int4", f"{name}.scale"],
        list(node.output),
        name=node.name,
        domain="com.microsoft",
        K=inner,
        N=outer,
        bits=4,
        block_size=_BLOCK,
        accuracy_level=4,
    )


def _look_up(node: Any, table: NDArray[np.float32], rounded: dict[str, NDArray[Any]]) -> list[Any]:
    """Return what looks up rows of `table` (rows, dimension) and scales them, for a Gather."""
    from onnx import TensorProto, helper

    name, output = node.input[0], node.output[0]
    rounded[f"{name}.int8"], rounded[f"{name}.scale"] = round_rows(table)
    row, real, scale = (f"{output}.{part}" for part in ("row", "real", "scale"))
    return [
        helper.make_node("Gather", [f"{name}.int8", node.input[1]], [row]),
        helper.make_node("Cast", [row], [real], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scale", node.input[1]], [scale]),
        helper.make_node("Mul", [real, scale], [output]),
    ]


def _round_to_4_bits(
    values: NDArray[np.float32], chance: np.random.Generator | None = None
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round along the last axis to −8…7, by the scales of `_KEPT` that lose least; return both."""
    greatest = np.abs(values).max(axis=-1, keepdims=True) / np.float32(7)
    greatest[greatest == 0] = 1
    scales = np.stack([greatest * np.float32(share) for share in _KEPT])
    steps = np.clip(np.rint(values / scales), -8, 7)
    best = np.square(steps * scales - values).sum(axis=-1, keepdims=True).argmin(axis=0, keepdims=True)
    chosen, scale = (np.take_along_axis(of_each, best, axis=0)[0] for of_each in (steps, scales))
    if chance is not None:
        exact = values / scale
        below = np.floor(exact)
        chosen = np.clip(below + (chance.random(exact.shape) < exact - below), -8, 7)
    return chosen.astype(np.int8), scale
