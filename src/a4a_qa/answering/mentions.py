"""«Does the report mention Port Anna?», «Is the “Blue Card” mentioned?», «Port Anna» → the sentences that
have the name, word for word.

Searching ranks what is near in meaning, and a name has little of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from a4a_qa.accents import without_accents
from a4a_qa.answering.named import is_there
from a4a_qa.index.lexical import STOP_WORDS, words_of
from a4a_qa.report import Report, Span

_REPORT = r"(?:(?:the|this) (?:report|document|publication|study|text)|it)"
_NAMING = (
    r"(?:mention|name|refer to|speak of|talk about|cover|discuss|deal with"
    r"|say (?:any|some)thing (?:about|on))"
)
_NAMED = r"(?:mentioned|named|referred to|spoken of|talked about|covered|discussed|dealt with)"
_WHERE = (
    r"(?:where|how often|how many times"
    r"|(?:in|on) (?:which|what) (?:sections?|chapters?|parts?|places?|pages?|notes?))"
)
_STILL = r"(?:ever |even |also |anywhere |explicitly )*"
_IN_IT = rf"(?:\s(?:at all|anywhere|by name|in {_REPORT}|in here|here))*"
_NAME = r"(?P<name>[^?,;:]{2,80}?)"


def _whole(pattern: str) -> re.Pattern[str]:
    """A pattern that has to fit a whole question."""
    return re.compile(rf"\W*(?:please |and |so |but )*{pattern}{_IN_IT}[\s?.!]*", re.IGNORECASE)


# Wordings that ask whether and where a name stands.
_MENTIONED = tuple(
    map(
        _whole,
        (
            rf"(?:{_WHERE} )?(?:does|did|do) {_REPORT} {_STILL}{_NAMING} {_NAME}",
            rf"(?:{_WHERE} )?(?:is|are|was|were) {_NAME} {_STILL}{_NAMED}",
            rf"(?:is|are) there (?:any |a )?(?:mentions?|references?) (?:of|to) {_NAME}",
            rf"(?:list |show |find |give me )?(?:all |any |every )?mentions? of {_NAME}",
        ),
    )
)
# Wordings that ask for what is said of a name, or by it: searching comes first.
_ABOUT = tuple(
    map(
        _whole,
        (
            rf"(?:is there |have you |do you have |does {_REPORT} (?:say|have) )?"
            rf"(?:anything|something|info|information)(?: at all| in {_REPORT})?"
            rf" (?:on|about|of|regarding) {_NAME}",
            rf"(?:what (?:does|did|do) {_REPORT} say|tell me|what is (?:said|known|there))"
            rf" (?:about|on|of) {_NAME}",
            rf"what (?:does|did|do|has|have) {_NAME} (?:say|said|report|reported|write|state|stated|claim)",
            rf"according to {_NAME}",
        ),
    )
)
# What somebody says of something: the name tells where to look only where searching finds nothing.
_SAYS_OF = _whole(
    rf"what (?:does|did|do|has|have) {_NAME} (?:say|said|report|reported|write|state|stated|claim)"
    r" (?:about|on|of|regarding) [^?]+?"
)
_BARE = _whole(_NAME)
_QUOTED = re.compile(r"[\"“”«»‘]([^\"“”«»]+?)[\"“”«»’]")
_SMALL = frozenset(
    "of for and the on in against to de du la le les pour et a an by with at from und der".split()
)
_ARTICLE = re.compile(r"^(?:the|an?|any|some)\s+", re.IGNORECASE)
_MOST_WORDS, _MOST_WORDS_OF_THING = 8, 3
# Who asks whether the victims are named asks for their names.
_NAMES_ASKED = re.compile(r"\bnamed?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
# What joins the words of a name differs in print.
_BETWEEN_WORDS = r"[\s\-‐‑–]+"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: the sentences (positions) that have it; where none has, the endnotes that do with
    the sentences that rest on them, or the places outside all sections.

    `is_asked` says that it is asked whether and where it stands, and not what is said of it; `is_last` that
    more is asked than the name, so that it only tells where to look.
    """

    name: str
    is_asked: bool
    sentences: tuple[int, ...] = ()
    endnotes: tuple[int, ...] = ()
    places: tuple[Span, ...] = ()
    is_last: bool = False

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
        self._about = frozenset(words_of(f"{about.publisher or ''} {about.country or ''} {about.title}"))

    def find(self, question: str) -> Mention | None:
        """Where the name stands that a question asks for; None when it asks for no name, or for one that
        stands nowhere as it is written, and has words that do."""
        for patterns, is_asked in ((_MENTIONED, True), (_ABOUT, False)):
            for pattern in patterns:
                if asked := pattern.fullmatch(question):
                    text = asked["name"].strip()
                    of_words = is_asked and not _NAMES_ASKED.search(question)
                    return self._mention(text, is_asked) or (self._words_of(text) if of_words else None)
        for pattern in (_SAYS_OF, _BARE):
            asked = pattern.fullmatch(question)
            found = self._mention(asked["name"].strip(), is_asked=False) if asked else None
            if pattern is _SAYS_OF and found:
                return replace(found, is_last=True) if found.endnotes else None
            if found and found.is_found:
                return found
        return None

    def _mention(self, text: str, is_asked: bool) -> Mention | None:
        """Where the name stands that these words of a question are; None as in `find`."""
        quoted = _QUOTED.fullmatch(text)
        name = quoted[1].strip() if quoted else _ARTICLE.sub("", text).strip()
        words = name.split()
        if not words or len(words) > _MOST_WORDS or not (quoted or self._is_name(words, is_asked)):
            return None
        if not is_asked and self._about.issuperset(words_of(name)):
            return None
        found = self._standing(name, is_asked)
        return found if found.is_found or self._is_nowhere(name) else None

    def _words_of(self, text: str) -> Mention | None:
        """Where ordinary words stand («boys», «domestic work»), be they one or several. What stands nowhere
        may be said in others: they tell where to look only where searching finds nothing."""
        words = _ARTICLE.sub("", text).strip()
        telling = [word.casefold() for word in words.split() if word.casefold() not in _SMALL]
        if not telling or len(telling) > _MOST_WORDS_OF_THING or not STOP_WORDS.isdisjoint(telling):
            return None
        pattern = _pattern(re.sub(r"(?<=\w{3})s$", "", words), any_case=True, ending="(?:e?s)?")
        found = tuple(place for place, text in enumerate(self._sentences) if pattern.search(text))
        if found:
            return Mention(words, True, found)
        stands_somehow = not self._words.isdisjoint(words_of(words))
        return None if stands_somehow else Mention(words, False, is_last=True)

    def _is_name(self, words: list[str], is_asked: bool) -> bool:
        """Whether words are a name, by their capitals or by those that the report gives them."""
        telling = [word for word in words if word.casefold() not in _SMALL]
        if not STOP_WORDS.isdisjoint(word.casefold() for word in telling if not word.isupper()):
            return False
        if not telling or any(len(re.sub(r"\W", "", word)) < 2 for word in telling):
            return False
        # The first word of a question has a capital in any case.
        alone = len(telling) == 1 and not is_asked
        if all(word[0].isupper() for word in telling):
            has_more = telling[0][1:] != telling[0][1:].lower()
            return not alone or has_more or not self._is_word(telling[0].casefold())
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
            if pattern.search(_plain(section.path[-1])):
                within = self._report.sentences_in(section.start, section.end)
                yield from (Span(one.start, one.end) for one in within[:1])
        for block in self._report.blocks:
            is_outside = not block.retrieved and not block.section
            if is_outside and pattern.search(_plain(self._report.slice(block))):
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
        return tuple(_plain(self._report.slice(sentence)) for sentence in self._report.sentences)

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(text.casefold() for text in self._sentences)

    def _having_word_of(self, name: str) -> list[int]:
        """The sentences that may have a name, since they have its longest word: quicker than looking for all
        of it."""
        word = max(re.split(_BETWEEN_WORDS, _plain(name).casefold()), key=len)
        return [place for place, text in enumerate(self._folded) if word in text]


def _plain(text: str) -> str:
    """A text without accents, with straight apostrophes."""
    return without_accents(text).replace("’", "'")


def _without_address(text: str) -> str:
    return _ADDRESS.sub(" ", _plain(text))


def _pattern(name: str, *, any_case: bool, ending: str = "") -> re.Pattern[str]:
    """Finds a name as whole words, also with what makes it that of an owner, or with an ending."""
    words = (re.escape(word) for word in re.split(_BETWEEN_WORDS, _plain(name)) if word)
    joined = _BETWEEN_WORDS.join(words)
    return re.compile(rf"(?<!\w)(?:{joined}){ending}(?!\w)", re.IGNORECASE if any_case else 0)
