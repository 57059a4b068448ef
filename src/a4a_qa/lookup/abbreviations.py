"""The abbreviations that a report's glossary explains, and which of them a question asks about."""

from __future__ import annotations

import re

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.report.report import Report

# What a question about a name says beside the name.
_NAMING_WORDS = frozenset(
    words_of(
        "stand stands short abbreviation abbreviated acronym initials letters spelled spelt out full name "
        "mean means meaning define definition term refer refers report explain"
    )
)
_REPORT = frozenset(words_of("report"))
_NAMING = re.compile(r"\b(?:short|long|full) forms?\b", re.IGNORECASE)
# "What did UNICEF do?", "Tell me about UNIAP" ask about the body, "What does CNCC mean?" about its name.
_ABOUT_BODY = re.compile(
    r"\b(?:did|has|have|had|done|doing|about|say|says|said)\b|\b(?:do|does)\b(?=.*\b(?:do|report)\b\W*$)",
    re.IGNORECASE,
)
_REVERSE = re.compile(
    r"\b(?:acronym|abbreviation|initials|short\s+form)\b.*?\b(?:for|of|used\s+for)\s+(.+)", re.IGNORECASE
)


class Abbreviations:
    """The entries of a report's glossary, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        self._terms: list[tuple[re.Pattern[str], int]] = []
        self._words: dict[int, frozenset[str]] = {}
        for position, sentence in enumerate(report.sentences):
            block = report.block_at(sentence.start)
            if block and block.kind == "glossary_entry" and block.start == sentence.start:
                entry = report.slice(sentence)
                self._terms.append((_term_pattern(entry.split(":", 1)[0]), position))
                self._words[position] = frozenset(words_of(entry))

    def find(self, question: str) -> Places | None:
        """The entries that a question asks for, by their terms or by what these are short for; None where it
        asks for more."""
        if reverse := _REVERSE.search(question):
            wanted = frozenset(words_of(reverse[1]))
            found = tuple(p for p, words in self._words.items() if wanted and wanted <= words)
            return Places("acronym", found) if found else None
        named = [(term, position) for term, position in self._terms if term.search(question)]
        rest = _NAMING.sub(" ", question)
        for term, _ in named:
            rest = term.sub(" ", rest)
        # A question that says more than the acronym asks about the body, not about its name.
        said = set(words_of(rest))
        if not named or said - _NAMING_WORDS or (said <= _REPORT and _ABOUT_BODY.search(rest)):
            return None
        return Places("acronym", tuple(p for _, p in named))


def _term_pattern(term: str) -> re.Pattern[str]:
    """Finds a glossary term as a word, in any case, with or without its last full stop."""
    return re.compile(rf"(?<!\w){re.escape(term.strip().rstrip('.'))}\b\.?", re.IGNORECASE)
