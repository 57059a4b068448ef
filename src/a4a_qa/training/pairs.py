"""Authored questions of a corpus folder, and questions as people type them: some misspelt, some cut down to
their keywords."""

from __future__ import annotations

import random
import re
from pathlib import Path

from a4a_qa.corpus import REPORT_FILE
from a4a_qa.files import file_sha256
from a4a_qa.index.questions import (
    FILE_NAME,
    PRACTICE_FILE,
    AuthoredQuestion,
    authored_file,
    read_index_questions,
)
from a4a_qa.report import Report

_LEARNT_FROM = (FILE_NAME, PRACTICE_FILE)
# The shares of training questions that are misspelt and cut down to keywords (docs/experiments.md).
TYPO_SHARE = 0.15
KEYWORD_SHARE = 0.05

_WORD = re.compile(r"[\w'’-]+")
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for by with from as and or is are was were be been being do does did has have "
    "had can could would will how what which who whom whose when where why that this these those there it "
    "its they their many much any".split()
)
# The key that a finger hits instead, on the keyboard that most English is typed on.
_NEXT_KEY = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxfrghjoklknmiowtayibezux", strict=True))


def read_authored(corpus: Path, report: Report) -> tuple[AuthoredQuestion, ...]:
    """The index and practice questions of a corpus folder, with their near misses; raises CorpusError."""
    return tuple(
        question
        for name in _LEARNT_FROM
        for question in read_index_questions(authored_file(corpus, name), report)
    )


def data_sha256(corpus: Path, *more: str) -> dict[str, str]:
    """The SHA-256 of each file of a corpus folder that models learn from, and of `more` of its files."""
    files = [corpus / REPORT_FILE, *(authored_file(corpus, name) for name in (*_LEARNT_FROM, *more))]
    return {file.name: file_sha256(file) for file in files if file.is_file()}


def as_typed(
    question: str, chance: random.Random, *, typos: float = TYPO_SHARE, cut: float = KEYWORD_SHARE
) -> str:
    """A question as somebody may type it: mostly as it is, a share with `typos` or `cut` down to keywords."""
    share = chance.random()
    if share < typos:
        return misspelt(question, chance)
    return keywords(question) if share < typos + cut else question


def misspelt(question: str, chance: random.Random) -> str:
    """A question with a slip of the fingers in one to three of its longer words."""
    words = question.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in chance.sample(long, min(len(long), chance.choice((1, 1, 2, 2, 3)))):
        words[place] = _slip(words[place], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """A word with two letters swapped, or one left out, doubled, or replaced; its first letter stays."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kind = chance.choices(("swap", "drop", "double", "replace"), (35, 30, 15, 20))[0]
    if kind == "swap":
        return before + after[0] + letter + after[1:]
    changed = {"drop": "", "double": letter * 2, "replace": _NEXT_KEY.get(letter.lower(), letter)}[kind]
    return before + changed + after


def keywords(question: str) -> str:
    """A question without its function words, or as it is when hardly a word would be left."""
    words = [word for word in _WORD.findall(question) if word.lower() not in _FUNCTION_WORDS]
    return " ".join(words) if len(words) > 1 else question
