"""What models share is opened once, also where several threads open them at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import numpy as np
import pytest

from a4a_qa.errors import EncoderError
from a4a_qa.index import runtime
from a4a_qa.index.encoder import SHIPPED
from a4a_qa.index.runtime import TOKENIZER_FILE, load_session, load_tokenizer

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
    one, other = (session.run(None, {"input_ids": np.array([[101, 2040, 102]])})[0] for session in sessions)
    np.testing.assert_array_equal(one, other)


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
