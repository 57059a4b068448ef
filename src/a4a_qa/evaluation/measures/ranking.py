"""The ranking of passages in the formats of information retrieval: nDCG@10 and RR@10 by ir-measures, TREC
qrels and run files for trec_eval, and a BEIR folder. Documents are passages; queries, answerable questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from a4a_qa.errors import MissingExtra
from a4a_qa.evaluation.case import Case, cases
from a4a_qa.evaluation.gold import GoldSet
from a4a_qa.evaluation.measures.evidence import answerable
from a4a_qa.evaluation.records import SPLITS
from a4a_qa.evaluation.run import EvalRun
from a4a_qa.index.passages import cut_passages
from a4a_qa.output import NEW_FILE, NEW_FOLDER, check_folder, replaced

RANKING = ("ndcg_at_10", "rr_at_10")
_NO_RUN = EvalRun({}, {})


def ranking_measures(judged: Sequence[Case]) -> dict[str, dict[str, float]]:
    """nDCG@10 and RR@10 of each answerable question; 0 where nothing relevant was found."""
    try:
        import ir_measures
        from ir_measures import RR, nDCG
    except ImportError as error:
        raise MissingExtra("Scoring a run", "eval") from error
    names = dict(zip(map(str, (nDCG @ 10, RR @ 10)), RANKING, strict=True))
    asked = [case for case in judged if answerable(case)]
    values = {case.question.id: dict.fromkeys(RANKING, 0.0) for case in asked}
    qrels = {
        case.question.id: dict.fromkeys(sorted(case.relevant_passages), 1)
        for case in asked
        if case.relevant_passages
    }
    # A rank as a score: the system's own scores may be equal, and ties would be broken by name.
    run = {
        case.question.id: {passage.id: float(-rank) for rank, passage in enumerate(case.answer.passages)}
        for case in asked
        if case.answer
    }
    if qrels and any(run.values()):
        for metric in ir_measures.iter_calc([nDCG @ 10, RR @ 10], qrels, run):
            values[metric.query_id][names[str(metric.measure)]] = float(metric.value)
    return values


def export_trec(gold: GoldSet, run: EvalRun | None, folder: Path) -> list[Path]:
    """Write `qrels.txt`, and `run.txt` if there is a run; returns the files."""
    judged = [case for case in cases(gold, run or _NO_RUN) if answerable(case)]
    qrels = (f"{case.question.id} 0 {p} 1" for case in judged for p in sorted(case.relevant_passages))
    written = [_write(folder / "qrels.txt", qrels)]
    if run is not None:
        system = run.about.get("system", "run")
        lines = (
            f"{case.question.id} Q0 {passage.id} {rank} {1 / rank:.6f} {system}"
            for case in judged
            for rank, passage in enumerate(case.answer.passages if case.answer else [], 1)
        )
        written.append(_write(folder / "run.txt", lines))
    return written


def export_beir(gold: GoldSet, folder: Path) -> list[Path]:
    """Write a BEIR data set (`corpus.jsonl`, `queries.jsonl`, `qrels/dev.tsv`, `qrels/test.tsv`) to a folder
    that is new or empty; returns the files. Raises OutputError."""
    check_folder(folder, NEW_FOLDER)
    judged = [case for case in cases(gold, _NO_RUN) if answerable(case)]
    corpus = (
        {
            "_id": p.id,
            "title": " > ".join(p.section),
            "text": gold.report.text[p.start : p.end],
            "metadata": {},
        }
        for p in cut_passages(gold.report)
    )
    # A follow-up cannot be understood without the questions before it.
    queries = (
        {"_id": c.question.id, "text": " ".join([*c.question.record.history, c.question.record.question]),
         "metadata": {}}
        for c in judged
    )  # fmt: skip
    written = [
        _write(folder / "corpus.jsonl", map(_json, corpus)),
        _write(folder / "queries.jsonl", map(_json, queries)),
    ]
    for split in SPLITS:
        qrels = [
            f"{case.question.id}\t{passage}\t1"
            for case in judged if case.question.record.split == split
            for passage in sorted(case.relevant_passages)
        ]  # fmt: skip
        written.append(_write(folder / "qrels" / f"{split}.tsv", ["query-id\tcorpus-id\tscore", *qrels]))
    return written


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _write(path: Path, lines: Iterable[str]) -> Path:
    with replaced(path, NEW_FILE) as file:
        file.writelines(f"{line}\n" for line in lines)
    return path
