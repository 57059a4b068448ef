"""What a question finds in the real report."""

import json
from dataclasses import replace

import numpy as np
import pytest

from a4a_qa.assistant import Assistant
from a4a_qa.errors import IndexDamaged
from a4a_qa.index.storage import load
from a4a_qa.retrieval import Retriever
from conftest import ROOT

QUESTION = "In how many provinces were the dialogue campaigns run in 2008?"


@pytest.fixture
def hits(assistant):
    return assistant._retriever.search(QUESTION)


def test_companions_are_the_next_best_and_the_neighbours_of_the_very_best(hits, report):
    best, *others = [hit.sentence for hit in hits.sentences[:12]]
    companions = [one.sentence for one in hits.companions]
    assert companions[: len(others)] == others
    assert best not in companions
    for neighbour in companions[len(others) :]:
        beside = [one for one in (best, others[0]) if abs(one - neighbour) == 1]
        blocks = {report.block_at(report.sentences[one].start) for one in (*beside, neighbour)}
        assert beside
        assert len(blocks) == 1


def test_what_a_companion_adds_and_lacks_is_what_its_words_and_questions_meet_better_and_worse(hits):
    best = hits.sentences[0]
    for one in hits.companions:
        assert 0 <= one.adds <= 1
        assert 0 <= one.lacks <= 1
        assert one.alike <= 1.01
        # Token by token the better of both counts, which is no less than the better of both sums.
        assert max(one.own, one.asked) <= 1.01
        assert one.lacks - one.adds <= 1 - max(one.own, one.asked) + 0.01
    assert max(one.lacks for one in hits.companions) > 0.2
    assert best.late > 0.8


def test_where_nothing_is_found_nothing_stands_beside_it(assistant, report):
    found = assistant._retriever.search(QUESTION, allowed=np.zeros(len(report.sentences), bool))
    assert (found.sentences, found.companions) == ((), ())


def leads(assistant, kind: str) -> list[tuple[float, float]]:
    """What tells a question about something else, and one that takes too much for granted, of development
    questions of a kind without an answer."""
    files = (file.read_text(encoding="utf-8").splitlines() for file in ROOT.glob("eval/gold/*.jsonl"))
    rows = [json.loads(line) for lines in files for line in lines]
    asked = [row["question"] for row in rows if row["split"] == "dev" and row.get("kind") == kind]
    found = map(assistant._retriever.search, asked)
    return [(hits.elsewhere, hits.contradicted) for hits in found]


def share_above(some, others) -> float:
    """The share of pairs of which the first has the greater value: the AUROC."""
    return float(np.mean([[one > other for other in others] for one in some]))


def test_questions_about_something_else_and_false_premises_are_told_from_near_misses(assistant):
    near, elsewhere, premises = (leads(assistant, k) for k in ("near_miss", "out_of_scope", "false_premise"))
    assert min(map(len, (near, elsewhere, premises))) >= 20
    assert share_above([one for one, _ in elsewhere], [one for one, _ in near]) > 0.9
    assert share_above([one for _, one in premises], [one for _, one in near]) > 0.8


def test_the_decision_hears_what_a_question_comes_near_to(assistant, hits):
    (search,) = assistant.explain(QUESTION).decision.searches
    assert 0 not in (hits.elsewhere, hits.contradicted, hits.other_value)
    assert search.signals.elsewhere == hits.elsewhere
    assert search.premise.contradicted == hits.contradicted


def test_of_one_section_a_question_is_about_the_report_all_the_same(assistant, report, hits):
    allowed = np.arange(len(report.sentences)) < 50
    found = assistant._retriever.search(QUESTION, allowed=allowed)
    assert (found.elsewhere, found.contradicted) == (hits.elsewhere, hits.contradicted)


@pytest.mark.parametrize("value", [np.nan, np.inf, 6e4])
@pytest.mark.parametrize("name", ["vectors", "elsewhere"])
def test_an_index_of_vectors_that_are_none_is_damaged(assistant, index_folder, name, value):
    parts, _ = load(index_folder)
    forged = np.array(getattr(parts, name))
    forged[0] = value
    with pytest.raises(IndexDamaged, match="no unit vectors"):
        Retriever(replace(parts, **{name: forged}), assistant._retriever._encoder)


def test_without_questions_about_something_else_nothing_leads(small_index):
    found = Assistant.open(small_index)._retriever.search("Who won?")
    assert (found.elsewhere, found.contradicted) == (0, 0)
