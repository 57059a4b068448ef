"""The cell of a table row that a question asks for, by the heads of the columns.

«When did the country report?» of a row with two dates: the one below «Date of report». The first cell names
the row: «Convention of 1999». What limits a date belongs to it: «2004 – visit requested».
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from a4a_qa.answering.clauses import sentence_at
from a4a_qa.answering.values import is_met
from a4a_qa.hits import Hits
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Block, Report
from a4a_qa.table_rows import Cell, cells_of, is_row

# What states do with a treaty: a date of one is no date of another.
_ACTS = tuple(
    re.compile(rf"\b(?:{act})", re.IGNORECASE)
    for act in (
        r"adopt|conclude[ds]?\b|draft|drawn up",
        r"sign(?:s|ed|ing|ature)?\b(?! up)",
        r"ratif|acced|accession|accept",
        r"submi|report(?:s|ed|ing)?\b|hand(?:s|ed)? in",
        r"(?:in|into|in to) (?:force|effect)",
        r"visit",
        r"review",
    )
)
# Words of a question and of heads that tell no column from the next.
_BESIDE = frozenset(words_of("date day year month time number total comment remark note when country"))
_LONGEST = 90
# A number by which something is called, which no year, date or sum is.
_NUMBER = re.compile(r"(?<=[A-Za-z.] )(?<![\d./,-])\d{2,3}(?![\w/%-]|[.,]\d)(?=\W|$)")
_ACRONYM = re.compile(r"(?<![\w-])[A-Z]{3,}(?:-[A-Z]+)*(?![\w-])")
_COMPARES = re.compile(r"\b(?:or|than|before|after|first|last|both)\b", re.IGNORECASE)


def cell_asked(question: str, row: str, heads: str) -> Cell | None:
    """The cell below the head that has most words of a question; None where no head, or more than one, has.
    A row that ends before that column has an empty one."""
    cells, titles = cells_of(row, heads), heads.split("\t")
    if not is_row(row) or len(titles) < 2:
        return None
    asked = frozenset(words_of(question)) - _BESIDE - frozenset(words_of(row[: cells[0].end]))
    met = [
        sum(is_met(word, frozenset(words_of(title))) for word in asked)
        + sum(bool(act.search(question) and act.search(title)) for act in _ACTS)
        for title in titles[1:]
    ]
    best = max(met)
    if not best or met.count(best) > 1:
        return None
    column = met.index(best) + 1
    return cells[column] if column < len(cells) else Cell(column, titles[column], len(row), len(row))


def is_of_another_act(question: str, cell: str, head: str) -> bool:
    """Whether a question asks when something was adopted, say, and a cell and its head tell when it was
    ratified."""
    asked = {act for act in _ACTS if act.search(question)}
    told = {act for act in _ACTS if act.search(head) or act.search(cell)}
    return bool(asked and told and not asked & told)


def with_its_limits(row: str, cell: Cell, start: int, end: int) -> tuple[int, int]:
    """A slice of a cell, widened to all of the cell, or to the sentence of it that has the slice."""
    text = row[cell.start : cell.end]
    if len(text) > _LONGEST:
        first, last = sentence_at(text, start - cell.start)
        text, cell = text[first:last], replace(cell, start=cell.start + first, end=cell.start + last)
    if len(text) > _LONGEST or not (cell.start <= start and end <= cell.end):
        return start, end
    blank = len(text) - len(text.lstrip())
    return cell.start + blank, cell.start + len(text.rstrip(" ."))


def lacks_number_of(question: str, row: str) -> bool:
    """Whether a question names something by a number («convention 138»), and a row has another."""
    return any(not has_name(name, row) for name in _NUMBER.findall(question))


def of_right_row(question: str, sentences: Sequence[int], hits: Hits, report: Report) -> tuple[int, ...]:
    """Sentences to cite, the best one replaced by another row of its table, if that has the number or the
    acronym by which the question names one («convention 138») and the best has not; or only the row that has
    the name by which the question names one."""
    best, *others = sentences
    row = report.block_at(report.sentences[best].start)
    if row is None or row.kind != "table_row":
        return tuple(sentences)
    if (named_row := _row_named(question, row, report)) is not None:
        beside = (
            one for one in others if not _is_row_beside(row, report.block_at(report.sentences[one].start))
        )
        return (named_row, *beside)
    named = dict.fromkeys(_NUMBER.findall(question) + _ACRONYM.findall(question))
    lacks = [name for name in named if not has_name(name, report.slice(row))]
    kept = [name for name in named if name not in lacks]
    for hit in hits.sentences if lacks else ():
        other = report.block_at(report.sentences[hit.sentence].start)
        if other is None or other == row or not _is_row_beside(row, other):
            continue
        text = report.slice(other)
        if any(has_name(name, text) for name in lacks) and all(has_name(name, text) for name in kept):
            return tuple(dict.fromkeys((hit.sentence, *others)))
    return tuple(sentences)


def _row_named(question: str, row: Block, report: Report) -> int | None:
    """The row of a table whose first cell has more words of a question than all others, two at least; None
    where it asks for several («conventions») or compares them («earlier than …»)."""
    if _COMPARES.search(question):
        return None
    rows = {
        position: report.slice(sentence).partition("\t")[0]
        for position, sentence in enumerate(report.sentences)
        if _is_row_beside(row, report.block_at(sentence.start))
    }
    spelt = {word.casefold() for name in rows.values() for word in re.findall(r"\w+", name)}
    asked = set(words_of(question))
    if any(word[:-1] in spelt and word not in spelt for word in re.findall(r"\w+s\b", question.casefold())):
        return None
    met = {position: len(asked & set(words_of(name))) for position, name in rows.items()}
    most = max(met.values())
    found = [position for position, count in met.items() if count == most]
    return found[0] if most > 1 and len(found) == 1 else None


def _is_row_beside(row: Block, other: Block | None) -> bool:
    """Whether a block is a row of the same table."""
    return other is not None and (other.kind, other.context) == (row.kind, row.context)


def has_name(name: str, row: str) -> bool:
    """Whether a row has a number or an acronym as a word of its own."""
    return bool(re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", row))
