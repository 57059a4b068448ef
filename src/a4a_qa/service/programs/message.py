"""An answer as a message of Markdown, for chats and for language models, with the places of its citations.

Nothing in it is of our own but what every surface says: help comes first, quotes stand word for word, and
what describes abuse in detail stays closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a4a_qa.answering.answer import Answer, Citation, FoundPassage, Nearest
from a4a_qa.answering.phrases import phrase
from a4a_qa.report.references import place_in_words
from a4a_qa.report.report import Pages
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.safeguarding.notices import DISTRESSING, OLD_CONTACT, main_count
from a4a_qa.text.notation import LINKED_BY_VIEWERS


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation, and where its quote and its mark stand in a message, in code points."""

    citation: Citation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, and the places in it that cite the report, in order."""

    text: str
    marks: tuple[Mark, ...]


def message_of(answer: Answer, *, base: str = "", is_open: bool = False, in_chat: bool = False) -> Message:
    """The message of an answer.

    `base` is the address of the service, such as "https://ask.example.org", to which places of the report are
    linked; "" links none. What describes abuse in detail is shown only if `is_open`. `in_chat` tells a person
    who was met with help what to type if the question was about the report.
    """
    paragraphs: list[str] = []
    marks: list[Mark] = []

    def add(paragraph: str) -> int:
        """Add a paragraph; returns where it begins."""
        begins = sum(len(before) + 2 for before in paragraphs)
        paragraphs.append(paragraph)
        return begins

    for paragraph in _help(answer, in_chat=in_chat):
        add(paragraph)
    if answer.citations:
        if answer.opening:
            add(_unlinked(answer.opening))
        main = main_count(citation.notices for citation in answer.citations)
        for position, citation in enumerate(answer.citations):
            if position == main:
                add(phrase("answer", "see_also"))
            quote = _quote(answer, citation, is_open=is_open)
            begins = add(quote)
            end = begins + quote.rindex(mark := f"[{citation.marker}]") + len(mark)
            marks.append(Mark(citation, begins, end))
        add("\n".join(_sources(answer, base)))
        if answer.sections:
            sections = (_place(base, one.path[-1:], one.page, one.url) for one in answer.sections)
            add("The sections of the report:\n" + "\n".join(f"- {section}" for section in sections))
    elif answer.status not in ("declined", "support"):
        add(answer.text)
    for paragraph in _beside(answer, base, is_open=is_open):
        add(paragraph)
    if answer.closing:
        add(answer.closing)
    return Message("\n\n".join(paragraphs), tuple(marks))


def closed_words(what: str) -> str:
    """What stands in place of words that describe abuse in detail."""
    words: str = help_texts()["message"]["closed"]
    return words.format(what=what)


def _help(answer: Answer, *, in_chat: bool) -> Iterator[str]:
    """The card of an answer with its contacts, below the words that decline a question, if they do."""
    if answer.help is None:
        return
    if answer.status == "declined":
        yield answer.text
    yield answer.help.text
    if answer.help.contacts:
        yield "\n".join(answer.help.contacts_in_markdown())
    if answer.status == "support" and in_chat:
        yield help_texts()["terminal"]["about_report_here"]


def _quote(answer: Answer, citation: Citation, *, is_open: bool) -> str:
    mark = f"[{citation.marker}]"
    if DISTRESSING in citation.notices and not is_open:
        return closed_words(mark)
    return f"{_unlinked(citation.quote)} {mark}"


def _sources(answer: Answer, base: str) -> Iterator[str]:
    """Where each quote stands and what it rests on, an item of a list each."""
    notes = {note.number: note for note in answer.endnotes}
    for citation in answer.citations:
        place = _place(base, citation.section, citation.page, citation.url)
        yield f"- [{citation.marker}] {place}"
        for number in citation.endnotes:
            if number in notes:
                yield f"  - Endnote {number}: {' '.join(notes[number].text.split())}"
        if (following := citation.following_endnote) in notes:
            text = " ".join(notes[following].text.split())
            yield f"  - No note on this sentence; the next note of the paragraph is {following}: {text}"
        if OLD_CONTACT in citation.notices:
            yield f"  - {_old_contacts(answer)}"


def _beside(answer: Answer, base: str, *, is_open: bool) -> Iterator[str]:
    """What comes nearest to a question that is not answered, or what stands below a card of help."""
    pieces: Sequence[Nearest | FoundPassage] = ()
    if answer.status == "support":
        pieces = answer.passages
    elif answer.reason and not answer.citations:
        pieces = answer.reason.nearest
    if pieces and answer.status != "support":
        yield "Not certain, but nearest:"
    for piece in pieces:
        words = piece.quote if isinstance(piece, Nearest) else " ".join(piece.text.split("\n"))
        url = piece.url if isinstance(piece, Nearest) else f"/report#{piece.id}"
        place = _place(base, piece.section, piece.page, url)
        if DISTRESSING in piece.notices and not is_open:
            yield f"- {closed_words('This passage')} ({place})"
        else:
            old = f" {_old_contacts(answer)}" if OLD_CONTACT in piece.notices else ""
            yield f"- “{_unlinked(words)}” ({place}){old}"


def _old_contacts(answer: Answer) -> str:
    words: str = help_texts()["terminal"]["contact"]
    return words.format(year=answer.report.year or "its time")


def _place(base: str, section: Sequence[str], page: Pages | None, url: str) -> str:
    """A section with its page, linked if there is an address to link to."""
    place = place_in_words(section, page)
    return f"[{_label(place)}]({base}{url})" if base else place


def _label(text: str) -> str:
    """Words as the label of a link, which square brackets would end."""
    return text.replace("[", "(").replace("]", ")")


def _unlinked(quote: str) -> str:
    """A quote whose addresses are shown as code, which no viewer links: they may be another's by now."""
    return LINKED_BY_VIEWERS.sub(r"`\1`", quote)
