"""An answer as plain values → what its page shows: marked words, passages, endnotes, citations to copy.

The page is drawn from the same `to_dict` that programs get, so it shows what they would receive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from a4a_qa.answering.annotation import web_annotation
from a4a_qa.answering.answer import REPORT_PAGE
from a4a_qa.assistant import Assistant
from a4a_qa.report.bibliography import FORMATS
from a4a_qa.report.references import place_in_words, report_reference
from a4a_qa.report.report import About, Pages, Report, Span
from a4a_qa.report.text_fragment import TextFragments
from a4a_qa.safeguarding.notices import DISTRESSING, OLD_CONTACT, main_count
from a4a_qa.service.pages.edition import section_anchors
from a4a_qa.service.pages.excerpt import ExcerptLine, lines

_MOST_FITTING = 3
_FORMAT_NAMES = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to be copied, and what it is."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A citation as shown; `passage` is the whole passage with the quote marked, empty for an endnote.

    `depth` tells how far into the report it stands, in percent. `text_fragment` is what only a copied link
    has behind `url`: followed here, it would put words of the report into the browser's history. `original`
    is the address of the report's PDF, at the page of the quote where that is known.
    """

    marker: int
    place: str
    depth: int
    url: str
    text_fragment: str
    original: str | None
    context: tuple[str, ...]
    quote: tuple[ExcerptLine, ...]
    passage: tuple[ExcerptLine, ...]
    notes: tuple[Mapping[str, Any], ...]
    next_note: Mapping[str, Any] | None
    copies: tuple[Copy, ...]
    is_closed: bool
    is_passage_closed: bool
    has_contacts: bool


@dataclass(frozen=True, slots=True)
class NearCard:
    """A sentence or a whole passage that is listed below an answer or a refusal; `notes` are the endnotes of
    a sentence."""

    place: str
    url: str
    lines: tuple[ExcerptLine, ...]
    notes: tuple[Mapping[str, Any], ...]
    is_closed: bool
    has_contacts: bool


@dataclass(frozen=True, slots=True)
class FittingSection:
    """A section to go on reading in."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of an answer shows besides the answer's own words.

    `within` is the section that was searched, empty for the whole report. The first `main` sources answer the
    question; the others are likely more than was asked. `fitting` are the sections near to a question without
    an answer.
    """

    answer: Mapping[str, Any]
    within: str
    sources: tuple[SourceCard, ...]
    main: int
    nearest: tuple[NearCard, ...]
    more: tuple[NearCard, ...]
    fitting: tuple[FittingSection, ...]


