"""Places of one report as they are shown: citations and passages with their ids, addresses and notices.

What is worked out once about all places of a report is kept here, for all that cite it.
"""

from __future__ import annotations

from dataclasses import replace

from a4a_qa.answering.answer import Citation, FoundPassage, Place, check_quotes, cite, cite_endnote
from a4a_qa.index.passages import PassageMap, sentence_ids
from a4a_qa.report import Endnote, Report, Span
from a4a_qa.safeguarding.notices import SEE_ALSO, Notices


class Citer:
    """Cites the places of one report; each quote is checked as it is made.

    `sentence_ids` are the ids of its sentences, by position.
    """

    def __init__(self, report: Report, passage_map: PassageMap, notices: Notices) -> None:
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
            notices=(*self.notices.of(span.start, span.end), *((SEE_ALSO,) if is_beside else ())),
        )

    def endnote(self, note: Endnote, marker: int) -> Citation:
        """The citation of an endnote itself."""
        return cite_endnote(self._report, note, marker=marker)

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
            notices=self.notices.of(passage.start, passage.end),
        )
        check_quotes((found,), self._report)
        return found

    def near(self, sentence: int) -> Place:
        """The place of a sentence that comes near to a question, and its passage."""
        passage = self.passage_map.passages[self.passage_map.passage_of(sentence)]
        span = self._report.sentences[sentence]
        url = f"/report#{self.sentence_ids[sentence]}"
        return Place(passage.section, passage.id, span.start, span.end, url)

    def _passage_of(self, sentence: int) -> str:
        return self.passage_map.passages[self.passage_map.passage_of(sentence)].id
