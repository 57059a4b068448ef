"""Which earlier questions are read with a question, and what it is for after these."""

from types import SimpleNamespace

import pytest

from a4a_qa.answering.earlier import leant_on, purpose_after
from a4a_qa.safeguarding.purpose import PurposeReading

ALONE = "How many shelters did the ministry open in the north?"
HARM = "Where can I buy a child?"


@pytest.fixture
def purpose():
    """Tells harm by one question, and remembers what it has read."""
    read = []

    def reading(question):
        read.append(question)
        return PurposeReading("C4" if question == HARM else None, asks_source=question == "Proof, please.")

    return SimpleNamespace(read=reading, asked=read)


@pytest.mark.parametrize(
    ("question", "history", "found", "read"),
    [
        (ALONE, ["Why?", ALONE], [], 0),
        ("Why?", [], [], 0),
        ("Why?", ["Who?", ALONE], [ALONE], 1),
        ("Why?", [ALONE, "And in 2009?"], [ALONE, "And in 2009?"], 2),
        # What goes on with a wish to harm has no question before it that it could be about.
        ("Why?", [ALONE, HARM], None, 1),
        ("Why?", [HARM, "And in 2009?"], None, 2),
        (ALONE, [HARM], [], 0),
        # What asks for the source of that, in whatever words, leans on what was answered.
        ("What is the source of that?", [ALONE, ALONE, "Proof, please."], [ALONE, "Proof, please."], 2),
    ],
)
def test_no_question_is_read_before_the_last_that_stands_alone(purpose, question, history, found, read):
    assert leant_on(question, history, PurposeReading(None, asks_source=False), purpose.read, str) == found
    assert len(purpose.asked) == read


def test_an_earlier_question_leans_when_it_does_with_its_spelling_mended(purpose):
    history = [ALONE, "Andd in 2009?"]
    reading = PurposeReading(None, asks_source=False)
    assert leant_on("Why?", history, reading, purpose.read, lambda text: text.replace("dd", "d")) == history


@pytest.mark.parametrize(
    ("question", "before", "joined", "found"),
    [
        ("Is it still going on?", [ALONE], None, (None, "C1")),
        # Nothing was asked before; with what was, it sounds of need as well.
        ("Is it still going on?", [], None, ("C2", "C2")),
        ("Is it still going on?", [ALONE], "C2", ("C2", "C2")),
        # It says something of the asker, or names something.
        ("Is it still going on with me?", [ALONE], None, ("C2", "C2")),
        ("Is my uncle Tom still at it?", [ALONE], None, ("C2", "C2")),
        ("Does the neighbour still lock the girl in?", [ALONE], None, ("C2", "C2")),
        # That of the asker which everybody could say.
        ("What can I do about it?", [ALONE], None, (None, "C1")),
    ],
)
def test_what_sounds_of_need_only_alone_is_answered_below_help(question, before, joined, found):
    def read(text):
        assert text == f"{ALONE} {question}"
        return PurposeReading(joined, asks_source=False, card=joined)

    alone = PurposeReading("C2", asks_source=False, card="C2")
    told = purpose_after(question, before, alone, read)
    assert (told.category, told.card) == found


@pytest.mark.parametrize(
    ("question", "joined", "found"),
    [
        ("How can I stop it?", None, (None, "C2 or C3")),
        ("How can I stop it?", "C2", ("C2", "C2")),
        ("How can I stop it?", "C3", ("C3", "C3")),
        ("How can I stop looking at children?", None, ("C3", "C3")),
    ],
)
def test_what_sounds_of_worry_only_alone_is_what_it_is_behind_a_question(question, joined, found):
    alone = PurposeReading("C3", asks_source=False, card="C3")
    behind = PurposeReading(joined, asks_source=False, card=joined)
    told = purpose_after(question, [ALONE], alone, lambda text: behind)
    assert (told.category, told.card) == found


def test_harm_is_harm_after_any_question():
    alone = PurposeReading("C4", asks_source=False, card="C4")
    assert purpose_after("Is it still going on?", [ALONE], alone, lambda text: alone) is alone


def test_what_leans_on_a_wish_to_harm_goes_on_with_it():
    alone = PurposeReading(None, asks_source=False)
    told = purpose_after("And where?", None, alone, lambda text: alone)
    assert (told.category, told.card) == ("C4", "C4")


def test_a_question_is_read_behind_all_that_it_leans_on():
    asked = []
    alone = PurposeReading("C2", asks_source=False, card="C2")
    purpose_after("Is it still going on?", [ALONE, "Why?"], alone, lambda text: asked.append(text) or alone)
    assert asked == [f"{ALONE} Why? Is it still going on?"]
