"""Which sentences are cited, on the small report, with weights that can be worked out in the head."""

from collections.abc import Sequence
from dataclasses import fields, replace

import pytest

from a4a_qa.answering.calibration import UNFITTED, Curve
from a4a_qa.answering.selection import EvidenceSignals, candidates, select
from a4a_qa.index.retrieval import Companion, Hits, SentenceHit
from a4a_qa.parsing.read import read_report
from a4a_qa.question.query import read_query
from conftest import SMALL_REPORT

# In the order of the small report: 0 shelters, 1 who runs them, 2 who lives there, 3 the law, 4 the south.

WHY = read_query("Why?")


def hits(*scores: tuple[int, float], beside: Sequence[int] = (), **others: float) -> Hits:
    """Hits of these sentences, of which all but the first, and those `beside`, are companions."""
    found = tuple(SentenceHit(s, score, score, 0.0, 0.0, None, None) for s, score in scores)
    values = dict.fromkeys(("own", "adds", "lacks", "alike"), 0.0) | others
    companions = tuple(Companion(s, **values) for s in (*(s for s, _ in scores[1:]), *beside))
    return Hits(found, (), None, companions)


def calibrated(cited: float, **weights: float):
    """A curve that gives one half when nothing speaks for or against a sentence."""
    names = dict.fromkeys((field.name for field in fields(EvidenceSignals)), 0.0)
    return replace(UNFITTED, evidence=Curve(0.0, names | weights), cited=cited)


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT, encoding="utf-8")
    return read_report(file)


def test_the_best_sentence_is_always_cited_and_others_by_their_distance(report):
    found = hits((0, 0.9), (3, 0.85), (4, 0.5))
    near = calibrated(0.3, gap=-10)
    assert select(WHY, found, report, near).sentences == (0, 3)
    assert select(WHY, found, report, calibrated(0.9, gap=-10)).sentences == (0,)
    assert select(WHY, hits(), report, near).sentences == ()


def test_what_describes_abuse_in_detail_is_cited_only_where_it_is_needed(report):
    found, near = hits((0, 0.9), (3, 0.85)), calibrated(0.3, gap=-10)
    assert select(WHY, found, report, near, distressing=frozenset({3})).sentences == (0,)
    assert select(WHY, found, report, near, distressing=frozenset({0})).sentences == (0, 3)
    needed = calibrated(0.3, late_gap=10)
    assert select(WHY, found, report, needed, distressing=frozenset({3})).sentences == (0, 3)


def test_what_is_less_likely_needed_is_set_apart(report):
    found = hits((0, 0.9), (3, 0.8), (4, 0.7))  # with a half, the chances are 0.27 and 0.12
    chosen = select(WHY, found, report, calibrated(0.1, gap=-10))
    assert (chosen.sentences, chosen.set_apart) == ((0, 3, 4), {4})


def test_a_sentence_that_goes_on_is_cited_though_no_ranking_proposed_it(report):
    found = hits((0, 0.9), (3, 0.2), beside=[1])
    goes_on = calibrated(0.6, goes_on=5)
    assert select(WHY, found, report, goes_on).sentences == (0, 1)
    assert select(WHY, found, report, calibrated(0.6, led_up_to=5)).sentences == (0,)


def test_the_sentence_before_is_cited_when_the_best_one_points_back(report):
    found = hits((1, 0.9), (3, 0.2), beside=[0, 2])
    assert select(WHY, found, report, calibrated(0.6, led_up_to=5)).sentences == (1, 0)


def test_neighbours_of_other_blocks_are_no_neighbours(report):
    found = hits((2, 0.9), (3, 0.8), beside=[1, 4])
    signals = {c.sentence: c.signals for c in candidates(read_query("Why?"), found, report)}
    assert set(signals) == {1, 3, 4}
    assert signals[3].after == 0.0
    assert signals[1].before == 1.0


@pytest.mark.parametrize("signal", ["own", "adds", "lacks", "alike"])
def test_how_a_companion_meets_the_question_counts(report, signal):
    weighs = calibrated(0.6, **{signal: 5})
    assert select(
        read_query("Why?"), hits((0, 0.9), (3, 0.8), **{signal: 0.5}), report, weighs
    ).sentences == (0, 3)
    assert select(WHY, hits((0, 0.9), (3, 0.8)), report, weighs).sentences == (0,)


def test_what_is_left_out_is_known(report):
    chosen = select(read_query("Which two laws?"), hits((0, 0.9), (3, 0.9)), report, calibrated(0.9))
    assert chosen.signals.left_out == 0.5
    assert chosen.signals.several == 1.0
    assert select(WHY, hits((0, 0.9)), report, calibrated(0.1)).signals.several == 0.0


def test_no_more_than_five_are_cited(report):
    found = hits(*((i, 0.9) for i in range(7)))
    assert len(select(WHY, found, report, calibrated(0.0)).sentences) == 5


def test_a_gap_can_count_less_when_several_things_are_asked(report):
    found = hits((0, 0.9), (3, 0.6))
    curve = calibrated(0.3, gap=-10, gap_of_several=10)
    assert select(read_query("Who runs them?"), found, report, curve).sentences == (0,)
    assert 3 in select(read_query("Which law and which shelters?"), found, report, curve).sentences
