"""Training questions, each with the sentences that answer it: their two file formats, and how they are
checked.

`training/questions/<report>.jsonl` holds questions on a published report, whose text is not part of the
project, so sentences are named by their ids. `training/written/<name>.jsonl` holds sections of reports that
authors made up, an object a line: `field` (what the section is about), `kind` (the kind of report that it
might stand in), `headings` (outermost first), `sentences` and `questions`. There sentences are named by their
positions, from 0. Keys of a question, of which all but `question`, `evidence` and, for a published report,
`author` are optional:

- `question`
- `evidence`: the sentences that answer it, all of which are needed
- `also`: other sentences, each of which would do alone
- `answer`: the short answer: words of the evidence, or true or false for a yes/no question
- `hard_negative`: why nothing answers it although `evidence` comes near: "absent_detail", "other_value" or
  "false_premise"

On a published report only:

- `author`, and who the author had in mind: `persona`, and the `form` that such a person gave the question
- `history`: the earlier questions that a follow-up cannot be understood without, and `history_evidence`: the
  sentences that answer the last of them
- `notes`: the numbers of the notes, where the question asks for the source of the evidence
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.json_lines import read_json_lines
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import Anchors, read_anchors
from a4a_qa.report.catalogue import ListedReport
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Report
from a4a_qa.training.authored import REASONS, NearMissReason

QUESTIONS = Path("training/questions")
ANCHORS = Path("training/sentences")
WRITTEN = Path("training/written")
SENTENCE_ID = re.compile(r"s-[0-9a-f]{12}")
MIGRATE = "Run `a4a-qa training migrate`."
# A longer short answer would be a sentence of the report, whose text is not part of the project.
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question on a published report, and the ids of the sentences that it names."""

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


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question and the positions of the sentences that it names.

    `evidence` is empty for a question that no sentence comes near. No `answer` means that there is no short
    answer or, unless `on_record`, that nobody has said whether there is one.
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

    headings: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[PlacedQuestion, ...]


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """How many questions there are: answerable ones, of which some are follow-ups, need several sentences or
    ask for a source, and hard negatives."""

    answerable: int
    follow_ups: int
    several: int
    sources: int
    hard_negatives: int


_KEYS = [field.name for field in fields(TrainingQuestion)]
_SECTION_KEYS = ("field", "kind", "headings", "sentences", "questions")
_WRITTEN_KEYS = {"question", "evidence", "also", "answer", "hard_negative"}


def read_training_questions(path: Path) -> tuple[TrainingQuestion, ...]:
    """The questions of a file on a published report; raises CorpusError, which names the line."""
    return tuple(_question(record, where) for record, where in read_json_lines(path, CorpusError, keys=_KEYS))


def read_written(path: Path) -> tuple[WrittenSection, ...]:
    """The sections of a file in `training/written/`; raises CorpusError, which names the line."""
    records = read_json_lines(path, CorpusError, keys=_SECTION_KEYS)
    return tuple(_section(record, where) for record, where in records)


def _question(record: Mapping[str, Any], where: str) -> TrainingQuestion:
    for problem in _problems(record):
        raise CorpusError(f"{where}: {problem}.")
    return TrainingQuestion(**_with_tuples(record))


