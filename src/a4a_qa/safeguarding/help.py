"""Help: a card with a few words and contacts, and all contacts under their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from a4a_qa.index.contacts import Contact, ContactKind
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.safeguarding.rules import Card

HelpKind = Literal["reporting", "support", "own_worry"]

# What is typed below a card of help to ask the same as a question about the report, also as the option.
_ABOUT_REPORT = re.compile(r"\W*about[\W_]+(?:the\W+)?report\W*", re.IGNORECASE)
# Which words a card has, and which contacts, in this order.
_CARDS: dict[str, tuple[HelpKind, tuple[ContactKind, ...]]] = {
    "reporting": ("reporting", ("reporting", "helpline", "removal")),
    "support": ("support", ("helpline", "reporting", "removal")),
    "own_worry": ("own_worry", ("own_worry",)),
    "need_or_worry": ("support", ("helpline", "own_worry", "reporting")),
}
# Which card goes with which kind of question; a question that asks for harm gets the same help as a worry.
_CARD_OF: dict[Card, str] = {
    "C1": "reporting",
    "C2": "support",
    "C3": "own_worry",
    "C2 or C3": "need_or_worry",
    "C4": "own_worry",
}


@dataclass(frozen=True, slots=True)
class Help:
    """The card of an answer; `contacts` are as they may be shown today."""

    kind: HelpKind
    text: str
    contacts: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """The card as plain values."""
        return {"kind": self.kind, "text": self.text, "contacts": list(self.contacts)}

    def contacts_in_markdown(self) -> list[str]:
        """The contacts as items of a list, each linked; square brackets would end the label of a link."""
        checked, items = help_texts()["terminal"]["checked"], []
        for one in self.contacts:
            name = f"{one['name']} ({one['country']})" if one["country"] else one["name"]
            label = name.replace("[", "(").replace("]", ")")
            value = f", {one['value']} ({checked} {one['verified_on']})" if one["value"] else ""
            items.append(f"- [{label}]({one['url']}){value}")
        return items


def says_about_report(text: str) -> bool:
    """Whether somebody who was met with help says that the question was about the report."""
    return _ABOUT_REPORT.fullmatch(text) is not None


def help_for(card: Card | None, contacts: Sequence[Contact], today: date | None = None) -> Help | None:
    """The card of this kind, if there is one."""
    name = _CARD_OF.get(card) if card else None
    if name is None:
        return None
    kind, wanted = _CARDS[name]
    day = today or date.today()
    shown = [contact.shown(day) for of_kind in wanted for contact in contacts if contact.kind == of_kind]
    return Help(kind, help_texts()["card"][name], tuple(shown))


def grouped_contacts(contacts: Sequence[Contact], today: date | None = None) -> list[dict[str, Any]]:
    """All contacts under the headings of the help page, groups without a contact left out."""
    day = today or date.today()
    groups = help_texts()["group"].items()
    filled = [
        {"title": title, "contacts": [c.shown(day) for c in contacts if c.kind == kind]}
        for kind, title in groups
    ]
    return [group for group in filled if group["contacts"]]
