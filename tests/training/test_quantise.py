"""Rounding a matrix, as onnxruntime multiplies with it."""

import numpy as np
import pytest

from a4a_qa.models import runtime
from a4a_qa.models.encoder import SHIPPED as ENCODER
from a4a_qa.models.judge import SHIPPED as JUDGE
from a4a_qa.models.runtime import MODEL_FILE, SIGNED_FILE
from a4a_qa.training.quantise import PRODUCT, quantise, unrounded, with_signed_columns

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def product_by(matrix: np.ndarray, rows: np.ndarray, *, exact=False, **how) -> np.ndarray:
    """`rows @ matrix` by onnxruntime, the matrix rounded unless the product is to be exact."""
    from onnx import TensorProto, helper, numpy_helper

    inner, outer = matrix.shape
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "matrix"], ["product"])],
        "product",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, inner])],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, [None, outer])],
        [numpy_helper.from_array(matrix, "matrix")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    if not exact:
        quantise(model, **how)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"rows": rows})[0]


@pytest.mark.parametrize("inner", [64, 96, 50])
def test_a_product_of_blocks_stays_near_what_it_was(inner):
    chance = np.random.default_rng(1)
    matrix = chance.normal(size=(inner, 40)).astype(np.float32)
    rows = chance.normal(size=(7, inner)).astype(np.float32)
    exact, rounded = product_by(matrix, rows, exact=True), product_by(matrix, rows)
    np.testing.assert_allclose(exact, rows @ matrix, atol=1e-3)
    assert np.linalg.norm(rounded - exact) < 0.12 * np.linalg.norm(exact)


def test_a_matrix_of_zeros_and_one_that_few_steps_give_exactly():
    rows = np.eye(32, dtype=np.float32)
    assert not product_by(np.zeros((32, 4), np.float32), rows).any()
    steps = np.tile(np.arange(-7, 8, dtype=np.float32), 9)[: 32 * 4].reshape(32, 4)
    np.testing.assert_allclose(product_by(steps, rows), steps, atol=0.06)


def test_a_product_with_a_scale_a_column_stays_near_and_no_row_changes_another():
    chance = np.random.default_rng(2)
    matrix = chance.normal(size=(96, 40)).astype(np.float32)
    rows = np.concatenate(
        [chance.normal(size=(6, 96)), 1_000 * chance.normal(size=(1, 96)), np.zeros((1, 96))]
    )
    rows = rows.astype(np.float32)
    together = product_by(matrix, rows, examples=[{"rows": rows}])
    for row, found in zip(rows, together, strict=True):
        assert np.linalg.norm(found - row @ matrix) <= 0.02 * np.linalg.norm(row @ matrix)
        np.testing.assert_array_equal(product_by(matrix, row[None], examples=[{"rows": rows}])[0], found)


def test_numbers_that_are_large_with_examples_do_not_make_the_others_coarse():
    """One number of every normalised vector is a hundred times as large as the others."""
    chance = np.random.default_rng(3)
    matrix = chance.normal(size=(64, 40)).astype(np.float32)
    gain = np.where(np.arange(64) == 7, 100, 1).astype(np.float32)
    rows = chance.normal(size=(50, 64)).astype(np.float32)
    exact = normalised_product(matrix, rows, gain, None)
    errors = [
        np.linalg.norm(normalised_product(matrix, rows, gain, examples) - exact)
        for examples in ([{"rows": rows}], [{"rows": np.zeros_like(rows)}])
    ]
    # Examples in which nothing is large say nothing of that one.
    assert errors[0] < 0.5 * errors[1]


@pytest.mark.parametrize("bits", [8, 4])
def test_matrices_come_back_as_they_were_but_for_rounding(bits):
    """With 8 bits, what is normalised was divided by its share and the matrix multiplied by it."""
    chance = np.random.default_rng(4)
    matrix = chance.normal(size=(50, 40)).astype(np.float32)
    gain = np.where(np.arange(50) == 7, 100, 1).astype(np.float32)
    rows = chance.normal(size=(50, 50)).astype(np.float32)
    model = quantise(normalising_graph(matrix, gain), examples=[{"rows": rows}] if bits == 8 else ())
    weights = unrounded(model)
    np.testing.assert_array_equal(weights["gain"], gain)
    error = np.linalg.norm(weights["layer.weight"].T - matrix) / np.linalg.norm(matrix)
    assert error < {8: 0.05, 4: 0.15}[bits]


def normalised_product(matrix, rows, gain, examples) -> np.ndarray:
    model = normalising_graph(matrix, gain)
    if examples:
        quantise(model, examples=examples)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"rows": rows})[0]


def normalising_graph(matrix, gain):
    """The product of normalised rows, times `gain`, and a matrix, with a bias of zeros added."""
    from onnx import TensorProto, helper, numpy_helper

    inner, outer = matrix.shape
    graph = helper.make_graph(
        [
            helper.make_node("LayerNormalization", ["rows", "gain"], ["normal"]),
            helper.make_node("MatMul", ["normal", "matrix"], ["product"]),
            helper.make_node("Add", ["product", "layer.bias"], ["sum"]),
        ],
        "normalise and multiply",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, inner])],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, [None, outer])],
        [
            numpy_helper.from_array(matrix, "matrix"),
            numpy_helper.from_array(gain, "gain"),
            numpy_helper.from_array(np.zeros(outer, np.float32), "layer.bias"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


@pytest.mark.parametrize("folder", [ENCODER, JUDGE], ids=["encoder", "judge"])
def test_the_signed_graph_that_ships_is_made_from_the_other(folder):
    unsigned = onnx.load(folder / MODEL_FILE, load_external_data=False)
    signed = with_signed_columns(unsigned).SerializeToString(deterministic=True)
    assert (folder / SIGNED_FILE).read_bytes() == signed
    matrices = [node.input[1] for node in unsigned.graph.node if node.op_type == PRODUCT]
    assert len(matrices) > 30
    flipped = [node for node in onnx.load_from_string(signed).graph.node if node.op_type == "BitwiseXor"]
    assert [node.input[0] for node in flipped] == matrices


def test_what_tells_whether_sums_are_exact_multiplies_unsigned_by_signed_numbers():
    from onnx import TensorProto, helper

    shape = [None, None]
    unsigned, signed, sums = (
        helper.make_tensor_value_info(name, kind, shape)
        for name, kind in (
            ("unsigned", TensorProto.UINT8),
            ("signed", TensorProto.INT8),
            ("sums", TensorProto.INT32),
        )
    )
    node = helper.make_node("MatMulInteger", ["unsigned", "signed"], ["sums"])
    graph = helper.make_graph([node], "signed-product", [unsigned, signed], [sums])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    assert runtime._SIGNED_PRODUCT.read_bytes() == model.SerializeToString(deterministic=True)
