"""`index-questions.jsonl`: an author's questions and near misses for sentences of the report.

A line is `{"quote": "<the sentence, verbatim>", "questions": ["…"], "answers": […], "near_misses": ["…"],
"reasons": […]}`. Each of the `answers`, from which the judge learns short answers, belongs to the question at
its place: the words of the sentence that answer it, true or false where it asks yes or no, null where nothing
so short does. Each of the `reasons` says why the near miss at its place is none: "absent_detail",
"other_value" or "false_premise", null where nobody has said so.

`practice-several.jsonl` has questions that no sentence answers alone, for the judge, and near misses that all
of them together do not answer: `{"quotes": ["…", "…"], "questions": ["…"], "near_misses": ["…"]}`.

`elsewhere-questions.jsonl` has questions about what the report does not deal with: `{"question": "…"}`.

Any other key is an error: misspelt, it would leave out what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.errors import CorpusError
from a4a_qa.json_lines import read_json_lines
from a4a_qa.models.judge import Form
from a4a_qa.report.anchors import place_of
from a4a_qa.report.report import Report

# In the same format: what encoder and judge practise on beside them. It is in no index: it costs no memory.
PRACTICE_FILE = "practice-questions.jsonl"
# What the judge alone practises on.
SEVERAL_FILE = "practice-several.jsonl"
ELSEWHERE_FILE = "elsewhere-questions.jsonl"

_KEYS = ("quote", "questions", "answers", "near_misses", "reasons")
_KEYS_OF_SEVERAL = ("quotes", "questions", "near_misses")
_KEYS_OF_ELSEWHERE = ("question",)

NearMissReason = Literal["absent_detail", "other_value", "false_premise"]
REASONS: tuple[NearMissReason, ...] = get_args(NearMissReason)


@dataclass(frozen=True, slots=True)
class AuthoredQuestion:
    """A question and the sentence (its position in `Report.sentences`) that answers it, or seems to.

    `form` is how that sentence answers it in short, and `words` are its words that do, `reason` why it does
    not answer a near miss; None when nobody has said so.
    """

    text: str
    sentence: int
    near_miss: bool
    form: Form | None = None
    words: str | None = None
    reason: NearMissReason | None = None


@dataclass(frozen=True, slots=True)
class QuestionOfSeveral:
    """A question and the positions in `Report.sentences` of those that answer it only together; a near miss
    is not answered by all of them either."""

    text: str
    sentences: tuple[int, ...]
    near_miss: bool = False


def read_index_questions(path: Path, report: Report) -> tuple[AuthoredQuestion, ...]:
    """The questions of a file, none when there is no file; raises CorpusError naming the line."""
    return tuple(
        question for record, where in _records(path, _KEYS) for question in _authored(record, where, report)
    )


def read_questions_of_several(path: Path, report: Report) -> tuple[QuestionOfSeveral, ...]:
    """The questions of a file that need several sentences, and their near misses, none when there is no file;
    raises CorpusError naming the line."""
    found: list[QuestionOfSeveral] = []
    for record, where in _records(path, _KEYS_OF_SEVERAL):
        places = _several_places(record, where, report)
        questions = _texts(record.get("questions"), f"{where}, 'questions'")
        near_misses = _texts(record.get("near_misses", []), f"{where}, 'near_misses'")
        found += [QuestionOfSeveral(text, places) for text in questions]
        found += [QuestionOfSeveral(text, places, near_miss=True) for text in near_misses]
    return tuple(found)


def read_elsewhere_questions(path: Path) -> tuple[str, ...]:
    """The questions of a file about what a report does not deal with, none when there is no file; raises
    CorpusError naming the line."""
    return tuple(
        text
        for record, where in _records(path, _KEYS_OF_ELSEWHERE)
        for text in _texts([record.get("question")], f"{where}, 'question'")
    )


def _records(path: Path, keys: Collection[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file, which have these keys, with where they stand, for errors; none when there is no
    file."""
    return read_json_lines(path, CorpusError, keys=keys) if path.is_file() else iter(())


def _several_places(record: dict[str, Any], where: str, report: Report) -> tuple[int, ...]:
    quotes = _texts(record.get("quotes"), f"{where}, 'quotes'")
    places = sorted({_sentence_of(quote, where, report) for quote in quotes})
    if len(places) < 2:
        raise CorpusError(f"{where}: expected 'quotes' from two sentences at least.")
    return tuple(places)


def _authored(record: dict[str, Any], where: str, report: Report) -> Iterator[AuthoredQuestion]:
    if not isinstance(record.get("quote"), str):
        raise CorpusError(f"{where}: expected an object with a 'quote'.")
    sentence = _sentence_of(record["quote"], where, report)
    questions = _texts(record.get("questions", []), f"{where}, 'questions'")
    own = report.text_of(sentence)
    short = _short_answers(record, len(questions), own, f"{where}, 'answers'")
    for text, (form, words) in zip(questions, short, strict=True):
        yield AuthoredQuestion(text, sentence, near_miss=False, form=form, words=words)
    near_misses = _texts(record.get("near_misses", []), f"{where}, 'near_misses'")
    reasons = _reasons(record, len(near_misses), f"{where}, 'reasons'")
    for text, reason in zip(near_misses, reasons, strict=True):
        yield AuthoredQuestion(text, sentence, near_miss=True, reason=reason)


def _reasons(record: dict[str, Any], count: int, where: str) -> list[NearMissReason | None]:
    reasons: list[NearMissReason | None] = record.get("reasons", [None] * count)
    is_list = isinstance(reasons, list) and all(one is None or one in REASONS for one in reasons)
    if not is_list or len(reasons) != count:
        raise CorpusError(
            f"{where}: expected {', '.join(REASONS)} or null for each of the {count} near misses."
        )
    return reasons


def _short_answers(
    record: dict[str, Any], count: int, sentence: str, where: str
) -> list[tuple[Form | None, str | None]]:
    if "answers" not in record:
        return [(None, None)] * count
    answers = record["answers"]
    if not isinstance(answers, list) or len(answers) != count:
        raise CorpusError(f"{where}: expected a list with an answer for each of the {count} questions.")
    return [_short_answer(answer, sentence, where) for answer in answers]


def _short_answer(answer: Any, sentence: str, where: str) -> tuple[Form, str | None]:
    if answer is None:
        return "none", None
    if isinstance(answer, bool):
        return ("yes" if answer else "no"), None
    is_text = isinstance(answer, str) and answer.strip() == answer != ""
    if not is_text or not re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", sentence):
        raise CorpusError(
            f"{where}: {answer!r} is neither whole words of the sentence nor true, false or null."
        )
    return "words", answer


def _texts(values: Any, where: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise CorpusError(f"{where}: expected a list of texts.")
    return values


def _sentence_of(quote: str, where: str, report: Report) -> int:
    """The sentence that a quote is, or lies in."""
    place = place_of(quote, where, report)
    return report.positions_touched(place.start, place.end)[0]
