"""Answers and endnotes for people: wrapped for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.cards import (
    escaped,
    help_as_markdown,
    help_as_text,
    in_blocks,
    in_parts,
    is_closed,
    place_as_markdown,
    place_as_text,
    quoted,
    see_also,
    unlinked,
    with_notices,
    wrapped,
)
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.report.references import place_in_words, short_note
from a4a_qa.safeguarding.notices import OLD_CONTACT, main_count

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer, Citation
    from a4a_qa.assistant import Explanation
    from a4a_qa.report.report import Endnote

_NEAREST = "Not certain, but nearest:"
_SECTIONS = "The sections of the report:"
# Of a note that is never shown as the source of a sentence that it only follows.
_NEXT_NOTE = "no note on this sentence; the next note of the paragraph is"


def show_endnote(note: Endnote) -> Iterator[str]:
    """An endnote with the archived address of each of its sources."""
    yield _numbered(note.number, note.text)
    for source in note.sources:
        if source.archived_url:
            yield click.style(safe(f"       archived: {source.archived_url}"), dim=True)


def _in_short(note: Endnote) -> Iterator[str]:
    yield _numbered(note.number, short_note(note))


def _numbered(number: int, text: str) -> str:
    return f"{click.style(f'{number:>5}', bold=True)}  {wrap(text, indent=7).lstrip()}"


def as_text(
    answer: Answer, *, is_open: bool = False, in_conversation: bool = False, full_notes: bool = False
) -> Iterator[str]:
    """An answer for a terminal, line by line; quotes that describe abuse in detail only when `is_open`, the
    addresses of sources only with `full_notes`."""
    card = help_as_text(answer, is_open=is_open, in_conversation=in_conversation)
    closing = (click.style(wrap(answer.closing), dim=True),) if answer.closing else ()
    return in_parts((card, _found_as_text(answer, is_open, full_notes), closing))


def told_beside(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """What an answer says beside its citations: the card of help, the reason for what is not answered, and
    how sure it is."""
    said = (answer.reason.message if answer.reason else None, answer.confidence_in_words)
    return in_parts((help_as_text(answer, is_open=is_open), map(wrap, filter(None, said))))


def _found_as_text(answer: Answer, is_open: bool, full_notes: bool) -> Iterator[str]:
    """What the report says, or why it is not told, and what comes nearest."""
    if answer.citations:
        if answer.opening:
            yield from (wrap(answer.opening), "")
        main = main_count(citation.notices for citation in answer.citations)
        for position, citation in enumerate(answer.citations):
            if position == main:
                yield from (see_also(), "")
            yield from _quote(citation, is_open, answer.report.year)
        notes = {note.number: note for note in answer.endnotes}
        for citation in answer.citations:
            yield from _source(citation, notes, full_notes)
        if answer.sections:
            yield from ("", _SECTIONS)
            yield from (f"- {wrap(section, indent=2).lstrip()}" for section in _sections(answer))
    elif answer.reason:
        yield wrap(answer.reason.message)
        nearest = list(_nearest(answer, is_open))
        if nearest:
            yield from ("", _NEAREST)
        for section, paragraphs in nearest:
            yield from place_as_text(section, paragraphs)


def _nearest(answer: Answer, is_open: bool) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The section of each sentence that comes nearest to a question, and the sentence with its notices."""
    for near in answer.reason.nearest if answer.reason else ():
        words, year = f"“{near.quote}”", answer.report.year
        yield near.section, with_notices(words, near.notices, "This sentence", is_open=is_open, year=year)


def _sections(answer: Answer) -> Iterator[str]:
    """The sections that an overview lists, with their pages."""
    for section in answer.sections:
        yield place_in_words(section.path[-1:], section.page)


def _quote(citation: Citation, is_open: bool, year: int | None) -> Iterator[str]:
    mark = f"[{citation.marker}]"
    context, blocks = in_blocks(citation)
    for text in () if is_closed(citation.notices, is_open=is_open) else context:
        yield click.style(wrap(text, indent=2), dim=True)
    words = "\n\n".join("\n".join(cells) for cells in blocks)
    quote = f"{words} {mark}" if len(blocks[0]) > 1 else f"“{words}” {mark}"
    yield from wrapped(with_notices(quote, citation.notices, mark, is_open=is_open, year=year), indent=0)
    yield ""


