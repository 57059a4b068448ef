"""Hits → an answer or a refusal: each part of a question decided by what searching found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.answer import Answer, ReasonCode
from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.compose import Asked, Composer, Finding
from a4a_qa.answering.confidence import LookupSignals
from a4a_qa.answering.reasons import caveat, is_of_other_years, lacks_of_parts, why_not
from a4a_qa.answering.searching import Search, Searcher
from a4a_qa.answering.selection import as_parts
from a4a_qa.index.retrieval import Hits, Retriever
from a4a_qa.models.judge import Judge
from a4a_qa.question.query import MOST_PARTS, Query
from a4a_qa.report.report import Report

# An answer that is not as likely right as wrong has a caveat, however surely the report has one.
_AS_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and what it was decided on: a search for each part of the question, what is cited of them,
    and for what was looked up, its signals."""

    answer: Answer
    searches: tuple[Search, ...]
    findings: tuple[Finding, ...] = ()
    looked_up: LookupSignals | None = None


class SearchDecider:
    """Decides by search about questions; raises CalibrationError if its calibration is unfit."""

    def __init__(
        self, report: Report, retriever: Retriever, judge: Judge, composer: Composer, calibration: Calibration
    ) -> None:
        self.calibration = calibration
        self._about = " ".join(
            filter(None, (report.about.title, report.about.publisher, report.about.country))
        )
        self._retriever = retriever
        self._searcher = Searcher(
            report, retriever, judge, calibration, distressing=composer.distressing_sentences
        )
        self._composer = composer

    def decide(self, about: Asked, hits: Hits, allowed: NDArray[np.bool_] | None) -> Decision:
        """Answer by search: each thing that is asked on its own."""
        queries, unread = about.query.sub_queries[:MOST_PARTS], about.query.sub_queries[MOST_PARTS:]
        found = hits if len(queries) == 1 else None
        searches = tuple(
            self._searcher.read(one, found or self._retriever.search(one.search, allowed=allowed))
            for one in queries
        )
        hits = searches[0].hits if len(searches) == 1 else hits
        chosen = as_parts([search.chosen for search in searches])
        searches = tuple(replace(s, chosen=one) for s, one in zip(searches, chosen, strict=True))
        findings = [self.finding(search) for search in searches]
        good = [finding for finding in findings if self._is_good(finding)]
        if not good:
            best = max(findings, key=lambda finding: finding.answerable)
            return Decision(self.refuse(about, hits, searches, best.confidence), searches)
        pairs = zip(queries, findings, strict=True)
        missing = [one.text for one, finding in pairs if not self._is_good(finding)]
        least = min(good, key=lambda finding: finding.answerable)
        lacks = lacks_of_parts(missing, [one.text for one in unread])
        if lacks is None:
            code, unmatched = self._why_not(about.query, hits, searches, least.sentences)
            is_sure = least.answerable >= self.calibration.sure and least.confidence >= _AS_LIKELY
            # However sure it is, an answer that tells of another year than is asked about says so.
            if not is_sure or is_of_other_years(unmatched, self._searcher.text_of(least.sentences)):
                lacks = caveat(code, unmatched)
        # What is not found counts too: the answer is as sure as its least sure part.
        confidence = min(finding.confidence for finding in findings)
        return Decision(self._composer.answered(about, good, lacks, confidence), searches, tuple(good))

    def read(self, query: Query, hits: Hits) -> Search:
        """What searching for all of a query came to."""
        return self._searcher.read(query, hits)

    def finding(self, search: Search) -> Finding:
        """What is cited of a search, and how sure that is."""
        if not search.chosen.sentences:
            return Finding((), 0.0, 0.0)
        answerable = self._answerable(search)
        # What is not answered is not answered rightly: two curves know that only roughly.
        right = min(answerable, self.calibration.right.probability(search.values))
        sentences, set_apart = search.chosen.sentences, search.chosen.set_apart
        return Finding(sentences, answerable, right, told=search.told, set_apart=set_apart)

    def _answerable(self, search: Search) -> float:
        """How likely it is that the report answers what was searched for."""
        return self.calibration.answerable.probability(search.values) if search.chosen.sentences else 0.0

    def refuse(self, about: Asked, hits: Hits, searches: Sequence[Search], confidence: float) -> Answer:
        """The refusal of a question, with why and with what comes nearest."""
        code, unmatched = self._why_not(about.query, hits, searches)
        return self._composer.refused(about, self._composer.reason(code, hits, unmatched), confidence)

    def _why_not(
        self, query: Query, hits: Hits, searches: Sequence[Search], cited: Sequence[int] = ()
    ) -> tuple[ReasonCode, tuple[str, ...]]:
        """Why the passage that comes nearest, and what is cited, may not answer a question, and the words
        that say so."""
        shown = f"{self._searcher.text_near(hits, cited)} {self._about}"
        return why_not(
            query,
            hits.alignment,
            shown,
            told=self._searcher.text_of(cited) if cited else shown,
            elsewhere=max(search.signals.met for search in searches) < self.calibration.elsewhere,
            denied=max(search.signals.denied for search in searches),
        )

    def _is_good(self, finding: Finding) -> bool:
        return bool(finding.sentences) and finding.answerable >= self.calibration.threshold
