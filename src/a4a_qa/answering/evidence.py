"""Hits → the few sentences that answer: one where one does, several for lists and two-part questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.answering.lookup import Lookup
from a4a_qa.answering.question import leans
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report, Span
from a4a_qa.retrieval import Hits

MOST_SENTENCES = 5
MOST_PARTS = 3
# The second and third sentence are cited too when they score this close to the best: on development
# questions one of them is the right one where the first is not, at 1.8 citations an answer.
_MARGINS = (0.13, 0.10)
# With words of its own beside the article, a question wants the sentences that score this close to the best.
_ARTICLE_MARGIN = 0.06
# How many sentences after the one that names an article go on about it at most.
_MOST_CONTINUED = 3

_SECOND_PART = re.compile(
    r"\?\s+(?=\S)|[,;]?\s+and\s+(?=(?:also\s+)?(?:how|what|who|whom|whose|when|where|why|which|whether)\b)",
    re.IGNORECASE,
)
_ARTICLE_WORDS = frozenset(
    words_of("article articles art law act say state provide contain rule code section")
)
_NAMES_ARTICLE = re.compile(r"\barticles?\s+\d", re.IGNORECASE)


def parts_of(question: str) -> list[str]:
    """The parts of a question that asks two things; the second keeps the first's words to be understood."""
    first, *others = [piece.strip(" ?") for piece in _SECOND_PART.split(question) if piece.strip(" ?")] or [
        question
    ]
    if not others:
        return [question]
    return [first, *(f"{first} {other}" if leans(other) else other for other in others[: MOST_PARTS - 1])]


def pick(hits: Hits) -> tuple[int, ...]:
    """The sentences (positions) that answer a question by their scores, best first."""
    best, others = hits.sentences[:1], hits.sentences[1:]
    close = (
        hit for hit, margin in zip(others, _MARGINS, strict=False) if hit.score >= best[0].score - margin
    )
    return tuple(hit.sentence for hit in (*best, *close))


def pick_article(lookup: Lookup, hits: Hits, words: Sequence[str], report: Report) -> list[int]:
    """The sentences on an article: all that name it and go on about it, or those that fit the question."""
    found = [position for start in lookup.sentences for position in _continued(start, report)]
    found = list(dict.fromkeys(found))
    own = {word for word in words if not word.isdigit()} - _ARTICLE_WORDS
    scores = {hit.sentence: hit.score for hit in hits.sentences}
    if len(own) >= 2 and any(position in scores for position in found):
        best = max(scores.get(position, 0.0) for position in found)
        found = [position for position in found if scores.get(position, 0.0) >= best - _ARTICLE_MARGIN]
    return found[:MOST_SENTENCES]


def _continued(start: int, report: Report) -> list[int]:
    """A sentence that names an article, and those of its block up to the next article."""
    block = report.block_at(report.sentences[start].start)
    positions = [start]
    for position in range(start + 1, min(start + 1 + _MOST_CONTINUED, len(report.sentences))):
        sentence = report.sentences[position]
        outside = block is None or sentence.start >= block.end
        if outside or _NAMES_ARTICLE.search(report.slice(sentence)):
            break
        positions.append(position)
    return positions


def merge(positions: Sequence[int], report: Report) -> list[tuple[int, Span]]:
    """The places of sentences, each with its first sentence; neighbours of one block become one place."""
    places: list[tuple[int, Span]] = []
    for position in positions:
        sentence = report.sentences[position]
        if places:
            first, last = places[-1]
            if _are_neighbours(report, last, Span(sentence.start, sentence.end)):
                span = Span(min(last.start, sentence.start), max(last.end, sentence.end))
                places[-1] = (min(first, position), span)
                continue
        places.append((position, Span(sentence.start, sentence.end)))
    return places


def _are_neighbours(report: Report, one: Span, other: Span) -> bool:
    """Whether two places of one block have nothing but white space between them."""
    first, second = sorted((one, other), key=lambda span: span.start)
    block = report.block_at(first.start)
    within = block is not None and second.end <= block.end and first.end <= second.start
    return within and not report.text[first.end : second.start].strip()
