"""What goes over the wire: requests as they are checked, replies as they are described.

Replies are sent as the values' own `to_dict`; these models describe them in OpenAPI, and a test holds
every answer against them. Parts that look the same on every surface are described by their own dataclasses.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from a4a_qa.answering.answer import (
    AnswerKind,
    Citation,
    FoundPassage,
    Reason,
    SectionPlace,
    ShortAnswer,
    Status,
)
from a4a_qa.assistant import MOST_PASSAGES
from a4a_qa.index.contacts import ContactKind
from a4a_qa.question.query import LONGEST_QUESTION, MOST_HISTORY
from a4a_qa.report.report import Pages, Source
from a4a_qa.safeguarding.help import HelpKind
from a4a_qa.verify.verifier import LONGEST_TEXT, Checked

LONGEST_SECTION = 500

Words = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION)]
SectionName = Annotated[str, Field(min_length=1, max_length=LONGEST_SECTION)]
SectionPath = Annotated[list[SectionName], Field(min_length=1, max_length=8)]


class Body(BaseModel):
    """What is sent: fields of exactly these types, and no other fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AskRequest(Body):
    """A question, with what was asked before it."""

    question: Words = Field(examples=["Who heads the High Level Working Group?"])
    history: list[Annotated[str, Field(max_length=LONGEST_QUESTION)]] = Field(
        default=[], max_length=MOST_HISTORY, description="Earlier questions of the same person, newest last."
    )
    section: SectionName | SectionPath | None = Field(
        default=None, description="Only in this section, as in 'Annex > Prevention'."
    )
    k: int = Field(default=10, ge=1, le=MOST_PASSAGES, description="How many passages to list.")
    about_report: bool = Field(
        default=False,
        description="The person's word that a question which was met with `support` is about the report.",
    )


class SearchRequest(Body):
    """A text to find the nearest passages of."""

    text: Words
    section: SectionName | SectionPath | None = None
    k: int = Field(default=10, ge=1, le=MOST_PASSAGES)


class VerifyRequest(Body):
    """A text that quotes or cites the report: plain text or Markdown, with endnotes such as [21]."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class FeedbackRequest(Body):
    """Whether an answer helped. The yes or no is counted; the id, which is kept nowhere, is dropped."""

    answer_id: str | None = Field(default=None, max_length=64)
    value: Literal["yes", "no"]


class Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReportReply(Reply):
    """Which report an answer comes from."""

    id: str
    title: str
    publisher: str | None
    year: int | None
    edition: str | None


class EndnoteReply(Reply):
    """An endnote with its sources."""

    number: int
    text: str
    sources: list[Source]


class CitedEndnoteReply(EndnoteReply):
    """An endnote of an answer, with the id of its report."""

    report: str


class ContactReply(Reply):
    """Somebody who can help. `value` is a telephone number or an e-mail address that a named person has
    checked within a year."""

    id: str
    name: str
    kind: ContactKind
    country: str
    url: str
    value: str | None
    verified_on: str | None


class HelpReply(Reply):
    """A card for a person who may need help: show it first."""

    kind: HelpKind
    text: str
    contacts: list[ContactReply]


class AnswerReply(Reply):
    """The answer contract."""

    id: str | None
    answer_id: str
    question: str
    status: Status
    kind: AnswerKind
    text: str
    short_answer: ShortAnswer | None
    confidence: float | None
    confidence_in_words: str | None
    reason: Reason | None
    citations: list[Citation]
    endnotes: list[CitedEndnoteReply]
    passages: list[FoundPassage]
    sections: list[SectionPlace] = Field(description="The sections of the report, in an overview.")
    report: ReportReply
    reports: list[ReportReply] = Field(description="The reports that the answer draws on.")
    help: HelpReply | None


class SearchReply(Reply):
    """The nearest passages, best first."""

    passages: list[FoundPassage]


class Counts(Reply):
    """How much there is of each."""

    sections: int
    passages: int
    sentences: int
    endnotes: int
    works: int


class VerdictCounts(Reply):
    """How many statements have which verdict."""

    verbatim: int
    altered: int
    supported: int
    unsupported: int
    wrong_endnote: int


class VerificationReply(Reply):
    """Every statement of a text with its verdict, in order."""

    statements: list[Checked]
    counts: VerdictCounts
    report: ReportReply


class WholeReportReply(ReportReply):
    """The report, and what was read from it."""

    country: str | None
    language: str
    rights: str | None
    pdf_url: str | None = Field(description="Where the PDF that the report was published as can be fetched.")
    examples: list[str] = Field(description="Questions to begin with.")
    counts: Counts
    problems: list[str]
    indexed_by: str = Field(description="The version of a4a-qa that built the index.")
    encoder: str


class SectionReply(Reply):
    """A section with the passages in it, sub-sections included."""

    path: list[str]
    start: int
    end: int
    page: Pages | None
    passages: list[str]


class SectionsReply(Reply):
    """The sections in reading order."""

    sections: list[SectionReply]


class SentenceReply(Reply):
    """A sentence with its place, its endnotes and what it is shown with."""

    id: str
    text: str
    start: int
    end: int
    section: list[str]
    passage_id: str | None
    endnotes: list[int]
    notices: list[str]
    url: str


class PassageReply(Reply):
    """A passage with its sentences."""

    id: str
    text: str
    start: int
    end: int
    section: list[str]
    page: Pages | None
    endnotes: list[int]
    notices: list[str]
    report: str
    sentences: list[SentenceReply]


class WholeEndnoteReply(EndnoteReply):
    """An endnote with every sentence that rests on it."""

    start: int
    end: int
    page: Pages | None
    sentences: list[SentenceReply]


class EndnotesReply(Reply):
    """All endnotes, in order."""

    endnotes: list[EndnoteReply]


class WorkReply(Reply):
    """A work with every endnote that names it."""

    id: str
    kind: str
    title: str
    year: int | None
    url: str | None
    archived_url: str | None
    accessed: str | None
    endnotes: list[int]


class WorksReply(Reply):
    """The works that the report rests on, in the order of their first endnote."""

    sources: list[WorkReply]


class StateReply(Reply):
    """Whether the service is well; `left_out` names the reports whose index is damaged, if any."""

    status: str
    left_out: list[str] = []
