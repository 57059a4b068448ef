"""Direct look-ups: an article of a law, an item, an endnote, an acronym, the source of a statement, a line of
the imprint, all that a section recommends, a section or a page, a name wherever it stands.

A look-up names the place itself, so nothing needs to be guessed: «What does Article 27 say?»,
«item 46», «endnote 38», «What does CNCC stand for?», «What is the source for …?», «Who funded this report?»,
«List the recommendations on prevention», «What does the section on prevention say?», «Is Port Anna
mentioned?».
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from a4a_qa.answering.acronyms import Acronyms
from a4a_qa.answering.endnote_words import EndnoteWords
from a4a_qa.answering.imprint import Imprint
from a4a_qa.answering.items import Items
from a4a_qa.answering.laws import Laws
from a4a_qa.answering.listing import Recommendations
from a4a_qa.answering.mentions import Mention, Mentions
from a4a_qa.answering.named_places import NamedKind, NamedPlaces
from a4a_qa.answering.numbered import ENDNOTE, named_in, numbers_of, with_places_in_digits
from a4a_qa.answering.section_names import NamedPlace, SectionNames
from a4a_qa.answering.source_clause import statement_to_source
from a4a_qa.answering.source_wording import (
    asks_when_sent_in,
    sounds_like_source,
    sounds_like_work,
    without_source_words,
)
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report

# Those that have a weight of their own; a section, a page and a name are as sure as an item.
LookupKind = Literal[NamedKind, "source"]

# «Which endnotes cite the UNHCR?», «List all sources from Human Rights Watch»: all that name it are meant.
_ALL_NOTES = re.compile(
    r"\b(?:which|what|list|name|show|give|all|how many)\b[\s\w]*?"
    r"\b(?:end\s?notes|foot\s?notes|sources|references|citations)\s"
    r"(?:(?:are|is|were|come|that|which|taken|do|does|the report|it)\s)*"
    r"(?:cit(?:e|es|ing)|quot(?:e|es|ing)|nam(?:e|es|ing)|mention(?:s|ing)?|(?:refer|lead|point)(?:s|ring|ing)?\sto"
    r"|from|by)\s(?:nothing\s(?:but|more\sthan)\s|only\s|just\s)?(?:the\s|an?\s)?(?P<name>[^?]+?)[?.\s]*$",
    re.IGNORECASE,
)
_LAST_NOTE = re.compile(r"\bthe (?:very )?last (?:end|foot)\s?note\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceAsked:
    """A question for a source.

    `rest` is what it says of the statement, without the words that ask; `endnotes` are those that it names by
    their own words, and `may_be_chance` says that it has such words in a row, but no name, and asks for a
    source by them alone.
    """

    rest: str = ""
    endnotes: tuple[int, ...] = ()
    may_be_chance: bool = False

    @property
    def kind(self) -> Literal["source"]:
        """What is looked up."""
        return "source"


# What a question looks up. All of them have a `kind`.
Lookup = NamedPlaces | SourceAsked | NamedPlace | Mention


class LookupTable:
    """What the report numbers and abbreviates, gathered once from its text."""

    def __init__(self, report: Report, is_word: Callable[[str], bool] = lambda word: False) -> None:
        self._report = report
        self._is_word = is_word
        self._imprint, self._recommendations = Imprint(report), Recommendations(report)
        self._sections, self._mentions = SectionNames(report), Mentions(report, is_word)
        self._laws, self._items, self._acronyms = Laws(report), Items(report), Acronyms(report)

    def find(self, question: str, *, asks_source: bool = False, follows: bool = False) -> Lookup | None:
        """The look-up that a question asks for, or None; one that names nothing here has no sentences.

        `asks_source` says that it is known to ask for a source, however it is worded; `follows` that words of
        an earlier question stand in it, which name no work now.
        """
        numbered = with_places_in_digits(question)
        return (
            self._endnote(numbered)
            or self._endnotes_of(question)
            or self._laws.find(numbered)
            or self._items.find(numbered)
            or self._acronyms.find(question)
            or self._whole(question)
            or (None if follows else self._sections.find(question) or self._mention(question, is_asked=True))
            or self._source(question, asks_source, follows)
            or (None if follows else self._mention(question, is_asked=False))
        )

    @cached_property
    def _endnote_words(self) -> EndnoteWords:
        return EndnoteWords(self._report, self._is_word)

    def _source(self, question: str, asks_source: bool, follows: bool) -> SourceAsked | None:
        statement = statement_to_source(question)
        asks_source = (
            (asks_source and not asks_when_sent_in(question))
            or statement is not None
            or sounds_like_source(question)
        )
        rest = statement or without_source_words(question)
        rest = rest if words_of(rest) else ""
        words = self._endnote_words
        if not follows and (named := words.endnotes_at(question) or words.endnotes_titled(question)):
            return SourceAsked(rest, named)
        is_of_work = not follows and (asks_source or sounds_like_work(question))
        named = words.endnotes_named_in(question) if is_of_work else ()
        by_chance = not asks_source and not words.names_in(question)
        return SourceAsked(rest, named, by_chance) if named or asks_source else None

    def _whole(self, question: str) -> NamedPlaces | None:
        if places := self._imprint.find(question):
            return NamedPlaces("imprint", places=places, other_body=self._imprint.other_body(question))
        places = self._recommendations.find(question)
        return NamedPlaces("recommendations", places=places) if places else None

    def _mention(self, question: str, *, is_asked: bool) -> Mention | None:
        """A name, wherever it stands."""
        found = self._mentions.find(question)
        return found if found and found.is_asked == is_asked else None

    def _endnote(self, question: str) -> NamedPlaces | None:
        texts = ENDNOTE.findall(question)
        numbers = numbers_of(texts)
        if _LAST_NOTE.search(question):
            numbers += tuple(note.number for note in self._report.endnotes[-1:])
        known = tuple(number for number in numbers if self._report.endnote(number))
        missing = named_in(texts, without=known)
        return NamedPlaces("endnote", numbers, endnotes=known, missing=missing) if numbers else None

    def _endnotes_of(self, question: str) -> NamedPlaces | None:
        """All endnotes of a section, or all that have a name."""
        of_section = self._sections.endnotes_of(question)
        if of_section is not None:
            return NamedPlaces("endnote", of_section, endnotes=of_section)
        asked = _ALL_NOTES.search(question)
        found = self._endnote_words.endnotes_with(asked["name"]) if asked else ()
        return NamedPlaces("endnote", found, endnotes=found) if found else None
