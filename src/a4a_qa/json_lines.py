"""Reads JSON Lines: an object a line, and where it stands, for errors.

A line ends with a line feed alone: inside a JSON text other line ends of Unicode are letters like any. Some
editors begin a file in UTF-8 with a byte order mark, which is no part of its first line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from a4a_qa.errors import A4aError


def read_json_lines(
    path: Path, error: type[A4aError], *, keys: Collection[str] | None = None
) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file, each with its place ("gold.jsonl, line 3"); blank lines are passed over.

    Raises `error` when the file cannot be read, and, naming the line, when one is not a JSON object or has
    another key than `keys`.
    """
    for line, where in read_lines(path, error):
        try:
            record = json_object(line, error)
            if keys is not None:
                check_keys(record, keys, error)
        except error as problem:
            raise error(f"{where}: {problem}") from problem
        yield record, where


def read_lines(
    path: Path, error: type[A4aError], *, errors: Literal["strict", "replace"] = "strict"
) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, each with its place ("gold.jsonl, line 3").

    Raises `error` when the file cannot be read. Bytes that are not UTF-8 are a reason for that if `errors` is
    "strict"; with "replace" they become "�", so that they spoil no more than their own line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig", errors=errors).split("\n")
    except UnicodeDecodeError as problem:
        raise error(
            f"{path} cannot be read: it is not text in UTF-8 (byte {problem.start}). Save it as UTF-8."
        ) from problem
    except OSError as problem:
        raise error(f"{path} cannot be read: {problem.strerror or problem}.") from problem
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield line, f"{path}, line {number}"


def json_object(line: str, error: type[A4aError]) -> dict[str, Any]:
    """The object that a line holds; raises `error`, which does not name the line, when it holds none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise error(f"this is not JSON: {problem}.") from problem
    if not isinstance(record, dict):
        raise error("expected a JSON object.")
    return record


def check_keys(record: Mapping[str, Any], known: Collection[str], error: type[A4aError]) -> None:
    """Raise `error`, which does not name the line, when an object has a key that means nothing: misspelt, it
    would silently ask for nothing."""
    if unknown := sorted(record.keys() - set(known)):
        raise error(f"there is no '{unknown[0]}' here, only {', '.join(sorted(known))}.")
