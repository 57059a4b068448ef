"""The self-check: no answer leaves with a quote that is not the report's."""

import itertools
from dataclasses import replace

import pytest

from a4a_qa.answering.answer import MOST_CITATIONS, check, cite, cite_endnote, quoted_text, section_of_place
from a4a_qa.answering.cite import Citer
from a4a_qa.answering.compose import Asked
from a4a_qa.index.passages import PassageMap
from a4a_qa.question.query import Query
from a4a_qa.report.references import reference_text
from a4a_qa.report.report import About, Pages, Span
from a4a_qa.safeguarding.help import help_for
from a4a_qa.safeguarding.notices import Notices


@pytest.fixture
def answer(assistant):
    return assistant.ask("In how many provinces were campaigns conducted in 2008?")


def with_citation(answer, **changes):
    return replace(answer, citations=(replace(answer.citations[0], **changes),))


def test_a_right_answer_passes(answer, report):
    assert check(answer, report) is answer


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": "Campaigns were conducted in 6 provinces."},
        {"quote": "", "start": 5, "end": 5},
        {"endnotes": ()},
        {"endnotes": (86, 87)},
    ],
)
def test_an_altered_citation_does_not_pass(answer, report, changes):
    with pytest.raises(AssertionError):
        check(with_citation(answer, **changes), report)


def test_a_cited_endnote_has_its_own_number_and_no_other(answer, report):
    endnote = cite_endnote(report, report.endnotes[20], marker=1)
    right = replace(answer, citations=(endnote,))
    assert check(right, report) is right
    for numbers in ((), (report.endnotes[21].number,)):
        with pytest.raises(AssertionError, match="names endnotes"):
            check(with_citation(right, endnotes=numbers), report)


def test_what_comes_nearest_is_checked(assistant, report):
    refused = assistant.ask("How many dolphins live in the Tonle Sap?")
    assert check(refused, report).reason.nearest
    near = replace(refused.reason.nearest[0], quote="Dolphins live there.")
    with pytest.raises(AssertionError, match="not the report's text"):
        check(replace(refused, reason=replace(refused.reason, nearest=(near,))), report)


def test_as_many_citations_as_may_be_pass_and_no_more(answer, report):
    most = replace(answer, citations=(answer.citations[0],) * MOST_CITATIONS)
    assert check(most, report) is most
    with pytest.raises(AssertionError, match=f"has {MOST_CITATIONS + 1} citations"):
        check(replace(most, citations=(*most.citations, answer.citations[0])), report)


def test_a_refusal_with_a_citation_does_not_pass(answer, report):
    with pytest.raises(AssertionError):
        check(replace(answer, status="not_in_report"), report)


@pytest.mark.parametrize("status", ["answered", "partial"])
def test_an_answer_without_a_citation_does_not_pass(answer, report, status):
    with pytest.raises(AssertionError):
        check(replace(answer, status=status, citations=(), short_answer=None), report)


def test_the_mark_behind_a_quote_belongs_to_it(report):
    sentence = report.sentences_on(86)[0]
    citation = cite(report, Span(sentence.start, sentence.end), marker=1, passage_id=None, sentence_id=None)
    assert citation.endnotes == (86,)
    assert citation.following_endnote is None


@pytest.mark.parametrize(
    ("beginning", "endnote"),
    [
        ("Westerners are indeed more easily targeted", 52),
        ("Participants in the dialogues", None),
    ],
)
def test_the_next_endnote_is_shown_only_where_its_sentence_goes_on_about_the_same(
    assistant, report, beginning, endnote
):
    sentence = next(s for s in report.sentences if report.slice(s).startswith(beginning))
    citation = assistant.citer.place(Span(sentence.start, sentence.end), 1)
    assert (citation.endnotes, citation.following_endnote) == ((), endnote)


def test_distressing_quotes_stand_as_their_mark(answer):
    marked = replace(answer.citations[0], notices=("distressing",))
    assert quoted_text([marked]) == "[1]"


@pytest.mark.parametrize(
    ("about", "section", "page", "text"),
    [
        (About("x", "T"), (), None, "T."),
        (
            About("x", "T", "P", 2011, "2nd"),
            ("A", "B"),
            Pages(3, 5, "3–5", False),
            "P (2011). T, 2nd ed. A, pp. 3–5.",
        ),
        (About("x", "T", year=2011), ("A",), Pages(3, 3, "3", True), "(2011). T. A, p. 3."),
    ],
)
def test_references(about, section, page, text):
    assert reference_text(about, section, page) == text


def test_a_place_in_two_sections_is_cited_by_the_one_that_holds_both(report):
    blocks = [block for block in report.blocks if block.retrieved]
    pairs = itertools.pairwise(blocks)
    differing = [pair for pair in pairs if pair[0].section != pair[1].section and len(pair[0].section) > 1]
    assert len(differing) > 10
    for first, second in differing:
        assert section_of_place(report, Span(first.start, first.end)) == first.section
        shared = section_of_place(report, Span(first.start, second.start + 1))
        assert shared == first.section[: len(shared)] == second.section[: len(shared)]
        longer = len(shared) + 1
        assert first.section[:longer] != second.section[:longer]
    assert any(section_of_place(report, Span(a.start, b.start + 1)) for a, b in differing)


def test_the_address_of_several_sentences_names_the_first_and_the_last(report):
    sentence = report.sentences[300]
    span, place = Span(sentence.start, sentence.end), {"marker": 1, "passage_id": None, "sentence_id": "s-a"}
    assert cite(report, span, **place).url == "/report#s-a"
    assert cite(report, span, **place, last_id="s-a").url == "/report#s-a"
    assert cite(report, span, **place, last_id="s-b").url == "/report?to=s-b#s-a"


@pytest.mark.parametrize(
    "alter",
    [
        lambda a: {"short_answer": replace(a.short_answer, text="6 provinces")},
        lambda a: {"short_answer": replace(a.short_answer, start=a.short_answer.start + 1)},
        lambda a: {"passages": (replace(a.passages[0], text="No."),)},
        lambda a: {"citations": a.citations * 6},
    ],
    ids=["short answer", "its place", "passage", "too many"],
)
def test_no_other_part_may_differ_either(answer, report, alter):
    with pytest.raises(AssertionError):
        check(replace(answer, **alter(answer)), report)


def test_a_refusal_and_a_card_of_help_check_their_passages(assistant, answer):
    composer = assistant._composer
    altered = (replace(answer.passages[0], text="Something else."),)
    asked = Asked(Query("Why?", "Why?"), None, altered, 10)
    with pytest.raises(AssertionError, match="not the report's text"):
        composer.refused(asked, composer.reason("unclear"))
    with pytest.raises(AssertionError, match="not the report's text"):
        composer.withheld(asked, "support", help_for("C2", assistant.contacts))


def test_what_searching_and_checking_cite_is_checked_too(assistant, report):
    with pytest.raises(AssertionError, match="not the report's text"):
        cite(report, Span(0, 0), marker=1, passage_id=None, sentence_id=None)
    with pytest.raises(AssertionError, match="not the report's text"):
        cite_endnote(report, replace(report.endnotes[0], text="Another work."), marker=1)
    first, *others = assistant.passages
    empty = PassageMap(report, [replace(first, end=first.start), *others])
    with pytest.raises(AssertionError, match="not the report's text"):
        Citer(report, empty, Notices(report, ())).passage(0, 1, 0.5)
