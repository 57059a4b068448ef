"""A verbatim quote → its one place in the report.

A quote is looked for as it is, then normalised (compatibility forms, dashes, quotation marks, soft
hyphens, white space) with a map back to the report's own offsets. Only places in retrieved blocks count,
so that a repeat in the contents list or in an endnote makes no quote ambiguous. Similar texts are used
to suggest, never to resolve: «Article 13» and «Article 31» are 96 % alike.
"""

from __future__ import annotations

import re
import unicodedata

from a4a_qa.errors import EvaluationError
from a4a_qa.report import Report, Span

_SAME = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys('‘’‚‛′`´“”„‟″«»"', "'"), "\u00ad": ""}
)
_DECIDES = re.compile(r"\d+(?:[.,/]\d+)*|\b(?:not?|never|none|neither|nor|without|cannot)\b|n['’]t\b", re.I)
# Below this likeness (0 to 100) a suggestion would only mislead.
_ALIKE = 75


def fold(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and for each of its characters the offset that it came from."""
    kept: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", character).translate(_SAME):
            piece = " " if piece.isspace() else piece
            if piece != " " or (kept and kept[-1] != " "):
                kept.append(piece)
                offsets.append(offset)
    return "".join(kept), offsets


def folded(text: str) -> str:
    """A text as it is compared as a whole: folded, without case and without space around it."""
    return fold(text)[0].strip().casefold()


class Quotes:
    """Finds quotes in one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._folded, self._offsets = fold(report.text)

    def find(self, quote: str) -> Span:
        """The place of a quote; raises EvaluationError when it has none, or several."""
        places = self._exact(quote) or self._normalised(quote)
        if len(places) == 1:
            return places[0]
        if places:
            raise EvaluationError(
                f"the quote «{_short(quote)}» stands at {len(places)} places of the report, expected one. "
                "Quote more words, or name every place in «any_of»."
            )
        raise EvaluationError(
            f"the quote «{_short(quote)}» is not in the report's retrieved text. {self._advice(quote)}"
        )

    def _exact(self, quote: str) -> list[Span]:
        found = _all(self._report.text, quote)
        return [span for start in found if self._counts(span := Span(start, start + len(quote)))]

    def _normalised(self, quote: str) -> list[Span]:
        wanted = fold(quote)[0].strip()
        places = []
        for start in _all(self._folded, wanted):
            span = Span(self._offsets[start], self._offsets[start + len(wanted) - 1] + 1)
            if self._counts(span):
                places.append(span)
        return list(dict.fromkeys(places))

    def _counts(self, span: Span) -> bool:
        block = self._report.block_at(span.start)
        return block is not None and block.retrieved and span.end <= block.end

    def _advice(self, quote: str) -> str:
        near = self._nearest(quote)
        if near is None:
            return "Copy it from `a4a-qa report`, word for word."
        return f"The nearest sentence with the same numbers and negations is «{near}»."

    def _nearest(self, quote: str) -> str | None:
        """The most similar sentence that changes no number, article or negation."""
        from rapidfuzz import fuzz, process

        sentences = [self._report.slice(sentence) for sentence in self._report.sentences]
        found = process.extract(quote, sentences, scorer=fuzz.ratio, limit=5, score_cutoff=_ALIKE)
        return next((text for text, _, _ in found if _decides(text) == _decides(quote)), None)


def _decides(text: str) -> list[str]:
    return sorted(match.casefold() for match in _DECIDES.findall(text))


def _all(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + 1)
    return places


def _short(quote: str) -> str:
    return quote if len(quote) <= 80 else f"{quote[:77]}…"
