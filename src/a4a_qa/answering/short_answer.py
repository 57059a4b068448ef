"""The slice of a cited quote that decides a question: a number, a date, an amount, an article, a name.

The judge has read the best sentence. «No» is said where it is rather sure of that and the sentence denies
something in so many words; «yes» never, since too often it is the yes to another question in the same words.
Of all else it tells the words where it is sure. Where it is not, the question says which kind of slice it
wants. Of several in the quote, the one is taken that counts what is asked for, or that the question's words
stand clearly nearest to; when none does, when it is not where the judge would look, or when two things are
asked, there is no short answer. In a table the heads of the columns tell which cell is meant (`cells.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.answering.answer_kinds import SLICES, Kind, asks_several, kind_asked
from a4a_qa.answering.cells import cell_asked, is_of_another_act, lacks_number_of, with_its_limits
from a4a_qa.answering.clauses import sentence_at
from a4a_qa.answering.denial import denies
from a4a_qa.answering.short_doubts import DOUBTS, is_doubtful, other_value_meant
from a4a_qa.answering.short_slice import Slice
from a4a_qa.answering.values import (
    counted_behind,
    is_whole,
    others_behind,
    told_apart_by,
    wanted_of,
)
from a4a_qa.index.judge import Reading
from a4a_qa.index.lexical import words_of
from a4a_qa.index.passages import own_words_in_place, sentence_in_place
from a4a_qa.report import Report, overlap
from a4a_qa.table_rows import Cell, cells_of, heads_among, is_row

# How sure the judge has to be of words, and of a yes or no (docs/experiments.md).
_SURE_OF_WORDS, _SURE_OF_POLARITY = 0.8, 0.7
_FIGURES: tuple[Kind, ...] = ("share", "amount", "duration", "number")
# Laws have one for each offence: how many other citations may have another.
_PUNISHMENTS: dict[Kind, int] = {"duration": 0, "amount": 1}
# The same where a question that leans on another does not say which offence it means.
_OF_LAWS: dict[Kind, int] = {"duration": 0, "amount": 0, "article": 0}
# What a cell of a table holds, whose first cell names the row.
_VALUES: tuple[Kind, ...] = (*_FIGURES, "date", "year", "frequency")
# What a figure says nothing without.
_QUALIFIER = re.compile(
    r"\b(?:(?:more|less|fewer|no more|no less) than|over|under|at least|at most|about|around|approximately"
    r"|nearly|almost|some|up to|an estimated|an average of) (?:the )?$",
    re.IGNORECASE,
)
_WHOLE_WORD = re.compile(r"\d+(?:[.,/:]\d+)*%?|\w+(?:['’-]\w+)*")
# A slice is the clear winner when the next best stands this many times as far from the question's words.
_CLEARLY = 1.5


@dataclass(frozen=True, slots=True)
class Told:
    """The short answer that the judge reads in a sentence, and whether it is sure of it; `around` is what the
    sentence is read with and the one before, `known` what the report is about. `follows` says that the
    question leans on the one before, which it was read with."""

    answer: ShortAnswer
    is_sure: bool
    around: str = ""
    known: str = ""
    follows: bool = False


def lacks_kind(question: str, cited: str) -> bool:
    """Whether a question asks for a number, a date or the like, and a text has none that it does not name."""
    kind = kind_asked(question)
    if kind in (None, "yesno", "name", "expansion"):
        return False
    return not any(_slices(question, cited, pattern) for pattern in SLICES[kind])


def short_answer(
    question: str, citations: Sequence[Citation], told: Told | None = None
) -> ShortAnswer | None:
    """What the judge told if it is sure, else the slice of the best citation that is of the kind asked for,
    or None; a yes or no only where both agree, where the judge has read the citation, no slice that it would
    not look at, and none that seems to answer another question."""
    if not citations or asks_several(question):
        return None
    if kind_asked(question) == "yesno":
        return told.answer if told and _is_denied(question, told.answer, citations) else None
    if told and told.answer.polarity:
        told = None
    found = told.answer if told and told.is_sure else _of_kind(question, citations[0], told)
    if is_row(citations[0].quote) and (found is None or overlap(found, citations[0])):
        return _of_row(question, citations[0], found, told)
    if found is None or set(words_of(question)).issuperset(words_of(found.text)):
        return None
    slice = _in_sentence(found, citations, told)
    follows = told is not None and told.follows
    if is_doubtful(question, slice) or _one_of_several(slice, citations, follows=follows):
        return None
    return _with_others(found, slice) if wanted_of(question) else found


def _of_kind(question: str, citation: Citation, told: Told | None) -> ShortAnswer | None:
    """The slice of a citation that is of the kind asked for, where an unsure judge would look."""
    kind = kind_asked(question)
    if kind is None or kind == "yesno":
        return None
    for pattern in SLICES[kind]:
        if found := _slices(question, citation.quote, pattern):
            best = _decisive(question, citation, found) if kind != "name" or len(found) == 1 else None
            shown = _shown(citation, best, kind) if best else None
            return shown if shown and (told is None or overlap(shown, told.answer)) else None
    return None


def _of_row(question: str, row: Citation, found: ShortAnswer | None, told: Told | None) -> ShortAnswer | None:
    """The short answer of a table row: the cell below the head that a question asks for, else what was found
    in another cell than the first, which names the row; with what limits it. None where it is told of another
    row, or of another act than is asked about."""
    heads = heads_among(place.text for place in row.context)
    asks_value = kind_asked(question) in _VALUES
    below_head = cell_asked(question, row.quote, heads) if asks_value else None
    cell, first, last = _cell_meant(row, heads, below_head, found)
    if cell is None or lacks_number_of(question, row.quote):
        return None
    if cell.column:
        first, last = with_its_limits(row.quote, cell, first, last)
    elif asks_value:
        return None
    text = row.quote[first:last]
    if not text or set(words_of(question)).issuperset(words_of(text)):
        return None
    if is_of_another_act(question, text, cell.head):
        return None
    around, known = (told.around, told.known) if told else ("", "")
    is_sure = below_head is not None or bool(told and told.is_sure)
    slice = Slice(row.quote, first, last, is_sure, around, known)
    doubts = [doubt for doubt in DOUBTS if below_head is None or doubt is not other_value_meant]
    if any(doubt(question, slice) for doubt in doubts):
        return None
    return ShortAnswer(text, row.start + first, row.start + last, None)


def _cell_meant(
    row: Citation, heads: str, below_head: Cell | None, found: ShortAnswer | None
) -> tuple[Cell | None, int, int]:
    """The cell that has what was found, and where it has that; or all of the one below the head that is asked
    for, where nothing was found in it."""
    if found:
        first, last = found.start - row.start, found.end - row.start
        if below_head is None or below_head.start <= first < below_head.end:
            cells = cells_of(row.quote, heads)
            return next((one for one in cells if one.start <= first < one.end), None), first, last
    return (below_head, below_head.start, below_head.end) if below_head else (None, 0, 0)


def _is_denied(question: str, read: ShortAnswer, citations: Sequence[Citation]) -> bool:
    """Whether a sentence that the judge takes for a no denies what is asked, and no other citation, and no
    other sentence of its own, says the contrary."""
    others = [citation.quote for citation in citations if not overlap(citation, read)]
    return read.polarity == "no" and denies(question, read.text, others)


def _one_of_several(slice: Slice, citations: Sequence[Citation], *, follows: bool) -> bool:
    """Whether a term or a sum that no judge is sure of is one of several that are cited, each for something
    else: of terms two are enough, of sums three. To a question that leans on another a judge is never sure,
    and two articles are enough too."""
    if slice.is_sure and not follows:
        return False
    for kind, most in (_OF_LAWS if follows else _PUNISHMENTS).items():
        own = _values_in(slice.sentence, kind)
        others = (one.quote for one in citations if slice.sentence not in one.quote)
        differing = sum(bool(_values_in(quote, kind) - own) for quote in others)
        if differing > most and _values_in(slice.text, kind):
            return True
    return False


def _values_in(text: str, kind: Kind) -> set[str]:
    """The values of a kind in a text, by their figures; one in words is as it is written."""
    found = (match[0] for pattern in SLICES[kind] for match in re.finditer(pattern, text, re.IGNORECASE))
    return {" ".join(re.findall(r"\d+", value)) or value.casefold() for value in found}


def _in_sentence(found: ShortAnswer, citations: Sequence[Citation], told: Told | None) -> Slice:
    """A short answer in the sentence of the citation that it stands in."""
    within = next((one for one in citations if one.start <= found.start < one.end), None)
    quote, offset = (within.quote, within.start) if within else (found.text, found.start)
    start, end = sentence_at(quote, found.start - offset)
    end = max(end, found.end - offset)
    first = found.start - offset - start
    around, known = (told.around, told.known) if told else ("", "")
    is_sure = bool(told and told.is_sure)
    return Slice(quote[start:end], first, first + found.end - found.start, is_sure, around, known)


def _with_others(found: ShortAnswer, slice: Slice) -> ShortAnswer:
    """A number with all that it counts: «24 provinces and municipalities»."""
    more = others_behind(slice.sentence, slice.end) if slice.text[-1:].isalpha() else ""
    return replace(found, text=found.text + more, end=found.end + len(more)) if more else found


def told_by_judge(reading: Reading, sentence: int, report: Report) -> Told | None:
    """What the judge reads in a sentence (its position), or None where it reads no words that stand there."""
    place = report.sentences[sentence]
    for polarity in ("yes", "no"):
        if reading.forms[polarity] >= _SURE_OF_POLARITY:
            return Told(ShortAnswer(report.slice(place), place.start, place.end, polarity), True)
    text, own = sentence_in_place(report, place), own_words_in_place(report, place)
    words = reading.words(own[0].in_place, len(text)) if own else None
    if words is None:
        return None
    first, last = _whole_words(text, words.start, words.end)
    first -= len(_qualifier(text, first)) if text[first:last][:1].isdigit() else 0
    # A row of a table is read with the heads of its columns; what is not in one of its cells is no answer.
    inside = (one for one in own if one.in_place <= first and last <= one.in_place + one.length)
    cell = next(inside, None)
    if cell is None:
        return None
    start = cell.in_report + first - cell.in_place
    answer = ShortAnswer(text[first:last], start, start + last - first, None)
    is_sure = reading.forms["words"] * words.probability >= _SURE_OF_WORDS
    known = " ".join(filter(None, (report.about.title, report.about.country)))
    return Told(answer, is_sure, f"{_before(report, sentence)} {text}", known)


def _before(report: Report, sentence: int) -> str:
    """The sentence before one (its position) in the same block."""
    before = next((one for one in report.beside(sentence) if one < sentence), None)
    return "" if before is None else report.slice(report.sentences[before])


def _qualifier(text: str, end: int) -> str:
    """«more than », where that stands before `end`."""
    found = _QUALIFIER.search(text, 0, end)
    return found[0] if found else ""


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A slice of a text, widened to whole words and numbers: a tokenizer cuts both."""
    for word in _WHOLE_WORD.finditer(text):
        if word.start() < start < word.end():
            start = word.start()
        if word.start() < end < word.end():
            end = word.end()
    return start, end


