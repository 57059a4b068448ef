"""Gold questions: the records of `eval/gold/<report>/*.jsonl`, with what they name placed in the report.

A quote is looked for as it is, then normalised (compatibility forms, dashes, quotation marks, soft hyphens,
white space) with a map back to the report's own offsets. Only places in retrieved blocks count, so a repeat
in the contents list or in an endnote does not make a quote ambiguous. Similar texts are only suggested:
"Article 13" and "Article 31" are 96 % alike.

Questions that share evidence form a component. A change that helps one of them helps the others, so splits
never cut a component, and intervals are taken over components.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.records import (
    AnyOf,
    EndnoteNumber,
    GoldRecord,
    NamedSentence,
    Quote,
    Split,
    validated,
)
from a4a_qa.json_lines import json_object, read_lines
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Report, Span

# Of many problems in one file, the first ones tell what went wrong.
_SHOWN = 20
_SAME = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys('‘’‚‛′`´“”„‟″«»"', "'"), "\u00ad": ""}
)
# Words that a suggestion must share with the quote: they turn a statement into another one.
_DECISIVE = re.compile(r"\d+(?:[.,/]\d+)*|\b(?:not?|never|none|neither|nor|without|cannot)\b|n['’]t\b", re.I)
# A suggestion less alike than this (0 to 100) would only mislead.
_ALIKE = 75


@dataclass(frozen=True, slots=True)
class Target:
    """One place that would do as evidence: a span of the text, or an endnote by its number.

    `places` holds the span and every other sentence with the same words; it is empty for an endnote.
    `endnotes` are the note marks in the span, or the endnote itself.
    """

    places: tuple[Span, ...]
    endnotes: frozenset[int]

    @property
    def is_endnote(self) -> bool:
        """Whether the target is an endnote."""
        return not self.places


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that must be cited: any one of its targets."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A gold record with its places; `component` names the component that it belongs to."""

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

    @property
    def targets(self) -> list[Target]:
        """The targets of all evidence."""
        return [target for evidence in self.evidence for target in evidence.targets]


@dataclass(frozen=True)
class GoldSet:
    """The gold questions about one report, in file order; `sha256` is that of their records."""

    report: Report
    questions: tuple[GoldQuestion, ...]
    sha256: str

    def of_split(self, split: Split) -> GoldSet:
        """The questions of one split, or all of them if none belongs to it."""
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
    places = _Places(report)
    questions: list[GoldQuestion] = []
    problems: list[str] = []
    digest = hashlib.sha256()
    for line, where in _lines(folder):
        try:
            values = json_object(line, EvaluationError)
            questions.append(_placed(validated(GoldRecord, values), where, places))
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


def _placed(record: GoldRecord, where: str, places: _Places) -> GoldQuestion:
    known = [section.path for section in places.report.sections]
    for section in record.sections:
        if not any(path[: len(section)] == tuple(section) for path in known):
            raise EvaluationError(f"the report has no section {' > '.join(section)}.")
    return GoldQuestion(
        record,
        tuple(
            Evidence(tuple(map(places.target, item.any_of if isinstance(item, AnyOf) else [item])))
            for item in record.evidence
        ),
        tuple(places.find(item, check_marks=False) for item in record.acceptable),
        tuple(places.find(item) for item in record.nearest),
        where,
    )


