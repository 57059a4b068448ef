import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gate import compare, gate
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.run import read_run
from a4a_qa.evaluation.score import score
from evaluation.small_gold import JUDGES, SHELTERS, record

# Enough facts, each its own component, for a drop to be more than chance.
MANY = [
    record(f"g-{i}", split="dev" if i % 5 < 3 else "test", evidence=[{"quote": SHELTERS, "endnotes": [1]}])
    for i in range(10, 40)
]


@pytest.fixture
def card_of(gold, run_of):
    return lambda lines: score(gold, run_of(lines)).card


def test_a_run_beside_itself_differs_in_nothing(card_of, perfect):
    found = compare(card_of(perfect), card_of(perfect))
    assert (found.lost, found.won) == ([], [])
    assert {d.value for d in found.differences.values()} == {0.0}


def test_flips_are_listed_by_which_way_they_went(card_of, answering, perfect):
    worse = [answering("g-1", [JUDGES]), *perfect[1:]]
    found = compare(card_of(worse), card_of(perfect))
    assert (found.lost, found.won) == ([], ["g-1"])
    assert "1 questions lost: g-1" in compare(card_of(perfect), card_of(worse)).lines()


def test_questions_of_one_scorecard_only_are_told(write_lines, small, card_of, perfect):
    fewer = read_gold(write_lines("few.jsonl", [record("g-3", evidence=[{"quote": JUDGES}])]), small)
    old = score(fewer, read_run(write_lines("old.jsonl", [perfect[3]]), fewer.questions)).card
    lines = compare(old, card_of(perfect)).lines()
    assert "5 questions are in the second scorecard only and are not compared." in lines


def test_scorecards_of_different_questions_cannot_be_compared(write_lines, small, card_of, perfect):
    other = read_gold(write_lines("other.jsonl", [record("g-77", evidence=[{"quote": JUDGES}])]), small)
    card = score(other, read_run(write_lines("empty.jsonl", []), other.questions)).card
    with pytest.raises(EvaluationError, match="share no question"):
        compare(card, card_of(perfect))


def failed(found):
    return [check.name for check in found.checks if not check.passed]


def test_a_perfect_run_passes(gold, gold_folder, card_of, perfect):
    # The small set is not split 60 to 40; everything else holds.
    found = gate(gold, gold_folder, card_of(perfect), card_of(perfect))
    assert failed(found) == ["gold questions"]
    assert "endnotes: 5 of 5 paired with 5 note marks" in "\n".join(found.lines())


def test_an_invalid_citation_fails_the_gate(gold, gold_folder, card_of, perfect):
    perfect[0]["citations"][0]["quote"] += "!"
    assert {"citation_validity", "faithful_characters"} <= set(
        failed(gate(gold, gold_folder, card_of(perfect), None))
    )


def test_a_failed_question_fails_the_gate(gold, gold_folder, card_of, perfect):
    assert "answers" in failed(gate(gold, gold_folder, card_of(perfect[1:]), None))


def test_a_significant_drop_fails_and_prints_the_flips(write_lines, small, tmp_path, answering):
    apart = [r | {"evidence": [{"endnote": 1 + i % 5}]} for i, r in enumerate(MANY)]
    gold = read_gold(write_lines("many.jsonl", apart), small)
    good = [answering(r["id"], [r["evidence"][0]["endnote"]]) for r in apart]
    bad = [answering(r["id"], []) for r in apart]
    cards = [
        score(gold, read_run(write_lines("run.jsonl", lines), gold.questions)).card for lines in (good, bad)
    ]
    found = gate(gold, tmp_path, cards[1], cards[0])
    assert not found.passed
    assert "supported not lower" in failed(found)
    assert any(line.startswith("30 questions lost: g-10, g-11") for line in found.lines())
    assert "supported not lower" not in failed(gate(gold, tmp_path, cards[0], cards[1]))
