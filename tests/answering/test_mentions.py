"""Names that a question asks for, wherever the report has them."""

import pytest

from a4a_qa.answering.mentions import Mentions
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
WORDS = frozenset("schools shelters prevention bridges mayor law old bridge girls".split())


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(TEXT, encoding="utf-8")
    return read_report(file)


@pytest.fixture
def find(small):
    return Mentions(small, WORDS.__contains__).find


@pytest.mark.parametrize(
    "question",
    [
        "Does the report mention Port Anna?",
        "does it ever mention port anna",
        "Is Port Anna mentioned?",
        "Is Port Anna mentioned anywhere in the report?",
        "Where is Port Anna mentioned?",
        "How often does the report mention Port Anna?",
        "Are there any mentions of Port Anna?",
        "Does the report say anything about “Port Anna”?",
        "IS PORT ANNA MENTIONED?",
    ],
)
def test_whether_and_where_a_name_stands(small, find, question):
    found = find(question)
    assert found.is_asked
    assert [small.slice(small.sentences[p]) for p in found.sentences] == [
        "There are shelters in Port Anna and in Old Bridge.",
        "Port-Anna's mayor came.",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Port Anna",
        "Anything about Port Anna?",
        "What does the report say about Port Anna?",
        "Tell me about Port Anna",
        "According to Port Anna",
        "What did Port Anna say?",
    ],
)
def test_what_is_said_of_a_name_or_by_it_is_searched_for_first(find, question):
    found = find(question)
    assert (found.is_asked, found.is_last, len(found.sentences)) == (False, False, 2)


def test_a_name_that_only_endnotes_have(small, find):
    found = find("What does Radio Azul say?")
    # Both endnotes say the same.
    assert found.endnotes == (2,)
    assert [small.sentences[p].endnotes for p in found.sentences] == [(2,), (3,)]
    assert find("What does Radio Azul say about teachers?").is_last
    assert find("What does Port Anna say about teachers?") is None
    # Addresses are no words.
    assert not find("Is blue.example.org mentioned?")


@pytest.mark.parametrize("name", ['"-"', "“--”", '"…"', "the -", "the … –"])
def test_signs_are_no_name(find, name):
    assert find(f"Is {name} mentioned in the report?") is None


def test_a_name_that_stands_outside_all_sections(small, find):
    found = find("Is the Green House mentioned?")
    assert [small.slice(place) for place in found.places] == ["A book of the Green House"]


def test_a_name_that_stands_nowhere(find):
    found = find("Does the report mention Ruritania?")
    assert (found.name, found.is_found) == ("Ruritania", False)
    # It may be meant with these words.
    assert find("Is Port Berta mentioned?") is None
    assert find("Ruritania") is None
    assert find("Height of Mount Strelsau?") is None


@pytest.mark.parametrize(
    "question",
    [
        "Schools",
        "Are schools named?",  # their names are asked for
        "Is the law on bridges mentioned?",  # which stands there in other words
        "Does the report mention Port Anna, and who is its mayor?",
        "Is Port Anna mentioned as a place with shelters?",
        "What did the mayor of Port Anna do?",
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
    assert found.is_asked
    assert [small.slice(small.sentences[p]).split()[0] for p in found.sentences] == first_words


def test_ordinary_words_that_stand_nowhere_may_be_said_in_others(find):
    found = find("Does it mention girls?")
    assert (found.name, found.is_found, found.is_asked, found.is_last) == ("girls", False, False, True)


@pytest.mark.parametrize("question", ["Anything about bridges?", "What does the report say about bridges?"])
def test_what_is_said_of_ordinary_words(small, find, question):
    found = find(question)
    assert (found.is_asked, found.is_common, found.is_last) == (False, True, False)
    assert len(found.sentences) == 3
    assert find("Anything about girls?").is_last
    assert find("Anything about the south?") is None  # all of it is about that


SAYING = """\
THE SOUTH

CONTENTS

Glossary\t2
Schools\t3

GLOSSARY

- **SCD:** South Coast Department

SCHOOLS

Schools were reported to be closed in 2009. A survey by the Blue Institute in 2008 found ten. The Department
of Southern Schools says that teachers are trained. According to a paper of the Office for Harbours (OFH), all
is well. Experts visited the Blue Institute. The mayor said that OFH was wrong. They came to Port Anna in
2009. Pupils found in Port Anna were sent home.
"""


@pytest.fixture
def said(tmp_path):
    file = tmp_path / "saying.md"
    file.write_text(SAYING, encoding="utf-8")
    report = read_report(file)
    find = Mentions(report, frozenset("experts mayor schools pupils".split()).__contains__).find

    def look(question):
        found = find(question)
        return found and ([report.slice(report.sentences[p])[:9] for p in found.sentences], found.is_doubtful)

    return look


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        ("What did the Blue Institute find?", ["A survey "]),
        ("What did the Blue Institute study find out?", ["A survey "]),
        ("What does OFH say?", ["According"]),
        ("According to the OFH report", ["According"]),
        ("What did the mayor say?", ["The mayor"]),
        ("What does the Southern Schools Department report?", ["The Depar"]),
        ("What did the Blue Institute say about schools in 2008?", ["A survey "]),
    ],
)
def test_who_says_something_is_told_by_how_a_sentence_names_them(said, question, sentences):
    assert said(question)[0] == sentences


def test_who_is_nowhere_said_to_say_anything(said):
    assert said("What did Port Anna find?") == (["They came", "Pupils fo"], True)
    assert said("What did pupils say?") is None
    assert said("What do experts say?") is None  # a common word tells nothing then
    assert said("What does Port Anna say about teachers?") is None
    assert said("What does SCD say?") is None  # stands where it is spelt out, and nowhere else
    assert said("What does the report say?") is None


def test_what_happened_in_a_year(said):
    assert said("What happened in 2009?") == (["Schools w", "They came"], False)
    assert said("What did schools do in 2009?") == (["Schools w"], True)
    assert said("What happened in 1999?") is None


def test_an_abbreviation_stands_behind_its_name_or_where_it_stands_at_all(said):
    assert said("What does OFH mean?") == (["According"], False)
    assert said("What is SCD?") == (["SCD: Sout"], True)
    assert said("What does OHF stand for?") == ([], True)
    assert said("WHAT IS OFH?") is None


def test_a_question_full_of_such_words_takes_no_time(small):
    find = Mentions(small, WORDS.__contains__).find
    assert growth(lambda n: find("does it " + "ever mention anything about " * n + "?"), 50, 200) < 8
