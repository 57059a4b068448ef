"""Rounding a matrix, as onnxruntime multiplies with it."""

import numpy as np
import pytest

from a4a_qa.index import runtime
from a4a_qa.index.encoder import SHIPPED as ENCODER
from a4a_qa.index.judge import SHIPPED as JUDGE
from a4a_qa.index.runtime import MODEL_FILE, SIGNED_FILE
from a4a_qa.training.columns import PRODUCT, unrounded_products, with_signed_columns
from a4a_qa.training.quantise import quantise

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


def test_small_changes_to_what_was_rounded_are_kept_by_chance_and_lost_without():
    steps = np.tile(np.arange(-7, 8, dtype=np.float32), 128 * 64)[: 128 * 64].reshape(128, 64)
    changed = steps + np.float32(0.1) * (np.abs(steps) < 7)
    rows = np.eye(128, dtype=np.float32)
    before, nearest = product_by(steps, rows), product_by(changed, rows)
    by_chance = product_by(changed, rows, chance=np.random.default_rng(1))
    assert abs((nearest - before).mean()) < 0.01
    assert (by_chance - before).mean() == pytest.approx((changed - steps).mean(), abs=0.02)


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


def test_matrices_come_back_from_8_bits_as_they_were_but_for_rounding():
    """What is normalised was divided by its share, and the matrix multiplied by it."""
    chance = np.random.default_rng(4)
    matrix = chance.normal(size=(64, 40)).astype(np.float32)
    gain = np.where(np.arange(64) == 7, 100, 1).astype(np.float32)
    rows = chance.normal(size=(50, 64)).astype(np.float32)
    model = normalising_graph(matrix, gain, [{"rows": rows}])
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    ((product, found),) = unrounded_products(model, held)
    assert product == "product"
    assert np.linalg.norm(found.T - matrix) < 0.05 * np.linalg.norm(matrix)


def normalised_product(matrix, rows, gain, examples) -> np.ndarray:
    model = normalising_graph(matrix, gain, examples)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"rows": rows})[0]


def normalising_graph(matrix, gain, examples):
    """The product of normalised rows, times `gain`, and a matrix that is rounded as fits examples."""
    from onnx import TensorProto, helper, numpy_helper

    inner, outer = matrix.shape
    graph = helper.make_graph(
        [
            helper.make_node("LayerNormalization", ["rows", "gain"], ["normal"]),
            helper.make_node("MatMul", ["normal", "matrix"], ["product"]),
        ],
        "normalise and multiply",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [None, inner])],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, [None, outer])],
        [numpy_helper.from_array(matrix, "matrix"), numpy_helper.from_array(gain, "gain")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    return quantise(model, examples=examples) if examples else model


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
