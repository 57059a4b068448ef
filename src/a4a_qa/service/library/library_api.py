"""The endpoints of a library for programs: asking and searching all reports, and the list of them."""

from __future__ import annotations

from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from a4a_qa.assistant import MOST_PASSAGES
from a4a_qa.errors import QuestionError
from a4a_qa.library import path_in_library
from a4a_qa.question.query import LONGEST_QUESTION, MOST_HISTORY
from a4a_qa.question.report_filter import ReportFilter, check_fields, read_filter
from a4a_qa.report.report import About
from a4a_qa.service.library.library_site import SharedLibrary
from a4a_qa.service.problems import JsonResponse
from a4a_qa.service.rate import Asker
from a4a_qa.service.schemas import AnswerReply, Body, Reply, ReportReply, SearchReply, Words

_LONGEST_NAME = 300
_MOST_NAMES = 100

_Names = Annotated[list[Annotated[str, Field(max_length=_LONGEST_NAME)]], Field(max_length=_MOST_NAMES)]
_ASKING: list[str | Enum] = ["asking"]
_REPORTS: list[str | Enum] = ["the reports"]
router = APIRouter()


class FilterRequest(Body):
    """What the reports may be; a field that is left out allows any, a report need match only one value of
    each."""

    report: _Names = Field(default=[], description="Ids of reports, as in /v1/reports.")
    country: _Names = Field(default=[], examples=[["Italy"]])
    publisher: _Names = Field(default=[])
    edition: _Names = Field(default=[], examples=[["2nd Edition"]])
    language: _Names = Field(default=[], description="Codes of languages, as in 'en'.")
    since: int | None = Field(default=None, description="The first year.")
    until: int | None = Field(default=None, description="The last year.")

    @model_validator(mode="before")
    @classmethod
    def _check_fields(cls, values: Any) -> Any:
        """Name an unknown field, since what it was to leave out would be searched for in vain."""
        if isinstance(values, dict):
            try:
                check_fields(values)
            except QuestionError as error:
                raise PydanticCustomError("unknown_field", "{why}", {"why": str(error)}) from error
        return values

    def read(self) -> ReportFilter:
        """The filter. Raises QuestionError when no year is in it."""
        return read_filter(self.model_dump())


class LibraryAskRequest(Body):
    """A question to all reports, with what was asked before it."""

    question: Words = Field(examples=["Which reports say that shelters are short of places?"])
    history: list[Annotated[str, Field(max_length=LONGEST_QUESTION)]] = Field(
        default=[], max_length=MOST_HISTORY, description="Earlier questions of the same person, newest last."
    )
    filter: FilterRequest = FilterRequest()
    as_named: bool = Field(
        default=True, description="Whether to prefer the reports whose country or year the question names."
    )
    k: int = Field(
        default=10, ge=1, le=MOST_PASSAGES, description="How many passages to list of each report."
    )
    about_report: bool = Field(
        default=False,
        description="The person's word that a question which was met with `support` is about the reports.",
    )


class LibrarySearchRequest(Body):
    """A text to find the nearest passages of."""

    text: Words
    filter: FilterRequest = FilterRequest()
    k: int = Field(default=10, ge=1, le=MOST_PASSAGES)


class SearchedReply(Reply):
    """What was searched: how many reports, by which filter, and what the question itself named."""

    searched: int
    filter: dict[str, list[str] | int]
    named: dict[str, list[str] | int]
    note: str | None = Field(description="What has to be said of the answers together.")


class LibraryAnswerReply(AnswerReply):
    """The answer contract, with what was searched."""

    library: SearchedReply


class ListedReportReply(ReportReply):
    """A report of the library; the path below which its own service lies is `path`."""

    country: str | None
    language: str
    path: str


class ReportsReply(Reply):
    """The reports of the library, by id."""

    reports: list[ListedReportReply]


@router.post("/v1/ask", tags=_ASKING, response_model=LibraryAnswerReply)
async def ask(asked: LibraryAskRequest, shared: SharedLibrary, asker: Asker) -> Response:
    """Answer a question with the sentences of the reports that come nearest, or say that none does."""
    chosen = asked.filter.read()
    answer = await shared.pool.run(
        lambda: shared.library.ask(
            asked.question,
            asked.history,
            filter=chosen,
            as_named=asked.as_named,
            k=asked.k,
            about_report=asked.about_report,
        ),
        asker,
    )
    return JsonResponse(answer.to_dict())


@router.post("/v1/search", tags=_ASKING, response_model=SearchReply)
async def search(wanted: LibrarySearchRequest, shared: SharedLibrary, asker: Asker) -> Response:
    """List the passages nearest to a text, of the reports that come nearest."""
    chosen = wanted.filter.read()
    passages = await shared.pool.run(
        lambda: shared.library.search(wanted.text, filter=chosen, k=wanted.k), asker
    )
    return JsonResponse({"passages": [asdict(passage) for passage in passages]})


@router.get("/v1/reports", tags=_REPORTS, response_model=ReportsReply)
async def reports(shared: SharedLibrary) -> Response:
    """The reports. What else there is of one report is told below its path, as in
    /reports/example/v1/endnotes."""
    return JsonResponse({"reports": [_listed(about) for about in shared.library.reports]})


def _listed(about: About) -> dict[str, object]:
    return about.short() | {
        "country": about.country,
        "language": about.language,
        "path": path_in_library(about.id),
    }
