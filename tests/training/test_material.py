"""What models learn from: authored questions, published reports and written sections, as people type."""

import random
from pathlib import Path

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.passages import sentences_in_place
from a4a_qa.parsing.read import read_report
from a4a_qa.report.ids import sentence_ids
from a4a_qa.training.material import as_typed, keywords, misspelt, read_material
from a4a_qa.training.training_questions import PlacedQuestion
from training.small import REPORT, SUBJECTS, write_lines


def test_material_has_authored_questions_and_written_sections_by_position(root: Path) -> None:
    own, written = read_material(root)
    assert (own.name, written.name) == ("small", "written/north")
    assert own.sentences[0] == f"INTRODUCTION. The {SUBJECTS[0]} is in the north."
    assert written.sentences[4] == "The north. Places. The hotline is in the north."
    assert written.questions[-1] == PlacedQuestion(
        "What is the hotline?", (4,), hard_negative="absent_detail"
    )
    assert written.questions[0] == PlacedQuestion("Where is the shelter?", (0,), (1,), "the north")
    assert len(written.answered) == 10
    assert written.together([1, 2]) == (
        "The north. Places. The school is in the north. The police is in the north."
    )
    places = [0, 3, 4]
    assert own.together(places) == sentences_in_place(read_report(root / "corpus/small"), places)
    several, elsewhere = own.questions[-2:]
    assert several.evidence == (1, 3)
    assert elsewhere == PlacedQuestion("What is in the school?", (), hard_negative="absent_detail")


def test_a_published_report_has_to_be_there_and_to_have_what_questions_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "reports" / "bees" / "report.md"
    report.parent.mkdir(parents=True)
    report.write_text(REPORT, encoding="utf-8")
    sha256, (first, *_) = file_sha256(report), sentence_ids(read_report(report))
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "reports.toml").write_text(
        f'[bees]\nfile = "report.md"\nrepository = "r"\ncommit = "1"\npath = ["p"]\nuse = "training"\n'
        f'notes = 0\nsha256 = "{sha256}"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))

    def ask(*evidence: str) -> None:
        lines = [{"question": "Where?", "evidence": [name], "author": "a"} for name in evidence]
        write_lines(tmp_path / "training" / "questions" / "bees.jsonl", *lines)

    ask(first)
    (bees,) = read_material(tmp_path)
    assert bees.questions == (PlacedQuestion("Where?", (0,)),)
    ask(first, "s-000000000000")
    with pytest.raises(CorpusError, match=r"name s-000000000000, .* `a4a-qa training migrate`"):
        read_material(tmp_path)
    report.unlink()
    with pytest.raises(CorpusError, match=r"There is no .*report\.md\. Set A4A_QA_REPORTS"):
        read_material(tmp_path)


QUESTION = "Which ministry runs the shelters of 2008?"


def test_slips_change_long_words_only_and_keep_their_first_letter() -> None:
    chance = random.Random(3)
    slips = [misspelt(QUESTION, chance).split(" ") for _ in range(100)]
    for words in slips:
        for word, original in zip(words, QUESTION.split(" "), strict=True):
            assert word[0] == original[0]
            assert word == original or original in ("Which", "ministry", "runs", "shelters")
    assert sum(words != QUESTION.split(" ") for words in slips) > 90  # some swaps change nothing
    assert misspelt("Why is it so?", chance) == "Why is it so?"


def test_most_questions_stay_as_they_are() -> None:
    chance = random.Random(3)
    asked = [as_typed(QUESTION, chance) for _ in range(400)]
    assert 0.6 < asked.count(QUESTION) / len(asked) < 0.95
    assert keywords(QUESTION) in asked


def test_keywords_drop_function_words_unless_hardly_any_other_is_left() -> None:
    assert keywords("Which ministry runs the shelters?") == "ministry runs shelters"
    assert keywords("Who are they?") == "Who are they?"
