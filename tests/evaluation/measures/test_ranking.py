"""Exports are read back with the tools that they are for."""

import json

import ir_measures
import pytest

from a4a_qa.errors import OutputError
from a4a_qa.evaluation.measures.ranking import export_beir, export_trec
from a4a_qa.evaluation.score import score


def test_trec_files_score_the_same_outside(gold, run_of, perfect, tmp_path):
    run = run_of(perfect)
    qrels, found = export_trec(gold, run, tmp_path)
    outside = ir_measures.calc_aggregate(
        [ir_measures.nDCG @ 10],
        ir_measures.read_trec_qrels(str(qrels)),
        ir_measures.read_trec_run(str(found)),
    )
    ours = score(gold, run).card.measures["ndcg_at_10"]["value"]
    assert round(outside[ir_measures.nDCG @ 10], 4) == ours
    assert [path.name for path in export_trec(gold, None, tmp_path / "alone")] == ["qrels.txt"]


def test_beir_ids_fit_together(gold, tmp_path):
    folder = tmp_path / "beir"
    export_beir(gold, folder)
    with pytest.raises(OutputError, match="is not empty and is not a new folder"):
        export_beir(gold, folder)
    corpus = {json.loads(line)["_id"] for line in (folder / "corpus.jsonl").read_text().splitlines()}
    queries = {json.loads(line)["_id"] for line in (folder / "queries.jsonl").read_text().splitlines()}
    for split, expected in (("dev", {"g-1", "g-1.t", "g-2"}), ("test", {"g-3"})):
        head, *rows = (folder / "qrels" / f"{split}.tsv").read_text().splitlines()
        assert head == "query-id\tcorpus-id\tscore"
        assert {row.split("\t")[0] for row in rows} == expected <= queries
        assert {row.split("\t")[1] for row in rows} <= corpus
