"""The gold questions, and a run, in the formats of others: TREC, BEIR and SQuAD 2.

Documents are passages, in all three: TREC qrels and a run for trec_eval, a BEIR folder (corpus, queries,
qrels), and one SQuAD 2 file whose contexts are the passages and whose answers are the evidence quotes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from a4a_qa.evaluation.case import Case, cases
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.measures.retrieval import relevant_passages
from a4a_qa.evaluation.records import SPLITS
from a4a_qa.evaluation.run import Run
from a4a_qa.files import replaced
from a4a_qa.index.passages import cut_passages
from a4a_qa.report import Span

_NO_RUN = Run({}, {})


def export_trec(gold: GoldSet, run: Run | None, folder: Path) -> list[Path]:
    """`qrels.txt`, and `run.txt` when there is a run; answerable questions only."""
    judged = [case for case in cases(gold, run or _NO_RUN) if case.question.record.answerable]
    qrels = [f"{c.question.id} 0 {p} 1" for c in judged for p in sorted(relevant_passages(c))]
    written = [_write(folder / "qrels.txt", qrels)]
    if run is not None:
        name = str(run.about.get("system", "run"))
        written.append(
            _write(folder / "run.txt", (line for case in judged for line in _trec_run(case, name)))
        )
    return written


def _trec_run(case: Case, name: str) -> Iterable[str]:
    passages = case.answer.passages if case.answer else []
    for rank, passage in enumerate(passages, 1):
        yield f"{case.question.id} Q0 {passage.id} {rank} {1 / rank:.6f} {name}"


def export_beir(gold: GoldSet, folder: Path) -> list[Path]:
    """A BEIR data set: `corpus.jsonl`, `queries.jsonl`, and `qrels/dev.tsv` and `qrels/test.tsv`."""
    report = gold.report
    corpus = (
        _json(
            {
                "_id": p.id,
                "title": " > ".join(p.section),
                "text": report.text[p.start : p.end],
                "metadata": {},
            }
        )
        for p in cut_passages(report)
    )
    judged = [case for case in cases(gold, _NO_RUN) if case.question.record.answerable]
    queries = (_json({"_id": c.question.id, "text": _standing_alone(c), "metadata": {}}) for c in judged)
    written = [_write(folder / "corpus.jsonl", corpus), _write(folder / "queries.jsonl", queries)]
    for split in SPLITS:
        lines = ["query-id\tcorpus-id\tscore"]
        for case in judged:
            if case.question.record.split == split:
                lines += [f"{case.question.id}\t{p}\t1" for p in sorted(relevant_passages(case))]
        written.append(_write(folder / "qrels" / f"{split}.tsv", lines))
    return written


def _standing_alone(case: Case) -> str:
    """A follow-up can't be understood without what was asked before."""
    return " ".join([*case.question.record.history, case.question.record.question])


def export_squad(gold: GoldSet, path: Path) -> list[Path]:
    """One SQuAD 2 file; a question stands with the passage of its evidence, or of what comes nearest."""
    report = gold.report
    paragraphs: list[dict[str, Any]] = []
    passages = cut_passages(report)
    by_passage: dict[str, list[dict[str, Any]]] = {}
    for case in cases(gold, _NO_RUN):
        spans = [place for target in case.targets for place in target.places] or list(case.question.nearest)
        home = next((p.id for s in spans for p in passages if p.start <= s.start and s.end <= p.end), "")
        by_passage.setdefault(home, []).append({"case": case, "spans": spans})
    for passage in passages:
        asked = by_passage.get(passage.id, [])
        qas = [_squad_question(one["case"], one["spans"], passage.start, passage.end) for one in asked]
        paragraphs.append({"context": report.text[passage.start : passage.end], "qas": qas})
    elsewhere = [_squad_question(one["case"], [], 0, 0) for one in by_passage.get("", [])]
    paragraphs.append({"context": report.about.title, "qas": elsewhere})
    data = {"version": "v2.0", "data": [{"title": report.about.title, "paragraphs": paragraphs}]}
    return [_write(path, [_json(data)])]


def _squad_question(case: Case, spans: Sequence[Span], start: int, end: int) -> dict[str, Any]:
    """A question with the evidence that lies in the passage; one without any is impossible there."""
    inside = [span for span in spans if start <= span.start and span.end <= end]
    answers = [
        {"text": case.report.slice(span), "answer_start": span.start - start}
        for span in inside if case.question.record.answerable
    ]  # fmt: skip
    return {
        "id": case.question.id,
        "question": _standing_alone(case),
        "answers": answers,
        "is_impossible": not answers,
    }


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


def _write(path: Path, lines: Iterable[str]) -> Path:
    with replaced(path) as file:
        file.writelines(f"{line}\n" for line in lines)
    return path
