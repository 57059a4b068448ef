"""What the workers share: each is started as `WORKER.py index|ask|search WORK FOLDER` and prints JSON lines.

WORK is a JSON file that eval/peers.py writes: a report's passages, questions, and where models are. `index`
builds an index in FOLDER and prints the seconds that it took. `ask`, for full answers, and `search`, for
passages alone, open it, print a line a question, then the peak memory. The Python of any system runs this, so
it needs no more than the standard library.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

# How many passages are asked for.
SHOWN = 5

Values = dict[str, Any]
# A question, with the earlier ones of the same person → the ids of the best passages, best first.
Search = Callable[[str, list[str]], Awaitable[list[str]]]


def arguments() -> tuple[str, Values, Path]:
    """What to do, with what, and the folder of the index."""
    what, work, folder = sys.argv[1:]
    return what, json.loads(Path(work).read_text(encoding="utf-8")), Path(folder)


def tell(**values: object) -> None:
    """Print a line."""
    print(json.dumps(values), flush=True)


def joined(question: str, history: list[str]) -> str:
    """A follow-up behind the questions before it, for searches that know no conversation."""
    return " ".join([*history, question])


async def answer_all(questions: list[Values], search: Search) -> None:
    """Print the passages and seconds of each question, then the peak memory."""
    for question in questions:
        started = time.perf_counter()
        passages = await search(question["question"], question["history"])
        tell(id=question["id"], seconds=time.perf_counter() - started, passages=passages[:SHOWN])
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    tell(peak_mb=int(status["VmHWM"].split()[0]) / 1024)
