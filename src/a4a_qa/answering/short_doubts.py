"""What speaks against a slice of the right sentence: it tells of another year, group, place or body than the
question asks about, or of those that the question does not mean.

Each doubt is measured on development questions (docs/experiments.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from a4a_qa.answering.answer_kinds import SLICES, Kind, kind_asked
from a4a_qa.answering.named import is_of_another, misses_body
from a4a_qa.answering.negation import DENIES, LACKS, NOT
from a4a_qa.answering.numerals import CARDINALS, NUMBER_WORD, ORDINALS, values_in_words
from a4a_qa.answering.opposites import differ
from a4a_qa.answering.short_extent import EXTENT_DOUBTS
from a4a_qa.answering.short_slice import Slice
from a4a_qa.answering.values import AGE, YEARS, kind_of, values_meant
from a4a_qa.notation import YEAR

_NOT = re.compile(rf"\b(?:{DENIES}|{LACKS})\b", re.IGNORECASE)
# «Which states have not signed?»
_WHICH_NOT = re.compile(rf"^\W*(?:which|what|who)\b[^,;]*\b(?:{NOT})\b", re.IGNORECASE)
_LEAVES_OUT = re.compile(r"\b(?:outside|except(?:ing)?|excluding|apart from|other than)\b", re.IGNORECASE)
# The people of a country, told from it by their first letters: «Norwegians».
_PEOPLE = re.compile(r"\b[A-Z]\w+(?:ns?|ese|ish)\b")
_STEM = 5
_WHICH = re.compile(r"\b(?:which|what) \w+", re.IGNORECASE)
_PERIOD = re.compile(rf"\b({YEAR})\s?[-–]\s?({YEAR})\b")
# What says nothing away from the words that it points to.
_POINTS = re.compile(
    r"(?:the same|both|this|these|those|such|it|its|they|their|he|she|that)\b", re.IGNORECASE
)
_LIMIT = re.compile(
    r"\b(under|below|younger than|over|above|older than) (?:the age of )?(\d{1,2})\b(?! (?:months|days))"
    r"|\bbetween (\d{1,2}) and (\d{1,2})\b",
    re.IGNORECASE,
)
_DOWNWARD, _OLDEST = ("under", "below", "younger than"), 130
_ADULTS, _ADULT = re.compile(r"\b(?:adults?|grown[- ]ups?)\b", re.IGNORECASE), 18
_ACCESSED = re.compile(r"\baccessed (?:on )?$", re.IGNORECASE)
_ASKS_WHEN_ACCESSED = re.compile(
    r"\b(?:access\w*|visit\w*|look\w* (?:it )?up|retriev\w*|consult\w*|download\w*|check\w*|opened"
    r"|view\w*)\b",
    re.IGNORECASE,
)
_SO_MANY = re.compile(rf"\b(?:which|what|(?:name|list)(?: the)?) ({NUMBER_WORD}|[2-9]) \w+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r", and |,? and |, | or |; ")
# What asks for two values held against each other, or for one of each.
_COMPARES = re.compile(
    r"\b(?:earlier|later|more|less|fewer|higher|lower|before|after|larger|smaller|better|worse) or \w+"
    r"|\bhow much (?:more|less|\w+er)\b|\b(?:do|does|did|is|are|was|were|will|would) each\b",
    re.IGNORECASE,
)
_UNTIL_WHEN = re.compile(r"\b(?:until|till|since|by) when\b", re.IGNORECASE)
_ARTICLE = re.compile("|".join(SLICES["article"]), re.IGNORECASE)
_COUNTABLE: tuple[Kind, ...] = ("duration", "date", "year", "number")
_COUNTING = "|".join((*CARDINALS, *(word for word, place in ORDINALS.items() if place > 2)))
_COUNTS = re.compile(
    rf"\d|\b(?:half|halves|quarters?|{_COUNTING}|dozens?|hundreds?|thousands?|every|years?|months?|none|no)\b",
    re.IGNORECASE,
)


def is_doubtful(question: str, slice: Slice) -> bool:
    """Whether a slice that a judge or a rule takes for the short answer may be that to another question."""
    return any(doubt(question, slice) for doubt in DOUBTS)


def other_value_meant(question: str, slice: Slice) -> bool:
    """Whether the sentence has another value of the kind, whose clause meets the question better; or as well,
    where no judge is sure."""
    kind = kind_of(slice.text)
    found = values_meant(question, slice.sentence, kind, (slice.start, slice.end)) if kind else None
    if found is None or not found[1]:
        return False
    own, others = found
    if not own.has_year and any(other.has_year for other in others):
        return True
    best = max(others, key=lambda other: (other.weight, other.met))
    if best.weight != own.weight:
        return best.weight > own.weight
    return not slice.is_sure and (own.weight > 0 or best.met >= own.met > 0)


def of_another_year(question: str, slice: Slice) -> bool:
    """Whether a slice is no date, and its sentence is about other years than the question."""
    return kind_of(slice.text) != "date" and names_other_years(question, slice.sentence)


def names_other_years(question: str, text: str) -> bool:
    """Whether a text is about years, and the one that is asked about is none of them, or only the edge of a
    period."""
    years = set(YEARS.findall(question))
    if not years or not YEARS.search(text):
        return False
    single = set(YEARS.findall(_PERIOD.sub(" ", text)))
    periods = [set(period) for period in _PERIOD.findall(text)]
    return any(year not in single and not any(year in p and p <= years for p in periods) for year in years)


def the_opposite(question: str, slice: Slice) -> bool:
    """Whether the question asks for the opposite, or for those that are not: rural and urban, with and
    without. Who asks for those outside the towns asks for the opposite of the opposite."""
    asked = _WHICH.sub(" ", question)
    named = _PEOPLE.findall(f"{question} {slice.sentence}")
    locals_ = {name.casefold() for name in named if name[:_STEM] in slice.known}
    opposed = any(differ(asked, text, locals_=locals_) for text in slice.clauses)
    if kind_of(slice.text) is None:
        return opposed or (bool(_WHICH_NOT.search(question)) and not _NOT.search(slice.clauses[0]))
    denied = bool(_NOT.search(question)) != bool(_NOT.search(slice.clauses[0]))
    leaves_out = bool(_LEAVES_OUT.search(question)) and not _LEAVES_OUT.search(slice.sentence)
    return opposed != (denied or leaves_out)


def of_another_name(question: str, slice: Slice) -> bool:
    """Whether the question names a place or a person, and the clause, or the sentence and the one before,
    another."""
    texts = (slice.clauses[0], f"{slice.around} {slice.sentence}")
    return bool(slice.around) and any(is_of_another(question, text, slice.known) for text in texts)


def of_another_body(question: str, slice: Slice) -> bool:
    """Whether the question names a body that neither the sentence nor the one before speaks of."""
    # The row before in a table is about something else.
    around = "" if "\t" in slice.sentence else slice.around
    return bool(slice.around) and misses_body(question, f"{around} {slice.sentence} {slice.known}")


def of_another_age(question: str, slice: Slice) -> bool:
    """Whether the sentence is about those under, over or between ages that those asked about are not."""
    told = [_ages_of(limit) for limit in _LIMIT.finditer(slice.sentence)]
    asked = [_ages_of(limit) for limit in _LIMIT.finditer(question)]
    single = [int(one or other) for one, other in AGE.findall(question)]
    asked += [range(age, age + 1) for age in (*single, *(_ADULT for _ in _ADULTS.findall(question)))]
    return bool(told) and any(
        not any(ages.start <= one.start and one.stop <= ages.stop for ages in told) for one in asked
    )


def _ages_of(limit: re.Match[str]) -> range:
    if not limit[1]:
        return range(int(limit[3]), int(limit[4]) + 1)
    age = int(limit[2])
    return range(age) if limit[1].lower() in _DOWNWARD else range(age, _OLDEST)


def of_access(question: str, slice: Slice) -> bool:
    """Whether a date is that on which a source was looked at, and something else is asked."""
    is_access = _ACCESSED.search(slice.sentence, 0, slice.start)
    return bool(is_access) and not _ASKS_WHEN_ACCESSED.search(question)


def too_few(question: str, slice: Slice) -> bool:
    """Whether more names are asked for («which four countries») than the slice has."""
    asked = _SO_MANY.search(question)
    if asked is None or kind_of(slice.text):
        return False
    number = values_in_words(asked[1]).get(asked[1].lower(), asked[1])
    return number.isdecimal() and len(_BETWEEN_NAMES.findall(slice.text)) + 1 < int(number)


def names_what_is_asked(question: str, slice: Slice) -> bool:
    """Whether one of several names is in the question itself: it asks for the others."""
    names = _BETWEEN_NAMES.split(slice.text)
    return len(names) > 1 and any(name.split()[-1] in question for name in names if name[:1].isupper())


def of_no_such_kind(question: str, slice: Slice) -> bool:
    """Whether something is asked that has to be counted, and the slice does not count, or an article of a
    law, and it names none."""
    kind = "date" if _UNTIL_WHEN.search(question) else kind_asked(question)
    if kind == "article":
        return not _ARTICLE.search(slice.text)
    return kind in _COUNTABLE and not _COUNTS.search(slice.text)


def only_points(question: str, slice: Slice) -> bool:
    """Whether the slice only points to other words: «the same punishment»."""
    return bool(_POINTS.match(slice.text))


def one_of_two(question: str, slice: Slice) -> bool:
    """Whether two values are asked for, to be held against each other."""
    return bool(_COMPARES.search(question))


DOUBTS: tuple[Callable[[str, Slice], bool], ...] = (
    other_value_meant,
    of_another_year,
    the_opposite,
    of_another_name,
    of_another_body,
    of_another_age,
    of_access,
    too_few,
    names_what_is_asked,
    of_no_such_kind,
    only_points,
    one_of_two,
    *EXTENT_DOUBTS,
)
