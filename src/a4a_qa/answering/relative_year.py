"""Years that a question reckons from the one asked before: after «… in 2008?», «And the year after?» asks
«And in 2009?», and «two years later» is 2010."""

from __future__ import annotations

import re
from collections.abc import Iterable

from a4a_qa.index.lexical import words_of
from a4a_qa.notation import YEAR

_COUNTS = dict(
    zip("a one two three four five six seven eight nine ten".split(), (1, *range(1, 11)), strict=True)
)
_COUNT = rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,2}})"
_AFTER, _BEFORE = r"(?:after(?:wards)?|later|on|thereafter)", r"(?:before|earlier|previously)"
# At the end alone: «the year after the war» is reckoned from something else.
_RELATIVE = re.compile(
    rf"(?<![\w.-])(?:in )?(?:(?P<next>the (?:year {_AFTER}|(?:next|following) year))"
    rf"|(?P<last>the (?:year {_BEFORE}|(?:previous|preceding) year))"
    rf"|{_COUNT} years? (?:(?P<after>{_AFTER})|{_BEFORE}))(?=\W*$)",
    # In ASCII: «sıx» is no number to a table, as it would be to a pattern without case.
    re.IGNORECASE | re.ASCII,
)
_YEAR = re.compile(rf"\b{YEAR}\b")
# A question of more words than this says itself from when it reckons.
_MOST_WORDS = 6


def is_relative(question: str) -> bool:
    """Whether a question reckons the year that it asks of from another."""
    is_short = len(words_of(question)) <= _MOST_WORDS
    return is_short and bool(_RELATIVE.search(question)) and not _YEAR.search(question)


def with_years_reckoned(questions: Iterable[str]) -> list[str]:
    """Questions of a conversation, in order, each with the year that it means, if one asked before tells."""
    reckoned, year = [], None
    for question in questions:
        meant = question if year is None else _reckoned(question, year)
        if named := set(_YEAR.findall(meant)):
            year = int(named.pop()) if len(named) == 1 else None
        reckoned.append(meant)
    return reckoned


def _reckoned(question: str, year: int) -> str:
    """A question with the year that it reckons from this one."""
    if not is_relative(question):
        return question
    return _RELATIVE.sub(lambda words: f"in {year + _years(words)}", question)


def _years(words: re.Match[str]) -> int:
    """By how many years some words go on, or back."""
    if words["next"] or words["last"]:
        return 1 if words["next"] else -1
    count = words["count"].casefold()
    years = _COUNTS.get(count) or int(count)
    return years if words["after"] else -years