def _source(citation: Citation, notes: dict[int, Endnote], full_notes: bool) -> Iterator[str]:
    place = place_in_words(citation.section, citation.page)
    mark = f"[{citation.marker}]"
    yield click.style(mark, bold=True) + wrap(f"{mark} {place}").removeprefix(mark)
    numbers = list(citation.endnotes)
    if citation.following_endnote is not None:
        yield click.style(wrap(f"{_NEXT_NOTE}:", indent=4), dim=True)
        numbers.append(citation.following_endnote)
    for number in numbers:
        if number in notes:
            yield from show_endnote(notes[number]) if full_notes else _in_short(notes[number])


def as_markdown(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """An answer as Markdown: help, then quotes, references and endnotes, or why there are none and what comes
    nearest; quotes that describe abuse in detail only when `is_open`."""
    card = help_as_markdown(answer, is_open=is_open)
    closing = (answer.closing,) if answer.closing else ()
    return in_parts((card, _found_as_markdown(answer, is_open), closing))


def _found_as_markdown(answer: Answer, is_open: bool) -> Iterator[str]:
    if answer.citations:
        yield from _citations_as_markdown(answer, is_open)
    elif answer.reason:
        yield escaped(answer.reason.message)
        nearest = list(_nearest(answer, is_open))
        if nearest:
            yield from ("", _NEAREST)
        for section, paragraphs in nearest:
            yield from place_as_markdown(section, paragraphs)


def _citations_as_markdown(answer: Answer, is_open: bool) -> Iterator[str]:
    if answer.opening:
        yield from (escaped(answer.opening), "")
    main = main_count(citation.notices for citation in answer.citations)
    for position, citation in enumerate(answer.citations):
        if position == main:
            yield from (see_also(), "")
        context, blocks = in_blocks(citation)
        for text in () if is_closed(citation.notices, is_open=is_open) else context:
            yield f"> *{unlinked(text)}*"
            yield ">"
        # The cells of a row are the items of a list.
        shown = unlinked if OLD_CONTACT in citation.notices else escaped
        items = [[("- " if len(cells) > 1 else "") + shown(cell) for cell in cells] for cells in blocks]
        words = "\n\n".join("\n".join(cells) for cells in items)
        quote = quoted(f"{words} [{citation.marker}]")
        mark = f"\\[{citation.marker}\\]"
        year = answer.report.year
        for paragraph in with_notices(quote, citation.notices, mark, is_open=is_open, year=year):
            yield paragraph
            yield ""
    for citation in answer.citations:
        yield f"{citation.marker}. {escaped(citation.reference)}{_notes_of(citation)}"
    if answer.endnotes:
        yield ""
    own = {number for citation in answer.citations for number in citation.endnotes}
    for note in answer.endnotes:
        yield f"- **{note.number}**{'' if note.number in own else ' (next note)'} {escaped(note.text)}"
        for source in note.sources:
            if source.archived_url:
                yield safe(f"  Archived: <{source.archived_url}>")
    if answer.sections:
        yield from ("", _SECTIONS, "")
        yield from (f"- {escaped(section)}" for section in _sections(answer))


def _notes_of(citation: Citation) -> str:
    if citation.endnotes:
        return f" Endnotes: {', '.join(map(str, citation.endnotes))}."
    if citation.following_endnote is not None:
        return f" {_NEXT_NOTE.capitalize()} {citation.following_endnote}."
    return ""


def as_explanation(explanation: Explanation, texts: Sequence[str], count: int = 10) -> Iterator[str]:
    """What was searched for, the signals of the decision, and the ranks of the best sentences.

    `texts` are the report's sentences by position.
    """
    yield ""
    yield click.style("Searched for", bold=True) + f": {safe(explanation.search)}"
    if explanation.lookup:
        numbers = ", ".join(map(str, explanation.lookup.numbers))
        yield f"Look-up: {explanation.lookup.kind} {numbers}".rstrip()
    for search in explanation.decision.searches if explanation.decision else ():
        yield "Signals: " + _values(search.values)
    if explanation.decision and explanation.decision.looked_up:
        yield "Signals of the look-up: " + _values(asdict(explanation.decision.looked_up))
    yield "  score   late  cosine  words  rank by words / vectors"
    for hit in explanation.hits.sentences[:count]:
        ranks = f"{hit.words_rank or '–':>5} / {hit.vectors_rank or '–':<5}"
        yield (
            f"  {hit.score:5.3f}  {hit.late:5.3f}  {hit.cosine:6.3f}  {hit.words:5.1f}  {ranks} "
            f"{safe(texts[hit.sentence])[:60]}"
        )


def _values(signals: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in signals.items())
