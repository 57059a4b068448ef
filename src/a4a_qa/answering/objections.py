"""What speaks against an answer: why a question is refused, and what an answer to it seems to lack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from a4a_qa.answering.answer import MOST_CITATIONS, Reason, ReasonCode
from a4a_qa.answering.answer_kinds import Kind, kind_asked
from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.calls import asks_what_is_so, facts_first, is_call
from a4a_qa.answering.compose import Finding
from a4a_qa.answering.confidence import missing_numbers, numbers_in
from a4a_qa.answering.definition import leaves_undefined
from a4a_qa.answering.denial import negates
from a4a_qa.answering.named import absent_countries, full_names, named_in_full, other_places
from a4a_qa.answering.named_places import NamedPlaces
from a4a_qa.answering.opposites import other_group, other_role
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.premise import asks_what_is_said
from a4a_qa.answering.question import Question
from a4a_qa.answering.reasons import why_not
from a4a_qa.answering.relative_year import is_relative
from a4a_qa.answering.searching import Search, Searcher
from a4a_qa.answering.short_doubts import names_other_years
from a4a_qa.answering.values import YEARS
from a4a_qa.hits import Hits
from a4a_qa.index.lexical import words_of
from a4a_qa.notation import YEAR
from a4a_qa.report import Report

# The report deals with what is asked when that is as likely as not. What it seems to answer is refused if it
# is a fifth as likely that it does not deal with it, unless it surely does.
_IN_SCOPE, _SURELY_IN_SCOPE, _ELSEWHERE = 0.5, 0.7, 0.2
# It denies what a question takes for granted when that is as likely as not. What it denies so surely it deals
# with, even where that is only so likely.
_DENIED, _SURELY_DENIED, _IN_SCOPE_IF_DENIED = 0.5, 0.6, 0.2
# What has so many of its words, by rarity, in one passage is about what the report deals with: the curve
# takes a short question for one about something else too easily.
_MOSTLY_THERE = 0.7
# An answer that is not as likely right as wrong has a caveat, however surely the report has one.
_AS_LIKELY = 0.5
# What has a value for each group of people or places.
_FIGURES: tuple[Kind, ...] = ("share", "amount", "duration", "date", "year", "number")
# Smaller numbers may be those of a tier or of an article, or counted off a list.
_FIGURE = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w-])|(?<![\w.,-])\d{3,}(?![\w-])|\b\d+(?= ?(?:%|per ?cent))"
)
_ABOUT_SO_MANY = re.compile(
    r"\b(?:about|around|over|under|above|below|nearly|almost|roughly|some|than|least|most|to|and|between)\W+$",
    re.IGNORECASE,
)
# A year, and no period, that something is asked of.
_IN_YEAR = re.compile(rf"\b(?:in|during) ({YEAR})\b(?! ?[-–]| (?:to|and|or)\b)", re.IGNORECASE)


class Objections:
    """What speaks against answers from one report, by one calibration."""

    def __init__(self, report: Report, searcher: Searcher, calibration: Calibration) -> None:
        self._report = report
        self._searcher = searcher
        self._calibration = calibration
        about = (report.about.title, report.about.publisher, report.about.country)
        self._about = " ".join(filter(None, about))
        self._headings = tuple(dict.fromkeys(section.path[-1] for section in report.sections))

    @cached_property
    def _full_names(self) -> dict[str, str]:
        return full_names(self._report)

    def to_answer(
        self, asked: Question, hits: Hits, searches: Sequence[Search], least: Finding
    ) -> Reason | None:
        """What an answer seems to lack, the least sure part of which is this."""
        if others := self._other_values(asked, least.sentences):
            return lacking("other_value", "unsure", others)
        if self._is_only_called_for(asked, searches):
            return Reason("absent_detail", phrase("partial", "called_for"))
        if leaves_undefined(asked.search, self._text_of(least.sentences)):
            return Reason("absent_detail", phrase("partial", "undefined"))
        if least.answerable >= self._calibration.sure and least.confidence >= _AS_LIKELY:
            return None
        code, words = self.why(asked, hits, searches, least.sentences)
        if words:
            return lacking(code, "unsure", words)
        # What the judge would rather affirm nobody denies.
        if code == "false_premise" and any(s.signals.denied > s.signals.affirmed for s in searches):
            return Reason(code, phrase("partial", "premise"))
        return Reason("absent_detail", phrase("partial", "doubtful"))

    def _is_only_called_for(self, asked: Question, searches: Sequence[Search]) -> bool:
        """Whether it is asked if something is so, and what comes nearest calls for it, and nothing that is
        cited beside says that it is not."""
        return any(
            asks_what_is_so(asked.text if asked.follows else search.question)
            and is_call(search.chosen.sentences[0], self._report)
            and not self._denies(search.question, facts_first(search.chosen.sentences, self._report)[0])
            for search in searches
            if search.chosen.sentences
        )

    def _denies(self, question: str, position: int) -> bool:
        """Whether a sentence says that something is not so, with half of the words of a question at least."""
        text = self._report.text_of(position)
        asked = frozenset(words_of(question))
        is_about = len(asked.intersection(words_of(text))) >= len(asked) / 2
        return is_about and negates(question, text) and not is_call(position, self._report)

    def _text_of(self, positions: Sequence[int]) -> str:
        return " ".join(map(self._report.text_of, positions))

    def _other_values(self, asked: Question, cited: Sequence[int]) -> tuple[str, ...]:
        """The years, places and groups that something is asked of, and the figures that are to be confirmed,
        where what is cited tells of others."""
        text = self._text_of(cited)
        years = _missing_years(asked, text)
        figures = _exact_figures(asked.search) if asks_what_is_so(asked.text) and not asked.follows else ""
        absent = absent_countries(asked.search, f"{self._report.text} {self._about}")
        places = dict.fromkeys((*other_places(asked.search, text, self._report.text, self._about), *absent))
        group = other_group(asked.search, text) if kind_asked(asked.search) in _FIGURES else None
        others = (group, other_role(asked.search, text))
        return tuple(dict.fromkeys((*years, *missing_numbers(figures, text), *places, *filter(None, others))))

    def is_elsewhere(
        self, asked: Question, hits: Hits, searches: Sequence[Search], answerable: float
    ) -> bool:
        """Whether a question that may be answerable seems to be about something else altogether, or about
        nothing in particular."""
        if answerable >= self._calibration.sure:
            return False
        code, _ = self.why(asked, hits, searches)
        in_scope = self._in_scope(searches)
        may_be = in_scope < _SURELY_IN_SCOPE and code != "false_premise"
        is_likely = (1 - answerable) * (1 - in_scope) >= _ELSEWHERE * answerable
        return code == "unclear" or (may_be and is_likely)

    def _in_scope(self, searches: Sequence[Search]) -> float:
        """The probability that the report deals with what is searched for, where it does not answer."""
        if any(search.signals.in_passage >= _MOSTLY_THERE for search in searches):
            return 1.0
        return max(self._calibration.scope.probability(search.values) for search in searches)

    def why(
        self, asked: Question, hits: Hits, searches: Sequence[Search], cited: Sequence[int] = ()
    ) -> tuple[ReasonCode, tuple[str, ...]]:
        """Why the passage that comes nearest, and what is cited, may not answer a question, and the words
        that say so."""
        shown = f"{self._searcher.text_near(hits, cited)} {self._about}"
        shown = " ".join((shown, *named_in_full(asked.search, shown, self._full_names)))
        is_said = asks_what_is_said(asked.search)
        if is_said:
            # The section that is asked has no sentence with its name in it.
            question = asked.search.casefold()
            shown = " ".join((shown, *(one for one in self._headings if one.casefold() in question)))
        premise = max(self._calibration.premise.probability(search.premise_values) for search in searches)
        least = _IN_SCOPE_IF_DENIED if premise >= _SURELY_DENIED else _IN_SCOPE
        in_scope = self._in_scope(searches) >= least
        is_denied = premise >= _DENIED and not is_said
        return why_not(asked, hits, shown, in_scope=in_scope, is_denied=is_denied)


def _missing_years(asked: Question, text: str) -> tuple[str, ...]:
    """The years that something is asked of, and a text, which tells of others, does not tell of.

    A figure for a period is none for a year within it. «And in 1996?» asks for that year, even of what tells
    of none.
    """
    only_year = asked.follows and asked.follow_up is None
    # «And the year after?» has its year where it is searched for.
    asks = asked.text if only_year and not is_relative(asked.text) else asked.search
    years = " ".join((YEARS if only_year else _IN_YEAR).findall(asks))
    if not only_year and not names_other_years(years, text):
        return ()
    if kind_asked(asked.search) in _FIGURES:
        return tuple(year for year in numbers_in(years) if year not in numbers_in(text))
    return missing_numbers(years, text)


def _exact_figures(question: str) -> str:
    """The larger numbers of a question but for years and for such as say only about how many."""
    numbers = (match for match in _FIGURE.finditer(question) if not re.fullmatch(YEAR, match[0]))
    return " ".join(match[0] for match in numbers if not _ABOUT_SO_MANY.search(question, 0, match.start()))


def lacking(code: ReasonCode, phrase_name: str, words: Sequence[str]) -> Reason:
    """What an answer lacks, told by a phrase for partial answers and the words it is about."""
    return Reason(code, phrase("partial", phrase_name, unmatched="; ".join(words)), tuple(words))


def lacks_of_parts(missing: Sequence[str], unread: Sequence[str]) -> Reason | None:
    """What an answer lacks of the parts of a question: those that were not found, and not looked for."""
    lacks = [
        lacking("absent_detail", name, parts)
        for name, parts in (("part", missing), ("rest", unread))
        if parts
    ]
    if not lacks:
        return None
    return replace(lacks[0], message=". ".join(one.message for one in lacks), unmatched=(*missing, *unread))


def lacks_of_places(named: NamedPlaces) -> Reason | None:
    """What an answer lacks of the places that a question names: what is not there, or more than it cites; or
    another body that it is about than the one these places tell of."""
    if named.other_body:
        return lacking("absent_detail", "unsure", [named.other_body])
    if named.missing:
        return lacking("other_value", "part", [f"{named.kind} {number}" for number in named.missing])
    found: tuple[int, ...] = ()
    if named.kind in ("endnote", "item"):
        found = named.endnotes or named.numbers
    more = [f"{named.kind} {number}" for number in found[MOST_CITATIONS:]]
    return lacking("absent_detail", "more", more) if more else None
