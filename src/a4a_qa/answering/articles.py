"""The sentences on an article of a law that a question names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.answering.answer import MOST_CITATIONS
from a4a_qa.hits import Hits
from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Places
from a4a_qa.report import Report

# With words of its own beside the article, a question wants the sentences that score this close to the best.
_ARTICLE_MARGIN = 0.06
# How many sentences after the one that names an article go on about it at most.
_MOST_CONTINUED = 3

# What tells of no article which one is meant: what it is, what all have, that one is held against another.
_ARTICLE_WORDS = frozenset(
    words_of(
        "article articles art law act say state provide contain rule code section under penalty penalties "
        "punishment punish sentence fine term difference differ compare comparison between versus"
    )
)
_NAMES_ARTICLE = re.compile(r"\barticles?\s+\d", re.IGNORECASE)


def pick_article(named: Places, hits: Hits, words: Sequence[str], report: Report) -> list[int]:
    """The sentences on articles: those that name them, or, for one article, fit the question best, and go on
    about it."""
    groups = [_continued(start, report) for start in named.sentences]
    scores = {hit.sentence: hit.score for hit in hits.sentences}
    if len(named.numbers) == 1 and says_more_than_article(words):
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
