"""What certain words of one report are: its names, what it is named by, and its terms with their meaning."""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.report.report import Report, Span
from a4a_qa.verify.facts import spelt_alike
from a4a_qa.verify.words import Word, Wording, words_in


class Vocabulary:
    """Made once for a report: `names` are written with a capital only, by the words of `about` the report
    itself is named."""

    def __init__(self, report: Report, wording: Wording) -> None:
        self._report = report
        known = (report.about.title, report.about.publisher, report.about.country, report.about.year)
        about = " ".join(str(one) for one in known if one)
        self.about = frozenset(word.key for word in words_in(about))
        lower = {word.key for word in wording.words if word.written.islower()}
        self.names = frozenset(
            word.key for word in wording.words if word.written[0].isupper() and word.key not in lower
        )
        self._terms = [
            (frozenset(w.key for w in words_in(term)), frozenset(w.key for w in words_in(meaning)))
            for block in report.blocks
            if block.kind == "glossary_entry"
            for term, _, meaning in [report.slice(block).partition(":")]
        ]

    def read_with(self, place: Span, evidence: Sequence[Word]) -> frozenset[str]:
        """The words that a place is read with: headings, lead-in, what the report is, acronyms either way."""
        block = self._report.block_at(place.start)
        around = " ".join([*block.section, *map(self._report.slice, block.context)]) if block else ""
        keys = {word.key for word in (*evidence, *words_in(around))} | self.about
        stems = spelt_alike(keys)
        for term, meaning in self._terms:
            if term <= keys:
                keys |= meaning
            elif spelt_alike(meaning) <= stems:
                keys |= term
        return frozenset(keys)
