"""Few threads, a bounded queue, and turns: the pool alone, and over HTTP with work that a test holds up."""

import asyncio
import threading
import time

import pytest

from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import Busy, TooOften, TooSlow
from service.conftest import running, wait_until
from service.gated import BEGUN, GATE, GATED


async def served(pool):
    """What work returns once there is a place for it again, however late."""
    while True:
        try:
            return await pool.run(lambda: 42)
        except (Busy, TooSlow):
            await asyncio.sleep(0.01)


def test_what_work_returns_and_raises():
    async def scenario():
        pool = AnsweringPool(threads=1, queue=1, timeout=5)
        assert await pool.run(lambda: 42) == 42
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 // 0)
        await pool.close()

    asyncio.run(scenario())


def test_a_full_queue_turns_away_at_once_and_serves_again_later():
    async def scenario():
        pool = AnsweringPool(threads=1, queue=1, timeout=5)
        gate = threading.Event()
        taken = [asyncio.create_task(pool.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)  # both take their places
        with pytest.raises(Busy):
            await pool.run(lambda: 42)
        gate.set()
        assert await asyncio.gather(*taken) == [True, True]
        assert await pool.run(lambda: 42) == 42
        await pool.close()

    asyncio.run(scenario())


def test_slow_work_keeps_its_place_until_it_ends_and_waiting_work_is_dropped():
    async def scenario():
        pool = AnsweringPool(threads=1, queue=1, timeout=0.05)
        begun, gate, ran = threading.Event(), threading.Event(), []
        slow = asyncio.create_task(pool.run(lambda: begun.set() or gate.wait()))
        waiting = asyncio.create_task(pool.run(lambda: ran.append(1)))
        await asyncio.sleep(0)  # both take their places
        begun.wait()  # in the way of the event loop, so that no timeout comes before the work has begun
        for task in (slow, waiting):
            with pytest.raises(TooSlow):
                await task
        behind = asyncio.create_task(pool.run(lambda: ran.append(2)))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await pool.run(lambda: 42)
        with pytest.raises(TooSlow):
            await behind
        gate.set()
        assert await served(pool) == 42
        assert not ran
        await pool.close()

    asyncio.run(scenario())


def test_work_that_can_end_early_is_told_when_nobody_waits_for_it():
    async def scenario():
        pool = AnsweringPool(threads=1, queue=0, timeout=0.05)
        steps, ended = [], threading.Event()

        def work(stop):
            while not stop():
                steps.append(1)
                time.sleep(0.01)
            ended.set()

        with pytest.raises(TooSlow):
            await pool.run_while_wanted(work)
        assert await asyncio.to_thread(ended.wait, 10)
        assert steps
        assert await served(pool) == 42
        await pool.close()

    asyncio.run(scenario())


def test_work_for_one_asker_is_done_one_after_the_other_and_another_is_served_meanwhile():
    async def scenario():
        pool = AnsweringPool(threads=2, queue=8, timeout=5)
        gate, begun = threading.Event(), []

        def work():
            begun.append(1)
            return gate.wait()

        mine = [asyncio.create_task(pool.run(work, "me")) for _ in range(3)]
        await asyncio.sleep(0)
        assert await pool.run(lambda: 42, "you") == 42
        assert len(begun) == 1
        with pytest.raises(TooOften):
            await pool.run(work, "me")  # a quarter of the queue is hers
        gate.set()
        assert await asyncio.gather(*mine) == [True] * 3
        assert await pool.run(lambda: 42, "me") == 42
        await pool.close()

    asyncio.run(scenario())


def test_a_turn_lasts_until_the_work_ends_though_nobody_waits_for_it_any_more():
    async def scenario():
        pool = AnsweringPool(threads=2, queue=8, timeout=0.05)
        gate, ran = threading.Event(), []
        for work in (gate.wait, lambda: ran.append(1)):
            with pytest.raises(TooSlow):
                await pool.run(work, "me")
        assert not ran
        gate.set()
        while True:  # the first piece of work ends in a thread
            try:
                assert await pool.run(lambda: 42, "me") == 42
                break
            except TooSlow:
                continue
        assert not ran
        await pool.close()

    asyncio.run(scenario())


@pytest.fixture(scope="module")
def impatient(small_index, tmp_path_factory):
    settings = {"rate_limit": 0, "timeout": 0.5, "threads": 1, "queue": 0, "program": GATED}
    with running(small_index, tmp_path_factory.mktemp("impatient"), **settings) as service:
        yield service


def test_too_slow_an_answer_and_a_full_queue(impatient):
    replies = []

    def search() -> None:
        with impatient.client() as client:
            replies.append(client.post("/v1/search", json={"text": "shelters"}))

    thread = threading.Thread(target=search)
    thread.start()
    wait_until((impatient.folder / BEGUN).exists)
    with impatient.client() as client:
        refused = client.post("/v1/ask", json={"question": "Who runs the shelters?"})
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        page = client.post("/", data={"question": "Who runs the shelters?"})
        assert (page.status_code, ">Who runs the shelters?</textarea>" in page.text) == (503, True)
        assert client.get("/healthz").status_code == 200, "the service stays alive meanwhile"
    thread.join(30)
    (impatient.folder / GATE).touch()
    assert (replies[0].status_code, replies[0].json()["code"]) == (504, "timeout")


def test_a_text_that_is_checked_keeps_no_question_waiting(small_index, tmp_path):
    text, replies = {"text": "There are 12 shelters in the north."}, []
    with running(
        small_index, tmp_path, rate_limit=0, threads=1, queue=0, timeout=60, program=GATED
    ) as service:

        def check() -> None:
            with service.client() as client:
                replies.append(client.post("/v1/verify", json=text))

        threads = [threading.Thread(target=check) for _ in range(4)]  # one is checked, two wait
        for thread in threads:
            thread.start()
        wait_until(lambda: bool(replies))
        [refused] = replies
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        with service.client() as client:
            assert client.post("/v1/ask", json={"question": "Who runs the shelters?"}).status_code == 200
        (tmp_path / GATE).touch()
        for thread in threads:
            thread.join(60)
    assert [reply.status_code for reply in replies] == [503, 200, 200, 200]
