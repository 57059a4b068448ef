"""Names that a question asks for, wherever the report has them."""

import pytest

from a4a_qa.lookup.mentions import Mentions
from a4a_qa.parsing.read import read_report
from growth import growth

TEXT = """\
THE SOUTH

A book of the Green House

CONTENTS

Introduction\t2
Schools\t3
Endnotes\t4

INTRODUCTION

There are shelters in Port Anna and in Old Bridge.¹ Port-Anna's mayor came. Bridges were built. The old
bridge fell.

SCHOOLS

The Law on Schools was passed in 1999.² It is not enforced.³

ENDNOTES

¹ Ministry of Health, Shelters. Accessed on 3 May 2009 from: http://blue.example.org/shelters
² Radio Azul, Schools.
³ Radio Azul, Schools.
"""


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(TEXT, encoding="utf-8")
    return read_report(file)


@pytest.fixture
def find(small):
    return Mentions(small).find


@pytest.mark.parametrize(
    "question",
    [
        "Does the report mention Port Anna?",
        "does it ever mention port anna",
        "Does the report say anything about “Port Anna”?",
        "IS PORT ANNA MENTIONED?",
    ],
)
def test_whether_and_where_a_name_stands(small, find, question):
    found = find(question)
    assert (found.kind, found.shown.casefold()) == ("mention", "port anna")
    assert [small.slice(small.sentences[p]) for p in found.sentences] == [
        "There are shelters in Port Anna and in Old Bridge.",
        "Port-Anna's mayor came.",
    ]


def test_a_name_that_only_endnotes_have(small, find):
    found = find("Is Radio Azul mentioned?")
    # Both endnotes say the same.
    assert found.endnotes == (2,)
    assert [small.sentences[p].endnotes for p in found.sentences] == [(2,), (3,)]
    # Addresses are no words.
    assert find("Is blue.example.org mentioned?") is None


@pytest.mark.parametrize("name", ['"-"', "“--”", '"…"', "the -", "the … –", "it", "they"])
def test_signs_and_function_words_are_no_name(find, name):
    assert find(f"Is {name} mentioned in the report?") is None


def test_a_name_that_stands_outside_all_sections(small, find):
    found = find("Is the Green House mentioned?")
    assert [small.slice(span) for span in found.spans] == ["A book of the Green House"]


def test_a_name_that_stands_nowhere(find):
    found = find("Does the report mention Ruritania?")
    assert (found.missing, found.is_found) == (("Ruritania",), False)
    # It may be meant with these words.
    assert find("Is Port Berta mentioned?") is None


@pytest.mark.parametrize(
    "question",
    [
        "Are schools named?",  # their names are asked for
        "Is the law on bridges mentioned?",  # which stands there in other words
        "Does it mention girls?",  # who may be spoken of in others
        "Is Port Anna safe?",
    ],
)
def test_what_asks_for_no_name_or_for_more_than_that(find, question):
    assert find(question) is None


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("Does the report mention bridges?", ["There", "Bridges", "The"]),
        ("Is the old bridge mentioned?", ["There", "The"]),
        ("Is a shelter discussed?", ["There"]),
    ],
)
def test_whether_ordinary_words_stand_there(small, find, question, first_words):
    found = find(question)
    assert [small.slice(small.sentences[p]).split()[0] for p in found.sentences] == first_words


def test_a_question_full_of_such_words_takes_no_time(small):
    find = Mentions(small).find
    assert growth(lambda n: find("does it " + "ever mention anything about " * n + "?"), 50, 200) < 8
