"""Findings → answers: citations, passages, reasons and the places that come nearest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import count, takewhile, zip_longest
from typing import Literal

from a4a_qa.answering.answer import (
    MOST_CITATIONS,
    Answer,
    Citation,
    FoundPassage,
    Nearest,
    Reason,
    ReasonCode,
    check,
    cited_endnotes,
    new_answer_id,
    quoted_text,
)
from a4a_qa.answering.cite import Citer
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.short_answer import Told, short_answer
from a4a_qa.index.retrieval import Hits
from a4a_qa.question.query import Query
from a4a_qa.report.report import Block, Report, Span, overlap
from a4a_qa.report.section_names import told_sections
from a4a_qa.safeguarding.help import Help
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.safeguarding.notices import DISTRESSING

# What a refusal says of all that was searched.
ABSENT: frozenset[ReasonCode] = frozenset({"absent_detail", "other_value", "false_premise", "out_of_scope"})
# How many places a refusal names as nearest.
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question, or a part of one, found: sentences by position, endnotes, places that are cited whole,
    what the judge told of the sentences, and which of these are set apart as likely more than was asked.

    `answerable` is the probability that the report answers it, `confidence` that these sentences wholly do.
    """

    sentences: tuple[int, ...]
    answerable: float
    confidence: float
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    told: Told | None = None
    set_apart: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes into every answer to one query; `k` is how many passages it lists at most, and
    `scores` are those of all passages that were found, by position."""

    query: Query
    id: str | None
    passages: tuple[FoundPassage, ...]
    k: int
    scores: Mapping[int, float] = field(default_factory=dict)


class Composer:
    """Puts answers about one report together, and checks every quote in them."""

    def __init__(self, report: Report, citer: Citer) -> None:
        self._report = report
        self._citer = citer

    @property
    def distressing_sentences(self) -> frozenset[int]:
        """The sentences that describe abuse in detail, by position."""
        return self._citer.notices.distressing_sentences

    def answered(
        self,
        asked: Asked,
        findings: Sequence[Finding],
        missing: Reason | None = None,
        confidence: float | None = None,
    ) -> Answer:
        """The answer that cites these findings; `missing` says which part of the question has none, and
        `confidence` is that of the least sure finding unless given."""
        citations = tuple(self._citations(findings))
        answer = Answer(
            question=asked.query.text,
            status="partial" if missing else "answered",
            text=quoted_text(citations),
            citations=citations,
            endnotes=cited_endnotes(self._report, citations),
            passages=self._cited_first(asked, findings),
            report=self._report.about,
            answer_id=new_answer_id(),
            id=asked.id,
            # Where something is missing, or two things are asked, no slice decides; one of a quote that stays
            # closed would open it.
            short_answer=None
            if missing or len(findings) > 1 or _is_closed(citations)
            else short_answer(asked.query, citations, findings[0].told),
            confidence=round(min(f.confidence for f in findings) if confidence is None else confidence, 4),
            reason=missing,
        )
        return check(answer, self._report)

    def overview(self, answer: Answer) -> Answer:
        """The same answer as one about the whole report, whose chapters it lists: the top level of sections
        that has several."""
        paths = told_sections(self._report)
        levels = ([path for path in paths if len(path) == depth] for depth in range(1, 5))
        chapters = next((level for level in levels if len(level) > 1), paths)
        return replace(answer, kind="overview", sections=tuple(map(self._citer.section, chapters)))

    def refused(self, asked: Asked, reason: Reason, confidence: float | None = None) -> Answer:
        """The answer that gives a reason instead; `confidence` is that of the best answer withheld."""
        answer = Answer(
            question=asked.query.text,
            status="not_in_report",
            text=reason.message,
            citations=(),
            endnotes=(),
            passages=asked.passages,
            report=self._report.about,
            answer_id=new_answer_id(),
            id=asked.id,
            confidence=None if confidence is None else round(confidence, 4),
            reason=reason,
        )
        return check(answer, self._report)

    def of_section(self, answer: Answer) -> Answer:
        """The answer of one section: what that does not say the rest of the report may."""
        if answer.reason is None or answer.status != "not_in_report" or answer.reason.code not in ABSENT:
            return answer
        if not self._report.about.is_english:
            return answer
        reason = replace(answer.reason, message=phrase("refusal", "section"))
        return check(replace(answer, text=reason.message, reason=reason), self._report)

    def withheld(self, asked: Asked, status: Literal["declined", "support"], help: Help) -> Answer:
        """The answer to a question that needs help or seeks harm: fixed words, and no citation."""
        text = help_texts()["status"]["declined"] if status == "declined" else help.text
        answer = Answer(
            question=asked.query.text,
            status=status,
            text=text,
            citations=(),
            endnotes=(),
            passages=asked.passages,
            report=self._report.about,
            answer_id=new_answer_id(),
            id=asked.id,
            help=help,
        )
        return check(answer, self._report)

    def reason(
        self,
        code: ReasonCode,
        hits: Hits | None = None,
        unmatched: Sequence[str] = (),
        *,
        phrase_name: str | None = None,
    ) -> Reason:
        """A reason with its phrase, that of its code unless named, and, given hits, the places that come
        nearest. Of a report in another language than English, what is not found may well be there."""
        name = phrase_name or code
        message = phrase("refusal", name, unmatched=", ".join(unmatched))
        if not self._report.about.is_english and code in (*ABSENT, "language") and name != "assistant":
            told = phrase("refusal", "report_language")
            message = told if name in ABSENT else f"{message} {told}"
        return Reason(code, message, tuple(unmatched), self._nearest(hits) if hits else ())

    def passages(self, hits: Hits, k: int) -> tuple[FoundPassage, ...]:
        """The best `k` passages, each whole."""
        best = enumerate(hits.passages[:k], 1)
        return tuple(self._citer.passage(hit.passage, rank, hit.score) for rank, hit in best)

    def _cited_first(self, asked: Asked, findings: Sequence[Finding]) -> tuple[FoundPassage, ...]:
        """The passages of an answer: those that it cites, those on which endnotes stand that it cites, then
        the others as searching ranks them."""
        positions = [position for finding in findings for position in finding.sentences]
        places = [place for finding in findings for place in finding.places]
        within = (s for place in places for s in self._report.sentences_in(place.start, place.end))
        positions += map(self._report.position_of, within)
        numbers = {number for finding in findings for number in finding.endnotes}
        if numbers:
            noted = enumerate(self._report.sentences)
            positions += (at for at, sentence in noted if not numbers.isdisjoint(sentence.endnotes))
        cited = dict.fromkeys(map(self._citer.passage_map.passage_of, positions))
        first = [self._citer.passage(position, 0, asked.scores.get(position, 0.0)) for position in cited]
        ids = {passage.id for passage in first}
        others = [passage for passage in asked.passages if passage.id not in ids]
        return tuple(replace(p, rank=rank) for rank, p in enumerate((*first, *others)[: asked.k], 1))

    def _citations(self, findings: Sequence[Finding]) -> list[Citation]:
        citations: list[Citation] = []
        for number in dict.fromkeys(number for finding in findings for number in finding.endnotes):
            note = self._report.endnote(number)
            if note is not None:
                citations.append(self._citer.endnote(note, len(citations) + 1))
        # By turns, so that no part of a question takes all the citations there may be.
        by_turns = zip_longest(*(finding.sentences for finding in findings))
        positions = list(dict.fromkeys(p for turn in by_turns for p in turn if p is not None))
        asked = {p for finding in findings for p in finding.sentences if p not in finding.set_apart}
        main, beside = self._set_apart(positions, asked, MOST_CITATIONS - len(citations))
        main += (place for finding in findings for place in finding.places)
        markers = count(len(citations) + 1)
        citations += [self._citer.place(span, next(markers)) for span in main]
        citations += [self._citer.place(span, next(markers), is_beside=True) for span in beside]
        return citations[:MOST_CITATIONS]

    def _set_apart(
        self, positions: Sequence[int], asked: Set[int], most: int
    ) -> tuple[list[Span], list[Span]]:
        """The places of sentences that are `asked` for, and those of the others. Where these are more than
        may be cited, or a list of the others has an item that is asked for, what stands together is one
        place, whoever asked for it."""
        main = self._spans([p for p in positions if p in asked])
        others = self._spans([p for p in positions if p not in asked])
        others = [one for one in others if not any(_lies_in(one, other) for other in main)]
        if len(main) + len(others) > most or any(overlap(one, other) for one in others for other in main):
            together = self._spans(positions)
            wanted = [self._report.sentences[p] for p in asked]
            main = [one for one in together if any(overlap(one, sentence) for sentence in wanted)]
            others = [one for one in together if one not in main]
        return main, others

    def _spans(self, positions: Sequence[int]) -> list[Span]:
        return _with_lists(_merged(positions, self._report), self._report)

    def _nearest(self, hits: Hits) -> tuple[Nearest, ...]:
        return tuple(self._citer.near(hit.best.sentence) for hit in hits.passages[:_NEAREST])


def _is_closed(citations: Sequence[Citation]) -> bool:
    return any(DISTRESSING in citation.notices for citation in citations)


def _merged(positions: Sequence[int], report: Report) -> list[Span]:
    """The places of sentences; neighbours of one block become one place."""
    places: list[Span] = []
    for position in positions:
        sentence = report.sentences[position]
        place = Span(sentence.start, sentence.end)
        beside = [other for other in places if _are_neighbours(report, other, place)]
        at = min(map(places.index, beside), default=len(places))
        places = [other for other in places if other not in beside]
        places.insert(at, _around([*beside, place]))
    return places


def _with_lists(spans: Sequence[Span], report: Report) -> list[Span]:
    """The places, one that leads in to a list with the items below it, and none that stands in another."""
    led = [_with_list(span, report) for span in spans]
    return [one for one in led if not any(_lies_in(one, other) for other in led if other != one)]


def _lies_in(one: Span, other: Span) -> bool:
    return other.start <= one.start and one.end <= other.end


def _with_list(span: Span, report: Report) -> Span:
    lead = report.block_at(span.start)
    if lead is None or span.end < lead.end:
        return span
    behind = report.blocks[bisect_right(report.blocks, span.start, key=lambda block: block.start) :]
    items = list(takewhile(lambda one: one.section == lead.section and _leads(lead, one), behind))
    return Span(span.start, items[-1].end) if items else span


def _leads(lead: Block, item: Block) -> bool:
    is_item = item.kind in ("item", "list_item")
    return is_item and any(lead.start <= place.start < lead.end for place in item.context)


def _around(spans: Sequence[Span]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _are_neighbours(report: Report, one: Span, other: Span) -> bool:
    """Whether two places of one block have nothing but white space between them."""
    first, second = sorted((one, other), key=lambda span: span.start)
    block = report.block_at(first.start)
    within = block is not None and second.end <= block.end and first.end <= second.start
    return within and not report.text[first.end : second.start].strip()
