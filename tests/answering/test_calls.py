"""What a report calls for is not said to be so."""

import pytest

from a4a_qa.answering.calls import _LEAD_IN, asks_what_is_so, facts_first, is_call
from a4a_qa.report import About, Block, Report, Sentence, Span

LEAD_IN = "We call on all harbours to:"
TEXTS = [
    ("paragraph", LEAD_IN, False),
    ("item", "(1) Appoint a harbour master.", True),
    ("list_item", "Each harbour should have a lamp.", True),
    ("list_item", "A ferry is urgently needed.", True),
    ("list_item", "The harbour has a lamp.", False),
    ("paragraph", "Whoever steals a lamp should be punished by a fine.", False),
]


@pytest.mark.parametrize(
    "lead_in", ["We urge all harbours to:", "Harbours are committed to:", "We are advising:"]
)
def test_what_leads_in_to_demands(lead_in):
    assert _LEAD_IN.search(lead_in)


@pytest.fixture(scope="module")
def report():
    text = "\n\n".join(line for _, line, _ in TEXTS)
    blocks, sentences = [], []
    for kind, line, _ in TEXTS:
        start = text.index(line)
        context = (Span(0, len(LEAD_IN)),) if kind == "item" else ()
        blocks.append(Block(kind, start, start + len(line), (), None, context))
        sentences.append(Sentence(start, start + len(line), ()))
    return Report(
        About("hand", "By hand"),
        text,
        sections=(),
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        note_marks=(),
        endnotes=(),
    )


def test_items_of_a_list_that_calls_for_them_are_calls(report):
    assert [is_call(position, report) for position in range(len(TEXTS))] == [call for _, _, call in TEXTS]


def test_what_is_so_comes_first(report):
    assert facts_first((1, 4, 2, 5), report) == (4, 5, 1, 2)


@pytest.mark.parametrize(
    "question",
    [
        "Is there a harbour master?",
        "And do boats have lamps?",
        "Hasn't the ferry come",
        "are lamps forbidden",
        "Does the National Committee have a lamp?",
        "Is there a ferry in the United States?",
        "Was the theft committed abroad?",
    ],
)
def test_questions_that_ask_what_is_so(question):
    assert asks_what_is_so(question)


@pytest.mark.parametrize(
    "question",
    [
        "Should there be a harbour master?",
        "Is a harbour master needed?",
        "Are harbours called on to buy lamps?",
        "Does the text recommend a ferry?",
        "What is a harbour master?",
        "lamps in harbours",
        "Are harbours committed to buying lamps?",
        "Is there a text that wants lamps?",
    ],
)
def test_questions_that_ask_for_something_else(question):
    assert not asks_what_is_so(question)
