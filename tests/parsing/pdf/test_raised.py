"""Raised and lowered digits of printed pages: marks of notes leave the text, all others stay as printed."""

import pytest

from a4a_qa.index.lexical import words_of
from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.notes import write_out_raised
from a4a_qa.parsing.pdf.file import Run
from a4a_qa.parsing.pdf.lines import read_lines
from a4a_qa.parsing.read import read_report
from a4a_qa.parsing.sentences import split_sentences
from parsing.pdf.hostile import pdf

# Parts of a line in type of 10 points; "^" raises a part and "_" lowers it, in type of 6 points.
FACTS = [
    ["The star has 4.7 \xd7 10", "^27", " kg of CO", "_2", " and 3.5 \xd7 10", "^-3", " of the rest."],
    [
        "A first law",
        "^1",
        " allows 5 km",
        "^2",
        " for it, and a second",
        "^2",
        " forbids more than y",
        "^2",
        ".",
    ],
    ["The R", "^2", " of the fit is 0.8, as a law of 1998", "^9", " has it."],
]
NOTES = [["^1", " A book on the stars of the north."], ["^2", " A book on the laws of the north."]]


def set_in_type(parts, x, y, size):
    """The operators that set a line, each part where the one before ends (PDF keeps the place)."""
    out = b"BT 1 0 0 1 %d %d Tm " % (x, y)
    for part in parts:
        sign = part[0] if part[0] in "^_" else ""
        rise = {"^": 0.4, "_": -0.2, "": 0}[sign] * size
        own = 0.6 * size if sign else size
        words = part.removeprefix(sign).encode("cp1252")
        out += b"/F1 %.1f Tf %.1f Ts (%s) Tj " % (own, rise, words)
    return out + b"ET\n"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    lines = [set_in_type(parts, 72, 700 - 30 * at, 10) for at, parts in enumerate(FACTS)]
    lines += [set_in_type(parts, 72, 90 - 12 * at, 7) for at, parts in enumerate(NOTES)]
    file = tmp_path_factory.mktemp("raised") / "report.pdf"
    file.write_bytes(pdf(b"".join(lines)))
    return read_report(file)


def test_powers_and_indices_stay_in_the_text_and_marks_of_notes_leave_it(report):
    assert [report.slice(block) for block in report.blocks] == [
        "The star has 4.7 × 10²⁷ kg of CO₂ and 3.5 × 10⁻³ of the rest.",
        "A first law allows 5 km² for it, and a second forbids more than y².",
        "The R² of the fit is 0.8, as a law of 1998⁹ has it.",
    ]
    assert [(mark.number, report.text[: mark.offset][-6:]) for mark in report.note_marks] == [
        (1, "st law"),
        (2, "second"),
    ]
    assert {note.number: note.text for note in report.endnotes} == {
        1: "A book on the stars of the north.",
        2: "A book on the laws of the north.",
    }


def test_a_raised_number_without_a_note_is_a_problem_and_a_power_is_none(report):
    assert [problem.message for problem in report.problems] == [
        "Number 9 is raised in the text and has no endnote."
    ]


def test_search_finds_raised_and_lowered_digits_as_digits(report):
    words = words_of(report.text)
    assert {"10", "27", "co2", "km2", "y2", "r2", "1998", "9"}.issubset(words)
    assert words_of("the law.¹² After³⁴they") == words_of("the law. 12 After 34 they")


def test_a_sentence_may_end_before_a_raised_number():
    text = "They kept the law.¹²,³ The court did not."
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "They kept the law.¹²,³",
        "The court did not.",
    ]


def test_what_is_written_out_moves_the_marks_and_pages_after_it():
    draft = Draft("paragraph", "One law two laws and", [(7, 12), (7, 3), (16, 1)], 0, pages=[(0, 4), (17, 5)])
    problems = write_out_raised([draft], {1})
    assert draft.text == "One law¹²,³ two laws and"
    assert (draft.marks, draft.pages) == ([(20, 1)], [(0, 4), (21, 5)])
    assert [problem.code for problem in problems] == ["mark_without_endnote"] * 2


def test_a_note_below_a_table_keeps_its_number_apart_from_its_words():
    draft = Draft("other", "Without lakes.", [(0, 1)], 0, pages=[(0, 4)])
    write_out_raised([draft], set())
    assert (draft.text, draft.pages) == ("¹ Without lakes.", [(0, 4)])


def test_the_upper_number_of_a_fraction_is_no_mark():
    runs = Run(0, 20, 700, 10, "of (", False, False, 0), Run(20, 24, 704, 6, "3", False, False, 1)
    (line,) = read_lines([*runs, Run(24, 60, 700, 10, "/16 in.)", False, False, 2)], page=1)
    assert (line.text, line.marks) == ("of (³/16 in.)", ())
