"""haiku.rag, which fuses words and vectors by its own defaults: what eval/peers.py starts, see protocol.py.

Vectors come from vector_server.py, through the provider that it has for servers that speak as OpenAI's does.
"""

from __future__ import annotations

import asyncio
import time

from docling_core.types.doc.document import DoclingDocument
from docling_core.types.doc.labels import DocItemLabel
from haiku.rag.client import HaikuRAG
from haiku.rag.config.models import AppConfig, EmbeddingModelConfig, EmbeddingsConfig
from haiku.rag.store.models.chunk import Chunk
from protocol import SHOWN, Values, answer_all, arguments, joined, tell

# Of all-MiniLM-L6-v2.
DIMENSION = 384


async def index(client: HaikuRAG, passages: list[Values]) -> None:
    """Give the client passages as chunks; it puts the headings before their text itself."""
    document = DoclingDocument(name="report")
    for passage in passages:
        document.add_text(DocItemLabel.PARAGRAPH, passage["text"])
    chunks = [
        Chunk(content=one["text"], metadata={"headings": one["section"], "passage": one["id"]})
        for one in passages
    ]
    await client.import_document(document, chunks)


async def main() -> None:
    """Index or search."""
    what, work, folder = arguments()
    model = EmbeddingModelConfig(
        provider="openai",
        name="all-MiniLM-L6-v2",
        vector_dim=DIMENSION,
        base_url=work["vectors"],
        api_key="none is needed",
    )
    config = AppConfig(embeddings=EmbeddingsConfig(model=model))
    database = folder / "report.lancedb"
    if what == "index":
        started = time.perf_counter()
        async with HaikuRAG(database, config, create=True) as client:
            await index(client, work["passages"])
        tell(index_seconds=time.perf_counter() - started)
        return
    async with HaikuRAG(database, config, read_only=True) as client:

        async def search(question: str, history: list[str]) -> list[str]:
            found = await client.search(joined(question, history), SHOWN)
            return [one.chunk_meta["passage"] for one in found]

        await answer_all(work["questions"], search)


if __name__ == "__main__":
    asyncio.run(main())
