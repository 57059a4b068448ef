"""Which endnotes a question means by their own words: by a title, an author or a publisher.

«Who wrote “Who are the Sex Tourists in Cambodia”?», «What rests on the SIREN data sheet?»: what such words
name stands in the endnotes and in no sentence of the report, so no sentence can be found by them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report

# So many words in a row that stand in an endnote and in no sentence are of a title, if two of them tell
# something.
_RUN, _TELLING = 3, 2
# Words that more endnotes share name no work.
_MOST = 5

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+")
_LEAST_LETTERS = 3
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


class CitedWorks:
    """The words of a report's endnotes that none of its sentences has."""

    def __init__(self, report: Report) -> None:
        self._body = _in_a_row(" ".join(report.slice(sentence) for sentence in report.sentences))
        notes = {note.number: _ADDRESS.sub(" ", note.text) for note in report.endnotes}
        self._notes = {number: _in_a_row(text) for number, text in notes.items()}
        written = {word for text in notes.values() for word in _WORD.findall(text)}
        self._names = {
            name
            for word in written
            for name in [_plain(word)]
            if word[0].isupper() and len(name) >= _LEAST_LETTERS and name not in written
            if name not in _MONTHS and f" {name} " not in self._body
        }

    def named_in(self, question: str) -> tuple[int, ...]:
        """The endnotes that share most such words with a question; none when it has none, or they tell too
        little."""
        asked = _WORD.findall(question)
        wanted = [*self._runs(asked), *self._names_in(asked)]
        shared = Counter(number for number, note in self._notes.items() for text in wanted if text in note)
        most = max(shared.values(), default=0)
        found = tuple(number for number, count in shared.items() if count == most)
        return found if len(found) <= _MOST else ()

    def _runs(self, asked: list[str]) -> list[str]:
        runs = (asked[start : start + _RUN] for start in range(len(asked) - _RUN + 1))
        texts = (_in_a_row(" ".join(run)) for run in runs if len(words_of(" ".join(run))) >= _TELLING)
        return [text for text in texts if text not in self._body]

    def _names_in(self, asked: list[str]) -> list[str]:
        """Names by which a question means a work: as they are written, or two in a row however they are."""
        names = [word if word in self._names else "" for word in map(_plain, asked)]
        padded = ["", *names, ""]
        return [
            f" {name} "
            for place, name in enumerate(names)
            if name and (padded[place] or padded[place + 2] or (place and asked[place][0].isupper()))
        ]


def _in_a_row(text: str) -> str:
    """The words of a text as they are compared, with a space before and behind each."""
    return f" {' '.join(map(_plain, _WORD.findall(unicodedata.normalize('NFKC', text))))} "


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'").removesuffix("'s")
