"""`a4a-qa index`, `report`, `endnote` and `diff`: what is read of a report, to answer from and to look at."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.cards import closed_words, place_as_text, with_notices
from a4a_qa.cli.opening import (
    ANYWAY_OPTION,
    CLOSED_OPTION,
    ID_OPTION,
    PASSWORD_OPTION,
    REPLACE_OPTION,
    build,
    corpus_of,
    is_only_indexed,
    open_report,
    plain_errors,
)
from a4a_qa.cli.show import show_endnote
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.files import report_file_of
from a4a_qa.settings import read_settings

if TYPE_CHECKING:
    from a4a_qa.index.parts import Parts
    from a4a_qa.report.report import Report
    from a4a_qa.safeguarding.notices import Notices

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE_ARGUMENT = click.argument("file", required=False, type=click.Path(path_type=Path))
_CORPUS_OPTION = click.option(
    "--corpus", type=_FOLDER, help="The folder with report.toml; by default that of the file."
)


@click.command()
@_FILE_ARGUMENT
@click.option(
    "--corpus",
    type=_FOLDER,
    help="The folder with report.toml and contacts.toml; by default that of FILE.",
)
@click.option(
    "--output",
    type=_FOLDER,
    help="The index folder to write; by default indexes/ with the report's id.",
)
@click.option(
    "--encoder",
    type=_FOLDER,
    help="An encoder folder made by `a4a-qa training`; by default the one that ships with the package.",
)
@ID_OPTION
@REPLACE_OPTION
@PASSWORD_OPTION
@ANYWAY_OPTION
@plain_errors
def index(
    file: Path | None,
    corpus: Path | None,
    output: Path | None,
    encoder: Path | None,
    id: str | None,
    replace: bool,
    password: str | None,
    anyway: bool,
) -> None:
    """Read a report and write its index.

    FILE is a Markdown, PDF, Word or HTML file, or a folder with a report.md; by default the report in
    corpus/. The old index stays in use until the new one is complete. A folder that holds anything else than
    an index of this report is left as it is.

    A report in another language than English can be indexed, but hardly any question about it is answered.
    """
    from a4a_qa.parsing.metadata import check_id, read_metadata

    settings = read_settings()
    file = report_file_of(file or settings.corpus_folder())
    if id is not None:
        check_id(id)
    folder = output or settings.indexes / (id or read_metadata(file, corpus).about.id)
    started = time.perf_counter()
    report = build(
        file,
        folder,
        corpus=corpus,
        encoder=encoder,
        password=password,
        anyway=anyway,
        id=id,
        replace=replace,
    )
    click.echo(
        f"{folder}: {len(report.sections)} sections, {len(report.sentences)} sentences, "
        f"{len(report.endnotes)} endnotes, in {time.perf_counter() - started:.1f} s."
    )
    for problem in report.problems:
        click.echo(f"  {safe(problem.message)}")


@click.command()
@_FILE_ARGUMENT
@_CORPUS_OPTION
@click.option("--sections", "what", flag_value="sections", help="List the sections with their pages.")
@click.option("--endnotes", "what", flag_value="endnotes", help="List the endnotes with their sources.")
@click.option("--json", "what", flag_value="json", help="Print the whole model: text, places, endnotes.")
@CLOSED_OPTION
@PASSWORD_OPTION
@ANYWAY_OPTION
@plain_errors
def report(
    file: Path | None,
    corpus: Path | None,
    what: str | None,
    show_distressing: bool,
    password: str | None,
    anyway: bool,
) -> None:
    """Show what was read from a report: its outline, counts, problems and what is doubtful.

    FILE is a Markdown, PDF, Word or HTML file, or a folder with a report.md; by default the report in
    corpus/.
    """
    from a4a_qa.report.as_json import report_to_dict

    read = open_report(file, corpus, password=password, anyway=anyway)
    if what == "json":
        click.echo(json.dumps(report_to_dict(read), ensure_ascii=False))
        return
    if what is None:
        lines = _outline(read, ClosedWords() if show_distressing else closed_words_of(file, corpus))
    else:
        lines = {"sections": _sections, "endnotes": _endnotes}[what](read)
    for line in lines:
        click.echo(line)


def _outline(read: Report, closed: ClosedWords) -> Iterator[str]:
    about = read.about
    edition = f", {about.edition} edition" if about.edition else ""
    yield safe(
        f"{about.title} ({about.publisher or 'unknown publisher'}, {about.year or 'no year'}{edition})"
    )
    yield safe(_origins(about.origins))
    yield ""
    kinds = Counter(block.kind for block in read.blocks if block.retrieved)
    yield from _sections(read)
    yield ""
    yield f"{len(read.sections)} sections, {len(read.sentences)} sentences, {len(read.text):,} characters"
    yield ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    yield f"{len(read.note_marks)} note marks, {len(read.endnotes)} endnotes"
    yield f"{len(read.problems)} {'problem' if len(read.problems) == 1 else 'problems'}"
    for problem in read.problems:
        where = f"line {problem.line}: " if problem.line else ""
        yield safe(f"  {where}{problem.message}")
    if read.page_starts:
        yield from _doubts(read, closed)


def _origins(origins: Mapping[str, str]) -> str:
    """Where each field of the citation comes from, since a wrong one is to be set right in report.toml."""
    told = {
        name: f"from {origins[name]}" if name in origins else "not found"
        for name in ("title", "publisher", "year", "country")
    }
    return " · ".join(f"{name.capitalize()}: {origin}" for name, origin in told.items())


def _doubts(read: Report, closed: ClosedWords) -> Iterator[str]:
    """What in a PDF may have been misread, for a person to look at on its page."""
    from a4a_qa.parsing.review import find_doubts

    doubts = find_doubts(read)
    yield f"{len(doubts)} doubtful {'place' if len(doubts) == 1 else 'places'}"
    for doubt in doubts:
        words = closed_words("This place") if closed.are_in(doubt.words) else f"“{doubt.words}”"
        yield safe(f"  page {doubt.page}: {doubt.reason}: {words}")


def _sections(read: Report) -> Iterator[str]:
    for section in read.sections:
        page = (
            f"  ({section.page.label})"
            if section.page and (len(section.path) == 1 or section.page.exact)
            else ""
        )
        yield safe(f"{'  ' * (len(section.path) - 1)}{section.path[-1]}{page}")


def _endnotes(read: Report) -> Iterator[str]:
    for note in read.endnotes:
        yield from show_endnote(note)


@click.command()
@click.argument("number", type=int)
@click.option("--report", "file", type=click.Path(path_type=Path), help="The report file.")
@_CORPUS_OPTION
@PASSWORD_OPTION
@ANYWAY_OPTION
@CLOSED_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the note and its sentences as JSON.")
@plain_errors
def endnote(
    number: int,
    file: Path | None,
    corpus: Path | None,
    password: str | None,
    anyway: bool,
    show_distressing: bool,
    as_json: bool,
) -> None:
    """Show an endnote, its sources, and every sentence that rests on it."""
    read = open_report(file, corpus, password=password, anyway=anyway)
    note = read.endnote(number)
    if note is None:
        numbers = [note.number for note in read.endnotes]
        known = f"{min(numbers)} to {max(numbers)}" if numbers else "none at all"
        raise click.ClickException(f"There is no endnote {number}; the report has {known}.")
    notices = notices_of(read, file, corpus)
    resting = [(sentence, notices.of(sentence.start, sentence.end)) for sentence in read.sentences_on(number)]
    if as_json:
        record = asdict(note)
        record["sentences"] = [
            {"text": read.slice(sentence), "start": sentence.start, "end": sentence.end, "notices": told}
            for sentence, told in resting
        ]
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    for line in show_endnote(note):
        click.echo(line)
    click.echo("")
    click.echo("Rests on it:" if resting else "No sentence rests on it.")
    for sentence, told in resting:
        block = read.block_at(sentence.start)
        quote, year = f"“{read.slice(sentence)}”", read.about.year
        paragraphs = with_notices(quote, told, "This sentence", is_open=show_distressing, year=year)
        for line in place_as_text(block.section if block else (), paragraphs):
            click.echo(line)


# The exit code when the files differ.
DIFFERENT = 3


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option(
    "--corpus",
    type=_FOLDER,
    help="The folder with the report.toml that holds for both; by default that of each file.",
)
@CLOSED_OPTION
@PASSWORD_OPTION
@ANYWAY_OPTION
@plain_errors
def diff(
    first: Path,
    second: Path,
    corpus: Path | None,
    show_distressing: bool,
    password: str | None,
    anyway: bool,
) -> None:
    """Compare two files of one report, such as its Markdown and its PDF.

    Lists the headings, blocks, notes of sentences and endnotes that differ. Exit code 0 when nothing does,
    3 when something does.
    """
    from a4a_qa.parsing.review import compare

    found = compare(
        *(open_report(file, corpus, password=password, anyway=anyway) for file in (first, second))
    )
    closed = [] if show_distressing else [closed_words_of(file, corpus) for file in (first, second)]
    for difference in found.differences:
        click.echo(click.style(difference.what, bold=True))
        sides = {"-": difference.first, "+": difference.second}
        if any(words.are_in(text) for words in closed for text in sides.values()):
            click.echo(wrap(closed_words("What differs here"), indent=2))
            continue
        for sign, text in sides.items():
            if text:
                click.echo(f"{sign} {wrap(text, indent=2).lstrip()}")
    counts = ", ".join(f"{count} {what}" for what, count in found.alike.items())
    click.echo(f"Alike: {counts}. Different: {len(found.differences)}.")
    if found.differences:
        raise SystemExit(DIFFERENT)


# So many words in a row are taken for words of a quote: an extract that shows a difference has as many on
# either side of it.
_RUN = 4


def notices_of(read: Report, file: Path | None, corpus: Path | None) -> Notices:
    """The notices of the report that `open_report` gave; raises CorpusError where a quote is not in it."""
    from a4a_qa.index.distressing import read_notices
    from a4a_qa.safeguarding.notices import Notices

    if is_only_indexed(file):
        return Notices(read, _indexed().notices)
    return Notices(read, read_notices(_notices_file(file, corpus), read))


class ClosedWords:
    """The words of `quotes`, which describe abuse in detail, in a reading that may have them otherwise."""

    def __init__(self, quotes: Iterable[str] = ()) -> None:
        self._runs = {run for quote in quotes for run in _runs(quote)}

    def are_in(self, text: str) -> bool:
        """Whether a text has some words in a row of a quote."""
        return not self._runs.isdisjoint(_runs(text))


def closed_words_of(file: Path | None, corpus: Path | None) -> ClosedWords:
    """The words that stay closed of the report in a file, or of the one that is meant."""
    from a4a_qa.index.distressing import read_quotes

    if is_only_indexed(file):
        parts = _indexed()
        return ClosedWords(parts.report.slice(notice) for notice in parts.notices)
    return ClosedWords(quote for quote, _ in read_quotes(_notices_file(file, corpus)))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(islice(words, start, None) for start in range(_RUN)), strict=False)


def _notices_file(file: Path | None, corpus: Path | None) -> Path:
    from a4a_qa.index.distressing import FILE_NAME

    return (corpus or corpus_of(file)) / FILE_NAME


def _indexed() -> Parts:
    from a4a_qa.index.storage import load

    return load(read_settings().index_folder())[0]
