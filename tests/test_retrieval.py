"""What a question finds in the real report."""

import numpy as np
import pytest

from a4a_qa.assistant import Assistant

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


@pytest.mark.parametrize(
    ("question", "is_elsewhere"),
    [
        (QUESTION, False),
        ("Are there shelters for boys?", False),
        ("What does a bus ticket to the temples cost?", True),
        ("Who is the coach of the national football team?", True),
    ],
)
def test_questions_about_something_else_come_nearer_to_such(assistant, question, is_elsewhere):
    assert (assistant._retriever.search(question).elsewhere > 0) is is_elsewhere


@pytest.mark.parametrize(
    ("question", "is_contradicted"),
    [
        ("Why did Cambodia refuse to sign the agreement with Thailand?", True),
        ("Which law makes it a crime to promote child sex tours?", True),
        ("Who chaired the meeting on the agreement with Thailand?", False),
        ("How much did the hotline cost?", False),
    ],
)
def test_what_takes_contradicted_things_for_granted_comes_nearer_to_such(
    assistant, question, is_contradicted
):
    assert (assistant._retriever.search(question).contradicted > 0) is is_contradicted


def test_of_one_section_a_question_is_about_the_report_all_the_same(assistant, report, hits):
    allowed = np.arange(len(report.sentences)) < 50
    found = assistant._retriever.search(QUESTION, allowed=allowed)
    assert (found.elsewhere, found.contradicted) == (hits.elsewhere, hits.contradicted)


def test_without_questions_about_something_else_nothing_leads(small_index):
    found = Assistant.open(small_index)._retriever.search("Who won?")
    assert (found.elsewhere, found.contradicted) == (0, 0)
