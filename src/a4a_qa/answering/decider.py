"""What was found → an answer or a refusal: from the place that a question names, or by search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.answer import MOST_CITATIONS, Answer, Reason, ReasonCode
from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.cite import following_endnote
from a4a_qa.answering.compose import Asked, Composer, Finding
from a4a_qa.answering.confidence import LookupSignals, lookup_signals, numbers_in
from a4a_qa.answering.decision import Decision, SearchDecider
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.reasons import lacking
from a4a_qa.answering.searching import Search
from a4a_qa.answering.source_search import FoundSource, find_source, named_source
from a4a_qa.index.retrieval import Hits, Retriever
from a4a_qa.lookup.numbers import ARTICLE, pick_article, says_more_than_article
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.wordings import rows
from a4a_qa.models.judge import Judge
from a4a_qa.question.query import Query
from a4a_qa.report.report import Report, Span
from a4a_qa.text.notation import YEAR

# A question for a source is one about something else when nothing meets it as well as this.
_LEAST_SOURCE = 0.47
# A question that names an article asks for something else when the report is this unlikely to answer it.
_ARTICLE_DOUBT = 0.27


class Decider:
    """Decides about questions to one report by one calibration; raises CalibrationError if that is unfit."""

    def __init__(
        self, report: Report, retriever: Retriever, judge: Judge, composer: Composer, calibration: Calibration
    ) -> None:
        self.calibration = calibration
        self._report = report
        self._retriever = retriever
        self._judge = judge
        self._composer = composer
        self._search = SearchDecider(report, retriever, judge, composer, calibration)

    def recalibrated(self, calibration: Calibration) -> Decider:
        """The same, deciding by another calibration."""
        return Decider(self._report, self._retriever, self._judge, self._composer, calibration)

    def decide(
        self, about: Asked, places: Places | None, hits: Hits, allowed: NDArray[np.bool_] | None
    ) -> Decision:
        """The answer to a query, given the places it names and the hits of all of it; `allowed` as in
        `Retriever.search`."""
        found = self._looked_up(about, places, hits) if places else None
        return found or self._search.decide(about, hits, allowed)

    def decide_source(self, about: Asked, before: Decision) -> Decision:
        """The answer to a question for the source of what was answered before, which cites something."""
        cited, sentences = before.findings[0], self._report.sentences
        within = (p for place in cited.places for p in self._report.positions_touched(place.start, place.end))
        stated = [*cited.sentences, *within]
        articles = tuple(p for p in stated if ARTICLE.search(self._report.text_of(p)))
        if articles and rows()["which_article"].match(about.query.text):
            signals = lookup_signals("article", 1.0, cited.answerable, 0.0)
            # Of several articles none is the answer in short.
            each = tuple(self._named(signals, (position,), ()) for position in articles)
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

    def _looked_up(self, about: Asked, places: Places, hits: Hits) -> Decision | None:
        """Answer from the places that the query names; None when it seems to mean others."""
        query = about.query
        if places.kind == "source":
            return self._look_up_source(about, places, hits)
        if places.after_search:
            decision = self._search.decide(about, hits, None)
            if decision.answer.citations or not places.is_found:
                return decision
        search = self._search.read(query, hits)
        if not places.is_found:
            return Decision(self._not_there(about, places, hits), (search,))
        found = self._search.finding(search)
        sentences = self._sentences_of(places, query, hits)
        asks_more = says_more_than_article(query.words) and not query.follows and len(places.numbers) == 1
        if places.kind == "article" and asks_more and found.answerable < _ARTICLE_DOUBT:
            return Decision(self._search.refuse(about, hits, (search,), found.confidence), (search,))
        signals = lookup_signals(places.kind, 1.0, found.answerable, search.chosen.signals.several)
        # Where sentences rest on endnotes that have a name, one endnote is enough.
        most_notes = 1 if places.kind == "mention" and sentences else MOST_CITATIONS
        finding = self._named(signals, sentences, places.endnotes[:most_notes], places.spans)
        told = search.told
        if told and told.answer.polarity and search.chosen.sentences[0] in sentences:
            finding = replace(finding, told=told)
        answer = self._composer.answered(about, [finding], lacks_of_places(places))
        answer = self._composer.overview(answer) if places.is_of_whole else answer
        return Decision(answer, (search,), (finding,), signals)

    def _sentences_of(self, places: Places, query: Query, hits: Hits) -> tuple[int, ...]:
        """The sentences to cite of those that a query names."""
        scores = {hit.sentence: hit.score for hit in hits.sentences}
        if places.kind == "article":
            return tuple(pick_article(places, scores, query.words, self._report, MOST_CITATIONS))
        if places.kind == "mention":
            best_first = sorted(places.sentences, key=lambda p: (-scores.get(p, 0.0), p))
            return tuple(best_first[:MOST_CITATIONS])
        if places.kind == "acronym" and len(places.sentences) == 1:
            return self._explained(places.sentences[0], hits)
        return places.sentences

    def _explained(self, entry: int, hits: Hits) -> tuple[int, ...]:
        """An entry of the glossary, and the best sentence that has its term."""
        term = re.escape(self._report.text_of(entry).partition(":")[0])
        has_term = re.compile(rf"(?<![\w-]){term}(?![\w-])")
        others = (hit.sentence for hit in hits.sentences if hit.sentence != entry)
        best = next((p for p in others if has_term.search(self._report.text_of(p))), None)
        return (entry,) if best is None else (entry, best)

    def _not_there(self, about: Asked, places: Places, hits: Hits) -> Answer:
        """The refusal where the report has no such place, or a section no endnotes."""
        if not places.missing:
            none = self._composer.reason("absent_detail", hits, phrase_name="no_notes")
            return self._composer.refused(about, none, 0.0)
        # A law has more articles than a report names; items, endnotes and pages are its own.
        is_own = places.kind in ("item", "endnote", "page")
        name = "no_place" if is_own else "not_mentioned"
        name = "no_page" if places.kind == "page" else name
        code: ReasonCode = "out_of_scope" if places.kind == "mention" else "other_value"
        reason = self._composer.reason(code, hits, places.missing, phrase_name=name)
        return self._composer.refused(about, reason, 0.0)

    def _named(
        self,
        signals: LookupSignals,
        sentences: Sequence[int],
        endnotes: Sequence[int],
        places: Sequence[Span] = (),
    ) -> Finding:
        """What a look-up found: the query names its place, and is as often right as others like it were."""
        confidence = self._search.calibration.lookup.probability(asdict(signals))
        return Finding(tuple(sentences), confidence, confidence, tuple(endnotes), tuple(places))

    def _look_up_source(self, about: Asked, lookup: Places, hits: Hits) -> Decision | None:
        """The endnotes of the statement that is asked about, then the statement itself."""
        # The words that ask for a source ("speech", "paper") may be those of the endnote.
        wordings = {about.query.search: hits}
        if lookup.statement:
            hits = wordings[lookup.statement] = self._retriever.search(lookup.statement)
        described = [self._retriever.endnote_scores(wording) for wording in wordings]
        if lookup.endnotes:
            found = named_source(lookup.endnotes, list(wordings.values()), described, self._report)
            found = replace(found, score=1.0)
        else:
            numbers = numbers_in(lookup.statement)
            figures = " ".join(number for number in numbers if not re.fullmatch(YEAR, number))
            found = find_source(list(wordings.values()), described, self._report, figures)
        may_be_said = not found.endnotes and rows()["who_reported"].match(about.query.text)
        if found.score < _LEAST_SOURCE or may_be_said:
            return None
        search = self._search.read(about.query, hits)
        answerable = self._search.finding(search).answerable
        is_sure = answerable >= self._search.calibration.sure
        # "Which newspaper reported …?": a sentence may say so itself.
        said = search.chosen.sentences[:1] if is_sure and not lookup.endnotes else ()
        if said and found.is_vague:
            found = replace(found, statement=said[0], endnotes=self._report.sentences[said[0]].endnotes)
            if not found.endnotes:
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
        missing = None
        if found.statement is not None and not found.endnotes:
            shown = following_endnote(self._report.sentences[found.statement], self._report)
            name = "no_note" if shown is None else "following_note"
            missing = Reason("absent_detail", phrase("partial", name))
        signals = lookup_signals(
            "source",
            found.score,
            answerable,
            several,
            noted=missing is None,
            stated=found.statement is not None,
            ahead=found.ahead,
        )
        stated = (position for position in (*said, found.statement) if position is not None)
        finding = self._named(signals, tuple(dict.fromkeys(stated)), found.endnotes)
        return Decision(self._composer.answered(about, [finding], missing), searches, (finding,), signals)


def lacks_of_places(places: Places) -> Reason | None:
    """What an answer lacks of the places that a question names: another body is asked about than the one that
    these tell of, some are not there, or there is more than is cited."""
    if places.other_body:
        return lacking("absent_detail", "unsure", [places.other_body])
    if places.missing:
        return lacking("other_value", "part", places.missing)
    if places.kind == "mention":
        count = len(places.sentences) or len(places.endnotes)
        words = [f"{places.shown} ({count})"]
        return lacking("absent_detail", "mentions", words) if count > MOST_CITATIONS else None
    if places.shown:
        return Reason("absent_detail", phrase("partial", places.shown))
    more = [f"{places.kind} {number}" for number in places.numbers[MOST_CITATIONS:]]
    is_counted = places.kind in ("endnote", "item")
    return lacking("absent_detail", "more", more) if is_counted and more else None
