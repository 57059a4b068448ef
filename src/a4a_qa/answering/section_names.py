"""«What does the section on prevention say?», «What is on page 21?» → the place that is meant, and what is
asked of it.

A section has a title of its own words, which searching would look for in all that the report says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from a4a_qa.answering.answer import MOST_CITATIONS
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report
from a4a_qa.sections import told_sections

_PART = r"(?:sub-?)?(?:section|chapter|heading)"
# What needs no such word to be a section.
_STRUCTURAL = (
    r"(?:annex|appendix|foreword|preface|introduction|methodology|glossary|executive summary|conclusions?)"
)
_TITLE = (
    rf"(?:(?:the |its )?{_PART} (?:(?:on|about|of|for|called|titled|entitled|named|dealing with) )?"
    r"(?P<behind>[^?]{3,90}?)"
    rf"|(?:the |its )(?P<before>[^?]{{3,90}}?) {_PART}|(?:the |its )(?P<alone>{_STRUCTURAL}))"
)
_ABOUT = r"(?:about|on|regarding|concerning|of|with regard to)"
_SAYS = r"(?:say|tell(?: us| me)?|state|recommend|contain|cover|include|discuss|deal with|describe|mention)"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:please |and |so |but )*{pattern}(?: please)?[\s?.!]*", re.IGNORECASE)


_PAGE = _whole(
    r"(?:what(?:'s|’s| is| stands| does it say| can i (?:read|find))?(?: there)? on|what does|what is on"
    r"|(?:show|give)(?: me)?|open|go to|read|quote|summari[sz]e|sum up|see|on)?\s*(?:the )?(?:p\.|page)\s*"
    r"(?:no\.? |number )?(?P<page>\d{1,3})(?: say| contain| about| deal with| cover)?"
)
# All that a section says is asked for.
_OF_ALL = tuple(
    map(
        _whole,
        (
            rf"what (?:does|do|did) {_TITLE} {_SAYS}",
            rf"what(?:'s|’s| is| are| stands)?(?: there)? (?:in|under) {_TITLE}(?: about)?",
            rf"what is {_TITLE} about",
            r"(?:(?:can|could) you )?(?:summari[sz]e|sum up|show(?: me)?|give me|read|quote|outline|describe"
            rf"|open|go to|(?:a |an |the )?(?:summary|overview|gist) of) {_TITLE}(?: to me| for me)?",
            rf"(?:what are )?the (?:main|key|important) (?:points?|findings?|messages?) (?:of|in) {_TITLE}",
        ),
    )
)
# Something of it: «What does the annex say about guardians?», «Does the foreword mention donors?».
_TITLE_OR_NAME = rf"(?:{_TITLE}|(?:the )?(?P<name>[^?]{{3,90}}?))"
_OF_SOME = tuple(
    map(
        _whole,
        (
            rf"what (?:does|do|did) {_TITLE_OR_NAME} {_SAYS} {_ABOUT} (?P<rest>[^?]*?[^?\s.!])",
            rf"(?:does|do|did) {_TITLE_OR_NAME} {_SAYS}(?: (?:any|some)thing)?(?: {_ABOUT})?"
            r" (?P<rest>[^?]*?[^?\s.!])",
            rf"what is said {_ABOUT} (?P<rest>[^?]*?[^?\s.!]) in {_TITLE}",
        ),
    )
)
# «Which article of the declaration is about guardians?»: what it says of them begins with its number.
_ITEM_OF = _whole(
    r"(?:which|what) (?:article|item|recommendation|point|paragraph|clause|demand|number|part)s?"
    rf" (?:of|in) (?P<of>{_TITLE_OR_NAME}) (?:(?:is|are) (?:about|on)|deals? with|concerns?|covers?"
    r"|address(?:es)?|mentions?|(?:speaks?|talks?) (?:of|about)|(?:calls?|asks?) for|demands?)"
    r" (?P<rest>[^?]*?[^?\s.!])"
)
# «Which sources are cited in the section on prevention?», «endnotes of chapter …»
_NOTES_OF = _whole(
    r"(?:(?:what|which)(?: are)?|(?:list|show|give)(?: me)?|name)?\s*(?:all )?(?:the )?"
    r"(?:sources?|end\s?notes?|foot\s?notes?|references?)"
    r"(?: (?:are|is|there|used|cited|given|listed|numbers?))*"
    rf" (?:for|of|in|under|behind) {_TITLE}(?: (?:have|use|cite|rest on))?"
)
_ANNEX = re.compile(r"\b(?:annex|appendix)", re.IGNORECASE)
_LEAST_OF_NAME = 2
# A part of a document: «IV – Prevention», «C. Call».
_NUMBERED = re.compile(r"(?:[IVXLC]+|[A-Z]|\d+)\s*[-–.:)]")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A section, or a page. `sentences` are those that it begins with; a page that there is not has none.

    Where something of a section is asked, this is the `rest`, `within` are all its sentences, and `sentences`
    those that have the words of the rest; `search` is how it is searched for there, unless as it is asked.
    """

    sentences: tuple[int, ...]
    rest: str = ""
    within: tuple[int, ...] = ()
    page: int | None = None
    is_exact: bool = False
    search: str = ""

    @property
    def kind(self) -> Literal["section", "page"]:
        """What is looked up."""
        return "section" if self.page is None else "page"


