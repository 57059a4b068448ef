"""The pages of a library: the form with its filter, the list, and answers as the site of each report draws
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends
from markupsafe import Markup

from a4a_qa.library import Library, path_in_library
from a4a_qa.question.query import LONGEST_QUESTION
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.report.report import About
from a4a_qa.service.library.report_paths import OpenReports
from a4a_qa.service.pages.conversation import MOST_TURNS, Form, Turn
from a4a_qa.service.pages.reference import Samples, common_replies, grouped
from a4a_qa.service.pages.rendering import Kept, Renderer, make_renderer
from a4a_qa.service.pages.site import CommonSite, find_examples, shows_well
from a4a_qa.service.state import CommonState, parts_for
from a4a_qa.settings import Settings

_PAGES = (("/", "Ask"), ("/reports", "Reports"), ("/help", "Help"))
# A field of the filter: its name, what it is, its words for any, and its values with their words.
Choice = tuple[str, str, str, Sequence[tuple[str, str]]]
# The fields of the form that tell which reports are searched.
WITHIN = ("country", "report", "since", "as_named")


@dataclass(frozen=True, slots=True)
class LibraryTurn:
    """A turn of the conversation as shown: what was preferred since the question named it, what has to be
    said of the answers together, and each answer as its report's site has drawn it."""

    id: str
    question: str
    within: str
    searched: int
    preferred: str
    fields: Sequence[tuple[str, str]]
    note: str | None
    answers: Sequence[Markup]


class LibrarySite(CommonSite):
    """Draws the pages about all reports of a library."""

    def __init__(self, library: Library, reports: OpenReports, settings: Settings) -> None:
        self._library, self._reports, self._exit_url = library, reports, settings.exit_url
        super().__init__(self._make_renderer(), library.contacts, settings)
        self.draw()

    def draw(self) -> None:
        """Draw what depends on which reports there are: at first, and whenever that has changed."""
        library = self._library
        self._renderer, self._contacts = self._make_renderer(), library.contacts
        self._listed = sorted(library.reports, key=lambda about: (about.title.casefold(), about.year or 0))
        self.list = self._kept(
            "reports.html", listed=[(path_in_library(about.id), about) for about in self._listed]
        )
        self._choices = _choices(self._listed)
        self._endpoints: Kept | None = None

    def _make_renderer(self) -> Renderer:
        upsetting = any(entry.is_distressing for entry in self._library.entries.values())
        return make_renderer(self._exit_url, None, upsetting=upsetting, pages=_PAGES)

    def ask(self, form: Form, turns: Sequence[Turn] = ()) -> str:
        """The page with the form, below the answers of a conversation if there are some. Opens the reports
        that the answers are from."""
        chosen = dict(parse_qsl(form.within))
        return self._renderer.page(
            "library.html",
            form=form,
            chosen=chosen,
            listed=self._listed,
            choices=self._choices,
            address="/",
            fields=list(chosen.items()),
            examples=self.examples,
            longest=LONGEST_QUESTION,
            most_turns=MOST_TURNS,
            sheets=[self._turn(turn, turn.answer, form) for turn in turns if turn.answer],
        )

    def _turn(self, turn: Turn, answer: Mapping[str, Any], form: Form) -> LibraryTurn:
        fields = [(name, value) for name, value in parse_qsl(turn.within) if name != "as_named"]
        searched = answer["library"]
        return LibraryTurn(
            id=f"t{answer['answer_id']}",
            question=answer["question"],
            within=", ".join(ReportFilter(**searched["filter"]).in_words()),
            searched=searched["searched"],
            preferred=", ".join(ReportFilter(**searched["named"]).in_words()),
            fields=fields,
            note=searched["note"],
            answers=[
                Markup(self._reports.parts(one["report"]["id"]).site.answer(one, form, "/", fields))
                for one in answer["answers"]
            ],
        )

    def endpoints(self, schema: Mapping[str, Any]) -> Kept:
        """The API reference, drawn when first asked for."""
        if self._endpoints is None:
            groups = grouped(schema, Samples.of_library(self.examples))
            self._endpoints = self._kept(
                "endpoints.html", schema=schema, groups=groups, common=common_replies(schema)
            )
        return self._endpoints


def _choices(reports: Sequence[About]) -> list[Choice]:
    """The fields of the filter; one without a choice is left out."""
    countries = sorted({about.country for about in reports if about.country})
    years = sorted({about.year for about in reports if about.year})[1:]
    choices: list[Choice] = [
        ("country", "Country", "All countries", [(name, name) for name in countries]),
        ("since", "Years", "All years", [(str(year), f"Since {year}") for year in reversed(years)]),
        ("report", "Report", "All reports", [(about.id, about.title) for about in reports]),
    ]
    return [choice for choice in choices if choice[3]]


@dataclass(slots=True, kw_only=True)
class LibraryState(CommonState):
    """The parts of the application of a library."""

    library: Library
    site: LibrarySite


SharedLibrary = Annotated[LibraryState, Depends(parts_for)]


def answered_examples(library: Library) -> tuple[str, ...]:
    """Questions to begin with: of the reports' own examples those that are answered well, or general ones."""
    if not library.reports:
        return ()
    own = [question for about in library.reports for question in about.examples[:1]]
    return find_examples(lambda question: shows_well(library.ask(question).answers), own)
