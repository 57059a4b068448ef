"""Written sections: `training/written/<name>.jsonl`, an invented section of a report a line, with questions.

The published reports that models learn from are few, and their texts are not part of the project. Written
sections are: authors made up sections of reports on hundreds of subjects, and asked questions about them.
A line is an object with these keys:

- `field`, what it is about, and `kind`, what kind of report it might stand in
- `headings`, outermost first, and `sentences`
- `questions`: objects with `question`; `evidence`, the places (from 0) of the sentences that are needed;
  and, where there are any, `also`, `answer` and `hard_negative`, which mean what they mean in a training
  question (`questions.py`)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.index.questions import REASONS, NearMissReason
from a4a_qa.json_lines import read_json_lines

WRITTEN = Path("training/written")
_KEYS = ("field", "kind", "headings", "sentences", "questions")
_QUESTION_KEYS = {"question", "evidence", "also", "answer", "hard_negative"}


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question and the places of the sentences that answer it, or with `hard_negative` only come near.

    All of `evidence` is needed; each of `also` would do alone. Without an `answer` nothing short answers,
    unless it is not `on_record`.
    """

    question: str
    evidence: tuple[int, ...]
    also: tuple[int, ...] = ()
    answer: str | bool | None = None
    hard_negative: NearMissReason | None = None
    on_record: bool = True


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """A section of a report that does not exist."""

    field: str
    kind: str
    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[PlacedQuestion, ...]


def read_written(path: Path) -> tuple[WrittenSection, ...]:
    """The sections of a file; raises CorpusError that names the line."""
    return tuple(_section(record, where) for record, where in read_json_lines(path, CorpusError, keys=_KEYS))


def _section(record: Mapping[str, Any], where: str) -> WrittenSection:
    for problem in _problems(record):
        raise CorpusError(f"{where}: {problem}.")
    questions = (
        PlacedQuestion(
            question=one["question"],
            evidence=tuple(one["evidence"]),
            also=tuple(one.get("also", ())),
            answer=one.get("answer"),
            hard_negative=one.get("hard_negative"),
        )
        for one in record["questions"]
    )
    return WrittenSection(
        record["field"],
        record["kind"],
        tuple(record["headings"]),
        tuple(record["sentences"]),
        tuple(questions),
    )


def _problems(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("field", "kind"):
        if not _is_text(record.get(name)):
            yield f"expected a text as «{name}»"
    for name in ("headings", "sentences"):
        texts = record.get(name)
        if not isinstance(texts, list) or not texts or not all(map(_is_text, texts)):
            yield f"expected a list of texts as «{name}»"
            return
    if len(set(record["sentences"])) < len(record["sentences"]):
        yield "the same sentence stands there twice"
    questions = record.get("questions")
    if not isinstance(questions, list) or not questions or not all(isinstance(q, dict) for q in questions):
        yield "expected a list of objects as «questions»"
        return
    for question in questions:
        yield from _problems_of(question, record["sentences"])


def _problems_of(question: Mapping[str, Any], sentences: list[str]) -> Iterator[str]:
    if not _is_text(question.get("question")):
        yield "expected a text as «question»"
        return
    asked = f"«{question['question']}»"
    if unknown := sorted(question.keys() - _QUESTION_KEYS):
        yield f"{asked} has a key «{unknown[0]}», expected {', '.join(sorted(_QUESTION_KEYS))}"
    evidence, also = (question.get(name, []) for name in ("evidence", "also"))
    for places in (evidence, also):
        if not isinstance(places, list) or not all(
            type(place) is int and 0 <= place < len(sentences) for place in places
        ):
            yield f"{asked} names places {places!r:.60}; there are those from 0 to {len(sentences) - 1}"
            return
    if not evidence or set(evidence) & set(also):
        yield f"{asked} needs evidence, none of which is in «also»"
    answer = question.get("answer")
    if not (answer is None or isinstance(answer, bool) or _is_text(answer)):
        yield f"{asked} has an answer that is neither words nor true nor false"
    if isinstance(answer, str) and not any(answer in sentences[place] for place in evidence):
        yield f"the short answer to {asked} is not in its evidence"
    if question.get("hard_negative", REASONS[0]) not in REASONS:
        yield f"expected {', '.join(REASONS)} as «hard_negative» of {asked}"
    if "hard_negative" in question and question.keys() & {"answer", "also"}:
        yield f"{asked} is a hard negative and has no «answer» or «also»"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