class Drafter:
    """Makes sheets of answers about one report."""

    def __init__(self, assistant: Assistant, fragments: TextFragments) -> None:
        report = assistant.report
        self._report = report
        self._page = assistant.root + REPORT_PAGE
        self._fragments = fragments
        self._closed = assistant.distressing
        paths = (section.path for section in report.sections)
        # Of sections with equal names, the first.
        self._anchors = dict(reversed(list(zip(paths, section_anchors(report), strict=True))))

    def sheet(self, answer: Mapping[str, Any], within: str = "") -> Sheet:
        """The sheet of an answer that `Answer.to_dict` gave, to a question that was asked in a section."""
        nearest = answer["reason"]["nearest"] if answer["reason"] else ()
        listed = {place["passage_id"] for place in (*answer["citations"], *nearest)}
        more = [passage for passage in answer["passages"] if passage["id"] not in listed]
        return Sheet(
            answer=answer,
            within=within.replace(" > ", " › "),
            sources=tuple(self._source(citation, answer) for citation in answer["citations"]),
            main=main_count(citation.get("notices", ()) for citation in answer["citations"]),
            nearest=tuple(self._near(place, place["url"]) for place in nearest),
            more=tuple(
                self._near(passage, f"{self._page}#{passage['id']}", with_notes=False) for passage in more
            ),
            fitting=self._fitting((*nearest, *answer["passages"])) if nearest else (),
        )

    def _fitting(self, places: Sequence[Mapping[str, Any]]) -> tuple[FittingSection, ...]:
        """The sections of some places, the nearest first."""
        paths = dict.fromkeys(tuple(place["section"]) for place in places)
        found = (
            FittingSection(" › ".join(p), f"{self._page}#{self._anchors[p]}")
            for p in paths
            if p in self._anchors
        )
        return tuple(islice(found, _MOST_FITTING))

    def _source(self, citation: Mapping[str, Any], answer: Mapping[str, Any]) -> SourceCard:
        start, end = citation["start"], citation["end"]
        short = answer["short_answer"]
        marked = [Span(short["start"], short["end"])] if short else []
        whole = next((p for p in answer["passages"] if p["id"] == citation["passage_id"]), None)
        notes = {note["number"]: note for note in answer["endnotes"]}
        return SourceCard(
            marker=citation["marker"],
            place=_place(citation["section"], citation["page"]),
            depth=100 * start // max(1, len(self._report.text)),
            url=citation["url"],
            text_fragment=self._fragments.of(Span(start, end)),
            original=original_url(self._report.about, citation["page"]),
            # The heads of a row stand above its cells.
            context=tuple(piece["text"] for piece in citation["context"] if "\t" not in piece["text"]),
            quote=lines(self._report, start, end, marked),
            passage=lines(self._report, whole["start"], whole["end"], [Span(start, end)]) if whole else (),
            notes=tuple(notes[number] for number in citation["endnotes"] if number in notes),
            next_note=notes.get(citation["following_endnote"]),
            copies=copies(citation, self._report, self._closed),
            is_closed=DISTRESSING in citation.get("notices", ()),
            is_passage_closed=DISTRESSING in (whole or citation).get("notices", ()),
            has_contacts=OLD_CONTACT in citation.get("notices", ()),
        )

    def _near(self, place: Mapping[str, Any], url: str, *, with_notes: bool = True) -> NearCard:
        notes = map(self._report.endnote, place["endnotes"] if with_notes else ())
        notices = place.get("notices", ())
        return NearCard(
            place=_place(place["section"], place["page"]),
            url=url,
            lines=lines(self._report, place["start"], place["end"]),
            notes=tuple(note.to_dict() for note in notes if note),
            is_closed=DISTRESSING in notices,
            has_contacts=OLD_CONTACT in notices,
        )


def original_url(about: About, page: Mapping[str, Any] | None) -> str | None:
    """The address of the report's PDF, if it is known, at a page of the file, if that is."""
    if about.pdf_url is None or page is None or not page["exact"]:
        return about.pdf_url
    return f"{about.pdf_url}#page={page['first']}"


def copies(citation: Mapping[str, Any], report: Report, closed: Sequence[Span]) -> tuple[Copy, ...]:
    """A citation as a quotation with its reference, in the formats of reference managers, and as an
    annotation, around whose quote no word of a place in `closed` stands."""
    about, page = report.about, citation["page"]
    # The pages of a whole section are not those of the quote: they go into the note, beside its name.
    is_exact = page is not None and page["exact"]
    reference = replace(
        report_reference(about),
        url=original_url(about, page),
        page=page["label"] if is_exact else None,
        note=_place(citation["section"], None if is_exact else page),
    )
    quotation = Copy("Quotation", f"“{citation['quote']}” ({citation['reference'].rstrip('.')})")
    references = (Copy(name, FORMATS[form].write([reference])) for form, name in _FORMAT_NAMES.items())
    # All copies of a quote that stays closed stay closed with it.
    annotation = web_annotation(citation, report, closed, is_open=True)
    return (
        quotation,
        *references,
        Copy("Web Annotation", json.dumps(annotation, ensure_ascii=False, indent=1)),
    )


def _place(section: Sequence[str], page: Mapping[str, Any] | None) -> str:
    return place_in_words(section, Pages(**page) if page else None)
