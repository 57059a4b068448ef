"""`training/datasheet.toml`: who wrote each file of questions, how, who may read it, and which file it is.

Each `[[file]]` has the keys of `Entry`. A file that has changed without its entry, or has none, is a problem:
a model's card names its data by their SHA-256, and a sealed set has to stay as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.files import file_sha256
from a4a_qa.json_lines import read_lines
from a4a_qa.output import rewritten
from a4a_qa.toml_file import read_toml

DATASHEET = Path("training/datasheet.toml")
_FOLDERS = ("training", "eval")
_NOT_QUESTIONS = "eval/runs/"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the datasheet says of a file: `path` from the root of the repository, `count` of its lines that
    are not blank."""

    path: str
    holds: str
    author: str
    method: str
    readers: str
    count: int
    sha256: str


def read_datasheet(root: Path) -> tuple[Entry, ...]:
    """The entries of the datasheet; raises CorpusError for one with other keys or other kinds of values."""
    path = root / DATASHEET
    names = [field.name for field in fields(Entry)]
    entries = []
    for number, values in enumerate(read_toml(path, CorpusError).get("file", []), 1):
        fits = all(type(value) is (int if name == "count" else str) for name, value in values.items())
        if sorted(values) != sorted(names) or not fits:
            raise CorpusError(
                f"{path}, file {number}: expected {', '.join(names)}, all but the count texts; "
                f"found {', '.join(values)}."
            )
        entries.append(Entry(**values))
    return tuple(entries)


def problems(root: Path) -> Iterator[str]:
    """Each file that is not as the datasheet says, and each that has no entry."""
    entries = {entry.path: entry for entry in read_datasheet(root)}
    found = {path.relative_to(root).as_posix(): path for path in question_files(root)}
    for name in sorted(found.keys() - entries.keys()):
        yield f"{DATASHEET} has no entry for {name}. Add one, then run `a4a-qa training validate --write`."
    for name, entry in entries.items():
        if name not in found:
            yield f"{DATASHEET} has an entry for {name}, which is not there."
        elif (now := _measured(found[name])) != (entry.count, entry.sha256):
            yield (
                f"{name} has changed: {now[0]} lines, SHA-256 {now[1]}; {DATASHEET} says {entry.count} "
                f"lines, {entry.sha256}. If that is meant, run `a4a-qa training validate --write`."
            )


def question_files(root: Path) -> list[Path]:
    """All files of questions of the repository."""
    found = (path for folder in _FOLDERS for path in sorted((root / folder).rglob("*.jsonl")))
    return [path for path in found if not path.relative_to(root).as_posix().startswith(_NOT_QUESTIONS)]


def _measured(path: Path) -> tuple[int, str]:
    return sum(1 for _ in read_lines(path, CorpusError)), file_sha256(path)


def update(root: Path) -> None:
    """Write the present counts and SHA-256 of the files; entries of files that are gone stay as they are."""
    head = (root / DATASHEET).read_text(encoding="utf-8").partition("[[file]]")[0]
    entries = [_written(root, entry) for entry in read_datasheet(root)]
    with rewritten(root / DATASHEET) as file:
        file.write(head + "\n".join(entries))


def _written(root: Path, entry: Entry) -> str:
    path = root / entry.path
    count, sha256 = _measured(path) if path.is_file() else (entry.count, entry.sha256)
    texts = ((name, getattr(entry, name)) for name in ("path", "holds", "author", "method", "readers"))
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts]
    return "\n".join(["[[file]]", *lines, f"count = {count}", f'sha256 = "{sha256}"', ""])
