"""Measures what each part of retrieval is worth and writes docs/ablation.md: run it with `make ablation`.

The second table is that of a report without index questions: three encoders, each trained on two thirds of
the sections, are asked about the third that they have not seen, over an index that holds the report alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from a4a_qa.evaluation.baselines import Bm25, Hybrid
from a4a_qa.index.build import make_parts
from a4a_qa.index.dense import DenseIndex
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.parts import ENDNOTE, NEAR_MISS, Parts
from a4a_qa.index.passages import PassageMap
from a4a_qa.index.questions import FILE_NAME, PRACTICE_FILE, authored_file, read_index_questions
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.retrieval import Retriever
from a4a_qa.training.export import export_encoder
from a4a_qa.training.scores import DevelopmentQuestion, read_questions
from a4a_qa.training.train import train_encoder

ROOT = Path(__file__).parent.parent
CORPUS, GOLD = ROOT / "corpus" / "cambodia-2011", ROOT / "eval" / "gold"
FOLDS = 3
ASKED_AS = ("base", "paraphrase")

# A text → passages and sentences by position, best first.
Rank = Callable[[str], tuple[Sequence[int], Sequence[int]]]


@dataclass(frozen=True)
class Row:
    """What one way of searching found, of so many questions."""

    name: str
    questions: int
    first: float
    in_three: float
    passage_in_five: float
    milliseconds: float
    megabytes: float


def measure(name: str, rank: Rank, questions: Sequence[DevelopmentQuestion], parts: Parts) -> Row:
    """Ask all questions and count how often the right sentence and passage come first enough."""
    passages = PassageMap(parts.report, parts.passages)
    found, times = [], []
    for one in questions:
        started = time.perf_counter()
        ranked_passages, sentences = rank(one.question.search)
        times.append(1000 * (time.perf_counter() - started))
        right = {passages.passage_of(sentence) for sentence in one.sentences}
        found.append(
            (
                sentences[0] in one.sentences if sentences else False,
                bool(one.sentences.intersection(sentences[:3])),
                bool(right.intersection(ranked_passages[:5])),
            )
        )
    shares = np.mean(np.array(found, float), axis=0)
    return Row(name, len(found), *map(float, shares), statistics.median(times), size_of(parts) / 1e6)


def size_of(parts: Parts) -> int:
    """The bytes of the vectors and token vectors of an index, as they are stored."""
    tokens = parts.tokens
    return parts.vectors.codes.nbytes + tokens.vectors.nbytes + tokens.scales.nbytes + tokens.pieces.nbytes


def rankings(parts: Parts, encoder: Encoder) -> Iterator[tuple[str, Rank]]:
    """The ways of searching an index: sentence vectors with words, and late interaction over both."""
    passages = PassageMap(parts.report, parts.passages)
    counts = ~np.isin(parts.entries[:, 0], (NEAR_MISS, ENDNOTE))
    sentence_of = parts.entries[counts, 1]
    # Near misses and endnotes stand last.
    dense = DenseIndex(replace(parts.vectors, codes=parts.vectors.codes[: len(sentence_of)]))

    def by_vectors(text: str) -> tuple[Sequence[int], Sequence[int]]:
        ids, _ = dense.search(encoder.encode_one(text).sentence, len(sentence_of))
        sentences = list(dict.fromkeys(sentence_of[ids].tolist()))
        return list(dict.fromkeys(map(passages.passage_of, sentences))), sentences

    retriever = Retriever(parts, encoder)

    def late(text: str) -> tuple[Sequence[int], Sequence[int]]:
        hits = retriever.search(text)
        return [hit.passage for hit in hits.passages], [hit.sentence for hit in hits.sentences]

    yield "sentence vectors", by_vectors
    yield "late interaction", late


def table(
    report: Report, questions: Sequence[DevelopmentQuestion], encoders: dict[str, Path], with_questions: bool
) -> Iterator[Row]:
    """The rows of a table: the baselines first, then each encoder with and without index questions."""
    opened = {name: Encoder.open(folder) for name, folder in encoders.items()}
    base = next(iter(opened.values()))
    plain = make_parts(report, base, ROOT / "no such file")
    for name, ranker in (
        ("BM25", Bm25(plain)),
        ("BM25 and sentence vectors of the base encoder, fused", Hybrid(plain, base)),
    ):
        yield measure(name, _ranks(ranker), questions, plain)
    for name, encoder in opened.items():
        for file in (ROOT / "no such file", authored_file(CORPUS, FILE_NAME))[: 1 + with_questions]:
            parts = make_parts(report, encoder, file)
            kind = "with index questions" if file.is_file() else "report alone"
            for how, rank in rankings(parts, encoder):
                yield measure(f"{name}, {kind}, {how}", rank, questions, parts)


def _ranks(ranker: Bm25 | Hybrid) -> Rank:
    def rank(text: str) -> tuple[Sequence[int], Sequence[int]]:
        found = ranker(text)
        return found.passages, found.sentences

    return rank


def folds(report: Report) -> list[frozenset[int]]:
    """The sentences of each third of the top-level sections, thirds of about one size."""
    tops = []
    for sentence in report.sentences:
        block = report.block_at(sentence.start)
        tops.append(block.section[0] if block and block.section else "")
    thirds: list[set[str]] = [set() for _ in range(FOLDS)]
    sizes = Counter(tops)
    for top, _ in sizes.most_common():
        min(thirds, key=lambda third: sum(sizes[one] for one in third)).add(top)
    return [frozenset(i for i, top in enumerate(tops) if top in third) for third in thirds]


def train_without(held_out: frozenset[int], report: Report, output: Path, *, bfloat16: bool) -> None:
    """Train an encoder on the index and practice questions of all sentences but these."""
    with tempfile.TemporaryDirectory() as room:
        corpus = Path(room) / CORPUS.name
        shutil.copytree(CORPUS, corpus)
        for file in (corpus / FILE_NAME, corpus / PRACTICE_FILE):
            shutil.copy(authored_file(CORPUS, file.name), file)
            kept = []
            for line in file.read_text(encoding="utf-8").splitlines():
                file.write_text(line, encoding="utf-8")
                if read_index_questions(file, report)[0].sentence not in held_out:
                    kept.append(line)
            file.write_text("\n".join(kept), encoding="utf-8")
        train_encoder(
            corpus,
            output,
            bfloat16=bfloat16,
            on_step=lambda step: print(step, file=sys.stderr, flush=True),
        )


def mean_of(rows: Sequence[Row]) -> Row:
    """One row from those of the folds, weighted by their questions."""
    total = sum(row.questions for row in rows)
    values = (
        sum(getattr(row, field) * row.questions for row in rows) / total
        for field in ("first", "in_three", "passage_in_five", "milliseconds", "megabytes")
    )
    return Row(rows[0].name, total, *values)


def page(whole: Sequence[Row], unseen: Sequence[Row], folds: int) -> str:
    """The text of docs/ablation.md."""
    head = (
        "| way of searching | right sentence first | in three | right passage in five | ms | MB |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )

    def lines(rows: Sequence[Row]) -> str:
        return "\n".join(
            f"| {r.name} | {r.first:.3f} | {r.in_three:.3f} | {r.passage_in_five:.3f} | {r.milliseconds:.1f} "
            f"| {r.megabytes:.0f} |"
            for r in rows
        )

    return PAGE.format(
        questions=whole[0].questions, whole=f"{head}\n{lines(whole)}", unseen=f"{head}\n{lines(unseen)}",
        held_out=unseen[0].questions, folds=folds,
    )  # fmt: skip


PAGE = """# What each part of retrieval is worth

