"""The cell of a table row that a question asks for."""

import pytest

from a4a_qa.answering.answer import Citation
from a4a_qa.answering.answer import Slice as Words
from a4a_qa.answering.cells import of_right_row
from a4a_qa.answering.short_answer import short_answer
from a4a_qa.hits import Hits, SentenceHit
from a4a_qa.parsing.read import read_report

HEADS = "Treaty\tDate of ratification\tReservations\tDate of report"
ROW = "Treaty on Schools (TOS) – 1989\t1992 (acceptance)\t\t2004"
TABLE = """\
TREATIES

| Treaty | Date of ratification |
| --- | --- |
| Treaty on Schools (No. 138) | 27/09/2004 – signature only |
| Treaty on Shelters (No. 182) (TOSH) | 14/03/2006 |

There are 182 schools.
"""


def answer(question, row=ROW, heads=HEADS):
    context = (Words(heads, 0, len(heads)),)
    citation = Citation(
        id="c", marker=1, quote=row, start=100, end=100 + len(row), passage_id=None, section=(), page=None,
        context=context, endnotes=(), following_endnote=None, url="", reference="",
    )  # fmt: skip
    found = short_answer(question, [citation])
    assert found is None or row[found.start - 100 : found.end - 100] == found.text
    return found and found.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the country submit its TOS report?", "2004"),
        ("When was the treaty on schools ratified?", "1992 (acceptance)"),
        ("In which year did it accede to the treaty on schools?", "1992 (acceptance)"),
        # The year of the treaty stands in its name, and no head speaks of that.
        ("When was the treaty on schools adopted?", None),
        ("Since when has the country had the treaty on schools?", None),
    ],
)
def test_the_head_of_the_column_tells_the_cell(question, expected):
    assert answer(question) == expected


def test_a_cell_is_shown_with_what_limits_it():
    heads = "Body\tComments"
    assert answer("When did the envoy visit?", "Envoy on schools\t2004 - Visit requested", heads) == (
        "2004 - Visit requested"
    )
    row = (
        "Working group\t30/11/09 – review scheduled to take place. 16/09/09 – report of the state submitted."
        + (" More is to follow." * 3)
    )
    assert answer("When did the working group get the report?", row, heads) in (
        None,
        "16/09/09 – report of the state submitted",
    )


def test_a_cell_that_says_that_there_is_none_yet():
    row = "Protocol on Schools – 2000\t2005\t\tNo report yet"
    assert answer("When did the country report on the protocol?", row) == "No report yet"
    assert answer("When did the country report on the protocol?", "Protocol on Schools – 2000\t2005") is None


def test_a_row_of_another_number_is_no_answer():
    row, heads = "Treaty on Schools (No. 182)\t14/03/2006", "Treaty\tDate of ratification"
    assert answer("When was treaty 182 ratified?", row, heads) == "14/03/2006"
    assert answer("When was treaty 138 ratified?", row, heads) is None


def test_another_row_of_the_table_that_has_the_number_or_acronym(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(TABLE, encoding="utf-8")
    report = read_report(file)
    texts = [report.slice(sentence) for sentence in report.sentences]
    first, second = (next(p for p, text in enumerate(texts) if name in text) for name in ("138", "TOSH"))
    hits = Hits(tuple(SentenceHit(p, 1.0, 1, 1, 1, 1, 1) for p in range(len(texts))), (), None)

    def right(question, *sentences):
        return of_right_row(question, sentences, hits, report)

    assert right("When was treaty 138 ratified?", second, len(texts) - 1) == (first, len(texts) - 1)
    assert right("When was the TOSH ratified?", first) == (second,)
    assert right("When was treaty 182 ratified?", second) == (second,)
    assert right("When was treaty 999 ratified?", second) == (second,)
    # A treaty that is named by its words keeps its own row.
    assert right("Was the shelters treaty ratified?", first, second, len(texts) - 1) == (
        second,
        len(texts) - 1,
    )
    assert right("Was a treaty ratified?", first, second) == (first, second)
    assert right("Which treaties on schools were ratified?", first, second) == (first,)
    compared = "Was the shelters treaty ratified before that on schools?"
    assert right(compared, first, second) == (first, second)
    # What stands in no table is no row.
    assert right("How many are 138?", len(texts) - 1) == (len(texts) - 1,)
