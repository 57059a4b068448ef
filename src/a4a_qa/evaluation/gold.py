"""Gold questions: the records of `eval/gold/<report>/*.jsonl`, with every quote, or sentence named by its id,
turned into its place in the report.

Questions that share evidence belong together: a change that helps one helps the other, and one must not
be tuned on while the other is tested on. They form a component, over which splits and intervals are made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.quotes import Quotes, folded
from a4a_qa.evaluation.records import (
    AnyOf,
    EndnoteNumber,
    GoldRecord,
    NamedSentence,
    Quote,
    Split,
    gold_record,
)
from a4a_qa.index.passages import sentence_ids
from a4a_qa.json_lines import json_object, read_lines
from a4a_qa.report import Report, Span

# Of many problems in one file, the first ones tell what went wrong.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Target:
    """One place that would do: a span of the text, or an endnote by its number.

    `places` holds the span and every other sentence with the same words; it is empty for an endnote.
    `endnotes` are the note marks in the span, or the endnote itself.
    """

    places: tuple[Span, ...]
    endnotes: frozenset[int]

    @property
    def is_endnote(self) -> bool:
        """Whether an endnote itself is meant."""
        return not self.places


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that must be cited: any one of its targets."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A gold record with its places; `component` is the smallest fact that it shares evidence with."""

    record: GoldRecord
    evidence: tuple[Evidence, ...]
    acceptable: tuple[Span, ...]
    nearest: tuple[Span, ...]
    where: str
    component: str = ""

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.record.id


@dataclass(frozen=True)
class GoldSet:
    """All gold questions about one report, in file order; `sha256` is that of the files' records."""

    report: Report
    questions: tuple[GoldQuestion, ...]
    sha256: str

    def of_split(self, split: Split) -> GoldSet:
        """The questions of one split, or all where none is marked so."""
        own = tuple(question for question in self.questions if question.record.split == split)
        return replace(self, questions=own or self.questions)


def read_gold(folder: Path, report: Report) -> GoldSet:
    """The gold questions of a folder, or of one file; raises EvaluationError that names each bad line."""
    gold, problems = load_gold(folder, report)
    if problems:
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise EvaluationError("\n".join(problems[:_SHOWN]) + more)
    return gold


def load_gold(folder: Path, report: Report) -> tuple[GoldSet, list[str]]:
    """The gold questions that can be read, and what is wrong with the others, by file and line."""
    places, twins = _Places(report), _twins(report)
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    digest = hashlib.sha256()
    for line, where in _lines(folder):
        try:
            values = json_object(line, EvaluationError)
            questions.append(_resolve(gold_record(values), where, places, twins))
            digest.update(json.dumps(values, sort_keys=True).encode())
        except EvaluationError as error:
            problems.append(f"{where}: {error}")
    return GoldSet(report, tuple(_with_components(questions, report)), digest.hexdigest()), problems


def _lines(folder: Path) -> Iterator[tuple[str, str]]:
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else [folder]
    if not files or not files[0].is_file():
        raise EvaluationError(f"There are no gold questions in {folder}: expected files named *.jsonl.")
    for file in files:
        yield from read_lines(file, EvaluationError)


def _resolve(record: GoldRecord, where: str, places: _Places, twins: dict[str, list[Span]]) -> GoldQuestion:
    report = places.report

    def target(item: Quote | NamedSentence | EndnoteNumber) -> Target:
        if isinstance(item, EndnoteNumber):
            if report.endnote(item.endnote) is None:
                raise EvaluationError(
                    f"there is no endnote {item.endnote}, the report has {len(report.endnotes)}."
                )
            return Target((), frozenset([item.endnote]))
        span = places.find(item)
        same = twins.get(folded(report.slice(span)), [])
        marks = report.marks_in(span.start, span.end)
        return Target(tuple(dict.fromkeys([span, *same])), frozenset(mark.number for mark in marks))

    for section in record.sections:
        if not any(known.path[: len(section)] == tuple(section) for known in report.sections):
            raise EvaluationError(f"the report has no section {' > '.join(section)}.")
    evidence = tuple(
        Evidence(tuple(target(one) for one in (item.any_of if isinstance(item, AnyOf) else [item])))
        for item in record.evidence
    )
    return GoldQuestion(
        record,
        evidence,
        tuple(places.find(item, marked=False) for item in record.acceptable),
        tuple(places.find(item) for item in record.nearest),
        where,
    )


class _Places:
    """Finds what a record quotes or names in one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._quotes = Quotes(report)
        self._sentences = dict(zip(sentence_ids(report), report.sentences, strict=True))

    def find(self, item: str | Quote | NamedSentence, *, marked: bool = True) -> Span:
        """The place of a quote or a sentence; if `marked`, the endnotes that the item names must be those of
        the marks in it. Raises EvaluationError."""
        if isinstance(item, str):
            return self._quotes.find(item)
        named = item.sentence if isinstance(item, NamedSentence) else f"«{item.quote[:60]}»"
        span = self._sentence(named) if isinstance(item, NamedSentence) else self._quotes.find(item.quote)
        marks = [mark.number for mark in self.report.marks_in(span.start, span.end)]
        if marked and sorted(item.endnotes) != sorted(marks):
            raise EvaluationError(f"{named} names endnotes {item.endnotes}, the report has {marks} in it.")
        return span

    def _sentence(self, name: str) -> Span:
        found = self._sentences.get(name)
        if found is None:
            raise EvaluationError(
                f"the report has no sentence {name}; if it is read by another parser now, "
                "`a4a-qa training migrate` finds the sentence again."
            )
        return Span(found.start, found.end)


def _twins(report: Report) -> dict[str, list[Span]]:
    """Sentences by their words: a report that says a thing twice may be cited at either place."""
    twins: dict[str, list[Span]] = {}
    for sentence in report.sentences:
        twins.setdefault(folded(report.slice(sentence)), []).append(Span(sentence.start, sentence.end))
    return twins


def sentence_positions(report: Report, spans: Iterable[Span]) -> list[int]:
    """The sentences (by position) that spans touch."""
    return [position for span in spans for position in report.positions_touched(span.start, span.end)]


def _with_components(questions: Sequence[GoldQuestion], report: Report) -> Iterator[GoldQuestion]:
    """Each question with its component: facts joined by a shared sentence, or by a sentence's endnote."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        root.setdefault(key, key)
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for question in questions:
        for key in _shared_keys(question, report):
            root[find(key)] = find(question.record.fact)
    smallest: dict[str, str] = {}
    for fact in sorted(question.record.fact for question in questions):
        smallest.setdefault(find(fact), fact)
    for question in questions:
        yield replace(question, component=smallest[find(question.record.fact)])


def _shared_keys(question: GoldQuestion, report: Report) -> list[str]:
    if question.record.type == "overview":  # asks for the whole: it would join all the facts of a summary
        return [question.record.fact]
    targets = [target for evidence in question.evidence for target in evidence.targets]
    # Of what comes near, the first is what a near miss was made from.
    spans = [span for target in targets for span in target.places] + list(question.nearest[:1])
    keys = [f"s{position}" for position in sentence_positions(report, spans)]
    for number in sorted({n for target in targets if target.is_endnote for n in target.endnotes}):
        carriers = [Span(sentence.start, sentence.end) for sentence in report.sentences_on(number)]
        keys += [f"n{number}", *(f"s{position}" for position in sentence_positions(report, carriers))]
    return keys
