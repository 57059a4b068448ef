"""Hits → what to cite of them, with all that speaks for and against its being an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.confidence import LookupSignals, Signals, read_signals, verdict_of
from a4a_qa.answering.selection import CompletenessSignals, EvidenceSignals, Selection, select
from a4a_qa.answering.short_answer import Told, told_by_judge
from a4a_qa.errors import CalibrationError
from a4a_qa.index.passages import sentences_in_place
from a4a_qa.index.retrieval import Hits, Retriever
from a4a_qa.models.judge import Judge, Reading
from a4a_qa.question.query import Query
from a4a_qa.report.report import Place, Report


@dataclass(frozen=True, slots=True)
class Search:
    """What searching for a query, or a part of one, came to: its hits, the sentences to cite, the signals
    of both, and the short answer that the judge reads in the best."""

    query: Query
    hits: Hits
    chosen: Selection
    signals: Signals
    told: Told | None

    @property
    def values(self) -> dict[str, float]:
        """All signals by their names."""
        return asdict(self.signals) | asdict(self.chosen.signals)


# The signals that each curve of a calibration may weigh.
_SIGNALS = {
    "evidence": (EvidenceSignals,),
    "answerable": (Signals,),
    "right": (Signals, CompletenessSignals),
    "lookup": (LookupSignals,),
}


def _check(calibration: Calibration) -> None:
    """Raise CalibrationError when a curve weighs a signal that there is not."""
    for curve, kinds in _SIGNALS.items():
        known = {field.name for kind in kinds for field in fields(kind)}
        if unknown := sorted(getattr(calibration, curve).weights.keys() - known):
            raise CalibrationError(
                f"The curve '{curve}' of the calibration weighs signals that this version does not have: "
                f"{', '.join(unknown)}. Fit it again with `a4a-qa calibrate`."
            )


class Searcher:
    """Reads the hits of questions to one report by one calibration; raises CalibrationError if that is
    unfit. `distressing` are sentences (positions) that are cited beside another only if likelier needed than
    not.
    """

    def __init__(
        self,
        report: Report,
        retriever: Retriever,
        judge: Judge,
        calibration: Calibration,
        *,
        distressing: frozenset[int] = frozenset(),
    ) -> None:
        _check(calibration)
        self._report = report
        self._retriever = retriever
        self._judge = judge
        self._calibration = calibration
        self._distressing = distressing

    def read(self, query: Query, hits: Hits) -> Search:
        """What to cite of the hits of a query, with all that speaks for and against it."""
        # Only the best sentence and what is cited: the judge takes longer than all the rest.
        best = tuple(hit.sentence for hit in hits.sentences[:1])
        reading = self._read(query.search, best) if best else None
        judged_cited = verdict_of(reading.score) if reading else 0.0
        chosen = select(query, hits, self._report, self._calibration, distressing=self._distressing)
        if len(chosen.sentences) > 1:
            judged_cited = verdict_of(self._read(query.search, sorted(chosen.sentences)).score)
        signals = read_signals(
            hits,
            query,
            passage=self.text_near(hits),
            cited=self.text_of(chosen.sentences),
            reading=reading,
            judged_cited=judged_cited,
            premises=[self._read(premise, best) for premise in query.premises] if best else (),
            lexical=self._retriever.lexical,
        )
        told = told_by_judge(reading, chosen.sentences[0], self._report) if reading else None
        return Search(query, hits, chosen, signals, told)

    def text_near(self, hits: Hits, cited: Sequence[int] = ()) -> str:
        """The text of the passage that holds the best sentence, and of what is cited."""
        passages = self._retriever.passage_map
        best = hits.sentences[:1]
        passage = passages.sentences_of(passages.passage_of(best[0].sentence)) if best else ()
        return self.text_of((*passage, *cited))

    def text_of(self, positions: Sequence[int]) -> str:
        """The text of sentences, with what their blocks cannot be read without."""
        sentences = [self._report.sentences[position] for position in positions]
        blocks = (self._report.block_at(sentence.start) for sentence in sentences)
        context = dict.fromkeys(place for block in blocks if block for place in block.context)
        places: list[Place] = [*context, *sentences]
        return " ".join(map(self._report.slice, places))

    def _read(self, question: str, sentences: Sequence[int]) -> Reading:
        """What the judge makes of sentences, read together."""
        return self._judge.read(question, sentences_in_place(self._report, sentences))