Written by `make ablation`. Questions are the answerable ones of `eval/gold`, development and test, in their
own wording and paraphrased; none was seen in training. MB are those of vectors and token vectors; ms are the
median on the machine that wrote this page, encoding included, and compare rows with each other only.

## The report with its index questions ({questions} questions)

{whole}

## A report without index questions ({held_out} questions)

Trained encoders have learnt from the index and practice questions of other sections; each question is about
a section that its encoder has not seen, over an index that holds the report alone. {folds} of three folds
were run.

{unseen}
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, default=ROOT / "eval" / "runs" / "folds")
    options.add_argument("--folds", type=int, default=FOLDS, help="how many of the three folds to run")
    options.add_argument("--bfloat16", action="store_true", help="train in half the time, where there is it")
    chosen = options.parse_args()
    folder = chosen.folder
    report = read_report(CORPUS)
    questions = read_questions(GOLD, report, ("dev", "test"))
    asked = [one for one in questions if one.variant in ASKED_AS and one.sentences]
    base = folder / "base"
    if not base.is_dir():
        export_encoder(None, base)
    by_fold = []
    for number, held_out in enumerate(folds(report)[: chosen.folds]):
        encoder = folder / f"fold-{number}"
        if not encoder.is_dir():
            train_without(held_out, report, encoder, bfloat16=chosen.bfloat16)
        unseen = [one for one in asked if one.sentences <= held_out]
        encoders = {"base encoder": base, "trained encoder": encoder}
        by_fold.append(list(table(report, unseen, encoders, with_questions=False)))
        print(json.dumps([row.__dict__ for row in by_fold[-1]]), file=sys.stderr, flush=True)
    shipped = {"base encoder": base, "trained encoder": Encoder.shipped().folder}
    whole = list(table(report, asked, shipped, with_questions=True))
    unseen_rows = [mean_of(rows) for rows in zip(*by_fold, strict=True)]
    (ROOT / "docs" / "ablation.md").write_text(page(whole, unseen_rows, len(by_fold)), encoding="utf-8")


if __name__ == "__main__":
    main()
