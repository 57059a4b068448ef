"""The measures of one question: what was retrieved, what was cited and how it was labelled, what was said.

MEASURES lists them, each with the questions that it applies to. These depend on the gold questions alone, so
nothing drops out of a mean: a question that failed gets the worst value. docs/evaluation.md defines each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from a4a_qa.evaluation.case import Case, is_found, is_valid, marks_in
from a4a_qa.report.report import Place

# A short answer may hold a gold answer and this many words more.
_MORE_WORDS = 3
# A number keeps its decimals, slashes and unit: "12.4 %" is not "124 %", "16/09/09" is one word.
_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|%|[$€£]|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ARTICLES = frozenset(["a", "an", "the"])
_MARKER = re.compile(r"\[\d+\]")
_WORD = re.compile(r"\w[\w.,/%]*")
_NUMBER = re.compile(r"\w*\d[\w.,/%]*")
_NAME = re.compile(r"(?<=[^\s.!?:«“\"'(]\s)[A-Z]\w+")


def recall_at(case: Case, k: int) -> float:
    """The share of required evidence in the first `k` passages."""
    return _recall(case, case.answer.passages[:k] if case.answer else [])


def sentence_recall_at(case: Case, k: int) -> float:
    """The share of required evidence in the first `k` sentences as the system ranks them."""
    return _recall(case, (case.row.ranked or ())[:k])


def _recall(case: Case, places: Sequence[Place]) -> float:
    numbers = marks_in(case.report, places)
    return _share([is_found(evidence, places, numbers) for evidence in case.question.evidence])


def evidence_precision(case: Case) -> float:
    """The share of cited sentences and endnotes that are required; acceptable ones do not count."""
    relevant = [case.is_relevant(unit) for unit in case.units]
    counted = [
        is_one for unit, is_one in zip(case.units, relevant, strict=True)
        if is_one or not case.is_acceptable(unit)
    ]  # fmt: skip
    return _share(counted) if case.answered else 0.0


def evidence_recall(case: Case) -> float:
    """The share of required evidence that is cited."""
    return _share(case.cited)


def evidence_f1(case: Case) -> float:
    """The harmonic mean of evidence precision and recall."""
    precision, recall = evidence_precision(case), evidence_recall(case)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def overview_right(case: Case) -> float:
    """1 when all evidence is cited and a citation names each section that gives the overview."""
    named = {tuple(citation.section[:depth]) for citation in case.citations for depth in range(1, 9)}
    return float(case.hit and all(tuple(section) in named for section in case.question.record.sections))


def citation_validity(case: Case) -> float:
    """The share of citations that are valid; 0 for an answer without any, or a question that failed."""
    if case.answer is None or (case.answered and not case.citations):
        return 0.0
    return _share([is_valid(c, case.report) for c in case.citations]) if case.citations else 1.0


def endnote_precision(case: Case) -> float:
    """The share of shown endnotes that the evidence carries; those of acceptable sentences do not count."""
    expected, shown = case.expected_endnotes, case.shown_endnotes
    counted = shown & expected | shown - case.tolerated_endnotes
    if not counted:
        return float(case.hit and not expected)
    return len(shown & expected) / len(counted)


def endnote_recall(case: Case) -> float:
    """The share of the evidence's endnotes that are shown."""
    expected = case.expected_endnotes
    return len(case.shown_endnotes & expected) / len(expected) if expected else float(case.hit)


def endnote_exact(case: Case) -> float:
    """1 when the endnotes shown are those of the evidence, no more and no fewer."""
    return float(case.answered and endnote_precision(case) == 1.0 and endnote_recall(case) == 1.0)


def endnote_confusions(cases: Iterable[Case]) -> list[dict[str, object]]:
    """Which endnotes answers should have shown and which they did, where these differ; the most frequent
    first."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
    for case in cases:
        if case.question.record.answerable and case.answered and not endnote_exact(case):
            if not _carries_endnotes(case) and not case.shown_endnotes:
                continue
            pair = tuple(sorted(case.expected_endnotes)), tuple(sorted(case.shown_endnotes))
            found.setdefault(pair, []).append(case.question.id)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"expected": list(e), "shown": list(s), "questions": ids} for (e, s), ids in ranked]


def faithful_characters(case: Case) -> float:
    """The share of quoted characters that are identical to the report's at their place."""
    if case.answer is None:
        return 0.0
    quoted = same = 0
    for citation in case.citations:
        words = case.report.text[citation.start : citation.end]
        quoted += max(len(citation.quote), citation.end - citation.start)
        same += sum(one == other for one, other in zip(citation.quote, words, strict=False))
    return same / quoted if quoted else 1.0


def stray_words(case: Case) -> float:
    """How many numbers and names in the answer's own words stand neither in a quote nor in the question; 1
    for a question that failed."""
    if case.answer is None:
        return 1.0
    if not case.answered:
        return 0.0
    rest = case.answer.text
    for citation in case.citations:
        rest = rest.replace(citation.quote, " ")
    rest = _MARKER.sub(" ", rest)
    said = " ".join([case.question.record.question, *(c.quote for c in case.citations)])
    known = {_plain(word) for word in _WORD.findall(said)}
    return float(sum(_plain(word) not in known for word in _NUMBER.findall(rest) + _NAME.findall(rest)))


