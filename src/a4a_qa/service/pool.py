"""The threads that answer and check texts: few at a time, a bounded number waiting, and nobody for ever.

Answering is work for the processor, so more threads than cores gain nothing. What exceeds the queue is turned
away at once, which keeps the service quick for those it serves.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar
from weakref import WeakValueDictionary

from a4a_qa.service.problems import Busy, TooOften, TooSlow

T = TypeVar("T")


class AnsweringPool:
    """Runs work of one event loop in `threads` threads; `queue` more may wait, each for `timeout` seconds.

    Work for one asker (an address or a key) is done one after the other, and takes a quarter of the queue at
    most, so that nobody waits for all that somebody else has sent.
    """

    def __init__(self, *, threads: int, queue: int, timeout: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="answering")
        self._free = threads + queue
        self._most_of_one = 1 + max(1, queue // 4)
        self._timeout = timeout
        self._asked: Counter[str] = Counter()
        # An address is kept for as long as there is work for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(self, work: Callable[[], T], asker: str | None = None) -> T:
        """What `work` returns or raises.

        Raises Busy if the queue is full, TooOften if it holds too much for this asker, and TooSlow after the
        timeout. Work that has begun cannot be stopped and keeps its place until it ends; work that waits is
        dropped. Without an `asker` no turns are kept.
        """
        return await self.run_while_wanted(lambda stop: work(), asker)

    async def run_while_wanted(self, work: Callable[[Callable[[], bool]], T], asker: str | None = None) -> T:
        """The same for work that can end early: it is given a function that says whether to stop."""
        if not self._free:
            raise Busy
        if asker is not None and self._asked[asker] >= self._most_of_one:
            raise TooOften("Several of your questions are being answered.", 1)
        turn = self._turns.setdefault(asker, asyncio.Lock()) if asker is not None else asyncio.Lock()
        self._take(asker)
        given_up, loop = Event(), asyncio.get_running_loop()
        future: Future[T] | None = None

        def end(_: object) -> None:
            turn.release()
            self._give_back(asker)

        try:
            async with asyncio.timeout(self._timeout):
                await turn.acquire()
                future = self._executor.submit(work, given_up.is_set)
                future.add_done_callback(lambda done: loop.call_soon_threadsafe(end, done))
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise TooSlow from None
        finally:
            given_up.set()
            if future is None:  # its turn never came
                self._give_back(asker)

    def _take(self, asker: str | None) -> None:
        self._free -= 1
        if asker is not None:
            self._asked[asker] += 1

    def _give_back(self, asker: str | None) -> None:
        self._free += 1
        if asker is not None:
            self._asked[asker] -= 1
            if not self._asked[asker]:
                del self._asked[asker]

    async def close(self) -> None:
        """Let work that has begun end, and drop the rest."""
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)
