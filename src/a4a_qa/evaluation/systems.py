"""Which system a run puts its questions to, by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from a4a_qa.answering.calibration import Calibration
from a4a_qa.assistant import Assistant
from a4a_qa.evaluation.baselines import Baseline, Bm25, Dense, Hybrid, Ranking, always_abstains, fitted
from a4a_qa.evaluation.gold import GoldQuestion
from a4a_qa.evaluation.remote import RemoteAssistant
from a4a_qa.evaluation.run import RANKED, Ask
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.opening import open_index
from a4a_qa.retrieval import Retriever
from a4a_qa.version import VERSION

System = Literal["full", "bm25", "dense", "hybrid", "abstain", "top1"]
# Those whose encoder may be another one than that of the index.
WITH_ENCODER = ("dense", "hybrid")
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A system that can be asked, and what a run says about it."""

    ask: Ask
    about: dict[str, Any]


def open_system(
    name: System,
    index: Path,
    questions: Sequence[GoldQuestion],
    encoder: Path | None = None,
    *,
    calibration: Calibration | None = None,
) -> Opened:
    """A system over an index folder: the full one, or one that it is measured against.

    `questions` are those that `bm25`, `dense` and `hybrid` may fit their decision on, the development ones
    among them; `encoder` is the folder of the encoder of the latter two, by default the one of the index.
    `calibration` decides in the full system in place of the one that ships.
    Raises IndexFolderError or EncoderError.
    """
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file())
    about = {"system": name, "package": VERSION, "index_mb": round(size / _MEGABYTE, 1)}
    if name == "full":
        return Opened(_assistant(index, calibration), about)
    parts, _, own = open_index(index)
    if name == "abstain":
        return Opened(always_abstains(parts), about)
    if name == "top1":
        return Opened(Baseline(_Best(Retriever(parts, own)), parts).ask, about)
    if name == "bm25":
        return Opened(fitted(Bm25(parts), parts, questions).ask, about)
    used = Encoder.open(encoder) if encoder else own
    about["encoder"] = used.card.name
    ranker = Dense(parts, used) if name == "dense" else Hybrid(parts, used)
    return Opened(fitted(ranker, parts, questions).ask, about)


def _assistant(index: Path, calibration: Calibration | None) -> Ask:
    assistant = Assistant.open(index, calibration=calibration)
    sentences = assistant.report.sentences

    def ask(question: str, history: Sequence[str]) -> Mapping[str, Any]:
        explained = assistant.explain(question, history)
        hits = explained.hits.sentences[:RANKED]
        ranked = [[sentences[hit.sentence].start, sentences[hit.sentence].end] for hit in hits]
        return _as_json(explained.answer.to_dict() | {"ranked": ranked})

    return ask


@contextmanager
def remote_system(url: str, timeout: float) -> Iterator[Opened]:
    """A running service, which may take `timeout` seconds for an answer."""
    with RemoteAssistant(url, timeout=timeout) as service:
        yield Opened(service.ask, {"system": "service", "url": url})


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
