"""The citation checker on labelled statements: what a change may not make worse."""

import json

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.verdicts import SPLITS, read_statements, score
from conftest import ROOT

STATEMENTS = ROOT / "eval/verify/statements.jsonl"


@pytest.fixture(scope="module")
def scores(assistant):
    return score(read_statements(STATEMENTS, assistant.report), assistant.verify)


def test_there_are_enough_statements_of_each_kind(report):
    labelled = read_statements(STATEMENTS, report)
    assert len(labelled) >= 200
    assert len({one.text for one in labelled}) == len({one.id for one in labelled}) == len(labelled)
    for split in SPLITS:
        sections = {one.section for one in labelled if one.split == split}
        others = {one.section for one in labelled if one.split != split}
        assert not sections & others


@pytest.mark.parametrize("split", SPLITS)
def test_alterations_are_found_and_verbatim_statements_never_blamed(scores, split):
    assert scores[split]["verbatim_kept"] == 1.0
    assert scores[split]["altered_found"] >= 0.95
    assert scores[split]["paraphrases_supported"] >= 0.85
    assert scores[split]["invented_unsupported"] >= 0.9


def test_the_committed_scorecard_is_current(scores):
    committed = json.loads((ROOT / "eval/verify/scorecard.json").read_text(encoding="utf-8"))
    for split in SPLITS:
        for name in ("altered_found", "paraphrases_supported", "invented_unsupported"):
            assert scores[split][name] == pytest.approx(committed[split][name], abs=0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "colour"}, "don't go together"),
        ({"split": "train"}, "don't go together"),
        ({"quote": "Not in there."}, "does not stand in the report"),
        ({"text": 1}, "text: Input should be a valid string"),
        ({"more": 1}, "there is no «more» here"),
    ],
)
def test_a_statement_that_does_not_fit_is_named(report, tmp_path, change, words):
    line = json.loads(STATEMENTS.read_text(encoding="utf-8").splitlines()[0]) | change
    file = tmp_path / "statements.jsonl"
    file.write_text(f"{json.dumps(line)}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=words) as error:
        read_statements(file, report)
    assert "line 1" in str(error.value)
