"""`a4a-qa calibrate`: fits what decides an answer to the development questions of gold sets.

Four logistic curves. First which sentences belong to the evidence, from the answerable questions; the others
depend on what it chooses. Then whether the report answers a question at all, and whether what is cited, found
by searching or by looking up, is all that an answer needs. The thresholds are the highest that cost
answerable questions no more than a small share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from a4a_qa.answering.calibration import UNFITTED, Curve, write_calibration
from a4a_qa.answering.confidence import LOOKED_UP, lookup_signals
from a4a_qa.answering.decision import Decision
from a4a_qa.answering.selection import candidates
from a4a_qa.assistant import Assistant, Explanation
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.case import is_found, marks_in
from a4a_qa.evaluation.gold import GoldQuestion, read_gold, sentence_positions
from a4a_qa.evaluation.measures.abstention import auroc, need_sklearn
from a4a_qa.report.report import Report, Span

QuestionKind = Literal["answerable", "near", "out_of_scope"]
# Sets differ in how many questions of each kind they hold, so each kind has a fixed share of the weight. Near
# misses are hard to tell and get more than their share, but a probability has to fit what people ask, most of
# which has an answer.
FITTED_TO: Mapping[QuestionKind, float] = {"answerable": 0.55, "near": 0.35, "out_of_scope": 0.1}
ASKED: Mapping[QuestionKind, float] = {"answerable": 0.8, "near": 0.15, "out_of_scope": 0.05}
# The signals that tell whether there is an answer on any report. The others tell it of the reports that a
# curve is fitted to and mislead about the next one (docs/experiments.md); so do large weights.
TELL_ANSWERABLE = (
    "second",
    "met",
    "least_telling_met",
    "numbers_uncited",
    "rarest_unmet",
    "names_unknown",
    "judged",
    "judged_cited",
    "in_no_words",
    "denied",
    "affirmed",
)
# The inverse strength of L2. Signals lie between 0 and 1 and some depend on each other: a little shrinking
# keeps weights in bounds.
_LARGE, _SMALL = 30.0, 3.0
# What may be lost: the share of answerable questions that is refused; the share that is refused or answered
# with a caveat; the probability below which a companion of the best sentence is not cited (a missing one
# makes an answer wrong, one too many makes it longer); and the share of answerable questions that would be
# called out of domain if they were refused.
_REFUSED, _DOUBTED, _CITED, _ELSEWHERE = 0.05, 0.2, 0.08, 0.02
# Look-ups of a kind that development questions have few of are taken to be right this often.
_PRIOR, _PRIOR_WEIGHT = 0.9, 5


def calibrate(subjects: Sequence[tuple[Assistant, Path]], output: Path) -> str:
    """Fit to the development questions of the gold set on each assistant's report, write `output`, and
    return a line that says how well it went.

    Raises EvaluationError when a gold set cannot be used, MissingExtra without the extra "eval".
    """
    golds = [(assistant, read_gold(folder, assistant.report)) for assistant, folder in subjects]
    asked = [
        (assistant, question)
        for assistant, gold in golds
        for question in gold.questions
        if question.record.split == "dev"
    ]
    if len({question.record.answerable for _, question in asked}) < 2:
        raise EvaluationError(
            "Calibrating needs development questions of both kinds, with and without an answer."
        )
    first = replace(UNFITTED, cited=_CITED, evidence=_fit_evidence(asked))
    deciding = {id(assistant): assistant.recalibrated(first) for assistant, _ in subjects}
    explained = (
        (one.report, q, deciding[id(one)].explain(q.record.question, q.record.history)) for one, q in asked
    )
    examples = [_Example(*one, one[2].decision) for one in explained if one[2].decision]
    searched = [e for e in examples if not e.decision.looked_up and not _names_endnote(e.question)]
    rows = [example.row for example in searched]
    answerable = as_asked(fit_answerable(rows))
    probabilities = [answerable.probability(row.best_part(answerable)) for row in rows]
    has_answer = [row.is_answerable for row in rows]
    refused = threshold(probabilities, has_answer, _REFUSED)
    doubted = [row.least_sure(answerable, refused) for row in rows]
    calibration = replace(
        first,
        answerable=answerable,
        right=_fit_right(searched, answerable),
        lookup=_fit_lookup(examples, answerable),
        threshold=refused,
        sure=threshold(doubted, has_answer, _DOUBTED),
        elsewhere=threshold([row.best_part(answerable)["met"] for row in rows], has_answer, _ELSEWHERE),
    )
    facts = {
        "reports": list(dict.fromkeys(assistant.report.about.id for assistant, _ in subjects)),
        "questions": len(asked),
        "gold_sha256": [gold.sha256 for _, gold in golds],
    }
    write_calibration(calibration, output, facts=facts)
    area = auroc(has_answer, probabilities) or 0.0
    return f"{output}: {len(asked)} questions, AUROC {area:.3f}, threshold {calibration.threshold}."


@dataclass(frozen=True, slots=True)
class FittedRow:
    """A question that curves are fitted to: its kind, and the signals of each of its parts."""

    kind: QuestionKind
    parts: Sequence[Mapping[str, float]]

    @property
    def is_answerable(self) -> bool:
        """Whether the report answers the question."""
        return self.kind == "answerable"

    def best_part(self, answerable: Curve) -> Mapping[str, float]:
        """The signals of the part that decides whether there is an answer."""
        return max(self.parts, key=answerable.probability)

    def least_sure(self, answerable: Curve, threshold: float) -> float:
        """The probability of the least sure of the parts that are answered; of the surest if none is."""
        found = [answerable.probability(part) for part in self.parts]
        return min((p for p in found if p >= threshold), default=max(found))


@dataclass(frozen=True, slots=True)
class _Example:
    """A development question on a report with what searching for it found and decided."""

    report: Report
    question: GoldQuestion
    found: Explanation
    decision: Decision

    @property
    def row(self) -> FittedRow:
        """The question as curves are fitted to it."""
        record = self.question.record
        kind: QuestionKind = "out_of_scope" if record.kind == "out_of_scope" else "near"
        parts = [asdict(search.signals) for search in self.decision.searches]
        return FittedRow("answerable" if record.answerable else kind, parts)

    def is_complete(self, sentences: Sequence[int], endnotes: Sequence[int] = ()) -> bool:
        """Whether the question is answerable and each evidence is among these sentences or endnotes."""
        places = [self.report.sentences[position] for position in sentences]
        numbers = marks_in(self.report, places) | frozenset(endnotes)
        evidence = self.question.evidence
        return self.question.record.answerable and all(is_found(e, places, numbers) for e in evidence)


def _names_endnote(question: GoldQuestion) -> bool:
    return any(target.is_endnote for target in question.targets)


def _fit_evidence(asked: Sequence[tuple[Assistant, GoldQuestion]]) -> Curve:
    """The curve of companions that belong to the evidence, over the candidates of answerable questions."""
    rows: list[dict[str, float]] = []
    needed: list[bool] = []
    for assistant, question in asked:
        record = question.record
        if not record.answerable or _names_endnote(question):
            continue
        found = assistant.explain(record.question, record.history)
        places = [place for target in question.targets for place in target.places]
        right = frozenset(sentence_positions(assistant.report, places))
        for search in found.decision.searches if found.decision else ():
            for candidate in candidates(search.query, search.hits, assistant.report):
                rows.append(asdict(candidate.signals))
                needed.append(candidate.sentence in right)
    return fit(rows, needed, [1.0] * len(rows))


def _fit_right(examples: Sequence[_Example], answerable: Curve) -> Curve:
    """The curve of answers that are given rightly and lack nothing. An answer is as sure as its least sure
    part."""
    rows, right = [], []
    for example in examples:
        searches = example.decision.searches
        part = min(searches, key=lambda search: answerable.probability(search.values))
        rows.append(part.values)
        right.append(example.is_complete([at for search in searches for at in search.chosen.sentences]))
    return fit(rows, right, importance([example.row.kind for example in examples], ASKED))


def _fit_lookup(examples: Sequence[_Example], answerable: Curve) -> Curve:
    """The curve of look-ups that cite all that is needed; some are imagined, so that a few do not decide."""
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
        places = [Span(citation.start, citation.end) for citation in citations]
        numbers = [number for citation in citations for number in citation.endnotes]
        right.append(example.is_complete(sentence_positions(example.report, places), numbers))
        weights.append(1.0)
    return fit(rows, right, weights)


def logistic(
    signals: Sequence[Mapping[str, float]],
    right: Sequence[bool],
    importance: Sequence[float] | None = None,
    *,
    names: Sequence[str] = (),
    size: float,
) -> Curve:
    """A logistic curve over the signals `names`, by default all of the first row; constant when all rows are
    right or all wrong. `size` is the inverse strength of L2: how large weights may become."""
    if len(set(right)) < 2:
        return Curve(30.0 if any(right) else -30.0, {})
    need_sklearn()
    from sklearn.linear_model import LogisticRegression

    names = names or list(signals[0])
    rows = np.array([[row[name] for name in names] for row in signals])
    model = LogisticRegression(C=size, max_iter=2_000).fit(rows, np.array(right), sample_weight=importance)
    return Curve(float(model.intercept_[0]), dict(zip(names, map(float, model.coef_[0]), strict=True)))


def fit(
    signals: Sequence[Mapping[str, float]],
    right: Sequence[bool],
    importance: Sequence[float],
    *,
    names: Sequence[str] = (),
    size: float = _LARGE,
) -> Curve:
    """A logistic curve with bias and weights rounded as they are stored; see `logistic`."""
    curve = logistic(signals, right, importance, names=names, size=size)
    return Curve(round(curve.bias, 4), {name: round(weight, 4) for name, weight in curve.weights.items()})


def fit_answerable(rows: Sequence[FittedRow]) -> Curve:
    """The curve of questions that the report answers. A part of an unanswerable question may have an answer,
    so of these only the undivided ones are used."""
    telling = [row for row in rows if row.is_answerable or len(row.parts) == 1]
    has_answer = [row.is_answerable for row in telling]
    weights = importance([row.kind for row in telling], FITTED_TO)

    def curve(signals: Sequence[Mapping[str, float]]) -> Curve:
        names = [name for name in TELL_ANSWERABLE if name in signals[0]]
        return fit(signals, has_answer, weights, names=names, size=_SMALL)

    first = curve([row.parts[0] for row in telling])
    # Which part is the best is known from a first curve.
    return curve([row.best_part(first) for row in telling])


def as_asked(answerable: Curve) -> Curve:
    """The curve that was fitted to the mix of FITTED_TO, shifted to the mix that people ask."""
    shift = _log_odds(ASKED["answerable"]) - _log_odds(FITTED_TO["answerable"])
    return replace(answerable, bias=round(answerable.bias + shift, 4))


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def importance(kinds: Sequence[QuestionKind], shares: Mapping[QuestionKind, float]) -> list[float]:
    """The weight of each question: those of one kind divide the share of the kind between them."""
    counts = Counter(kinds)
    return [shares[kind] / counts[kind] * len(kinds) for kind in kinds]


def threshold(probabilities: Sequence[float], answerable: Sequence[bool], share: float) -> float:
    """The probability below which this share of the answerable questions lies.

    Raises EvaluationError when none is answerable.
    """
    kept = [
        probability for probability, has_answer in zip(probabilities, answerable, strict=True) if has_answer
    ]
    if not kept:
        raise EvaluationError("Calibrating needs answerable questions that are searched for, not looked up.")
    return round(float(np.quantile(kept, share)), 3)
