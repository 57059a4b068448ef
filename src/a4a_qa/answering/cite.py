"""Places of one report as they are shown: citations and passages with their ids, addresses and notices.

What is worked out once about all places of a report is kept here, for all that cite it.
"""

from __future__ import annotations

from dataclasses import replace

from a4a_qa.answering.answer import (
    REPORT_PAGE,
    Citation,
    FoundPassage,
    Nearest,
    SectionPlace,
    check_quotes,
    cite,
    cite_endnote,
)
from a4a_qa.index.passages import PassageMap
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Endnote, Report, Sentence, Span
from a4a_qa.safeguarding.notices import SEE_ALSO, Notices
from a4a_qa.text.function_words import is_of_the_same


class Citer:
    """Cites the places of one report; each quote is checked as it is made.

    `sentence_ids` are the ids of its sentences, by position; `home` is the address of the page that shows it.
    """

    def __init__(
        self, report: Report, passage_map: PassageMap, notices: Notices, home: str = REPORT_PAGE
    ) -> None:
        self.home = home
        self.passage_map = passage_map
        self.notices = notices
        self.sentence_ids = sentence_ids(report)
        self._report = report
        self._passages: dict[int, FoundPassage] = {}

    def place(self, span: Span, marker: int, *, is_beside: bool = False) -> Citation:
        """The citation of a place, which has an address in the report if sentences begin in it; one that
        `is_beside` is likely more than was asked."""
        within = self._report.sentences_in(span.start, span.end)
        first = self._report.position_of(within[0]) if within else None
        return cite(
            self._report,
            span,
            marker=marker,
            passage_id=None if first is None else self._passage_of(first),
            sentence_id=None if first is None else self.sentence_ids[first],
            last_id=None if first is None else self.sentence_ids[first + len(within) - 1],
            following_endnote=following_endnote(within[-1], self._report) if within else None,
            notices=(*self.notices.of(span.start, span.end), *((SEE_ALSO,) if is_beside else ())),
            home=self.home,
        )

    def endnote(self, note: Endnote, marker: int) -> Citation:
        """The citation of an endnote itself."""
        return cite_endnote(self._report, note, marker=marker, home=self.home)

    def section(self, path: tuple[str, ...]) -> SectionPlace:
        """A section as an overview lists it, at the address of its first sentence."""
        section = next(one for one in self._report.sections if one.path == path)
        first = self._report.sentences_in(section.start, section.end)[:1]
        url = "".join(f"#{self.sentence_ids[self._report.position_of(one)]}" for one in first)
        return SectionPlace(path, section.page, f"{self.home}{url}")

    def passage(self, position: int, rank: int, score: float) -> FoundPassage:
        """A passage as it is listed."""
        if position not in self._passages:
            self._passages[position] = self._found(position)
        return replace(self._passages[position], rank=rank, score=round(score, 4))

    def _found(self, position: int) -> FoundPassage:
        passage = self.passage_map.passages[position]
        marks = self._report.marks_in(passage.start, passage.end)
        found = FoundPassage(
            rank=0,
            id=passage.id,
            text=self._report.text[passage.start : passage.end],
            start=passage.start,
            end=passage.end,
            section=passage.section,
            page=self._report.page_of(passage.start, passage.end),
            endnotes=tuple(dict.fromkeys(mark.number for mark in marks)),
            score=0.0,
            report=self._report.about.id,
            notices=self.notices.of(passage.start, passage.end),
        )
        check_quotes((found,), self._report)
        return found

    def near(self, position: int) -> Nearest:
        """A sentence that comes near to a question."""
        sentence = self._report.sentences[position]
        passage = self.passage_map.passages[self.passage_map.passage_of(position)]
        return Nearest(
            quote=self._report.slice(sentence),
            start=sentence.start,
            end=sentence.end,
            passage_id=passage.id,
            section=passage.section,
            page=self._report.page_of(sentence.start, sentence.end),
            endnotes=sentence.endnotes,
            url=f"{self.home}#{self.sentence_ids[position]}",
            report=self._report.about.id,
            notices=self.notices.of(sentence.start, sentence.end),
        )

    def _passage_of(self, sentence: int) -> str:
        return self.passage_map.passages[self.passage_map.passage_of(sentence)].id


def following_endnote(sentence: Sentence, report: Report) -> int | None:
    """The endnote on the next sentence, for one without an endnote of its own: only where the next goes on
    about the same, as in "Few were convicted. They had paid. [12]"; elsewhere its source may be another."""
    number = report.next_endnote(sentence)
    behind = report.sentences[report.position_of(sentence) + 1 :][:1]
    is_on_it = any(number in one.endnotes and is_of_the_same(report.slice(one)) for one in behind)
    return number if is_on_it else None
