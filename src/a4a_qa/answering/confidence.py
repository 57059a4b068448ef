"""Raw signals: what speaks for and against the best sentences answering a question.

Ranks say nothing about whether there is an answer, and a question that comes near the report without being
answered by it scores higher than one that is: it reuses the report's words. So the decision weighs what
speaks for an answer (how well the best sentence and its passage meet the question, and its least met word
above all) against what speaks against one (numbers and names that do not stand there), and hears the judge,
which has read the question beside the sentences. Curves fitted on development questions make probabilities of
it (`calibration.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from a4a_qa.index.lexical import LexicalIndex, words_of
from a4a_qa.index.retrieval import Alignment, Hits
from a4a_qa.lookup.places import Kind
from a4a_qa.models.judge import Reading
from a4a_qa.question.query import Query
from a4a_qa.text.names import names_in
from a4a_qa.text.notation import YEAR
from a4a_qa.text.numerals import values_in_words

# The judge's raw scores beyond this say no more.
_SURE_VERDICT = 6.0
# What makes about 1 of the rarity of a few words, how much of it all words have at most, which only a whole
# sentence that somebody asks would exceed, and how many names count.
_MUCH_RARITY, _MOST_RARITY, _MANY_NAMES = 8.0, 8.0, 3
_NUMBER = re.compile(r"\b\d+(?:[.,/]\d+)*\b")
# "2007-2010", "from 2007 to 2010", "between 2007 and 2010"
_PERIOD = re.compile(
    rf"\b({YEAR})\s?[-–]\s?({YEAR})\b|\b(?:from|between) ({YEAR}) (?:to|and|until) ({YEAR})\b", re.IGNORECASE
)
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known about a question and its best sentence; all between 0 and about 1, but for
    `judged` and `judged_cited`, which begin at -1, and `rarity_met`, which is 8 at most.

    `best` and `second` are the late-interaction scores of the two best sentences, `lead` is the distance of
    their final scores. `met` is how well the question's words are met by the sentence and its passage,
    `least_met` that of the worst met one, `least_telling_met` the same for words that tell something.
    `in_passage` is the share of the question's words,
    by rarity, that stand in the passage; `numbers_missing` is the share of its numbers that do not,
    `numbers_uncited` of those that are not cited. `rarity_met` is the rarity of all words that stand in the
    passage, `rarest_unmet` that of the rarest that does not; of names, `names_met` counts those of the
    passage and `names_unknown` those that are nowhere in the report. `judged` is what the judge makes of the
    best sentence, `judged_cited` of all that is cited together, from -1 to 1. `in_no_words` is its
    probability that nothing so short as some words of the best sentence answers, `in_words` that some do, and
    `in_these_words` that these, if some do, begin and end where it finds likeliest. `denied` and `affirmed`
    are its probabilities of a no and a yes to what the question takes for granted.
    """

    best: float
    second: float
    lead: float
    met: float
    least_met: float
    least_telling_met: float
    in_passage: float
    numbers_missing: float
    numbers_uncited: float
    rarity_met: float
    rarest_unmet: float
    names_met: float
    names_unknown: float
    judged: float
    judged_cited: float
    in_no_words: float
    in_words: float
    in_these_words: float
    denied: float
    affirmed: float


# The kinds of look-ups that have a weight of their own.
LOOKED_UP: tuple[Kind, ...] = (
    "article",
    "item",
    "endnote",
    "acronym",
    "imprint",
    "recommendations",
    "source",
)


@dataclass(frozen=True, slots=True)
class LookupSignals:
    """What is known about something that was looked up; all between 0 and about 1.

    One of the kinds is 1, a source having none. `match` is how well the source found matches the question, 1
    for the others, which name their place; `answerable` is the probability that searching answers the
    question, `several` says that it asks for several things. Of a source, `noted` is 0 when no endnote stands
    on the statement and the text names no work, `stated` is 0 when endnotes were found without a statement,
    and `ahead` is how much better the best statement that has an endnote meets the question than the next.
    """

    article: float
    item: float
    endnote: float
    acronym: float
    imprint: float
    recommendations: float
    match: float
    answerable: float
    several: float
    noted: float
    stated: float
    ahead: float


