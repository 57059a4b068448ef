import json

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import Quotes, fold, folded, load_gold, read_gold
from a4a_qa.report.ids import sentence_ids
from evaluation.small_gold import JUDGES, RECORDS, SCHOOLS, SHELTERS, record


@pytest.fixture
def quotes(small):
    return Quotes(small)


def test_quotes_become_places(gold, small):
    question = gold.questions[0]
    (target,) = question.evidence[0].targets
    assert [small.slice(place) for place in target.places] == [SHELTERS]
    assert target.endnotes == {1}


def test_an_endnote_is_a_target_without_a_place(gold):
    (target,) = gold.questions[2].evidence[0].targets
    assert target.is_endnote
    assert target.endnotes == {3}


def test_a_sentence_can_be_named_in_place_of_its_words(small, write_lines):
    lines = [RECORDS[0] | {"evidence": [{"sentence": sentence_ids(small)[0], "endnotes": [1]}]}]
    [question] = read_gold(write_lines("named.jsonl", lines), small).questions
    assert small.slice(question.evidence[0].targets[0].places[0]) == SHELTERS


def test_facts_that_share_evidence_are_one_component(gold, write_lines, small):
    components = {question.id: question.component for question in gold.questions}
    assert components["g-1"] == components["g-1.t"] == components["g-4"]
    assert len(set(components.values())) == 4
    statement = record("g-6", evidence=[{"quote": SCHOOLS, "endnotes": [3]}])
    of_its_source = read_gold(write_lines("two.jsonl", [RECORDS[2], statement]), small)
    assert {question.component for question in of_its_source.questions} == {"f-2"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"evidence": [{"quote": SHELTERS, "page": 3}]}, "evidence.0.quote.page: Extra inputs"),
        ({"evidence": [{"any_of": [{"quote": SHELTERS, "endnotes": [1]}]}]}, "at least 2 items"),
        ({"evidence": []}, "an answerable question needs 'evidence'"),
        ({"evidence": [{"endnote": 9}]}, "there is no endnote 9, the report has 5"),
        ({"evidence": [{"quote": SHELTERS}]}, r"lists endnotes \[\], the report has \[1\]"),
        ({"evidence": [{"quote": "There are 13 shelters."}]}, "not in the report's retrieved text"),
        ({"evidence": [{"sentence": "s-000000000000"}]}, "no sentence s-000000000000.*training migrate"),
        ({"evidence": [{"sentence": "12"}]}, "should match pattern"),
        ({"evidence": [{"sentence": "SENTENCE", "endnotes": [2]}]}, r"lists endnotes \[2\].* has \[1\]"),
        ({"acceptable": ["in the "]}, "stands at 2 places"),
        ({"type": "numbers"}, "type: Input should be .* \\(found 'numbers'\\)"),
        ({"type": "yesno"}, "needs 'polarity'"),
        ({"type": "overview", "sections": [["Protection", "Bees"]]}, "no section Protection > Bees"),
        ({"history": ["Before?"]}, "a follow-up, and nothing else, has a 'history'"),
        ({"kind": "near_miss"}, "has no 'kind'"),
        ({"answerable": False, "evidence": []}, "needs 'kind', 'expect' and 'why'"),
        (RECORDS[4] | {"nearest": []}, "a near_miss needs 'nearest'"),
        (RECORDS[4] | {"checked_terms": []}, "needs 'checked_terms'"),
        ({"id": "x"}, "id: String should match pattern"),
        ({"question": None}, "question: Input should be a valid string"),
    ],
)
def test_a_bad_record_names_its_line(write_lines, small, change, message):
    base = {} if "answerable" in change and "kind" in change else RECORDS[0]
    line = json.dumps(base | change).replace("SENTENCE", sentence_ids(small)[0])
    with pytest.raises(EvaluationError, match=f"one.jsonl, line 2: .*{message}"):
        read_gold(write_lines("one.jsonl", ["", line]), small)


@pytest.mark.parametrize("line", ["{", "[]", "null", '{"id": "g-1"}'])
def test_a_malformed_line_is_named_and_the_others_are_read(write_lines, small, line):
    gold, problems = load_gold(write_lines("one.jsonl", [line, RECORDS[0]]), small)
    assert [question.id for question in gold.questions] == ["g-1"]
    assert len(problems) == 1
    assert "one.jsonl, line 1" in problems[0]


def test_no_gold_questions_is_an_error(tmp_path, small):
    with pytest.raises(EvaluationError, match=r"no gold questions in .*: expected files named \*.jsonl"):
        read_gold(tmp_path, small)


def test_the_hash_follows_the_records_not_their_spelling(write_lines, small):
    one = read_gold(write_lines("a.jsonl", [RECORDS[0]]), small)
    spelt = read_gold(write_lines("b.jsonl", [json.dumps(RECORDS[0], sort_keys=True)]), small)
    other = read_gold(write_lines("c.jsonl", [RECORDS[0] | {"question": "Other?"}]), small)
    assert one.sha256 == spelt.sha256 != other.sha256


def test_one_half_is_taken_where_questions_have_halves(gold, write_lines, small):
    assert {one.record.split for one in gold.of_split("test").questions} == {"test"}
    undivided = read_gold(write_lines("dev.jsonl", RECORDS[:2]), small)
    assert undivided.of_split("test") == undivided


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("passed in 1999.", "passed in 1999."),
        ("(1)\u00a0Judges must be trained   every two years.", JUDGES),
        ("(1) Jud\u00adges must\nbe trained every two years.", JUDGES),
        ("（1） Judges must be trained every two years.", JUDGES),
    ],
)
def test_a_quote_is_found_as_it_stands_or_normalised_and_mapped_back(quotes, small, quote, found):
    assert small.slice(quotes.find(quote)) == found


def test_a_repeat_in_contents_or_endnotes_is_no_second_place(quotes, small):
    assert small.text.count("Ministry of Health") == 3
    assert small.block_at(quotes.find("Ministry of Health").start).section == ("Introduction",)


def test_a_lost_quote_suggests_the_nearest_sentence(quotes):
    with pytest.raises(EvaluationError, match=r"nearest sentence .* 'It is not enforced in the south.'"):
        quotes.find("It is not enforced in the far south.")


@pytest.mark.parametrize(
    "quote", ["The law on schools was passed in 1998.", "It is enforced in the south.", "zebra", ""]
)
def test_no_suggestion_changes_a_number_or_a_negation(quotes, quote):
    with pytest.raises(EvaluationError, match=r"not in the report's retrieved text. Copy it"):
        quotes.find(quote)


def test_folding_keeps_the_way_back():
    text = "a  “½” — b"
    compared, offsets = fold(text)
    assert compared == "a '1⁄2' - b"
    assert [text[i] for i in offsets] == list("a “½½½” — b")
    assert folded(" The “Law”—of\u00a01999 ") == folded("the 'law'-of 1999")
    assert folded("Law 13") != folded("Law 31")
