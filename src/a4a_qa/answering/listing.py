"""«What are the recommendations on prevention?» → all that the section of this title recommends, in order.

Searching ranks sentences, and would find some of them, or such as another section quotes from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from a4a_qa.answering.answer import MOST_CITATIONS
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Block, Report, Span

# How reports call the chapter in which they say what is to be done, and how questions do.
_CHAPTER = re.compile(r"\b(?:recommend\w*|priorit\w+|required actions?|actions? required)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:recommend\w*|priority actions?|priorities|actions? required)\b", re.IGNORECASE)
# What such a question says beside the title.
_BESIDE = frozenset(
    words_of(
        "list all name give show tell which what say make made report document study publication authors "
        "section chapter under part area field regard respect concerning related summarise summarize every "
        "each read"
    )
)


class Recommendations:
    """The sections of a report that recommend, by their titles."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._publisher = frozenset(words_of(f"{report.about.publisher or ''} {report.about.country or ''}"))
        self._sections: dict[tuple[str, ...], list[Block]] = {}
        for block in report.blocks:
            if block.retrieved and len(block.section) > 1 and _CHAPTER.search(block.section[0]):
                self._sections.setdefault(block.section, []).append(block)

    def find(self, question: str) -> tuple[Span, ...]:
        """All that is recommended in the section that a question names, in no more places than an answer
        cites; none when it asks for less, or for something else."""
        if not _ASKS.search(question):
            return ()
        rest = frozenset(words_of(_ASKS.sub(" ", question))) - _BESIDE - self._publisher
        named = [b for path, b in self._sections.items() if rest and rest <= frozenset(words_of(path[-1]))]
        return tuple(self._in_places(named[0])) if len(named) == 1 else ()

    @staticmethod
    def _in_places(blocks: Sequence[Block]) -> Iterator[Span]:
        size = -(-len(blocks) // MOST_CITATIONS)
        for first in range(0, len(blocks), size):
            together = blocks[first : first + size]
            yield Span(together[0].start, together[-1].end)
