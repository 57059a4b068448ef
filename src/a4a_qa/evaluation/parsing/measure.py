"""How much of a report's file arrives in its `Report`, in which order, and what its sentences look like.

Trigrams of words show what is lost and what is torn apart: a word that is missing takes three of them along.
Each is counted as often as it stands in the file, so a page that is left out is lost even if its words are
common ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from time import perf_counter
from typing import Any

from a4a_qa.evaluation.parsing.catalogue import Measured
from a4a_qa.evaluation.parsing.reference import CUT, Trigram, Words, file_words, report_words, trigrams
from a4a_qa.evaluation.parsing.truth import compare
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report

# What is asked of every report.
LEAST_PAIRED = 0.97
LEAST_ARRIVED = 0.97
LEAST_HEADINGS = 0.95
MOST_CHARACTERS = 1_200
FEW_CHARACTERS = 15
MOST_SHORT = 0.01
# Trigrams that are lost within so many words of each other are one place, of which so much is shown.
_NEAR = 4
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured of one report. Shares are from 0 to 1; None is where nothing is known to compare with.

    `paired` counts the notes that have both a text and a mark. `arrived` is the share of the file's trigrams
    that the report holds, `in_order` the share of those that follow each other as in the file. `lost` are the
    characters of the file's words of which no trigram arrived, `added` those of the report's words of which
    the file has no trigram. The longest note shows whether body text was taken for one. Lengths are those of
    sentences that answer questions and stand in no table. `against` are the shares of what a person read.
    `wrong` is a line for every place to look at, in words of the report: never to be written to a file.
    """

    sections: int
    sentences: int
    notes: int
    paired: int
    expected: int | None
    arrived: float
    in_order: float
    long_sentences: int
    short_sentences: float
    longest_note: int
    lost: int
    added: int
    seconds: float
    against: dict[str, float]
    wrong: list[str]

    @property
    def paired_share(self) -> float:
        """The share of the expected notes that are paired; 1 where there are none, or none are known of."""
        return min(1.0, self.paired / self.expected) if self.expected else 1.0

    def to_dict(self) -> dict[str, Any]:
        """The figures, shares with four digits."""
        values = asdict(self) | self.against | {"seconds": round(self.seconds, 1)}
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in values.items()
            if name not in ("against", "wrong")
        }


def measure(measured: Measured, parse: Callable[..., Report] = read_report) -> Row:
    """Parse a report and compare it with its file.

    Raises ReportError, or CorpusError for a missing file.
    """
    path = measured.checked().file
    began = perf_counter()
    report = parse(path)
    seconds = perf_counter() - began
    file, found = file_words(measured.original or path), report_words(report)
    lost, added = lost_trigrams(file, found), lost_trigrams(found, [pair for pair in file if pair[0] != CUT])
    prose = [
        report.slice(sentence)
        for block in report.blocks
        if block.retrieved and block.kind != "table_row"
        for sentence in report.sentences_in(block.start, block.end)
    ]
    long = [words for words in prose if len(words) > MOST_CHARACTERS]
    short = [words for words in prose if len(words) < FEW_CHARACTERS]
    notes, marks = (Counter(one.number for one in many) for many in (report.endnotes, report.note_marks))
    against, wrong = compare(report, measured.truth) if measured.truth else ({}, [])
    return Row(
        sections=len(report.sections),
        sentences=len(report.sentences),
        notes=len(report.endnotes),
        paired=(notes & marks).total(),
        expected=measured.notes,
        arrived=1 - len(lost) / max(1, sum(1 for _ in trigrams(file))),
        in_order=in_order(file, found),
        long_sentences=len(long),
        short_sentences=len(short) / max(1, len(prose)),
        longest_note=max((len(note.text) for note in report.endnotes), default=0),
        lost=_characters(file, lost),
        added=_characters(found, added),
        seconds=seconds,
        against=against,
        wrong=[
            *_places(
                "lost p." if path.suffix == ".pdf" and not measured.original else "lost line", file, lost
            ),
            *_places("added to body (0) or notes (1)", found, added),
            *(f"sentence of {len(words)} characters: {words[:_SHOWN]!r}" for words in long + short),
            *(f"note without a mark: {number}" for number in sorted((notes - marks).elements())),
            *(f"mark without a note: {number}" for number in sorted(set(marks) - set(notes))),
            *wrong,
        ],
    )


