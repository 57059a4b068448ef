"""Questions of several parts, the sentences on an article, and neighbours that make one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from a4a_qa.answering.answer import MOST_CITATIONS
from a4a_qa.answering.lookup import Lookup
from a4a_qa.answering.question import leans
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report, Span
from a4a_qa.retrieval import Hits

MOST_PARTS = 3
# With words of its own beside the article, a question wants the sentences that score this close to the best.
_ARTICLE_MARGIN = 0.06
# How many sentences after the one that names an article go on about it at most.
_MOST_CONTINUED = 3

# Where another thing is asked: after a question mark, at «and in which …», at «and does it …». «I need a
# percentage.» asks nothing.
_SECOND_PART = re.compile(
    r"""\?\s+(?=[^?]*\?|(?:(?:and|also)\s+)?(?:how|what|who|whom|whose|when|where|why|which)\b)|[,;]?\s+(?:–\s)?and\s+(?=(?:also\s+)?(?:
    (?:(?:in|on|by|from|for|to|under|at|of|with|since|until)\s)?(?:how|what|who|whom|whose|when|where|why|which|whether)\b
    |(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must|will|would|should)
     \s(?:it|they|there|he|she|this|that|these|those|any\w*|the|an?|its|their|his|her)\b
    ))""",
    re.IGNORECASE | re.VERBOSE,
)
# «Please tell me: 1. what is … 2. who is …»: what is asked stands behind the numbers.
_NUMBERED = re.compile(r"(?:^|(?<=\s))\(?[1-9][.)]\s+(?=\S)")
# «When and in which city»: one thing, since the first says nothing on its own.
_LEAST_WORDS_OF_PART = 2
# «… and what unit was formed»: up to this many words, none of them a name, lean on the first part.
_FEW_WORDS = 2
# «What does CNCC stand for», «What is the HLWG», «who chairs the HLWG»: what follows asks about that body.
_ASKS_WHAT_IT_IS = re.compile(
    r"(?:what (?:does|do|is|are)|wh(?:o|at) \w+s)(?: an?| the)?"
    r" ((?-i:[A-Z][\w.’'-]*)(?: (?-i:[A-Z][\w’'-]*))*)"
    r"(?: stands?(?: for)?| short for| mean)?",
    re.IGNORECASE,
)
_ARTICLE_WORDS = frozenset(
    words_of("article articles art law act say state provide contain rule code section")
)
_NAMES_ARTICLE = re.compile(r"\barticles?\s+\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a question asks: its words, and what is searched for, with what it leans on."""

    text: str
    search: str


def parts_of(question: str) -> list[Part]:
    """The parts of a question that asks several things; those after the first keep its words to be
    understood."""
    _, *numbered = _NUMBERED.split(question)
    listed = numbered if len(numbered) > 1 else _SECOND_PART.split(question)
    pieces = [piece for text in listed if (piece := text.strip(" ?;,"))]
    if len(pieces) < 2 or len(words_of(pieces[0])) < _LEAST_WORDS_OF_PART:
        return [Part(question, question)]
    first, *others = pieces
    subject = _subject(first)
    found = (Part(other, f"{subject} {other}" if _needs_the_first(other) else other) for other in others)
    return [Part(first, first), *found][:MOST_PARTS]


def _subject(question: str) -> str:
    """What a question asks about, if it only asks what that is; else all of it."""
    named = _ASKS_WHAT_IT_IS.fullmatch(question)
    return named[1] if named else question


def _needs_the_first(part: str) -> bool:
    """Whether a part of a question is understood only with the first one."""
    return leans(part) or (len(words_of(part)) <= _FEW_WORDS and not re.search(r"(?<=.)[A-Z]", part))


def pick_article(lookup: Lookup, hits: Hits, words: Sequence[str], report: Report) -> list[int]:
    """The sentences on an article: those that name it, or fit the question best, and go on about it."""
    groups = [_continued(start, report) for start in lookup.sentences]
    scores = {hit.sentence: hit.score for hit in hits.sentences}
    if says_more_than_article(words):
        chances = [max(scores.get(position, 0.0) for position in group) for group in groups]
        best = max(chances, default=0.0)
        pairs = zip(groups, chances, strict=True)
        groups = [group for group, chance in pairs if chance >= best - _ARTICLE_MARGIN]
    return list(dict.fromkeys(position for group in groups for position in group))[:MOST_CITATIONS]


def says_more_than_article(words: Sequence[str]) -> bool:
    """Whether a question has words of its own beside those that name an article."""
    return len({word for word in words if not word.isdigit()} - _ARTICLE_WORDS) >= 2


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
        place = (position, Span(sentence.start, sentence.end))
        beside = [other for other in places if _are_neighbours(report, other[1], place[1])]
        joined = min([*beside, place])[0], _around([span for _, span in (*beside, place)])
        at = min((places.index(other) for other in beside), default=len(places))
        places = [other for other in places if other not in beside]
        places.insert(at, joined)
    return places


def _around(spans: Sequence[Span]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _are_neighbours(report: Report, one: Span, other: Span) -> bool:
    """Whether two places of one block have nothing but white space between them."""
    first, second = sorted((one, other), key=lambda span: span.start)
    block = report.block_at(first.start)
    within = block is not None and second.end <= block.end and first.end <= second.start
    return within and not report.text[first.end : second.start].strip()
