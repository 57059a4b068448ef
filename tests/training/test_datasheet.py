"""The datasheet describes each file of questions."""

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.training import datasheet
from conftest import ROOT

ENTRY = """\
# Its head.

[[file]]
path = "training/questions/bees.jsonl"
holds = "questions"
author = "A beekeeper"
method = "by hand"
readers = "anyone"
count = 1
sha256 = "0"
"""


def test_a_file_that_changed_is_named_until_that_is_meant(project, good):
    root = project(good)
    (root / "training/datasheet.toml").write_text(ENTRY, encoding="utf-8")
    [problem] = datasheet.problems(root)
    assert "bees.jsonl has changed: 5 lines" in problem
    datasheet.update(root)
    assert list(datasheet.problems(root)) == []
    assert (
        (root / "training/datasheet.toml").read_text(encoding="utf-8").startswith("# Its head.\n\n[[file]]")
    )
    assert datasheet.read_datasheet(root)[0].author == "A beekeeper"


def test_files_without_an_entry_and_entries_without_a_file_are_named(project, good):
    root = project(good)
    text = ENTRY.replace("bees.jsonl", "wasps.jsonl")
    (root / "training/datasheet.toml").write_text(text, encoding="utf-8")
    problems = list(datasheet.problems(root))
    assert "no entry for training/questions/bees.jsonl" in problems[0]
    assert "wasps.jsonl, which is not there" in problems[1]


@pytest.mark.parametrize("text", [ENTRY.replace("holds", "hods"), ENTRY.replace("count = 1", 'count = "1"')])
def test_an_entry_that_lacks_something_is_named(tmp_path, text):
    (tmp_path / "training").mkdir()
    (tmp_path / "training/datasheet.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match="file 1: expected path, holds"):
        datasheet.read_datasheet(tmp_path)


def test_every_file_of_questions_is_as_its_entry_says():
    assert list(datasheet.problems(ROOT)) == []
