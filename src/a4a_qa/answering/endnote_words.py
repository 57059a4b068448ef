"""Which endnotes a question means by their own words: by a title, an author or a publisher.

«Who wrote “Who are the Children of the Harbour”?», «What rests on the BEACON data sheet?»: what such words
name stands in the endnotes and in no sentence of the report, so no sentence can be found by them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from a4a_qa.accents import without_accents
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import MONTHS
from a4a_qa.report import Report

# Words in a row that stand in an endnote and in no sentence are compared by three, two of which are no
# function words. One such run may be chance («a New York»), two are of a title.
_RUN, _TELLING, _LEAST_RUNS = 3, 2, 2
# What more different endnotes share is no work's own, and no more than so many are shown.
_MOST = 5

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
_SENTENCE_START = re.compile(r"(?:^|[.?!:–]\s+)[\W_]*(?=\w)")
_LEAST_LETTERS = 3
_MONTHS = frozenset(month.lower() for month in MONTHS)


class EndnoteWords:
    """The words of a report's endnotes that none of its sentences has.

    `is_word` tells ordinary words from names.
    """

    def __init__(self, report: Report, is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        body = _words(" ".join(report.slice(sentence) for sentence in report.sentences))
        in_body, runs_in_body = frozenset(body), frozenset(_runs(body))
        self._texts: dict[int, str] = {}
        self._runs: defaultdict[str, list[int]] = defaultdict(list)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        for note in report.endnotes:
            if note.number in self._texts:  # used twice: the first is meant
                continue
            text = _ADDRESS.sub(" ", _plain(note.text))
            self._texts[note.number] = text
            for run in dict.fromkeys(_runs(_words(text))):
                if run not in runs_in_body and len(words_of(run)) >= _TELLING:
                    self._runs[run].append(note.number)
            for name in dict.fromkeys(_capitalised(text)):
                if name not in in_body and name not in _MONTHS:
                    self._names[name].append(note.number)
        for word in {word for text in self._texts.values() for word in _WORD.findall(text)}:
            self._names.pop(word, None)  # that is written small elsewhere: no name

    def endnotes_named_in(self, question: str) -> tuple[int, ...]:
        """The endnotes that share most such words with a question; none when it has none, or when endnotes of
        many works do."""
        plain = _plain(question)
        runs = Counter(number for run in _runs(_words(plain)) for number in self._runs.get(run, ()))
        names = Counter(number for name in self.names_in(question) for number in self._names[name])
        named = (number for number in runs | names if names[number] or runs[number] >= _LEAST_RUNS)
        shared = {number: runs[number] + names[number] for number in named}
        most = max(shared.values(), default=0)
        found = tuple(sorted(number for number, count in shared.items() if count == most))
        return found[:_MOST] if len({self._texts[number] for number in found}) <= _MOST else ()

    def endnotes_with(self, name: str) -> tuple[int, ...]:
        """All endnotes that have the words of a name in a row; those that have them all, if none has."""
        wanted = _words(_plain(name))
        phrase = f" {' '.join(wanted)} "
        texts = {number: f" {' '.join(_words(text))} " for number, text in self._texts.items()}
        in_a_row = tuple(number for number, text in texts.items() if wanted and phrase in text)
        telling = frozenset(words_of(name))
        with_all = (n for n, text in texts.items() if telling and telling <= frozenset(words_of(text)))
        return in_a_row or tuple(with_all)

    def names_in(self, question: str) -> list[str]:
        """The names in a question, in small letters: two in a row, however they are written, or one that is
        written like a name and is no ordinary word."""
        plain = _plain(question)
        found = list(_WORD.finditer(plain))
        starts = {match.end() for match in _SENTENCE_START.finditer(plain)}
        words = [match[0].removesuffix("'s") for match in found]
        known = [word.casefold() in self._names for word in words]
        shouted = plain.isupper()
        names = []
        for place, (match, word) in enumerate(zip(found, words, strict=True)):
            beside = any(known[max(0, place - 1) : place]) or any(known[place + 1 : place + 2])
            is_acronym = word.isupper() and len(word) >= _LEAST_LETTERS and not shouted
            is_capital = word[0].isupper() and match.start() not in starts and not shouted
            if known[place] and (beside or is_acronym or (is_capital and not self._is_word(word.casefold()))):
                names.append(word.casefold())
        return names


def _plain(text: str) -> str:
    """A text without accents, with straight apostrophes and simple hyphens."""
    return without_accents(text).replace("’", "'").replace("‐", "-").replace("‑", "-")


def _words(plain: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(plain.casefold())]


def _capitalised(plain: str) -> Iterator[str]:
    """The words of a text that begin with a capital, in small letters."""
    for word in _WORD.findall(plain):
        if word[0].isupper() and len(word) >= _LEAST_LETTERS and "'" not in word:
            yield word.casefold()


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1))
