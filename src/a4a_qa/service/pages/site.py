"""The pages of one service: made once where they never change, drawn for each answer where they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from a4a_qa.answering.answer import Answer
from a4a_qa.assistant import Assistant
from a4a_qa.question.query import LONGEST_QUESTION
from a4a_qa.report import Report
from a4a_qa.sections import told_sections
from a4a_qa.service.contents import Contents
from a4a_qa.service.pages.edition import Names, edit
from a4a_qa.service.pages.publishers import by_publisher
from a4a_qa.service.pages.rendering import Kept, contacts_page, make_renderer, static_files
from a4a_qa.service.pages.sheet import Drafter
from a4a_qa.settings import Settings

_HTML = "text/html"
# The deepest sections that the filter offers; boxes and the like are too small to ask in.
_FILTER_DEPTH = 2
# Example questions that any report of this kind may answer; they come after its own.
_GENERAL_EXAMPLES = (
    "How many children were in prostitution?",
    "Which organisations help children?",
    "Is there a national plan of action?",
    "What does endnote 1 say?",
)
_MOST_EXAMPLES = 4
# An example should show what the assistant does well.
_LEAST_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class Form:
    """The content of the form: the question, earlier questions, the section, and why it was refused.

    `is_invalid` means that the problem lies in the form and not in the service. `about_report` is set by the
    button below a card of help.
    """

    question: str = ""
    history: Sequence[str] = ()
    section: str = ""
    problem: str | None = None
    is_invalid: bool = False
    about_report: bool = False


class Site:
    """Draws the pages about the assistant's report; `examples` are questions to begin with, set later."""

    def __init__(self, assistant: Assistant, contents: Contents, settings: Settings) -> None:
        report, closed = assistant.report, assistant.distressing
        identities = zip(report.sentences, assistant.citer.sentence_ids, strict=True)
        names = Names(
            sentences={sentence.start: identity for sentence, identity in identities},
            passages={passage.start: passage.id for passage in assistant.passages},
        )
        self._renderer = make_renderer(settings.exit_url, report.about)
        self._contacts = assistant.contacts
        self._drafter = Drafter(report)
        self._sections = _section_choices(report)
        self.examples: tuple[str, ...] = ()
        self.report = self._kept("report.html", edition=edit(report, names, closed))
        publishers, others = by_publisher(report, contents.works, names.sentences, closed)
        self.sources = self._kept("sources.html", publishers=publishers, others=others)
        self.accessibility = self._kept("accessibility.html", operator=settings.operator_address)
        self.static = static_files()
        self._endpoints: Kept | None = None

    def _kept(self, template: str, **values: Any) -> Kept:
        return Kept(self._renderer.page(template, **values).encode("utf-8", "replace"), _HTML)

    def ask(self, form: Form, answer: Mapping[str, Any] | None = None) -> str:
        """The page with the form, and below it the answer when there is one."""
        return self._renderer.page(
            "ask.html",
            form=form,
            sections=self._sections,
            examples=self.examples,
            longest=LONGEST_QUESTION,
            sheet=self._drafter.sheet(answer) if answer else None,
        )

    def hosting(self, template: str, **values: Any) -> str:
        """A page that holds the widget."""
        return self._renderer.page(template, examples=self.examples, **values)

    def help(self) -> str:
        """The page of contacts, as they may be shown today."""
        return contacts_page(self._renderer, self._contacts)

    def endpoints(self, schema: Mapping[str, Any]) -> Kept:
        """The page that describes the endpoints, drawn when first asked for."""
        if self._endpoints is None:
            self._endpoints = self._kept("endpoints.html", schema=schema)
        return self._endpoints

    def thanks(self) -> str:
        """The page that confirms that feedback was counted."""
        return self._renderer.page("thanks.html")

    def problem(self, title: str, detail: str) -> str:
        """The page that says what went wrong."""
        return self._renderer.page("problem.html", title=title, detail=detail)


def _section_choices(report: Report) -> list[tuple[str, str, int]]:
    """(name as the assistant takes it, title, depth) of each section with text of its own."""
    paths = told_sections(report)
    return [(" > ".join(path), path[-1], len(path)) for path in paths if len(path) <= _FILTER_DEPTH]


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Up to four questions that the assistant answers with some confidence."""
    questions = (*assistant.report.about.examples, *_GENERAL_EXAMPLES)
    good = (question for question in questions if _is_confident(assistant.ask(question)))
    return tuple(islice(good, _MOST_EXAMPLES))


def _is_confident(answer: Answer) -> bool:
    return answer.status == "answered" and (answer.confidence or 0) >= _LEAST_CONFIDENCE
