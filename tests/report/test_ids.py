"""Ids of places come from their words, and tell equal words apart."""

import re

from a4a_qa.report.ids import place_id


def test_an_id_is_the_same_in_every_build():
    assert place_id("s", "Rain falls.", set()) == place_id("s", "Rain falls.", set()) == "s-2bde5cce5e4e"


def test_equal_texts_are_told_apart_by_their_order():
    taken: set[str] = set()
    ids = [place_id("s", text, taken) for text in ("Rain.", "Snow.", "Rain.", "Rain.")]
    assert len(set(ids)) == 4
    assert taken == set(ids)
    again: set[str] = set()
    assert [place_id("s", "Rain.", again) for _ in range(3)] == [ids[0], ids[2], ids[3]]


def test_a_text_that_is_no_unicode_has_an_id_too():
    assert re.fullmatch(r"p-[0-9a-f]{12}", place_id("p", "Broken \ud83d", set()))
