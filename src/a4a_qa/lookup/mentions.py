"""Questions like "Does the report mention Port Anna?" and "Is the 'Blue Card' mentioned?", answered with the
places where these words stand.

Searching ranks what is near in meaning, and a name has little of that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from a4a_qa.index.lexical import STOP_WORDS, words_of
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.wordings import rows
from a4a_qa.report.report import Report, Span
from a4a_qa.text.accents import plainly_written
from a4a_qa.text.names import is_there
from a4a_qa.text.notation import ADDRESS

_MARKS = '"“”«»‘’'
_ARTICLE = re.compile(r"^(?:the|an?|any|some)\s+", re.IGNORECASE)
_MOST_WORDS = 8
# What joins the words of a name differs in print.
_BETWEEN_WORDS = r"[\s\-‐‑–]+"
# Who asks whether the victims are named asks for their names.
_NAMES_ASKED = re.compile(r"\bnamed?\b", re.IGNORECASE)


class Mentions:
    """Finds words in a report as they are written."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def find(self, question: str) -> Places | None:
        """Where the words stand that a question asks for; None when it asks for none, or they stand nowhere
        and may be said in others."""
        asked = rows()["mention"].match(question)
        about = None if asked else rows()["about"].match(question)
        asked = asked or about
        name = _ARTICLE.sub("", asked["name"].strip(f"{_MARKS} ")) if asked else ""
        words = [word for word in name.split() if any(map(str.isalnum, word))]
        if not words or len(words) > _MOST_WORDS or STOP_WORDS.issuperset(map(str.casefold, words)):
            return None
        if name[0].islower() and _NAMES_ASKED.search(question):
            return None
        places = replace(self._standing(name), after_search=about is not None)
        is_nowhere = not self._words.intersection(words_of(name)) and not is_there(name, self._report.text)
        return places if places.is_found or (is_nowhere and not name.islower()) else None

    def _standing(self, name: str) -> Places:
        """The sentences that have a name; where none has, the endnotes that do with what rests on them, or
        the places outside all sections."""
        # "AID" is not "aid"; of a word that is no name a plural will do.
        is_acronym = name.isupper() and " " not in name
        pattern = _pattern(name, any_case=not is_acronym, plural=name.islower())
        found = tuple(p for p, text in enumerate(self._sentences) if pattern.search(text))
        if found:
            return Places("mention", found, shown=name)
        texts = ((note, ADDRESS.sub(" ", plainly_written(note.text))) for note in self._report.endnotes)
        having = [note for note, text in texts if pattern.search(text)]
        numbers = {note.number for note in having}
        resting = tuple(p for p, one in enumerate(self._report.sentences) if numbers & set(one.endnotes))
        # Of notes that say the same, the first.
        notes = {note.text: note.number for note in reversed(having)}
        spans = () if having else tuple(self._outside(pattern))
        missing = () if having or spans else (name,)
        return Places("mention", resting, tuple(sorted(notes.values())), spans, missing=missing, shown=name)

    def _outside(self, pattern: re.Pattern[str]) -> list[Span]:
        """The first places of sections whose title has a name, and the lines of the imprint that do."""
        found: dict[Span, None] = {}
        for section in self._report.sections:
            if pattern.search(plainly_written(section.path[-1])):
                within = self._report.sentences_in(section.start, section.end)
                found.update((Span(one.start, one.end), None) for one in within[:1])
        for block in self._report.blocks:
            is_outside = not block.retrieved and not block.section
            if is_outside and pattern.search(plainly_written(self._report.slice(block))):
                found[Span(block.start, block.end)] = None
        return list(found)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(words_of(self._report.text))

    @cached_property
    def _sentences(self) -> tuple[str, ...]:
        return tuple(plainly_written(self._report.slice(sentence)) for sentence in self._report.sentences)


def _pattern(name: str, *, any_case: bool, plural: bool) -> re.Pattern[str]:
    """Finds a name as whole words, also with what makes it that of an owner, or in the plural."""
    plain = plainly_written(name)
    stem = re.sub(r"(?<=\w{3})s$", "", plain) if plural else plain
    joined = _BETWEEN_WORDS.join(re.escape(word) for word in re.split(_BETWEEN_WORDS, stem) if word)
    ending = "(?:e?s)?" if plural else ""
    return re.compile(rf"(?<!\w)(?:{joined}){ending}(?!\w)", re.IGNORECASE if any_case else 0)
