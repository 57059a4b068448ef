"""The baselines over a real, small index."""

from typing import get_args

import pytest

from a4a_qa.evaluation.baselines import Bm25, Hybrid
from a4a_qa.evaluation.case import cases
from a4a_qa.evaluation.run import ask_all
from a4a_qa.evaluation.score import score
from a4a_qa.evaluation.systems import System, open_system
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.storage import load
from evaluation.small_gold import RECORDS


@pytest.mark.parametrize("name", get_args(System))
def test_every_system_gives_valid_answers_to_every_question(name, small_index, gold, run_of):
    opened = open_system(name, small_index, gold.questions)
    run = run_of(list(ask_all(gold.questions, opened.ask)))
    assert run.problems == ()
    card = score(gold, run).card
    assert card.measures["citation_validity"]["value"] == 1.0
    assert card.measures["faithful_characters"]["value"] == 1.0


def test_always_abstaining_and_always_answering_do_so(small_index, gold, run_of):
    def statuses(name):
        ask = open_system(name, small_index, gold.questions).ask
        return {case.answer.status for case in cases(gold, run_of(list(ask_all(gold.questions, ask))))}

    assert statuses("abstain") == {"not_in_report"}
    assert statuses("top1") == {"answered"}


def test_words_rank_the_sentence_that_has_them(small_index):
    parts, _ = load(small_index)
    found = Bm25(parts)("In what year was the law on schools passed?")
    assert (
        parts.report.slice(parts.report.sentences[found.sentences[0]])
        == "The law on schools was passed in 1999."
    )
    assert Bm25(parts)("xylophone").sentences == []


def test_hybrid_ranks_by_both(small_index):
    parts, _ = load(small_index)
    found = Hybrid(parts, Encoder.open(small_index / "encoder"))("education statute")
    assert (
        parts.report.slice(parts.report.sentences[found.sentences[0]])
        == "The law on schools was passed in 1999."
    )
    assert len(set(found.sentences)) == len(parts.report.sentences)
    assert -1 <= found.score <= 1


def test_decisions_are_fitted_on_development_questions_only(small_index, gold, monkeypatch):
    asked = []
    original = Bm25.__call__
    monkeypatch.setattr(Bm25, "__call__", lambda self, text: asked.append(text) or original(self, text))
    open_system("bm25", small_index, gold.questions)
    assert set(asked) == {record["question"] for record in RECORDS if record["split"] == "dev"}