def _slices(question: str, quote: str, pattern: str) -> list[re.Match[str]]:
    """What a pattern finds in a quote, but for what the question itself names, and the whole of a part."""
    asked = set(words_of(question))
    found = (m for m in re.finditer(pattern, quote, re.IGNORECASE) if not is_whole(quote, m.start()))
    return [m for m in found if m[0].casefold() not in question.casefold() and set(words_of(m[0])) - asked]


def _decisive(question: str, citation: Citation, found: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """Of several slices, the only one that counts what is asked for, or the one clearly nearest to it."""
    if len(found) == 1:
        return found[0]
    asked, wanted = set(words_of(question)), wanted_of(question)
    if not told_apart_by(question) <= set(words_of(citation.quote)):
        return None
    counting = [m for m in found if wanted & set(words_of(counted_behind(citation.quote, m.end()))[-1:])]
    if len(counting) == 1:
        return counting[0]
    marks = [m.start() for m in re.finditer(r"\S+", citation.quote) if asked & set(words_of(m[0]))]
    (nearest, best), (next_best, _), *_ = sorted(
        ((_distance(match, marks), match) for match in found), key=lambda pair: (pair[0], pair[1].start())
    )
    return best if marks and next_best >= _CLEARLY * nearest else None


def _shown(citation: Citation, match: re.Match[str], kind: Kind) -> ShortAnswer:
    """A slice of this kind as it is shown: a figure with its qualifier, a number with what it counts."""
    first, last = match.span()
    first -= len(_qualifier(citation.quote, first)) if kind in _FIGURES else 0
    last += len(counted_behind(citation.quote, match.end())) if kind == "number" else 0
    start, end = citation.start + first, citation.start + last
    return ShortAnswer(citation.quote[first:last], start, end, None)


def _distance(match: re.Match[str], marks: Sequence[int]) -> float:
    """How far the nearest three of the question's words stand from a slice, in characters."""
    near = sorted(min(abs(mark - match.start()), abs(mark - match.end())) for mark in marks)[:3]
    return sum(near) / len(near) if near else float(match.start())
