"""Answers and endnotes for people: wrapped for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from a4a_qa.answering.notices import DISTRESSING, OLD_CONTACT
from a4a_qa.cli.cards import closed_words, contacts_notice, help_as_markdown, help_as_text
from a4a_qa.cli.terminal import safe, wrap

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer, Citation
    from a4a_qa.assistant import Explanation
    from a4a_qa.report import Endnote


def show_endnote(note: Endnote) -> Iterator[str]:
    """An endnote with the archived address of each of its sources."""
    number = click.style(f"{note.number:>5}", bold=True)
    yield f"{number}  {wrap(note.text, indent=7).lstrip()}"
    for source in note.sources:
        if source.archived_url:
            yield click.style(safe(f"       archived: {source.archived_url}"), dim=True)


def as_text(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """An answer for a terminal, line by line; quotes that describe abuse in detail only when `is_open`."""
    if answer.status == "declined":
        yield wrap(answer.text)
        yield ""
    if answer.help:
        yield from help_as_text(answer, is_open=is_open)
    if answer.citations:
        yield from map(wrap, _first(answer))
        for citation in answer.citations:
            yield from _quote(citation, is_open)
        notes = {note.number: note for note in answer.endnotes}
        for citation in answer.citations:
            yield from _source(citation, notes)
    elif answer.reason:
        yield wrap(answer.reason.message)
        if answer.reason.nearest:
            yield ""
            yield "What comes nearest:"
        for place in answer.reason.nearest:
            yield click.style(safe(f"  {' › '.join(place.section)}"), dim=True)
            passage = next((p for p in answer.passages if p.id == place.passage_id), None)
            if passage and DISTRESSING in passage.notices and not is_open:
                yield wrap(closed_words("This passage"), indent=4)
            elif passage:
                start = place.start - passage.start
                yield wrap(f"“{passage.text[start : start + place.end - place.start]}”", indent=4)
    yield ""
    yield click.style(_dated(answer), dim=True)


def _first(answer: Answer) -> Iterator[str]:
    """What is told before the quotes: that they may not answer, or the words or the yes or no that do."""
    if answer.reason:
        yield answer.reason.message
    elif short := answer.short_answer:
        yield f"In short: {short.polarity or ' '.join(short.text.split())}"
    else:
        return
    yield ""


def _dated(answer: Answer) -> str:
    year = answer.report.year
    dated = f"From a report published in {year}. Facts may have changed." if year else ""
    if answer.confidence is None or not answer.citations:
        return dated
    return f"{dated} Confidence: {answer.confidence:.2f}".strip()


def _quote(citation: Citation, is_open: bool) -> Iterator[str]:
    if DISTRESSING in citation.notices and not is_open:
        yield wrap(closed_words(f"[{citation.marker}]"))
        yield ""
        return
    for context in citation.context:
        yield click.style(wrap(context.text, indent=2), dim=True)
    yield wrap(f"“{citation.quote}” [{citation.marker}]")
    yield ""


def _source(citation: Citation, notes: dict[int, Endnote]) -> Iterator[str]:
    place = " › ".join(citation.section)
    if citation.page:
        place += f", {'p.' if citation.page.first == citation.page.last else 'pp.'} {citation.page.label}"
    yield click.style(f"[{citation.marker}]", bold=True) + safe(f" {place}")
    if OLD_CONTACT in citation.notices:
        yield wrap(contacts_notice(), indent=4)
    numbers = list(citation.endnotes)
    if citation.following_endnote is not None:
        yield click.style("    no note on this sentence; the next note of the paragraph is:", dim=True)
        numbers.append(citation.following_endnote)
    for number in numbers:
        if number in notes:
            yield from show_endnote(notes[number])


def as_markdown(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """An answer as Markdown: help, then quotes, references and endnotes."""
    if answer.help:
        yield from help_as_markdown(answer)
    if not answer.citations:
        if answer.help is None or answer.status == "not_in_report":
            yield answer.text
        return
    yield from map(_escape, _first(answer))
    for citation in answer.citations:
        if DISTRESSING in citation.notices and not is_open:
            yield closed_words(f"\\[{citation.marker}\\]")
            yield ""
            continue
        for context in citation.context:
            yield f"> *{_escape(context.text)}*"
            yield ">"
        yield f"> {_escape(citation.quote)} [{citation.marker}]"
        yield ""
        if OLD_CONTACT in citation.notices:
            yield contacts_notice()
            yield ""
    for citation in answer.citations:
        notes = f" Endnotes: {', '.join(map(str, citation.endnotes))}." if citation.endnotes else ""
        yield f"{citation.marker}. {_escape(citation.reference)}{notes}"
    yield ""
    for note in answer.endnotes:
        yield f"- **{note.number}** {_escape(note.text)}"
    yield ""
    yield _dated(answer)


def _escape(text: str) -> str:
    """Words as Markdown shows them: nothing in them is markup."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in safe(text))


def as_explanation(explanation: Explanation, texts: Sequence[str], count: int = 10) -> Iterator[str]:
    """What was searched for, the signals of the decision, and the ranks of the best sentences.

    `texts` are the report's sentences by position.
    """
    yield ""
    yield click.style("Searched for", bold=True) + f": {safe(explanation.search)}"
    if explanation.lookup:
        yield f"Look-up: {explanation.lookup.kind} {', '.join(map(str, explanation.lookup.numbers))}".rstrip()
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
