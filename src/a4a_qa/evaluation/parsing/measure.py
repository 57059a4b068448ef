"""How much of a report's file arrives in its `Report`, in which order, and what its sentences look like.

Trigrams of words show what is lost and what is torn apart: a word that is missing takes three of them along.
Each is counted as often as it stands in the file, so a page that is left out is lost even if its words are
common ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

from a4a_qa.evaluation.parsing.catalogue import Measured
from a4a_qa.evaluation.parsing.reference import Words, file_words, report_words
from a4a_qa.evaluation.parsing.truth import Against, compare, read_truth
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report, Sentence

# What is asked of every report.
LEAST_PAIRED = 0.97
LEAST_ARRIVED = 0.97
LEAST_HEADINGS = 0.95
MOST_CHARACTERS = 1_200
FEW_CHARACTERS = 15
MOST_SHORT = 0.01
# Trigrams that are lost within so many words of each other are one place.
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured of one report. Shares are from 0 to 1; None is where nothing is known to compare with.

    `paired` counts the notes that have both a text and a mark. `arrived` is the share of the file's trigrams
    that the report holds, `in_order` the share of those that follow each other as in the file. `lost` are the
    characters of the file's words of which no trigram arrived, `added` those of the report's words of which
    the file has no trigram. The longest note shows whether body text was taken for one. Lengths are those of
    sentences that answer questions and stand in no table.
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
    against: Against | None = None

    @property
    def paired_share(self) -> float:
        """The share of the expected notes that are paired; 1 where there are none, or none are known of."""
        return min(1.0, self.paired / self.expected) if self.expected else 1.0

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values, shares with four digits."""
        values = asdict(self)
        against = values.pop("against") or {}
        return {
            name: round(value, 1 if name == "seconds" else 4) if isinstance(value, float) else value
            for name, value in {**values, **against}.items()
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A report that was parsed, with the words of its file and the seconds that parsing took."""

    measured: Measured
    report: Report
    words: Words
    seconds: float


def read(measured: Measured, parse: Callable[..., Report] = read_report) -> Reading:
    """Parse a report once. Raises ReportError, CorpusError, or EvaluationError for a missing file."""
    file = measured.checked().file
    began = perf_counter()
    report = parse(file)
    seconds = perf_counter() - began
    return Reading(measured, report, file_words(measured.original or file), seconds)


def row_of(reading: Reading) -> Row:
    """What is measured of a parsed report."""
    report, file, found = reading.report, reading.words, report_words(reading.report)
    lost, added = lost_trigrams(file, found), lost_trigrams(found, file.uncut())
    lengths = [sentence.end - sentence.start for sentence in prose(report)]
    notes, marks = (Counter(one.number for one in many) for many in (report.endnotes, report.note_marks))
    truth = reading.measured.truth
    return Row(
        sections=len(report.sections),
        sentences=len(report.sentences),
        notes=len(report.endnotes),
        paired=(notes & marks).total(),
        expected=reading.measured.notes,
        arrived=1 - len(lost) / max(1, sum(1 for _ in file.trigrams())),
        in_order=in_order(file, found)[0],
        long_sentences=sum(length > MOST_CHARACTERS for length in lengths),
        short_sentences=sum(length < FEW_CHARACTERS for length in lengths) / max(1, len(lengths)),
        longest_note=max((len(note.text) for note in report.endnotes), default=0),
        lost=_characters(file, lost),
        added=_characters(found, added),
        seconds=reading.seconds,
        against=compare(report, read_truth(truth)).against if truth else None,
    )


def prose(report: Report) -> list[Sentence]:
    """The sentences that answer questions and stand in no table."""
    kept = [block for block in report.blocks if block.retrieved and block.kind != "table_row"]
    return [sentence for block in kept for sentence in report.sentences_in(block.start, block.end)]


def _characters(words: Words, lost: Sequence[int]) -> int:
    """The characters of the words all of whose trigrams are lost."""
    left = set(lost)
    covered = {at + step for at, _ in words.trigrams() if at not in left for step in range(3)}
    missed = {at + step for at in lost for step in range(3)} - covered
    return sum(len(words.words[at]) for at in missed)


def lost_trigrams(file: Words, report: Words) -> list[int]:
    """The positions of the file's trigrams that the report holds less often than the file."""
    left = Counter(trigram for _, trigram in report.trigrams())
    lost = []
    for at, trigram in file.trigrams():
        if left[trigram]:
            left[trigram] -= 1
        else:
            lost.append(at)
    return lost


def in_order(file: Words, report: Words) -> tuple[float, list[int]]:
    """The share of trigrams in the same order in both, and the positions in the file of those that are not.

    Only trigrams that stand once in the file and once in the report have a place that is certain. Footnotes
    leave their pages, so those that arrived in the body and those that arrived in notes are two sequences. Of
    each the longest part that only ascends counts: one sidebar that moved costs its own words and no more,
    two columns that are read as one cost half of them, and shuffled paragraphs nearly all.
    """
    at_file, at_report = _single(file), _single(report)
    outside, total = [], 0
    for place in (0, 1):
        shared = [(at, at_report[t]) for t, at in at_file.items() if t in at_report]
        here = [(at, where) for at, where in shared if report.places[where] == place]
        kept = _longest_ascent([where for _, where in here])
        outside += [at for index, (at, _) in enumerate(here) if index not in kept]
        total += len(here)
    return 1 - len(outside) / max(1, total), sorted(outside)


def _single(words: Words) -> dict[tuple[str, str, str], int]:
    """The trigrams that stand once, in order, with their positions."""
    positions: dict[tuple[str, str, str], int] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for at, trigram in words.trigrams():
        counts[trigram] += 1
        positions[trigram] = at
    return {trigram: at for trigram, at in positions.items() if counts[trigram] == 1}


def _longest_ascent(values: Sequence[int]) -> set[int]:
    """The indexes of a longest part of `values` that only ascends."""
    lowest: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(lowest, value)
        lowest[length : length + 1] = [value]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    kept = set()
    index = last[-1] if last else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def failures(row: Row) -> list[str]:
    """Which targets a report misses, each with the figure."""
    found = []
    if row.paired_share < LEAST_PAIRED:
        found.append(f"{row.paired} of {row.expected} notes are paired, at least {LEAST_PAIRED:.0%} expected")
    if row.arrived < LEAST_ARRIVED:
        found.append(f"{row.arrived:.2%} of the trigrams arrive, at least {LEAST_ARRIVED:.0%} expected")
    if row.long_sentences:
        found.append(f"{row.long_sentences} sentences are longer than {MOST_CHARACTERS:,} characters")
    if row.short_sentences >= MOST_SHORT:
        found.append(
            f"{row.short_sentences:.1%} of the sentences are shorter than {FEW_CHARACTERS} characters, "
            f"expected fewer than {MOST_SHORT:.0%}"
        )
    if row.against:
        for name in ("heading_precision", "heading_recall"):
            if (share := getattr(row.against, name)) < LEAST_HEADINGS:
                found.append(f"{name.replace('_', ' ')} is {share:.2f}, at least {LEAST_HEADINGS} expected")
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file where something went wrong: its page or line, and its words."""

    place: int
    count: int
    words: str


def spots(file: Words, positions: Sequence[int], most: int = 16) -> list[Spot]:
    """The places that positions of trigrams lie in, those near each other as one."""
    groups: list[list[int]] = []
    for at in positions:
        if groups and at - groups[-1][-1] <= _NEAR:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [
        Spot(file.places[group[0]], len(group), " ".join(_some(file.words[group[0] : group[-1] + 3], most)))
        for group in groups
    ]


def _some(words: Sequence[str], most: int) -> list[str]:
    return [word or "/" for word in words[:most]] + (["…"] if len(words) > most else [])
