"""Which endnotes a question means by their own words: by a title, an author, a publisher or an address.

«Who wrote “Who are the Children of the Harbour”?», «What rests on the BEACON data sheet?», «harbour.org,
which statement?»: what such words name stands in the endnotes and in no sentence of the report, so no
sentence can be found by them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from urllib.parse import unquote

from a4a_qa.accents import plainly_written
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import ADDRESS, MONTHS
from a4a_qa.report import Report

# Words in a row that stand in an endnote and in no sentence are compared by three, two of which are no
# function words. One such run may be chance («a New York»), two are of a title.
_RUN, _TELLING, _LEAST_RUNS = 3, 2, 2
# A name may consist of two words that sentences have apart («Harbour Post»).
_PAIR = 2
_LEAST_OF_HOST = 8
# What more different endnotes share is no work's own, and no more than so many are shown.
_MOST = 5

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")
# «site.org», «site.org/page», «report.pdf»; «e.g.» and «4.2» are none.
_LIKE_ADDRESS = re.compile(r"(?:https?://)?[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
# A number of an address that people type beside («state.gov 142982»).
_LONG_NUMBER = re.compile(r"\d{4,}")
_BEFORE_COLON = re.compile(r"([^:]{4,100}):\s")
_QUOTED = re.compile(r"[“«„\"]([^“”«»„\"]+)[”»“\"]")
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
        in_body = frozenset([*body, *_runs(body, _PAIR)])
        runs_in_body = frozenset(_runs(body))
        self._body = f" {' '.join(body)} "
        self._body_as_written = unquote(" ".join(report.slice(s) for s in report.sentences)).casefold()
        self._texts: dict[int, str] = {}
        self._spaced: dict[int, str] = {}
        self._addresses: dict[int, str] = {}
        self._runs: defaultdict[str, list[int]] = defaultdict(list)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        for note in report.endnotes:
            if note.number in self._texts:  # used twice: the first is meant
                continue
            text = ADDRESS.sub(" ", plainly_written(note.text))
            self._texts[note.number], self._spaced[note.number] = text, _spaced(text)
            self._addresses[note.number] = " ".join(_bare(s.url) for s in note.sources if s.url)
            for label in {label for s in note.sources if s.url for label in _host(s.url).split(".")}:
                if len(label) >= _LEAST_OF_HOST and label not in in_body:
                    self._names[label].append(note.number)
            for run in dict.fromkeys(_runs(_words(text))):
                if run not in runs_in_body and len(words_of(run)) >= _TELLING:
                    self._runs[run].append(note.number)
            for name in dict.fromkeys([*_capitalised(text), *_capitalised_pairs(text)]):
                if name not in in_body and name not in _MONTHS:
                    self._names[name].append(note.number)
        for word in {word for text in self._texts.values() for word in _WORD.findall(text)}:
            self._names.pop(word, None)  # that is written small elsewhere: no name

    def endnotes_named_in(self, question: str) -> tuple[int, ...]:
        """The endnotes that share most such words with a question; none when it has none, or when endnotes of
        many works do."""
        plain = plainly_written(question)
        runs = Counter(number for run in _runs(_words(plain)) for number in self._runs.get(run, ()))
        names = Counter(number for name in self.names_in(question) for number in self._names[name])
        named = (number for number in runs | names if names[number] or runs[number] >= _LEAST_RUNS)
        shared = {number: runs[number] + names[number] for number in named}
        most = max(shared.values(), default=0)
        found = tuple(sorted(number for number, count in shared.items() if count == most))
        return found[:_MOST] if len({self._texts[number] for number in found}) <= _MOST else ()

    def endnotes_at(self, question: str) -> tuple[int, ...]:
        """The endnotes whose address has what looks like one in a question, if no sentence has that, and as
        many of its long numbers as any of these has."""
        typed = (_bare(found).rstrip(".,;:?!)/") for found in _LIKE_ADDRESS.findall(question))
        asked = [one for one in typed if one not in self._body_as_written]
        having = [n for n, at in self._addresses.items() if any(_stands_in(one, at) for one in asked)]
        numbers = _LONG_NUMBER.findall(question)
        shared = {n: sum(number in self._addresses[n] for number in numbers) for n in having}
        most = max(shared.values(), default=0)
        return tuple(n for n in having if shared[n] == most)

    def endnotes_titled(self, question: str) -> tuple[int, ...]:
        """The endnotes that have what a question puts between quotation marks or before its first colon, and
        no sentence has."""
        before_colon = _BEFORE_COLON.match(question)
        quoted = [*_QUOTED.findall(question), *(before_colon.groups() if before_colon else ())]
        titles = [_spaced(title) for title in quoted if len(words_of(title)) >= _TELLING]
        named = [title for title in titles if title not in self._body]
        found = (n for n, text in self._spaced.items() if any(title in text for title in named))
        return tuple(islice(found, _MOST))

    def endnotes_with(self, name: str) -> tuple[int, ...]:
        """All endnotes that have the words of a name in a row; those that have them all, if none has."""
        phrase = _spaced(name)
        in_a_row = tuple(n for n, text in self._spaced.items() if phrase.strip() and phrase in text)
        telling = frozenset(words_of(name))
        with_all = (n for n, text in self._texts.items() if telling and telling <= frozenset(words_of(text)))
        return in_a_row or tuple(with_all)

    def names_in(self, question: str) -> list[str]:
        """The names in a question, in small letters: two in a row, however they are written, one that is
        written like a name and is no ordinary word, a pair that only endnotes have in a row, or what an
        address has as one word («Harbour Post», harbourpost.org)."""
        plain = plainly_written(question)
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
        runs = (run for length in (_PAIR, _RUN) for run in _runs(_words(plain), length))
        hosts = (run.replace(" ", "") for run in runs if f" {run} " not in self._body)
        return [*names, *(name for name in (*_capitalised_pairs(plain), *hosts) if name in self._names)]


def _words(plain: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(plain.casefold())]


def _capitalised(plain: str) -> Iterator[str]:
    """The words of a text that begin with a capital, in small letters."""
    for word in _WORD.findall(plain):
        if word[0].isupper() and len(word) >= _LEAST_LETTERS and "'" not in word:
            yield word.casefold()


def _capitalised_pairs(plain: str) -> Iterator[str]:
    """Two words in a row of one sentence that both begin with a capital, in small letters."""
    for first, second in pairwise(_WORD.finditer(plain)):
        both = (first[0], second[0])
        is_one_name = all(word[0].isupper() and len(word) >= _LEAST_LETTERS for word in both)
        if is_one_name and "." not in plain[first.end() : second.start()]:
            yield " ".join(both).casefold().removesuffix("'s")


def _runs(words: Sequence[str], length: int = _RUN) -> Iterator[str]:
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def _spaced(text: str) -> str:
    """The words of a text with a space around each."""
    return f" {' '.join(_words(plainly_written(text)))} "


def _bare(address: str) -> str:
    """An address in small letters, without what each begins with."""
    return _SCHEME.sub("", unquote(address).casefold())


def _host(address: str) -> str:
    return _bare(address).split("/")[0]


def _stands_in(part: str, address: str) -> bool:
    """Whether a part of an address, from the beginning of a word to the end of one, stands in it."""
    return bool(re.search(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", address))
