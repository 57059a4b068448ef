"""An answer as plain values → what its page shows: marked words, passages, endnotes, forms to copy.

The answer is read in the form that every surface gets, so that a page shows what a program would receive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from a4a_qa.report import Report, Span
from a4a_qa.safeguarding.notices import DISTRESSING, OLD_CONTACT, main_count
from a4a_qa.service.pages.copies import Copy, copies
from a4a_qa.service.pages.pieces import Line, lines
from a4a_qa.service.pages.wording import confidence_in_words, place_in_words


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as shown. `passage` is the whole passage with the quote marked, empty for an endnote."""

    marker: int
    place: str
    url: str
    context: tuple[str, ...]
    quote: tuple[Line, ...]
    passage: tuple[Line, ...]
    notes: tuple[Mapping[str, Any], ...]
    next_note: Mapping[str, Any] | None
    copies: tuple[Copy, ...]
    is_closed: bool
    is_passage_closed: bool
    has_contacts: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A place that is listed below an answer or a refusal: a sentence, or a whole passage."""

    place: str
    url: str
    lines: tuple[Line, ...]
    is_closed: bool
    has_contacts: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of an answer shows besides the answer's own words; `main` of its sources come
    before those that are likely more than was asked."""

    answer: Mapping[str, Any]
    confidence: str | None
    sources: tuple[Source, ...]
    main: int
    nearest: tuple[Near, ...]
    more: tuple[Near, ...]


class Drafter:
    """Makes sheets of answers about one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def sheet(self, answer: Mapping[str, Any]) -> Sheet:
        """The sheet of an answer that `Answer.to_dict` gave."""
        nearest = answer["reason"]["nearest"] if answer["reason"] else ()
        listed = {place["passage_id"] for place in (*answer["citations"], *nearest)}
        more = [passage for passage in answer["passages"] if passage["id"] not in listed]
        cites = bool(answer["citations"])
        confidence = answer["confidence"] if cites else None
        return Sheet(
            answer=answer,
            confidence=None
            if confidence is None
            else confidence_in_words(confidence, has_caveat=answer["status"] == "partial"),
            sources=tuple(self._source(citation, answer) for citation in answer["citations"]),
            main=main_count(citation.get("notices", ()) for citation in answer["citations"]),
            nearest=tuple(self._near(place, place["url"]) for place in nearest),
            more=tuple(self._near(passage, f"/report#{passage['id']}") for passage in more),
        )

    def _source(self, citation: Mapping[str, Any], answer: Mapping[str, Any]) -> Source:
        start, end = citation["start"], citation["end"]
        short = answer["short_answer"]
        marked = [Span(short["start"], short["end"])] if short else []
        whole = next((p for p in answer["passages"] if p["id"] == citation["passage_id"]), None)
        notes = {note["number"]: note for note in answer["endnotes"]}
        return Source(
            marker=citation["marker"],
            place=place_in_words(citation["section"], citation["page"]),
            url=citation["url"],
            # The heads of a row stand above its cells.
            context=tuple(piece["text"] for piece in citation["context"] if "\t" not in piece["text"]),
            quote=lines(self._report, start, end, marked),
            passage=lines(self._report, whole["start"], whole["end"], [Span(start, end)]) if whole else (),
            notes=tuple(notes[number] for number in citation["endnotes"] if number in notes),
            next_note=notes.get(citation["following_endnote"]),
            copies=copies(citation, self._report.about),
            is_closed=DISTRESSING in citation.get("notices", ()),
            is_passage_closed=DISTRESSING in (whole or citation).get("notices", ()),
            has_contacts=OLD_CONTACT in citation.get("notices", ()),
        )

    def _near(self, place: Mapping[str, Any], url: str) -> Near:
        notices = place.get("notices", ())
        return Near(
            place=place_in_words(place["section"], place["page"]),
            url=url,
            lines=lines(self._report, place["start"], place["end"]),
            is_closed=DISTRESSING in notices,
            has_contacts=OLD_CONTACT in notices,
        )
