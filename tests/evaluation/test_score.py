"""The traps that evaluators fall into, and what a scorecard is."""

import json

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.measures.evidence import MEASURES
from a4a_qa.evaluation.measures.ranking import RANKING
from a4a_qa.evaluation.run import read_run
from a4a_qa.evaluation.score import FUNNEL, KEPT, read_scorecard, score, write_scorecard
from conftest import ROOT
from evaluation.small_gold import JUDGES, RECORDS, RIGHT, SCHOOLS, SHELTERS, record

# Measures of which less is better, or which measure no quality.
NOT_BETTER_WHEN_HIGH = (
    "over_abstention",
    "caveat",
    "false_answer",
    "false_answer_near_miss",
    "stray_words",
    "citations",
    "short_answer_needless",
)
# What a question that failed did wrong like any other.
NEEDLESS = (
    "over_abstention", "caveat", "false_answer", "false_answer_near_miss", "stray_words",
    "short_answer_needless",
)  # fmt: skip
# Those that the small set, or a run without a ranking, has nothing for; the tests of them bring their own.
OF_OTHERS = ("follow_up_hit", "overview_right", *(name for name in MEASURES if MEASURES[name].ranks))
QUALITY = [
    name for name in (*MEASURES, *RANKING) if name not in NOT_BETTER_WHEN_HIGH and name not in OF_OTHERS
]
FOLLOW_UP = record(
    "g-6",
    variant="followup",
    history=["Is there a law on schools?"],
    question="Since when?",
    evidence=[{"quote": SCHOOLS, "endnotes": [3]}],
)
OVERVIEW = record(
    "g-7",
    type="overview",
    question="What should be done?",
    evidence=[{"quote": JUDGES}],
    sections=[["Protection"]],
)


@pytest.fixture
def card_of(gold, run_of):
    return lambda lines: score(gold, run_of(lines)).card


def values(card):
    return {name: measure["value"] for name, measure in card.measures.items()}


def test_a_perfect_run_is_perfect(card_of, answering, perfect):
    perfect[0]["short_answer"] = perfect[1]["short_answer"] = {"text": "12 shelters", "start": 0, "end": 1}
    for line in perfect[4:]:
        line["reason"]["code"] = "other_value" if line["id"] == "g-4" else "out_of_scope"
    for line in perfect:
        hold = {"g-1": 0, "g-1.t": 0, "g-2": 1, "g-3": 2}.get(line["id"], 0)
        line["passages"] = answering(line["id"], [], found=[hold])["passages"]
    found = values(card_of(perfect))
    assert {name: found[name] for name in QUALITY} == dict.fromkeys(QUALITY, 1.0)
    assert found["over_abstention"] == found["false_answer"] == found["stray_words"] == 0.0
    assert (found["citations"], found["short_answer_needless"]) == (1.25, 0.0)


def test_an_empty_answer_file_scores_zero(card_of):
    card = card_of([])
    assert {name: values(card)[name] for name in QUALITY} == dict.fromkeys(QUALITY, 0.0)
    assert {name: values(card)[name] for name in NEEDLESS} == dict.fromkeys(NEEDLESS, 1.0)
    assert card.about["failed"] == 6
    assert card.funnel == {**dict.fromkeys(card.funnel, 0), "failed": 4}


def test_refusing_everything_scores_exactly_its_floor(card_of, answering):
    card = card_of([answering(record["id"], []) for record in RECORDS])
    assert card.measures["supported"]["value"] == round(2 / 6, 4)
    assert card.measures["answer_hit"]["value"] == 0.0
    assert card.measures["over_abstention"]["value"] == 1.0
    assert card.abstention["recall"] == 1.0
    assert card.abstention["precision"] == round(2 / 6, 4)


def test_shuffled_citations_score_about_nothing(card_of, answering):
    ids = list(RIGHT)
    shifted = dict(zip(ids, [RIGHT["g-3"], RIGHT["g-2"], RIGHT["g-1"], RIGHT["g-1"]], strict=True))
    found = values(card_of([answering(id, cited) for id, cited in shifted.items()]))
    for name in ("answer_hit", "evidence_f1", "endnote_exact", "supported"):
        assert found[name] == 0.0


@pytest.mark.parametrize("lost", ["missing", "failed", "malformed"])
def test_a_missing_or_failed_question_counts_against_the_run(card_of, perfect, lost):
    whole = card_of(perfect)
    line = {"missing": [], "failed": [{"id": "g-1", "error": "500"}], "malformed": ["{"]}[lost]
    card = card_of(perfect[1:] + line)
    assert values(card)["supported"] == pytest.approx(values(whole)["supported"] - 1 / 6, abs=1e-4)
    assert values(card)["answer_hit"] == values(whole)["answer_hit"] - 1 / 4
    assert [one["n"] for one in card.measures.values()] == [one["n"] for one in whole.measures.values()]
    assert card.funnel["failed"] == 1
    assert card.problems


def test_partial_answers_are_right_only_where_a_part_is_asked_for(write_lines, small, answering):
    in_part = RECORDS[4] | {
        "evidence": [{"quote": SHELTERS, "endnotes": [1]}],
        "expect": {"status": ["partial", "not_in_report"], "code": "absent_detail"},
    }
    gold = read_gold(write_lines("part.jsonl", [in_part, RECORDS[5]]), small)
    partial = {"status": "partial", "reason": {"code": "absent_detail"}}
    lines = [answering("g-4", [SHELTERS], **partial), answering("g-5", [SHELTERS], **partial)]
    run = read_run(write_lines("run.jsonl", lines), gold.questions)
    assert [case.supported for case in score(gold, run).cases] == [True, False]
    wrong = read_run(write_lines("run.jsonl", [answering("g-4", [JUDGES], **partial)]), gold.questions)
    assert [case.supported for case in score(gold, wrong).cases] == [False, False]


