"""What a report tells of its places."""

from dataclasses import replace

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import (
    About,
    Block,
    Endnote,
    NoteMark,
    Pages,
    PageStart,
    Report,
    Sentence,
    Source,
    Span,
    exact_pages,
    overlap,
)

TEXT = "Rain falls. Snow melts.\n\nWind blows. Fog lifts.\n\nHail!"
RANGE = Pages(4, 9, "4–9", exact=False)


def at(words):
    start = TEXT.index(words)
    return start, start + len(words)


def note(number, text):
    return Endnote(number, text, 0, 0, (), None)


# Mark 1 stands at two sentences, mark 2 in the middle of one; two endnotes have the number 1.
WEATHER = Report(
    about=About(id="weather", title="Weather", publisher="Club", year=2010, edition="2nd", country="Chad"),
    text=TEXT,
    sections=(),
    blocks=(
        Block("paragraph", *at("Rain falls. Snow melts."), ("Water",), RANGE),
        Block("paragraph", *at("Wind blows. Fog lifts."), ("Air",), None),
        Block("paragraph", *at("Hail!"), ("Ice",), None),
    ),
    sentences=(
        Sentence(*at("Rain falls."), ()),
        Sentence(*at("Snow melts."), (1,)),
        Sentence(*at("Wind blows."), (2, 1)),
        Sentence(*at("Fog lifts."), ()),
        Sentence(*at("Hail!"), (3,)),
    ),
    note_marks=tuple(
        NoteMark(number, at(words)[1], None)
        for number, words in ((1, "melts."), (2, "Wind"), (1, "blows."), (3, "Hail!"))
    ),
    endnotes=(note(1, "The first."), note(2, "The second."), note(1, "Another first.")),
)
RAIN, SNOW, WIND, FOG, HAIL = WEATHER.sentences


def slices(places):
    return [WEATHER.slice(place) for place in places]


def test_what_stands_beside_a_sentence_is_of_its_block(small_file):
    report = read_report(small_file)
    # Three sentences of one paragraph, two of another, and two items of a list.
    beside = [report.beside(position) for position in range(len(report.sentences))]
    assert beside == [(1,), (0, 2), (1,), (4,), (3,), (), ()]


@pytest.mark.parametrize(
    ("pages", "cited"),
    [(Pages(12, 12, "12", True), "p. 12"), (Pages(16, 21, "16–21", False), "pp. 16–21")],
)
def test_pages_as_a_reference_names_them(pages, cited):
    assert pages.as_cited == cited


def test_each_sentence_has_a_position_and_a_section(small_file):
    report = read_report(small_file)
    assert [report.position_of(one) for one in report.sentences] == list(range(len(report.sentences)))
    assert report.sentence_sections == (
        *[("Introduction",)] * 3,
        *[("Introduction", "Schools")] * 2,
        *[("Protection",)] * 2,
    )


def test_a_sentence_has_its_words_and_stands_in_a_block(small_file):
    report = read_report(small_file)
    assert report.text_of(0) == "There are 12 shelters in the north."
    assert report.text_of(3) == "The law on schools was passed in 1999."
    assert report.block_of(0) == report.block_of(1)
    assert report.block_of(0) != report.block_of(3)


@pytest.mark.parametrize(
    ("offset", "index"), [(0, 0), (22, 0), (23, None), (24, None), (25, 1), (49, 2), (99, None), (-1, None)]
)
def test_a_block_holds_its_first_character_and_not_the_one_behind_its_last(offset, index):
    assert WEATHER.block_at(offset) == (None if index is None else WEATHER.blocks[index])


def test_a_sentence_outside_of_all_blocks_has_no_section():
    loose = replace(WEATHER, blocks=WEATHER.blocks[1:])
    assert loose.sentence_sections == ((), (), ("Air",), ("Air",), ("Ice",))
    assert loose.beside(0) == ()


def test_places_overlap_when_they_share_a_character():
    assert overlap(Span(0, 5), Span(4, 9))
    assert overlap(Span(4, 9), Span(0, 5))
    assert not overlap(Span(0, 5), Span(5, 9))
    assert not overlap(Span(5, 9), Span(0, 5))


