"""The citation checker on labelled statements and contrasts: what a change may not make worse."""

import json
from types import SimpleNamespace

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.records import SPLITS
from a4a_qa.evaluation.verdicts import (
    Contrast,
    read_contrasts,
    read_statements,
    score_contrasts,
    score_statements,
)
from conftest import ROOT

STATEMENTS = ROOT / "eval/verify/statements.jsonl"
CONTRAST = {"id": "c", "split": "dev", "kind": "question", "text": "Is it?", "holds": True, "quote": "It is."}


@pytest.fixture(scope="module")
def scores(assistant):
    return score_statements(read_statements(STATEMENTS, assistant.report), assistant.verify)


def test_there_are_enough_statements_of_each_kind(report):
    labelled = read_statements(STATEMENTS, report)
    assert len(labelled) >= 200
    assert len({one.text for one in labelled}) == len({one.id for one in labelled}) == len(labelled)
    dev, test = ({one.section for one in labelled if one.split == split} for split in SPLITS)
    assert not dev & test


@pytest.mark.parametrize("split", SPLITS)
def test_alterations_are_found_and_verbatim_statements_never_blamed(scores, split):
    assert scores[split]["verbatim_kept"] == 1.0
    assert scores[split]["altered_found"] >= 0.95
    assert scores[split]["paraphrases_supported"] >= 0.85
    assert scores[split]["invented_unsupported"] >= 0.9
    committed = json.loads((ROOT / "eval/verify/scorecard.json").read_text(encoding="utf-8"))
    for name in ("altered_found", "paraphrases_supported", "invented_unsupported"):
        assert scores[split][name] == pytest.approx(committed[split][name], abs=0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "colour"}, "do not go together"),
        ({"split": "train"}, "split: Input should be"),
        ({"quote": "Not in there."}, "does not stand in the report"),
        ({"text": 1}, "text: Input should be a valid string"),
        ({"more": 1}, "more: Extra inputs are not permitted"),
    ],
)
def test_a_statement_that_does_not_fit_is_named(report, write_lines, change, words):
    line = json.loads(STATEMENTS.read_text(encoding="utf-8").splitlines()[0])
    with pytest.raises(EvaluationError, match=f"line 1: .*{words}"):
        read_statements(write_lines("statements.jsonl", [line | change]), report)


@pytest.mark.parametrize(
    "wrong", [{"split": "x"}, {"kind": "x"}, {"holds": "yes"}, {"holds": []}, {"more": 1}]
)
def test_a_contrast_that_does_not_fit_is_named(write_lines, wrong):
    with pytest.raises(EvaluationError, match="line 2"):
        read_contrasts(write_lines("contrasts.jsonl", [CONTRAST, CONTRAST | wrong]))


def test_a_text_taken_for_several_statements_is_not_backed():
    backed = SimpleNamespace(verdict="supported")
    contrasts = [Contrast(**CONTRAST | {"kind": "statement"})]
    scores = score_contrasts(contrasts, pytest.fail, lambda _: SimpleNamespace(statements=[backed, backed]))
    assert scores["dev"]["backed_said"] == 0
    assert scores["dev"]["by_kind"]["statement"]["affirmed"] == {"several": 1}


def test_what_is_claimed_outright_and_what_of_it_is_right():
    said = {"a": "no", "b": "no", "c": "yes", "d": None, "e": "supported", "f": "supported", "g": "altered"}
    holds = {"a": False, "b": None, "c": True, "d": False, "e": True, "f": False, "g": False}
    contrasts = [
        Contrast(
            id=i, split="dev", kind="question" if i < "e" else "statement", text=i, holds=holds[i], quote=""
        )
        for i in said
    ]

    def ask(text):
        polarity = said[text]
        return SimpleNamespace(short_answer=polarity and SimpleNamespace(polarity=polarity))

    def verify(text):
        return SimpleNamespace(statements=[SimpleNamespace(verdict=said[text])])

    scores = score_contrasts(contrasts, ask, verify)
    counts = {name: count for name, count in scores["dev"].items() if name != "by_kind"}
    assert counts == {"yes_or_no_said": 3, "yes_or_no_right": 2, "backed_said": 2, "backed_right": 1}
    assert scores["dev"]["by_kind"]["question"]["contradicted"] == {"neither": 1, "no": 1}
    assert scores["test"]["backed_said"] == 0