class _Places:
    """Finds what records quote or name in one report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._quotes = Quotes(report)
        self._sentences = dict(zip(sentence_ids(report), report.sentences, strict=True))
        # A report that says a thing twice may be cited at either place.
        self._by_words: dict[str, list[Span]] = {}
        for sentence in report.sentences:
            same = self._by_words.setdefault(folded(report.slice(sentence)), [])
            same.append(Span(sentence.start, sentence.end))

    def target(self, item: Quote | NamedSentence | EndnoteNumber) -> Target:
        """The target that an item states; raises EvaluationError when the report lacks it."""
        if isinstance(item, EndnoteNumber):
            if self.report.endnote(item.endnote) is None:
                raise EvaluationError(
                    f"there is no endnote {item.endnote}, the report has {len(self.report.endnotes)}."
                )
            return Target((), frozenset([item.endnote]))
        span = self.find(item)
        same = self._by_words.get(folded(self.report.slice(span)), [])
        marks = self.report.marks_in(span.start, span.end)
        return Target(tuple(dict.fromkeys([span, *same])), frozenset(mark.number for mark in marks))

    def find(self, item: str | Quote | NamedSentence, *, check_marks: bool = True) -> Span:
        """The place of a quote or a sentence; with `check_marks`, the endnotes that the item lists must be
        those of the marks in it. Raises EvaluationError."""
        if isinstance(item, str):
            return self._quotes.find(item)
        name = item.sentence if isinstance(item, NamedSentence) else f"'{item.quote[:60]}'"
        span = self._sentence(name) if isinstance(item, NamedSentence) else self._quotes.find(item.quote)
        marks = [mark.number for mark in self.report.marks_in(span.start, span.end)]
        if check_marks and sorted(item.endnotes) != sorted(marks):
            raise EvaluationError(f"{name} lists endnotes {item.endnotes}, the report has {marks} in it.")
        return span

    def _sentence(self, name: str) -> Span:
        found = self._sentences.get(name)
        if found is None:
            raise EvaluationError(
                f"the report has no sentence {name}. If the parser has changed, `a4a-qa training migrate` "
                "finds the sentence again."
            )
        return Span(found.start, found.end)


def fold(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and for each of its characters the offset that it came from."""
    kept: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", character).translate(_SAME):
            piece = " " if piece.isspace() else piece
            if piece != " " or (kept and kept[-1] != " "):
                kept.append(piece)
                offsets.append(offset)
    return "".join(kept), offsets


def folded(text: str) -> str:
    """A text as it is compared as a whole: folded, without case and surrounding space."""
    return fold(text)[0].strip().casefold()


class Quotes:
    """Finds verbatim quotes in one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._folded, self._offsets = fold(report.text)

    def find(self, quote: str) -> Span:
        """The one place of a quote; raises EvaluationError when it has none, or several."""
        places = self._exact(quote) or self._normalised(quote)
        if len(places) == 1:
            return places[0]
        short = quote if len(quote) <= 80 else f"{quote[:77]}…"
        if places:
            raise EvaluationError(
                f"the quote '{short}' stands at {len(places)} places of the report, expected one. "
                "Quote more words, or name every place in 'any_of'."
            )
        near = self._nearest(quote)
        advice = (
            f"The nearest sentence with the same numbers and negations is '{near}'."
            if near
            else "Copy it from `a4a-qa report`, word for word."
        )
        raise EvaluationError(f"the quote '{short}' is not in the report's retrieved text. {advice}")

    def _exact(self, quote: str) -> list[Span]:
        spans = (Span(start, start + len(quote)) for start in _occurrences(self._report.text, quote))
        return [span for span in spans if self._is_retrieved(span)]

    def _normalised(self, quote: str) -> list[Span]:
        wanted = fold(quote)[0].strip()
        spans = (
            Span(self._offsets[start], self._offsets[start + len(wanted) - 1] + 1)
            for start in _occurrences(self._folded, wanted)
        )
        return list(dict.fromkeys(span for span in spans if self._is_retrieved(span)))

    def _is_retrieved(self, span: Span) -> bool:
        block = self._report.block_at(span.start)
        return block is not None and block.retrieved and span.end <= block.end

    def _nearest(self, quote: str) -> str | None:
        """The most similar sentence that changes no number, article or negation."""
        from rapidfuzz import fuzz, process

        sentences = [self._report.slice(sentence) for sentence in self._report.sentences]
        found = process.extract(quote, sentences, scorer=fuzz.ratio, limit=5, score_cutoff=_ALIKE)
        return next((text for text, _, _ in found if _decisive(text) == _decisive(quote)), None)


def _decisive(text: str) -> list[str]:
    return sorted(match.casefold() for match in _DECISIVE.findall(text))


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def sentence_positions(report: Report, spans: Iterable[Span]) -> list[int]:
    """The positions of the sentences that spans touch."""
    return [position for span in spans for position in report.positions_touched(span.start, span.end)]


def _with_components(questions: Sequence[GoldQuestion], report: Report) -> Iterator[GoldQuestion]:
    """Each question with its component: the smallest of the facts that are joined by a shared sentence, or by
    a sentence and its endnote (union–find)."""
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
    # Of the nearest sentences, the first is the one that a near miss was made from.
    spans = [span for target in question.targets for span in target.places] + list(question.nearest[:1])
    keys = [f"s{position}" for position in sentence_positions(report, spans)]
    for number in sorted({n for target in question.targets if target.is_endnote for n in target.endnotes}):
        carriers = [Span(sentence.start, sentence.end) for sentence in report.sentences_on(number)]
        keys += [f"n{number}", *(f"s{position}" for position in sentence_positions(report, carriers))]
    return keys
