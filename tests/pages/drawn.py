"""Pages drawn from answers that are made up, for what a real answer only has now and then."""

from copy import copy
from typing import Any

from a4a_qa.assistant import Assistant
from a4a_qa.report.report import Span
from a4a_qa.service.contents import Contents
from a4a_qa.service.pages.site import Form, Site, Turn
from a4a_qa.settings import Settings
from pages.conftest import ANSWERED

CARD = {
    "kind": "support",
    "text": "You can talk to somebody.",
    "contacts": [
        {"id": "a", "name": "A helpline", "kind": "helpline", "country": "international",
         "url": "https://help.example.org/", "value": None, "verified_on": None},
        {"id": "b", "name": "Another", "kind": "reporting", "country": "",
         "url": "https://other.example.org/", "value": "116 111", "verified_on": "2026-03-31"},
    ],
}  # fmt: skip


def site_of(assistant: Assistant, closed: tuple[Span, ...] | None = None, **settings: Any) -> Site:
    """The pages; `closed` are other distressing places than those of the index, `settings` others than what
    holds by default."""
    shown = copy(assistant)
    if closed is not None:
        shown.distressing = closed
    return Site(shown, Contents(shown), Settings(**settings))


def page_of(assistant: Assistant, **changes: Any) -> str:
    """The page of an answer of which some fields are changed."""
    answer = assistant.ask(ANSWERED).to_dict() | changes
    return drawn(assistant, answer)


def drawn(assistant: Assistant, answer: dict[str, Any]) -> str:
    """The page of one answer."""
    return site_of(assistant).ask(Form(), [Turn(answer["question"], answer=answer)])


def with_notices(assistant: Assistant, *notices: str) -> dict[str, Any]:
    """An answer's citations and passages, all of them with notices."""
    answer = assistant.ask(ANSWERED).to_dict()
    return {
        field: [place | {"notices": list(notices)} for place in answer[field]]
        for field in ("citations", "passages")
    }


def support(assistant: Assistant) -> str:
    return page_of(
        assistant,
        status="support",
        help=CARD,
        citations=[],
        endnotes=[],
        short_answer=None,
        text=CARD["text"],
    )


def declined(assistant: Assistant) -> str:
    return page_of(
        assistant,
        status="declined",
        text="We cannot help with this.",
        help=CARD | {"kind": "own_worry"},
        citations=[],
        endnotes=[],
        passages=[],
        short_answer=None,
        confidence=None,
    )
