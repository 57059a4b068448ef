"""Whether a question asks for the source of a statement, or about a work that is cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.wordings import pattern, rows

# "What is the source?", "Which paper found that out?": so few words beside name no statement.
_THAT = re.compile(r"\b(?:that|this|it|these|those)\b", re.IGNORECASE)
_MOST_BESIDE_THAT = 2


def sounds_like_source(question: str) -> bool:
    """Whether the wording of a question asks for a source."""
    return rows()["source"].match(question) is not None


def without_source_words(question: str) -> str:
    """What a question says beside asking for a source."""
    return " ".join(pattern("source_fillers").sub(" ", question).split())


def asks_source_of_that(question: str, *, asks_source: bool = False) -> bool:
    """Whether a question asks for the source of what was said before, and says no more of it than "that";
    `asks_source` as in `LookupTable.find`."""
    beside = len(words_of(without_source_words(question)))
    most = _MOST_BESIDE_THAT if _THAT.search(question) else 0
    return (asks_source or sounds_like_source(question)) and beside <= most


def asks_of_that_work(question: str, before: Sequence[str]) -> bool:
    """Whether a question asks who wrote a work that the questions `before` asked for, or where it is."""
    speaks_of_work = rows()["speaks_of_work"].match
    return rows()["of_that_work"].match(question) is not None and any(map(speaks_of_work, before))