@pytest.mark.parametrize(
    ("place", "begin", "touched", "of_its_block"),
    [
        ((0, 11), ["Rain falls."], ["Rain falls."], ["Rain falls."]),
        # From the middle of a sentence to the first letter of the next one.
        ((5, 13), ["Snow melts."], ["Rain falls.", "Snow melts."], ["Rain falls.", "Snow melts."]),
        # The space between two sentences belongs to neither of them.
        ((11, 13), ["Snow melts."], ["Snow melts."], ["Snow melts."]),
        ((12, 13), ["Snow melts."], ["Snow melts."], ["Snow melts."]),
        ((22, 26), ["Wind blows."], ["Snow melts.", "Wind blows."], ["Snow melts.", "Wind blows."]),
        # A place that begins between two blocks touches a sentence, and is in no block.
        ((24, 26), ["Wind blows."], ["Wind blows."], []),
        ((49, 99), ["Hail!"], ["Hail!"], ["Hail!"]),
    ],
)
def test_the_sentences_of_a_place(place, begin, touched, of_its_block):
    assert slices(WEATHER.sentences_in(*place)) == begin
    assert slices(WEATHER.sentences[one] for one in WEATHER.positions_touched(*place)) == touched
    assert slices(WEATHER.sentences_touched(Span(*place))) == of_its_block


def test_a_mark_belongs_to_what_it_stands_behind():
    numbers = [[mark.number for mark in WEATHER.marks_in(s.start, s.end)] for s in WEATHER.sentences]
    assert numbers == [[], [1], [2, 1], [], [3]]
    # What begins right behind a mark has none.
    assert WEATHER.marks_in(SNOW.end, WIND.start) == ()


def test_the_next_endnote_is_that_of_the_same_paragraph():
    assert WEATHER.next_endnote(RAIN) == 1
    assert WEATHER.next_endnote(FOG) is None
    between = Sentence(*at("\n\nWind"), ())
    assert WEATHER.next_endnote(between) is None


def test_a_sentence_with_a_note_mark_has_no_next_endnote():
    assert [WEATHER.next_endnote(sentence) for sentence in (SNOW, WIND, HAIL)] == [None] * 3
    noted = replace(RAIN, endnotes=(7,))
    assert WEATHER.next_endnote(noted) is None


def test_the_first_of_two_endnotes_with_one_number_is_meant():
    assert WEATHER.endnote(1).text == "The first."
    assert WEATHER.endnote(2).text == "The second."
    assert WEATHER.endnote(3) is None
    assert WEATHER.sentences_on(1) == (SNOW, WIND)


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        ((2, 5), (3, 3, "iii")),
        ((9, 10), (3, 3, "iii")),
        ((9, 11), (3, 4, "iii–1")),
        ((10, 11), (4, 4, "1")),
        ((10, 20), (4, 4, "1")),
        ((10, 10), (4, 4, "1")),
        ((5, 25), (3, 5, "iii–2")),
        ((25, 99), (5, 5, "2")),
        # Before the first page that is known.
        ((0, 1), (3, 3, "iii")),
    ],
)
def test_a_place_is_printed_on_the_pages_that_it_reaches_over(place, pages):
    starts = (PageStart(2, 3, "iii"), PageStart(10, 4, "1"), PageStart(20, 5, "2"))
    assert exact_pages(starts, *place) == Pages(*pages, exact=True)


def test_pages_are_named_in_the_order_of_the_file_where_the_text_is_not():
    starts = (PageStart(0, 3, "3"), PageStart(10, 5, "5"), PageStart(20, 4, "4"))
    assert exact_pages(starts, 15, 25) == Pages(4, 5, "4–5", exact=True)
    assert exact_pages(starts, 5, 25) == Pages(3, 5, "3–5", exact=True)


def test_a_place_has_its_own_pages_or_else_those_of_its_block():
    assert WEATHER.page_of(RAIN.start, RAIN.end) == RANGE
    assert WEATHER.page_of(WIND.start, WIND.end) is None
    assert WEATHER.page_of(23, 25) is None
    printed = replace(WEATHER, page_starts=(PageStart(0, 1, "1"), PageStart(SNOW.start, 2, "2")))
    assert printed.page_of(RAIN.start, RAIN.end) == Pages(1, 1, "1", exact=True)
    assert printed.page_of(RAIN.start, SNOW.end) == Pages(1, 2, "1–2", exact=True)


def test_an_endnote_as_an_answer_shows_it():
    source = Source("web", "http://a.org/b", "https://web.archive.org/web/2011/http://a.org/b", None, "7")
    assert Endnote(5, "A book.", 90, 97, (source,), RANGE).to_dict() == {
        "number": 5,
        "text": "A book.",
        "sources": [
            {
                "url": "http://a.org/b",
                "archived_url": "https://web.archive.org/web/2011/http://a.org/b",
                "accessed": None,
                "page": "7",
                "kind": "web",
            }
        ],
    }


def test_a_report_in_short_says_what_is_cited():
    assert WEATHER.about.short() == {
        "id": "weather",
        "title": "Weather",
        "publisher": "Club",
        "year": 2010,
        "edition": "2nd",
    }
