"""Help and warnings for people: on a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from a4a_qa.answering.notices import DISTRESSING, OLD_CONTACT
from a4a_qa.cli.terminal import safe, wrap

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer


def _said(name: str) -> str:
    from a4a_qa.answering.help import help_texts

    text: str = help_texts()["terminal"][name]
    return text


def closed_words(what: str) -> str:
    """What stands in place of words that describe abuse in detail, with how to read them."""
    return _said("closed").format(what=what)


def contacts_notice() -> str:
    """What is said of contact details inside a quote."""
    return _said("contact")


def help_as_text(answer: Answer, *, is_open: bool = False) -> Iterator[str]:
    """The card of an answer, with how to ask as one about the report; what describes abuse in detail below it
    only when `is_open`."""
    if answer.help is None:
        return
    yield wrap(answer.help.text)
    yield ""
    for contact in answer.help.contacts:
        yield click.style(safe(f"  {_named(contact)}"), bold=True)
        yield safe(f"    {contact['url']}")
        if contact["value"]:
            yield safe(f"    {contact['value']} ({_said('checked')} {contact['verified_on']})")
    yield ""
    if answer.status == "support":
        yield wrap(_said("about_report"))
    for passage in answer.passages if answer.status == "support" else ():
        is_closed = DISTRESSING in passage.notices and not is_open
        yield ""
        yield click.style(safe(f"  {' › '.join(passage.section)}"), dim=True)
        yield wrap(
            closed_words("This passage") if is_closed else " ".join(passage.text.split("\n")), indent=4
        )
        if OLD_CONTACT in passage.notices and not is_closed:
            yield wrap(contacts_notice(), indent=4)


def help_as_markdown(answer: Answer) -> Iterator[str]:
    """The card of an answer."""
    if answer.help is None:
        return
    if answer.status == "declined":
        yield f"**{answer.text}**"
        yield ""
    yield answer.help.text
    yield ""
    for contact in answer.help.contacts:
        value = (
            f", {contact['value']} ({_said('checked')} {contact['verified_on']})" if contact["value"] else ""
        )
        yield f"- [{_named(contact)}]({contact['url']}){value}"
    yield ""


def _named(contact: dict[str, Any]) -> str:
    return f"{contact['name']} ({contact['country']})" if contact["country"] else str(contact["name"])
