"""Training questions: `training/questions/<report>.jsonl`, a question a line, with what answers it.

A line is an object with these keys, of which all but `question`, `evidence` and `author` may be missing:

- `question`; `history`, the earlier questions that a follow-up cannot be understood without, with
  `history_evidence`, the sentences that answer the last of them
- `evidence`: the ids of the sentences that answer it, all of which are needed; `also`: others, each of which
  would do alone
- `answer`: the short answer, words of the evidence, or true or false for a question that asks yes or no
- `notes`: the numbers of the notes, where the question asks for the source of the evidence
- `hard_negative`: why nothing in the report answers it, although `evidence` comes near: "absent_detail",
  "other_value" or "false_premise"
- `author`, and who the author had in mind: `persona`, and the `form` that such a person gave the question
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.index.questions import REASONS, NearMissReason
from a4a_qa.json_lines import read_json_lines

QUESTIONS = Path("training/questions")
ANCHORS = Path("training/sentences")
_ID = re.compile(r"s-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question and the ids of the sentences that answer it, or with `hard_negative` only come near."""

    question: str
    evidence: tuple[str, ...]
    author: str
    also: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    history_evidence: tuple[str, ...] = ()
    answer: str | bool | None = None
    notes: tuple[int, ...] = ()
    hard_negative: NearMissReason | None = None
    persona: str | None = None
    form: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of all sentences that it names."""
        return (*self.evidence, *self.also, *self.history_evidence)

    def to_dict(self) -> dict[str, Any]:
        """Its keys and values as they stand in a file; those that are missing there are left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None and value != ()
        }


_KEYS = [field.name for field in fields(TrainingQuestion)]
_IDS = ("evidence", "also", "history_evidence")
_TEXTS = ("persona", "form")


def read_training_questions(path: Path) -> tuple[TrainingQuestion, ...]:
    """The questions of a file; raises CorpusError that names the line."""
    return tuple(_question(record, where) for record, where in read_json_lines(path, CorpusError, keys=_KEYS))


def _question(record: Mapping[str, Any], where: str) -> TrainingQuestion:
    for problem in _problems(record):
        raise CorpusError(f"{where}: {problem}.")
    lists = {name: tuple(value) for name, value in record.items() if isinstance(value, list)}
    return TrainingQuestion(**{**record, **lists})


def _problems(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("question", "author"):
        if not _is_text(record.get(name)):
            yield f"expected a text as «{name}»"
    for name in _TEXTS:
        if name in record and not _is_text(record[name]):
            yield f"expected a text as «{name}», or no such key"
    for name in _IDS:
        ids = record.get(name, [])
        if not isinstance(ids, list) or not all(isinstance(i, str) and _ID.fullmatch(i) for i in ids):
            yield f"expected a list of ids of sentences as «{name}», found {ids!r:.60}"
    if not record.get("evidence"):
        yield "expected at least one sentence as «evidence»"
    if not _is_list_of(record.get("history", []), str):
        yield "expected a list of questions as «history»"
    if not _is_list_of(record.get("notes", []), int):
        yield "expected a list of numbers as «notes»"
    if bool(record.get("history")) != bool(record.get("history_evidence")):
        yield "«history» and «history_evidence» go together"
    if not (_is_text(record.get("answer", "-")) or isinstance(record["answer"], bool)):
        yield "expected words, true or false as «answer»"
    if record.get("hard_negative", REASONS[0]) not in REASONS:
        yield f"expected {', '.join(REASONS)} as «hard_negative», found {record['hard_negative']!r:.60}"
    if "hard_negative" in record and record.keys() & {"answer", "also", "notes"}:
        yield "a hard negative has no «answer», «also» or «notes»"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def with_ids(question: TrainingQuestion, moved: Mapping[str, Sequence[str]]) -> TrainingQuestion:
    """The same question with each id replaced by those that it has become; an unknown one stays."""

    def now(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new for old in ids for new in moved.get(old) or (old,)))

    values = {field.name: getattr(question, field.name) for field in fields(question)}
    return TrainingQuestion(**{**values, **{name: now(values[name]) for name in _IDS}})
