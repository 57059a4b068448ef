"""Endnotes that a question names by a title, an author or a publisher."""

import pytest

from a4a_qa.answering.cited_works import CitedWorks
from a4a_qa.answering.lookup import LookupTable
from a4a_qa.reading.read import read_report
from conftest import SMALL_REPORT

NOTES = """\
¹ Ada Blythe, Who are the Teachers of the South. Accessed on 3 May 2009 from: http://health.example.org/shelters
² Report of the Ministry of Health. Accessed on 3 May 2009 from: http://health.example.org/shelters
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    file = tmp_path_factory.mktemp("named") / "small.md"
    start, rest = SMALL_REPORT.index("¹ Ministry"), SMALL_REPORT.index("³ Law")
    file.write_text(SMALL_REPORT[:start] + NOTES + SMALL_REPORT[rest:], encoding="utf-8")
    return read_report(file)


@pytest.mark.parametrize(
    ("question", "endnotes"),
    [
        ("Who wrote “Who are the Teachers of the South”?", (1,)),
        ("What did Blythe write?", (1,)),
        ("what did ada blythe write", (1,)),
        ("Ada BLYTHE’s paper", (1,)),
        ("Uniform, The: which page?", ()),
        ("The Uniform: which page?", (5,)),
        ("Who runs the shelters in the north?", ()),
        ("blythe", ()),
        ("Was it in May?", ()),
        ("health.example.org", ()),
        ("", ()),
    ],
)
def test_words_that_no_sentence_has_name_endnotes(report, question, endnotes):
    assert CitedWorks(report).named_in(question) == endnotes


def test_words_of_many_endnotes_name_none(report, monkeypatch):
    assert CitedWorks(report).named_in("Who wrote of the Teachers of the South, Ada Blythe?") == (1,)
    monkeypatch.setattr("a4a_qa.answering.cited_works._MOST", 0)
    assert CitedWorks(report).named_in("Who wrote of the Teachers of the South, Ada Blythe?") == ()


def test_only_a_question_about_a_work_is_looked_up_by_its_words(report):
    table = LookupTable(report)
    found = table.find("What did Ada Blythe write?")
    assert (found.kind, found.endnotes) == ("source", (1,))
    assert table.find("How old is Ada Blythe?") is None


def test_works_of_the_report(assistant):
    answer = assistant.ask("Who wrote “Who are the Sex Tourists in Cambodia”?")
    assert answer.citations
    assert all("Who are the Sex Tourists" in note.text for note in answer.endnotes)
    assert assistant.ask("Katherine Keane – what did she write?").endnotes[0].number == 37
