"""Lists of recommendations. "What are the recommendations on prevention?" gets all that the section of this
title recommends, in order; "What does the report recommend?" all of its chapter of recommendations.

Searching ranks sentences: it would find some of them, or recommendations that another section quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.report.report import Block, Report, Span

# How reports call the chapter in which they say what is to be done, and how questions do.
_CHAPTER = re.compile(r"\b(?:recommend\w*|priorit\w+|required actions?|actions? required)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:recommend\w*|priority actions?|priorities|actions? required)\b", re.IGNORECASE)
# What such a question says beside the title.
_BESIDE = frozenset(
    words_of(
        "list all name give show tell which what say make made report document study publication authors "
        "section chapter under part area field regard respect concerning related summarise summarize every "
        "each read main key chief most important overall required"
    )
)
# What is asked about recommendations, not for them.
_ASKS_ABOUT = re.compile(r"\b(?:who|whom|whose|when|where|why|how)\b", re.IGNORECASE)


class Recommendations:
    """The sections of a report that recommend, by their titles; what is found has `most` places."""

    def __init__(self, report: Report, most: int) -> None:
        self._most = most
        self._publisher = frozenset(words_of(f"{report.about.publisher or ''} {report.about.country or ''}"))
        self._sections: dict[tuple[str, ...], list[Block]] = {}
        for block in report.blocks:
            if block.retrieved and len(block.section) > 1 and _CHAPTER.search(block.section[0]):
                self._sections.setdefault(block.section, []).append(block)

    def find(self, question: str) -> Places | None:
        """All that is recommended in the section that a question names, or in all if it names nothing; None
        when it asks for less, or for something else."""
        if not _ASKS.search(question):
            return None
        rest = frozenset(words_of(_ASKS.sub(" ", question))) - _BESIDE - self._publisher
        if rest:
            named = [b for path, b in self._sections.items() if rest <= frozenset(words_of(path[-1]))]
            spans = tuple(self._in_places(named[0])) if len(named) == 1 else ()
        else:
            spans = () if _ASKS_ABOUT.search(question) else self._whole_chapter()
        return Places("recommendations", spans=spans, is_of_whole=not rest) if spans else None

    def _whole_chapter(self) -> tuple[Span, ...]:
        """All sections, the shortest neighbours in one place where there are too many; none when several
        chapters recommend."""
        if len({path[0] for path in self._sections}) != 1:
            return ()
        places = [Span(blocks[0].start, blocks[-1].end) for blocks in self._sections.values()]
        while len(places) > self._most:
            at = min(range(len(places) - 1), key=lambda at: places[at + 1].end - places[at].start)
            places[at : at + 2] = [Span(places[at].start, places[at + 1].end)]
        return tuple(places)

    def _in_places(self, blocks: Sequence[Block]) -> Iterator[Span]:
        size = -(-len(blocks) // self._most)
        for first in range(0, len(blocks), size):
            together = blocks[first : first + size]
            yield Span(together[0].start, together[-1].end)
