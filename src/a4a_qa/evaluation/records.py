"""What stands in the files of an evaluation, line by line: gold questions and the answers of a run.

Gold records are strict, because a misspelt key would silently ask for nothing; answers are read as the
contract gives them, and keys that no measure reads are let through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from a4a_qa.answering.answer import ReasonCode, Status
from a4a_qa.errors import EvaluationError
from a4a_qa.json_lines import check_keys, read_json_lines

T = TypeVar("T")

# Questions to tune on, and questions to measure with.
Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
Type = Literal[
    "fact", "number", "date", "actor", "list", "definition", "legal", "table",
    "article", "source", "multi", "compare", "yesno", "reason", "recommendation", "overview",
]  # fmt: skip
Variant = Literal["base", "paraphrase", "keyword", "typo", "followup", "minimal_edit"]
Kind = Literal["near_miss", "false_premise", "unclear", "out_of_scope"]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Quote(_Strict):
    """Words of the report, with the numbers of the note marks in them."""

    quote: Text
    endnotes: list[int] = []


class NamedSentence(_Strict):
    """A sentence of the report by its id, where the report's text is not part of the project, with the
    numbers of the note marks in it."""

    sentence: Annotated[str, Field(pattern=r"^s-[0-9a-f]{12}$")]
    endnotes: list[int] = []


class EndnoteNumber(_Strict):
    """An endnote, named by its number."""

    endnote: int


def _which(value: Any) -> str:
    keys = value if isinstance(value, dict) else {}
    return next((key for key in ("any_of", "endnote", "sentence") if key in keys), "quote")


# A place in the text, quoted or named.
Stated = Annotated[
    Annotated[Quote, Tag("quote")] | Annotated[NamedSentence, Tag("sentence")], Discriminator(_which)
]
Single = Annotated[
    Annotated[Quote, Tag("quote")]
    | Annotated[NamedSentence, Tag("sentence")]
    | Annotated[EndnoteNumber, Tag("endnote")],
    Discriminator(_which),
]


class AnyOf(_Strict):
    """Places that would each do."""

    any_of: Annotated[list[Single], Field(min_length=2)]


Evidence = Annotated[
    Annotated[Quote, Tag("quote")]
    | Annotated[NamedSentence, Tag("sentence")]
    | Annotated[EndnoteNumber, Tag("endnote")]
    | Annotated[AnyOf, Tag("any_of")],
    Discriminator(_which),
]


class Value(_Strict):
    """A number with its unit."""

    number: int | float
    unit: str


class Expect(_Strict):
    """Which refusal is right."""

    status: Annotated[list[Literal["not_in_report", "partial"]], Field(min_length=1)]
    code: ReasonCode | list[ReasonCode]
    unmatched: list[str] = []

    @property
    def codes(self) -> list[str]:
        """The reason codes that are right."""
        return [self.code] if isinstance(self.code, str) else list(self.code)


class GoldRecord(_Strict):
    """A gold question as it stands in the file."""

    id: Annotated[str, Field(pattern=r"^g-[A-Za-z0-9][A-Za-z0-9.]*$")]
    fact: Annotated[str, Field(pattern=r"^f-[A-Za-z0-9]+$")]
    split: Split
    question: Text
    history: Annotated[list[Text], Field(max_length=5)] = []
    variant: Variant
    type: Type
    answerable: bool
    kind: Kind | None = None
    evidence: list[Evidence] = []
    acceptable: list[Text | NamedSentence] = []
    answers: list[Text] = []
    polarity: Literal["yes", "no"] | None = None
    value: Value | None = None
    nearest: list[Stated] = []
    sections: list[Annotated[list[Text], Field(min_length=1)]] = []
    expect: Expect | None = None
    why: str = ""
    checked_terms: list[str] = []

    @model_validator(mode="after")
    def _fits_together(self) -> GoldRecord:
        problems = [says for says, wrong in self._contradictions() if wrong]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _contradictions(self) -> list[tuple[str, bool]]:
        asked_in_part = self.expect is not None and "partial" in self.expect.status
        needs_nearest = self.kind in ("near_miss", "false_premise")
        refused = not self.answerable
        return [
            ("a follow-up, and nothing else, has a «history»",
             (self.variant == "followup") != bool(self.history)),
            ("an answerable question needs «evidence»", self.answerable and not self.evidence),
            ("an answerable question has no «kind», «expect» or «nearest»",
             self.answerable and bool(self.kind or self.expect or self.nearest)),
            ("an unanswerable question needs «kind», «expect» and «why»",
             refused and not (self.kind and self.expect and self.why)),
            (f"a {self.kind} needs «nearest»", refused and needs_nearest and not self.nearest),
            ("a near_miss needs «checked_terms»", self.kind == "near_miss" and not self.checked_terms),
            ("an unanswerable question has «evidence» exactly when «partial» is a right status",
             refused and bool(self.evidence) != asked_in_part),
            ("an answerable yesno question needs «polarity»",
             self.answerable and self.type == "yesno" and not self.polarity),
            ("an overview question, and nothing else, has «sections»",
             (self.type == "overview") != bool(self.sections)),
        ]  # fmt: skip


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class CitedPlace(_Lenient):
    """A citation of an answer, as far as it is measured."""

    quote: str
    start: int
    end: int
    passage_id: str | None
    section: list[str]
    endnotes: list[int]
    notices: list[str] = []


class ListedPassage(_Lenient):
    """A passage below an answer."""

    id: str
    start: int
    end: int


class NearPlace(_Lenient):
    """Where a refusal says that something near stands."""

    start: int
    end: int


class GivenReason(_Lenient):
    """Why an answer refuses."""

    code: str
    nearest: list[NearPlace] = []


class GivenShortAnswer(_Lenient):
    """The slice that decides the question."""

    text: str
    polarity: Literal["yes", "no"] | None = None


class GivenAnswer(_Lenient):
    """An answer of the contract."""

    status: Status
    text: str
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    short_answer: GivenShortAnswer | None = None
    reason: GivenReason | None = None
    citations: list[CitedPlace]
    passages: list[ListedPassage]


def gold_record(values: Any) -> GoldRecord:
    """A gold record from its JSON values; raises EvaluationError that lists what does not fit."""
    try:
        return GoldRecord.model_validate(values)
    except ValidationError as error:
        raise EvaluationError(_in_words(error)) from error


def given_answer(values: Any) -> GivenAnswer:
    """An answer from its JSON values; raises EvaluationError that lists what does not fit."""
    try:
        return GivenAnswer.model_validate(values)
    except ValidationError as error:
        raise EvaluationError(f"not an answer of the contract: {_in_words(error)}") from error


def read_records(path: Path, kind: type[T]) -> Iterator[tuple[T, str]]:
    """The lines of a JSON Lines file as values of one kind, a dataclass, each with its place in the file.

    Raises EvaluationError, naming the line, when the file cannot be read or a line does not fit.
    """
    for values, where in read_json_lines(path, EvaluationError):
        try:
            yield record_of(kind, values), where
        except EvaluationError as error:
            raise EvaluationError(f"{where}: {error}") from error


def record_of(kind: type[T], values: Mapping[str, Any]) -> T:
    """A dataclass from its JSON values, none of them converted; raises EvaluationError that lists what does
    not fit."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # a type has no word for these
    check_keys(values, known, EvaluationError)
    adapter = _adapter(kind)  # type: ignore[arg-type]  # every type can be hashed
    try:
        # As JSON, which has lists for tuples: of Python values those would be refused.
        record: T = adapter.validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        raise EvaluationError(_in_words(error)) from error
    return record


@cache  # 0.6 ms to make, and 0.01 to use
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _in_words(error: ValidationError) -> str:
    found = []
    for detail in error.errors(include_url=False):
        place = ".".join(str(part) for part in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        given = f" (found {detail['input']!r:.60})" if place and detail["type"] != "missing" else ""
        found.append(f"{place}: {message}{given}" if place else message)
    return "; ".join(found)
