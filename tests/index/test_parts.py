"""The entries of an index as a table."""

from types import SimpleNamespace

import numpy as np

from a4a_qa.index.parts import ENDNOTE, NEAR_MISS, QUESTION, SENTENCE, Entries


def table(*entries) -> Entries:
    """The entries, each a kind, a place and a reason, of a report of three sentences."""
    report = SimpleNamespace(sentences=range(3))
    return Entries(SimpleNamespace(entries=np.array(entries, np.int32), report=report))


SENTENCES = [(SENTENCE, place, 0) for place in range(3)]
QUESTIONS = [(QUESTION, 0, 0), (QUESTION, 2, 0), (QUESTION, 2, 0)]
NEAR_MISSES = [(NEAR_MISS, 1, 2)]
ENDNOTES = [(ENDNOTE, 0, 0), (ENDNOTE, 1, 0)]
TABLE = table(*SENTENCES, *QUESTIONS, *NEAR_MISSES, *ENDNOTES)


def test_endnotes_stand_apart():
    assert len(TABLE.kinds) == len(TABLE.sentences) == len(TABLE.reasons) == 7
    assert TABLE.endnotes.tolist() == [7, 8]


def test_the_entries_of_a_kind_stand_together_by_their_sentence():
    starts, ends = TABLE.places(QUESTION, [2, 0, 1])
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [(4, 6), (3, 4), (4, 4)]
    starts, ends = TABLE.places(NEAR_MISS, [1])
    assert (starts.tolist(), ends.tolist()) == ([6], [7])


def test_those_of_a_kind_keep_their_order():
    assert TABLE.of_kind(QUESTION, np.array([6, 5, 0, 3])).tolist() == [5, 3]


def test_whether_there_is_a_near_miss_at_all():
    assert TABLE.has_near_misses
    assert not table(*SENTENCES, *QUESTIONS, *ENDNOTES).has_near_misses
