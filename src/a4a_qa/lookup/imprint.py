"""Questions about the publication itself → the lines of its imprint: who paid for it, wrote it, may copy it.

Title page and imprint are not searched, since they say nothing of what the report is about. How a question is
worded tells which of their lines it wants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.wordings import Aspect, aspects, pattern
from a4a_qa.report.report import Block, Report, Span
from a4a_qa.text.names import RUN_OF_CAPITALS, is_there, names_in

# What such a question says beside.
_BESIDE = frozenset(
    words_of(
        "report publication document study book booklet organisation organization person people name year "
        "date day month number list main full postal exact possible allowed permitted may use need must ask "
        "part extract passage sentence paragraph page text chapter section table figure map term condition "
        "correct correctly properly format style way city town first second third latest reflect represent "
        "express donor funder sponsor out together"
    )
)


class Imprint:
    """What stands in a report outside its sections."""

    def __init__(self, report: Report) -> None:
        about = report.about
        self._report = report
        self._publisher = frozenset(words_of(about.publisher or ""))
        known = (about.title, about.publisher, about.country, about.year, about.edition)
        self._known = _BESIDE | frozenset(words_of(" ".join(str(one) for one in known if one)))

    def find(self, question: str) -> Places | None:
        """The lines that answer a question about the publication; None for one about anything else."""
        spans = self._lines_for(question)
        return Places("imprint", spans=spans, other_body=self._other_body(question)) if spans else None

    def _lines_for(self, question: str) -> tuple[Span, ...]:
        if pattern("does").search(question):
            return ()
        named = bool(pattern("publication").search(question))
        asked = (one for one in aspects() if one.asks.search(question))
        wanted = [one for one in asked if named or self._is_meant(one, question)]
        may_copy = pattern("may_i").search(question) and (named or pattern("copied").search(question))
        rest = pattern("wanted_for").sub("", question) if may_copy else question
        for aspect in wanted:
            rest = aspect.asks.sub(" ", rest)
        places = tuple(self._saying(wanted))
        # "Did Norway fund the report?": names may be those of the lines.
        text = " ".join(map(self._report.slice, places))
        names = (name for name in names_in(rest) if is_there(name, text))
        return () if set(words_of(rest)) - self._known - set(words_of(" ".join(names))) else places

    def _is_meant(self, aspect: Aspect, question: str) -> bool:
        """Whether it goes without saying that something is asked of this publication."""
        if aspect.of_publisher and self._publisher.intersection(words_of(question)):
            return True
        return aspect.meant is not None and aspect.meant.search(question) is not None

    def _other_body(self, question: str) -> str | None:
        """A body that a question names by a name like the publisher's, and that is not it: "Blue Watch
        Ruritania" where "Blue Watch International" published."""
        names = RUN_OF_CAPITALS.findall(question)
        others = (name for name in names if not self._publisher.issuperset(words_of(name)))
        return next((name for name in others if self._publisher & set(words_of(name))), None)

    def _saying(self, wanted: Sequence[Aspect]) -> Iterator[Span]:
        """The lines that say one of these, those that follow each other as one place, each text once."""

        def says(block: Block) -> bool:
            text = self._report.slice(block)
            is_imprint = not block.retrieved and not block.section
            return is_imprint and any(aspect.says.search(text) for aspect in wanted)

        texts: set[str] = set()
        for is_wanted, run in groupby(self._report.blocks, says):
            lines = list(run)
            place = Span(lines[0].start, lines[-1].end)
            if is_wanted and (text := self._report.slice(place)) not in texts:
                texts.add(text)
                yield place
