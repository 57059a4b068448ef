"""How fast this machine is just now, so that a budget can be asked for on a slow or busy one too."""

from statistics import median
from time import perf_counter

import numpy as np
import pytest

# The budgets hold for a processor with VNNI, where a warm question takes half of its 50 ms: four
# fifths of that for products of small whole numbers in onnxruntime, most of the rest for Python. The loop
# here is a like mixture, none of it our code, and a question takes nine to eleven times as long as it, which
# was measured on a slower processor, idle and busy. So where a question takes half of its budget, the loop
# takes this many seconds; where the loop takes longer, a budget is as much longer. A question is then quick
# enough up to twice its usual time, and at four times it is not.
_USUAL = 0.025 / 9
_PRODUCTS, _STEPS = 20, 40_000


class Pace:
    """Times a fixed loop whenever it is asked to, as often as that which is to be judged by it."""

    def __init__(self) -> None:
        self._multiply = _multiplication()
        self._times: list[float] = []

    def run(self) -> None:
        """Time the loop once."""
        started = perf_counter()
        for _ in range(_PRODUCTS):
            self._multiply()
        sum(step * step % 7 for step in range(_STEPS))
        self._times.append(perf_counter() - started)

    @property
    def slowness(self) -> float:
        """How many times as long as usual the loop takes, 1 where it is quicker."""
        return max(1.0, median(self._times) / _USUAL)


def _multiplication():
    """What multiplies (64, 384) by (384, 1536) bytes in onnxruntime, as a layer does that reads 64 tokens."""
    onnx = pytest.importorskip("onnx")
    import onnxruntime

    left, right = np.full((64, 384), 3, np.uint8), np.full((384, 1536), 5, np.uint8)
    taken = onnx.helper.make_tensor_value_info("left", onnx.TensorProto.UINT8, left.shape)
    given = onnx.helper.make_tensor_value_info("product", onnx.TensorProto.INT32, (64, 1536))
    node = onnx.helper.make_node("MatMulInteger", ["left", "right"], ["product"])
    graph = onnx.helper.make_graph(
        [node], "product", [taken], [given], [onnx.numpy_helper.from_array(right, "right")]
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda: session.run(None, {"left": left})