def _with_tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def _problems(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("question", "author"):
        if not _is_text(record.get(name)):
            yield f'expected a text as "{name}"'
    for name in ("persona", "form"):
        if name in record and not _is_text(record[name]):
            yield f'expected a text as "{name}", or no such key'
    for name in ("evidence", "also", "history_evidence"):
        ids = record.get(name, [])
        if not _is_list_of(ids, str) or not all(map(SENTENCE_ID.fullmatch, ids)):
            yield f'expected a list of ids of sentences as "{name}", found {ids!r:.60}'
    if not record.get("evidence"):
        yield 'expected at least one sentence as "evidence"'
    if not _is_list_of(record.get("history", []), str):
        yield 'expected a list of questions as "history"'
    if not _is_list_of(record.get("notes", []), int):
        yield 'expected a list of numbers as "notes"'
    if bool(record.get("history")) != bool(record.get("history_evidence")):
        yield '"history" and "history_evidence" go together'
    yield from _problems_of_answer(record)


def _problems_of_answer(record: Mapping[str, Any]) -> Iterator[str]:
    if not (_is_text(record.get("answer", "-")) or isinstance(record["answer"], bool)):
        yield 'expected words, true or false as "answer"'
    if record.get("hard_negative", REASONS[0]) not in REASONS:
        yield f'expected {", ".join(REASONS)} as "hard_negative", found {record["hard_negative"]!r:.60}'
    if "hard_negative" in record and record.keys() & {"answer", "also", "notes"}:
        yield 'a hard negative has no "answer", "also" or "notes"'


def _section(record: Mapping[str, Any], where: str) -> WrittenSection:
    for problem in _problems_of_section(record):
        raise CorpusError(f"{where}: {problem}.")
    questions = tuple(PlacedQuestion(**_with_tuples(one)) for one in record["questions"])
    return WrittenSection(tuple(record["headings"]), tuple(record["sentences"]), questions)


def _problems_of_section(record: Mapping[str, Any]) -> Iterator[str]:
    for name in ("field", "kind"):
        if not _is_text(record.get(name)):
            yield f'expected a text as "{name}"'
    for name in ("headings", "sentences"):
        texts = record.get(name)
        if not isinstance(texts, list) or not texts or not all(map(_is_text, texts)):
            yield f'expected a list of texts as "{name}"'
            return
    if len(set(record["sentences"])) < len(record["sentences"]):
        yield "the same sentence stands there twice"
    questions = record.get("questions")
    if not questions or not _is_list_of(questions, dict):
        yield 'expected a list of objects as "questions"'
        return
    for question in questions:
        for problem in _problems_of_written(question, record["sentences"]):
            yield f"the question {question.get('question')!r:.80}: {problem}"


def _problems_of_written(question: Mapping[str, Any], sentences: list[str]) -> Iterator[str]:
    if not _is_text(question.get("question")):
        yield 'expected a text as "question"'
    if unknown := sorted(question.keys() - _WRITTEN_KEYS):
        yield f'there is no key "{unknown[0]}" here, expected {", ".join(sorted(_WRITTEN_KEYS))}'
    evidence, also = (question.get(name, []) for name in ("evidence", "also"))
    for places in (evidence, also):
        if not _is_list_of(places, int) or not all(0 <= place < len(sentences) for place in places):
            yield f"expected positions from 0 to {len(sentences) - 1}, found {places!r:.60}"
            return
    if not evidence or set(evidence) & set(also):
        yield 'expected at least one sentence as "evidence", and none of them in "also"'
    yield from _problems_of_answer(question)
    answer = question.get("answer")
    if isinstance(answer, str) and not any(answer in sentences[place] for place in evidence):
        yield "the short answer is not in the evidence"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list_of(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def question_sets(root: Path, listed: Mapping[str, ListedReport]) -> Iterator[ListedReport]:
    """The published reports that there are training questions on.

    Raises CorpusError for questions on a report that is not listed, or that no model may learn from.
    """
    for path in sorted((root / QUESTIONS).glob("*.jsonl")):
        report = listed.get(path.stem)
        if report is None:
            raise CorpusError(f"{path} is about no report of training/reports.toml or corpus/.")
        if report.use != "training":
            raise CorpusError(
                f'{path} has training questions on a report whose use is "{report.use}" in '
                "training/reports.toml: nothing may be learnt from it. Remove the file."
            )
        yield report


def check_published(root: Path, listed: ListedReport) -> tuple[QuestionCounts, list[str]]:
    """Count the training questions on a report, and list what is wrong with them.

    Without the report's file, questions are compared with the anchors alone. Raises CorpusError or
    ReportError.
    """
    path = root / QUESTIONS / f"{listed.id}.jsonl"
    questions = read_training_questions(path)
    anchors = read_anchors(root / ANCHORS / f"{listed.id}.json")
    problems = [*_repeated(questions), *_unanchored(questions, anchors, listed)]
    if listed.file.is_file():
        problems += _misfits(questions, read_report(listed.checked().file))
    answered = [question for question in questions if question.hard_negative is None]
    counts = QuestionCounts(
        answerable=len(answered),
        follow_ups=sum(bool(question.history) for question in answered),
        several=sum(len(question.evidence) > 1 for question in answered),
        sources=sum(bool(question.notes) for question in answered),
        hard_negatives=len(questions) - len(answered),
    )
    return counts, [f"{path}: {problem}" for problem in problems]


def check_written(path: Path) -> tuple[QuestionCounts, list[str]]:
    """Count the questions of a file in `training/written/`, and list what is wrong with them."""
    sections = read_written(path)
    questions = [question for section in sections for question in section.questions]
    answered = [question for question in questions if question.hard_negative is None]
    several = sum(len(question.evidence) > 1 for question in answered)
    problems = [
        *(problem for section in sections for problem in _repeated(section.questions)),
        *(problem for question in questions for problem in _too_long(question)),
    ]
    counts = QuestionCounts(len(answered), 0, several, 0, len(questions) - len(answered))
    return counts, [f"{path}: {problem}" for problem in problems]


def _repeated(questions: Sequence[TrainingQuestion | PlacedQuestion]) -> Iterator[str]:
    seen = set()
    for question in questions:
        asked = (*getattr(question, "history", ()), question.question)
        if asked in seen:
            yield f'"{question.question}" is asked twice.'
        seen.add(asked)


def _unanchored(
    questions: Sequence[TrainingQuestion], anchors: Anchors, listed: ListedReport
) -> Iterator[str]:
    for question in questions:
        for name in question.named:
            if name not in anchors.sentences:
                yield f'"{question.question}" names {name}, which has no anchor. {MIGRATE}'
    if listed.sha256 and anchors.sha256 != listed.sha256:
        yield f"the anchors are for a file with the SHA-256 {anchors.sha256}, the report has {listed.sha256}."


def _misfits(questions: Sequence[TrainingQuestion], report: Report) -> Iterator[str]:
    """What is wrong with questions beside the text of their report."""
    sentences = dict(zip(sentence_ids(report), report.sentences, strict=True))
    for question in questions:
        if missing := [name for name in question.named if name not in sentences]:
            yield f'"{question.question}" names {missing[0]}, which the report lacks. {MIGRATE}'
            continue
        yield from _too_long(question)
        answering = [sentences[name] for name in (*question.evidence, *question.also)]
        if isinstance(question.answer, str):
            whole_words = re.compile(rf"(?<!\w){re.escape(question.answer)}(?!\w)")
            if not any(whole_words.search(report.slice(sentence)) for sentence in answering):
                yield f'the short answer "{question.answer}" to "{question.question}" is not in the evidence.'
        marks = {number for sentence in answering for number in sentence.endnotes}
        if not set(question.notes) <= marks:
            yield f'"{question.question}" asks for notes {question.notes}, its evidence has {sorted(marks)}.'


def _too_long(question: TrainingQuestion | PlacedQuestion) -> Iterator[str]:
    if isinstance(question.answer, str) and len(question.answer.split()) > _MOST_WORDS:
        yield (
            f'the short answer to "{question.question}" has more than {_MOST_WORDS} words. Give only what is '
            "asked for: sentences of these reports are not part of the project."
        )