def test_the_funnel_counts_each_question_at_the_stage_that_lost_it(card_of, answering, perfect):
    lines = [
        perfect[0],
        answering("g-1.t", [JUDGES]),
        answering("g-2", []),
        answering("g-3", [], found=[0]),
    ]
    assert card_of(lines).funnel == {
        **dict.fromkeys(FUNNEL, 0),
        "right": 1,
        "wrong passage": 1,
        "found but refused": 1,
        "not found": 1,
    }


def places_of(report, *quotes):
    return [[report.text.index(quote), report.text.index(quote) + len(quote)] for quote in quotes]


def test_sentences_are_looked_for_in_the_ranking_of_the_system(card_of, small, perfect):
    other = "They are run by the Ministry of Health and by churches."
    perfect[0]["ranked"] = places_of(small, SHELTERS)
    perfect[1]["ranked"] = places_of(small, other, JUDGES, SHELTERS)
    perfect[2]["ranked"] = places_of(small, SCHOOLS)  # which carries the endnote that is asked for
    perfect[3]["ranked"] = places_of(small, JUDGES, other)  # one of the two that are needed
    found = values(card_of(perfect))
    assert [found[f"sentence_recall_at_{k}"] for k in (1, 3)] == [
        (1 + 0 + 1 + 0.5) / 4,
        (1 + 1 + 1 + 0.5) / 4,
    ]


def test_without_a_ranking_nothing_is_said_of_it(card_of, perfect):
    assert card_of(perfect).measures["sentence_recall_at_1"]["n"] == 0


@pytest.mark.parametrize("ranked", [3, [[1]], [["a", "b"]], [[1, 2.5]]])
def test_a_ranking_that_is_none_is_named_and_its_question_failed(card_of, perfect, ranked):
    perfect[0]["ranked"] = ranked
    card = card_of(perfect)
    assert "'ranked' is" in card.problems[0]
    assert card.funnel["failed"] == 1


@pytest.mark.parametrize(
    ("asked", "cited", "measure", "value"),
    [
        (FOLLOW_UP, [SCHOOLS], "follow_up_hit", 1),
        (FOLLOW_UP, [SHELTERS], "follow_up_hit", 0),
        (OVERVIEW, [JUDGES], "overview_right", 1),
        (OVERVIEW, [SHELTERS], "overview_right", 0),
        (OVERVIEW | {"sections": [["Introduction"]]}, [JUDGES], "overview_right", 0),
    ],
)
def test_follow_ups_and_overviews_have_measures_of_their_own(
    write_lines, small, answering, asked, cited, measure, value
):
    gold = read_gold(write_lines("one.jsonl", [asked]), small)
    run = read_run(write_lines("run.jsonl", [answering(asked["id"], cited)]), gold.questions)
    assert score(gold, run).card.measures[measure]["value"] == value


def test_a_caveat_is_no_refusal_and_no_free_pass(card_of, answering, perfect):
    caveat = {"status": "partial", "reason": {"code": "absent_detail"}}
    lines = [answering("g-1", [SHELTERS], **caveat), *perfect[1:4], answering("g-4", [SHELTERS], **caveat)]
    card = card_of(lines)
    assert (values(card)["caveat"], values(card)["near_caught"]) == (0.25, 1.0)
    assert card.funnel["right with a caveat"] == 1
    assert values(card)["over_abstention"] == 0.0


def test_variants_are_compared_with_their_fact(card_of, answering, perfect):
    lines = [answering("g-1.t", []) if line["id"] == "g-1.t" else line for line in perfect]
    robustness = card_of(lines).robustness
    assert robustness["decision_flips"] == 1.0
    assert robustness["every_variant_supported"] == 0.0
    assert robustness["against_base"]["typo"] == {"questions": 1, "supported": 0.0, "base_supported": 1.0}


def test_a_scorecard_is_the_same_every_time_and_survives_its_file(card_of, perfect, tmp_path):
    card = card_of(perfect)
    write_scorecard(tmp_path / "a.json", card)
    write_scorecard(tmp_path / "b.json", card_of(perfect))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    back = read_scorecard(tmp_path / "a.json")
    assert back.outcomes == card.outcomes
    assert back.measures == card.measures
    assert set(back.values("supported")) == {record["id"] for record in RECORDS}
    assert set(back.values("endnote_exact")) == {"g-1", "g-1.t", "g-2", "g-3"}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"format": 0}',
        "[]",
        '{"format": 1, "outcomes": {"columns": ["component"], "rows": {}}}',
        '{"format": 1, "outcomes": {"columns": COLUMNS, "rows": {"g-1": "f-1 1 0"}}}',
    ],
)
def test_what_is_no_scorecard_is_named(tmp_path, text):
    (tmp_path / "a.json").write_text(text.replace("COLUMNS", json.dumps(["component", *KEPT])))
    with pytest.raises(EvaluationError, match=r"a\.json cannot be read .*`a4a-qa eval score`"):
        read_scorecard(tmp_path / "a.json")


def test_every_measure_is_defined_in_the_docs():
    text = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    assert [name for name in (*MEASURES, *RANKING) if f"`{name}`" not in text] == []
    assert set(KEPT) <= set(MEASURES)
