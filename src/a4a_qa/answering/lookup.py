"""Direct look-ups: an article of a law, an item, an endnote, an acronym, the source of a statement, a line of
the imprint, all that a section recommends, a section or a page, a name wherever it stands.

A look-up names the place itself, so nothing needs to be guessed: «What does Article 27 say?»,
«item 46», «endnote 38», «What does CNCC stand for?», «What is the source for …?», «Who funded this report?»,
«List the recommendations on prevention», «What does the section on prevention say?», «Is Port Anna
mentioned?».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from a4a_qa.answering.endnote_words import EndnoteWords
from a4a_qa.answering.imprint import Imprint
from a4a_qa.answering.listing import Recommendations
from a4a_qa.answering.mentions import Mention, Mentions
from a4a_qa.answering.numbered import (
    ARTICLE,
    ENDNOTE,
    ITEM,
    ITEM_BY_NAME,
    named_in,
    numbers_in,
    numbers_of,
    with_places_in_digits,
)
from a4a_qa.answering.section_names import NamedPlace, SectionNames
from a4a_qa.answering.source_clause import statement_to_source
from a4a_qa.answering.source_wording import sounds_like_source, sounds_like_work, without_source_words
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report, Span

LookupKind = Literal["article", "item", "endnote", "acronym", "source", "imprint", "recommendations"]
# Those that are as sure as a place that is named by its number, and have no weight of their own.
PlaceKind = Literal["section", "page", "mention"]

# «of the 2008 Act»: the law that an article belongs to, up to the end of its capitalised words.
_LAW = re.compile(
    r"\s*(?:of|in|under)\s+(?:the\s+)?((?:\d{4}\s+)?[A-Z][\w'’-]*(?:\s+(?:of|on|the|and|for|in|against|[A-Z][\w'’-]*))*)"
)
# «under the Trafficking Protocol (Article 3)»: the law stands before the bracket.
_LAW_BEFORE = re.compile(r"\bthe\s+((?:\d{4}\s+)?[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*)\s*\($")
# What any document may be called.
_DOCUMENTS = frozenset(
    words_of(
        "call action declaration agenda plan convention protocol agreement commitment document report annex "
        "list text recommendation"
    )
)
# What a question about a name says beside the name.
_NAMING_WORDS = frozenset(
    words_of(
        "stand stands short abbreviation abbreviated acronym initials letters spelled spelt out full name "
        "mean means meaning define definition term refer refers report explain"
    )
)
_REPORT = frozenset(words_of("report"))
_NAMING = re.compile(r"\b(?:short|long|full) forms?\b", re.IGNORECASE)
# «What did UNICEF do?», «Tell me about UNIAP» ask about the body, «What does CNCC mean?» about its name.
_ABOUT_BODY = re.compile(
    r"\b(?:did|has|have|had|done|doing|about|say|says|said)\b|\b(?:do|does)\b(?=.*\b(?:do|report)\b\W*$)",
    re.IGNORECASE,
)
# «Which endnotes cite the UNHCR?», «List all sources from Human Rights Watch»: all that name it are meant.
_ALL_NOTES = re.compile(
    r"\b(?:which|what|list|name|show|give|all|how many)\b[\s\w]*?"
    r"\b(?:end\s?notes|foot\s?notes|sources|references|citations)\s"
    r"(?:(?:are|is|were|come|that|which|taken|do|does|the report|it)\s)*"
    r"(?:cit(?:e|es|ing)|quot(?:e|es|ing)|nam(?:e|es|ing)|mention(?:s|ing)?|(?:refer|lead|point)(?:s|ring|ing)?\sto"
    r"|from|by)\s(?:nothing\s(?:but|more\sthan)\s|only\s|just\s)?(?:the\s|an?\s)?(?P<name>[^?]+?)[?.\s]*$",
    re.IGNORECASE,
)
_LAST_NOTE = re.compile(r"\bthe (?:very )?last (?:end|foot)\s?note\b", re.IGNORECASE)
_REVERSE = re.compile(
    r"\b(?:acronym|abbreviation|initials|short\s+form)\b.*?\b(?:for|of|used\s+for)\s+(.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a question names: the kind, the numbers, and the places that have them.

    `places` are those that stand in no sentence, or are cited whole; `missing` are the numbers that no place
    has; `rest` is what a question for a source says of the statement, without the words that ask for it, or
    the body that is asked about and not the publisher. The endnotes of a question for a source are those that
    it names by their own words; `may_be_chance` says that it has such words in a row, but no name, and asks
    for a source by them alone. `named` is the section or page that is asked for, `mention` where a name
    stands that is.
    """

    kind: LookupKind | PlaceKind
    numbers: tuple[int, ...] = ()
    sentences: tuple[int, ...] = ()
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    missing: tuple[int, ...] = ()
    rest: str = ""
    may_be_chance: bool = False
    named: NamedPlace | None = None
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class _Article:
    """An article named in a sentence, with the law that it is one of."""

    number: int
    law: str
    sentence: int


