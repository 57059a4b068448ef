"""The pages of one service: made once where they never change, drawn for each answer where they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from a4a_qa.answering.answer import REPORT_PAGE, Answer
from a4a_qa.assistant import Assistant
from a4a_qa.index.contacts import Contact
from a4a_qa.question.query import LONGEST_QUESTION
from a4a_qa.report.bibliography import json_ld, meta_tags
from a4a_qa.report.report import Report
from a4a_qa.report.section_names import told_sections
from a4a_qa.report.text_fragment import TextFragments
from a4a_qa.safeguarding.notices import DISTRESSING
from a4a_qa.service.contents import Contents
from a4a_qa.service.pages.conversation import MOST_TURNS, Form, Turn
from a4a_qa.service.pages.edition import Names, edit
from a4a_qa.service.pages.llms_txt import llms_txt
from a4a_qa.service.pages.publishers import by_publisher
from a4a_qa.service.pages.reference import Samples, common_replies, grouped
from a4a_qa.service.pages.rendering import (
    Kept,
    Renderer,
    contacts_page,
    make_renderer,
    static_files,
)
from a4a_qa.service.pages.sheet import Drafter
from a4a_qa.settings import Settings

Fields = Sequence[tuple[str, str]]
_HTML = "text/html"
# The deepest sections that the filter offers; boxes and the like are too small to ask in.
_FILTER_DEPTH = 2
_MOST_EXAMPLES = 5
# An example should show what the assistant does well.
_LEAST_CONFIDENCE = 0.6
# What an organisation would show its donors, for a report without examples of its own: of each kind, the
# first question that the report answers.
_EXAMPLES = (
    # a number
    (
        "How many people were trained?",
        "How many organisations were surveyed?",
        "How many people were interviewed?",
        "How many cases were reported?",
    ),
    # a law
    ("Which law was adopted?", "Which treaties has the country ratified?", "What does the law require?"),
    # a programme
    (
        "Is there a national plan of action?",
        "Which organisations support children?",
        "What programmes are there?",
    ),
    # a source
    ("What does endnote {note} say?",),
    # a recommendation
    ("What does the report recommend?", "What are the main recommendations?"),
)


class CommonSite:
    """Draws the pages that a service has whatever it serves; `examples` are questions to begin with, set
    later."""

    def __init__(self, renderer: Renderer, contacts: Sequence[Contact], settings: Settings) -> None:
        self._renderer = renderer
        self._contacts = contacts
        self.public_url = settings.public_url
        self.examples: tuple[str, ...] = ()
        self.accessibility = self._kept("accessibility.html", operator=settings.operator_address)
        self.static = static_files()

    def _kept(self, template: str, **values: Any) -> Kept:
        return Kept(self._renderer.page(template, **values).encode("utf-8", "replace"), _HTML)

    def hosting(self, template: str, **values: Any) -> str:
        """A page that holds the widget."""
        return self._renderer.page(template, examples=self.examples, **values)

    def help(self) -> str:
        """The page of contacts, as they may be shown today."""
        return contacts_page(self._renderer, self._contacts)

    def thanks(self) -> str:
        """The page that confirms that feedback was counted."""
        return self._renderer.page("thanks.html")

    def problem(self, title: str, detail: str) -> str:
        """The page that says what went wrong."""
        return self._renderer.page("problem.html", title=title, detail=detail)


class Site(CommonSite):
    """Draws the pages about the assistant's report."""

    def __init__(self, assistant: Assistant, contents: Contents, settings: Settings) -> None:
        report, closed = assistant.report, assistant.distressing
        identities = zip(report.sentences, assistant.citer.sentence_ids, strict=True)
        names = Names(
            sentences={sentence.start: identity for sentence, identity in identities},
            passages={passage.start: passage.id for passage in assistant.passages},
        )
        renderer = make_renderer(settings.exit_url, report.about, upsetting=bool(closed), root=assistant.root)
        super().__init__(renderer, assistant.contacts, settings)
        self._assistant = assistant
        self._sections = _section_choices(report)
        edition = edit(report, names, closed)
        fragments = TextFragments(report, tuple(edition.closed()))
        self._drafter = Drafter(assistant, fragments)
        self.report = self._kept(
            "report.html",
            edition=edition,
            meta_tags=meta_tags(report.about),
            json_ld=json_ld(report.about, self.public_url + assistant.root + REPORT_PAGE),
        )
        publishers, others = by_publisher(report, contents.works, names.sentences, closed)
        self.sources = self._kept("sources.html", publishers=publishers, others=others)
        self._endpoints: Kept | None = None
        self._llms_txt: Kept | None = None

    def ask(self, form: Form, turns: Sequence[Turn] = ()) -> str:
        """The page with the form, below the answers of a conversation if there are some."""
        return self._renderer.page(
            "ask.html",
            in_library=False,
            form=form,
            sections=self._sections,
            address=f"{self._assistant.root}/",
            fields=[("section", form.within)],
            examples=self.examples,
            longest=LONGEST_QUESTION,
            most_turns=MOST_TURNS,
            sheets=[self._drafter.sheet(turn.answer, turn.within) for turn in turns if turn.answer],
        )

    def answer(self, answer: Mapping[str, Any], form: Form, address: str, fields: Fields) -> str:
        """One answer for the page of a library at `address`, whose form has these fields besides."""
        return self._renderer.page(
            "answer_of_report.html",
            sheet=self._drafter.sheet(answer),
            in_library=True,
            form=form,
            address=address,
            fields=fields,
            examples=(),
        )

    def endpoints(self, schema: Mapping[str, Any]) -> Kept:
        """The API reference, drawn when first asked for."""
        if self._endpoints is None:
            samples = Samples.of_report(self._assistant, self.examples)
            groups = grouped(schema, samples)
            self._endpoints = self._kept(
                "endpoints.html", schema=schema, groups=groups, common=common_replies(schema)
            )
        return self._endpoints

    def llms_txt(self, schema: Mapping[str, Any]) -> Kept:
        """What language models are told of the service, written when first asked for."""
        if self._llms_txt is None:
            groups = grouped(schema, Samples.of_report(self._assistant, self.examples))
            endpoints = [endpoint for _, group in groups for endpoint in group]
            about = self._assistant.report.about
            text = llms_txt(about, endpoints, self.examples, upsetting=bool(self._assistant.distressing))
            self._llms_txt = Kept(text.encode("utf-8", "replace"), "text/plain")
        return self._llms_txt


