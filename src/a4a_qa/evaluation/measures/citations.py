"""Evidence, citations and faithfulness: what was cited, under which label, and in whose words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from a4a_qa.evaluation.case import Case, Unit, is_valid

_MARKER = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\w*\d[\w.,/%]*")
_NAME = re.compile(r"(?<=[^\s.!?:«“\"'(]\s)[A-Z]\w+")


def evidence_precision(case: Case) -> float:
    """The share of cited sentences and endnotes that are required; acceptable ones do not count."""
    relevant = [case.is_relevant(unit) for unit in case.units if _counts(case, unit)]
    return _share(relevant) if case.answered else 0.0


def _counts(case: Case, unit: Unit) -> bool:
    return case.is_relevant(unit) or not case.is_acceptable(unit)


def evidence_recall(case: Case) -> float:
    """The share of required evidence that is cited."""
    return _share(case.cited)


def evidence_f1(case: Case) -> float:
    """The harmonic mean of the two."""
    return harmonic(evidence_precision(case), evidence_recall(case))


def overview_right(case: Case) -> float:
    """1 when all evidence is cited, and each section that tells it is named by a citation."""
    named = {tuple(citation.section[:depth]) for citation in case.citations for depth in range(1, 9)}
    return float(case.hit and all(tuple(section) in named for section in case.question.record.sections))


def main_precision(case: Case) -> float:
    """The precision of what is not set apart as likely more than was asked."""
    return evidence_precision(case.main)


def main_recall(case: Case) -> float:
    """The recall of what is not set apart."""
    return evidence_recall(case.main)


def main_f1(case: Case) -> float:
    """The harmonic mean of the two."""
    return evidence_f1(case.main)


def any_evidence_cited(case: Case) -> float:
    """1 when some required evidence is cited."""
    return float(any(case.cited))


def citations(case: Case) -> float:
    """How many places an answer cites, 0 for a refusal."""
    return float(len(case.citations)) if case.answered else 0.0


def answer_hit(case: Case) -> float:
    """1 when every required evidence is cited."""
    return float(case.hit)


def citation_validity(case: Case) -> float:
    """The share of citations that are valid; 0 for an answer without any, or a question that failed."""
    if case.answer is None or (case.answered and not case.citations):
        return 0.0
    return _share([is_valid(c, case.report) for c in case.citations]) if case.citations else 1.0


def passage_precision(case: Case) -> float:
    """The share of cited passages that hold required evidence; those of acceptable sentences do not count."""
    relevant: frozenset[str] = frozenset().union(*case.held_by)
    harmless = _passages_of(case, (unit for unit in case.units if case.is_acceptable(unit)))
    cited = _cited_passages(case)
    return _share([p in relevant for p in cited if p in relevant or p not in harmless])


def passage_recall(case: Case) -> float:
    """The share of required evidence of which a passage that holds it is cited."""
    cited = _cited_passages(case)
    return _share([bool(passages & cited) for passages in case.held_by])


def _cited_passages(case: Case) -> frozenset[str]:
    """The passages of the cited sentences, and those whose note mark leads to a cited endnote."""
    return _passages_of(case, case.units) if case.answered else frozenset()


def _passages_of(case: Case, units: Iterable[Unit]) -> frozenset[str]:
    places = list(units)
    notes = {number for unit in places if unit.is_endnote for number in unit.endnotes}
    places += [
        Unit(s.start, s.end, frozenset(s.endnotes), False)
        for number in notes for s in case.report.sentences_on(number)
    ]  # fmt: skip
    return frozenset(
        p.id for p in case.passages for u in places if p.start <= u.start < p.end and not u.is_endnote
    )


def expected_endnotes(case: Case) -> frozenset[int]:
    """The endnotes that the evidence carries: of each evidence, those of the target that is cited best."""
    shown = shown_endnotes(case)
    best = (max(e.targets, key=lambda t: len(t.endnotes & shown)).endnotes for e in case.question.evidence)
    return frozenset().union(*best)


def shown_endnotes(case: Case) -> frozenset[int]:
    """The endnotes that the citations name."""
    return frozenset(number for citation in case.citations for number in citation.endnotes)


def carries_endnotes(case: Case) -> bool:
    """Whether any required evidence carries an endnote, or is one."""
    return any(target.endnotes for target in case.targets)


def endnote_precision(case: Case) -> float:
    """The share of shown endnotes that the evidence carries; those of acceptable sentences do not count."""
    expected, shown = expected_endnotes(case), shown_endnotes(case)
    counted = shown & expected | shown - case.tolerated_endnotes
    if not counted:
        return float(case.hit and not expected)
    return len(shown & expected) / len(counted)


def endnote_recall(case: Case) -> float:
    """The share of the evidence's endnotes that are shown."""
    expected = expected_endnotes(case)
    if not expected:
        return float(case.hit)
    return len(shown_endnotes(case) & expected) / len(expected)


def endnote_exact(case: Case) -> float:
    """1 when the endnotes shown are those of the evidence, no more and no fewer."""
    return float(case.answered and endnote_precision(case) == 1.0 and endnote_recall(case) == 1.0)


def endnote_confusions(cases: Iterable[Case]) -> list[dict[str, object]]:
    """Which endnotes were expected and which shown instead, in answers; the most frequent first."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], list[str]] = {}
    for case in cases:
        if case.question.record.answerable and case.answered and not endnote_exact(case):
            if not carries_endnotes(case) and not shown_endnotes(case):
                continue
            pair = tuple(sorted(expected_endnotes(case))), tuple(sorted(shown_endnotes(case)))
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
    """How many numbers and names in words of ours stand neither in a quote nor in the question; 1 for a
    question that failed."""
    if case.answer is None:
        return 1.0
    if not case.answered:
        return 0.0
    rest = case.answer.text
    for citation in case.citations:
        rest = rest.replace(citation.quote, " ")
    rest = _MARKER.sub(" ", rest)
    known = Counter(_words(" ".join([case.question.record.question, *(c.quote for c in case.citations)])))
    claimed = _NUMBER.findall(rest) + _NAME.findall(rest)
    return float(sum(word.casefold().rstrip(".,") not in known for word in claimed))


def _words(text: str) -> list[str]:
    return [word.casefold().rstrip(".,") for word in re.findall(r"\w[\w.,/%]*", text)]


def harmonic(one: float, other: float) -> float:
    """The harmonic mean, 0 when both are."""
    return 2 * one * other / (one + other) if one + other else 0.0


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
