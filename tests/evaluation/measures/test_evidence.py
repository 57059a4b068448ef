"""Measures of one question, on answers whose values can be worked out in the head."""

from dataclasses import replace

import pytest

from a4a_qa.answering.answer import cite
from a4a_qa.evaluation.case import cases, is_covered, is_valid
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.measures import evidence
from a4a_qa.evaluation.measures.evidence import MEASURES, recall_at, tokens
from a4a_qa.evaluation.records import CitedPlace
from a4a_qa.evaluation.run import read_run
from a4a_qa.report.report import Span
from a4a_qa.safeguarding.notices import SEE_ALSO
from evaluation.small_gold import JUDGES, RECORDS, SCHOOLS, SHELTERS

SOUTH = "It is not enforced in the south."
OFFICERS = "(2) Police officers wear blue uniforms."


@pytest.fixture
def case_of(gold, run_of):
    """The case of one question with the answer in this line."""

    def make(line):
        return next(case for case in cases(gold, run_of([line])) if case.question.id == line["id"])

    return make


@pytest.mark.parametrize(
    ("id", "cited", "hit", "precision", "recall"),
    [
        ("g-3", [JUDGES, OFFICERS], True, 1.0, 1.0),
        ("g-3", [JUDGES], False, 1.0, 0.5),
        ("g-1", [SHELTERS, JUDGES], True, 0.5, 1.0),
        ("g-2", [3, SCHOOLS], True, 1.0, 1.0),  # an acceptable sentence costs nothing
        ("g-2", [SCHOOLS], True, 1.0, 1.0),  # an endnote is cited by the statement that carries its mark
        ("g-2", [4], False, 0.0, 0.0),  # an equal text under another number
        ("g-1", [SHELTERS[:30]], True, 1.0, 1.0),  # four fifths of a sentence
        ("g-1", [SHELTERS[:20]], False, 1.0, 0.0),
    ],
)
def test_what_is_cited_beside_what_is_required(case_of, answering, id, cited, hit, precision, recall):
    case = case_of(answering(id, cited))
    assert case.hit == case.supported == hit
    assert (evidence.evidence_precision(case), evidence.evidence_recall(case)) == (precision, recall)


def test_what_is_set_apart_is_no_part_of_the_main_answer(case_of, answering):
    line = answering("g-3", [JUDGES, SHELTERS, OFFICERS])
    line["citations"][1]["notices"] = [SEE_ALSO]
    case = case_of(line)
    assert MEASURES["main_precision"].of(case) == 1.0
    assert evidence.evidence_precision(case) < 1.0
    assert case.hit


def test_endnotes_are_exact_when_no_more_and_no_fewer_are_shown(case_of, answering):
    assert evidence.endnote_exact(case_of(answering("g-2", [3, SCHOOLS]))) == 1.0
    wrong = case_of(answering("g-2", [4]))
    assert evidence.endnote_precision(wrong) == 0.0
    assert evidence.endnote_confusions([wrong]) == [{"expected": [3], "shown": [4], "questions": ["g-2"]}]


@pytest.mark.parametrize(("acceptable", "precision", "exact"), [([SOUTH], 1.0, 1.0), ([], 0.5, 0.0)])
def test_acceptable_sentences_and_their_endnotes_cost_nothing(
    write_lines, small, answering, acceptable, precision, exact
):
    gold = read_gold(write_lines("one.jsonl", [RECORDS[0] | {"acceptable": acceptable}]), small)
    run = read_run(write_lines("run.jsonl", [answering("g-1", [SHELTERS, SOUTH])]), gold.questions)
    [case] = cases(gold, run)
    assert (evidence.evidence_precision(case), evidence.endnote_exact(case)) == (precision, exact)


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
    assert evidence.citation_validity(case) == 0.0
    assert not case.supported
    assert not case.hit


def test_one_invalid_citation_spoils_the_answer(case_of, answering):
    line = answering("g-1", [SHELTERS, JUDGES])
    line["citations"][1]["quote"] = "(1) Judges may be trained every two years."
    case = case_of(line)
    assert case.hit
    assert not case.supported
    assert evidence.citation_validity(case) == 0.5


def test_an_answer_without_citations_is_not_valid(case_of, answering):
    case = case_of(answering("g-1", []) | {"status": "answered"})
    assert evidence.citation_validity(case) == 0.0
    assert not case.supported


def test_changed_characters_are_not_faithful(case_of, answering):
    line = answering("g-1", [SHELTERS])
    line["citations"][0]["quote"] = SHELTERS.replace("12", "13")
    assert evidence.faithful_characters(case_of(line)) == 1 - 1 / len(SHELTERS)


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
    assert evidence.stray_words(case_of(answering("g-1", [SHELTERS]) | {"text": text})) == stray


def test_recall_follows_the_order_of_passages(case_of, answering):
    case = case_of(answering("g-3", [], found=[0, 2]))
    assert (recall_at(case, 1), recall_at(case, 3)) == (0.0, 1.0)


def test_overlapping_passages_are_counted_once_and_halves_make_a_whole(case_of, answering, small):
    line = answering("g-1", [])
    at = small.text.index(SHELTERS)
    halves = [(at, at + 20), (at + 10, at + 40)]
    line["passages"] = [{"id": f"{start}", "start": start, "end": end} for start, end in halves]
    assert (recall_at(case_of(line), 1), recall_at(case_of(line), 2)) == (0.0, 1.0)
    line["passages"] *= 4
    assert recall_at(case_of(line), 10) == 1.0


@pytest.mark.parametrize(
    ("places", "covered"),
    [([(0, 8)], True), ([(0, 7)], False), ([(0, 4), (2, 6)], False), ([(4, 9), (0, 4)], True), ([], False)],
)
def test_four_fifths_of_a_place_are_enough(places, covered):
    assert is_covered(Span(0, 10), [Span(*place) for place in places]) is covered


def test_qrels_are_the_passages_that_hold_evidence(case_of, answering):
    case = case_of(answering("g-3", [JUDGES]))
    assert case.relevant_passages == {case.passages[2].id}
    source = case_of(answering("g-2", [3]))
    assert source.relevant_passages == {source.passages[1].id}


@pytest.mark.parametrize(
    ("status", "code", "named"),
    [
        ("not_in_report", "other_value", 1.0),
        ("partial", "other_value", 1.0),
        ("answered", "other_value", 0.0),
        ("not_in_report", "person", 0.0),
    ],
)
def test_reasons_of_refusals_and_caveats(case_of, answering, status, code, named):
    case = case_of(answering("g-4", [SHELTERS], status=status, reason={"code": code}))
    assert evidence.reason_named(case) == named


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12.4 %", ["12.4", "%"]),
        ("124 %", ["124", "%"]),
        ("24,000 children", ["24000", "children"]),
        ("the Article 13", ["article", "13"]),
        ("16/09/09", ["16/09/09"]),
        ("Women’s Affairs", ["women's", "affairs"]),
        ("2-5 years", ["2", "5", "years"]),
    ],
)
def test_numbers_units_and_labels_are_kept(text, words):
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("12 shelters", 1.0),
        ("12", 1.0),
        ("There are 12 shelters in", 1.0),
        ("There are 12 shelters in the north right here", 0.0),
        ("124 shelters", 0.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_a_short_answer_holds_a_gold_answer_and_little_more(case_of, answering, text, right):
    given = None if text is None else {"text": text, "start": 0, "end": 1, "polarity": None}
    assert evidence.short_answer_right(case_of(answering("g-1", [SHELTERS], short_answer=given))) == right


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
    assert not is_valid(replace(cited[0], section=("Elsewhere",)), assistant.report)
