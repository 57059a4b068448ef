"""What of a report stays closed on a terminal, for commands that open no assistant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from a4a_qa.cli.opening import corpus_of, is_only_indexed
from a4a_qa.settings import read_settings

if TYPE_CHECKING:
    from a4a_qa.index.parts import Parts
    from a4a_qa.report.report import Report
    from a4a_qa.safeguarding.notices import Notices

# So many words in a row are taken for words of a quote: an extract that shows a difference has as many on
# either side of it.
_RUN = 4


def notices_of(read: Report, file: Path | None, corpus: Path | None) -> Notices:
    """The notices of the report that `open_report` gave; raises CorpusError where a quote is not in it."""
    from a4a_qa.index.distressing import read_notices
    from a4a_qa.safeguarding.notices import Notices

    if is_only_indexed(file):
        return Notices(read, _indexed().notices)
    return Notices(read, read_notices(_notices_file(file, corpus), read))


class ClosedWords:
    """The words of `quotes`, which describe abuse in detail, in a reading that may have them otherwise."""

    def __init__(self, quotes: Iterable[str] = ()) -> None:
        self._runs = {run for quote in quotes for run in _runs(quote)}

    def are_in(self, text: str) -> bool:
        """Whether a text has some words in a row of a quote."""
        return not self._runs.isdisjoint(_runs(text))


def closed_words_of(file: Path | None, corpus: Path | None) -> ClosedWords:
    """The words that stay closed of the report in a file, or of the one that is meant."""
    from a4a_qa.index.distressing import read_quotes

    if is_only_indexed(file):
        parts = _indexed()
        return ClosedWords(parts.report.slice(notice) for notice in parts.notices)
    return ClosedWords(quote for quote, _ in read_quotes(_notices_file(file, corpus)))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(*(islice(words, start, None) for start in range(_RUN)), strict=False)


def _notices_file(file: Path | None, corpus: Path | None) -> Path:
    from a4a_qa.index.distressing import FILE_NAME

    return (corpus or corpus_of(file)) / FILE_NAME


def _indexed() -> Parts:
    from a4a_qa.index.storage import load

    return load(read_settings().index_folder())[0]
