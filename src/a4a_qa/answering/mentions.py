"""«Does the report mention Port Anna?», «Is the “Blue Card” mentioned?», «Port Anna» → the sentences that
have the name, word for word.

Searching ranks what is near in meaning, and a name has little of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from a4a_qa.accents import plainly_written
from a4a_qa.answering.abbreviations import spelt_out
from a4a_qa.answering.mention_wording import MentionWanted, mention_wanted
from a4a_qa.answering.named import RUN_OF_CAPITALS, is_there
from a4a_qa.answering.sayers import says, without_work
from a4a_qa.index.lexical import STOP_WORDS, words_of
from a4a_qa.notation import ADDRESS
from a4a_qa.report import Report, Span

_QUOTED = re.compile(r"[\"“”«»‘]([^\"“”«»]+?)[\"“”«»’]")
_SMALL = frozenset(
    "of for and the on in against to de du la le les pour et a an by with at from und der".split()
)
_ARTICLE = re.compile(r"^(?:the|an?|any|some)\s+", re.IGNORECASE)
_MOST_WORDS, _MOST_WORDS_OF_THING = 8, 3
# What more than so many of a report's sentences have, and more than a few, tells no topic from another.
_MOST_OF_RARE, _FEW = 0.03, 3
_NAMES_ASKED = re.compile(r"\bnamed?\b", re.IGNORECASE)
# What joins the words of a name differs in print.
_BETWEEN_WORDS = r"[\s\-‐‑–]+"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: the sentences (positions) that have it; where none has, the endnotes that do with
    the sentences that rest on them, or the places outside all sections.

    `is_asked` says that it is asked whether and where it stands, and not what is said of it; `is_last` that
    more is asked than the name, so that it only tells where to look; `is_common` that it is an ordinary word,
    which may be said in others; `is_doubtful` that these places may not say what is asked.
    """

    name: str
    is_asked: bool
    sentences: tuple[int, ...] = ()
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    is_last: bool = False
    is_common: bool = False
    is_doubtful: bool = False

    @property
    def kind(self) -> Literal["mention"]:
        """What is looked up."""
        return "mention"

    @property
    def is_found(self) -> bool:
        """Whether it stands anywhere."""
        return bool(self.sentences or self.endnotes or self.places)