def _section_choices(report: Report) -> list[tuple[str, str, int]]:
    """(name as the assistant takes it, title, depth) of each section with text of its own."""
    paths = told_sections(report)
    return [(" > ".join(path), path[-1], len(path)) for path in paths if len(path) <= _FILTER_DEPTH]


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Up to five questions that the assistant answers with some confidence: the report's own examples, or one
    of each kind of general ones."""
    noted = (n.number for n in assistant.report.endnotes if any(source.url for source in n.sources))
    return find_examples(
        lambda question: shows_well([assistant.ask(question)]),
        assistant.report.about.examples,
        next(noted, 1),
    )


def find_examples(
    shows: Callable[[str], bool], own: Sequence[str], note: int | None = None
) -> tuple[str, ...]:
    """Up to five questions that show what the assistant does well: of its `own`, or one of each kind of
    general ones, that about an endnote only where a `note` is given."""
    found = tuple(islice((question for question in own if shows(question)), _MOST_EXAMPLES))
    if found:
        return found
    kinds = [kind for kind in _EXAMPLES if note is not None or not any("{note}" in one for one in kind)]
    firsts = (next(filter(shows, (one.format(note=note) for one in kind)), None) for kind in kinds)
    return tuple(one for one in firsts if one)


def shows_well(answers: Sequence[Answer]) -> bool:
    """Whether reports answer a question with some confidence and without anything that is shown with care."""
    return all(
        answer.help is None
        and answer.status == "answered"
        and (answer.confidence or 0) >= _LEAST_CONFIDENCE
        and not any(DISTRESSING in citation.notices for citation in answer.citations)
        for answer in answers
    )
