"""Findings put together into an answer: what leads in to a list is cited with it."""

from dataclasses import replace

import pytest

from a4a_qa.answering.cite import Citer
from a4a_qa.answering.compose import Asked, Finding
from a4a_qa.question.query import Query
from a4a_qa.safeguarding.notices import SEE_ALSO

LEAD_IN = "We call on religious communities to:"


@pytest.fixture
def lead_in(report):
    """The position of a sentence that leads in to the one item below it."""
    return next(i for i, sentence in enumerate(report.sentences) if report.slice(sentence) == LEAD_IN)


def cited(assistant, *sentences):
    finding = Finding(sentences, answerable=1.0, confidence=1.0)
    answer = assistant._composer.answered(Asked(Query("?", "?"), None, (), 1), [finding])
    return [citation.quote for citation in answer.citations]


def test_what_leads_in_to_a_list_is_cited_with_it(assistant, report, lead_in):
    (quote,) = cited(assistant, lead_in)
    assert quote.startswith(LEAD_IN)
    assert quote.endswith(report.slice(report.sentences[lead_in + 1]))


def test_an_item_is_not_cited_again_beside_its_list(assistant, lead_in):
    assert cited(assistant, lead_in + 1, lead_in) == cited(assistant, lead_in)


def test_what_is_set_apart_comes_last_and_is_not_joined_to_its_neighbour(assistant, report):
    at = next(i for i, s in enumerate(report.sentences) if report.slice(s).startswith("The HLWG is headed"))
    assert len(cited(assistant, at, at + 1)) == 1
    first = Finding((at, at + 1), answerable=1.0, confidence=1.0, set_apart=frozenset({at + 1}))
    second = Finding((0, at + 1, 1), answerable=1.0, confidence=1.0, set_apart=frozenset({1}))
    asked = Asked(Query("?", "?"), None, (), 1)
    answer = assistant._composer.answered(asked, [first])
    quotes = [report.slice(report.sentences[position]) for position in (at, at + 1)]
    assert [(c.marker, c.quote, c.notices) for c in answer.citations] == [
        (1, quotes[0], ()),
        (2, quotes[1], (SEE_ALSO,)),
    ]
    assert answer.text == f"{quotes[0]} [1] See also: {quotes[1]} [2]"
    # What one part needs is needed, whatever it is to another.
    answer = assistant._composer.answered(asked, [first, second])
    assert [SEE_ALSO in citation.notices for citation in answer.citations] == [False, False, True]
    assert answer.citations[0].quote.startswith(quotes[0])
    assert answer.citations[0].quote.endswith(quotes[1])


def test_no_place_is_lost_because_neighbours_are_set_apart(assistant, report):
    at = next(i for i, s in enumerate(report.sentences) if report.slice(s).startswith("The HLWG is headed"))
    far = (0, 20, 60, 100)
    finding = Finding((at, at + 1, *far), 1.0, 1.0, set_apart=frozenset({at + 1}))
    answer = assistant._composer.answered(Asked(Query("?", "?"), None, (), 1), [finding])
    assert [citation.quote for citation in answer.citations] == cited(assistant, at, at + 1, *far)
    assert not any(SEE_ALSO in citation.notices for citation in answer.citations)


def test_an_item_that_is_set_apart_is_not_cited_again_beside_its_list(assistant, lead_in):
    finding = Finding((lead_in, lead_in + 1), 1.0, 1.0, set_apart=frozenset({lead_in + 1}))
    [citation] = assistant._composer.answered(Asked(Query("?", "?"), None, (), 1), [finding]).citations
    assert SEE_ALSO not in citation.notices


def test_a_list_that_is_set_apart_is_cited_whole_when_an_item_of_it_is_asked_for(assistant, lead_in):
    finding = Finding((lead_in + 1, lead_in), 1.0, 1.0, set_apart=frozenset({lead_in}))
    [citation] = assistant._composer.answered(Asked(Query("?", "?"), None, (), 1), [finding]).citations
    assert citation.quote.startswith(LEAD_IN)
    assert SEE_ALSO not in citation.notices


def test_a_passage_is_made_once_and_listed_with_its_rank_and_score(assistant, report, monkeypatch):
    citer = Citer(report, assistant.citer.passage_map, assistant.citer.notices)
    first = citer.passage(3, 1, 0.5)
    monkeypatch.setattr(type(citer.notices), "of", lambda *place: pytest.fail("made once more"))
    assert citer.passage(3, 2, 0.25) == replace(first, rank=2, score=0.25)


def test_an_item_alone_is_cited_alone(assistant, report, lead_in):
    assert cited(assistant, lead_in + 1) == [report.slice(report.sentences[lead_in + 1])]


def test_a_list_below_another_heading_is_not_cited_with_what_leads_in_to_it(assistant, report):
    """The lead-in of seventy items in ten sections."""
    position = next(
        i for i, s in enumerate(report.sentences) if report.slice(s).endswith("we call upon them to:")
    )
    assert cited(assistant, position) == [report.slice(report.sentences[position])]
