"""Direct look-ups: an article of a law, an item, an endnote, an abbreviation, a line of the imprint, what is
recommended, a section, a page, a name wherever it stands, the source of a statement.

A look-up names the place itself, so nothing needs to be guessed: "What does Article 27 say?", "item 46",
"endnote 38", "What does CNCC stand for?", "Who funded this report?", "List the recommendations on
prevention", "What does the section on prevention say?", "Is Port Anna mentioned?", "What is the source
for …?".
"""

from __future__ import annotations

import re
from functools import cached_property

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.abbreviations import Abbreviations
from a4a_qa.lookup.endnotes import EndnoteWords
from a4a_qa.lookup.imprint import Imprint
from a4a_qa.lookup.mentions import Mentions
from a4a_qa.lookup.numbers import ENDNOTE, Articles, Items, missing_from, numbers_of, with_places_in_digits
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.recommendations import Recommendations
from a4a_qa.lookup.sections import Sections
from a4a_qa.lookup.sources import (
    sounds_like_source,
    without_source_words,
)
from a4a_qa.lookup.wordings import rows
from a4a_qa.report.report import Report

_LAST_NOTE = re.compile(r"\bthe (?:very )?last (?:end|foot)\s?note\b", re.IGNORECASE)


class LookupTable:
    """What can be looked up in a report, gathered once from its text.

    What is shown of a section, or cited whole, has `most` places at most.
    """

    def __init__(self, report: Report, most: int = 5) -> None:
        self._report = report
        self._articles, self._items = Articles(report), Items(report)
        self._abbreviations, self._imprint = Abbreviations(report), Imprint(report)
        self._recommendations = Recommendations(report, most)
        self._sections, self._mentions = Sections(report, most), Mentions(report)

    def find(self, question: str, *, asks_source: bool = False, follows: bool = False) -> Places | None:
        """The places that a question asks for, or None; what the report does not have has no places.

        `asks_source` says that it is known to ask for a source, however it is worded; `follows` that words of
        an earlier question stand in it, which name no section, name or work now.
        """
        numbered = with_places_in_digits(question)
        return (
            self._endnote(numbered)
            or (None if follows else self._sections.overview(question))
            or self._sections.endnotes(question)
            or self._endnotes_with_name(question)
            or self._articles.find(numbered)
            or self._items.find(numbered)
            or self._abbreviations.find(question)
            or self._imprint.find(question)
            or self._recommendations.find(question)
            or (None if follows else self._named(question))
            or self._source(question, asks_source, follows)
        )

    def _named(self, question: str) -> Places | None:
        return (
            self._sections.page(question) or self._sections.section(question) or self._mentions.find(question)
        )

    def _endnote(self, question: str) -> Places | None:
        texts = ENDNOTE.findall(question)
        numbers = numbers_of(texts)
        if _LAST_NOTE.search(question):
            numbers += tuple(note.number for note in self._report.endnotes[-1:])
        known = tuple(number for number in numbers if self._report.endnote(number))
        missing = missing_from(known, texts, "endnote")
        return Places("endnote", endnotes=known, numbers=numbers, missing=missing) if numbers else None

    def _endnotes_with_name(self, question: str) -> Places | None:
        """All endnotes that have a name."""
        asked = rows()["name_endnotes"].match(question)
        found = self._endnote_words.endnotes_with(asked["name"]) if asked else ()
        return Places("endnote", endnotes=found, numbers=found) if found else None

    def _source(self, question: str, asks_source: bool, follows: bool) -> Places | None:
        statement = without_source_words(question)
        statement = statement if words_of(statement) else ""
        words = self._endnote_words
        if not follows and (named := words.endnotes_at(question) or words.endnotes_titled(question)):
            return Places("source", endnotes=named, statement=statement)
        is_asked = asks_source or sounds_like_source(question)
        return Places("source", statement=statement) if is_asked else None

    @cached_property
    def _endnote_words(self) -> EndnoteWords:
        return EndnoteWords(self._report)
