"""What models of purposes learn from, and in which order."""

import json
import random
from pathlib import Path

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.purposes import (
    LabelledQuestion,
    as_asked,
    label_batches,
    labelled_files,
    read_labelled,
    read_labelled_material,
)
from conftest import ROOT
from training.small import SUBJECTS, write_lines


def test_labelled_questions_are_read_beside_every_fifth_of_a_reports_own(root, tmp_path):
    source = tmp_path / "source.jsonl"
    source.write_text('{"category": "source", "question": "Says who?"}', encoding="utf-8")
    found = read_labelled_material(root, [root / "labelled.jsonl", source])
    assert list(found.facts["labelled"]) == [f"{root.name}/labelled.jsonl", f"{tmp_path.name}/source.jsonl"]
    labelled, own = found.questions[: 2 * len(SUBJECTS) + 1], found.questions[2 * len(SUBJECTS) + 1 :]
    assert len(own) == 5  # of 21
    assert {(CLASSES[one.purpose], one.weight) for one in labelled} == {
        ("C0", 1.5),
        ("C1", 1),
        ("source", 1.5),
    }
    assert {(CLASSES[one.purpose], one.weight) for one in own} == {("C0", 0.4)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"category": "C9", "question": "?"}', "line 1"),
        (b'{"category": "C0", "question": null}', "line 1"),
        (b'{"category": "C0", "question": " "}', "line 1"),
        (b'{"category": "C0", "question": ' + b"[" * 100_000, "line 1"),
        (b"\xff", "cannot be read"),
        (b"", "no labelled"),
    ],
    ids=["class", "null", "blank", "nested", "bytes", "empty"],
)
def test_what_is_no_labelled_question_is_an_error(tmp_path, content, message):
    (tmp_path / "bad.jsonl").write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        read_labelled(labelled_files([tmp_path]))


def test_wishes_to_harm_in_disguise_and_their_twins_are_read_thrice(tmp_path):
    rows = [{"category": "C4", "question": "Where?", "source": source} for source in ("guises", "plain")]
    write_lines(tmp_path / "a.jsonl", *rows)
    assert len(read_labelled([tmp_path / "a.jsonl"])) == 3 + 1


def test_each_file_is_read_once(tmp_path):
    (tmp_path / "a.jsonl").touch()
    assert labelled_files([tmp_path, tmp_path / "a.jsonl"]) == [tmp_path / "a.jsonl"]


def test_some_questions_are_misspelt():
    labelled = [LabelledQuestion(f"where is the children's shelter number {i}", 1, 1.0) for i in range(300)]
    asked = as_asked(labelled, random.Random(1))
    changed = {one.question for one in asked} - {one.question for one in labelled}
    assert 10 < len(changed) < 60
    assert all(one.purpose == 1 for one in asked)


def test_batches_hold_every_question_once_with_those_of_like_length_together():
    asked = [LabelledQuestion("x" * (10 * i), 0, 1.0) for i in range(100)]
    found = list(label_batches(asked, 20, random.Random(1)))
    assert sorted(len(one.question) for batch in found for one in batch) == list(range(0, 1000, 10))
    assert all(len({len(one.question) // 200 for one in batch}) == 1 for batch in found)


def test_nothing_is_learnt_from_a_sealed_set():
    folder = ROOT / "eval/safeguarding/sealed"
    for sets in ([folder], [folder / "blind.jsonl"]):
        with pytest.raises(CorpusError, match="is a sealed set"):
            labelled_files(sets)


def test_no_message_of_a_sealed_set_is_among_those_that_are_learnt():
    def messages(path: Path):
        lines = path.read_text(encoding="utf-8").split("\n")
        return {" ".join(json.loads(line)["question"].casefold().split()) for line in lines if line.strip()}

    learnt = messages(ROOT / "training/intents.jsonl") | messages(ROOT / "eval/safeguarding/open.jsonl")
    for path in (ROOT / "eval/safeguarding/sealed").glob("*.jsonl"):
        own = messages(path)
        # Two people may type the same few words.
        assert len(own & learnt) <= len(own) / 50, path.name
