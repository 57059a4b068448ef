import json
from types import SimpleNamespace

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.contrasts import read_contrasts, score_contrasts

LINE = {"id": "c", "split": "dev", "kind": "question", "text": "Is it?", "holds": True, "quote": "It is."}


def written(tmp_path, *lines):
    path = tmp_path / "contrasts.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "wrong",
    [{"split": "x"}, {"kind": "x"}, {"holds": "yes"}, {"holds": []}, {"more": 1}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_line_that_is_none_is_named(tmp_path, wrong):
    with pytest.raises(EvaluationError, match="line 2"):
        read_contrasts(written(tmp_path, LINE, LINE | wrong))


def test_what_was_taken_for_several_statements_is_not_backed(tmp_path):
    backed = SimpleNamespace(verdict="supported")
    contrasts = read_contrasts(written(tmp_path, LINE | {"kind": "statement"}))
    scores = score_contrasts(contrasts, pytest.fail, lambda _: SimpleNamespace(statements=[backed, backed]))
    assert scores["dev"]["backed_said"] == 0
    assert scores["dev"]["by_kind"]["statement"]["affirmed"] == {"several": 1}


def test_what_is_said_for_sure_and_what_of_it_is_right(tmp_path):
    said = {"a": "no", "b": "no", "c": "yes", "d": None, "e": "supported", "f": "supported", "g": "altered"}
    holds = {"a": False, "b": None, "c": True, "d": False, "e": True, "f": False, "g": False}
    lines = [
        LINE | {"id": i, "text": i, "holds": holds[i], "kind": "question" if i < "e" else "statement"}
        for i in said
    ]

    def ask(text):
        polarity = said[text]
        return SimpleNamespace(short_answer=polarity and SimpleNamespace(polarity=polarity))

    def verify(text):
        return SimpleNamespace(statements=[SimpleNamespace(verdict=said[text])])

    scores = score_contrasts(read_contrasts(written(tmp_path, *lines)), ask, verify)
    counts = {name: count for name, count in scores["dev"].items() if name != "by_kind"}
    assert counts == {"yes_or_no_said": 3, "yes_or_no_right": 2, "backed_said": 2, "backed_right": 1}
    assert scores["dev"]["by_kind"]["question"]["contradicted"] == {"neither": 1, "no": 1}
    assert scores["test"]["backed_said"] == 0
