"""All that models learn from, in one shape: sentences as they are read in their place, and questions on them.

It comes from the training questions on published reports, whose texts have to be there; from the authored
questions on the report in `corpus/`; and from written sections, each file of which counts as a report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.catalogue import ListedReport, listed_reports, reports_folder
from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.passages import context_in_place, sentence_ids, sentence_in_place
from a4a_qa.index.questions import (
    ELSEWHERE_FILE,
    SEVERAL_FILE,
    AuthoredQuestion,
    NearMissReason,
    QuestionOfSeveral,
    authored_file,
    read_elsewhere_questions,
    read_questions_of_several,
)
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.training.pairs import read_authored
from a4a_qa.training.questions import QUESTIONS, read_training_questions
from a4a_qa.training.validate import question_sets
from a4a_qa.training.written import WRITTEN, PlacedQuestion, read_written

# The short answers that are no words, by the form that the questions on a report of corpus/ tell.
_ANSWERS: Mapping[str | None, bool] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Material:
    """A report to learn from: its sentences in their place, what in each stands before its own words, and
    questions on them; `is_own` when it stands in `corpus/`."""

    name: str
    sentences: tuple[str, ...]
    contexts: tuple[str, ...]
    questions: tuple[PlacedQuestion, ...]
    is_own: bool = False

    @property
    def answered(self) -> tuple[PlacedQuestion, ...]:
        """The questions that the report answers."""
        return tuple(question for question in self.questions if question.hard_negative is None)

    def together(self, places: Sequence[int]) -> str:
        """Sentences as one text, as `index.passages.sentences_in_place` has it: what stands before them is
        not said twice in a row."""
        texts: list[str] = []
        last = None
        for place in places:
            sentence, context = self.sentences[place], self.contexts[place]
            texts.append(sentence.removeprefix(context) if context == last else sentence)
            last = context
        return " ".join(texts)


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
            *_sentences(report),
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
        folder = one.file.parent
        report = read_report(folder)
        several = read_questions_of_several(authored_file(folder, SEVERAL_FILE), report)
        elsewhere = read_elsewhere_questions(authored_file(folder, ELSEWHERE_FILE))
        questions = (
            *map(_of_sentence, read_authored(folder, report)),
            *map(_of_several, several),
            *map(_elsewhere, elsewhere),
        )
        if questions:
            yield Material(one.id, *_sentences(report), questions, is_own=True)


def _of_sentence(question: AuthoredQuestion) -> PlacedQuestion:
    return PlacedQuestion(
        question.text,
        (question.sentence,),
        answer=_ANSWERS.get(question.form, question.words),
        hard_negative=(question.reason or "absent_detail") if question.near_miss else None,
        on_record=question.form is not None,
    )


def _of_several(question: QuestionOfSeveral) -> PlacedQuestion:
    hard_negative: NearMissReason | None = "absent_detail" if question.near_miss else None
    return PlacedQuestion(question.text, question.sentences, hard_negative=hard_negative, on_record=False)


def _elsewhere(question: str) -> PlacedQuestion:
    """A question about something that the report does not deal with: no sentence comes near."""
    return PlacedQuestion(question, (), hard_negative="absent_detail")


def _written(root: Path) -> Iterator[Material]:
    for path in sorted((root / WRITTEN).glob("*.jsonl")):
        sentences: list[str] = []
        contexts: list[str] = []
        questions: list[PlacedQuestion] = []
        for section in read_written(path):
            first = len(sentences)
            context = "".join(f"{heading}. " for heading in section.headings)
            sentences += (context + sentence for sentence in section.sentences)
            contexts += [context] * len(section.sentences)
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
        yield Material(f"written/{path.stem}", tuple(sentences), tuple(contexts), tuple(questions))


def _sentences(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of a report in their place, and what stands before each there."""
    return tuple(sentence_in_place(report, sentence) for sentence in report.sentences), tuple(
        context_in_place(report, sentence) for sentence in report.sentences
    )
