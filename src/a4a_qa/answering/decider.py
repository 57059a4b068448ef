"""What was found → an answer or a refusal: from the place that a question names, or by search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.compose import Asked, Composer
from a4a_qa.answering.decision import Decision, SearchDecider
from a4a_qa.answering.lookup_decision import LookupDecider
from a4a_qa.hits import Hits
from a4a_qa.index.judge import Judge
from a4a_qa.lookup.places import Places
from a4a_qa.question.question import Question
from a4a_qa.report import Report
from a4a_qa.retrieval import Retriever


class Decider:
    """Decides about questions to one report by one calibration; raises CalibrationError if that is unfit."""

    def __init__(
        self, report: Report, retriever: Retriever, judge: Judge, composer: Composer, calibration: Calibration
    ) -> None:
        self.calibration = calibration
        self._parts = report, retriever, judge, composer
        self._by_search = SearchDecider(report, retriever, judge, composer, calibration)
        self._by_lookup = LookupDecider(report, retriever, composer, self._by_search)

    def recalibrated(self, calibration: Calibration) -> Decider:
        """The same, deciding by another calibration."""
        return Decider(*self._parts, calibration)

    def decide(
        self,
        asked: Question,
        about: Asked,
        lookup: Places | None,
        hits: Hits,
        allowed: NDArray[np.bool_] | None,
    ) -> Decision:
        """The answer to a question, given the place it names and the hits of all of it; `allowed` as in
        `Retriever.search`."""
        found = self._by_lookup.decide(asked, about, lookup, hits) if lookup else None
        return found or self._by_search.decide(asked, about, hits, allowed)

    def decide_source(self, about: Asked, before: Decision) -> Decision:
        """The answer to a question for the source of what was answered before, which cites something."""
        return self._by_lookup.decide_source(about, before)
