"""One statement against the report: its wording first, and its facts where the wording is another.

What agrees in wording or facts may still mean the opposite ("most are foreigners", "most are local"): the
judge, which has learnt to tell yes from no, reads it beside its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from a4a_qa.index.passages import sentences_in_place
from a4a_qa.index.retrieval import Retriever
from a4a_qa.models.judge import Judge
from a4a_qa.report.report import Report, Span
from a4a_qa.verify.differences import Difference, of_facts, of_wording
from a4a_qa.verify.facts import content_of, may_deny, spelt_alike
from a4a_qa.verify.figures import figures_in, in_figures
from a4a_qa.verify.quoting import is_mostly_known, lead_in, of_quoting, says_more, words_around
from a4a_qa.verify.sense import of_sense
from a4a_qa.verify.statements import Statement, pieces_of
from a4a_qa.verify.words import Word, WordAlignment, Wording, align, words_in

# From this likeness on, a statement repeats a sentence of the report and its differences are changes.
_SAME_WORDING = 0.77
# From this likeness on, another word of content is a change as well, and not another way to say it.
_NEARLY_VERBATIM = 0.9
# A quotation below this likeness to anything is not one of this report.
_QUOTES_REPORT = 0.5
# What the nearest sentence's score and its lead over the next add up to when it backs a statement. In
# development: 0.93 and more for all paraphrases but one, 0.73 and less for what is invented.
_SUPPORT = 0.8
_NEAREST = 8
# From this score on, numbers that agree are believed against the judge, which often denies them.
_COUNTED = 0.68
# How sure the judge has to be that a sentence says otherwise (docs/experiments.md).
_DENIED = 0.7
# How much longer a statement is than a sentence before two sentences are looked at together, in words.
_LONGER = 1.15
# What is longer, in characters, is no sentence whose clauses can be told.
_LONGEST_SENTENCE = 1_000
# Characters that a quotation may leave out at one place.
_LONGEST_OMISSION = 400

# Positions of the nearest sentences with the scores of their words, best first.
Nearest = Sequence[tuple[int, float]]
Verdict = Literal["verbatim", "altered", "supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing found; `elsewhere` are further places with the same words as `places`."""

    verdict: Verdict
    places: tuple[Span, ...]
    differences: tuple[Difference, ...] = ()
    elsewhere: tuple[Span, ...] = ()