def _plain(word: str) -> str:
    return word.casefold().rstrip(".,")


def tokens(text: str) -> list[str]:
    """The words of a short answer as they are compared: folded, numbers and units kept, articles dropped."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    found = (re.sub(r"(?<=\d),(?=\d{3}\b)", "", token) for token in _TOKEN.findall(folded))
    return [token for token in found if token not in _ARTICLES]


def short_answer_given(case: Case) -> float:
    """1 when there is a short answer, right or wrong."""
    return float(case.answered and case.answer is not None and case.answer.short_answer is not None)


def short_answer_needless(case: Case) -> float:
    """1 when there is a short answer to a question that has none, or the question failed."""
    return 1.0 if case.answer is None else short_answer_given(case)


def short_answer_right(case: Case) -> float:
    """1 when the short answer holds a gold answer and little more; for a yes/no question, its polarity
    counts."""
    record = case.question.record
    given = case.answer.short_answer if case.answer else None
    if given is None or not case.answered:
        return 0.0
    if record.polarity:
        return float(given.polarity == record.polarity)
    words = tokens(given.text)
    return float(any(_holds(words, tokens(answer)) for answer in record.answers))


def _holds(words: list[str], wanted: list[str]) -> bool:
    if not wanted or len(words) > len(wanted) + _MORE_WORDS:
        return False
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))


def reason_named(case: Case) -> float:
    """1 when an unanswerable question was refused, or answered with a caveat, for a reason that is right."""
    expect, answer = case.question.record.expect, case.answer
    if expect is None or answer is None or answer.reason is None:
        return 0.0
    return float(answer.status in ("not_in_report", "partial") and answer.reason.code in expect.codes)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def _everything(case: Case) -> bool:
    return True


def answerable(case: Case) -> bool:
    """Whether the report answers the question."""
    return case.question.record.answerable


def _unanswerable(case: Case) -> bool:
    return not answerable(case)


def _near_miss(case: Case) -> bool:
    return case.question.record.kind == "near_miss"


def _near(case: Case) -> bool:
    return case.question.record.kind in ("near_miss", "false_premise")


def _follow_up(case: Case) -> bool:
    return answerable(case) and case.question.record.variant == "followup"


def _overview(case: Case) -> bool:
    return answerable(case) and case.question.record.type == "overview"


def _carries_endnotes(case: Case) -> bool:
    return answerable(case) and any(target.endnotes for target in case.question.targets)


def _has_short_answer(case: Case) -> bool:
    return bool(case.question.record.answers or case.question.record.polarity)


def _short(case: Case) -> bool:
    return answerable(case) and _has_short_answer(case)


def _not_short(case: Case) -> bool:
    return not _has_short_answer(case)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of one question, and the questions that it applies to; one that `ranks` needs a run that
    tells how sentences are ranked."""

    of: Callable[[Case], float]
    applies: Callable[[Case], bool]
    ranks: bool = False


MEASURES: Mapping[str, Measure] = {
    "supported": Measure(lambda case: float(case.supported), _everything),
    **{f"recall_at_{k}": Measure(partial(recall_at, k=k), answerable) for k in (1, 3, 5, 10)},
    **{
        f"sentence_recall_at_{k}": Measure(partial(sentence_recall_at, k=k), answerable, ranks=True)
        for k in (1, 3, 5)
    },
    "answer_hit": Measure(lambda case: float(case.hit), answerable),
    "any_evidence_cited": Measure(lambda case: float(any(case.cited)), answerable),
    "citations": Measure(lambda case: float(len(case.citations)) if case.answered else 0.0, answerable),
    "evidence_precision": Measure(evidence_precision, answerable),
    "evidence_recall": Measure(evidence_recall, answerable),
    "evidence_f1": Measure(evidence_f1, answerable),
    "main_precision": Measure(lambda case: evidence_precision(case.main), answerable),
    "citation_validity": Measure(citation_validity, _everything),
    "endnote_precision": Measure(endnote_precision, _carries_endnotes),
    "endnote_recall": Measure(endnote_recall, _carries_endnotes),
    "endnote_exact": Measure(endnote_exact, _carries_endnotes),
    "faithful_characters": Measure(faithful_characters, _everything),
    "stray_words": Measure(stray_words, _everything),
    "short_answer_given": Measure(short_answer_given, _short),
    "short_answer_needless": Measure(short_answer_needless, _not_short),
    "short_answer_right": Measure(short_answer_right, _short),
    "over_abstention": Measure(lambda case: float(not case.answered), answerable),
    "caveat": Measure(lambda case: float(case.has_caveat or case.answer is None), answerable),
    "near_caught": Measure(lambda case: float(case.refused or case.has_caveat), _near),
    "follow_up_hit": Measure(lambda case: float(case.hit), _follow_up),
    "overview_right": Measure(overview_right, _overview),
    "false_answer": Measure(lambda case: float(not case.supported), _unanswerable),
    "false_answer_near_miss": Measure(lambda case: float(not case.supported), _near_miss),
    "reason_named": Measure(reason_named, _unanswerable),
}
