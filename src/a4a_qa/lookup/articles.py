"""The articles of laws that a report names, and which of them a question means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.numbers import ARTICLE, OF_DOCUMENT, missing_from, numbers_in, numbers_of
from a4a_qa.lookup.places import Places
from a4a_qa.report.report import Report
from a4a_qa.text.function_words import SMALL_IN_NAMES

# "under the Trafficking Protocol (Article 3)": the law stands before the bracket.
_LAW_BEFORE = re.compile(r"\bthe\s+((?:\d{4}\s+)?[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*)\s*\($")

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


@dataclass(frozen=True, slots=True)
class _Article:
    """An article named in a sentence, with the law that it is one of."""

    number: int
    law: str
    sentence: int


class Articles:
    """The articles that a report names, each with its law, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        self._articles = tuple(_article_mentions(report))

    def find(self, question: str) -> Places | None:
        """The articles that a question names, or None; none have no sentences."""
        found = list(ARTICLE.finditer(question))
        if not found:
            return None
        texts = [match[1] for match in found]
        numbers = numbers_of(texts)
        mentions = [mention for mention in self._articles if mention.number in numbers]
        named = _law_named(question, {mention.law for mention in self._articles if mention.law})
        if named:
            mentions = [mention for mention in mentions if mention.law in named]
        elif mentions and OF_DOCUMENT.match(question, found[-1].end()):
            # Of a law that the report may call otherwise: searching finds it, if it is there.
            return None
        sentences = tuple(dict.fromkeys(mention.sentence for mention in mentions))
        missing = missing_from({mention.number for mention in mentions}, texts, "article")
        return Places("article", sentences, numbers=numbers, missing=missing)


def _article_mentions(report: Report) -> Iterator[_Article]:
    """Every article that the body names. One without its law is of the law that was named last."""
    law = ""
    section: tuple[str, ...] = ()
    for position, sentence in enumerate(report.sentences):
        block = report.block_at(sentence.start)
        if block is not None and block.section[:1] != section:
            law, section = "", block.section[:1]
        text = report.slice(sentence)
        for match in ARTICLE.finditer(text):
            named = OF_DOCUMENT.match(text, match.end()) or _LAW_BEFORE.search(text[: match.start()])
            if named:
                law = _trim_law(named[1])
            for number in numbers_in(match[1]):
                yield _Article(number, law, position)


def _trim_law(name: str) -> str:
    return re.sub(rf"(?:\s+(?:{SMALL_IN_NAMES}))+$", "", name)


def _law_named(question: str, laws: Collection[str]) -> set[str]:
    """The laws all of whose words stand in the question."""
    asked = set(words_of(question))
    return {law for law in laws if set(words_of(law)) <= asked}


def pick_article(
    named: Places, scores: Mapping[int, float], words: Sequence[str], report: Report, most: int
) -> list[int]:
    """The sentences on articles: those that name them, or, for one article, fit the question best, and go on
    about it; `most` at most. `scores` are those of the sentences that searching found."""
    groups = [_continued(start, report) for start in named.sentences]
    if len(named.numbers) == 1 and says_more_than_article(words):
        chances = [max(scores.get(position, 0.0) for position in group) for group in groups]
        best = max(chances, default=0.0)
        pairs = zip(groups, chances, strict=True)
        groups = [group for group, chance in pairs if chance >= best - _ARTICLE_MARGIN]
    return list(dict.fromkeys(position for group in groups for position in group))[:most]


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
