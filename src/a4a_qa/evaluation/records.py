"""The lines of evaluation files as typed records: gold questions, labelled texts, and the answers of a run.

Records that people write are strict, because a misspelt key would silently ask for nothing. Answers follow
the answer contract, and keys that no measure reads are ignored. This is the only module that knows pydantic.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator

from a4a_qa.answering.answer import ReasonCode, Status
from a4a_qa.errors import EvaluationError
from a4a_qa.json_lines import read_json_lines

# Thresholds and weights are fitted to "dev" questions only; figures come from "test".
Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Type = Literal[
    "fact", "number", "date", "actor", "list", "definition", "legal", "table",
    "article", "source", "multi", "compare", "yesno", "reason", "recommendation", "overview",
]  # fmt: skip
Variant = Literal["base", "paraphrase", "keyword", "typo", "followup", "minimal_edit"]
Kind = Literal["near_miss", "false_premise", "unclear", "out_of_scope"]
Text = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """A line of a file that people write: unknown keys are refused and no value is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Quote(Record):
    """Words of the report, with the numbers of the note marks in them."""

    quote: Text
    endnotes: list[int] = []


class NamedSentence(Record):
    """A sentence named by its id, for reports whose text is not part of the project, with the numbers of the
    note marks in it."""

    sentence: Annotated[str, Field(pattern=r"^s-[0-9a-f]{12}$")]
    endnotes: list[int] = []


class EndnoteNumber(Record):
    """An endnote, named by its number."""

    endnote: int


def _tag(value: Any) -> str:
    keys = value if isinstance(value, dict) else {}
    return next((key for key in ("any_of", "endnote", "sentence") if key in keys), "quote")


# Tagged, so that errors speak of the one form that a value has and not of all of them.
_Quote = Annotated[Quote, Tag("quote")]
_Sentence = Annotated[NamedSentence, Tag("sentence")]
_Endnote = Annotated[EndnoteNumber, Tag("endnote")]
StatedSentence = Annotated[_Quote | _Sentence, Discriminator(_tag)]
StatedTarget = Annotated[_Quote | _Sentence | _Endnote, Discriminator(_tag)]


class AnyOf(Record):
    """Targets each of which is enough."""

    any_of: Annotated[list[StatedTarget], Field(min_length=2)]


StatedEvidence = Annotated[
    _Quote | _Sentence | _Endnote | Annotated[AnyOf, Tag("any_of")], Discriminator(_tag)
]


class Expect(Record):
    """Which refusal is right."""

    status: Annotated[list[Literal["not_in_report", "partial"]], Field(min_length=1)]
    code: ReasonCode | list[ReasonCode]
    unmatched: list[str] = []

    @property
    def codes(self) -> list[str]:
        """The reason codes that are right."""
        return [self.code] if isinstance(self.code, str) else list(self.code)


class GoldRecord(Record):
    """A gold question as written in its file; eval/README.md explains the keys."""

    id: Annotated[str, Field(pattern=r"^g-[A-Za-z0-9][A-Za-z0-9.]*$")]
    fact: Annotated[str, Field(pattern=r"^f-[A-Za-z0-9]+$")]
    split: Split
    question: Text
    history: Annotated[list[Text], Field(max_length=5)] = []
    variant: Variant
    type: Type
    answerable: bool
    kind: Kind | None = None
    evidence: list[StatedEvidence] = []
    acceptable: list[Text | NamedSentence] = []
    answers: list[Text] = []
    polarity: Literal["yes", "no"] | None = None
    nearest: list[StatedSentence] = []
    sections: list[Annotated[list[Text], Field(min_length=1)]] = []
    expect: Expect | None = None
    why: str = ""
    checked_terms: list[str] = []

    @model_validator(mode="after")
    def _fits_together(self) -> GoldRecord:
        problems = [message for message, wrong in self._contradictions() if wrong]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _contradictions(self) -> list[tuple[str, bool]]:
        asks_for_a_part = self.expect is not None and "partial" in self.expect.status
        needs_nearest = self.kind in ("near_miss", "false_premise")
        unanswerable = not self.answerable
        return [
            ("a follow-up, and nothing else, has a 'history'",
             (self.variant == "followup") != bool(self.history)),
            ("an answerable question needs 'evidence'", self.answerable and not self.evidence),
            ("an answerable question has no 'kind', 'expect' or 'nearest'",
             self.answerable and bool(self.kind or self.expect or self.nearest)),
            ("an unanswerable question needs 'kind', 'expect' and 'why'",
             unanswerable and not (self.kind and self.expect and self.why)),
            (f"a {self.kind} needs 'nearest'", unanswerable and needs_nearest and not self.nearest),
            ("a near_miss needs 'checked_terms'", self.kind == "near_miss" and not self.checked_terms),
            ("an unanswerable question has 'evidence' exactly when 'partial' is a right status",
             unanswerable and bool(self.evidence) != asks_for_a_part),
            ("an answerable yesno question needs 'polarity'",
             self.answerable and self.type == "yesno" and not self.polarity),
            ("an overview question, and nothing else, has 'sections'",
             (self.type == "overview") != bool(self.sections)),
        ]  # fmt: skip


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class CitedPlace(_Given):
    """A citation of an answer, as far as it is measured."""

    quote: str
    start: int
    end: int
    passage_id: str | None
    section: list[str]
    endnotes: list[int]
    notices: list[str] = []


class ListedPassage(_Given):
    """A passage listed below an answer."""

    id: str
    start: int
    end: int


class NearPlace(_Given):
    """A place that a refusal names as nearest to what was asked."""

    start: int
    end: int


class GivenReason(_Given):
    """Why an answer refuses."""

    code: str
    nearest: list[NearPlace] = []


class GivenShortAnswer(_Given):
    """The few words that answer the question."""

    text: str
    polarity: Literal["yes", "no"] | None = None


class GivenAnswer(_Given):
    """An answer of the contract."""

    status: Status
    text: str
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    short_answer: GivenShortAnswer | None = None
    reason: GivenReason | None = None
    citations: list[CitedPlace]
    passages: list[ListedPassage]


_M = TypeVar("_M", bound=BaseModel)


def validated(kind: type[_M], values: Any) -> _M:
    """A record from its JSON values; raises EvaluationError that lists what does not fit."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise EvaluationError(_in_words(error)) from error


def read_records(path: Path, kind: type[_M]) -> Iterator[tuple[_M, str]]:
    """The records in a JSON Lines file, each with its place in the file.

    Raises EvaluationError, naming the line, when the file cannot be read or a line does not fit.
    """
    for values, where in read_json_lines(path, EvaluationError):
        try:
            yield validated(kind, values), where
        except EvaluationError as error:
            raise EvaluationError(f"{where}: {error}") from error


def _in_words(error: ValidationError) -> str:
    found = []
    for detail in error.errors(include_url=False):
        place = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        given = f" (found {detail['input']!r:.60})" if place and detail["type"] != "missing" else ""
        found.append(f"{place}: {message}{given}" if place else message)
    return "; ".join(found)
