"""Which endnotes a question for a source means: those of the statement it asks about, or one it describes.

An endnote is as good as its own words match the question, or as the best statement that rests on it does,
whichever is more: "What is the source for …?" names the statement, "Which statement is drawn from an OSCE
document?" the endnote. Endnotes that a question names by a title or an author are known before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.confidence import missing_numbers
from a4a_qa.index.retrieval import Hits
from a4a_qa.report.report import Report

# A statement without an endnote is meant when it scores this much better than all that have one; before the
# next endnote of its paragraph, which is mostly what is asked for, only when it is much better
# (docs/experiments.md).
_BETTER, _BETTER_BEFORE_NOTE = 0.1, 0.2
# Endnotes whose own words match this nearly as well as those of the best are alike.
_ALIKE = 0.05
_MOST_ALIKE = 5
# A statement that scores this much worse than the best is about something else, whatever figures it has.
_ABOUT_ELSE = 0.3
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


@dataclass(frozen=True, slots=True)
class FoundSource:
    """The statement (position), if there is one, and its endnotes, or those described; a score up to 1; and
    by how much the best statement that has an endnote is ahead of the next, 0 where none was searched for."""

    statement: int | None
    endnotes: tuple[int, ...]
    score: float
    ahead: float = 0.0

    @property
    def is_vague(self) -> bool:
        """Whether several works are as like what is asked, so that nobody knows which is meant."""
        return self.statement is None and len(self.endnotes) > 1


def find_source(
    searches: Sequence[Hits],
    described: Sequence[NDArray[np.float32]],
    report: Report,
    figures: str = "",
) -> FoundSource:
    """The source that a question means.

    It is searched for in several wordings, whole and without the words that ask for a source: these are the
    hits of each, one at least, and how well each endnote's own words match it, (n endnotes,). The paragraph
    of a statement whose source is asked for has the `figures` that the question names.
    """
    scores = _mean_scores(searches)
    found = _best_source(scores, described, report)
    if found.statement is None or not _lacks(report.slice(report.sentences[found.statement]), figures):
        return found
    having = _with_figures(scores, report, figures)
    if having.statement is not None:
        return having
    paragraph = report.block_at(report.sentences[found.statement].start)
    notes = (note.text for note in report.endnotes if note.number in found.endnotes)
    around = " ".join([report.slice(paragraph) if paragraph else "", *notes])
    return having if _lacks(around, figures) else found


def _best_source(
    scores: dict[int, float], described: Sequence[NDArray[np.float32]], report: Report
) -> FoundSource:
    """The endnotes that match best, by their own words or by those of a statement that rests on them."""
    meets = np.mean(described, axis=0)
    noted = {s: score for s, score in scores.items() if report.sentences[s].endnotes}
    best_two = list(noted)[:2]
    statement = best_two[0] if best_two else None
    stated = noted[statement] if statement is not None else 0.0
    ahead = stated - noted[best_two[1]] if len(best_two) > 1 else 0.0
    best = next(iter(scores), None)
    if best is not None and best not in noted:
        follows = report.next_endnote(report.sentences[best]) is not None
        better = _BETTER_BEFORE_NOTE if follows else _BETTER
        if scores[best] >= max(stated, float(meets.max(initial=0.0))) + better:
            return FoundSource(best, (), scores[best], ahead)
    if statement is not None and stated >= meets.max(initial=0.0):
        return FoundSource(statement, report.sentences[statement].endnotes, stated, ahead)
    return replace(_described(scores, meets, report), ahead=ahead)


def _with_figures(scores: dict[int, float], report: Report, figures: str) -> FoundSource:
    """The best statement that has these figures, none where all that have them are about something else."""
    best = next(iter(scores.values()), 0.0)
    having = [s for s in scores if not _lacks(report.slice(report.sentences[s]), figures)]
    if not having or scores[having[0]] < best - _ABOUT_ELSE:
        return FoundSource(None, (), 0.0)
    statement, runner_up, *_ = [*having, None]
    ahead = 0.0 if runner_up is None else scores[statement] - scores[runner_up]
    return FoundSource(statement, report.sentences[statement].endnotes, scores[statement], ahead)


def _lacks(text: str, figures: str) -> bool:
    """Whether a text lacks one of some figures; "126th" has 126."""
    return bool(missing_numbers(figures, _ORDINAL.sub("", text)))


def named_source(
    endnotes: tuple[int, ...],
    searches: Sequence[Hits],
    described: Sequence[NDArray[np.float32]],
    report: Report,
) -> FoundSource:
    """The source that a question names by its own words, which these endnotes have; the rest as in
    `find_source`. The statement is the best that was found of those that rest on them, or the first
    where they are one work."""
    meets = np.mean(described, axis=0)
    score = max(float(meets[i]) for i, note in enumerate(report.endnotes) if note.number in endnotes)
    scores = _mean_scores(searches)
    resting = [i for i, sentence in enumerate(report.sentences) if set(sentence.endnotes) & set(endnotes)]
    is_one_work = len({note.text for note in report.endnotes if note.number in endnotes}) == 1
    found = [i for i in resting if i in scores or is_one_work]
    statement = max(found, key=lambda i: scores.get(i, 0.0), default=None)
    return FoundSource(statement, _each_once(endnotes, statement, report), score)


def _each_once(endnotes: Sequence[int], statement: int | None, report: Report) -> tuple[int, ...]:
    """Of endnotes that say the same, the first, or the one that stands on the statement."""
    own = () if statement is None else report.sentences[statement].endnotes
    shown: dict[str, int] = {}
    for number in sorted(endnotes, key=lambda number: number not in own):
        if note := report.endnote(number):
            shown.setdefault(note.text, number)
    return tuple(shown.values())


def _mean_scores(searches: Sequence[Hits]) -> dict[int, float]:
    """The mean score of each sentence, best first; one that a search did not find has its lowest there."""
    found = [{hit.sentence: hit.score for hit in hits.sentences} for hits in searches]
    lowest = [min(scores.values(), default=0.0) for scores in found]
    means = {
        sentence: float(np.mean([s.get(sentence, low) for s, low in zip(found, lowest, strict=True)]))
        for sentence in {sentence for scores in found for sentence in scores}
    }
    return dict(sorted(means.items(), key=lambda pair: (-pair[1], pair[0])))


def _described(scores: dict[int, float], described: NDArray[np.float32], report: Report) -> FoundSource:
    """The endnote whose own words match best, those that are alike, and what rests on it."""
    if not len(described):
        return FoundSource(None, (), 0.0)
    top = float(described.max())
    alike = np.argsort(-described, kind="stable")[:_MOST_ALIKE]
    numbers = tuple(report.endnotes[i].number for i in alike.tolist() if described[i] >= top - _ALIKE)
    # Of different works, nobody knows which is meant.
    texts = {note.text for note in report.endnotes if note.number in numbers}
    resting = [
        i for i, s in enumerate(report.sentences) if len(texts) == 1 and set(s.endnotes) & set(numbers)
    ]
    statement = max(resting, key=lambda i: scores.get(i, 0.0), default=None)
    return FoundSource(statement, _each_once(numbers, statement, report), top)
