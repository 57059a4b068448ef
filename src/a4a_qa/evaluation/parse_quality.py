"""How well report files are parsed: what arrives in the `Report`, in which order, and in what sentences.

Trigrams of words show what is lost and what is torn apart: a missing word takes three of them along. Each is
counted as often as it stands in the file, so a page that is left out is lost even if its words are common.

Where a person has read a report's headings and notes, a truth file holds them as hashes of words, so that it
can be committed although the text cannot. `headings` have a page, a level from 1 and the hash of their
`words`; an `optional` one may be found or not, and `also_level` is as good as the level. `notes` have a
number, a page, the hash of their first words as `note`, and as `before` that of the words before their mark.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.parse_numbers import compare_numbers
from a4a_qa.evaluation.parse_words import CUT, Trigram, Words, file_words, report_words, trigrams
from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import hash_of, normalised
from a4a_qa.report.catalogue import CATALOGUE, VARIABLE, ListedReport, published_reports, reports_folder
from a4a_qa.report.report import Report, exact_pages

# The targets for every report.
LEAST_PAIRED = 0.97
LEAST_ARRIVED = 0.97
LEAST_HEADINGS = 0.95
MOST_CHARACTERS = 1_200
FEW_CHARACTERS = 15
MOST_SHORT = 0.01
# Trigrams lost within this many words of each other are one place, of which this many characters are shown.
_NEAR = 4
_SHOWN = 90
# How many words of a note's beginning, and before a mark, are hashed in a truth file.
_FIRST, _BEFORE = 5, 3
_LAYOUTS = ("article", "book", "columns", "newsletter", "office", "serif", "typst")

_Values = dict[str, Any]
_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """A report to measure. `original` is the file that its words are compared with, by default its own;
    `truth` is its truth file, if it has one."""

    listed: ListedReport
    original: Path | None = None
    truth: Path | None = None

    @property
    def id(self) -> str:
        """The id of the report."""
        return self.listed.id


def real_reports(root: Path, folder: Path) -> list[Measured]:
    """The reports of training/reports.toml, whether `folder` has their files or not."""
    return [
        Measured(
            listed, truth=truth if (truth := root / f"tests/parsing/truth/{name}.json").is_file() else None
        )
        for name, listed in published_reports(root, folder).items()
    ]


def fixtures(root: Path) -> list[Measured]:
    """The reports that the project itself holds: that of its corpus, and printed ones made for its tests."""
    tests, corpus = root / "tests/fixtures", next((root / "corpus").glob("*/report.md"))
    harbours = tests / "pdf/harbours.md"
    return [
        Measured(ListedReport(corpus.parent.name, corpus, "training", notes=164)),
        Measured(
            ListedReport("report-layout-a", tests / "report-layout-a.pdf", "training", notes=164), corpus
        ),
        *(
            Measured(
                ListedReport(f"harbours-{layout}", tests / f"pdf/{layout}.pdf", "training", notes=7), harbours
            )
            for layout in _LAYOUTS
        ),
    ]


def chosen(root: Path, names: tuple[str, ...]) -> list[Measured]:
    """The reports of these names, or all; a name may also be the path of any other report file.

    Raises EvaluationError for a name that is neither, and if all are asked for and their folder is missing.
    """
    folder = reports_folder(root)
    known = {report.id: report for report in (*real_reports(root, folder), *fixtures(root))}
    if not names and not folder.is_dir():
        raise EvaluationError(
            f"There is no folder {folder} with the real reports. Set {VARIABLE} to the one that holds them; "
            f"{CATALOGUE} says where each can be had. Or name the reports to measure."
        )
    for name in names:
        if name not in known and not Path(name).is_file():
            raise EvaluationError(
                f"There is no report '{name}'. Name a report file, or some of: {', '.join(known)}."
            )
    return [
        known.get(name) or Measured(ListedReport(Path(name).name, Path(name), "training"))
        for name in names or known
    ]


@dataclass(frozen=True, slots=True)
class ParseQuality:
    """The figures of one report. Shares are from 0 to 1; None means that nothing is known to compare with.

    `paired` counts the notes that have both a text and a mark. `arrived` is the share of the file's trigrams
    that the report holds, `in_order` the share of these that follow each other as in the file. `lost` counts
    the characters of the file's words of which no trigram arrived, `added` those of the report's words of
    which the file has no trigram. Of the `numbers` of the file, `numbers_lost` are not in the report, nor
    `numbers_unread`, which are on pages of which the report says that characters are left out; `number_marks`
    counts the note marks and the notes of the report. `longest_note` shows whether body text was taken for a
    note. Sentences are long or short among those that answer questions and stand in no table. `against` are
    the shares of what a person read. `wrong` has a line for every place to look at, in words of the report:
    never to be stored.
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
    numbers: int
    number_marks: int
    numbers_lost: int
    numbers_unread: int
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


