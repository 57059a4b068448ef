"""A place that a question names → an answer: an article, an item, an endnote, a page, a source, a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from a4a_qa.answering.answer import Answer, Reason
from a4a_qa.answering.articles import pick_article, says_more_than_article
from a4a_qa.answering.compose import Asked, Composer, Finding
from a4a_qa.answering.confidence import LookupSignals, lookup_signals, numbers_in
from a4a_qa.answering.decision import Decision, SearchDecider
from a4a_qa.answering.lookup import Lookup, SourceAsked
from a4a_qa.answering.mentions import Mention
from a4a_qa.answering.named_places import NamedPlaces
from a4a_qa.answering.named_work import asks_who_published, work_named_for
from a4a_qa.answering.numbered import ARTICLE
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.places import Placed, all_of_mention, beginning_of, lacks_of_places
from a4a_qa.answering.question import Question
from a4a_qa.answering.searching import Search
from a4a_qa.answering.section_names import NamedPlace
from a4a_qa.answering.source_wording import (
    asks_for_article,
    asks_of_entry,
    asks_who_reported,
    sounds_like_work,
)
from a4a_qa.answering.sources import FoundSource, find_source, named_source, note_behind
from a4a_qa.hits import Hits
from a4a_qa.notation import YEAR
from a4a_qa.report import Report, Span
from a4a_qa.retrieval import Retriever

# A question for a source is one about something else when nothing meets it as well as this.
_LEAST_SOURCE = 0.42
# A question that names an article asks for something else when the report is this unlikely to answer it.
_ARTICLE_DOUBT = 0.27


class LookupDecider:
    """Decides about questions to one report that name a place in it; searching has its say."""

    def __init__(
        self, report: Report, retriever: Retriever, composer: Composer, search: SearchDecider
    ) -> None:
        self._report = report
        self._retriever = retriever
        self._composer = composer
        self._search = search

    def decide_source(self, about: Asked, before: Decision) -> Decision:
        """The answer to a question for the source of what was answered before, which cites something."""
        cited, sentences = before.findings[0], self._report.sentences
        within = (p for place in cited.places for p in self._report.positions_touched(place.start, place.end))
        stated = [*cited.sentences, *within]
        articles = tuple(p for p in stated if ARTICLE.search(self._report.text_of(p)))
        if articles and asks_for_article(about.question):
            signals = lookup_signals("article", 1.0, cited.answerable, 0.0)
            # Of several articles none is the answer in short.
            each = tuple(self._looked_up(signals, (position,), ()) for position in articles)
            return Decision(self._composer.answered(about, each), before.searches, each, signals)
        # Of several sentences the first that has one: it is what the others rest on too, as a rule.
        noted = [position for position in stated if sentences[position].endnotes]
        statement = next(iter(noted or stated), None)
        own = () if statement is None else sentences[statement].endnotes
        found = FoundSource(statement, cited.endnotes or own, 1.0)
        if statement is None and not found.endnotes:
            # Lines of the imprint are no sentences.
            missing = Reason("absent_detail", phrase("partial", "no_note"))
            return Decision(self._composer.answered(about, [cited], missing), before.searches, (cited,))
        return self._sourced(about, before.searches, found, cited.answerable, 0.0)

    def decide(self, asked: Question, about: Asked, lookup: Lookup, hits: Hits) -> Decision | None:
        """Answer from the place that the question names; None when it seems to mean another."""
        match lookup:
            case SourceAsked():
                return self._look_up_source(asked, about, lookup, hits)
            case NamedPlace():
                return self._look_up_place(asked, about, lookup, hits)
            case Mention():
                return self._look_up_mention(asked, about, lookup, hits)
            case NamedPlaces():
                return self._look_up_named(asked, about, lookup, hits)

    def _look_up_named(self, asked: Question, about: Asked, named: NamedPlaces, hits: Hits) -> Decision:
        """What is named by a number, an abbreviation or its kind."""
        search = self._search.read(asked, hits)
        found = self._search.finding(search)
        sentences = named.sentences
        if named.kind == "acronym":
            sentences = self._search.abbreviations.explained(asked.text, sentences, hits)
        elif named.kind == "article":
            sentences = tuple(pick_article(named, hits, asked.words, self._report))
        elif named.kind == "item":
            sentences = tuple(p for start in named.sentences for p in self._whole_block(start))
        if not sentences and not named.endnotes and not named.places:
            return Decision(self._not_there(about, named, hits), (search,))
        asks_more = says_more_than_article(asked.words) and not asked.follows and len(named.numbers) == 1
        if named.kind == "article" and asks_more and found.answerable < _ARTICLE_DOUBT:
            return Decision(self._search.refuse(asked, about, hits, (search,), found.confidence), (search,))
        signals = lookup_signals(named.kind, 1.0, found.answerable, search.chosen.signals.several)
        finding = self._looked_up(signals, sentences, named.endnotes, named.places)
        told = search.told
        if told and told.answer.polarity and search.chosen.sentences[0] in sentences:
            finding = replace(finding, told=told)
        answer = self._composer.answered(about, [finding], lacks_of_places(named))
        return Decision(answer, (search,), (finding,), signals)

    def _not_there(self, about: Asked, named: NamedPlaces, hits: Hits) -> Answer:
        """The refusal where no place has the number that is named, or a section has no endnotes."""
        places = [f"{named.kind} {number}" for number in named.missing or named.numbers]
        if not places:
            none = self._composer.reason("absent_detail", phrase_name="no_notes")
            return self._composer.refused(about, none, 0.0)
        # A law has more articles than a report names; items and endnotes are its own.
        is_own = named.kind in ("item", "endnote")
        name, near = ("no_place", None) if is_own else ("not_mentioned", hits)
        reason = self._composer.reason("other_value", near, places, phrase_name=name)
        return self._composer.refused(about, reason, 0.0)

    def _looked_up(
        self,
        signals: LookupSignals,
        sentences: Sequence[int],
        endnotes: Sequence[int],
        places: Sequence[Span] = (),
    ) -> Finding:
        """What a look-up found: it names its place, and is as often right as others like it were."""
        confidence = self._search.calibration.lookup.probability(asdict(signals))
        return Finding(tuple(sentences), confidence, confidence, tuple(endnotes), tuple(places))

    def _look_up_place(self, asked: Question, about: Asked, named: NamedPlace, hits: Hits) -> Decision:
        """A section, or something in it, or a page."""
        if named.rest:
            return self._look_up_within(asked, about, named)
        searches = (self._search.read(asked, hits),)
        if named.sentences:
            return self._placed(about, searches, beginning_of(named))
        reason = self._composer.reason("other_value", None, [f"page {named.page}"], phrase_name="no_page")
        return Decision(self._composer.refused(about, reason, 0.0), searches)

    def _look_up_within(self, asked: Question, about: Asked, named: NamedPlace) -> Decision:
        """What a section says of something: what is surely found in it, else the sentences that have the
        words."""
        asked = replace(asked, search=named.search or asked.search)
        inside = np.zeros(len(self._report.sentences), bool)
        inside[list(named.within)] = True
        hits = self._retriever.search(asked.search, allowed=inside)
        scores = {hit.passage: hit.score for hit in hits.passages}
        about = replace(about, passages=self._composer.passages(hits, about.k), scores=scores)
        decision = self._search.decide(asked, about, hits, inside)
        if decision.answer.status == "answered" or not named.sentences:
            return decision
        mention = Mention(named.rest, True, named.sentences)
        return self._placed(about, decision.searches, all_of_mention(mention, hits))

    def _look_up_mention(self, asked: Question, about: Asked, mention: Mention, hits: Hits) -> Decision:
        """Where a name stands, or what is said of it or by it.

        For what is said, searching comes first: as long as it surely finds a sentence that has the name, or
        one of both for an ordinary word, or finds anything where more is asked than the name.
        """
        if mention.is_asked:
            searches: tuple[Search, ...] = (self._search.read(asked, hits),)
        else:
            decision = self._search.decide(asked, about, hits, None)
            cited = {position for finding in decision.findings for position in finding.sentences}
            is_sure, has_name = decision.answer.status == "answered", bool(cited & set(mention.sentences))
            either_is_enough = mention.is_common and (is_sure or has_name)
            if (is_sure and has_name) or either_is_enough or (cited and mention.is_last):
                return decision
            searches = decision.searches
        if mention.is_found:
            return self._placed(about, searches, all_of_mention(mention, hits))
        return Decision(self._not_mentioned(about, mention), searches)

    def _placed(self, about: Asked, searches: tuple[Search, ...], placed: Placed) -> Decision:
        """The answer that cites places, which are as sure as if each was named by its number."""
        signals = lookup_signals("item", 1.0, 1.0, 0.0)
        finding = self._looked_up(signals, placed.sentences, placed.endnotes, placed.places)
        answer = self._composer.answered(about, [finding], placed.missing)
        return Decision(answer, searches, (finding,), signals)

    def _not_mentioned(self, about: Asked, mention: Mention) -> Answer:
        reason = self._composer.reason("out_of_scope", None, [mention.name], phrase_name="not_mentioned")
        return self._composer.refused(about, reason, 0.0)

    def _look_up_source(
        self, asked: Question, about: Asked, lookup: SourceAsked, hits: Hits
    ) -> Decision | None:
        """The endnotes of the statement that is asked about, then the statement itself."""
        # The words that ask for a source («speech», «paper») may be those of the endnote.
        wordings = {asked.search: hits}
        if lookup.rest:
            hits = wordings[lookup.rest] = self._retriever.search(lookup.rest)
        described = [self._retriever.endnote_scores(wording) for wording in wordings]
        if lookup.endnotes:
            found = named_source(lookup.endnotes, list(wordings.values()), described, self._report)
            found = found if lookup.may_be_chance else replace(found, score=1.0)
        else:
            figures = " ".join(number for number in numbers_in(lookup.rest) if not re.fullmatch(YEAR, number))
            found = find_source(list(wordings.values()), described, self._report, figures)
        if found.score < _LEAST_SOURCE or (not found.endnotes and asks_who_reported(asked.text)):
            return None
        search = self._search.read(asked, hits)
        answerable = self._search.finding(search).answerable
        is_sure = answerable >= self._search.calibration.sure
        # «Which newspaper reported …?»: a sentence may say so itself.
        said = search.chosen.sentences[:1] if is_sure and not lookup.endnotes else ()
        if said and found.is_vague and not asks_of_entry(asked.text):
            found = replace(found, statement=said[0], endnotes=self._report.sentences[said[0]].endnotes)
            if not found.endnotes:
                return None
        if is_sure and lookup.may_be_chance:
            return None
        return self._sourced(about, (search,), found, answerable, search.chosen.signals.several, said)

    def _sourced(
        self,
        about: Asked,
        searches: tuple[Search, ...],
        found: FoundSource,
        answerable: float,
        several: float,
        said: Sequence[int] = (),
    ) -> Decision:
        """The answer that cites endnotes and what rests on them, or says that none stands on it; what is
        `said` of it is cited first."""
        shown, missing, named = found.endnotes, None, None
        if found.statement is not None and not shown:
            named = work_named_for(about.question, found.statement, self._report)
            shown = () if named is None else self._report.sentences[named].endnotes
            if named is None:
                shown, missing = self._without_note(about.question, found.statement)
        signals = lookup_signals(
            "source",
            found.score,
            answerable,
            several,
            noted=missing is None,
            stated=found.statement is not None,
            ahead=found.ahead,
        )
        stated = (position for position in (named, *said, found.statement) if position is not None)
        finding = self._looked_up(signals, tuple(dict.fromkeys(stated)), shown)
        return Decision(self._composer.answered(about, [finding], missing), searches, (finding,), signals)

    def _without_note(self, question: str, statement: int) -> tuple[tuple[int, ...], Reason]:
        """What is shown and said of a statement on which no endnote stands. Who wrote a work, and where it is
        to be found, only the next one tells; who published it, mostly none."""
        behind = note_behind(statement, self._report)
        reason = Reason("absent_detail", phrase("partial", "no_note" if behind is None else "following_note"))
        is_wanted = sounds_like_work(question) and not asks_who_published(question)
        return (behind,) if behind is not None and is_wanted else (), reason

    def _whole_block(self, position: int) -> range:
        """The sentences of the block that begins with this one."""
        block = self._report.block_at(self._report.sentences[position].start)
        count = len(self._report.sentences_in(block.start, block.end)) if block else 1
        return range(position, position + count)
