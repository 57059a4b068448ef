"""All that models learn from, in one shape: sentences as they are read in their place, and questions on them.

It comes from the training questions on published reports, whose texts have to be there; from the authored
questions on the report in `corpus/`; and from written sections, each file of which counts as a report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.catalogue import ListedReport, listed_reports, reports_folder
from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.passages import sentence_ids, sentence_in_place
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.training.pairs import read_authored
from a4a_qa.training.questions import QUESTIONS, read_training_questions
from a4a_qa.training.validate import question_sets
from a4a_qa.training.written import WRITTEN, PlacedQuestion, read_written


@dataclass(frozen=True, slots=True)
class Material:
    """A report to learn from: its sentences in their place, and questions on them."""

    name: str
    sentences: tuple[str, ...]
    questions: tuple[PlacedQuestion, ...]

    @property
    def answered(self) -> tuple[PlacedQuestion, ...]:
        """The questions that the report answers."""
        return tuple(question for question in self.questions if question.hard_negative is None)


def read_material(root: Path) -> tuple[Material, ...]:
    """All that the repository at `root` has to learn from.

    Questions that lean on earlier ones are left out. Raises CorpusError, also when the text of a report is
    missing, or ReportError.
    """
    listed = listed_reports(root, reports_folder(root))
    found = (*_published(root, listed), *_own(root, listed), *_written(root))
    if not found:
        raise CorpusError(f"{root} has nothing to learn from: no training/questions, no training/written.")
    return found


def material_sha256(root: Path) -> str:
    """One SHA-256 over the names and bytes of all files of questions that `read_material` reads."""
    files = sorted([*(root / QUESTIONS).rglob("*.jsonl"), *(root / WRITTEN).glob("*.jsonl")])
    lines = (f"{file.relative_to(root).as_posix()} {file_sha256(file)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _published(root: Path, listed: dict[str, ListedReport]) -> Iterator[Material]:
    for one in question_sets(root, listed):
        report = read_report(one.checked().file)
        at = {name: place for place, name in enumerate(sentence_ids(report))}
        questions = read_training_questions(root / QUESTIONS / f"{one.id}.jsonl")
        missing = [name for question in questions for name in question.named if name not in at]
        if missing:
            raise CorpusError(
                f"The questions on {one.id} name {missing[0]}, which the report lacks as it is read now. "
                "Run `a4a-qa training migrate`."
            )
        yield Material(
            one.id,
            _sentences(report),
            tuple(
                PlacedQuestion(
                    question.question,
                    tuple(at[name] for name in question.evidence),
                    tuple(at[name] for name in question.also),
                    question.answer,
                    question.hard_negative,
                )
                for question in questions
                if not question.history
            ),
        )


def _own(root: Path, listed: dict[str, ListedReport]) -> Iterator[Material]:
    """The reports of `corpus/`, with the authored questions on them."""
    for one in listed.values():
        if one.sha256 is not None:
            continue
        report = read_report(one.file.parent)
        authored = read_authored(one.file.parent, report)
        if authored:
            yield Material(
                one.id,
                _sentences(report),
                tuple(
                    PlacedQuestion(
                        question.text,
                        (question.sentence,),
                        hard_negative=(question.reason or "absent_detail") if question.near_miss else None,
                    )
                    for question in authored
                ),
            )


def _written(root: Path) -> Iterator[Material]:
    for path in sorted((root / WRITTEN).glob("*.jsonl")):
        sentences: list[str] = []
        questions: list[PlacedQuestion] = []
        for section in read_written(path):
            first = len(sentences)
            sentences += (". ".join([*section.headings, sentence]) for sentence in section.sentences)
            questions += (
                PlacedQuestion(
                    question.question,
                    tuple(first + place for place in question.evidence),
                    tuple(first + place for place in question.also),
                    question.answer,
                    question.hard_negative,
                )
                for question in section.questions
            )
        yield Material(f"written/{path.stem}", tuple(sentences), tuple(questions))


def _sentences(report: Report) -> tuple[str, ...]:
    return tuple(sentence_in_place(report, sentence) for sentence in report.sentences)
