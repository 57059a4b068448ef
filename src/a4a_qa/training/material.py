"""What models learn from, in one shape: sentences in the context of their report, and questions on them.

It comes from the training questions on published reports, whose texts have to be there; from the authored
questions on the reports in `corpus/`; and from written sections, each file of which counts as a report.
Questions are also learnt as people type them: some misspelt, some cut down to keywords (`as_typed`).
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.index.passages import context_in_place, sentence_in_place
from a4a_qa.parsing.read import read_report
from a4a_qa.report.catalogue import AUTHORED_FILE, ListedReport, authored_file, listed_reports, reports_folder
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Report
from a4a_qa.training.authored import (
    ELSEWHERE_FILE,
    PRACTICE_FILE,
    SEVERAL_FILE,
    AuthoredQuestion,
    NearMissReason,
    QuestionOfSeveral,
    read_elsewhere_questions,
    read_index_questions,
    read_questions_of_several,
)
from a4a_qa.training.training_questions import (
    MIGRATE,
    QUESTIONS,
    WRITTEN,
    PlacedQuestion,
    question_sets,
    read_training_questions,
    read_written,
)

# The shares of training questions that are misspelt and cut down to keywords (docs/experiments.md).
TYPO_SHARE = 0.15
KEYWORD_SHARE = 0.05

_WORD = re.compile(r"[\w'’-]+")
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for by with from as and or is are was were be been being do does did has have "
    "had can could would will how what which who whom whose when where why that this these those there it "
    "its they their many much any".split()
)
# By each key, the neighbour on an English keyboard that a finger hits instead.
_NEXT_KEY = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxfrghjoklknmiowtayibezux", strict=True))
# The yes/no answers, by the form of short answer that authored questions give.
_ANSWERS: Mapping[str | None, bool] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Material:
    """A report to learn from.

    `sentences` are as an encoder reads them, each after its context (its headings, what introduces it), which
    `contexts` gives alone. `is_own` if the report stands in `corpus/`.
    """

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
        """The sentences at these positions as one text, as `index.passages.sentences_in_place` joins them:
        a context is not repeated for the next sentence."""
        texts: list[str] = []
        last = None
        for place in places:
            sentence, context = self.sentences[place], self.contexts[place]
            texts.append(sentence.removeprefix(context) if context == last else sentence)
            last = context
        return " ".join(texts)


def read_material(root: Path) -> tuple[Material, ...]:
    """All that the repository at `root` has to learn from, without questions that follow up on others.

    Raises ReportError or CorpusError, also when the text of a report is missing.
    """
    listed = listed_reports(root, reports_folder(root))
    found = (*_published(root, listed), *_own(listed), *_written(root))
    if not found:
        raise CorpusError(f"{root} has nothing to learn from: no {QUESTIONS}, no {WRITTEN}.")
    return found


def material_sha256(root: Path) -> str:
    """One SHA-256 over the names and bytes of all files of questions that `read_material` reads."""
    files = sorted([*(root / QUESTIONS).rglob("*.jsonl"), *(root / WRITTEN).glob("*.jsonl")])
    lines = (f"{file.relative_to(root).as_posix()} {file_sha256(file)}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def own_reports(listed: Mapping[str, ListedReport]) -> Iterator[tuple[ListedReport, Report]]:
    """The reports in `corpus/`; raises ReportError."""
    return ((one, read_report(one.file.parent)) for one in listed.values() if one.sha256 is None)


def read_authored(folder: Path, report: Report) -> tuple[AuthoredQuestion, ...]:
    """The authored questions, near misses included, that a sentence of a report in `corpus/` answers or seems
    to; raises CorpusError."""
    return tuple(
        question
        for name in (AUTHORED_FILE, PRACTICE_FILE)
        for question in read_index_questions(authored_file(folder, name), report)
    )


def _published(root: Path, listed: dict[str, ListedReport]) -> Iterator[Material]:
    for one in question_sets(root, listed):
        report = read_report(one.checked().file)
        at = {name: place for place, name in enumerate(sentence_ids(report))}
        questions = read_training_questions(root / QUESTIONS / f"{one.id}.jsonl")
        missing = [name for question in questions for name in question.named if name not in at]
        if missing:
            raise CorpusError(
                f"The questions on {one.id} name {missing[0]}, which the report lacks as it is read now. "
                f"{MIGRATE}"
            )
        placed = tuple(
            PlacedQuestion(
                question.question,
                tuple(at[name] for name in question.evidence),
                tuple(at[name] for name in question.also),
                question.answer,
                question.hard_negative,
            )
            for question in questions
            if not question.history
        )
        yield Material(one.id, *_sentences(report), placed)


def _own(listed: Mapping[str, ListedReport]) -> Iterator[Material]:
    for one, report in own_reports(listed):
        folder = one.file.parent
        several = read_questions_of_several(authored_file(folder, SEVERAL_FILE), report)
        elsewhere = read_elsewhere_questions(authored_file(folder, ELSEWHERE_FILE))
        questions = (
            *map(_of_sentence, read_authored(folder, report)),
            *map(_of_several, several),
            *(PlacedQuestion(question, (), hard_negative="absent_detail") for question in elsewhere),
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
            for question in section.questions:
                evidence, also = (
                    tuple(first + place for place in places) for places in (question.evidence, question.also)
                )
                questions.append(replace(question, evidence=evidence, also=also))
        yield Material(f"written/{path.stem}", tuple(sentences), tuple(contexts), tuple(questions))


def _sentences(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of a report in their context, and their contexts alone."""
    return tuple(sentence_in_place(report, sentence) for sentence in report.sentences), tuple(
        context_in_place(report, sentence) for sentence in report.sentences
    )


def as_typed(
    question: str, chance: random.Random, *, typos: float = TYPO_SHARE, cut: float = KEYWORD_SHARE
) -> str:
    """A question as somebody may type it: misspelt with the probability `typos`, cut down to its keywords
    with `cut`, else as it is."""
    share = chance.random()
    if share < typos:
        return misspelt(question, chance)
    return keywords(question) if share < typos + cut else question


def misspelt(question: str, chance: random.Random) -> str:
    """A question with a slip of the fingers in one to three of its longer words."""
    words = question.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in chance.sample(long, min(len(long), chance.choice((1, 1, 2, 2, 3)))):
        words[place] = _slip(words[place], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """A word with two letters swapped, or one left out, doubled or replaced; its first letter stays."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kind = chance.choices(("swap", "drop", "double", "replace"), (35, 30, 15, 20))[0]
    if kind == "swap":
        return before + after[0] + letter + after[1:]
    changed = {"drop": "", "double": letter * 2, "replace": _NEXT_KEY.get(letter.lower(), letter)}[kind]
    return before + changed + after


def keywords(question: str) -> str:
    """A question without its function words, or as it is when fewer than two words would be left."""
    words = [word for word in _WORD.findall(question) if word.lower() not in _FUNCTION_WORDS]
    return " ".join(words) if len(words) > 1 else question