def _places(what: str, words: Words, lost: Sequence[int]) -> Iterator[str]:
    """A line for each place that lost trigrams lie in, those near each other as one."""
    starts = [index for index, at in enumerate(lost) if not index or at - lost[index - 1] > _NEAR]
    for first, after in pairwise([*starts, len(lost)]):
        shown = " ".join(word for word, _ in words[lost[first] : lost[after - 1] + 3])[:_SHOWN]
        yield f"{what} {words[lost[first]][1]}, {after - first} trigrams: {shown}"


def _characters(words: Words, lost: Sequence[int]) -> int:
    """The characters of the words all of whose trigrams are lost."""
    kept = {at for at, _ in trigrams(words)}.difference(lost)
    missed = {at + step for at in lost for step in range(3)}
    missed -= {at + step for at in kept for step in range(3)}
    return sum(len(words[at][0]) for at in missed)


def lost_trigrams(file: Words, report: Words) -> list[int]:
    """The positions of the file's trigrams that the report holds less often than the file."""
    left = Counter(trigram for _, trigram in trigrams(report))
    lost = []
    for at, trigram in trigrams(file):
        if left[trigram]:
            left[trigram] -= 1
        else:
            lost.append(at)
    return lost


def in_order(file: Words, report: Words) -> float:
    """The share of trigrams in the same order in both.

    Only trigrams that stand once in the file and once in the report have a place that is certain. Footnotes
    leave their pages, so those that arrived in the body and those that arrived in notes are two sequences. Of
    each the longest part that only ascends counts: one sidebar that moved costs its own words and no more,
    two columns that are read as one cost half of them, and shuffled paragraphs nearly all.
    """
    at_report = _single(report)
    shared = [at_report[trigram] for trigram in _single(file) if trigram in at_report]
    kept = 0
    for place in (0, 1):
        # The least ends of the ascending parts of each length.
        ends: list[int] = []
        for at in shared:
            if report[at][1] == place:
                length = bisect_left(ends, at)
                ends[length : length + 1] = [at]
        kept += len(ends)
    return kept / len(shared) if shared else 1.0


def _single(words: Words) -> dict[Trigram, int]:
    """The trigrams that stand once, in order, with their positions."""
    counts = Counter(trigram for _, trigram in trigrams(words))
    return {trigram: at for at, trigram in trigrams(words) if counts[trigram] == 1}


def failures(row: Row) -> Iterator[str]:
    """Which targets a report misses, each with the figure."""
    if row.paired_share < LEAST_PAIRED:
        yield f"{row.paired} of {row.expected} notes are paired, at least {LEAST_PAIRED:.0%} expected"
    if row.arrived < LEAST_ARRIVED:
        yield f"{row.arrived:.2%} of the trigrams arrive, at least {LEAST_ARRIVED:.0%} expected"
    if row.long_sentences:
        yield f"{row.long_sentences} sentences are longer than {MOST_CHARACTERS:,} characters"
    if row.short_sentences >= MOST_SHORT:
        yield (
            f"{row.short_sentences:.1%} of the sentences are shorter than {FEW_CHARACTERS} characters, "
            f"expected fewer than {MOST_SHORT:.0%}"
        )
    for name, share in row.against.items():
        if name.startswith("heading_") and share < LEAST_HEADINGS:
            yield f"{name.replace('_', ' ')} is {share:.2f}, at least {LEAST_HEADINGS} expected"
