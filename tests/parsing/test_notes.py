"""Notes that chapters number separately, marks in brackets, pairs, and the sources that a note names."""

import pytest

from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.notes import pair
from a4a_qa.parsing.read import read_markdown
from a4a_qa.report.report import About, Endnote, NoteMark

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


NOTES = "\n\n## References\n\n" + "\n".join(f"{number}. Source number {number}." for number in range(1, 6))


def harbours(body, notes=NOTES):
    return read(f"# Harbours\n\n{body}{notes}\n")


def sentences(report):
    return [(report.slice(sentence), sentence.endnotes) for sentence in report.sentences]


def test_marks_belong_to_the_sentence_before_them():
    report = harbours("The law bans it.(1, 2) The fine is small. (3-5) Few boats obey it.")
    assert sentences(report) == [
        ("The law bans it.", (1, 2)),
        ("The fine is small.", (3, 4, 5)),
        ("Few boats obey it.", ()),
    ]
    assert report.problems == ()


def test_square_brackets_are_marks_too():
    report = harbours("The law [1] bans it [2,3], and the courts [4] agree [5].")
    assert sentences(report) == [("The law bans it, and the courts agree.", (1, 2, 3, 4, 5))]


def test_marks_on_a_line_of_their_own_belong_to_the_paragraph_before():
    report = harbours("The law bans it.(1-3)\n\n(4, 5)\n\nFew obey.")
    assert sentences(report) == [("The law bans it.", (1, 2, 3, 4, 5)), ("Few obey.", ())]


@pytest.mark.parametrize(
    "words",
    [
        "It plans to (1) warn, (2) fine and (3) close harbours, (4) slowly.",
        "Section 4(3) of the law holds.",
        "The fee was raised (2004) and again (2011).",
        "In Westhaven (population 5,000) nobody fishes.",
    ],
    ids=["steps", "statute", "years", "amount"],
)
def test_other_numbers_in_brackets_stay_in_the_text(words):
    report = harbours(f"The law bans it.(1-5) {words}")
    assert sentences(report)[0] == ("The law bans it.", (1, 2, 3, 4, 5))
    assert report.slice(report.blocks[0]).endswith(words)


def test_brackets_are_no_marks_where_they_lead_to_few_notes():
    report = harbours("The law bans it (1). The fine is small.")
    assert sentences(report)[0] == ("The law bans it (1).", ())


def test_brackets_are_no_marks_where_raised_numbers_are():
    notes = "\n\n" + "\n".join(f"[^{number}]: Source number {number}." for number in range(1, 4))
    body = "One.[^1] Two.[^2] Three.[^3] The steps (1), (2) and (3) follow."
    report = harbours(body, notes)
    assert report.slice(report.sentences[-1]) == "The steps (1), (2) and (3) follow."


def test_marks_that_often_stand_at_several_places_are_no_slip():
    notes = [Endnote(number, "A source.", 0, 9, (), None) for number in range(1, 11)]

    def problems(again):
        marks = [NoteMark(number, number, None) for number in [*range(1, 11), *range(1, again + 1)]]
        return [problem.code for problem in pair(marks, notes)]

    assert problems(2) == ["mark_used_twice", "mark_used_twice"]
    assert problems(6) == []