class Comparer:
    """Compares statements with one report."""

    def __init__(self, report: Report, retriever: Retriever, judge: Judge) -> None:
        self._report = report
        self._retriever = retriever
        self._judge = judge
        self._wording = Wording(report.text)
        self._words = Vocabulary(report, self._wording)

    def compare(self, statement: Statement) -> Compared:
        """The verdict on a statement, its endnotes apart."""
        own = statement.words[lead_in(statement.words, self._words.about) :]
        same = self._places(statement.words)
        if not same and own != statement.words:
            same = self._places(own)
        if same:
            return Compared("verbatim", (same[0],), elsewhere=tuple(same[1:]))
        quotes = statement.quoted()
        if quotes:
            found = self._quotations(statement, quotes)
        else:
            nearest = self._nearest(own)
            found = self._as_meant(statement, own, nearest, self._reworded(statement, own, nearest))
        return replace(found, differences=tuple(_placed(d, statement) for d in found.differences))

    def _places(self, quote: str) -> list[Span]:
        """Where the report has these words; what "…" leaves out may be short and must deny nothing."""
        first, *others = [words_in(piece) for piece in pieces_of(quote)] or [()]
        places = []
        for place in self._wording.find(first):
            end = place.end
            for piece in others:
                following = self._wording.find(piece, end, end + _LONGEST_OMISSION + len(quote))
                if not following or may_deny(words_in(self._report.text[end : following[0].start])):
                    break
                end = following[0].end
            else:
                places.append(Span(place.start, end))
        return places

    def _quotations(self, statement: Statement, quotes: Sequence[str]) -> Compared:
        """A statement that quotes: every quotation word for word, and the facts around it."""
        places: list[Span] = []
        elsewhere: list[Span] = []
        for quote in quotes:
            found = self._places(quote)
            if not found:
                return self._misquoted(statement, quote)
            places.append(found[0])
            elsewhere += found[1:]
        differences, verdict = self._around(statement, quotes, places)
        return Compared(verdict, tuple(places), differences, tuple(elsewhere))

    def _around(
        self, statement: Statement, quotes: Sequence[str], places: Sequence[Span]
    ) -> tuple[tuple[Difference, ...], Verdict]:
        """What the words around exact quotations say otherwise, and the verdict that they leave."""
        evidence = in_figures([word for place in places for word in words_in(self._sentence_at(place))])
        known = self._words.read_with(places[0], evidence)
        differences = list(
            of_facts(in_figures(words_in(statement.words)), evidence, known, self._words.names)
        )
        around = words_around(statement.words, quotes)
        rest: list[Word] = []
        for quote, place in zip(quotes, places, strict=True):
            touched = self._report.sentences_touched(place)
            if touched:
                before = words_in(self._report.text[touched[0].start : place.start])
                rest += (*before, *words_in(self._report.text[place.end : touched[-1].end]))
                quoted = _words(quote, statement.words.index(quote))[0]
                differences += of_quoting(around, quoted, before, rest, self._words.names)
        if differences:
            return tuple(differences), "altered"
        wider = [*evidence, *(word for place in places for word in self._words_beside(place))]
        wider += words_in(" ".join(known))
        if not says_more(around, wider):
            return (), "verbatim"
        return (), "supported" if is_mostly_known(around, wider) else "unsupported"

    def _words_beside(self, place: Span) -> Iterator[Word]:
        """The words of the sentences before and behind those that a place touches."""
        for sentence in self._report.sentences_touched(place):
            for near in self._report.beside(self._report.position_of(sentence)):
                yield from words_in(self._report.slice(self._report.sentences[near]))

    def _misquoted(self, statement: Statement, quote: str) -> Compared:
        """A quotation that the report does not have: each word that differs from the nearest place counts."""
        shift = statement.words.index(quote)
        words = _words(quote, shift)
        nearest = self._nearest(quote)
        if not nearest:
            return Compared("unsupported", ())
        span, theirs, alignment = self._most_alike(nearest, words)
        if alignment.likeness < _QUOTES_REPORT:
            return Compared("unsupported", (span,))
        differences = list(of_wording(words, theirs, alignment, self._words.names))
        if not differences:
            differences = [
                Difference("word", quote, self._report.text[span.start : span.end], shift, shift + len(quote))
            ]
        return Compared("altered", (span,), tuple(differences))

    def _reworded(self, statement: Statement, own: str, nearest: Nearest) -> Compared:
        """A statement in its own words, or in words that are nearly the report's."""
        shift = len(statement.words) - len(own)
        words = _words(own, shift)
        if not nearest:
            return Compared("unsupported", ())
        span, theirs, alignment = self._most_alike(nearest, words)
        if alignment.likeness >= _SAME_WORDING:
            differences = list(of_wording(words, theirs, alignment, self._words.names))
            if alignment.likeness < _NEARLY_VERBATIM:
                differences = [found for found in differences if found.kind != "word"]
            differences = differences or self._sense(own, shift, [self._report.text[span.start : span.end]])
            return Compared("altered" if differences else "supported", (span,), tuple(differences))
        (best, score), *others = nearest
        sentence = self._report.sentences[best]
        place = Span(sentence.start, sentence.end)
        # Two sentences in a row may well say it together.
        rivals = [other for position, other in others if abs(position - best) > 1]
        lead = score - rivals[0] if rivals else 0.0
        if score + lead < _SUPPORT:
            return Compared("unsupported", (place,))
        found = self._otherwise(own, shift, words, place)
        said = (*found, *self._sense(own, shift, self._sentences(place)))
        if found and all(one.kind not in ("word", "negation") for one in said):
            for wider in self._with_neighbours(best):
                if not self._otherwise(own, shift, words, wider, place):
                    return Compared("supported", (wider,))
        return Compared("altered" if found else "supported", (place,), tuple(found))

    def _otherwise(
        self, own: str, shift: int, words: Sequence[Word], place: Span, nearest: Span | None = None
    ) -> list[Difference]:
        """What a statement says otherwise than the sentences at a place, perhaps the nearest first."""
        evidence = in_figures(words_in(self._report.text[place.start : place.end]))
        found = list(of_facts(words, evidence, self._words.read_with(place, evidence), self._words.names))
        sentences = self._sentences(place)
        if nearest:
            sentences.sort(key=lambda text: text != self._report.text[nearest.start : nearest.end])
        return found or self._sense(own, shift, sentences)

    def _with_neighbours(self, position: int) -> Iterator[Span]:
        """A sentence with the one before it, and with the one behind it, of the same block."""
        for near in self._report.beside(position):
            first, last = sorted((near, position))
            yield Span(self._report.sentences[first].start, self._report.sentences[last].end)

    def _sentences(self, place: Span) -> list[str]:
        return [self._report.slice(sentence) for sentence in self._report.sentences_touched(place)]

    def _sense(self, own: str, shift: int, evidence: Sequence[str]) -> list[Difference]:
        """What a statement says otherwise than sentences that have its facts, places in the statement."""
        if len(own) > _LONGEST_SENTENCE:
            return []
        found = of_sense(own, evidence, self._words.names)
        return [replace(one, start=one.start + shift, end=one.end + shift) for one in found]

    def _as_meant(self, statement: Statement, own: str, nearest: Nearest, found: Compared) -> Compared:
        """What was found, or that the sentence which seems to support a statement says otherwise."""
        if found.verdict != "supported":
            return found
        (place,) = found.places
        positions = [self._report.position_of(one) for one in self._report.sentences_touched(place)]
        reading = self._judge.read(own, sentences_in_place(self._report, positions))
        is_row = "\t" in self._report.slice(place)  # of which the judge has read hardly any
        if reading.forms["no"] < _DENIED or is_row or _is_counted(own, nearest):
            return found
        mine, theirs = words_in(own), words_in(self._report.slice(place))
        # The judge takes "they lack boats" for a no beside "the lack of boats".
        if (may_deny(mine) and may_deny(theirs)) or content_of(mine) <= content_of(theirs):
            return found
        start = len(statement.words) - len(own)
        meaning = Difference("meaning", own, self._report.slice(place), start, len(statement.words))
        return Compared("altered", found.places, (meaning,))

    def _nearest(self, text: str) -> Nearest:
        return self._retriever.nearest_sentences(text, _NEAREST)

    def _most_alike(
        self, nearest: Nearest, words: Sequence[Word]
    ) -> tuple[Span, Sequence[Word], WordAlignment]:
        """The sentence, or two neighbours, whose wording is most alike: place, words, alignment."""
        candidates = [
            (span, theirs, align(words, theirs))
            for position, _ in nearest
            for span, theirs in self._windows(position, len(words))
        ]
        return max(candidates, key=lambda candidate: candidate[2].likeness)

    def _windows(self, position: int, length: int) -> Iterator[tuple[Span, Sequence[Word]]]:
        """A sentence, and with each of its neighbours for a text that is longer than it."""
        sentence = self._report.sentences[position]
        words = in_figures(words_in(self._report.slice(sentence)))
        yield Span(sentence.start, sentence.end), words
        if length <= _LONGER * len(words):
            return
        for span in self._with_neighbours(position):
            yield span, in_figures(words_in(self._report.text[span.start : span.end]))

    def _sentence_at(self, place: Span) -> str:
        """The words of the sentences that a place touches."""
        touched = self._report.sentences_touched(place)
        start, end = (touched[0].start, touched[-1].end) if touched else (place.start, place.end)
        return self._report.text[start:end]


