"""Lines that only say what an abbreviation is short for («CSC: Child Safety Council»), and who asks for that.

What the body does, or where it works, no such line tells.
"""

from __future__ import annotations

import re
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from a4a_qa.hits import Hits
from a4a_qa.report import Report

_CAPITALS = re.compile(r"[A-Z].*[A-Z]")
_ASKS_NAME = re.compile(
    r"\b(?:stand(?:s|ing)? for|mean(?:s|t|ing)?|(?:full|long|official) (?:name|form)"
    r"|abbreviat\w+|acronyms?|initials|letters?|spel(?:l|t)\w*|short (?:for|form)|refers? to|called)\b",
    re.IGNORECASE,
)
# What a body does, with whom and where.
_ASKS_FOR_MORE = re.compile(
    r"\b(?:do|does|did|has|have|had)\b.*\b(?:do|done|say|said)\b"
    r"|\b(?:roles?|tasks?|dut(?:y|ies)|works?|work(?:ed|ing)|activit\w+|active|program(?:me)?s?|projects?"
    r"|help\w*|fund\w*|support\w*|responsib\w+|achiev\w+|contribut\w+|members?|chair\w*)\b"
    r"|^\W*(?:the )?(?-i:[A-Z][\w/]*[A-Z]) in\b",
    re.IGNORECASE,
)


def asks_for_name(question: str) -> bool:
    """Whether a question asks what an abbreviation is short for, by words that say so."""
    return bool(_ASKS_NAME.search(question))


def asks_for_more(question: str) -> bool:
    """Whether what an abbreviation is short for does not answer a question about it."""
    return bool(_ASKS_FOR_MORE.search(question)) and not asks_for_name(question)


def is_spelt_out(line: str) -> bool:
    """Whether a line of a glossary says what its term is short for, and not what it is."""
    term, _, meaning = line.partition(":")
    first_letters = "".join(word[0] for word in meaning.split())
    is_short = bool(_CAPITALS.search(term)) or term.casefold() == first_letters.casefold()
    return is_short and not meaning.rstrip().endswith(".")


def spelt_out(report: Report) -> frozenset[int]:
    """The sentences (positions) of a report that are such lines."""
    blocks = ((p, s, report.block_at(s.start)) for p, s in enumerate(report.sentences))
    return frozenset(
        position
        for position, sentence, block in blocks
        if block and block.kind == "glossary_entry" and is_spelt_out(report.slice(sentence))
    )


class Abbreviations:
    """The lines of a report that spell an abbreviation out, among what a question finds."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._lines = spelt_out(report)

    def stand_before_an_answer(self, question: str, hits: Hits) -> bool:
        """Whether such a line comes first that does not answer the question."""
        first = {hit.sentence for hit in hits.sentences[:1]}
        return bool(first & self._lines) and asks_for_more(question)

    def others(self, allowed: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        """All sentences that are no such lines, or those of them that are `allowed`, (n sentences,)."""
        others = np.ones(len(self._report.sentences), bool) if allowed is None else allowed.copy()
        others[list(self._lines)] = False
        return others

    def explained(self, question: str, lines: tuple[int, ...], hits: Hits) -> tuple[int, ...]:
        """The line of an abbreviation that is asked for, and the best sentence that has it, unless its name
        is all that is asked."""
        if len(lines) != 1 or asks_for_name(question):
            return lines
        term = re.escape(self._report.text_of(lines[0]).partition(":")[0])
        has_term = re.compile(rf"(?<![\w-]){term}(?![\w-])")
        others = (hit.sentence for hit in hits.sentences if hit.sentence not in self._lines)
        return (*lines, *islice((p for p in others if has_term.search(self._report.text_of(p))), 1))
