"""What must hold of all training questions: their reports, their sentences, their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.anchors import Anchors, read_anchors
from a4a_qa.catalogue import ListedReport
from a4a_qa.errors import CorpusError
from a4a_qa.index.passages import sentence_ids
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report, Sentence
from a4a_qa.training.questions import ANCHORS, QUESTIONS, TrainingQuestion, read_training_questions
from a4a_qa.training.written import PlacedQuestion, read_written

# A short answer has so many words at most; more would be a sentence of the report.
_LONGEST_ANSWER = 12
_MIGRATE = "Run `a4a-qa training migrate`."


@dataclass(frozen=True, slots=True)
class Counted:
    """How many questions there are on a report: all that is answerable, of these follow-ups, those that need
    several sentences and those for a source, and hard negatives."""

    answerable: int
    follow_ups: int
    several: int
    sources: int
    hard_negatives: int


def question_sets(root: Path, listed: dict[str, ListedReport]) -> Iterator[ListedReport]:
    """The reports that training questions are written on. Raises CorpusError for a file of questions on a
    report that is not listed, or that no model may learn from."""
    for path in sorted((root / QUESTIONS).glob("*.jsonl")):
        report = listed.get(path.stem)
        if report is None:
            raise CorpusError(f"{path} is about no report of training/reports.toml or corpus/.")
        if report.use != "training":
            raise CorpusError(
                f"{path} has training questions on a report that is «{report.use}» in training/reports.toml: "
                "nothing may be learnt from it. Take the file away."
            )
        yield report


def check(root: Path, listed: ListedReport) -> tuple[Counted, list[str]]:
    """How many training questions there are on a report, and what is wrong with them.

    Without the report's file nothing is compared with its text, only with the anchors. Raises CorpusError or
    ReportError.
    """
    path = root / QUESTIONS / f"{listed.id}.jsonl"
    questions = read_training_questions(path)
    anchors = read_anchors(root / ANCHORS / f"{listed.id}.json")
    found = [*_doubles(questions), *_unanchored(questions, anchors), *_stale(anchors, listed)]
    if listed.file.is_file():
        found += _against(questions, read_report(listed.checked().file))
    return counted(questions), [f"{path}: {problem}" for problem in found]


def check_written(path: Path) -> tuple[Counted, list[str]]:
    """How many questions there are on the sections of a file, and what is wrong with them."""
    sections = read_written(path)
    questions = [question for section in sections for question in section.questions]
    answered = [question for question in questions if question.hard_negative is None]
    several = sum(len(question.evidence) > 1 for question in answered)
    problems: list[str] = []
    for section in sections:
        seen: set[str] = set()
        for question in section.questions:
            if question.question in seen:
                problems.append(f"{path}: «{question.question}» is asked twice of one section.")
            seen.add(question.question)
            problems += (f"{path}: {problem}" for problem in _too_long(question))
    return Counted(len(answered), 0, several, 0, len(questions) - len(answered)), problems


def counted(questions: Sequence[TrainingQuestion]) -> Counted:
    """How many questions of each kind there are."""
    answered = [question for question in questions if question.hard_negative is None]
    return Counted(
        len(answered),
        sum(bool(question.history) for question in answered),
        sum(len(question.evidence) > 1 for question in answered),
        sum(bool(question.notes) for question in answered),
        len(questions) - len(answered),
    )


def _doubles(questions: Sequence[TrainingQuestion]) -> Iterator[str]:
    seen = set()
    for question in questions:
        asked = (*question.history, question.question)
        if asked in seen:
            yield f"«{question.question}» stands there twice."
        seen.add(asked)


def _unanchored(questions: Sequence[TrainingQuestion], anchors: Anchors) -> Iterator[str]:
    for question in questions:
        for name in question.named:
            if name not in anchors.sentences:
                yield f"«{question.question}» names {name}, which has no anchor. {_MIGRATE}"


def _stale(anchors: Anchors, listed: ListedReport) -> Iterator[str]:
    if listed.sha256 and anchors.sha256 != listed.sha256:
        yield f"the anchors are for a file with the SHA-256 {anchors.sha256}, the report has {listed.sha256}."


def _against(questions: Sequence[TrainingQuestion], report: Report) -> Iterator[str]:
    sentences = dict(zip(sentence_ids(report), report.sentences, strict=True))
    for question in questions:
        missing = [name for name in question.named if name not in sentences]
        if missing:
            yield f"«{question.question}» names {missing[0]}, which the report lacks. {_MIGRATE}"
            continue
        own = [sentences[name] for name in (*question.evidence, *question.also)]
        yield from _wrong_answer(question, own, report)
        marks = {number for sentence in own for number in sentence.endnotes}
        if not set(question.notes) <= marks:
            yield f"«{question.question}» asks for notes {question.notes}, its evidence has {sorted(marks)}."


def _wrong_answer(question: TrainingQuestion, own: Sequence[Sentence], report: Report) -> Iterator[str]:
    answer = question.answer
    yield from _too_long(question)
    if isinstance(answer, str):
        whole_words = re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")
        if not any(whole_words.search(report.slice(sentence)) for sentence in own):
            yield f"the short answer «{answer}» to «{question.question}» is not in the evidence."


def _too_long(question: TrainingQuestion | PlacedQuestion) -> Iterator[str]:
    if isinstance(question.answer, str) and len(question.answer.split()) > _LONGEST_ANSWER:
        yield (
            f"the short answer to «{question.question}» has more than {_LONGEST_ANSWER} words. Name what "
            "is asked for alone: sentences of these reports are not part of the project."
        )
