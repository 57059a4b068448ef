"""Numbers in brackets: note marks where they lead to the notes, and words of the text elsewhere."""

import pytest

from a4a_qa.parsing.read import read_report

NOTES = "\n\n## References\n\n" + "\n".join(f"{number}. Source number {number}." for number in range(1, 6))


def read(tmp_path, body, notes=NOTES):
    (tmp_path / "report.md").write_text(f"# Harbours\n\n{body}{notes}\n", encoding="utf-8")
    return read_report(tmp_path / "report.md")


def sentences(report):
    return [(report.slice(sentence), sentence.endnotes) for sentence in report.sentences]


def test_marks_belong_to_the_sentence_before_them(tmp_path):
    report = read(tmp_path, "The law bans it.(1, 2) The fine is small. (3-5) Few boats obey it.")
    assert sentences(report) == [
        ("The law bans it.", (1, 2)),
        ("The fine is small.", (3, 4, 5)),
        ("Few boats obey it.", ()),
    ]
    assert report.problems == ()


def test_square_brackets_are_marks_too(tmp_path):
    report = read(tmp_path, "The law [1] bans it [2,3], and the courts [4] agree [5].")
    assert sentences(report) == [("The law bans it, and the courts agree.", (1, 2, 3, 4, 5))]


def test_marks_on_a_line_of_their_own_belong_to_the_paragraph_before(tmp_path):
    report = read(tmp_path, "The law bans it.(1-3)\n\n(4, 5)\n\nFew obey.")
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
def test_other_numbers_in_brackets_stay_in_the_text(tmp_path, words):
    report = read(tmp_path, f"The law bans it.(1-5) {words}")
    assert sentences(report)[0] == ("The law bans it.", (1, 2, 3, 4, 5))
    assert report.slice(report.blocks[0]).endswith(words)


def test_brackets_are_no_marks_where_they_lead_to_few_notes(tmp_path):
    report = read(tmp_path, "The law bans it (1). The fine is small.")
    assert sentences(report)[0] == ("The law bans it (1).", ())


def test_brackets_are_no_marks_where_raised_numbers_are(tmp_path):
    notes = "\n\n" + "\n".join(f"[^{number}]: Source number {number}." for number in range(1, 4))
    body = "One.[^1] Two.[^2] Three.[^3] The steps (1), (2) and (3) follow."
    report = read(tmp_path, body, notes)
    assert report.slice(report.sentences[-1]) == "The steps (1), (2) and (3) follow."