def measure(measured: Measured, parse: Callable[..., Report] = read_report) -> ParseQuality:
    """Parse a report and compare it with its file.

    Raises ReportError, or CorpusError for a missing file.
    """
    path = measured.listed.checked().file
    began = perf_counter()
    report = parse(path)
    seconds = perf_counter() - began
    file, found = file_words(measured.original or path), report_words(report)
    numbers = compare_numbers(path, report)
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
    against, wrong = compare_truth(report, measured.truth) if measured.truth else ({}, [])
    return ParseQuality(
        sections=len(report.sections),
        sentences=len(report.sentences),
        notes=len(report.endnotes),
        paired=(notes & marks).total(),
        expected=measured.listed.notes,
        arrived=1 - len(lost) / max(1, sum(1 for _ in trigrams(file))),
        in_order=in_order(file, found),
        long_sentences=len(long),
        short_sentences=len(short) / max(1, len(prose)),
        longest_note=max((len(note.text) for note in report.endnotes), default=0),
        lost=_characters(file, lost),
        added=_characters(found, added),
        numbers=numbers.total,
        number_marks=numbers.marks,
        numbers_lost=len(numbers.lost),
        numbers_unread=len(numbers.unread),
        seconds=seconds,
        against=against,
        wrong=[
            *_lost_places(
                "lost p." if path.suffix == ".pdf" and not measured.original else "lost line", file, lost
            ),
            *_lost_places("added to body (0) or notes (1)", found, added),
            *(f"lost number p. or line {place}: {number}" for place, number in numbers.lost),
            *(f"sentence of {len(words)} characters: {words[:_SHOWN]!r}" for words in long + short),
            *(f"note without a mark: {number}" for number in sorted((notes - marks).elements())),
            *(f"mark without a note: {number}" for number in sorted(set(marks) - set(notes))),
            *wrong,
        ],
    )


def _lost_places(what: str, words: Words, lost: Sequence[int]) -> Iterator[str]:
    """A line for each place where trigrams are lost, neighbouring ones together."""
    starts = [index for index, at in enumerate(lost) if not index or at - lost[index - 1] > _NEAR]
    for first, after in pairwise([*starts, len(lost)]):
        shown = " ".join(word for word, _ in words[lost[first] : lost[after - 1] + 3])[:_SHOWN]
        yield f"{what} {words[lost[first]][1]}, {after - first} trigrams: {shown}"


