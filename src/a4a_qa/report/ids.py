"""Ids of sentences and passages: hashes of their words, so that they survive a rebuild."""

from __future__ import annotations

import hashlib

from a4a_qa.report.report import Report


def sentence_ids(report: Report) -> tuple[str, ...]:
    """An id for each sentence, from its words; equal sentences are told apart by their order."""
    taken: set[str] = set()
    return tuple(place_id("s", report.slice(sentence), taken) for sentence in report.sentences)


def place_id(prefix: str, text: str, taken: set[str]) -> str:
    """An id made from a text, which survives a rebuild; `taken` parts equal texts by their order."""
    repeat = 0
    while True:
        digest = hashlib.sha256(f"{text}\x00{repeat}".encode("utf-8", "replace")).hexdigest()
        identity = f"{prefix}-{digest[:12]}"
        if identity not in taken:
            taken.add(identity)
            return identity
        repeat += 1
