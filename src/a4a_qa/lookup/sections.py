"""«What does the section on prevention say?», «What is on page 21?» → how these begin.

A section has a title of its own words, which searching would look for in all that the report says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.wordings import rows
from a4a_qa.report import Report
from a4a_qa.sections import told_sections


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
        firsts = [list(self._beginning_of(path)) for path in paths]
        found = firsts[0] if len(firsts) == 1 else [first[0] for first in firsts if first]
        return Places("section", tuple(found[: self._most]), shown="section")

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

    def _beginning_of(self, path: tuple[str, ...]) -> Iterator[int]:
        """The first sentence of a section and of each part of it, or of its first blocks where it has
        none."""
        firsts: dict[tuple[str, ...], list[int]] = {}
        last = None
        for position in self._sentences_of(path):
            block = self._report.block_of(position)
            if block is not None and block != last:
                firsts.setdefault(block.section[: len(path) + 1], []).append(position)
            last = block
        of_parts = list(firsts.values())
        yield from of_parts[0] if len(of_parts) == 1 else [positions[0] for positions in of_parts]

    def _beginning_near(self, page: int) -> list[int]:
        """How the chapters begin that a page may belong to, where pages are known section by section."""
        shown: list[int] = []
        for section in self._report.sections:
            pages = section.page
            if len(section.path) > 1 or pages is None:
                continue
            if pages.first <= page and (pages.last is None or page <= pages.last):
                shown += list(self._beginning_of(section.path))[:1]
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