def lookup_signals(
    kind: Kind,
    match: float,
    answerable: float,
    several: float,
    *,
    noted: bool = True,
    stated: bool = True,
    ahead: float = 0.0,
) -> LookupSignals:
    """The signals of something looked up, of this kind. An overview, a section, a page and a name are as sure
    as an item."""
    counted = "item" if kind in ("overview", "section", "page", "mention") else kind
    kinds = {name: float(name == counted) for name in LOOKED_UP if name != "source"}
    return LookupSignals(
        **kinds,
        match=match,
        answerable=answerable,
        several=several,
        noted=float(noted),
        stated=float(stated),
        ahead=ahead,
    )


_NONE = Signals(**dict.fromkeys(Signals.__dataclass_fields__, 0.0))


def read_signals(
    hits: Hits,
    query: Query,
    *,
    passage: str,
    cited: str,
    reading: Reading | None,
    judged_cited: float,
    premises: Sequence[Reading],
    lexical: LexicalIndex,
) -> Signals:
    """The signals of a question, given the passage of its best sentence and what would be cited, as text, and
    what the judge makes of its best sentence, if it has one, of what would be cited, and beside the best
    sentence of the `premises` of the question."""
    alignment = hits.alignment
    if alignment is None or not len(alignment.weights) or reading is None:
        return _NONE
    met = alignment.met
    best, *others = hits.sentences
    second = others[0] if others else best
    rarity = {word: lexical.rarity(word) for word in query.words}
    total = sum(rarity.values()) or 1.0
    there = frozenset(words_of(passage))
    numbers = max(1, len(numbers_in(query.search)))
    names = [own for name in names_in(query.search) if (own := words_of(name))]
    telling = met_words(alignment)
    words = reading.likeliest_words()
    return Signals(
        best=best.late,
        second=second.late,
        lead=best.score - second.score,
        met=float(met @ alignment.weights),
        least_met=float(met.min()),
        least_telling_met=float(min(telling.values(), default=met.min())),
        in_passage=sum(weight for word, weight in rarity.items() if word in there) / total,
        numbers_missing=len(missing_numbers(query.search, passage)) / numbers,
        numbers_uncited=len(missing_numbers(query.search, cited)) / numbers,
        rarity_met=min(
            _MOST_RARITY, sum(weight for word, weight in rarity.items() if word in there) / _MUCH_RARITY
        ),
        rarest_unmet=max((weight for word, weight in rarity.items() if word not in there), default=0.0)
        / _MUCH_RARITY,
        names_met=_count(there.issuperset(name) for name in names),
        names_unknown=_count(not all(map(lexical.knows, name)) for name in names),
        judged=verdict_of(reading.score),
        judged_cited=judged_cited,
        in_no_words=reading.forms["none"],
        in_words=reading.forms["words"],
        in_these_words=words.probability if words else 0.0,
        denied=max((one.forms["no"] for one in premises), default=0.0),
        affirmed=premises[-1].forms["yes"] if premises else 0.0,
    )


def _count(are_so: Iterable[bool]) -> float:
    """How many names are so, from 0 to 1."""
    return min(1.0, sum(are_so) / _MANY_NAMES)


def verdict_of(score: float) -> float:
    """The judge's raw score on a scale from -1 to 1."""
    return float(np.clip(score, -_SURE_VERDICT, _SURE_VERDICT)) / _SURE_VERDICT


def met_words(alignment: Alignment) -> dict[str, float]:
    """How well each telling word is met."""
    pairs = zip(alignment.words, alignment.met.tolist(), strict=True)
    return {word: found for word, found in pairs if words_of(word)}


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers and years that a text writes in digits, each once."""
    return tuple(dict.fromkeys(_NUMBER.findall(text)))


def missing_numbers(question: str, passage: str) -> tuple[str, ...]:
    """The numbers and years that a question writes in digits and a passage has neither in digits, with commas
    in thousands or not, nor in words, nor within a period."""
    there = {_plain(number) for number in numbers_in(passage)} | set(values_in_words(passage).values())
    there |= _years_within(passage)
    return tuple(number for number in numbers_in(question) if _plain(number) not in there)


def _years_within(text: str) -> frozenset[str]:
    """The years within the periods that a text tells of, but for their edges."""
    edges = ([int(year) for year in found.groups() if year] for found in _PERIOD.finditer(text))
    return frozenset(str(year) for first, last in edges for year in range(first + 1, last))


def _plain(number: str) -> str:
    return _THOUSANDS.sub("", number)
