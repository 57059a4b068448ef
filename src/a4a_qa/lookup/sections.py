"""Sections that a question names ("What does the section on prevention say?", "What is on page 21?",
"Summarise the report"), answered with how they begin.

Searching would look for the words of a section's title in all that the report says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.wordings import headings, rows
from a4a_qa.report.report import Block, BlockKind, Report
from a4a_qa.report.section_names import told_sections

# What stands in and around tables.
_IN_TABLES: tuple[BlockKind, ...] = ("table_row", "other")


class Sections:
    """The sections of a report by their titles, and its pages; what is shown of them is `most` sentences."""

    def __init__(self, report: Report, most: int) -> None:
        self._report = report
        self._most = most
        about = report.about
        self._beside = frozenset(words_of(f"{about.country or ''} {about.publisher or ''} report"))
        self._paths = told_sections(report)
        self._has_pages = bool(report.page_starts) or any(section.page for section in report.sections)

    def page(self, question: str) -> Places | None:
        """How a page begins that a question names; None when it names none, or nobody knows the pages."""
        asked = rows()["page"].match(question)
        if asked is None or not self._has_pages:
            return None
        page = int(asked["page"])
        is_exact = bool(self._report.page_starts)
        found = tuple(self._printed_on(page) if is_exact else self._beginning_near(page))
        missing = () if found else (f"page {page}",)
        return Places(
            "page", found, numbers=(page,), missing=missing, shown="page" if is_exact else "page_of_section"
        )

    def section(self, question: str) -> Places | None:
        """How the section begins that a question names, or each of several; None when it names none."""
        asked = rows()["section"].match(question)
        paths = self._named(asked) if asked else ()
        if not paths:
            return None
        firsts = [self._beginning_of(path) for path in paths]
        found = firsts[0] if len(firsts) == 1 else [first[0] for first in firsts if first]
        return Places("section", tuple(found[: self._most]), shown="section")

    def overview(self, question: str) -> Places | None:
        """What a question about the whole report asks for: how the section that sums it up begins, or else
        each chapter; or what its section on scope and method says that it leaves out."""
        if rows()["overview"].match(question):
            found = self._summary()
        elif rows()["limits"].match(question):
            found = self._limits()
        else:
            return None
        return Places("overview", tuple(found[: self._most]), is_of_whole=True) if found else None

    def _summary(self) -> list[int]:
        if path := self._headed("overview"):
            return self._beginning_of(path)
        chapters = [position for path in self._paths if len(path) == 1 for position in self._first(path)]
        return chapters or self._beginning_of(())

    def _limits(self) -> list[int]:
        path, says = self._headed("limits"), headings()["limits_say"][0]
        within = self._sentences_of(path) if path else ()
        return [position for position in within if says.search(self._report.text_of(position))]

    def _headed(self, name: str) -> tuple[str, ...] | None:
        """The first section with a heading of the likeliest kind that the report has."""
        kinds = headings()[name]
        found = (next((path for path in self._paths if kind.search(path[-1])), None) for kind in kinds)
        return next(filter(None, found), None)

    def _first(self, path: tuple[str, ...]) -> list[int]:
        return self._beginning_of(path)[:1]

    def endnotes(self, question: str) -> Places | None:
        """The endnotes of the section whose sources a question asks for; None when it asks for no such."""
        asked = rows()["section_endnotes"].match(question)
        paths = self._named(asked) if asked else ()
        if not paths:
            return None
        positions = (position for path in paths for position in self._sentences_of(path))
        found = {number for p in positions for number in self._report.sentences[p].endnotes}
        return Places("endnote", endnotes=tuple(sorted(found)), numbers=tuple(sorted(found)))

    def _sentences_of(self, path: Sequence[str]) -> Iterator[int]:
        """The positions of all sentences of a section and those below it."""
        for position, sentence in enumerate(self._report.sentences):
            block = self._report.block_at(sentence.start)
            if block is not None and block.retrieved and block.section[: len(path)] == tuple(path):
                yield position

    def _named(self, asked: re.Match[str]) -> Sequence[tuple[str, ...]]:
        """The sections of a title: the highest of those that have just its words, else of all that have
        them."""
        title = asked["behind"] or asked["before"] or asked["alone"] or ""
        wanted = frozenset(words_of(title)) - self._beside
        if not wanted:
            return ()
        titles = {path: frozenset(words_of(path[-1])) - self._beside for path in self._paths}
        same = [path for path, words in titles.items() if words == wanted]
        found = same or [path for path, words in titles.items() if wanted <= words]
        highest = min(map(len, found), default=0)
        return [path for path in found if len(path) == highest]

    def _beginning_of(self, path: tuple[str, ...]) -> list[int]:
        """The first sentence of a section and of each part of it; where these are few, of further blocks
        too. Rows and captions of tables begin nothing, unless there is nothing else."""
        firsts: dict[Block, int] = {}
        for position in self._sentences_of(path):
            if block := self._report.block_of(position):
                firsts.setdefault(block, position)
        running = {block: first for block, first in firsts.items() if block.kind not in _IN_TABLES} or firsts
        of_parts = {block.section[: len(path) + 1]: first for block, first in reversed(running.items())}
        others = [first for first in running.values() if first not in of_parts.values()]
        fill = others[: max(0, self._most - len(of_parts))]
        return sorted((*of_parts.values(), *fill))

    def _beginning_near(self, page: int) -> list[int]:
        """How the chapters begin that a page may belong to, where pages are known section by section."""
        shown: list[int] = []
        for section in self._report.sections:
            pages = section.page
            if len(section.path) > 1 or pages is None:
                continue
            if pages.first <= page and (pages.last is None or page <= pages.last):
                shown += self._first(section.path)
        return shown[: self._most]

    def _printed_on(self, page: int) -> list[int]:
        """The first sentence of each block of a page."""
        found: list[int] = []
        last = None
        for position, sentence in enumerate(self._report.sentences):
            pages = self._report.page_of(sentence.start, sentence.start + 1)
            block = self._report.block_at(sentence.start)
            if pages and pages.label == str(page) and block != last:
                found.append(position)
            last = block
        return found[: self._most]
