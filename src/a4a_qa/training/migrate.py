"""`a4a-qa training migrate`: questions follow their sentences when a parser reads a report differently.

Works on any JSON Lines whose values name sentences by their ids: training questions, and gold questions on
reports whose text is not part of the project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from a4a_qa.anchors import Anchors, Migration, migrate, read_anchors, write_anchors
from a4a_qa.catalogue import ListedReport
from a4a_qa.errors import CorpusError
from a4a_qa.files import replaced
from a4a_qa.index.passages import sentence_ids
from a4a_qa.json_lines import read_json_lines
from a4a_qa.report import Report
from a4a_qa.training.questions import ANCHORS, QUESTIONS

# Gold questions on a report whose text is not part of the project, and the anchors of what they name.
GOLD, GOLD_ANCHORS = Path("eval/gold"), "sentences.json"
_ID = re.compile(r"s-[0-9a-f]{12}")
# What names a sentence in a gold record, with the numbers of its note marks.
_SENTENCE, _ENDNOTES = "sentence", "endnotes"


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    """The files of questions on one report, and the file of the anchors of the sentences that they name."""

    questions: tuple[Path, ...]
    anchors: Path


def named_sets(
    root: Path, listed: Mapping[str, ListedReport], names: Sequence[str] = ()
) -> Iterator[tuple[ListedReport, list[QuestionFiles]]]:
    """The reports with questions that name sentences by id, all or those of these `names`, and their files.

    Raises CorpusError for a name that has none.
    """
    found: dict[str, list[QuestionFiles]] = {}
    for path in sorted((root / QUESTIONS).glob("*.jsonl")):
        anchors = root / ANCHORS / f"{path.stem}.json"
        found.setdefault(path.stem, []).append(QuestionFiles((path,), anchors))
    for anchors in sorted((root / GOLD).glob(f"*/{GOLD_ANCHORS}")):
        questions = tuple(sorted(anchors.parent.glob("*.jsonl")))
        found.setdefault(anchors.parent.name, []).append(QuestionFiles(questions, anchors))
    for name in names or found:
        if name not in found or name not in listed:
            raise CorpusError(
                f"There is no report «{name}» whose sentences questions name. There are: {', '.join(found)}."
            )
        yield listed[name], found[name]


def migrate_files(files: QuestionFiles, report: Report, sha256: str) -> Migration:
    """Anchor the questions of a report in the way it is parsed now, and write files that changed.

    Raises CorpusError, and writes nothing, when a sentence is lost: its question would ask for nothing.
    """
    records = {path: [record for record, _ in _lines(path)] for path in files.questions}
    known = read_anchors(files.anchors) if files.anchors.is_file() else Anchors(report.about.id, sha256, {})
    named = {name for own in records.values() for record in own for name in _named(record)}
    used = Anchors(known.report, known.sha256, {n: a for n, a in known.sentences.items() if n in named})
    found = migrate(used, report, sha256, also=sorted(named))
    if found.lost:
        raise CorpusError("\n".join(_losses(files, found.lost, known)))
    marks = _marks(report)
    changed = {path: [_moved(record, found.moved, marks) for record in own] for path, own in records.items()}
    for path, own in changed.items():
        if own != records[path]:
            with replaced(path) as file:
                file.writelines(f"{json.dumps(record, ensure_ascii=False)}\n" for record in own)
    if not files.anchors.is_file() or found.anchors != known:
        write_anchors(files.anchors, found.anchors)
    return found


def _lines(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    return read_json_lines(path, CorpusError)


def _losses(files: QuestionFiles, lost: Sequence[str], known: Anchors) -> Iterator[str]:
    """A line for each question that names a lost sentence."""
    for path in files.questions:
        for record, where in _lines(path):
            for name in sorted(set(_named(record)) & set(lost)):
                anchor = known.sentences.get(name)
                stood = f"characters {anchor.start} to {anchor.end}" if anchor else "it was never anchored"
                page = f"page {anchor.page}, " if anchor and anchor.page else ""
                yield f"{where}: the sentence {name} is lost ({page}{stood}). Name another one."


def _named(value: Any) -> Iterator[str]:
    """All ids of sentences in a JSON value."""
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for own in value.values():
            yield from _named(own)
    elif isinstance(value, list):
        for own in value:
            yield from _named(own)


def _marks(report: Report) -> dict[str, list[int]]:
    return {
        name: [mark.number for mark in report.marks_in(sentence.start, sentence.end)]
        for name, sentence in zip(sentence_ids(report), report.sentences, strict=True)
    }


def _moved(value: Any, moved: Mapping[str, Sequence[str]], marks: Mapping[str, Sequence[int]]) -> Any:
    """A JSON value with each id replaced; in a list, one that has become several is replaced by all of them,
    and several that have become one stand once."""
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


def _successors(
    value: Any, moved: Mapping[str, Sequence[str]], marks: Mapping[str, Sequence[int]]
) -> list[Any]:
    """What stands in a list in place of a value; an id, or an object that names one, may become several."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return list(moved.get(value, [value]))
    if isinstance(value, dict) and _SENTENCE in value:
        rest = {key: own for key, own in value.items() if key not in (_SENTENCE, _ENDNOTES)}
        names = moved.get(value[_SENTENCE], [value[_SENTENCE]])
        return [
            {_SENTENCE: name, **rest, **({_ENDNOTES: list(own)} if (own := marks[name]) else {})}
            for name in names
        ]
    return [_moved(value, moved, marks)]
