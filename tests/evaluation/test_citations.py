"""Measures of one question, on answers whose values can be worked out in the head."""

from dataclasses import replace

import pytest

from a4a_qa.answering.answer import cite
from a4a_qa.evaluation.case import cases, is_valid
from a4a_qa.evaluation.measures import citations
from a4a_qa.evaluation.measures.retrieval import passage_length, recall_at, recall_in, relevant_passages
from a4a_qa.evaluation.records import CitedPlace
from a4a_qa.report import Span
from a4a_qa.safeguarding.notices import SEE_ALSO
from evaluation.small_gold import JUDGES, SCHOOLS, SHELTERS

OFFICERS = "(2) Police officers wear blue uniforms."


@pytest.fixture
def case_of(gold, run_of):
    """The case of one question with the answer in this line."""

    def make(line):
        return next(case for case in cases(gold, run_of([line])) if case.question.id == line["id"])

    return make


def test_every_required_evidence_is_cited(case_of, answering):
    case = case_of(answering("g-3", [JUDGES, OFFICERS]))
    assert case.hit
    assert case.supported
    assert citations.evidence_f1(case) == 1.0


def test_half_of_the_evidence_is_no_hit(case_of, answering):
    case = case_of(answering("g-3", [JUDGES]))
    assert not case.hit
    assert (citations.evidence_precision(case), citations.evidence_recall(case)) == (1.0, 0.5)


def test_a_sentence_too_many_lowers_precision(case_of, answering):
    case = case_of(answering("g-1", [SHELTERS, JUDGES]))
    assert case.hit
    assert citations.evidence_precision(case) == 0.5
    assert citations.passage_precision(case) == 0.5


def test_what_is_set_apart_is_no_part_of_the_main_answer(case_of, answering):
    line = answering("g-3", [JUDGES, SHELTERS, OFFICERS])
    line["citations"][1]["notices"] = [SEE_ALSO]
    case = case_of(line)
    assert (citations.main_precision(case), citations.main_recall(case)) == (1.0, 1.0)
    assert citations.evidence_precision(case) < 1.0
    line["citations"][2]["notices"] = [SEE_ALSO]
    case = case_of(line)
    assert (citations.main_precision(case), citations.main_recall(case)) == (1.0, 0.5)
    assert (case.hit, citations.main_f1(case)) == (True, pytest.approx(2 / 3))


def test_acceptable_sentences_cost_nothing(case_of, answering):
    case = case_of(answering("g-2", [3, SCHOOLS]))
    assert citations.evidence_precision(case) == 1.0
    assert citations.endnote_exact(case) == 1.0


def test_an_endnote_is_cited_by_the_statement_that_carries_its_mark(case_of, answering):
    case = case_of(answering("g-2", [SCHOOLS]))
    assert case.hit
    assert citations.passage_recall(case) == 1.0


def test_an_equal_text_under_another_number_is_the_wrong_endnote(case_of, answering):
    case = case_of(answering("g-2", [4]))
    assert not case.hit
    assert citations.endnote_precision(case) == 0.0
    assert citations.endnote_confusions([case]) == [{"expected": [3], "shown": [4], "questions": ["g-2"]}]


def test_four_fifths_of_a_sentence_are_evidence_and_half_is_not(case_of, answering):
    assert case_of(answering("g-1", [SHELTERS[:30]])).hit
    assert not case_of(answering("g-1", [SHELTERS[:20]])).hit


@pytest.mark.parametrize(
    "spoil",
    [
        {"quote": "There are 13 shelters in the north."},
        {"start": 0},
        {"section": ["Protection"]},
        {"endnotes": []},
        {"endnotes": [1, 2]},
        {"quote": ""},
    ],
)
def test_a_spoilt_citation_is_invalid_and_no_evidence(case_of, answering, spoil):
    line = answering("g-1", [SHELTERS])
    line["citations"][0] |= spoil
    case = case_of(line)
    assert citations.citation_validity(case) == 0.0
    assert not case.supported
    assert citations.answer_hit(case) == 0.0


def test_one_invalid_citation_spoils_the_answer(case_of, answering):
    line = answering("g-1", [SHELTERS, JUDGES])
    line["citations"][1]["quote"] = "(1) Judges may be trained every two years."
    case = case_of(line)
    assert case.hit
    assert not case.supported
    assert citations.citation_validity(case) == 0.5


