"""A text that quotes or cites the report → which of its statements the report backs.

A statement is `verbatim` when its words, or all that it puts in quotation marks, stand in the report;
`altered` when they nearly do, or say another number, year, name, article, or something contrary;
`supported` when it says the same in other words; `unsupported` otherwise. When the report backs a statement
and a note that it cites does not stand on that sentence, it is `wrong_endnote`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from a4a_qa.answering.answer import Citation
from a4a_qa.answering.cite import Citer
from a4a_qa.errors import QuestionError
from a4a_qa.index.retrieval import Retriever
from a4a_qa.models.judge import Judge
from a4a_qa.question.query import check_text
from a4a_qa.report.report import About, Pages, Report, Span
from a4a_qa.verify.compare import Compared, Comparer
from a4a_qa.verify.differences import Difference
from a4a_qa.verify.statements import Statement, read_statements

Verdict = Literal["verbatim", "altered", "supported", "unsupported", "wrong_endnote"]
VERDICTS: tuple[Verdict, ...] = ("verbatim", "altered", "supported", "unsupported", "wrong_endnote")

LONGEST_TEXT = 20_000
# Some fifteen milliseconds each: a text of the longest kind is done within a few seconds.
MOST_STATEMENTS = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement of the text with its verdict; `start`, `end` and the differences' places are in the text.

    `evidence` are the places of the report that it rests on, or for one that is not backed the nearest.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    cited_endnotes: tuple[int, ...]
    wrong_endnotes: tuple[int, ...]
    differences: tuple[Difference, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` returns: every statement of the text in order."""

    statements: tuple[Checked, ...]
    report: About

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, with how many statements have which verdict."""
        counted = Counter(checked.verdict for checked in self.statements)
        return {
            "statements": [asdict(checked) for checked in self.statements],
            "counts": {verdict: counted[verdict] for verdict in VERDICTS},
            "report": self.report.short(),
        }


class Abandoned(Exception):
    """Checking ended before all statements were checked, since nobody waits for them any more."""


class Verifier:
    """Checks texts against one report."""

    def __init__(self, report: Report, retriever: Retriever, citer: Citer, judge: Judge) -> None:
        self._report = report
        self._citer = citer
        self._comparer = Comparer(report, retriever, judge)

    def verify(self, text: str, *, stop: Callable[[], bool] = lambda: False) -> Verification:
        """Check every statement of a text. Raises QuestionError when there is none, or too much.

        `stop` is asked before each statement whether to go no further; then it raises Abandoned.
        """
        check_text(text)
        if len(text) > LONGEST_TEXT:
            raise QuestionError(
                f"The text has {len(text):,} characters, at most {LONGEST_TEXT:,} are checked at once. "
                "Check it in parts."
            )
        statements = list(read_statements(text))
        if not statements:
            raise QuestionError("The text states nothing. Give at least one sentence to check.")
        if len(statements) > MOST_STATEMENTS:
            raise QuestionError(
                f"The text has {len(statements)} statements, at most {MOST_STATEMENTS} are checked at once. "
                "Check it in parts."
            )
        checked: list[Checked] = []
        for statement in statements:
            if stop():
                raise Abandoned
            checked.append(self._check(statement, text))
        return Verification(tuple(checked), self._report.about)

    def _check(self, statement: Statement, text: str) -> Checked:
        found = self._comparer.compare(statement)
        wrong = self._wrong_endnotes(statement.cited, found)
        backed = found.verdict in ("verbatim", "supported")
        if backed and (wrong_pages := tuple(self._wrong_pages(statement, found, text))):
            found = replace(found, verdict="altered", differences=(*found.differences, *wrong_pages))
            backed = False
        return Checked(
            text=text[statement.start : statement.end],
            start=statement.start,
            end=statement.end,
            verdict="wrong_endnote" if wrong and backed else found.verdict,
            cited_endnotes=statement.cited,
            wrong_endnotes=wrong,
            differences=found.differences,
            evidence=self._evidence(found.places),
        )

    def _wrong_endnotes(self, cited: Sequence[int], found: Compared) -> tuple[int, ...]:
        """The cited endnotes that stand on no sentence which the statement rests on."""
        if found.verdict == "unsupported":
            return ()
        places = [*found.places, *found.elsewhere]
        sentences = [sentence for place in places for sentence in self._report.sentences_touched(place)]
        right = {number for sentence in sentences for number in sentence.endnotes}
        right |= {n.number for n in self._report.endnotes for p in places if n.start <= p.start < n.end}
        return tuple(number for number in cited if number not in right)

    def _wrong_pages(self, statement: Statement, found: Compared, text: str) -> Iterator[Difference]:
        """The references to pages on which nothing stands that the statement rests on; none where the
        report's pages are not known."""
        printed = [
            self._report.page_of(place.start, place.end) for place in (*found.places, *found.elsewhere)
        ]
        known = [pages for pages in printed if pages]
        for cited in statement.pages if known else ():
            if cited.first is None or cited.last is None:
                continue
            if not any(_overlap(pages, cited.first, cited.last) for pages in known):
                said = text[cited.start : cited.end].strip()
                yield Difference("page", said, known[0].as_cited, cited.start, cited.end)

    def _evidence(self, places: Sequence[Span]) -> tuple[Citation, ...]:
        """The places as citations: whole sentences, and endnotes as such."""
        citations: list[Citation] = []
        for place in places:
            note = next((n for n in self._report.endnotes if n.start <= place.start < n.end), None)
            if note is not None:
                citations.append(self._citer.endnote(note, len(citations) + 1))
                continue
            sentences = self._report.sentences_touched(place)
            span = Span(sentences[0].start, sentences[-1].end) if sentences else place
            citations.append(self._citer.place(span, len(citations) + 1))
        return tuple(citations)


def _overlap(pages: Pages, first: int, last: int) -> bool:
    """Whether one of the pages from `first` to `last`, as they are printed, is one of these."""
    labels = [int(number) for number in re.findall(r"\d+", pages.label)] if pages.exact else []
    low, high = (labels[0], labels[-1]) if labels else (pages.first, pages.last)
    return low <= last and (high is None or first <= high)