class SectionNames:
    """The sections of a report by their titles, and its pages."""

    def __init__(self, report: Report) -> None:
        self._report = report
        about = report.about
        self._beside = frozenset(words_of(f"{about.country or ''} {about.publisher or ''} report"))
        self._paths = told_sections(report)
        self._has_pages = bool(report.page_starts) or any(section.page for section in report.sections)

    def find(self, question: str) -> NamedPlace | None:
        """The place that a question names, None when it names none that there is."""
        if (asked := _PAGE.fullmatch(question)) and self._has_pages:
            return self._page(int(asked["page"]))
        if (asked := _ITEM_OF.fullmatch(question)) and (paths := self._named(asked)):
            said = f"What does {asked['of']} say about {asked['rest']}?"
            return replace(self._some_of(paths, asked["rest"]), search=said)
        for patterns in (_OF_ALL, _OF_SOME):
            for pattern in patterns:
                if (asked := pattern.fullmatch(question)) and (paths := self._named(asked)):
                    rest = asked["rest"] if patterns is _OF_SOME else ""
                    return self._some_of(paths, rest) if rest else NamedPlace(self._beginning_of(paths))
        return None

    def endnotes_of(self, question: str) -> tuple[int, ...] | None:
        """The endnotes of the section whose sources a question asks for, None when it asks for no such."""
        asked = _NOTES_OF.fullmatch(question)
        paths = self._named(asked) if asked else ()
        if not paths:
            return None
        positions = (position for path in paths for position in self._sentences_of(path))
        found = (number for p in positions for number in self._report.sentences[p].endnotes)
        return tuple(sorted(set(found)))

    def _some_of(self, paths: Sequence[tuple[str, ...]], rest: str) -> NamedPlace:
        """What sections say of something."""
        within = tuple(dict.fromkeys(p for path in paths for p in self._sentences_of(path)))
        wanted = frozenset(words_of(rest))
        has = (p for p in within if wanted and wanted <= frozenset(words_of(self._report.text_of(p))))
        return NamedPlace(tuple(has), rest, within)

    def _sentences_of(self, path: Sequence[str]) -> Iterator[int]:
        """The positions of all sentences of a section and those below it."""
        for position, sentence in enumerate(self._report.sentences):
            block = self._report.block_at(sentence.start)
            if block is not None and block.retrieved and block.section[: len(path)] == tuple(path):
                yield position

    def _named(self, asked: re.Match[str]) -> Sequence[tuple[str, ...]]:
        """The sections of a title: the highest of those that have just its words, else of all that have
        them."""
        groups = asked.groupdict()
        if name := groups.get("name"):
            return self._annexed(name)
        title = groups.get("behind") or groups.get("before") or groups.get("alone") or ""
        wanted = frozenset(words_of(title)) - self._beside
        if not wanted:
            return ()
        titles = {path: frozenset(words_of(path[-1])) - self._beside for path in self._paths}
        same = [path for path, words in titles.items() if words == wanted]
        found = same or [path for path, words in titles.items() if wanted <= words]
        highest = min(map(len, found), default=0)
        return [path for path in found if len(path) == highest]

    def _annexed(self, name: str) -> Sequence[tuple[str, ...]]:
        """The annex that holds a document by its name: «the Port Anna Declaration»."""
        wanted = frozenset(words_of(name))
        if len(wanted) < _LEAST_OF_NAME or not any(word[:1].isupper() for word in name.split()):
            return ()
        titles = {path: frozenset(words_of(path[-1])) for path in self._paths}
        if wanted in titles.values():
            return ()
        annexes = {
            path[:1]
            for path, words in titles.items()
            if len(path) > 1 and wanted <= words and _ANNEX.search(path[0]) and not _NUMBERED.match(path[-1])
        }
        return list(annexes) if len(annexes) == 1 else ()

    def _beginning_of(self, paths: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
        """How a section begins, or each of several."""
        if len(paths) == 1:
            return tuple(self._first_of(paths[0]))
        firsts = (list(self._first_of(path))[:1] for path in paths)
        return tuple(position for first in firsts for position in first)[:MOST_CITATIONS]

    def _first_of(self, path: tuple[str, ...]) -> Iterator[int]:
        """The first sentence of a section and of each part of it, or of its first blocks where it has none;
        no more than an answer cites."""
        firsts: dict[tuple[str, ...], list[int]] = {}
        last = None
        for position in self._sentences_of(path):
            block = self._report.block_of(position)
            if block is not None and block != last:
                firsts.setdefault(block.section[: len(path) + 1], []).append(position)
            last = block
        of_parts = list(firsts.values())
        shown = of_parts[0] if len(of_parts) == 1 else [positions[0] for positions in of_parts]
        yield from shown[:MOST_CITATIONS]

    def _page(self, page: int) -> NamedPlace:
        if self._report.page_starts:
            return NamedPlace(tuple(self._printed_on(page)), page=page, is_exact=True)
        shown: list[int] = []
        for section in self._report.sections:
            pages = section.page
            if len(section.path) > 1 or pages is None:
                continue
            if pages.first <= page and (pages.last is None or page <= pages.last):
                shown += list(self._first_of(section.path))[:1]
        return NamedPlace(tuple(shown[:MOST_CITATIONS]), page=page)

    def _printed_on(self, page: int) -> Iterator[int]:
        """The first sentence of each block of a page, no more than an answer cites."""
        found, last = 0, None
        for position, sentence in enumerate(self._report.sentences):
            pages = self._report.page_of(sentence.start, sentence.start + 1)
            block = self._report.block_at(sentence.start)
            if pages and pages.label == str(page) and block != last and found < MOST_CITATIONS:
                found += 1
                yield position
            last = block
