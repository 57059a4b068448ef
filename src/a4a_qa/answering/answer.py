"""The answer: the one value that every surface shows, field by field the same.

What is cited is made from places in the report and checks itself, and so does a whole answer: a quote that is
not the report's own words at its own offsets cannot leave this module.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from textwrap import shorten
from typing import Any, Literal

from a4a_qa.answering.phrases import confidence_in_words, phrase
from a4a_qa.report.references import reference_text
from a4a_qa.report.report import About, Block, Endnote, Pages, Report, Span
from a4a_qa.safeguarding.help import Help
from a4a_qa.safeguarding.notices import DISTRESSING, main_count

Status = Literal["answered", "partial", "not_in_report", "declined", "support"]
# Those with which the report is cited; with the others it never is.
CITING: frozenset[Status] = frozenset({"answered", "partial"})
ReasonCode = Literal[
    "absent_detail", "other_value", "false_premise", "out_of_scope", "language", "person", "unclear"
]
# An overview shows how the sections begin that sum a report up; any other answer quotes what was asked for.
AnswerKind = Literal["passage", "overview"]
MOST_CITATIONS = 5
# How many characters of an answer its `repr` shows.
_LONGEST_SHOWN = 80
# The page of a service that shows the report, unless several are served.
REPORT_PAGE = "/report"
ENDNOTES_SECTION = ("Endnotes",)
# Where what is not searched and stands in no section is said to stand.
IMPRINT_SECTION = ("Title pages and imprint",)


@dataclass(frozen=True, slots=True)
class Slice:
    """Words of the report with their place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Evidence as shown: a verbatim quote with its place, its endnotes and how to refer to it."""

    id: str
    marker: int
    quote: str
    start: int
    end: int
    passage_id: str | None
    section: tuple[str, ...]
    page: Pages | None
    context: tuple[Slice, ...]
    endnotes: tuple[int, ...]
    following_endnote: int | None
    url: str
    reference: str
    report: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The slice of a cited quote that decides the question."""

    text: str
    start: int
    end: int
    polarity: Literal["yes", "no"] | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """A sentence that comes near to a question and may not answer it, with its place and its endnotes."""

    quote: str
    start: int
    end: int
    passage_id: str | None
    section: tuple[str, ...]
    page: Pages | None
    endnotes: tuple[int, ...]
    url: str
    report: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """A section as an overview lists it."""

    path: tuple[str, ...]
    page: Pages | None
    url: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a question is not answered, or not wholly."""

    code: ReasonCode
    message: str
    unmatched: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage as it is listed below an answer."""

    rank: int
    id: str
    text: str
    start: int
    end: int
    section: tuple[str, ...]
    page: Pages | None
    endnotes: tuple[int, ...]
    score: float
    report: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask` returns; `to_dict` is the answer contract."""

    question: str
    status: Status
    text: str
    citations: tuple[Citation, ...]
    endnotes: tuple[Endnote, ...]
    passages: tuple[FoundPassage, ...]
    report: About
    answer_id: str
    id: str | None = None
    short_answer: ShortAnswer | None = None
    confidence: float | None = None
    reason: Reason | None = None
    help: Help | None = None
    kind: AnswerKind = "passage"
    sections: tuple[SectionPlace, ...] = ()

    def __repr__(self) -> str:
        """What it is and how it begins, in a line; `to_dict` has all of it."""
        sure = "" if self.confidence is None else f" confidence={self.confidence:.2f}"
        said = shorten(self.text, _LONGEST_SHOWN, placeholder=" …")
        return f"<Answer {self.status} {self.kind}{sure} citations={len(self.citations)} {said!r}>"

    @property
    def opening(self) -> str | None:
        """What is told before the quotes: that they may not answer, or the words or the yes or no that do."""
        if self.reason:
            return self.reason.message
        if short := self.short_answer:
            verdict = f"{short.polarity.capitalize()}. The report’s words: " if short.polarity else ""
            return f"In short: {verdict}{' '.join(short.text.split())}"
        return None

    @property
    def confidence_in_words(self) -> str | None:
        """How sure it is that what it cites is right, None where it cites nothing."""
        if self.confidence is None or not self.citations:
            return None
        return confidence_in_words(self.confidence, has_caveat=self.status == "partial")

    @property
    def closing(self) -> str | None:
        """What is told after the quotes: how old the report is and how sure the answer."""
        is_dated = self.report.year and (self.citations or self.passages)
        dated = f"From a report published in {self.report.year}. Facts may have changed." if is_dated else ""
        return " ".join(filter(None, (dated, self.confidence_in_words))) or None

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, in the order of the contract."""
        return {
            "id": self.id,
            "answer_id": self.answer_id,
            "question": self.question,
            "status": self.status,
            "kind": self.kind,
            "text": self.text,
            "short_answer": asdict(self.short_answer) if self.short_answer else None,
            "confidence": self.confidence,
            "confidence_in_words": self.confidence_in_words,
            "reason": asdict(self.reason) if self.reason else None,
            "citations": [asdict(citation) for citation in self.citations],
            "endnotes": [note.to_dict() | {"report": self.report.id} for note in self.endnotes],
            "passages": [asdict(passage) for passage in self.passages],
            "sections": [asdict(section) for section in self.sections],
            "report": self.report.short(),
            "reports": [self.report.short()],
            "help": self.help.to_dict() if self.help else None,
        }


def new_answer_id() -> str:
    """A random id, which is kept nowhere."""
    return secrets.token_hex(8)


def section_of(block: Block) -> tuple[str, ...]:
    """The section that a citation of a block names."""
    return block.section if block.retrieved or block.section else IMPRINT_SECTION


def section_of_place(report: Report, span: Span) -> tuple[str, ...]:
    """The section that a place lies in, or the one that holds all of its sections."""
    first, last = report.block_at(span.start), report.block_at(span.end - 1)
    if first is None or last is None or first.section == last.section:
        return section_of(first) if first else ()
    both = zip(first.section, last.section, strict=False)
    return tuple(title for title, other in takewhile(lambda titles: titles[0] == titles[1], both))


def cite(
    report: Report,
    span: Span,
    *,
    marker: int,
    passage_id: str | None,
    sentence_id: str | None,
    last_id: str | None = None,
    following_endnote: int | None = None,
    notices: tuple[str, ...] = (),
    home: str = REPORT_PAGE,
) -> Citation:
    """The citation of a place; its address is on the page `home` and names the first and, of several, last
    sentence. Where the place has endnotes of its own, no `following_endnote` is shown."""
    block = report.block_at(span.start)
    section = section_of_place(report, span)
    page = report.page_of(span.start, span.end)
    context = block.context if block else ()
    endnotes = tuple(dict.fromkeys(mark.number for mark in report.marks_in(span.start, span.end)))
    made = Citation(
        id=_citation_id(report, span),
        marker=marker,
        quote=report.text[span.start : span.end],
        start=span.start,
        end=span.end,
        passage_id=passage_id,
        section=section,
        page=page,
        context=tuple(Slice(report.slice(place), place.start, place.end) for place in context),
        endnotes=endnotes,
        following_endnote=None if endnotes else following_endnote,
        url=_address(home, sentence_id, last_id),
        reference=reference_text(report.about, section, page),
        report=report.about.id,
        notices=notices,
    )
    check_quotes((made, *made.context), report)
    return made


def _address(home: str, first: str | None, last: str | None) -> str:
    if first is None:
        return home
    return f"{home}#{first}" if last in (None, first) else f"{home}?to={last}#{first}"


def cite_endnote(report: Report, note: Endnote, *, marker: int, home: str = REPORT_PAGE) -> Citation:
    """The citation of an endnote itself."""
    span = Span(note.start, note.end)
    made = Citation(
        id=_citation_id(report, span),
        marker=marker,
        quote=note.text,
        start=note.start,
        end=note.end,
        passage_id=None,
        section=ENDNOTES_SECTION,
        page=note.page,
        context=(),
        endnotes=(note.number,),
        following_endnote=None,
        url=f"{home}#endnote-{note.number}",
        reference=reference_text(report.about, (f"Endnote {note.number}",), note.page),
        report=report.about.id,
    )
    check_quotes((made,), report)
    return made


def _citation_id(report: Report, span: Span) -> str:
    words = f"{span.start}:{report.text[span.start : span.end]}"
    return f"c-{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:12]}"


def quoted_text(citations: Sequence[Citation]) -> str:
    """The quotes with their marks, those last that are set apart; a distressing quote stands as its mark
    only."""
    said = [f"[{c.marker}]" if DISTRESSING in c.notices else f"{c.quote} [{c.marker}]" for c in citations]
    main = main_count(citation.notices for citation in citations)
    beside = [phrase("answer", "see_also"), *said[main:]] if main < len(said) else []
    return " ".join([*said[:main], *beside])


def cited_endnotes(report: Report, citations: Sequence[Citation]) -> tuple[Endnote, ...]:
    """The endnotes that citations carry or point to, each once, in order."""
    numbers = [
        number
        for citation in citations
        for number in (*citation.endnotes, citation.following_endnote)
        if number is not None
    ]
    notes = (report.endnote(number) for number in dict.fromkeys(numbers))
    return tuple(note for note in notes if note is not None)


_Piece = Citation | Slice | FoundPassage | ShortAnswer | Nearest


def check_quotes(pieces: Iterable[_Piece], report: Report) -> None:
    """Raise AssertionError when a quote is empty or not what the report says at its place: a defect of this
    program, never of the input."""
    for piece in pieces:
        words = piece.quote if isinstance(piece, Citation | Nearest) else piece.text
        if words != report.slice(piece) or not words:
            raise AssertionError(f"the quote at {piece.start}:{piece.end} is not the report's text")


def _endnotes_at(citation: Citation, report: Report) -> tuple[int, ...]:
    """The endnotes that are marked where a citation stands; of a cited endnote, its own number."""
    if citation.section == ENDNOTES_SECTION:
        place = (citation.start, citation.end)
        return tuple(note.number for note in report.endnotes if (note.start, note.end) == place)
    return tuple(dict.fromkeys(mark.number for mark in report.marks_in(citation.start, citation.end)))


def check(answer: Answer, report: Report) -> Answer:
    """The answer itself, when every quote in it is what the report says at that place, every endnote one that
    is marked there, and citations go with its status. Raises AssertionError otherwise."""
    slices: list[_Piece] = [*answer.citations, *answer.passages]
    for citation in answer.citations:
        slices += citation.context
        found = _endnotes_at(citation, report)
        if citation.endnotes != found:
            raise AssertionError(f"citation {citation.id} names endnotes {citation.endnotes}, found {found}")
    if answer.short_answer:
        slices.append(answer.short_answer)
    slices += answer.reason.nearest if answer.reason else ()
    check_quotes(slices, report)
    must_cite = answer.status in CITING
    if len(answer.citations) > MOST_CITATIONS or bool(answer.citations) != must_cite:
        raise AssertionError(f"an answer with status {answer.status} has {len(answer.citations)} citations")
    return answer
