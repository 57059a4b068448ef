"""The weights of an ONNX graph rounded to 8 or 4 bits, and read back as floats.

A matrix of 8 bits has one scale a column. Each token's vector gets a scale of its own just before it is
multiplied: integers are then multiplied and summed exactly, so that no token changes another's and every
processor gives the same sums. A few numbers of a normalised vector are ten times as large as the others,
which would be rounded coarsely beside them: so each is divided by its share of that, and the rows of the
matrix are multiplied by it (Xiao et al., "SmoothQuant: Accurate and efficient post-training quantization for
large language models", 2023). This is fast.

A matrix of 4 bits has one scale for every 32 weights of a column (`MatMulNBits` of onnxruntime). This is
small; at accuracy level 4, activations are rounded inside the product, block by block of each token. An
embedding table has 8 bits and one scale a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What a graph takes, by the names of its inputs.
Example = Mapping[str, NDArray[np.int64]]
# The arrays of a graph by their names.
Arrays = dict[str, NDArray[Any]]

# The product of integers, with what undoes their rounding.
PRODUCT = "MatMulIntegerToFloat"
# Numbers of 8 bits are held unsigned, around the middle: products of two such are summed exactly on every
# processor; where one is signed, older ones (AVX2) cut sums off.
_MIDDLE = 128
# Sizes below this are taken for it: what no example shows would be divided by nothing.
_LEAST_SIZE = 1e-3
# Constants that the products share. A token of zeros needs some scale, hence the least one.
_SHARED: Arrays = {
    "rounding.middle": np.array(_MIDDLE, np.uint8),
    "rounding.steps": np.array(127, np.float32),
    "rounding.one": np.array(1, np.float32),
    "rounding.last_axis": np.array([-1], np.int64),
    "rounding.least": np.array(np.finfo(np.float32).tiny),
}
# How many weights of 4 bits have a scale, and what stands for 0, since they are held unsigned.
_BLOCK, _MIDDLE_OF_4_BITS = 32, 8
# The greatest weight of a block that 4 bits keep, as shares of the greatest there is: cutting a little off
# allows finer steps.
_KEPT = (1.0, 0.95, 0.9, 0.85, 0.8)


def quantise(model: Any, *, examples: Sequence[Example] = ()) -> Any:
    """Round the constant matrices and embedding tables of an `onnx.ModelProto` in place; return it.

    With `examples` of its inputs, matrices are rounded to 8 bits as fits these, without to 4. What the
    exporter noted for debugging (source lines, module names) is dropped: it tells where the export ran, and
    makes no two exports equal.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    shares = _shares(model, weights, examples) if examples else None
    rounded: Arrays = {}
    nodes = []
    for node in graph.node:
        node.ClearField("metadata_props")
        if node.op_type == "MatMul" and _is_matrix(weights.get(node.input[1])):
            matrix = weights[node.input[1]]
            if shares is None:
                nodes.append(_product_of_blocks(node, matrix, rounded))
            else:
                nodes += _product_of_columns(node, matrix, rounded, shares)
        elif node.op_type == "Gather" and _is_matrix(weights.get(node.input[0])):
            nodes += _look_up(node, weights[node.input[0]], rounded)
        else:
            nodes.append(node)
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


def _is_matrix(weight: NDArray[Any] | None) -> bool:
    return weight is not None and weight.ndim == 2 and weight.dtype == np.float32


