"""How the engine of Qdrant searches a large library, in this process: `python eval/library_engine.py`.

It takes the library of recombined sentences that `eval/library.py --sentences 100000` has made, puts each of
its reports in so many times, each time with other noise on its vectors, and is asked gold questions beside
the embedded engine. A million sentences (`--times 10`) take an hour and 14 GB. Nothing here goes over a
network. Needs the extra `qdrant` and the package qdrant-edge-py.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from library import HOME, ROOT, sampled
from tqdm import tqdm

from a4a_qa.evaluation.gold_sets import gold_reports
from a4a_qa.index.engines.embedded import EmbeddedEngine
from a4a_qa.index.engines.engine import Engine, SentenceQuery, rank_reports
from a4a_qa.index.engines.qdrant import QdrantEngine
from a4a_qa.index.late import Rarity, texts_with_each
from a4a_qa.index.lexical import words_of
from a4a_qa.index.library import entries, is_library
from a4a_qa.index.parts import SentenceParts
from a4a_qa.index.storage import load_sentences
from a4a_qa.models.encoder import Encoder
from a4a_qa.report.catalogue import listed_reports, reports_folder

sys.path.insert(0, str(ROOT / "tests"))
from index.edge import EdgeCollection  # the engine as the contract tests drive it

LIBRARY = HOME.with_name("library-100000")
# Noise on each number of a unit vector of 768: cosines to the original of about 0.96.
NOISE = 0.01
QUESTIONS = 200


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=1)
    options.add_argument("--reports", type=int, help="only so many reports, to try the script")
    asked = options.parse_args()
    if not is_library(LIBRARY):
        raise SystemExit(
            "There is no such library yet: run `python eval/library.py --sentences 100000` first."
        )
    found = entries(LIBRARY)[: asked.reports]
    parts = {entry.about.id: load_sentences(entry.folder)[0] for entry in found}
    embedded = EmbeddedEngine(parts) if asked.times == 1 else None
    with tempfile.TemporaryDirectory(dir=HOME.parent, prefix="edge-") as room:
        collection = EdgeCollection(Path(room) / "shard")
        reports, rarity = put(collection, parts, asked.times)
        engine = QdrantEngine(collection, rarity)
        measure(engine, embedded, reports)
        collection.close()
        size = sum(file.stat().st_size for file in Path(room).rglob("*") if file.is_file())
        print(f"on disk {size / 1e6:.0f} MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"memory at most {peak:.0f} MB, all reports' parts and the embedded engine included")


def put(
    collection: EdgeCollection, parts: dict[str, SentenceParts], times: int
) -> tuple[Sequence[str], Rarity]:
    """Put the reports in, and build the graphs; their ids, and how rare tokens are."""
    noise = np.random.default_rng(7)
    begun = time.perf_counter()
    ids: list[str] = []
    texts_with: Counter[int] = Counter()
    texts = 0
    for turn in range(times):
        for name, own in tqdm(parts.items(), desc=f"Putting in, {turn + 1} of {times}"):
            ids.append(f"{name}-{turn}" if turn else name)
            collection.put(ids[-1], f"{ids[-1]} 0", noisy(own, noise) if turn else own)
            texts_with.update(texts_with_each(own.tokens, len(own.words)))
            texts += len(own.words)
    print(f"{len(ids)} reports, {texts:,} sentences: put in after {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    collection.optimize()
    print(f"graphs built in {time.perf_counter() - begun:.0f} s")
    return ids, Rarity(texts_with, texts)


def noisy(parts: SentenceParts, noise: np.random.Generator) -> SentenceParts:
    """The same sentences with noise on their vectors."""
    vectors = parts.vectors + noise.normal(0, NOISE, parts.vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return replace(parts, vectors=vectors.astype(np.float16))


def measure(engine: Engine, embedded: Engine | None, reports: Sequence[str]) -> None:
    """Time of a question by filter, and how often both engines rank the same report first."""
    gold = gold_reports(ROOT / "eval" / "gold", listed_reports(ROOT, reports_folder(ROOT)))
    encoder = Encoder.shipped()
    queries = []
    for _, question in list(sampled(gold))[:QUESTIONS]:
        text = question.record.question
        encoded = encoder.encode_one(text)
        ignored = encoder.ignored(encoded.token_ids.tolist())
        queries.append(SentenceQuery(tuple(words_of(text)), encoded, ignored))
    chance = random.Random(3)
    filters: dict[str, Callable[[], Sequence[str]]] = {
        "no filter": lambda: reports,
        "twenty reports": lambda: chance.sample(reports, min(20, len(reports))),
        "one report": lambda: [chance.choice(reports)],
    }
    for name, engine_of in {"Qdrant Edge": engine, **({"embedded": embedded} if embedded else {})}.items():
        for what, among in filters.items():
            times = []
            for query in queries:
                wanted = among()
                begun = time.perf_counter()
                engine_of.propose(query, wanted)
                times.append(time.perf_counter() - begun)
            median, high = np.quantile(times, [0.5, 0.95]) * 1000
            print(f"{name}, {what}: p50 {median:.0f} ms, p95 {high:.0f} ms")
    if embedded:
        first = [
            [rank_reports(one.propose(query, reports))[0].report for query in queries]
            for one in (engine, embedded)
        ]
        same = sum(one == other for one, other in zip(*first, strict=True))
        print(f"the same report first as with exact search: {same} of {len(queries)}")


if __name__ == "__main__":
    main()
