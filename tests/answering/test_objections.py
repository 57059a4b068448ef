"""What speaks against an answer, given what searching came to."""

from types import SimpleNamespace

import numpy as np
import pytest

from a4a_qa.answering.objections import Objections, _missing_years
from a4a_qa.answering.question import read_question
from a4a_qa.hits import Alignment, Hits
from a4a_qa.report import About, Block, Report, Section

GLOSSARY = "PSB: Pact on Safe Boats"
TEXT = f"Harbour Life\n\n{GLOSSARY}"
REPORT = Report(
    About("hand", "The Fleet"),
    TEXT,
    sections=(Section(("Harbour Life",), 0, len(TEXT), None),),
    blocks=(Block("glossary_entry", TEXT.index(GLOSSARY), len(TEXT), ("Harbour Life",), None),),
    sentences=(),
    note_marks=(),
    endnotes=(),
)


def why(question, shown, *, met=(), unmet=(), premise=0.0):
    """Why a question is refused whose best passage is this, given the words that are met and that are not."""
    matches = dict.fromkeys(met, 0.9) | dict.fromkeys(unmet, 0.1)
    scores = np.array(list(matches.values()), np.float32)
    none = np.zeros_like(scores)
    hits = Hits((), (), Alignment(tuple(matches), none + 1, scores, none))
    search = SimpleNamespace(values=1.0, premise_values=premise, signals=SimpleNamespace(in_passage=0.0))
    as_given = SimpleNamespace(probability=lambda value: value)
    calibration = SimpleNamespace(scope=as_given, premise=as_given)
    searcher = SimpleNamespace(text_near=lambda hits, cited: shown)
    return Objections(REPORT, searcher, calibration).why(read_question(question), hits, [search])


@pytest.mark.parametrize(
    ("question", "history", "text", "missing"),
    [
        ("How many boats sank in 2008?", (), "In 2007, 9 boats sank.", ("2008",)),
        ("How many boats sank in 2008?", (), "Every year 9 boats sink.", ()),
        ("How many boats sank in 2008?", (), "From 2007 to 2010, 9 boats sank.", ("2008",)),
        ("Who led the fleet in 2008?", (), "She led it from 2007 to 2010.", ()),
        ("Who led the fleet in 2012?", (), "She led it from 2007 to 2010.", ("2012",)),
        ("And in 2008?", ["How many boats sank in 2007?"], "Every year 9 boats sink.", ("2008",)),
        ("And in 2008?", ["How many boats sank in 2007?"], "9 sank in 2007, 5 in 2008.", ()),
        ("And who led it in 2008?", ["How many boats sank?"], "She led it.", ()),
    ],
)
def test_the_years_that_something_is_asked_of_and_not_told(question, history, text, missing):
    assert _missing_years(read_question(question, history), text) == missing


def test_an_acronym_is_met_by_its_full_name():
    question, unmet = "When was the PSB signed?", ["psb"]
    assert why(question, "The pact on the safe boats was signed.", unmet=unmet) == ("absent_detail", ())
    assert why(question, "The pact on whales was signed.", unmet=unmet) == ("absent_detail", ("PSB",))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("What does the Harbour Life section say about whales?", "absent_detail"),
        ("What did the first log of the harbour say?", "false_premise"),
        ("Why does the log say so much about whales?", "false_premise"),
    ],
)
def test_who_asks_what_is_said_about_something_takes_nothing_for_granted(question, code):
    assert why(question, "Whales are seen.", met=["say", "whales"], premise=0.9) == (code, ())


@pytest.mark.parametrize(("word", "missing"), [("today", ("today",)), ("runs", ()), ("since", ())])
def test_small_words_are_not_missing_but_today_is(word, missing):
    assert why(f"Who leads harbour life {word}?", "Whales are seen.", unmet=[word])[1] == missing


def test_a_section_that_is_asked_is_no_missing_word():
    words = ["harbour", "life", "section"]
    question = "What does the Harbour Life section say about whales?"
    assert why(question, "Whales are seen.", unmet=words) == ("absent_detail", ())
    # Where a section is not asked for what it says, its words may be missing.
    assert why("Who leads harbour life?", "Whales are seen.", unmet=words)[1] == ("harbour", "life")
