"""What is behind the figures of a parsed report, place by place, for whoever works on the parser.

The lines hold words of the report: they are for the terminal and are never committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from a4a_qa.evaluation.parsing.measure import (
    FEW_CHARACTERS,
    MOST_CHARACTERS,
    Reading,
    in_order,
    lost_trigrams,
    prose,
    spots,
)
from a4a_qa.evaluation.parsing.reference import pdf_pages, report_words
from a4a_qa.evaluation.parsing.truth import Comparison, Heading, compare, hash_of, normalised, read_truth

# So many characters of a place in the report are shown.
_SHOWN = 90
_LONGEST_TITLE = 30
_IN_ADDRESS = frozenset(("http", "https", "www", "html", "htm", "pdf", "aspx", "org", "com", "gov"))


def explained(reading: Reading) -> Iterator[str]:
    """Lines for every place where words, order, sentences, notes or headings went wrong."""
    report, file, found = reading.report, reading.words, report_words(reading.report)
    unit = "p." if reading.measured.file.suffix == ".pdf" and not reading.measured.original else "line"
    for spot in spots(file, lost_trigrams(file, found)):
        yield f"lost {unit} {spot.place}, {spot.count} trigrams: {spot.words}"
    for spot in spots(file, in_order(file, found)[1]):
        yield f"moved {unit} {spot.place}, {spot.count} trigrams: {spot.words}"
    for spot in spots(found, lost_trigrams(found, file.uncut())):
        # Fewer are where a block ends; those in addresses are mostly line ends of the file.
        if spot.count > 2 and not _IN_ADDRESS & set(spot.words.split()):
            yield f"added to {'notes' if spot.place else 'body'}, {spot.count} trigrams: {spot.words}"
    for sentence in prose(report):
        length = sentence.end - sentence.start
        if length > MOST_CHARACTERS or length < FEW_CHARACTERS:
            words = report.slice(sentence)[:_SHOWN].replace("\n", " ")
            pages = report.page_of(sentence.start, sentence.end)
            yield f"sentence p. {pages.label if pages else '?'}, {length} characters: {words}"
    yield from _notes(reading)
    if reading.measured.truth:
        yield from _against(reading, compare(report, read_truth(reading.measured.truth)))


def _notes(reading: Reading) -> Iterator[str]:
    report = reading.report
    notes, marks = (Counter(one.number for one in many) for many in (report.endnotes, report.note_marks))
    expected = reading.measured.notes or 0
    # Numbers of an extract may have gaps, so they are named only where notes are too few.
    missing = [n for n in range(1, expected + 1) if n not in notes] if notes.total() < expected else []
    yield from _listed("notes without a mark", sorted((notes - marks).elements()))
    yield from _listed("marks without a note", sorted({n for n in marks if n not in notes}))
    yield from _listed("notes missing", missing)


def _listed(what: str, numbers: Iterable[int]) -> Iterator[str]:
    if listed := ", ".join(map(str, numbers)):
        yield f"{what}: {listed}"


def _against(reading: Reading, compared: Comparison) -> Iterator[str]:
    words = _titles(reading, compared.missed)
    for heading in compared.missed:
        yield f"heading missed p. {heading.page}, level {heading.level}: {words.get(heading.words, '?')}"
    for heading in compared.false:
        yield f"heading false {_named(heading)}"
    for wanted, heading in compared.misplaced:
        yield f"heading level {wanted.level} expected {_named(heading)}"
    report = reading.report
    texts = {note.number: note.text[:_SHOWN] for note in report.endnotes}
    yield from _listed(
        "note texts missing", (n.number for n in compared.wrong_notes if n.number not in texts)
    )
    for note in compared.wrong_notes:
        if note.number in texts:
            yield f"note text {note.number} (p. {note.page}) is: {texts[note.number]}"
    before = {mark.number: report.text[max(0, mark.offset - 40) : mark.offset] for mark in report.note_marks}
    yield from _listed("marks missing", (n.number for n in compared.wrong_marks if n.number not in before))
    for note in compared.wrong_marks:
        if note.number in before:
            yield f"mark {note.number} stands behind: {before[note.number]!r}"


def _titles(reading: Reading, missed: Iterable[Heading]) -> dict[str, str]:
    """The words of missed headings by their hashes, as far as they stand in a row on their pages."""
    wanted: dict[int, set[str]] = {}
    for heading in missed:
        wanted.setdefault(heading.page, set()).add(heading.words)
    found = {}
    pages = pdf_pages(reading.measured.file) if wanted else []
    for page, hashes in wanted.items():
        words = normalised("\n".join(pages[page - 1])) if page <= len(pages) else []
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_TITLE, len(words)) + 1):
                if (code := hash_of(words[start:end])) in hashes:
                    found[code] = " ".join(words[start:end])
    return found


def _named(heading: Heading) -> str:
    return f"p. {heading.page}, level {heading.level}: {heading.title}"
