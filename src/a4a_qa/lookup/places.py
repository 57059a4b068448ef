"""What a look-up finds: the places that a question names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from a4a_qa.report.report import Span

Kind = Literal[
    "article",
    "item",
    "endnote",
    "acronym",
    "imprint",
    "recommendations",
    "overview",
    "section",
    "page",
    "mention",
    "source",
]


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a question names, of one kind; none has no sentences, endnotes or spans.

    `sentences` are positions, `spans` stand in no sentence or are cited whole. `numbers` are those by which
    the question names them, `missing` are names that the report does not have. `other_body` is a body that
    is asked about and not the publisher; `shown` names the phrase that says which part of a place is shown,
    or the name that is mentioned. `after_search` says that these places only tell where to look if searching
    finds nothing, `is_of_whole` that the question is about the whole report. For a source, `statement` is
    what the question says of it, without the words that ask.
    """

    kind: Kind
    sentences: tuple[int, ...] = ()
    endnotes: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    numbers: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    other_body: str | None = None
    shown: str | None = None
    statement: str = ""
    after_search: bool = False
    is_of_whole: bool = False

    @property
    def is_found(self) -> bool:
        """Whether the report has such a place."""
        return bool(self.sentences or self.endnotes or self.spans)
