"""The answers of several reports to one question, side by side: each checked by itself, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from a4a_qa.answering.answer import Answer, quoted_text
from a4a_qa.answering.phrases import phrase
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.report.report import About

# What tells editions of one work apart.
_OF_AN_EDITION = re.compile(r"\d+(?:st|nd|rd|th)?|[^\w\s]|\b(?:edition|first|second|third|fourth|fifth)\b")


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """What a library answers: `answers` holds at least one, each of another report; where several are, each
    cites something.

    `chosen` is the filter that somebody set, `named` what the question itself named, whose reports were
    preferred; `searched` is how many reports were. `left_out` names those that could not be, being damaged.
    `editions` is what has to be said of the answers together.
    """

    question: str
    answers: tuple[Answer, ...]
    chosen: ReportFilter
    named: ReportFilter | None
    searched: int
    editions: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def note(self) -> str | None:
        """What has to be said beside the answers, in words."""
        unread = phrase("library", "left_out", unmatched=", ".join(self.left_out)) if self.left_out else None
        return " ".join(filter(None, (self.editions, unread))) or None

    @property
    def status(self) -> str:
        """The status of the best answer."""
        answered = any(answer.status == "answered" for answer in self.answers)
        return "answered" if answered else self.answers[0].status

    @property
    def numbered(self) -> tuple[Answer, ...]:
        """The answers, whose citations are numbered through."""
        return tuple(_count_on(self.answers))

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, in the contract of an answer: markers count through, it is as sure as
        the least sure of its answers, and `library` says what was searched."""
        answers = self.numbered
        values = self.answers[0].to_dict()
        if len(self.answers) > 1:
            least_sure = min(self.answers, key=lambda one: (one.status == "answered", one.confidence or 0.0))
            values |= {
                "status": self.status,
                "text": " ".join(quoted_text(one.citations) for one in answers),
                "short_answer": None,
                "confidence": least_sure.confidence,
                "confidence_in_words": least_sure.confidence_in_words,
                "reason": None if self.status == "answered" else values["reason"],
                "sections": [],
            }
        passages = [passage for answer in self.answers for passage in answer.passages]
        ranked = [asdict(replace(passage, rank=rank)) for rank, passage in enumerate(passages, 1)]
        notes = [note for answer in self.answers for note in answer.to_dict()["endnotes"]]
        return values | {
            "citations": [asdict(citation) for answer in answers for citation in answer.citations],
            "endnotes": notes,
            "passages": ranked,
            "reports": [answer.report.short() for answer in self.answers],
            "library": {
                "searched": self.searched,
                "left_out": list(self.left_out),
                "filter": self.chosen.to_dict(),
                "named": self.named.to_dict() if self.named else {},
                "note": self.note,
            },
        }


def _count_on(answers: Sequence[Answer]) -> Iterator[Answer]:
    """The answers, whose citations are numbered through."""
    before = 0
    for answer in answers:
        citations = (replace(one, marker=one.marker + before) for one in answer.citations)
        yield replace(answer, citations=tuple(citations))
        before += len(answer.citations)


def side_by_side(answers: Sequence[Answer]) -> tuple[tuple[Answer, ...], str | None]:
    """Answers that cite something, the newest report first, and what has to be said of them together: an
    older edition that says the same is left out, and one that says something else is told."""
    newest_first = sorted(answers, key=lambda answer: -(answer.report.year or 0))
    kept: list[Answer] = []
    differ = False
    for answer in newest_first:
        editions = [one for one in kept if _is_edition_of(one.report, answer.report)]
        if any(_said(one) == _said(answer) for one in editions):
            continue
        differ = differ or bool(editions)
        kept.append(answer)
    return tuple(kept), phrase("library", "editions") if differ else None


def with_first_citation(answer: Answer) -> Answer:
    """The same answer with its first citation alone, and the endnotes of that."""
    [first, *_] = answer.citations
    numbers = {*first.endnotes, first.following_endnote}
    endnotes = tuple(note for note in answer.endnotes if note.number in numbers)
    return replace(
        answer, citations=(first,), endnotes=endnotes, text=quoted_text([first]), short_answer=None
    )


def _said(answer: Answer) -> frozenset[str]:
    """What an answer quotes, without regard to case, spaces and signs."""
    return frozenset(re.sub(r"\W+", " ", citation.quote).casefold() for citation in answer.citations)


def _is_edition_of(one: About, other: About) -> bool:
    """Whether two reports are editions of one work."""

    def work(about: About) -> tuple[str, ...]:
        title = _OF_AN_EDITION.sub(" ", about.title.casefold())
        return (" ".join(title.split()), (about.country or "").casefold(), (about.publisher or "").casefold())

    return work(one) == work(other)
