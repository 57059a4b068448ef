"""`a4a-qa ask` and `a4a-qa search`: questions from an argument, a file, a pipe or a conversation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from a4a_qa.cli.cards import closed_words, factual, passage_with_notices, wrapped
from a4a_qa.cli.opening import CLOSED_OPTION, INDEX_OPTION, open_assistant, plain_errors
from a4a_qa.cli.show import as_explanation, as_markdown, as_text, told_beside
from a4a_qa.cli.terminal import safe, wrap
from a4a_qa.errors import A4aError, QuestionError
from a4a_qa.json_lines import json_object, read_lines
from a4a_qa.output import check_file, json_lines_file, replaced
from a4a_qa.report.references import place_in_words

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer
    from a4a_qa.assistant import Assistant, Explanation

_NOT_ANSWERED = 3
ANSWERS_FILE = json_lines_file("a file of answers", "answer_id", "question", "status")
_FORMATS = ["text", "json", "md", "web-annotation"]
_K_OPTION = click.option("-k", default=10, show_default=True, help="How many passages to list.")
_SECTION_OPTION = click.option("--section", help="Only in this section, as in 'Annex > Prevention'.")


@click.command()
@click.argument("question", required=False)
@click.option("--after", multiple=True, help="An earlier question that this one follows; may be repeated.")
@_SECTION_OPTION
@_K_OPTION
@click.option("--format", "form", type=click.Choice(_FORMATS), show_default="text")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--notes",
    type=click.Choice(["short", "full"]),
    default="short",
    show_default=True,
    help="Endnotes as text: each work in short, or in full with addresses and archived copies.",
)
@CLOSED_OPTION
@click.option(
    "--about-report",
    is_flag=True,
    help="Say that a question which was met with help is about the report.",
)
@click.option("--explain", is_flag=True, help="Show the ranks and signals behind the answer.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Answer a JSON Lines file: {"id": "…", "question": "…", "history": […]}.',
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the answers of --batch go; by default to the screen. When it is stopped, "
    "what was answered so far is kept beside it.",
)
@INDEX_OPTION
@plain_errors
def ask(
    question: str | None,
    after: tuple[str, ...],
    section: str | None,
    k: int,
    form: str | None,
    as_json: bool,
    notes: str,
    show_distressing: bool,
    about_report: bool,
    explain: bool,
    batch: Path | None,
    output: Path | None,
    index: Path | None,
) -> None:
    """Ask the report. Without a QUESTION, on a terminal, this is a conversation; from a pipe, each line is a
    question, and with "-" all that is piped is one.

    Please ask in English: a question in another language is not looked up.

    Exit code: 0 answered or partly answered, 3 not answered (of several questions any), 2 wrong usage,
    1 error.
    """
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json means --format json: give that or --format {form}, not both.")
    form = "json" if as_json else form or "text"
    if explain and form not in ("text", "md"):
        raise click.UsageError("--explain goes with the formats text and md.")
    if batch is not None:
        if question is not None:
            raise click.UsageError("Give either a question or --batch.")
        if after or explain or show_distressing or form not in ("text", "json"):
            raise click.UsageError(
                "--batch writes JSON, with the history of each line: it goes with none of --after, "
                "--explain, --show-distressing and --format md or web-annotation."
            )
        if output:
            check_file(output, ANSWERS_FILE, inputs=[batch])
        _batch(open_assistant(index), batch, output, section=section, k=k, about_report=about_report)
        return
    if output is not None:
        raise click.UsageError("--output goes with --batch.")
    if question is None and sys.stdin.isatty():
        if explain or form != "text":
            raise click.UsageError("A conversation is text: give a QUESTION with --explain or --format.")
        converse(
            open_assistant(index), list(after), section=section, k=k, about_report=about_report,
            is_open=show_distressing, full_notes=notes == "full",
        )  # fmt: skip
        return
    asked = _piped(whole=question == "-") if question in (None, "-") else [question]
    assistant = open_assistant(index)
    show = _Show(assistant, form, explain=explain, is_open=show_distressing, full_notes=notes == "full")
    is_answered = True
    for place, one in enumerate(asked):
        found = assistant.explain(one, after, section=section, k=k, about_report=about_report)
        if len(asked) > 1 and form in ("text", "md"):
            click.echo(("\n" if place else "") + click.style(wrap(f"? {one}"), bold=True) + "\n")
        if form == "web-annotation":
            # A list of annotations has no place for what has to be read first.
            for line in told_beside(found.answer, is_open=show_distressing):
                click.echo(line, err=True)
        for line in show.lines(found):
            click.echo(line)
        is_answered &= found.answer.status in ("answered", "partial")
    if not is_answered:
        sys.exit(_NOT_ANSWERED)


def _piped(*, whole: bool) -> list[str]:
    """The questions that come from a pipe, one a line, or the `whole` as one."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    questions = [] if whole else [line for line in text.splitlines() if line.strip()]
    return questions or [text]


