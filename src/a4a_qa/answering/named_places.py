"""What a look-up comes to: the places that a question names by a number, an abbreviation or their kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from a4a_qa.report import Span

NamedKind = Literal["article", "item", "endnote", "acronym", "imprint", "recommendations"]


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """Places of one kind that a question names, by its `numbers` if it names some.

    `places` are those that stand in no sentence, or are cited whole; `missing` are the numbers that no place
    has; `other_body` is a body that is asked about and not the publisher.
    """

    kind: NamedKind
    numbers: tuple[int, ...] = ()
    sentences: tuple[int, ...] = ()
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    missing: tuple[int, ...] = ()
    other_body: str | None = None