def test_an_answer_without_citations_is_not_valid(case_of, answering):
    case = case_of(answering("g-1", []) | {"status": "answered"})
    assert citations.citation_validity(case) == 0.0
    assert not case.supported


def test_changed_characters_are_not_faithful(case_of, answering):
    line = answering("g-1", [SHELTERS])
    line["citations"][0]["quote"] = SHELTERS.replace("12", "13")
    assert citations.faithful_characters(case_of(line)) == 1 - 1 / len(SHELTERS)


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        (f"{SHELTERS} [1]", 0),
        (f"The report says: {SHELTERS} [1] That is 40 % of them.", 1),
        (f"{SHELTERS} [1] as Minister Smith said in 2009.", 3),
        (f"In the north: {SHELTERS} [1]", 0),
    ],
)
def test_numbers_and_names_of_ours_are_counted(case_of, answering, text, stray):
    assert citations.stray_words(case_of(answering("g-1", [SHELTERS]) | {"text": text})) == stray


def test_recall_follows_the_order_of_passages(case_of, answering):
    case = case_of(answering("g-3", [], found=[0, 2]))
    assert (recall_at(case, 1), recall_at(case, 3)) == (0.0, 1.0)


def test_recall_in_characters_stops_where_they_end(case_of, answering):
    case = case_of(answering("g-3", [], found=[2]))
    assert recall_in(case, len(JUDGES)) == 0.5
    assert recall_in(case, 500) == 1.0


def test_recall_never_exceeds_one_with_overlapping_passages(case_of, answering, small):
    line = answering("g-3", [])
    start = small.text.index(JUDGES)
    line["passages"] = [{"id": f"p-{i}", "start": start + i, "end": start + 80} for i in range(9)]
    line["passages"] += line["passages"]
    case = case_of(line)
    assert recall_at(case, 10) == recall_in(case, 2000) == 1.0
    assert passage_length(case) == 76


def test_evidence_in_two_halves_of_overlapping_passages_is_found(case_of, answering, small):
    line = answering("g-1", [])
    at = small.text.index(SHELTERS)
    line["passages"] = [
        {"id": "a", "start": at, "end": at + 20},
        {"id": "b", "start": at + 10, "end": at + 40},
    ]
    assert recall_at(case_of(line), 10) == 1.0


def test_qrels_are_the_passages_that_hold_evidence(case_of, answering):
    case = case_of(answering("g-3", [JUDGES]))
    assert relevant_passages(case) == {case.passages[2].id}
    source = case_of(answering("g-2", [3]))
    assert relevant_passages(source) == {source.passages[1].id}


def cited(report, first, last):
    """What production cites from the first of these blocks to the last, as a run has it."""
    made = cite(report, Span(first.start, last.end), marker=1, passage_id=None, sentence_id=None)
    return CitedPlace(
        quote=made.quote, start=made.start, end=made.end, passage_id=None,
        section=list(made.section), endnotes=list(made.endnotes),
    )  # fmt: skip


def test_a_citation_over_several_sections_is_valid_under_the_one_that_holds_them(report):
    actions = [block for block in report.blocks if block.section[:1] == ("Priority Actions Required",)]
    assert len({block.section for block in actions}) > 1
    citation = cited(report, actions[0], actions[-1])
    assert citation.section == ["Priority Actions Required"]
    assert is_valid(citation, report)
    for section in ([], list(actions[0].section), ["Priority Actions Required", "Elsewhere"]):
        assert not is_valid(citation.model_copy(update={"section": section}), report)


def test_what_stands_in_no_block_is_no_valid_citation(small):
    gap = Span(small.blocks[0].end, small.blocks[1].start)
    between = CitedPlace(
        quote=small.slice(gap), start=gap.start, end=gap.end, passage_id=None, section=[], endnotes=[]
    )
    assert not is_valid(between, small)


@pytest.mark.parametrize(
    "question",
    ["Who funded this report?", "List the recommendations on protection", "Who compiled the report?"],
)
def test_citations_of_the_imprint_and_of_whole_sections_are_valid(assistant, question):
    cited = assistant.ask(question).citations
    assert cited
    assert all(is_valid(citation, assistant.report) for citation in cited)
    elsewhere = replace(cited[0], section=("Elsewhere",))
    assert not is_valid(elsewhere, assistant.report)