@dataclass(frozen=True)
class _Show:
    """How answers are shown."""

    assistant: Assistant
    form: str
    explain: bool
    is_open: bool
    full_notes: bool

    def lines(self, found: Explanation) -> Iterator[str]:
        """An answer, line by line."""
        if self.form == "json":
            yield json.dumps(found.answer.to_dict(), ensure_ascii=False)
        elif self.form == "web-annotation":
            yield _annotations(self.assistant, found.answer, is_open=self.is_open)
        elif self.form == "md":
            yield from as_markdown(found.answer, is_open=self.is_open)
        else:
            yield from as_text(found.answer, is_open=self.is_open, full_notes=self.full_notes)
        if self.explain:
            yield from as_explanation(found, _sentences(self.assistant, self.is_open))


def _annotations(assistant: Assistant, answer: Answer, *, is_open: bool) -> str:
    """The citations of an answer as a JSON list of annotations, empty without an answer."""
    from a4a_qa.answering.annotation import web_annotation

    closed = () if is_open else assistant.distressing
    citations = answer.to_dict()["citations"]
    annotations = [web_annotation(one, assistant.report, closed, is_open=is_open) for one in citations]
    return json.dumps(annotations, ensure_ascii=False, indent=1)


def _sentences(assistant: Assistant, is_open: bool) -> list[str]:
    """All sentences of the report; those that describe abuse in detail only when `is_open`."""
    from a4a_qa.report.report import overlap

    report, closed = assistant.report, () if is_open else assistant.distressing
    return [
        closed_words("This sentence")
        if any(overlap(place, sentence) for place in closed)
        else report.slice(sentence)
        for sentence in report.sentences
    ]


def _batch(
    assistant: Assistant,
    batch: Path,
    output: Path | None,
    *,
    section: str | None,
    k: int,
    about_report: bool,
) -> None:
    """Answer every line of a file; a bad line is named and does not stop the rest.

    When somebody stops it, the answers so far are kept beside `output`.
    """
    from tqdm import tqdm

    lines = list(read_lines(batch, QuestionError, errors="replace"))
    if lines and not any(_is_object(line) for line, _ in lines):
        raise QuestionError(
            f'No line of {batch} is a JSON object. Give JSON Lines, as in {{"id": "1", "question": "…"}}.'
        )
    stopped = output.resolve().with_stem(f"{output.stem}.stopped") if output else None
    good = bad = 0
    try:
        with (
            replaced(output, ANSWERS_FILE, inputs=[batch], stopped=stopped)
            if output
            else nullcontext(sys.stdout)
        ) as out:
            for line, where in tqdm(
                lines, desc="Asking", unit=" questions", delay=0.3, leave=False, disable=None
            ):
                try:
                    answer = _answer_line(assistant, line, section=section, k=k, about_report=about_report)
                except Exception as error:  # whatever breaks on one line spoils no other answer
                    bad += 1
                    what = "" if isinstance(error, A4aError) else f"{type(error).__name__}: "
                    click.echo(safe(f"{where}: {what}{error}"), err=True)
                    continue
                out.write(json.dumps(answer.to_dict(), ensure_ascii=False) + "\n")
                good += 1
    except KeyboardInterrupt:
        if stopped and stopped.is_file():
            click.echo(
                f"Stopped after {good + bad} of {len(lines)} lines: the answers to {good} are in {stopped}.",
                err=True,
            )
        raise
    if bad:
        raise click.ClickException(f"{bad} of {len(lines)} lines could not be asked.")


