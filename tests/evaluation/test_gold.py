import json

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import load_gold, read_gold
from evaluation.small_gold import RECORDS, SCHOOLS, SHELTERS, record


def problems_of(write_lines, small, *lines):
    return load_gold(write_lines("one.jsonl", lines), small)[1]


def test_quotes_become_places(gold, small):
    question = gold.questions[0]
    (target,) = question.evidence[0].targets
    assert [small.slice(place) for place in target.places] == [SHELTERS]
    assert target.endnotes == {1}


def test_an_endnote_is_a_target_without_a_place(gold):
    (target,) = gold.questions[2].evidence[0].targets
    assert target.is_endnote
    assert target.endnotes == {3}


def test_facts_that_share_evidence_are_one_component(gold):
    components = {question.id: question.component for question in gold.questions}
    assert components["g-1"] == components["g-1.t"] == components["g-4"]
    assert len(set(components.values())) == 4


def test_a_statement_and_its_source_are_one_component(write_lines, small):
    about_law = record("g-6", evidence=[{"quote": SCHOOLS, "endnotes": [3]}])
    gold = read_gold(write_lines("two.jsonl", [RECORDS[2], about_law]), small)
    assert {question.component for question in gold.questions} == {"f-2"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"evidence": [{"quote": SHELTERS, "endnotes": [1], "page": 3}]},
            "evidence.0.quote.page: Extra inputs",
        ),
        ({"evidence": [{"any_of": [{"quote": SHELTERS, "endnotes": [1]}]}]}, "at least 2 items"),
        ({"evidence": []}, "an answerable question needs «evidence»"),
        ({"evidence": [{"endnote": 9}]}, "there is no endnote 9, the report has 5"),
        ({"evidence": [{"quote": SHELTERS}]}, r"names endnotes \[\], the report has \[1\]"),
        (
            {"evidence": [{"quote": "There are 13 shelters.", "endnotes": []}]},
            "not in the report's retrieved text",
        ),
        ({"acceptable": ["in the "]}, "stands at 2 places"),
        ({"type": "numbers"}, "type: Input should be .* \\(found 'numbers'\\)"),
        ({"type": "yesno"}, "needs «polarity»"),
        ({"history": ["Before?"]}, "a follow-up, and nothing else, has a «history»"),
        ({"kind": "near_miss"}, "has no «kind»"),
        ({"answerable": False, "evidence": []}, "needs «kind», «expect» and «why»"),
        ({"id": "x"}, "id: String should match pattern"),
        ({"question": None}, "question: Input should be a valid string"),
    ],
)
def test_a_bad_record_names_its_line(write_lines, small, change, message):
    with pytest.raises(EvaluationError, match=f"one.jsonl, line 2: .*{message}"):
        read_gold(write_lines("one.jsonl", ["", RECORDS[0] | change]), small)


@pytest.mark.parametrize("line", ["{", "[]", "null", '{"id": "g-1"}'])
def test_a_malformed_line_is_named_and_the_others_are_read(write_lines, small, line):
    gold, problems = load_gold(write_lines("one.jsonl", [line, RECORDS[0]]), small)
    assert [question.id for question in gold.questions] == ["g-1"]
    assert len(problems) == 1
    assert "one.jsonl, line 1" in problems[0]


def test_a_near_miss_needs_its_nearest_sentence_and_checked_terms(write_lines, small):
    (problem,) = problems_of(write_lines, small, RECORDS[4] | {"nearest": [], "checked_terms": []})
    assert "a near_miss needs «nearest»" in problem
    assert "needs «checked_terms»" in problem


def test_no_gold_questions_is_an_error(tmp_path, small):
    with pytest.raises(
        EvaluationError, match=r"There are no gold questions in .*: expected files named \*.jsonl"
    ):
        read_gold(tmp_path, small)


def test_text_in_another_encoding_is_an_error(tmp_path, small):
    (tmp_path / "a.jsonl").write_bytes("{«".encode("latin-1"))
    with pytest.raises(EvaluationError, match="is not text in UTF-8"):
        read_gold(tmp_path, small)


def test_the_hash_follows_the_records_not_their_spelling(write_lines, small):
    one = read_gold(write_lines("a.jsonl", [RECORDS[0]]), small)
    spelt = read_gold(write_lines("b.jsonl", [json.dumps(RECORDS[0], indent=None, sort_keys=True)]), small)
    other = read_gold(write_lines("c.jsonl", [RECORDS[0] | {"question": "Other?"}]), small)
    assert one.sha256 == spelt.sha256 != other.sha256
