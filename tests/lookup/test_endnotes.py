"""Endnotes that a question names by a title, an author or a publisher."""

import pytest

from a4a_qa.lookup.endnotes import EndnoteWords
from a4a_qa.parsing.read import read_report
from conftest import SMALL_REPORT

NOTES = """\
¹ Ada Bernie\u0301, Who are the Village Teachers of the South. Accessed on 3 May 2009 from: http://health.example.org/shelters
² Report of the Bureau of Health on care by old nuns. Accessed on 3 May 2009 from: http://health.example.org/shelters
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    file = tmp_path_factory.mktemp("named") / "small.md"
    start, rest = SMALL_REPORT.index("¹ Ministry"), SMALL_REPORT.index("³ Law")
    file.write_text(SMALL_REPORT[:start] + NOTES + SMALL_REPORT[rest:], encoding="utf-8")
    return read_report(file)


@pytest.fixture(scope="module")
def words(report):
    return EndnoteWords(report)


@pytest.mark.parametrize(
    ("question", "endnotes"),
    [
        ("Who wrote “Who are the Village Teachers of the South”?", (1,)),
        ("Report of the Bureau of Health: who wrote it?", (2,)),
        ("Who wrote “Teachers”?", ()),
        ("Who wrote on care by old nuns?", ()),
        ("", ()),
    ],
)
def test_a_title_in_quotation_marks_or_before_a_colon_names_endnotes(words, question, endnotes):
    assert words.endnotes_titled(question) == endnotes


@pytest.mark.parametrize(
    ("name", "endnotes"),
    [("Ada Bernié", (1,)), ("bureau of health", (2,)), ("Health Bureau", (2,)), ("…", ())],
)
def test_all_endnotes_with_a_name(words, name, endnotes):
    assert words.endnotes_with(name) == endnotes


def notes_about(tmp_path, *texts):
    """The words of the endnotes of a report whose notes these are; the first is used twice."""
    body = "".join(f"Fact {i}.[{i}]\n\n" for i in range(1, len(texts) + 1))
    notes = "".join(f"[{i}] {text}\n\n" for i, text in enumerate(texts, 1))
    file = tmp_path / "many.md"
    file.write_text(f"# Report\n\n## Introduction\n\n{body}## Endnotes\n\n{notes}", encoding="utf-8")
    return EndnoteWords(read_report(file))


def test_works_of_the_report(assistant):
    answer = assistant.ask("Who wrote “Who are the Sex Tourists in Cambodia”?")
    assert {note.number for note in answer.endnotes} < {24, 38, 46, 47, 48}
    assert len({note.text for note in answer.endnotes}) == len(answer.endnotes) > 1
    resting = assistant.ask("What rests on “Child Porn Market is Thriving”?")
    assert 36 in {number for citation in resting.citations for number in citation.endnotes}


@pytest.mark.parametrize(
    "question",
    [
        "Was a man from Melbourne headed to Cambodia arrested?",
        "Who headed the Anti-Human Trafficking and Juvenile Protection Bureau?",
        "Which laws address sex offences with children in Laos?",
        "How does the government address trafficking to Thailand and Laos?",
        "What titles do the Secretary of State and the Ministers have?",
        "Who issued the passport for the Frenchman?",
        "Does the European Union rely on NGOs?",
        "In which year was the plan against trafficking in the tourism industry published?",
        "WHAT DOES THE REPORT SAY ABOUT ADDRESSING CHILD PORN? QUOTE IT",
    ],
)
def test_questions_about_something_else_than_a_work(assistant, question):
    lookup = assistant.explain(question).lookup
    decision = assistant.explain(question).decision
    assert lookup is None or not decision.looked_up


def test_what_follows_a_question_about_a_work_is_about_something_else(assistant):
    asked = "Who wrote Who are the Sex Tourists in Cambodia?"
    assert assistant.explain("And how many were there in 2008?", [asked]).lookup is None


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    return notes_about(
        tmp_path_factory.mktemp("linked"),
        "Hale, Four Coats. Accessed on 3 May 2009 from: http://www.harbourpost.org/documents/4711.pdf",
        "Hale, Four Coats in Perth. Accessed on 3 May 2009 from: http://www.harbourpost.org/documents/4712.pdf",
        "Tailor Guild, Trade%20Card: http://guild.example.org/four%20coats",
    )


@pytest.mark.parametrize(
    ("question", "endnotes"),
    [
        ("harbourpost.org – what is taken from there?", (1, 2)),
        ("What is 4711.pdf?", (1,)),
        ("harbourpost.org 4712 please", (2,)),
        ("See http://www.harbourpost.org/documents/4711.pdf).", (1,)),
        ("arbourpost.org", ()),
        ("harbourpost.com", ()),
        ("Is it 4.2 or e.g. more?Who says", ()),
        ("What is at GUILD.example.org/four coats?", (3,)),
    ],
)
def test_an_address_names_the_endnotes_that_have_it(linked, question, endnotes):
    assert linked.endnotes_at(question) == endnotes


def test_an_address_that_a_sentence_has_names_no_endnote(tmp_path):
    file = tmp_path / "both.md"
    body = "Look at coats.example.org for more.¹"
    note = "¹ Hale, Four Coats: http://coats.example.org/"
    file.write_text(f"# Report\n\n## Introduction\n\n{body}\n\n## Endnotes\n\n{note}\n", encoding="utf-8")
    assert EndnoteWords(read_report(file)).endnotes_at("coats.example.org?") == ()


@pytest.mark.parametrize(
    ("question", "endnotes"),
    [
        ("What is “Four Coats” about?", (1, 2)),
        ("«Four Coats in Perth», what is it?", (2,)),
        ("Four Coats: who wrote it?", (1, 2)),
        ("«Coats»?", ()),
        ("What is meant by «fact two»?", ()),
        ("Four coats, who wrote it?", ()),
    ],
)
def test_what_is_quoted_or_stands_before_a_colon_is_a_title(linked, question, endnotes):
    assert linked.endnotes_titled(question) == endnotes