def _is_object(line: str) -> bool:
    """Whether a batch line is a JSON object, asked or not."""
    with suppress(QuestionError):
        json_object(line, QuestionError)
        return True
    return False


def _answer_line(
    assistant: Assistant, line: str, *, section: str | None, k: int, about_report: bool
) -> Answer:
    """The answer to one batch line; raises QuestionError when it is not one."""
    record = json_object(line, QuestionError)
    if not isinstance(record.get("question"), str):
        raise QuestionError('expected an object with a "question".')
    identity, history = record.get("id"), record.get("history") or []
    if not isinstance(identity, str | None) or (identity and not _can_be_written(identity)):
        raise QuestionError(f'"id" is {identity!r}, expected a text.')
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise QuestionError('"history" is not a list of texts.')
    return assistant.ask(
        record["question"], history, section=section, k=k, id=identity, about_report=about_report
    )


def _can_be_written(text: str) -> bool:
    """Whether UTF-8 has all of a text: a lone surrogate, which JSON can name, it has not."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


@click.command()
@click.argument("text")
@_SECTION_OPTION
@_K_OPTION
@CLOSED_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON.")
@INDEX_OPTION
@plain_errors
def search(
    text: str, section: str | None, k: int, show_distressing: bool, as_json: bool, index: Path | None
) -> None:
    """List the passages that come nearest to TEXT, whether or not they answer anything."""
    assistant = open_assistant(index)
    passages = assistant.search(text, section=section, k=k)
    year = assistant.report.about.year
    if as_json:
        click.echo(json.dumps([asdict(passage) for passage in passages], ensure_ascii=False))
        return
    for passage in passages:
        place = safe(f"  {place_in_words(passage.section, passage.page)}")
        click.echo(click.style(f"{passage.rank:>2}", bold=True) + place)
        for line in wrapped(passage_with_notices(passage, is_open=show_distressing, year=year), indent=4):
            click.echo(line)


def converse(
    assistant: Assistant,
    history: list[str],
    *,
    section: str | None,
    k: int,
    about_report: bool,
    is_open: bool,
    full_notes: bool = False,
) -> None:
    """Ask and answer until an empty line."""
    with suppress(ImportError):  # not every Python is built with it
        import readline  # noqa: F401  (line editing in input(); no history file is read or written)

    from a4a_qa.question.query import MOST_HISTORY
    from a4a_qa.safeguarding.help import says_about_report

    about = assistant.report.about
    click.echo(wrap(about.title))
    click.echo(wrap(factual(about.year)))
    click.echo("Ask a question; an empty line ends the conversation.\n")
    met_with_help = None
    while typed := _typed():
        is_again = met_with_help is not None and says_about_report(typed)
        question = met_with_help if met_with_help and is_again else typed
        try:
            answer = assistant.ask(
                question, history[-MOST_HISTORY:], section=section, k=k, about_report=about_report or is_again
            )
        except QuestionError as error:
            click.echo(str(error), err=True)
            continue
        # What was met with help, whatever the person said then, is not carried along as an earlier question.
        if answer.status not in ("support", "declined") and not is_again:
            history.append(question)
        met_with_help = question if answer.status == "support" else None
        click.echo("")
        for line in as_text(answer, is_open=is_open, in_conversation=True, full_notes=full_notes):
            click.echo(line)
        click.echo("")


def _typed() -> str:
    """The next line that is typed, empty where there is none."""
    try:
        return input("? ").strip()
    except (EOFError, KeyboardInterrupt):
        click.echo("")
        return ""