def _product_of_columns(
    node: Any, matrix: NDArray[np.float32], rounded: Arrays, shares: Mapping[str, NDArray[np.float32]]
) -> list[Any]:
    """The nodes that replace a MatMul with `matrix` (inner, outer), of 8 bits; their arrays go into
    `rounded`.

    Matrices that are multiplied with the same tokens each round them: onnxruntime does it once.
    """
    from onnx import helper

    tokens, name, product = node.input[0], node.input[1], node.output[0]
    rounded.update(_SHARED)
    nodes = []
    if tokens in shares:
        rounded[f"{tokens}.share"] = 1 / shares[tokens]
        nodes.append(helper.make_node("Mul", [tokens, f"{tokens}.share"], [f"{product}.even"]))
        tokens, matrix = f"{product}.even", matrix * shares[tokens][:, None]
    columns, scales = _round_rows(matrix.T)
    rounded[f"{name}.int8"] = np.ascontiguousarray((columns.astype(np.int16) + _MIDDLE).astype(np.uint8).T)
    rounded[f"{name}.scale"] = scales[:, 0]
    size, greatest, above, scale, steps, whole, sums = (
        f"{product}.{part}" for part in ("size", "greatest", "above", "scale", "steps", "whole", "sums")
    )
    one, middle = "rounding.one", "rounding.middle"
    factors = [whole, f"{name}.int8", one, f"{name}.scale", middle, middle]
    return [
        *nodes,
        helper.make_node("Abs", [tokens], [size]),
        helper.make_node("ReduceMax", [size, "rounding.last_axis"], [greatest], keepdims=1),
        helper.make_node("Max", [greatest, "rounding.least"], [above]),
        helper.make_node("Div", [above, "rounding.steps"], [scale]),
        helper.make_node("Div", [tokens, scale], [steps]),
        helper.make_node("QuantizeLinear", [steps, one, middle], [whole]),
        helper.make_node(PRODUCT, factors, [sums], name=node.name, domain="com.microsoft"),
        helper.make_node("Mul", [sums, scale], [product]),
    ]


def _shares(model: Any, weights: Arrays, examples: Sequence[Example]) -> dict[str, NDArray[np.float32]]:
    """By the name of each normalised vector, what its numbers are divided by, (inner,) and 1 on average."""
    rows = _largest_rows(model, weights)
    numbers = _largest_numbers(model, list(rows), examples)
    shares = {}
    for name in rows:
        ratio = np.sqrt(np.maximum(numbers[name], _LEAST_SIZE) / np.maximum(rows[name], _LEAST_SIZE))
        shares[name] = (ratio / np.exp(np.log(ratio).mean())).astype(np.float32)
    return shares


