"""Misspelt words become the nearest words of the report; words that are right stay."""

import pytest

from a4a_qa.index.spelling import Spelling, vocabulary_of

REPORT = "The ministry trained officials in every province. Money was provided; money is many things. Again."
ENGLISH = frozenset("officer coerce watch dog tall offence shelter".split())


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(vocabulary_of(REPORT), ENGLISH.__contains__)


def test_a_vocabulary_counts_folded_words_without_single_letters():
    assert vocabulary_of("A Law, a law, 2008 laws") == {"law": 2, "laws": 1}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("minstry", "ministry"),  # a letter left out
        ("provvince", "province"),  # a letter doubled
        ("agian", "again"),  # letters swapped
        ("ministri", "ministry"),  # a letter replaced
        ("ofificals", "officials"),  # two slips in a long word
        ("mony", "money"),  # left out is likelier than replaced: not "many"
        ("Which minstry, in 2008?", "Which ministry, in 2008?"),
    ],
)
def test_slips_are_mended(spelling: Spelling, typed: str, meant: str):
    assert spelling.mend(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "officer",  # English, though not in the report
        "coerced",  # an inflection of such a word
        "watchdog",  # joined from two
        "MINSTRY",  # capitals are a name
        "mny",  # too short
        "toil",  # no word is near
        "ABC-2008 «—» 東京 50 %",
        "",
    ],
)
def test_what_is_no_slip_stays(spelling: Spelling, typed: str):
    assert spelling.mend(typed) == typed


def test_nothing_is_mended_without_a_vocabulary():
    assert Spelling({}, lambda word: False).mend("Which minstry?") == "Which minstry?"


@pytest.mark.parametrize(("typed", "meant"), [("schems", "schemes"), ("familly", "family")])
def test_what_only_looks_inflected_is_mended(typed: str, meant: str):
    spelling = Spelling(
        vocabulary_of("A scheme for the family, or two schemes"),
        ENGLISH.__contains__,
    )
    assert spelling.mend(typed) == meant


def test_a_word_that_nobody_types_by_mistake_is_not_looked_at():
    looked_up = []
    spelling = Spelling(vocabulary_of(REPORT), lambda word: bool(looked_up.append(word)))
    assert spelling.mend("x" * 2_000) == "x" * 2_000
    assert looked_up == []


def test_a_text_of_words_that_nobody_knows_is_left_as_it_is(spelling: Spelling, monkeypatch):
    looked_for = []
    monkeypatch.setattr(Spelling, "_nearest", lambda self, word: looked_for.append(word))
    unknown = [f"qzxv{chr(97 + n)}" for n in range(21)]
    assert spelling.mend(" ".join(unknown)) == " ".join(unknown)
    assert not looked_for
    spelling.mend(" ".join(unknown[:20]))
    assert sorted(looked_for) == unknown[:20]


def test_no_further_word_is_looked_at_when_too_many_are_unknown():
    looked_up = set()
    spelling = Spelling(vocabulary_of(REPORT), lambda word: bool(looked_up.add(word)))
    unknown = [f"qzxv{chr(97 + n)}" for n in range(26)]
    assert spelling.mend(" ".join(unknown)) == " ".join(unknown)
    assert unknown[20] in looked_up
    assert unknown[21] not in looked_up
