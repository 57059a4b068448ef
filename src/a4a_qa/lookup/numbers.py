"""Places that a question names by their numbers: "Article 27", "items 3 to 5", "the 38th endnote".

`Articles` and `Items` know the articles of laws that a report names, and its own numbered items.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from a4a_qa.index.lexical import words_of
from a4a_qa.lookup.places import Kind, Places
from a4a_qa.report.report import Report
from a4a_qa.text.function_words import SMALL_IN_NAMES
from a4a_qa.text.numerals import in_digits

_NUMBERS = r"\d{1,4}(?:\s*\([a-z0-9]\))?(?:\s*(?:,|and|or|to|&|-|–)\s*\d{1,4}\b(?:\s*\([a-z0-9]\))?)*"
ARTICLE = re.compile(rf"\b(?:articles?|arts?\.?)\s+({_NUMBERS})", re.IGNORECASE)
# A number that is a place's own: "24,000", "2.5" and "80 %" are none.
_PLACE_NUMBER = r"\d{1,4}\b(?!\.\d|,\d{3}\b|\s*%|-[a-z])"
_AND = r"(?:,\s*(?:and|or)\b|,|and|or|to|&|-|–)"
_PLACE_NUMBERS = rf"{_PLACE_NUMBER}\)?(?:\s*{_AND}\s*\(?{_PLACE_NUMBER}\)?)*"
_NUMBER_OR_RANGE = re.compile(r"(\d{1,4})(?:\s*\([a-z0-9]\))?(?:\s*(?:-|–|to)\s*\(?(\d{1,4}))?")
_BY_NUMBER = r"(?:no\.?\s*|number\s+|nr\.?\s*|#\s*)"
ITEM = re.compile(
    rf"\b(?:(?:items?|points?|paragraphs?|recommendations?|clauses?)\s+{_BY_NUMBER}?"
    rf"|(?<!convention )(?:no\.\s*|number\s+))\(?({_PLACE_NUMBERS})\)?",
    re.IGNORECASE,
)
ITEM_BY_NAME = re.compile(rf"\b(?:items?|recommendations?)\s+{_BY_NUMBER}?\(?\d", re.IGNORECASE)
ENDNOTE = re.compile(
    rf"\b(?:end\s?notes?|foot\s?notes?|notes?|references?|citations?)\s+{_BY_NUMBER}?\[?({_PLACE_NUMBERS})\]?",
    re.IGNORECASE,
)
# "of the 2008 Act": the law or document that a place belongs to, up to the end of its capitalised words.
OF_DOCUMENT = re.compile(
    rf"\s*(?:of|in|under)\s+(?:the\s+)?((?:\d{{4}}\s+)?[A-Z][\w'’-]*(?:\s+(?:{SMALL_IN_NAMES}|[A-Z][\w'’-]*))*)"
)
# "The 38th endnote", "the 27th article"; "the first reference to …" counts none.
_BY_ORDINAL = re.compile(
    r"\b(?:(\d+)(?:st|nd|rd|th)\s+(end\s?note|foot\s?note)"
    r"|(\d{2,3})(?:st|nd|rd|th)\s+(reference|citation|article|item|recommendation))\b",
    re.IGNORECASE,
)
# A place and what may be its number in words; "notes fifteen cases" names none.
_IN_WORDS = re.compile(
    r"\b(?:end\s?notes?|foot\s?notes?|articles?|items?|paragraphs?|recommendations?|clauses?)"
    r"\s+(?:number\s+)?[a-z]+(?:[-\s][a-z]+){0,4}",
    re.IGNORECASE,
)


def with_places_in_digits(question: str) -> str:
    """Put the place in figures: "the thirty-eighth endnote" and "endnote thirty-eight" → "endnote 38"."""
    digits = in_digits(question)
    if _BY_ORDINAL.search(digits):
        return _BY_ORDINAL.sub(lambda found: " ".join(filter(None, found.groups()[::-1])), digits)
    return _IN_WORDS.sub(lambda found: in_digits(found[0]), question)


def numbers_of(texts: Iterable[str]) -> tuple[int, ...]:
    """All numbers that some texts list, each once."""
    return tuple(dict.fromkeys(number for text in texts for number in numbers_in(text)))


def missing_from(known: Container[int], texts: Iterable[str], kind: Kind) -> tuple[str, ...]:
    """What some texts name and is not known, as "item 74"; of a range only its ends."""
    named = (
        int(number) for text in texts for ends in _NUMBER_OR_RANGE.findall(text) for number in ends if number
    )
    return tuple(dict.fromkeys(f"{kind} {number}" for number in named if number not in known))


def numbers_in(text: str) -> tuple[int, ...]:
    """All numbers of a list or range: "17 and 19" → 17, 19; "566–571" → 566 to 571."""
    numbers: list[int] = []
    for first, last in _NUMBER_OR_RANGE.findall(text):
        end = int(last) if last and 0 <= int(last) - int(first) <= 50 else int(first)
        numbers += range(int(first), end + 1)
    return tuple(dict.fromkeys(numbers))


# What any document may be called.
_DOCUMENTS = frozenset(
    words_of(
        "call action declaration agenda plan convention protocol agreement commitment document report annex "
        "list text recommendation"
    )
)
_NUMBER = re.compile(r"\((\d+)\)")


class Items:
    """The numbered items of a report, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._items: dict[int, list[int]] = {}
        for position, sentence in enumerate(report.sentences):
            block = report.block_at(sentence.start)
            if block is None or block.kind != "item" or block.start != sentence.start:
                continue
            if number := _NUMBER.match(report.slice(sentence)):
                self._items.setdefault(int(number[1]), []).append(position)

    def find(self, question: str) -> Places | None:
        """The items that a question names, or None; those of another document have no sentences."""
        named = list(ITEM.finditer(question))
        texts = [match[1] for match in named]
        numbers = numbers_of(texts)
        if any(self._is_other_document(OF_DOCUMENT.match(question, match.end())) for match in named):
            missing = missing_from((), texts, "item")
            return Places("item", numbers=numbers, missing=missing) if self._items else None
        firsts = [position for number in numbers for position in self._items.get(number, [])]
        found = tuple(position for first in firsts for position in self._whole(first))
        missing = missing_from(self._items, texts, "item")
        # "Number 5" and "paragraph 5" may be of something else.
        is_meant = found or (self._items and missing and ITEM_BY_NAME.search(question))
        return Places("item", found, numbers=numbers, missing=missing) if is_meant else None

    def _whole(self, first: int) -> range:
        """The sentences of the item that begins with this one."""
        block = self._report.block_at(self._report.sentences[first].start)
        count = len(self._report.sentences_in(block.start, block.end)) if block else 1
        return range(first, first + count)

    def _is_other_document(self, named: re.Match[str] | None) -> bool:
        """Whether what a number is said to be of ("point 36 of the Lisbon Agenda") is another document than
        the one whose items a report numbers."""
        words = set(words_of(named[1])) - _DOCUMENTS if named else set()
        return bool(words) and words.isdisjoint(self._document_words)

    @cached_property
    def _document_words(self) -> frozenset[str]:
        """The words of what stands above all numbered items, and of the report's title page."""
        report = self._report
        starts = (report.sentences[p].start for places in self._items.values() for p in places)
        blocks = (report.block_at(start) for start in starts)
        sections = {block.section[:1] for block in blocks if block}
        above = (report.slice(block) for block in report.blocks if block.section in sections)
        about = (report.about.title, report.about.publisher or "", report.about.country or "")
        return frozenset(words_of(" ".join((*above, *about, *(name for path in sections for name in path)))))


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