class Mentions:
    """Finds names in a report; `is_word` tells ordinary words from names."""

    def __init__(self, report: Report, is_word: Callable[[str], bool]) -> None:
        self._report = report
        self._is_word = is_word
        about = report.about
        self._spelt_out = spelt_out(report)
        self._about = frozenset(words_of(f"{about.publisher or ''} {about.country or ''} {about.title}"))

    def find(self, question: str) -> Mention | None:
        """Where the name stands that a question asks for; None when it asks for no name, or for one that
        stands nowhere as it is written, and has words that do."""
        wanted = mention_wanted(question)
        if wanted is None or not any(map(str.isalnum, f"{wanted.name}{wanted.year}")):
            return None
        match wanted.kind:
            case "mentioned":
                # Who asks whether the victims are named asks for their names.
                of_words = not _NAMES_ASKED.search(question)
                found = self._mention(wanted.name, is_asked=True)
                return found or (self._words_of(wanted.name, is_asked=True) if of_words else None)
            case "about":
                return self._named_or_words(wanted.name)
            case "short_for":
                return None if question.isupper() else self._short_for(wanted.name)
            case "said":
                return self._said_by(without_work(wanted.name))
            case "said_of":
                return self._said_of(wanted)
            case "in_year":
                return self._in_year(wanted)
            case "bare":
                found = self._mention(wanted.name, is_asked=False, may_begin=True)
                return found if found and found.is_found else None

    def _named_or_words(self, text: str) -> Mention | None:
        """Where a name or ordinary words stand, and not only what they are short for."""
        found = self._mention(text, is_asked=False) or self._words_of(text, is_asked=False)
        saying = tuple(p for p in found.sentences if p not in self._spelt_out) if found else ()
        return replace(found, sentences=saying) if found and saying else found

    def _said_by(self, name: str) -> Mention | None:
        """Where somebody is named as the one who says something, else where a name stands at all."""
        found = self._named_or_words(name)
        if (found is None or not found.is_found) and (written := self._otherwise_written(name)):
            found = self._named_or_words(written)
        if found is None or not found.sentences or found.endnotes:
            return found and replace(found, is_last=False)
        ending = "(?:e?s)?" if found.is_common else ""
        pattern = says(_pattern(found.name, any_case=found.is_common, ending=ending))
        saying = tuple(place for place in found.sentences if pattern.search(self._sentences[place]))
        if not saying and (found.is_common or self._spelt_out.issuperset(found.sentences)):
            return None
        return replace(found, sentences=saying or found.sentences, is_common=False, is_doubtful=not saying)

    def _said_of(self, wanted: MentionWanted) -> Mention | None:
        """What somebody says of something: the sentences that name both, or have a rare word of that, tell
        where to look only where searching finds nothing, and so do the endnotes."""
        name = without_work(wanted.name)
        found = self._said_by(name) if self._mention(name, is_asked=False) else None
        if found is None or not found.sentences or found.endnotes:
            return replace(found, is_last=True) if found and found.endnotes else None
        topic = frozenset(words_of(wanted.topic)) - self._about
        words = {place: frozenset(words_of(self._sentences[place])) for place in found.sentences}
        with_topic = tuple(place for place in found.sentences if topic <= words[place])
        most = max(_FEW, _MOST_OF_RARE * len(self._sentences))
        rare = frozenset(word for word in topic if self._having(word) <= most)
        near = tuple(place for place in found.sentences if rare & words[place])
        if not (near or with_topic) or (found.is_doubtful and not (topic and with_topic)):
            return None
        is_doubtful = found.is_doubtful or not with_topic
        return replace(found, sentences=with_topic or near, is_last=True, is_doubtful=is_doubtful)

    def _having(self, word: str) -> int:
        """How many sentences have a word (stem)."""
        return sum(word in words for words in self._words_of_sentences)

    def _in_year(self, wanted: MentionWanted) -> Mention | None:
        """The sentences that have a year, and whoever did something then."""
        who = frozenset(words_of(wanted.name))
        pattern = _pattern(wanted.year, any_case=True)
        having = (place for place, text in enumerate(self._sentences) if pattern.search(text))
        found = tuple(p for p in having if who <= frozenset(words_of(self._sentences[p])))
        name = ", ".join(filter(None, (wanted.name, wanted.year)))
        return Mention(name, False, found, is_doubtful=bool(who)) if found else None

    def _short_for(self, acronym: str) -> Mention:
        """Where an abbreviation stands behind what it is short for, else where it stands at all."""
        name = re.sub("(?<=[A-Z])s$", "", acronym)
        pattern = re.compile(rf"[A-Z][\w'-]*\s\(\W?{re.escape(name)}\W?\)")
        explained = tuple(place for place, text in enumerate(self._sentences) if pattern.search(text))
        places = () if explained else tuple(self._outside(pattern))
        if explained or places:
            return Mention(name, False, explained, places=places)
        return replace(self._standing(name, is_asked=False), is_doubtful=True)

    def _otherwise_written(self, name: str) -> str | None:
        """The name as the report has it, if that has the same words in another order («the Ministry of
        Health» for «the Health Ministry»)."""
        wanted = frozenset(words_of(name))
        if len(wanted) < 2 or not all(word[0].isupper() for word in name.split() if word not in _SMALL):
            return None
        runs = (
            run for p in self._having_word_of(name) for run in RUN_OF_CAPITALS.findall(self._sentences[p])
        )
        return min((run for run in runs if wanted <= frozenset(words_of(run))), key=len, default=None)

    def _mention(self, text: str, *, is_asked: bool, may_begin: bool = False) -> Mention | None:
        """Where the name stands that these words are, which `may_begin` a question; None as in `find`."""
        quoted = _QUOTED.fullmatch(text)
        name = quoted[1].strip() if quoted else _ARTICLE.sub("", text).strip()
        words = name.split()
        if not words or len(words) > _MOST_WORDS or not (quoted or self._is_name(words, is_asked, may_begin)):
            return None
        if not is_asked and self._about.issuperset(words_of(name)):
            return None
        found = self._standing(name, is_asked)
        return found if found.is_found or self._is_nowhere(name) else None

    def _words_of(self, text: str, *, is_asked: bool) -> Mention | None:
        """Where ordinary words stand («boys», «domestic work»), be they one or several. What stands nowhere
        may be said in others: they tell where to look only where searching finds nothing."""
        words = _ARTICLE.sub("", text).strip()
        with_letters = (word.casefold() for word in words.split() if any(map(str.isalnum, word)))
        telling = [word for word in with_letters if word not in _SMALL]
        if not telling or len(telling) > _MOST_WORDS_OF_THING or not STOP_WORDS.isdisjoint(telling):
            return None
        if not is_asked and self._about.issuperset(words_of(words)):
            return None
        pattern = _pattern(re.sub(r"(?<=\w{3})s$", "", words), any_case=True, ending="(?:e?s)?")
        found = tuple(place for place, text in enumerate(self._sentences) if pattern.search(text))
        if found:
            return Mention(words, is_asked, found, is_common=not is_asked)
        stands_somehow = not self._words.isdisjoint(words_of(words))
        return None if stands_somehow else Mention(words, False, is_last=True)

    def _is_name(self, words: list[str], is_asked: bool, may_begin: bool) -> bool:
        """Whether words are a name, by their capitals or by those that the report gives them."""
        telling = [word for word in words if word.casefold() not in _SMALL]
        if not STOP_WORDS.isdisjoint(word.casefold() for word in telling if not word.isupper()):
            return False
        if not telling or any(len(re.sub(r"\W", "", word)) < 2 for word in telling):
            return False
        alone = len(telling) == 1 and not is_asked
        if all(word[0].isupper() for word in telling):
            has_more = telling[0][1:] != telling[0][1:].lower()
            if not alone or has_more or not self._is_word(telling[0].casefold()):
                return True
            # The first word of a question has a capital in any case.
            return not may_begin and self._is_always_capital(telling[0])
        if any(self._is_word(word.casefold()) for word in telling) and len(telling) == 1:
            return False
        return self._is_always_capital(" ".join(words))

    def _is_always_capital(self, name: str) -> bool:
        """Whether a report writes a name with capitals wherever it has it."""
        pattern = _pattern(name, any_case=True)
        having = self._having_word_of(name)
        found = (one for place in having for one in pattern.findall(self._sentences[place]))
        words = (word for one in found for word in re.split(_BETWEEN_WORDS, one))
        telling = [word for word in words if word.lower() not in _SMALL]
        return bool(telling) and all(word[:1].isupper() for word in telling)

    def _standing(self, name: str, is_asked: bool) -> Mention:
        """Where a name stands."""
        report = self._report
        # «AID» is not «aid»; a question may be all in capitals.
        pattern = _pattern(name, any_case=" " in name or not name.isupper())
        sentences = [place for place in self._having_word_of(name) if pattern.search(self._sentences[place])]
        if sentences:
            return Mention(name, is_asked, tuple(sentences))
        having = [note for note in report.endnotes if pattern.search(_without_address(note.text))]
        if having:
            numbers = {note.number for note in having}
            resting = (p for p, one in enumerate(report.sentences) if numbers & set(one.endnotes))
            # Of notes that say the same, the first.
            notes = {note.text: note.number for note in reversed(having)}
            return Mention(name, is_asked, tuple(resting), tuple(sorted(notes.values())))
        return Mention(name, is_asked, places=tuple(dict.fromkeys(self._outside(pattern))))

    def _outside(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        """The first places of sections whose title has a name, and the lines of the imprint that do."""
        for section in self._report.sections:
            if pattern.search(plainly_written(section.path[-1])):
                within = self._report.sentences_in(section.start, section.end)
                yield from (Span(one.start, one.end) for one in within[:1])
        for block in self._report.blocks:
            is_outside = not block.retrieved and not block.section
            if is_outside and pattern.search(plainly_written(self._report.slice(block))):
                yield Span(block.start, block.end)

    def _is_nowhere(self, name: str) -> bool:
        """Whether neither a name nor any of its words stands in the report, in whatever form."""
        has_words = any(word in self._words for word in words_of(name))
        return not has_words and not is_there(name, self._report.text)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(words_of(self._report.text))

    @cached_property
    def _sentences(self) -> tuple[str, ...]:
        return tuple(plainly_written(self._report.slice(sentence)) for sentence in self._report.sentences)

    @cached_property
    def _words_of_sentences(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(words_of(text)) for text in self._sentences)

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(text.casefold() for text in self._sentences)

    def _having_word_of(self, name: str) -> list[int]:
        """The sentences that may have a name, since they have its longest word: quicker than looking for all
        of it."""
        word = max(re.split(_BETWEEN_WORDS, plainly_written(name).casefold()), key=len)
        return [place for place, text in enumerate(self._folded) if word in text]


def _without_address(text: str) -> str:
    return ADDRESS.sub(" ", plainly_written(text))


def _pattern(name: str, *, any_case: bool, ending: str = "") -> re.Pattern[str]:
    """Finds a name as whole words, also with what makes it that of an owner, or with an ending."""
    words = (re.escape(word) for word in re.split(_BETWEEN_WORDS, plainly_written(name)) if word)
    joined = _BETWEEN_WORDS.join(words)
    return re.compile(rf"(?<!\w)(?:{joined}){ending}(?!\w)", re.IGNORECASE if any_case else 0)
