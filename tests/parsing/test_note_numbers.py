"""Notes that each chapter numbers anew."""

import pytest

from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown
from a4a_qa.report import About

ONE, TWO = "# One\n\nX.¹ Y.²", "# Two\n\nZ.¹ Q.²"


def read(text):
    return read_markdown(text, Metadata(About(id="small", title="small")))


def pairs(report):
    """The words of each marked sentence with those of its notes."""
    return [
        (report.slice(sentence), [report.endnote(number).text for number in sentence.endnotes])
        for sentence in report.sentences
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n\n¹ A.\n\n² B.\n\n{TWO}\n\n¹ C.\n\n² D.\n",
        f"{ONE}\n\n[^1]: A.\n[^2]: B.\n\n{TWO}\n\n[^1]: C.\n[^2]: D.\n",
        f"{ONE}\n\n## Notes\n\n1. A.\n2. B.\n\n{TWO}\n\n## Notes\n\n1. C.\n2. D.\n",
        f"{ONE}\n\n{TWO}\n\n# Notes\n\n## One\n\n1. A.\n2. B.\n\n## Two\n\n1. C.\n2. D.\n",
        f"{ONE}\n\n{TWO}\n\n# Notes\n\n¹ A.\n\n² B.\n\n¹ C.\n\n² D.\n",
    ],
    ids=["raised", "defined", "listed", "at the end, by chapter", "at the end"],
)
def test_a_mark_has_the_note_of_its_chapter(text):
    report = read(text)
    assert pairs(report) == [("X. Y.", ["A.", "B."]), ("Z. Q.", ["C.", "D."])]
    assert [note.number for note in report.endnotes] == [1, 2, 3, 4]
    assert [problem.code for problem in report.problems] == ["notes_numbered_anew"]
    assert "2 chapters" in report.problems[0].message


def test_a_chapter_may_have_one_note():
    report = read("# One\n\nX.¹\n\n¹ A.\n\n# Two\n\nY.¹\n\n¹ B.\n")
    assert pairs(report) == [("X.", ["A."]), ("Y.", ["B."])]


def test_a_mark_without_a_note_in_its_chapter_has_none_of_another():
    report = read(f"{ONE} Lone.³\n\n¹ A.\n\n² B.\n\n{TWO}\n\n¹ C.\n\n² D.\n\n³ E.\n")
    assert [mark.number for mark in report.note_marks] == [1, 2, 6, 3, 4]
    assert [problem.code for problem in report.problems] == [
        "notes_numbered_anew", "mark_without_endnote", "endnote_without_mark",
    ]  # fmt: skip


def test_a_number_used_twice_by_mistake_stays():
    report = read("# One\n\nX.¹ Y.²\n\n¹ A.\n\n² B.\n\n² C.\n")
    assert [note.number for note in report.endnotes] == [1, 2, 2]
    assert [problem.code for problem in report.problems] == ["endnote_used_twice"]


def test_chapters_that_cannot_be_told_are_left_alone():
    report = read("# One\n\nX.¹ Y.²\n\n# Notes\n\n¹ A.\n\n² B.\n\n¹ C.\n\n² D.\n")
    assert [note.number for note in report.endnotes] == [1, 2, 1, 2]
