"""What the program that measures other systems makes of the lines that these print."""

import json
import sys
from pathlib import Path

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold_sets import gold_reports
from a4a_qa.index.passages import cut_passages
from a4a_qa.report.catalogue import listed_reports, reports_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def peers():
    sys.path.insert(0, str(ROOT / "eval"))
    try:
        import peers
    finally:
        sys.path.remove(str(ROOT / "eval"))
    return peers


@pytest.fixture(scope="module")
def gold():
    found = gold_reports(ROOT / "eval" / "gold", listed_reports(ROOT, reports_folder(ROOT)))
    return next(one for one in found if one.id == "cambodia-2011").questions().of_split("test")


def lines(gold, passages_of) -> list[str]:
    """What a system prints that finds these passages of each question."""
    said = [{"id": one.id, "seconds": 0.01, "passages": passages_of(one)} for one in gold.questions]
    return [json.dumps(one) for one in [*said, {"peak_mb": 100}]]


def with_evidence(gold):
    """Finds the passages that hold a question's first five pieces of evidence."""
    passages = cut_passages(gold.report)

    def find(question):
        targets = [
            place for evidence in question.evidence for t in evidence.targets for place in t.places[:1]
        ]
        places = [one for one in passages if any(one.start <= at.start < one.end for at in targets)]
        return [one.id for one in places[:5]]

    return find


def test_who_finds_the_evidence_scores_higher_than_who_finds_nothing_or_something(peers, gold):
    first = [cut_passages(gold.report)[0].id]
    ways = (with_evidence(gold), lambda question: first, lambda question: [])
    best, some, none = (
        peers.found_among_first(gold, peers.asked(lines(gold, way), gold, "one").passages) for way in ways
    )
    assert best > 0.9 > 0.2 > some >= none == 0


def test_times_and_memory_are_those_that_were_told(peers, gold):
    values = peers.asked(lines(gold, lambda question: []), gold, "one", first=2.0).values()
    assert (values[peers.P50], values[peers.COLD], values[peers.MEMORY]) == (10.0, 2.0, 100.0)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: told[1:], "stopped after"),
        (lambda told: told[:-1], "stopped after"),
        (lambda told: [told[0], *told], "or had answered"),
        (lambda told: [json.dumps({"id": "another", "seconds": 0.1, "passages": []}), *told], "not asked"),
        (
            lambda told: [told[0].replace("[]", '["p-of-another-report"]'), *told[1:]],
            "passages of the report",
        ),
        (lambda told: [told[0].replace("0.01", '"fast"'), *told[1:]], "expected passages and seconds"),
    ],
    ids=["a question lacks", "memory lacks", "one twice", "not asked", "not of the report", "no seconds"],
)
def test_what_a_system_may_not_print_is_an_error(peers, gold, spoil, said):
    with pytest.raises(EvaluationError, match=said):
        peers.asked(spoil(lines(gold, lambda question: [])), gold, "one")


def test_the_table_gives_ratios_to_ours_and_says_who_does_better(peers):
    values = dict(zip(peers.SYSTEMS, (50.0, 20.0, 10.0, 100.0), strict=True))
    assert peers.P50.row(values) == (
        "| a question, p50 | 1.00 (50.0 ms) | 0.40 (20.0 ms) | 0.20 (10.0 ms) | 2.00 (100.0 ms) |"
    )
    assert peers.P50.better(values) == ["txtai"]
    assert peers.Measure("found", "", 2, more=True).better(values) == ["haiku.rag"]


def test_a_python_that_is_too_old_or_missing_is_named(peers):
    with pytest.raises(EvaluationError, match=r"needs Python 3\.12 or newer, no-such-python is none"):
        peers.newer_python("no-such-python")
