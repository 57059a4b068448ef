"""Ids of places come from their words, and tell equal words apart."""

import re

from a4a_qa.parsing.read import read_report
from a4a_qa.report.ids import place_id, sentence_ids


def test_an_id_is_the_same_in_every_build():
    assert place_id("s", "Rain falls.", set()) == place_id("s", "Rain falls.", set()) == "s-2bde5cce5e4e"


def test_equal_texts_are_told_apart_by_their_order():
    taken: set[str] = set()
    ids = [place_id("s", text, taken) for text in ("Rain.", "Snow.", "Rain.", "Rain.")]
    assert ids == ["s-f9a0509aefa3", "s-9f0334422f1e", "s-18724e27c604", "s-5d1e2ade44f0"]
    assert taken == set(ids)
    again: set[str] = set()
    assert [place_id("s", "Rain.", again) for _ in range(3)] == [ids[0], ids[2], ids[3]]


def test_a_text_that_is_no_unicode_has_an_id_too():
    assert re.fullmatch(r"p-[0-9a-f]{12}", place_id("p", "Broken \ud83d", set()))


def test_each_sentence_has_an_id_of_its_words(small_file):
    report = read_report(small_file)
    taken: set[str] = set()
    ids = tuple(place_id("s", report.slice(sentence), taken) for sentence in report.sentences)
    assert sentence_ids(report) == ids
