"""How well an encoder finds what gold questions ask for: the scores of the ablation.

They are measured as the product searches, with the sentences, index questions and near misses of the
report. Only rows of the development split are read; nobody trains on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.answering.question import Question, read_question
from a4a_qa.errors import CorpusError
from a4a_qa.hits import Hits
from a4a_qa.index.build import make_parts
from a4a_qa.index.encoder import Encoder
from a4a_qa.json_lines import read_json_lines
from a4a_qa.report import Report
from a4a_qa.retrieval import Retriever

# Unanswerable questions that come near the report: the ones that scores alone hardly tell apart.
_NEAR = ("near_miss", "false_premise")


@dataclass(frozen=True, slots=True)
class DevelopmentQuestion:
    """A question and the sentences (by position) of which any one answers it.

    There are none when the report does not answer it.
    """

    question: Question
    variant: str
    sentences: frozenset[int]


def read_development(path: Path, report: Report) -> tuple[DevelopmentQuestion, ...]:
    """The development questions of a gold file, or of all files of a folder; see `read_questions`."""
    return read_questions(path, report, ("dev",))


def read_questions(path: Path, report: Report, splits: Sequence[str]) -> tuple[DevelopmentQuestion, ...]:
    """The questions of these splits in a gold file, or in all files of a folder.

    Left out are those answered by an endnote alone, and those about something else. Raises CorpusError when
    a line is no gold question.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return tuple(question for file in files for question in _read_file(file, report, splits))


def _read_file(file: Path, report: Report, splits: Sequence[str]) -> Iterator[DevelopmentQuestion]:
    for row, where in read_json_lines(file, CorpusError):
        try:
            yield from _read_row(row, report) if row["split"] in splits else ()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(f"{where}: this is no gold question: {error!r}.") from error


def _read_row(row: dict[str, Any], report: Report) -> Iterator[DevelopmentQuestion]:
    question = read_question(row["question"], row.get("history") or ())
    quotes = [
        target["quote"]
        for evidence in row.get("evidence") or ()
        for target in evidence.get("any_of", [evidence])
        if "quote" in target
    ]
    sentences = frozenset(place for quote in quotes for place in _sentences_of(quote, report))
    if row["answerable"] and sentences:
        yield DevelopmentQuestion(question, row["variant"], sentences)
    elif not row["answerable"] and row["kind"] in _NEAR:
        yield DevelopmentQuestion(question, row["variant"], frozenset())


def _sentences_of(quote: str, report: Report) -> Iterator[int]:
    """The sentences that a quote touches, wherever it stands."""
    at = report.text.find(quote)
    while quote and at >= 0:
        yield from report.positions_touched(at, at + len(quote))
        at = report.text.find(quote, at + 1)


def development_scores(
    encoder: Encoder, report: Report, questions_file: Path, questions: Sequence[DevelopmentQuestion]
) -> dict[str, dict[str, float]]:
    """The scores of each variant, and how well a margin tells unanswerable questions from the others.

    `sentence_at_k` is the share of questions with a right sentence among the first k, `passage_at_5` the
    same for passages. `margin_auroc` compares the best late-interaction score less that of the best near
    miss, for answerable questions (base and paraphrase) against near misses and false premises.
    """
    retriever = Retriever(make_parts(report, encoder, questions_file), encoder)
    found = [
        (one, retriever.search(one.question.search, follow_up=one.question.follow_up)) for one in questions
    ]
    variants = dict.fromkeys(one.variant for one in questions if one.sentences)
    scores = {
        variant: _found(
            [(one, hits) for one, hits in found if one.sentences and one.variant == variant], retriever
        )
        for variant in variants
    }
    known = [_margin(hits) for one, hits in found if one.sentences and one.variant in ("base", "paraphrase")]
    unknown = [_margin(hits) for one, hits in found if not one.sentences]
    if known and unknown:
        scores["near_misses"] = {"questions": len(unknown), "margin_auroc": _auroc(known, unknown)}
    return scores


def _found(pairs: Sequence[tuple[DevelopmentQuestion, Hits]], retriever: Retriever) -> dict[str, float]:
    passage_of = retriever.passage_map.passage_of

    def share(is_right: Callable[[DevelopmentQuestion, Hits], bool]) -> float:
        return round(sum(is_right(one, hits) for one, hits in pairs) / len(pairs), 3)

    def sentence_at(k: int) -> float:
        return share(lambda one, hits: any(hit.sentence in one.sentences for hit in hits.sentences[:k]))

    def in_passage(one: DevelopmentQuestion, hits: Hits) -> bool:
        right = {passage_of(sentence) for sentence in one.sentences}
        return any(hit.passage in right for hit in hits.passages[:5])

    return {
        "questions": len(pairs),
        **{f"sentence_at_{k}": sentence_at(k) for k in (1, 3, 5)},
        "passage_at_5": share(in_passage),
    }


def _margin(hits: Hits) -> float:
    return max((hit.late for hit in hits.sentences), default=0.0) - hits.near_miss


def _auroc(higher: Iterable[float], lower: Sequence[float]) -> float:
    """The chance that one of `higher` is above one of `lower`; ties count half."""
    wins = [(a > b) + 0.5 * (a == b) for a in higher for b in lower]
    return round(sum(wins) / len(wins), 3)
