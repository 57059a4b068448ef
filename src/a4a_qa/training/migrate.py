"""`a4a-qa training migrate`: questions follow their sentences when the parser reads a report differently.

It works on any JSON Lines whose values name sentences by their ids: training questions, and gold questions on
reports whose text is not part of the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.errors import CorpusError
from a4a_qa.json_lines import read_json_lines
from a4a_qa.output import rewritten
from a4a_qa.report.anchors import Anchors, Migration, migrate, read_anchors, write_anchors
from a4a_qa.report.catalogue import ListedReport
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Report
from a4a_qa.training.training_questions import ANCHORS, QUESTIONS, SENTENCE_ID

_GOLD, _GOLD_ANCHORS = Path("eval/gold"), "sentences.json"
# The keys by which a gold record names a sentence and the numbers of its note marks.
_SENTENCE, _ENDNOTES = "sentence", "endnotes"

Moves = Mapping[str, Sequence[str]]  # by the old id of a sentence, its new ones
Marks = Mapping[str, Sequence[int]]  # by the new id of a sentence, the numbers of its note marks


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    """The files of questions on one report, and the file with the anchors of the sentences they name."""

    questions: tuple[Path, ...]
    anchors: Path


def named_sets(
    root: Path, listed: Mapping[str, ListedReport], names: Sequence[str] = ()
) -> Iterator[tuple[ListedReport, list[QuestionFiles]]]:
    """The reports (all, or those with these `names`) whose sentences questions name by id, and the files.

    Raises CorpusError for a name without such questions.
    """
    found: dict[str, list[QuestionFiles]] = {}
    for path in sorted((root / QUESTIONS).glob("*.jsonl")):
        anchors = root / ANCHORS / f"{path.stem}.json"
        found.setdefault(path.stem, []).append(QuestionFiles((path,), anchors))
    for anchors in sorted((root / _GOLD).glob(f"*/{_GOLD_ANCHORS}")):
        questions = tuple(sorted(anchors.parent.glob("*.jsonl")))
        found.setdefault(anchors.parent.name, []).append(QuestionFiles(questions, anchors))
    for name in names or found:
        if name not in found or name not in listed:
            raise CorpusError(
                f'No questions name sentences of a report "{name}". There are some for {", ".join(found)}.'
            )
        yield listed[name], found[name]


def migrate_files(files: QuestionFiles, report: Report, sha256: str) -> Migration:
    """Anchor the questions on a report in the way it is parsed now, and write the files that change.

    `sha256` is that of the report's file. Raises CorpusError, which names each question whose sentence is
    lost, and then writes nothing.
    """
    records = {path: [r for r, _ in read_json_lines(path, CorpusError)] for path in files.questions}
    known = read_anchors(files.anchors) if files.anchors.is_file() else Anchors(report.about.id, sha256, {})
    named = {name for own in records.values() for record in own for name in _named(record)}
    used = Anchors(known.report, known.sha256, {n: a for n, a in known.sentences.items() if n in named})
    found = migrate(used, report, sha256, also=sorted(named))
    if found.lost:
        raise CorpusError("\n".join(_losses(files, found.lost, known)))
    marks = {
        name: [mark.number for mark in report.marks_in(sentence.start, sentence.end)]
        for name, sentence in zip(sentence_ids(report), report.sentences, strict=True)
    }
    moved = {path: [_moved(record, found.moved, marks) for record in own] for path, own in records.items()}
    for path, own in moved.items():
        if own != records[path]:
            with rewritten(path) as file:
                file.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record in own)
    if not files.anchors.is_file() or found.anchors != known:
        write_anchors(files.anchors, found.anchors)
    return found


def _losses(files: QuestionFiles, lost: Sequence[str], known: Anchors) -> Iterator[str]:
    """A line for each question that names a lost sentence."""
    for path in files.questions:
        for record, where in read_json_lines(path, CorpusError):
            for name in sorted(set(_named(record)) & set(lost)):
                anchor = known.sentences.get(name)
                stood = f"characters {anchor.start} to {anchor.end}" if anchor else "it was never anchored"
                page = f"page {anchor.page}, " if anchor and anchor.page else ""
                yield f"{where}: the sentence {name} is lost ({page}{stood}). Name another one."


def _named(value: Any) -> Iterator[str]:
    """The ids of all sentences in a JSON value."""
    if isinstance(value, str) and SENTENCE_ID.fullmatch(value):
        yield value
    elif isinstance(value, dict | list):
        for own in value.values() if isinstance(value, dict) else value:
            yield from _named(own)


def _moved(value: Any, moved: Moves, marks: Marks) -> Any:
    """A JSON value with each id replaced.

    In a list, an id that has become several is replaced by all of them, and several that have become the same
    one are named once.
    """
    if isinstance(value, dict):
        if _SENTENCE in value:
            return _successors(value, moved, marks)[0]
        return {key: _moved(own, moved, marks) for key, own in value.items()}
    if isinstance(value, list):
        found: list[Any] = []
        for own in value:
            found += [new for new in _successors(own, moved, marks) if new not in found]
        return found
    return value


def _successors(value: Any, moved: Moves, marks: Marks) -> list[Any]:
    """What replaces an item of a list: an id, or an object that names one, may become several."""
    if isinstance(value, str) and SENTENCE_ID.fullmatch(value):
        return list(moved.get(value, [value]))
    if isinstance(value, dict) and _SENTENCE in value:
        rest = {key: own for key, own in value.items() if key not in (_SENTENCE, _ENDNOTES)}
        names = moved.get(value[_SENTENCE], [value[_SENTENCE]])
        return [
            {_SENTENCE: name, **rest, **({_ENDNOTES: list(own)} if (own := marks[name]) else {})}
            for name in names
        ]
    return [_moved(value, moved, marks)]
