"""Matrices of an ONNX graph rounded to 8 bits with a scale a column, for many texts at once.

Each token's vector gets a scale of its own just before it is multiplied: whole numbers are then multiplied
and summed exactly, so that no token changes another's and every processor gives the same sums. A few numbers
of what comes out of a normalisation are ten times as large as the others, which would be rounded coarsely
beside them: so these are divided by their share of that, and the rows of the matrix multiplied by it (Xiao et
al., «SmoothQuant: Accurate and efficient post-training quantization for large language models», 2023).

Many texts take half the time that they take with a scale a block, and what comes out is farther from what the
floats give: the figures stand in docs/architecture.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What a graph takes, by the names of its inputs.
Example = Mapping[str, NDArray[np.int64]]

# The product of whole numbers, with what undoes their rounding.
PRODUCT = "MatMulIntegerToFloat"
# How numbers of 8 bits are held: unsigned, around the middle. Products of two such are summed exactly on
# every processor; where one is signed, older ones (AVX2) cut sums off.
_MIDDLE = 128
# Sizes below this are taken for it, lest what some examples never show be divided by nothing.
_LEAST_SIZE = 1e-3
# What the products share, by the names that it has in the graph. A token of zeros needs some scale.
_SHARED: dict[str, NDArray[Any]] = {
    "rounding.middle": np.array(_MIDDLE, np.uint8),
    "rounding.steps": np.array(127, np.float32),
    "rounding.one": np.array(1, np.float32),
    "rounding.last_axis": np.array([-1], np.int64),
    "rounding.least": np.array(np.finfo(np.float32).tiny),
}


def round_rows(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round along the last axis to −127…127; return the int8 values and the scales (…, 1) that undo it."""
    scales = np.abs(values).max(axis=-1, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return np.rint(values / scales).astype(np.int8), scales


class Columns:
    """Rounds the matrices of a graph, of which `weights` are the constants, as fits some examples."""

    def __init__(self, model: Any, weights: Mapping[str, NDArray[Any]], examples: Sequence[Example]) -> None:
        rows = _largest_rows(model, weights)
        largest = _largest_numbers(model, list(rows), examples)
        # By the name of a normalised vector what its numbers are divided by, (inner,) and 1 on average.
        self._shares = {name: _share(largest[name], rows[name]) for name in rows}

    def product(self, node: Any, matrix: NDArray[np.float32], rounded: dict[str, NDArray[Any]]) -> list[Any]:
        """Return what takes the place of a MatMul with `matrix` (inner, outer), and put the arrays that it
        needs into `rounded`.

        Matrices that are multiplied with the same tokens each round them: onnxruntime does it once.
        """
        from onnx import helper

        tokens, name, product = node.input[0], node.input[1], node.output[0]
        rounded.update(_SHARED)
        nodes = []
        if tokens in self._shares:
            share = self._shares[tokens]
            rounded[f"{tokens}.share"] = 1 / share
            nodes.append(helper.make_node("Mul", [tokens, f"{tokens}.share"], [f"{product}.even"]))
            tokens, matrix = f"{product}.even", matrix * share[:, None]
        columns, scales = round_rows(matrix.T)
        rounded[f"{name}.int8"] = np.ascontiguousarray(
            (columns.astype(np.int16) + _MIDDLE).astype(np.uint8).T
        )
        rounded[f"{name}.scale"] = scales[:, 0]
        size, greatest, above, scale, steps, whole, sums = (
            f"{product}.{part}" for part in ("size", "greatest", "above", "scale", "steps", "whole", "sums")
        )
        one, middle = "rounding.one", "rounding.middle"
        return [
            *nodes,
            helper.make_node("Abs", [tokens], [size]),
            helper.make_node("ReduceMax", [size, "rounding.last_axis"], [greatest], keepdims=1),
            helper.make_node("Max", [greatest, "rounding.least"], [above]),
            helper.make_node("Div", [above, "rounding.steps"], [scale]),
            helper.make_node("Div", [tokens, scale], [steps]),
            helper.make_node("QuantizeLinear", [steps, one, middle], [whole]),
            helper.make_node(
                PRODUCT,
                [whole, f"{name}.int8", one, f"{name}.scale", middle, middle],
                [sums],
                name=node.name,
                domain="com.microsoft",
            ),
            helper.make_node("Mul", [sums, scale], [product]),
        ]


def unrounded_products(
    model: Any, held: Mapping[str, NDArray[Any]]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """For each product of whole numbers in a graph, of which `held` are the constants, the name of what comes
    out, and its matrix, (outer, inner), as floats."""
    divided = {node.output[0]: node.input[1] for node in model.graph.node if node.op_type == "Mul"}
    for node in model.graph.node:
        if node.op_type == PRODUCT:
            matrix = (held[node.input[1]].astype(np.float32) - _MIDDLE) * held[node.input[3]]
            product = node.output[0].removesuffix(".sums")
            if f"{product}.even" in divided:
                matrix *= held[divided[f"{product}.even"]][:, None]
            yield product, np.ascontiguousarray(matrix.T)


def with_signed_columns(model: Any) -> Any:
    """The same graph with signed matrices, made from the same weights when it is opened; its sums are equal.

    Processors that sum such products exactly (AVX-VNNI, AMX, ARM) do it in two thirds of the time.
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


def _largest_rows(model: Any, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """For each result of a normalisation that is multiplied, by its name, the greatest size in each row of
    the matrices that it is multiplied with, (inner,)."""
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
    """The greatest size of each number, (inner,), that some vectors within a graph have with examples."""
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


def _share(numbers: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    ratio = np.sqrt(np.maximum(numbers, _LEAST_SIZE) / np.maximum(rows, _LEAST_SIZE))
    share: NDArray[np.float32] = (ratio / np.exp(np.log(ratio).mean())).astype(np.float32)
    return share
