"""Help: a card with a few words and contacts, and everything else that a person in need may read."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from a4a_qa.answering.safeguarding import Category
from a4a_qa.index.contacts import Contact, ContactKind

HelpKind = Literal["reporting", "support", "own_worry"]

_FOLDER = Path(__file__).parent.parent / "data" / "help"
# Which contacts a card shows, in this order.
_CONTACTS: dict[HelpKind, tuple[ContactKind, ...]] = {
    "reporting": ("reporting", "helpline", "removal"),
    "support": ("helpline", "reporting", "removal"),
    "own_worry": ("own_worry",),
}
# Which card goes with which kind of question; a question that asks for harm gets the same help as a worry.
_CARDS: dict[Category, HelpKind] = {"C1": "reporting", "C2": "support", "C3": "own_worry", "C4": "own_worry"}


@dataclass(frozen=True, slots=True)
class Help:
    """The card of an answer; `contacts` are as they may be shown today."""

    kind: HelpKind
    text: str
    contacts: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """The card as plain values."""
        return {"kind": self.kind, "text": self.text, "contacts": list(self.contacts)}


@cache
def help_texts(language: str = "en") -> dict[str, Any]:
    """All strings of a language, as in its file."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def help_for(
    category: Category | None, contacts: Sequence[Contact], today: date | None = None
) -> Help | None:
    """The card that goes with a kind of question, if one does."""
    kind = _CARDS.get(category) if category else None
    if kind is None:
        return None
    day = today or date.today()
    shown = [c.shown(day) for wanted in _CONTACTS[kind] for c in contacts if c.kind == wanted]
    return Help(kind, help_texts()["card"][kind], tuple(shown))


def grouped_contacts(contacts: Sequence[Contact], today: date | None = None) -> list[dict[str, Any]]:
    """All contacts under the headings of the help page, groups without a contact left out."""
    day = today or date.today()
    groups = help_texts()["group"].items()
    filled = [
        {"title": title, "contacts": [c.shown(day) for c in contacts if c.kind == kind]}
        for kind, title in groups
    ]
    return [group for group in filled if group["contacts"]]
