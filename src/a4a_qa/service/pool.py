"""The threads that answer and check texts: few at a time, a bounded number waiting, and nobody for ever.

Answering is work for the processor, so more threads than cores gain nothing; what exceeds the queue is
turned away at once, which keeps the service quick for those it serves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from a4a_qa.service.problems import Busy, TooSlow

T = TypeVar("T")


class AnsweringPool:
    """Runs work of one event loop in `threads` threads; `queue` more may wait, each `timeout` seconds."""

    def __init__(self, *, threads: int, queue: int, timeout: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="answering")
        self._free = threads + queue
        self._timeout = timeout

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Raises Busy when the queue is full, TooSlow after the timeout.

        Work that has begun cannot be stopped and keeps its place until it ends; work that waits is dropped.
        """
        return await self.run_while_wanted(lambda stop: work())

    async def run_while_wanted(self, work: Callable[[Callable[[], bool]], T]) -> T:
        """The same of work that can end early: what it is given says whether to stop, once nobody waits."""
        if not self._free:
            raise Busy
        self._free -= 1
        given_up = Event()
        loop = asyncio.get_running_loop()
        future = self._executor.submit(work, given_up.is_set)
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._timeout)
        except TimeoutError:
            raise TooSlow from None
        finally:
            given_up.set()

    def _release(self) -> None:
        self._free += 1

    async def close(self) -> None:
        """Let work that has begun end, and drop the rest."""
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)
