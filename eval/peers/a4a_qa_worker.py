"""a4a-qa as it is installed, full answers or its search alone: what eval/peers.py starts, see protocol.py."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from protocol import SHOWN, answer_all, arguments, joined, tell

# It takes two threads where there are two processors; this is what it finds on a machine with one.
os.cpu_count = lambda: 1


def main() -> None:
    """Index, ask or search."""
    what, work, folder = arguments()
    if what == "index":
        from a4a_qa.index.build import build_index

        started = time.perf_counter()
        build_index(work["report"], folder)
        tell(index_seconds=time.perf_counter() - started)
        return
    from a4a_qa import Assistant
    from a4a_qa.answering.calibration import read_calibration

    calibration = read_calibration(Path(work["curves"])) if work["curves"] else None
    assistant = Assistant.open(folder, calibration=calibration)

    async def ask(question: str, history: list[str]) -> list[str]:
        return [passage.id for passage in assistant.ask(question, history, k=SHOWN).passages]

    async def search(question: str, history: list[str]) -> list[str]:
        return [passage.id for passage in assistant.search(joined(question, history), k=SHOWN)]

    asyncio.run(answer_all(work["questions"], ask if what == "ask" else search))


if __name__ == "__main__":
    main()