def _largest_rows(model: Any, weights: Arrays) -> dict[str, NDArray[np.float32]]:
    """By the name of each normalised vector that is multiplied, the greatest size in each row of the matrices
    that it is multiplied with, (inner,)."""
    normalised = {node.output[0] for node in model.graph.node if node.op_type == "LayerNormalization"}
    largest: dict[str, NDArray[np.float32]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[0] in normalised and node.input[1] in weights:
            sizes = np.abs(weights[node.input[1]]).max(axis=1)
            largest[node.input[0]] = np.maximum(sizes, largest.get(node.input[0], 0))
    return largest


def _largest_numbers(
    model: Any, names: Sequence[str], examples: Sequence[Example]
) -> dict[str, NDArray[np.float32]]:
    """By its name, the greatest size of each number, (inner,), that a vector within a graph has with
    examples."""
    import onnxruntime
    from onnx import TensorProto, helper

    watched = type(model)()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    largest: dict[str, NDArray[np.float32]] = {}
    for example in examples if names else ():
        for name, vectors in zip(names, session.run(list(names), dict(example)), strict=True):
            sizes = np.abs(vectors).reshape(-1, vectors.shape[-1]).max(axis=0)
            largest[name] = np.maximum(sizes, largest.get(name, 0))
    return largest


def _product_of_blocks(node: Any, matrix: NDArray[np.float32], rounded: Arrays) -> Any:
    """The MatMulNBits that replaces a MatMul with `matrix` (inner, outer); its arrays go into `rounded`."""
    from onnx import helper

    inner, outer = matrix.shape
    blocks, scales = _round_to_4_bits(
        np.pad(matrix.T, ((0, 0), (0, -inner % _BLOCK))).reshape(outer, -1, _BLOCK)
    )
    name = node.input[1]
    # Two numbers in a byte, the first one low.
    unsigned = (blocks + np.int8(_MIDDLE_OF_4_BITS)).astype(np.uint8)
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


def _look_up(node: Any, table: NDArray[np.float32], rounded: Arrays) -> list[Any]:
    """The nodes that replace a Gather from `table` (rows, dimension); their arrays go into `rounded`."""
    from onnx import TensorProto, helper

    name, output = node.input[0], node.output[0]
    rounded[f"{name}.int8"], rounded[f"{name}.scale"] = _round_rows(table)
    row, real, scale = (f"{output}.{part}" for part in ("row", "real", "scale"))
    return [
        helper.make_node("Gather", [f"{name}.int8", node.input[1]], [row]),
        helper.make_node("Cast", [row], [real], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scale", node.input[1]], [scale]),
        helper.make_node("Mul", [real, scale], [output]),
    ]


def _round_rows(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round along the last axis to −127…127; return the integers and the scales (…, 1) that undo it."""
    scales = np.abs(values).max(axis=-1, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return np.rint(values / scales).astype(np.int8), scales


def _round_to_4_bits(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round along the last axis to −8…7, by the scales of `_KEPT` that lose least; return both."""
    greatest = np.abs(values).max(axis=-1, keepdims=True) / np.float32(7)
    greatest[greatest == 0] = 1
    scales = np.stack([greatest * np.float32(share) for share in _KEPT])
    steps = np.clip(np.rint(values / scales), -8, 7)
    best = np.square(steps * scales - values).sum(axis=-1, keepdims=True).argmin(axis=0, keepdims=True)
    chosen, scale = (np.take_along_axis(of_each, best, axis=0)[0] for of_each in (steps, scales))
    return chosen.astype(np.int8), scale


def with_signed_columns(model: Any) -> Any:
    """The same graph with signed matrices, made from the same weights when it is opened; its sums are equal.

    Processors that sum such products exactly (AVX-VNNI, AMX, ARM) take two thirds of the time.
    """
    from onnx import TensorProto, helper, numpy_helper

    signed = type(model)()
    signed.CopyFrom(model)
    nodes = []
    for node in signed.graph.node:
        if node.op_type == PRODUCT:
            matrix = node.input[1]
            flipped, columns = f"{matrix}.flipped", f"{matrix}.signed"
            nodes += [
                helper.make_node("BitwiseXor", [matrix, "rounding.middle"], [flipped]),
                helper.make_node("Cast", [flipped], [columns], to=TensorProto.INT8),
            ]
            node.input[1], node.input[5] = columns, "rounding.signed_middle"
        nodes.append(node)
    signed.graph.ClearField("node")
    signed.graph.node.extend(nodes)
    signed.graph.initializer.append(numpy_helper.from_array(np.array(0, np.int8), "rounding.signed_middle"))
    return signed


def unrounded(model: Any) -> dict[str, NDArray[np.float32]]:
    """The weights of a graph that `quantise` rounded, as floats, by the names that the module gave them.

    Matrices lost theirs on the way: they get the name of the bias that is added to their product.
    """
    from onnx import numpy_helper

    graph = model.graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    biases = {node.input[0]: node.input[1] for node in graph.node if node.op_type == "Add"}
    matrices = {f"{biases[name].removesuffix('bias')}weight": found for name, found in _matrices(graph, held)}
    looked_up = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Gather"}
    tables = {}
    for row, table in looked_up.items():
        if scale := looked_up.get(f"{row.removesuffix('.row')}.scale"):
            tables[scale.removesuffix(".scale")] = held[table].astype(np.float32) * held[scale]
    kept = {
        name: values
        for name, values in held.items()
        if values.dtype == np.float32 and not name.endswith((".scale", ".share"))
    }
    return kept | matrices | tables


def _matrices(graph: Any, held: Arrays) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """For each rounded product of a graph, its name, and its matrix (outer, inner) as floats."""
    divided = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "Mul"}
    for node in graph.node:
        if node.op_type == PRODUCT:
            matrix = (held[node.input[1]].astype(np.float32) - _MIDDLE) * held[node.input[3]]
            product = node.output[0].removesuffix(".sums")
            if f"{product}.even" in divided:
                matrix *= held[divided[f"{product}.even"]][:, None]
            yield product, np.ascontiguousarray(matrix.T)
        elif node.op_type == "MatMulNBits":
            given = {attribute.name: attribute.i for attribute in node.attribute}
            packed, scales = (held[name] for name in node.input[1:3])
            unsigned = np.stack((packed & 15, packed >> 4), axis=-1).reshape(given["N"], -1, _BLOCK)
            steps = unsigned.astype(np.float32) - _MIDDLE_OF_4_BITS
            whole = (steps * scales.reshape(given["N"], -1, 1)).reshape(given["N"], -1)
            yield node.output[0], np.ascontiguousarray(whole[:, : given["K"]])
