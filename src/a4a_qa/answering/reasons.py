"""Why a question is refused or answered with a caveat, and which of its words the report does not meet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from a4a_qa.answering.answer import Reason, ReasonCode
from a4a_qa.answering.confidence import met_words, missing_numbers
from a4a_qa.answering.phrases import phrase
from a4a_qa.index.lexical import words_of
from a4a_qa.index.retrieval import Alignment
from a4a_qa.question.query import Query
from a4a_qa.text.notation import YEAR

_FILE = Path(__file__).parent.parent / "data" / "words.toml"
# A word whose best match is below this is not met.
_UNMET = 0.67
_MOST_UNMATCHED = 3
# From this probability on the judge denies what a question takes for granted: half of the development
# questions that do, nearly, and 6 % of the near misses (docs/experiments.md).
_DENIED = 0.8


def why_not(
    query: Query, alignment: Alignment | None, shown: str, *, told: str, elsewhere: bool, denied: float
) -> tuple[ReasonCode, tuple[str, ...]]:
    """Why a question is not answered, and the words of it that are not met in what is shown.

    `alignment` is how its words are met, None where nothing was found; `told` is the text that has to have
    its numbers: what is cited, if anything is. `elsewhere` says that it is about something else by a wide
    margin, `denied` how likely the report denies what it takes for granted.
    """
    if query.is_vague:
        return "unclear", ()
    if alignment is None or elsewhere:
        return "out_of_scope", ()
    if numbers := missing_numbers(query.asks_of_numbers, told):
        return "other_value", numbers
    if denied >= _DENIED:
        return "false_premise", ()
    return "absent_detail", _unmet_words(query.text, alignment, shown)


def _unmet_words(question: str, alignment: Alignment, shown: str) -> tuple[str, ...]:
    """The words of a question that are met worst and do not stand in what is shown, worst first."""
    there = frozenset(words_of(shown))
    surface = {word.casefold(): word for word in re.findall(r"\w[\w'’-]*", question)}
    unmet = sorted(
        (found, surface[word])
        for word, found in met_words(alignment).items()
        if found < _UNMET
        and word in surface
        and word not in _never_missed()
        and not there.issuperset(words_of(word))
    )
    return tuple(dict.fromkeys(word for _, word in unmet[:_MOST_UNMATCHED]))


@cache
def _never_missed() -> frozenset[str]:
    words: str = tomllib.loads(_FILE.read_text(encoding="utf-8"))["never_missed"]
    return frozenset(words.split())


def is_of_other_years(unmatched: Sequence[str], told: str) -> bool:
    """Whether a text tells of years, and those that a question asks about are not among them."""
    years = any(re.fullmatch(YEAR, number) for number in unmatched)
    return years and re.search(rf"\b{YEAR}\b", told) is not None


def caveat(code: ReasonCode, unmatched: Sequence[str]) -> Reason:
    """What stands above an answer that is not certain, for the reason why it would be refused."""
    if code == "false_premise":
        return Reason(code, phrase("partial", "premise"))
    return lacking(code, "unsure", unmatched) if unmatched else Reason(code, phrase("partial", "doubtful"))


def lacking(code: ReasonCode, phrase_name: str, words: Sequence[str]) -> Reason:
    """What an answer lacks, told by a phrase for partial answers and the words it is about."""
    return Reason(code, phrase("partial", phrase_name, unmatched="; ".join(words)), tuple(words))


def lacks_of_parts(missing: Sequence[str], unread: Sequence[str]) -> Reason | None:
    """What an answer lacks of the parts of a question: those that were not found, and not looked for."""
    lacks = [
        lacking("absent_detail", name, parts)
        for name, parts in (("part", missing), ("rest", unread))
        if parts
    ]
    if not lacks:
        return None
    return replace(lacks[0], message=". ".join(one.message for one in lacks), unmatched=(*missing, *unread))
