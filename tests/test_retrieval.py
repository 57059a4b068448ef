"""What a question finds in the real report."""

import numpy as np
import pytest

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