def _characters(words: Words, lost: Sequence[int]) -> int:
    """The number of characters of the words whose trigrams are all lost."""
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

    Only trigrams that stand once in the file and once in the report have a certain place. Footnotes leave
    their pages, so trigrams of the body and of notes are two sequences. Of each, the longest increasing
    subsequence counts: a sidebar that moved costs its own words and no more, two columns read as one cost
    half of them, and shuffled paragraphs nearly all.
    """
    at_report = _single(report)
    shared = [at_report[trigram] for trigram in _single(file) if trigram in at_report]
    kept = 0
    for place in (0, 1):
        # For each length, the smallest end of an increasing subsequence.
        ends: list[int] = []
        for at in shared:
            if report[at][1] == place:
                length = bisect_left(ends, at)
                ends[length : length + 1] = [at]
        kept += len(ends)
    return kept / len(shared) if shared else 1.0


def _single(words: Words) -> dict[Trigram, int]:
    """The trigrams that occur once, in order, with their positions."""
    counts = Counter(trigram for _, trigram in trigrams(words))
    return {trigram: at for at, trigram in trigrams(words) if counts[trigram] == 1}


def failures(row: ParseQuality) -> Iterator[str]:
    """The targets that a report misses, each with the figure."""
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


def headings_of(report: Report) -> list[_Values]:
    """The headings of a parsed report as in a truth file, each with its `title` too."""
    found = []
    for section in report.sections:
        pages, title = section.page, section.path[-1]
        if report.page_starts:
            pages = exact_pages(report.page_starts, section.start, section.start + 1)
        page, words = pages.first if pages else 0, hash_of(normalised(title))
        found.append({"page": page, "level": len(section.path), "words": words, "title": title})
    return found


def compare_truth(report: Report, path: Path) -> tuple[dict[str, float], list[str]]:
    """How a parsed report compares with its truth file: shares from 0 to 1, and a line for each error.

    A heading is right when it is found on its page with all its words. Its level is right when it equals that
    of the truth, or when both stand under the same heading: a report's own title may be a level of its own. A
    note is right by its number and first words, a mark by its number and the words before it. Raises
    EvaluationError when it is no truth file.
    """
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
        headings, heading_lines = _headings(truth["headings"], headings_of(report))
        notes, note_lines = _notes(truth["notes"], report)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise EvaluationError(
            f"{path} is no truth file ({type(error).__name__}: {error}), expected headings with page, level "
            "and words, and notes with number, page and note."
        ) from error
    return headings | notes, heading_lines + note_lines


def _headings(wanted: list[_Values], found: list[_Values]) -> tuple[dict[str, float], list[str]]:
    truth, read = _with_parents(wanted), _with_parents(found)
    counts = Counter(map(_key, found))
    required = Counter(_key(heading) for heading in wanted if not heading.get("optional"))
    missed = required - counts
    # A heading that is found twice on its page is counted as false once.
    false = counts - Counter(map(_key, wanted))
    right = (required & counts).total()
    both, misplaced = read.keys() & truth.keys(), []
    for key in both:
        (other, above), (heading, parent) = truth[key], read[key]
        # The truth may lack the report's own title, which then stands over all other headings.
        parent = parent if parent in truth else None
        if heading["level"] not in (other["level"], other.get("also_level")) and parent != above:
            misplaced.append(f"heading level {other['level']} expected {_place(heading)}")
    shares = {
        "heading_precision": _share(right, right + false.total()),
        "heading_recall": _share(right, required.total()),
        "levels": _share(len(both) - len(misplaced), len(both)),
    }
    lines = [f"heading missed {_place(truth[key][0])}" for key in missed]
    return shares, lines + [f"heading false {_place(read[key][0])}" for key in false] + sorted(misplaced)


def _key(heading: _Values) -> _Key:
    """Two headings with the same key are the same."""
    return heading["page"], heading["words"]


def _place(heading: _Values) -> str:
    return f"p. {heading['page']}, level {heading['level']}: {heading.get('title', heading['words'])}"


def _with_parents(headings: list[_Values]) -> dict[_Key, tuple[_Values, _Key | None]]:
    """Headings, given in reading order, each with the key of the one that it stands under."""
    found: dict[_Key, tuple[_Values, _Key | None]] = {}
    above: list[_Values] = []
    for heading in headings:
        above = [one for one in above if one["level"] < heading["level"]]
        found[_key(heading)] = heading, _key(above[-1]) if above else None
        above.append(heading)
    return found


def _notes(wanted: list[_Values], report: Report) -> tuple[dict[str, float], list[str]]:
    texts = {(note.number, hash_of(normalised(note.text)[:_FIRST])) for note in report.endnotes}
    marks = set()
    for mark in report.note_marks:
        block = report.block_at(max(0, mark.offset - 1))
        before = normalised(report.text[block.start : mark.offset]) if block else []
        marks.add((mark.number, hash_of(before[-_BEFORE:])))
    placed = [note for note in wanted if note.get("before")]
    wrong = [n["number"] for n in wanted if (n["number"], n["note"]) not in texts]
    misplaced = [n["number"] for n in placed if (n["number"], n["before"]) not in marks]
    shares = {
        "note_texts": _share(len(wanted) - len(wrong), len(wanted)),
        "marks_placed": _share(len(placed) - len(misplaced), len(placed)),
    }
    lines = [f"note {number} is not as a person read it" for number in wrong]
    return shares, lines + [f"mark {number} is not where a person found it" for number in misplaced]


def _share(count: int, of: int) -> float:
    return count / of if of else 1.0
