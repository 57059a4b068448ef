"""What of a place an answer cites that a question names: how a section or a page begins, the sentences that
have a name; and what the answer lacks.
"""

from __future__ import annotations

from dataclasses import dataclass

from a4a_qa.answering.answer import MOST_CITATIONS, Reason
from a4a_qa.answering.mentions import Mention
from a4a_qa.answering.named_places import NamedPlaces
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.reasons import lacking
from a4a_qa.answering.section_names import NamedPlace
from a4a_qa.hits import Hits
from a4a_qa.report import Span


@dataclass(frozen=True, slots=True)
class Placed:
    """What is cited of a place: sentences by position, endnotes, and spans; and what the answer lacks."""

    sentences: tuple[int, ...]
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    missing: Reason | None = None


def beginning_of(named: NamedPlace) -> Placed:
    """How a section or a page begins: nothing is summed up."""
    name = "section" if named.page is None else "page" if named.is_exact else "page_of_section"
    return Placed(named.sentences, missing=Reason("absent_detail", phrase("partial", name)))


def all_of_mention(mention: Mention, hits: Hits) -> Placed:
    """Where a name stands: those places first that searching finds best, and how many there are if these are
    not all."""
    if mention.is_last and mention.endnotes:
        return _notes_of(mention)
    scores = {hit.sentence: hit.score for hit in hits.sentences}
    best = sorted(mention.sentences, key=lambda position: (-scores.get(position, 0.0), position))
    # One endnote is enough where sentences rest on it, and none where it is asked what they say.
    with_sentences = 1 if mention.is_asked else 0
    notes = mention.endnotes[: with_sentences if best else MOST_CITATIONS]
    shown = best[: MOST_CITATIONS - len(notes)]
    count = len(best) or len(mention.endnotes)
    is_all = count == (len(shown) or len(notes))
    words = f"{mention.name} ({count})"
    missing = None if is_all else Reason("absent_detail", phrase("partial", "mentions", unmatched=words))
    return Placed(tuple(shown), notes, mention.places, _doubt() if mention.is_doubtful else missing)


def _notes_of(mention: Mention) -> Placed:
    """The endnotes that have a name, and a sentence that rests on them, where nothing else was found."""
    return Placed(mention.sentences[:1], mention.endnotes[: MOST_CITATIONS - 1], missing=_doubt())


def _doubt() -> Reason:
    return Reason("absent_detail", phrase("partial", "doubtful"))


def lacks_of_places(named: NamedPlaces) -> Reason | None:
    """What an answer lacks of the places that a question names: what is not there, or more than it cites; or
    another body that it is about than the one these places tell of."""
    if named.other_body:
        return lacking("absent_detail", "unsure", [named.other_body])
    if named.missing:
        return lacking("other_value", "part", [f"{named.kind} {number}" for number in named.missing])
    found: tuple[int, ...] = ()
    if named.kind in ("endnote", "item"):
        found = named.endnotes or named.numbers
    more = [f"{named.kind} {number}" for number in found[MOST_CITATIONS:]]
    return lacking("absent_detail", "more", more) if more else None
