"""Which system a run puts its questions to, by name."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from a4a_qa.assistant import Assistant
from a4a_qa.evaluation.baselines import Baseline, Bm25, Hybrid, Ranking, always_abstains, fitted
from a4a_qa.evaluation.gold import GoldQuestion
from a4a_qa.evaluation.remote import RemoteAssistant
from a4a_qa.evaluation.run import Ask
from a4a_qa.index.opening import open_index
from a4a_qa.retrieval import Retriever
from a4a_qa.version import VERSION

System = Literal["full", "bm25", "hybrid", "abstain", "top1"]
_MEGABYTE = 1_000_000


def open_system(name: System, index: Path, questions: Sequence[GoldQuestion]) -> Ask:
    """A system over an index folder: the full one, or one that it is measured against.

    `questions` are those that `bm25` and `hybrid` may fit their decision on, the development ones among
    them. Raises IndexFolderError or EncoderError.
    """
    if name == "full":
        assistant = Assistant.open(index)
        return lambda question, history: _as_json(assistant.ask(question, history).to_dict())
    parts, _, encoder = open_index(index)
    if name == "bm25":
        return fitted(Bm25(parts), parts, questions).ask
    if name == "hybrid":
        return fitted(Hybrid(parts, encoder), parts, questions).ask
    if name == "top1":
        return Baseline(_Best(Retriever(parts, encoder)), parts).ask
    return always_abstains(parts)


@contextmanager
def local_system(
    name: System, index: Path, questions: Sequence[GoldQuestion]
) -> Iterator[tuple[Ask, dict[str, Any]]]:
    """A system over an index folder as in `open_system`, and what a run says about it."""
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    about = {"system": name, "package": VERSION, "index_mb": round(size / _MEGABYTE, 1)}
    yield open_system(name, index, questions), about


@contextmanager
def remote_system(url: str, timeout: float) -> Iterator[tuple[Ask, dict[str, Any]]]:
    """A running service, which may take `timeout` seconds for an answer, and what a run says about it."""
    with RemoteAssistant(url, timeout=timeout) as service:
        yield service.ask, {"system": "service", "url": url}


def peak_memory() -> float | None:
    """The most memory that this process has held, in MB, None where the system does not tell; Linux counts in
    kB, macOS in bytes."""
    try:
        import resource
    except ImportError:  # not every system has it
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / _MEGABYTE if sys.platform == "darwin" else peak * 1024 / _MEGABYTE, 1)


def _as_json(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values as a service would send them, so that both ways of asking are measured alike."""
    decoded: Mapping[str, Any] = json.loads(json.dumps(values))
    return decoded


class _Best:
    """The full system's ranking, which decides nothing."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def __call__(self, text: str) -> Ranking:
        hits = self._retriever.search(text)
        best = hits.sentences[0].score if hits.sentences else 0.0
        return Ranking([hit.passage for hit in hits.passages], [hit.sentence for hit in hits.sentences], best)