def _words(text: str, shift: int) -> tuple[Word, ...]:
    """The words of a part of a statement that begins `shift` characters into it."""
    words = in_figures(words_in(text))
    return tuple(replace(word, start=word.start + shift, end=word.end + shift) for word in words)


def _is_counted(own: str, nearest: Nearest) -> bool:
    """Whether a statement that agrees has a number of its own: that is better proof than the judge."""
    if nearest[0][1] < _COUNTED:
        return False
    return any(figure.kind == "number" for figure in figures_in(words_in(own), loose=False))


def _placed(difference: Difference, statement: Statement) -> Difference:
    """A difference with its place in the text instead of that in the statement's bare words."""
    start = statement.places[difference.start]
    end = statement.places[max(difference.start, difference.end - 1)] + 1
    return replace(difference, start=start, end=end)


class Vocabulary:
    """Made once for a report: `names` are written with a capital only, by the words of `about` the report
    itself is named."""

    def __init__(self, report: Report, wording: Wording) -> None:
        self._report = report
        known = (report.about.title, report.about.publisher, report.about.country, report.about.year)
        about = " ".join(str(one) for one in known if one)
        self.about = frozenset(word.key for word in words_in(about))
        lower = {word.key for word in wording.words if word.written.islower()}
        self.names = frozenset(
            word.key for word in wording.words if word.written[0].isupper() and word.key not in lower
        )
        self._terms = [
            (frozenset(w.key for w in words_in(term)), frozenset(w.key for w in words_in(meaning)))
            for block in report.blocks
            if block.kind == "glossary_entry"
            for term, _, meaning in [report.slice(block).partition(":")]
        ]

    def read_with(self, place: Span, evidence: Sequence[Word]) -> frozenset[str]:
        """The words that a place is read with: headings, lead-in, what the report is, acronyms either way."""
        block = self._report.block_at(place.start)
        around = " ".join([*block.section, *map(self._report.slice, block.context)]) if block else ""
        keys = {word.key for word in (*evidence, *words_in(around))} | self.about
        stems = spelt_alike(keys)
        for term, meaning in self._terms:
            if term <= keys:
                keys |= meaning
            elif spelt_alike(meaning) <= stems:
                keys |= term
        return frozenset(keys)
