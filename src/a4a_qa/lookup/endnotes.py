"""Which endnotes a question means by their own words: by a title, a name or an address.

"Who wrote 'Who are the Children of the Harbour'?", "harbour.org, which statement?": what such words name
stands in the endnotes and in no sentence of the report, so no sentence can be found by them.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote

from a4a_qa.index.lexical import words_of
from a4a_qa.report.report import Report
from a4a_qa.text.accents import plainly_written
from a4a_qa.text.notation import ADDRESS

# Of so many words, function words left out, is what may be a title.
_LEAST_OF_TITLE = 2
# No more endnotes than these are shown for a title.
_MOST = 5

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")
# "site.org", "site.org/page", "report.pdf"; "e.g." and "4.2" are none.
_LIKE_ADDRESS = re.compile(r"(?:https?://)?[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
# A number of an address that people type beside ("state.gov 142982").
_LONG_NUMBER = re.compile(r"\d{4,}")
_BEFORE_COLON = re.compile(r"([^:]{4,100}):\s")
_QUOTED = re.compile(r"[“«„\"]([^“”«»„\"]+)[”»“\"]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


class EndnoteWords:
    """The words of a report's endnotes, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        sentences = [report.slice(sentence) for sentence in report.sentences]
        self._body = _spaced(" ".join(sentences))
        self._body_as_written = unquote(" ".join(sentences)).casefold()
        self._texts: dict[int, str] = {}
        self._addresses: dict[int, str] = {}
        for note in report.endnotes:
            # Of a number that is used twice the first is meant.
            self._texts.setdefault(note.number, _spaced(ADDRESS.sub(" ", note.text)))
            self._addresses.setdefault(note.number, " ".join(_bare(s.url) for s in note.sources if s.url))

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
        titles = [_spaced(title) for title in quoted if len(words_of(title)) >= _LEAST_OF_TITLE]
        named = [title for title in titles if title not in self._body]
        found = (n for n, text in self._texts.items() if any(title in text for title in named))
        return tuple(islice(found, _MOST))

    def endnotes_with(self, name: str) -> tuple[int, ...]:
        """All endnotes that have the words of a name in a row; those that have them all, if none has."""
        phrase = _spaced(name)
        in_a_row = tuple(n for n, text in self._texts.items() if phrase.strip() and phrase in text)
        telling = frozenset(words_of(name))
        with_all = (n for n, text in self._texts.items() if telling and telling <= frozenset(words_of(text)))
        return in_a_row or tuple(with_all)


def _spaced(text: str) -> str:
    """The words of a text, small and with a space around each."""
    words = (word.removesuffix("'s") for word in _WORD.findall(plainly_written(text).casefold()))
    return f" {' '.join(words)} "


def _bare(address: str) -> str:
    """An address in small letters, without what each begins with."""
    return _SCHEME.sub("", unquote(address).casefold())


def _stands_in(part: str, address: str) -> bool:
    """Whether a part of an address, from the beginning of a word to the end of one, stands in it."""
    return bool(re.search(rf"(?<![^\W_]){re.escape(part)}(?![^\W_])", address))
