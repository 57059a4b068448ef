"""`a4a-qa calibrate`: fits what decides an answer to the development questions of gold sets.

Four curves. First which sentences belong to the evidence, from the answerable questions; the others depend
on what it chooses. Then whether the report answers a question at all, and whether what is cited, by searching
or by looking up, is all that an answer needs. The thresholds are the highest that cost answerable questions
no more than a small share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from a4a_qa.answering.calibration import UNFITTED, Curve, write_calibration
from a4a_qa.answering.confidence import LOOKED_UP, lookup_signals
from a4a_qa.answering.decision import Decision
from a4a_qa.answering.selection import candidates
from a4a_qa.assistant import Assistant, Explanation
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.case import is_found, marks_in
from a4a_qa.evaluation.fitting import (
    ASKED,
    Kind,
    Row,
    as_asked,
    fit,
    fit_answerable,
    importance,
    threshold,
)
from a4a_qa.evaluation.gold import Evidence, GoldQuestion, read_gold, sentence_positions
from a4a_qa.evaluation.learned import auroc
from a4a_qa.report import Report, Span

# Look-ups of a kind that development questions have few of are taken to be right this often.
_PRIOR, _PRIOR_WEIGHT = 0.9, 5


@dataclass(frozen=True, slots=True)
class _Example:
    """A development question on a report with what searching for it found."""

    report: Report
    question: GoldQuestion
    found: Explanation

    @property
    def decision(self) -> Decision:
        assert self.found.decision is not None  # examples without are left out
        return self.found.decision

    @property
    def kind(self) -> Kind:
        record = self.question.record
        if record.answerable:
            return "answerable"
        return "out_of_scope" if record.kind == "out_of_scope" else "near"

    @property
    def row(self) -> Row:
        """The question as curves are fitted to it."""
        return Row(self.kind, [asdict(search.signals) for search in self.decision.searches])


@dataclass(frozen=True, slots=True)
class Costs:
    """What may be lost: the share of answerable questions that is refused, the share that is refused or
    answered with a caveat, the probability below which a companion of the best sentence is not cited (one
    that is missing makes an answer wrong, one too many makes it longer), and the share of answerable
    questions that would be taken for ones about something else if they were refused."""

    refused: float = 0.05
    doubted: float = 0.2
    cited: float = 0.08
    elsewhere: float = 0.02


def calibrate(
    subjects: Sequence[tuple[Assistant, Sequence[Path]]], output: Path, costs: Costs | None = None
) -> str:
    """Fit to the development questions of the gold sets on each assistant's report, write `output`, and
    return a line that says how well it went.

    Raises EvaluationError when a gold set cannot be used, MissingExtra without the extra «eval».
    """
    costs = costs or Costs()
    golds = [
        (assistant, read_gold(folder, assistant.report))
        for assistant, folders in subjects
        for folder in folders
    ]
    asked = [
        (assistant, question)
        for assistant, gold in golds
        for question in gold.questions
        if question.record.split == "dev"
    ]
    kinds = {question.record.answerable for _, question in asked}
    if len(kinds) < 2:
        raise EvaluationError(
            "Calibrating needs development questions of both kinds, with and without answer."
        )
    first = replace(UNFITTED, cited=costs.cited, evidence=_fit_evidence(asked))
    deciding = {id(assistant): assistant.recalibrated(first) for assistant, _ in subjects}
    examples = [
        _Example(one.report, q, deciding[id(one)].explain(q.record.question, q.record.history))
        for one, q in asked
    ]
    examples = [example for example in examples if example.found.decision]
    searched = [e for e in examples if not e.decision.looked_up and not _on_endnotes(e)]
    rows = [example.row for example in searched]
    answerable = as_asked(fit_answerable(rows))
    probabilities = [answerable.probability(row.best_part(answerable)) for row in rows]
    has_answer = [row.is_answerable for row in rows]
    refused = threshold(probabilities, has_answer, costs.refused)
    doubted = [row.least_good(answerable, refused) for row in rows]
    fitted = replace(
        first,
        answerable=answerable,
        right=_fit_right(searched, answerable),
        lookup=_fit_lookup(examples, answerable),
        threshold=refused,
        sure=threshold(doubted, has_answer, costs.doubted),
        elsewhere=threshold([row.best_part(answerable)["met"] for row in rows], has_answer, costs.elsewhere),
    )
    facts = {
        "reports": list(dict.fromkeys(assistant.report.about.id for assistant, _ in subjects)),
        "questions": len(asked),
        "gold_sha256": [gold.sha256 for _, gold in golds],
    }
    write_calibration(fitted, output, facts=facts)
    area = auroc(has_answer, probabilities) or 0.0
    return f"{output}: {len(asked)} questions, AUROC {area:.3f}, threshold {fitted.threshold}."


def _on_endnotes(example: _Example) -> bool:
    return any(target.is_endnote for evidence in example.question.evidence for target in evidence.targets)


def _fit_evidence(asked: Sequence[tuple[Assistant, GoldQuestion]]) -> Curve:
    """The curve of companions that belong to the evidence, over the candidates of answerable questions."""
    rows: list[dict[str, float]] = []
    needed: list[bool] = []
    for assistant, question in asked:
        record = question.record
        if not record.answerable or any(t.is_endnote for e in question.evidence for t in e.targets):
            continue
        found = assistant.explain(record.question, record.history)
        right = {p for e in question.evidence for p in _positions(e, assistant.report)}
        for search in found.decision.searches if found.decision else ():
            for candidate in candidates(search.query, search.hits, assistant.report):
                rows.append(asdict(candidate.signals))
                needed.append(candidate.sentence in right)
    return fit(rows, needed, [1.0] * len(rows))


def _positions(evidence: Evidence, report: Report) -> Iterator[int]:
    for target in evidence.targets:
        yield from sentence_positions(report, target.places)


def _fit_right(examples: Sequence[_Example], answerable: Curve) -> Curve:
    """The curve of answers that are given rightly and lack nothing: an answer is as sure as its least sure
    part."""
    rows, right = [], []
    for example in examples:
        searches = example.decision.searches
        part = min(searches, key=lambda search: answerable.probability(search.values))
        rows.append(part.values)
        sentences = [position for search in searches for position in search.chosen.sentences]
        complete = _is_complete(example.question, sentences, (), example.report)
        right.append(example.kind == "answerable" and complete)
    return fit(rows, right, importance([example.kind for example in examples], ASKED))


def _is_complete(
    question: GoldQuestion, sentences: Sequence[int], endnotes: Sequence[int], report: Report
) -> bool:
    """Whether each evidence is found among the sentences or endnotes."""
    places = [report.sentences[position] for position in sentences]
    numbers = marks_in(report, places) | frozenset(endnotes)
    return all(is_found(evidence, places, numbers) for evidence in question.evidence)


def _fit_lookup(examples: Sequence[_Example], answerable: Curve) -> Curve:
    """The curve of look-ups that cite all that is needed; some are imagined, lest a few decide."""
    rows, right, weights = [], [], []
    for kind in LOOKED_UP:
        for done, share in ((True, _PRIOR), (False, 1 - _PRIOR)):
            rows.append(asdict(lookup_signals(kind, 1.0, ASKED["answerable"], 0.0)))
            right.append(done)
            weights.append(share * _PRIOR_WEIGHT)
    for example in examples:
        found, citations = example.decision.looked_up, example.found.answer.citations
        if found is None or not citations:
            continue
        chance = answerable.probability(example.row.best_part(answerable))
        rows.append(asdict(replace(found, answerable=chance)))
        report = example.report
        sentences = sentence_positions(report, [Span(citation.start, citation.end) for citation in citations])
        numbers = [number for citation in citations for number in citation.endnotes]
        complete = _is_complete(example.question, sentences, numbers, report)
        right.append(example.question.record.answerable and complete)
        weights.append(1.0)
    return fit(rows, right, weights)