class LookupTable:
    """What the report numbers and abbreviates, gathered once from its text."""

    def __init__(self, report: Report, is_word: Callable[[str], bool] = lambda word: False) -> None:
        self._report = report
        self._is_word = is_word
        self._imprint, self._recommendations = Imprint(report), Recommendations(report)
        self._sections, self._mentions = SectionNames(report), Mentions(report, is_word)
        self._articles = tuple(_article_mentions(report))
        self._items: dict[int, list[int]] = {}
        self._acronyms: list[tuple[re.Pattern[str], int]] = []
        for position, sentence in enumerate(report.sentences):
            block = report.block_at(sentence.start)
            text = report.slice(sentence)
            if block is None or block.start != sentence.start:
                continue
            if block.kind == "item" and (number := re.match(r"\((\d+)\)", text)):
                self._items.setdefault(int(number[1]), []).append(position)
            if block.kind == "glossary_entry":
                self._acronyms.append((_term_pattern(text.split(":", 1)[0]), position))

    def find(self, question: str, *, asks_source: bool = False, follows: bool = False) -> Lookup | None:
        """The look-up that a question asks for, or None; one that names nothing here has no sentences.

        `asks_source` says that it is known to ask for a source, however it is worded; `follows` that words of
        an earlier question stand in it, which name no work now.
        """
        numbered = with_places_in_digits(question)
        return (
            self._endnote(numbered)
            or self._endnotes_naming(question)
            or self._article(numbered)
            or self._item(numbered)
            or self._acronym(question)
            or self._whole(question)
            or (None if follows else self._place(question) or self._mention(question, is_asked=True))
            or self._source(question, asks_source, follows)
            or (None if follows else self._mention(question, is_asked=False))
        )

    @cached_property
    def _endnote_words(self) -> EndnoteWords:
        return EndnoteWords(self._report, self._is_word)

    def _source(self, question: str, asks_source: bool, follows: bool) -> Lookup | None:
        statement = statement_to_source(question)
        asks_source = asks_source or statement is not None or sounds_like_source(question)
        named = () if follows else self._works_named(question, asks_source)
        if not named and not asks_source:
            return None
        rest = statement or without_source_words(question)
        by_chance = not asks_source and not self._endnote_words.names_in(question)
        return Lookup("source", endnotes=named, rest=rest if words_of(rest) else "", may_be_chance=by_chance)

    def _works_named(self, question: str, asks_source: bool) -> tuple[int, ...]:
        """The endnotes of works that a question names."""
        words = self._endnote_words
        named = words.endnotes_at(question) or words.endnotes_titled(question)
        is_of_work = asks_source or sounds_like_work(question)
        return named or (words.endnotes_named_in(question) if is_of_work else ())

    def _whole(self, question: str) -> Lookup | None:
        if places := self._imprint.find(question):
            return Lookup("imprint", places=places, rest=self._imprint.other_body(question) or "")
        places = self._recommendations.find(question)
        return Lookup("recommendations", places=places) if places else None

    def _place(self, question: str) -> Lookup | None:
        """A section or a page."""
        named = self._sections.find(question)
        if named is None:
            return None
        kind: PlaceKind = "section" if named.page is None else "page"
        number = () if named.page is None else (named.page,)
        return Lookup(kind, number, named.sentences, rest=named.rest, named=named)

    def _mention(self, question: str, *, is_asked: bool) -> Lookup | None:
        """A name, wherever it stands."""
        found = self._mentions.find(question)
        if found is None or found.is_asked != is_asked:
            return None
        return Lookup("mention", (), found.sentences, found.endnotes, found.places, mention=found)

    def _endnote(self, question: str) -> Lookup | None:
        texts = ENDNOTE.findall(question)
        numbers = numbers_of(texts)
        if _LAST_NOTE.search(question):
            numbers += tuple(note.number for note in self._report.endnotes[-1:])
        known = tuple(number for number in numbers if self._report.endnote(number))
        missing = named_in(texts, without=known)
        return Lookup("endnote", numbers, endnotes=known, missing=missing) if numbers else None

    def _endnotes_naming(self, question: str) -> Lookup | None:
        asked = _ALL_NOTES.search(question)
        found = self._endnote_words.endnotes_with(asked["name"]) if asked else ()
        return Lookup("endnote", found, endnotes=found) if found else None

    def _article(self, question: str) -> Lookup | None:
        found = list(ARTICLE.finditer(question))
        if not found:
            return None
        texts = [match[1] for match in found]
        numbers = numbers_of(texts)
        mentions = [mention for mention in self._articles if mention.number in numbers]
        named = _law_named(question, {mention.law for mention in self._articles if mention.law})
        if named:
            mentions = [mention for mention in mentions if mention.law in named]
        elif mentions and _LAW.match(question, found[-1].end()):
            # Of a law that the report may call otherwise: searching finds it, if it is there.
            return None
        sentences = tuple(dict.fromkeys(mention.sentence for mention in mentions))
        missing = named_in(texts, without={mention.number for mention in mentions})
        return Lookup("article", numbers, sentences, missing=missing)

    def _item(self, question: str) -> Lookup | None:
        named = list(ITEM.finditer(question))
        texts = [match[1] for match in named]
        numbers = numbers_of(texts)
        if any(self._is_other_document(_LAW.match(question, match.end())) for match in named):
            return Lookup("item", numbers, missing=numbers) if self._items else None
        found = [position for number in numbers for position in self._items.get(number, [])]
        missing = named_in(texts, without=self._items)
        # «Number 5» and «paragraph 5» may be of something else.
        is_meant = found or (self._items and missing and ITEM_BY_NAME.search(question))
        return Lookup("item", numbers, tuple(found), missing=missing) if is_meant else None

    def _is_other_document(self, named: re.Match[str] | None) -> bool:
        """Whether what a number is said to be of («point 36 of the Lisbon Agenda») is another document than
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

    def _acronym(self, question: str) -> Lookup | None:
        if reverse := _REVERSE.search(question):
            wanted = set(words_of(reverse[1]))
            found = [p for p in self._all_entries() if wanted and wanted <= self._entry_words(p)]
            return Lookup("acronym", sentences=tuple(found)) if found else None
        named = [(term, position) for term, position in self._acronyms if term.search(question)]
        rest = _NAMING.sub(" ", question)
        for term, _ in named:
            rest = term.sub(" ", rest)
        # A question that says more than the acronym asks about the body, not about its name.
        said = set(words_of(rest))
        if not named or said - _NAMING_WORDS or (said <= _REPORT and _ABOUT_BODY.search(rest)):
            return None
        return Lookup("acronym", sentences=tuple(p for _, p in named))

    def _all_entries(self) -> Iterator[int]:
        return (position for _, position in self._acronyms)

    def _entry_words(self, position: int) -> set[str]:
        return set(words_of(self._report.slice(self._report.sentences[position])))


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
            named = _LAW.match(text, match.end()) or _LAW_BEFORE.search(text[: match.start()])
            if named:
                law = _trim_law(named[1])
            for number in numbers_in(match[1]):
                yield _Article(number, law, position)


def _trim_law(name: str) -> str:
    return re.sub(r"(?:\s+(?:of|on|the|and|for|in|against))+$", "", name)


def _law_named(question: str, laws: Sequence[str] | set[str]) -> set[str]:
    """The laws all of whose words stand in the question."""
    asked = set(words_of(question))
    return {law for law in laws if set(words_of(law)) <= asked}


def _term_pattern(term: str) -> re.Pattern[str]:
    """Finds a glossary term as a word, in any case, with or without its last full stop."""
    return re.compile(rf"(?<!\w){re.escape(term.strip().rstrip('.'))}\b\.?", re.IGNORECASE)
