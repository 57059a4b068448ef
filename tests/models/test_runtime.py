"""What models share is opened once, also where several threads open them at the same time."""

import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import numpy as np
import pytest

from a4a_qa.errors import EncoderError
from a4a_qa.models import runtime
from a4a_qa.models.encoder import SHIPPED
from a4a_qa.models.judge import PURPOSE_FILES
from a4a_qa.models.judge import SHIPPED as JUDGE
from a4a_qa.models.runtime import MODEL_FILE, SIGNED_FILE, TOKENIZER_FILE, load_session, load_tokenizer

THREADS = 2


@pytest.fixture
def meeting():
    """Makes a function wait until all threads are in it, or for half a second, and count its calls."""
    together = Barrier(THREADS)

    def meet(function, calls):
        def slow(*arguments, **options):
            calls.append(arguments)
            with suppress(BrokenBarrierError):
                together.wait(0.5)
            return function(*arguments, **options)

        return slow

    return meet


def at_once(function):
    with ThreadPoolExecutor(THREADS) as pool:
        return [one.result() for one in [pool.submit(function) for _ in range(THREADS)]]


def test_threads_that_open_a_model_at_once_share_its_table(monkeypatch, meeting):
    opened, tables = [], {}
    monkeypatch.setattr(runtime, "_tables", tables)
    monkeypatch.setattr(np, "load", meeting(np.load, opened))
    sessions = at_once(lambda: load_session(SHIPPED, "a table"))
    assert len(opened) == len(tables) == 1
    one, other = (session.run(None, {"input_ids": np.array([[0, 2040, 2]])})[0] for session in sessions)
    np.testing.assert_array_equal(one, other)


def test_the_graphs_of_a_judge_share_its_table(monkeypatch):
    monkeypatch.setattr(runtime, "_tables", {})
    load_session(JUDGE, "a table")
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("a second table was opened"))
    for name in PURPOSE_FILES:
        load_session(JUDGE, "a table", name=name)


def test_threads_that_open_a_tokenizer_at_once_share_it(monkeypatch, meeting):
    opened = []
    monkeypatch.setattr(runtime, "_last_tokenizer", {})
    from tokenizers import Tokenizer

    class Slow:
        from_file = staticmethod(meeting(Tokenizer.from_file, opened))

    monkeypatch.setattr("tokenizers.Tokenizer", Slow)
    one, other = at_once(lambda: load_tokenizer(SHIPPED / TOKENIZER_FILE, "a tokenizer", 20))
    assert len(opened) == 1
    assert one is other


def test_a_model_that_could_not_be_opened_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "_tables", {})
    for _ in range(2):
        with pytest.raises(EncoderError, match="cannot load"):
            load_session(tmp_path, "none")
        with pytest.raises(EncoderError, match="not a tokenizer"):
            load_tokenizer(tmp_path / TOKENIZER_FILE, "none", 20)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc gives it back",
)
def test_what_only_opening_needs_is_given_back():
    code = """
from a4a_qa.models.encoder import Encoder
encoder = Encoder.shipped()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("RssAnon")))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    # In megabytes: 75 are measured, 138 without giving back.
    assert int(told) / 1024 < 105


@pytest.mark.parametrize("exact", [True, False])
def test_signed_matrices_are_opened_only_where_their_sums_are_exact(monkeypatch, exact):
    monkeypatch.setattr(runtime, "sums_signed_exactly", lambda: exact)
    opened = []
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda path, *_, **__: opened.append(Path(path).name))
    load_session(JUDGE, "a table")
    load_session(JUDGE, "a table", name=PURPOSE_FILES[0])
    assert opened == [SIGNED_FILE if exact else MODEL_FILE, PURPOSE_FILES[0]]


@pytest.mark.parametrize(("greatest", "exact"), [(255 * 127 * 64, True), (32_767 * 32, False)])
def test_sums_that_are_cut_off_are_noticed(monkeypatch, greatest, exact):
    class Product:
        def __init__(self, *_, **__):
            pass

        def run(self, _, given):
            return [np.full((given["unsigned"].shape[0], given["signed"].shape[1]), greatest, np.int32)]

    monkeypatch.setattr("onnxruntime.InferenceSession", Product)
    assert runtime.sums_signed_exactly.__wrapped__() == exact


def test_a_product_that_cannot_be_tried_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "_SIGNED_PRODUCT", tmp_path / "gone.onnx")
    monkeypatch.setattr(runtime, "sums_signed_exactly", runtime.sums_signed_exactly.__wrapped__)
    with pytest.raises(EncoderError, match=r"gone\.onnx.*Reinstall"):
        load_session(SHIPPED, "a table")
