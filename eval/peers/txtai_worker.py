"""txtai, which fuses BM25 and vectors by its own defaults: what eval/peers.py starts, see protocol.py."""

from __future__ import annotations

import asyncio
import time

from protocol import SHOWN, answer_all, arguments, joined, tell
from txtai import Embeddings


def main() -> None:
    """Index or search."""
    what, work, folder = arguments()
    if what == "index":
        started = time.perf_counter()
        embeddings = Embeddings(path=work["model"], hybrid=True, content=True)
        # Below its headings, as haiku.rag reads a passage by itself.
        embeddings.index(
            (passage["id"], "\n".join([*passage["section"], passage["text"]]), None)
            for passage in work["passages"]
        )
        embeddings.save(str(folder))
        tell(index_seconds=time.perf_counter() - started)
        return
    embeddings = Embeddings()
    embeddings.load(str(folder))

    async def search(question: str, history: list[str]) -> list[str]:
        return [found["id"] for found in embeddings.search(joined(question, history), SHOWN)]

    asyncio.run(answer_all(work["questions"], search))


if __name__ == "__main__":
    main()
