"""The numbered items of a report, such as the demands of a declaration, and which a question means."""

from __future__ import annotations

import re
from functools import cached_property

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.numbers import ITEM, ITEM_BY_NAME, OF_DOCUMENT, missing_from, numbers_of
from a4a_qa.lookup.places import Places
from a4a_qa.report.report import Report

# What any document may be called.
_DOCUMENTS = frozenset(
    words_of(
        "call action declaration agenda plan convention protocol agreement commitment document report annex "
        "list text recommendation"
    )
)
_NUMBER = re.compile(r"\((\d+)\)")


class Items:
    """The numbered items of a report, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._items: dict[int, list[int]] = {}
        for position, sentence in enumerate(report.sentences):
            block = report.block_at(sentence.start)
            if block is None or block.kind != "item" or block.start != sentence.start:
                continue
            if number := _NUMBER.match(report.slice(sentence)):
                self._items.setdefault(int(number[1]), []).append(position)

    def find(self, question: str) -> Places | None:
        """The items that a question names, or None; those of another document have no sentences."""
        named = list(ITEM.finditer(question))
        texts = [match[1] for match in named]
        numbers = numbers_of(texts)
        if any(self._is_other_document(OF_DOCUMENT.match(question, match.end())) for match in named):
            missing = missing_from((), texts, "item")
            return Places("item", numbers=numbers, missing=missing) if self._items else None
        firsts = [position for number in numbers for position in self._items.get(number, [])]
        found = tuple(position for first in firsts for position in self._whole(first))
        missing = missing_from(self._items, texts, "item")
        # "Number 5" and "paragraph 5" may be of something else.
        is_meant = found or (self._items and missing and ITEM_BY_NAME.search(question))
        return Places("item", found, numbers=numbers, missing=missing) if is_meant else None

    def _whole(self, first: int) -> range:
        """The sentences of the item that begins with this one."""
        block = self._report.block_at(self._report.sentences[first].start)
        count = len(self._report.sentences_in(block.start, block.end)) if block else 1
        return range(first, first + count)

    def _is_other_document(self, named: re.Match[str] | None) -> bool:
        """Whether what a number is said to be of ("point 36 of the Lisbon Agenda") is another document than
        the one whose items a report numbers."""
        words = set(words_of(named[1])) - _DOCUMENTS if named else set()
        return bool(words) and words.isdisjoint(self._document_words)

    @cached_property
    def _document_words(self) -> frozenset[str]:
        """The words of what stands above all numbered items, and of the report's title page."""
        report = self._report
        starts = (report.sentences[p].start for places in self._items.values() for p in places)
        blocks = (report.block_at(start) for start in starts)
        sections = {block.section[:1] for block in blocks if block}
        above = (report.slice(block) for block in report.blocks if block.section in sections)
        about = (report.about.title, report.about.publisher or "", report.about.country or "")
        return frozenset(words_of(" ".join((*above, *about, *(name for path in sections for name in path)))))
