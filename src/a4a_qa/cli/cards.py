"""Help, and words of the report with the warnings that go along: on a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.report.table_rows import cells_of, heads_among, is_row
from a4a_qa.safeguarding.notices import DISTRESSING, OLD_CONTACT
from a4a_qa.text.notation import LINKED_BY_VIEWERS, in_markdown

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer, Citation, FoundPassage


def _said(name: str, table: str = "terminal") -> str:
    from a4a_qa.safeguarding.help_texts import help_texts

    text: str = help_texts()[table][name]
    return text


def closed_words(what: str) -> str:
    """What stands in place of words that describe abuse in detail, with how to read them."""
    return _said("closed").format(what=what)


def factual(year: int | None) -> str:
    """What answers from a report of that year are, and that what is typed is not kept."""
    return _said("factual", "page").format(year=year or "published")


def contacts_notice(year: int | None) -> str:
    """What is said of contact details inside a quote from a report of that year."""
    return _said("contact").format(year=year or "its time")


def see_also() -> str:
    """What stands above the quotes that are likely more than was asked."""
    from a4a_qa.answering.phrases import phrase

    return phrase("answer", "see_also")


def is_closed(notices: Sequence[str], *, is_open: bool) -> bool:
    """Whether words with these notices stay closed: they describe abuse in detail, and were not asked for."""
    return DISTRESSING in notices and not is_open


def with_notices(
    words: str, notices: Sequence[str], what: str, *, is_open: bool, year: int | None
) -> tuple[str, ...]:
    """Words of a report of that year as they are shown, then what is told of them, each a paragraph.

    Words that stay closed, which `what` names at the beginning of a sentence, give one that says so.
    """
    if is_closed(notices, is_open=is_open):
        return (closed_words(what),)
    return (words, contacts_notice(year)) if OLD_CONTACT in notices else (words,)


def passage_with_notices(passage: FoundPassage, *, is_open: bool, year: int | None) -> tuple[str, ...]:
    """A whole passage of a report of that year, its lines as one, and what is told of it."""
    words = " ".join(passage.text.split("\n"))
    return with_notices(words, passage.notices, "This passage", is_open=is_open, year=year)


def wrapped(paragraphs: Iterable[str], indent: int) -> Iterator[str]:
    """Paragraphs for a terminal; the lines of one stay lines."""
    return (wrap(line, indent=indent) for paragraph in paragraphs for line in paragraph.split("\n"))


def in_blocks(citation: Citation) -> tuple[list[str], list[list[str]]]:
    """What stands beside a quote, and its blocks: each its words, or of a table row whose column heads are
    known the cells that hold something, each behind its head."""
    beside = [place.text for place in citation.context]
    blocks = citation.quote.split("\n\n")
    heads = heads_among(beside)
    if not heads or not any(map(is_row, blocks)):
        return beside, [[block] for block in blocks]
    shown = [list(_cells_behind_heads(block, heads)) if is_row(block) else [block] for block in blocks]
    return [text for text in beside if text != heads], shown


def _cells_behind_heads(row: str, heads: str) -> Iterator[str]:
    for cell in cells_of(row, heads):
        if words := row[cell.start : cell.end]:
            yield f"{cell.head}: {words}" if cell.head else words


def place_as_text(section: Sequence[str], paragraphs: Iterable[str]) -> Iterator[str]:
    """A place of the report for a terminal, and what is shown of it."""
    yield click.style(wrap(" › ".join(section), indent=2), dim=True)
    yield from wrapped(paragraphs, indent=4)


def place_as_markdown(section: Sequence[str], paragraphs: Iterable[str]) -> Iterator[str]:
    """A place of the report as an item of a list in Markdown, and what is shown of it."""
    yield ""
    yield f"- {escaped(' › '.join(section))}"
    for paragraph in paragraphs:
        yield ""
        yield f"  {unlinked(paragraph)}"


def escaped(text: str) -> str:
    """Words as Markdown shows them: nothing in them is markup, but for addresses, which some make links."""
    return in_markdown(safe(text))


def unlinked(text: str) -> str:
    """The same, and addresses as code, which nothing makes a link: they may be old, or another's by now."""
    pieces = LINKED_BY_VIEWERS.split(safe(text))  # words and addresses by turns
    return "".join(f"`{piece}`" if at % 2 else escaped(piece) for at, piece in enumerate(pieces))


def quoted(text: str) -> str:
    """A quote in Markdown, all its paragraphs, its words escaped before."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def in_parts(parts: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of all parts, an empty one between two parts that have any."""
    filled = [lines for lines in map(list, parts) if lines]
    for position, lines in enumerate(filled):
        yield from ("", *lines) if position else lines


def help_as_text(answer: Answer, *, is_open: bool = False, in_conversation: bool = False) -> Iterator[str]:
    """The card of an answer below the words that decline a question, if they do, with how to ask as one about
    the report; what describes abuse in detail below it only when `is_open`."""
    if answer.help is None:
        return
    declined = wrapped((answer.text,), indent=0) if answer.status == "declined" else ()
    yield from in_parts((declined, (wrap(answer.help.text),), _contacts_as_text(answer.help.contacts)))
    if answer.status == "support":
        yield ""
        yield wrap(_said("about_report_here" if in_conversation else "about_report"))
        for passage in answer.passages:
            yield ""
            words = passage_with_notices(passage, is_open=is_open, year=answer.report.year)
            yield from place_as_text(passage.section, words)


def _contacts_as_text(contacts: Iterable[dict[str, Any]]) -> Iterator[str]:
    for contact in contacts:
        name = f"{contact['name']} ({contact['country']})" if contact["country"] else contact["name"]
        yield click.style(wrap(name, indent=2), bold=True)
        yield safe(f"    {contact['url']}")
        if contact["value"]:
            yield wrap(f"{contact['value']} ({_said('checked')} {contact['verified_on']})", indent=4)


def help_as_markdown(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """The same as Markdown."""
    if answer.help is None:
        return
    declined = (answer.text,) if answer.status == "declined" else ()
    yield from in_parts((declined, (answer.help.text,), answer.help.contacts_in_markdown()))
    if answer.status == "support":
        yield ""
        yield _said("about_report")
        for passage in answer.passages:
            words = passage_with_notices(passage, is_open=is_open, year=answer.report.year)
            yield from place_as_markdown(passage.section, words)
