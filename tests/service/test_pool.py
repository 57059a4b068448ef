import asyncio
import threading
import time

import pytest

from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import Busy, TooSlow


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
