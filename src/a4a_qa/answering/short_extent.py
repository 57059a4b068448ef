"""What speaks against a slice of the right sentence that is too wide, too narrow, or no such thing: one of
several, students with all others, no country where one is asked for, those to whom it is done.

Each doubt is measured on development questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from a4a_qa.answering.answer_kinds import Kind, kind_asked
from a4a_qa.answering.clauses import parted
from a4a_qa.answering.countries import names_country
from a4a_qa.answering.function_words import AND_SO
from a4a_qa.answering.opposites import other_role
from a4a_qa.answering.short_slice import Slice
from a4a_qa.answering.values import counted_behind, has_only_times, head_counted, kind_of
from a4a_qa.index.lexical import words_of

_COUNTS: tuple[Kind, ...] = ("number", "share")
_EITHER = re.compile(r"\b([\w-]+) and/or ([\w-]+)")
_MOST = re.compile(
    r"\b(?:youngest|oldest|eldest|smallest|largest|biggest|longest|shortest|lowest|highest)\b", re.IGNORECASE
)
_ASKS_MOST = re.compile(r"\b(?:\w+est|as \w+ as|most|least|minimum|maximum|record)\b", re.IGNORECASE)
_LATEST = re.compile(r"\b(?:last|latest|most recent(?:ly)?|newest|next)\b", re.IGNORECASE)
_ASKS_LATEST = re.compile(
    rf"\bwhen (?:is|are|was|were|did|does|will) (?:the|its|their) {_LATEST.pattern}", re.IGNORECASE
)
_WHICH_COUNTRY = re.compile(r"\b(?:which|what) countr(?:y|ies)\b", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"\bhow many (?!(?:more |\w+ )?(?:years?|months?|weeks?|days?|hours?|dollars?|riels?|euros?|cents?)\b)",
    re.IGNORECASE,
)
_WHO_DOES = re.compile(rf"^{AND_SO}who (?!(?:is|are|was|were|did|do|does)\b)", re.IGNORECASE)
_WHO = re.compile(rf"^{AND_SO}who\b", re.IGNORECASE)
_WHO_GETS = re.compile(
    rf"^{AND_SO}who (?:gets?|got|receives?|received|benefits?|benefited"
    r"|(?:is|are|was|were) (?:the |being )?(?:victims?|survivors?|trained|helped|trafficked|exploited|abused"
    r"|sold))\b",
    re.IGNORECASE,
)
_BY_THEM = re.compile(r"\bby (?:the |a |an |its |their )?$", re.IGNORECASE)
_TO_THEM = re.compile(
    r"(?<!according )(?<!thanks )(?<!due )\bto (?:the |a |an |its |their )?$", re.IGNORECASE
)
_ADJECTIVE = re.compile(r"[A-Z]\w+(?:an|ese|ish)")
_NOUN_BEHIND = re.compile(r" (?!(?:and|or|who|that|with|were|have|from|also|when|where|which)\b)[a-z]{4,}")
_OF_WHAT = re.compile(r"\d\s*(?:%|per ?cent)? of (?:what|whom|which)\b", re.IGNORECASE)
_IS_ENTRY = re.compile(r"(?:[\w./-]*[A-Z]){2}[\w./-]*: ")
_ASKS_MORE_OF_IT = re.compile(
    r"\b(?:do|does|did) .* do\b|\b(?:roles?|work\w*|help\w*|kind|purpose|tasks?|when|where|why)\b",
    re.IGNORECASE,
)
_PAYS = re.compile(r"\b(?:fund(?:s|ed|er|ers)?|financ\w+|paid|pays|sponsor\w*|donors?)\b", re.IGNORECASE)
_DONE_BY = re.compile(
    r"(?<!funded and )(?<!financed and )\b(?:implemented|executed|carried out|run|managed|organi[sz]ed"
    r"|conducted|coordinated) by (?:the )?$",
    re.IGNORECASE,
)
_OF_PICTURES = re.compile(r"\bpornograph(?:y|ic)\b", re.IGNORECASE)
_OF_PEOPLE = re.compile(
    r"\b(?:sell|buy|trade|traffic|exploit|rent|recruit|hir)\w* (?:of |in )?(?:(?:a|the|their|her|his) )*"
    r"(?:child(?:ren)?|girls?|boys?|minors?|kids?|people|persons?|women|daughters?|sons?)\b"
    r"(?![ -](?:abuse|porn|sex))",
    re.IGNORECASE,
)
_WHICH_ALL = re.compile(
    r"\b(?:which \w+s|(?:which|what) (?:\w+ )?\w+s (?:is|are|was|were|do|did|have|had))\b", re.IGNORECASE
)
_LAST_OF_LIST = re.compile(r", (?:and|or) (?:(?:in|on|at|by|from|of|for|to) )?(?:the |a )?$")
_NAMED_TOO = re.compile(r"(?:, (?:the )?[A-Z][^,.;:]*)*,? (?:and|as well as) (?:the )?[A-Z]")
_ALSO_BY = re.compile(r"\balso \w+ by (?:the )?$", re.IGNORECASE)
_ASKS_OTHERS = re.compile(r"\b(?:also|else|other|others|another|besides|too)\b", re.IGNORECASE)


def of_either(question: str, slice: Slice) -> bool:
    """Whether a figure is of those who do one or the other, and one is asked about: «live and/or work»."""
    if kind_of(slice.text) not in _COUNTS:
        return False
    asked = set(words_of(question))
    return any(len(asked & set(words_of(" ".join(pair)))) == 1 for pair in _EITHER.findall(slice.sentence))


def counts_another(question: str, slice: Slice) -> bool:
    """Whether a number is that of something else than what is to be counted, which stands elsewhere in the
    sentence: «teachers and students, in all 1,900 participants»."""
    counted = words_of(slice.text + counted_behind(slice.sentence, slice.end))
    wanted = head_counted(question)
    if wanted is None or kind_of(slice.text) != "number" or not slice.text[-1:].isalpha():
        return False
    elsewhere = words_of(f"{slice.before} {slice.behind}")
    return wanted in elsewhere and wanted not in counted


def of_the_utmost(question: str, slice: Slice) -> bool:
    """Whether a number is that of the youngest, the largest or the like, and those are not asked for."""
    is_number = kind_of(slice.text) not in (None, "date", "article")
    return is_number and bool(_MOST.search(slice.clauses[0])) and not _ASKS_MOST.search(question)


def not_the_latest(question: str, slice: Slice) -> bool:
    """Whether the last of several is asked for, and nothing says that a date is that of the last."""
    asks = kind_of(slice.text) == "date" and _ASKS_LATEST.search(question)
    return bool(asks) and not _LATEST.search(f"{slice.around} {slice.sentence}")


def of_another_kind(question: str, slice: Slice) -> bool:
    """Whether a country is asked for and none named, or a count and a duration or a date told."""
    if _WHICH_COUNTRY.search(question):
        return kind_of(slice.text) is None and not names_country(slice.text)
    return bool(_HOW_MANY.search(question)) and has_only_times(slice.text)


def another_share(question: str, slice: Slice) -> bool:
    """Whether it is asked of what something is a share, and another share is told: «30 % of what?»."""
    return bool(_OF_WHAT.search(question)) and kind_of(slice.text) is not None


def to_whom_it_is_done(question: str, slice: Slice) -> bool:
    """Whether it is asked who does something and told to whom it is done, or the other way round."""
    if _WHO_GETS.search(question):
        return bool(_BY_THEM.search(slice.before))
    if _WHO_DOES.search(question) and _TO_THEM.search(slice.before):
        return True
    return other_role(question, slice.sentence) is not None


def of_pictures(question: str, slice: Slice) -> bool:
    """Whether a punishment is that for pictures of somebody, and it is asked what is done to people."""
    is_punishment = kind_of(slice.text) in ("duration", "amount")
    return is_punishment and bool(_OF_PICTURES.search(slice.sentence)) and bool(_OF_PEOPLE.search(question))


def by_whom_it_is_run(question: str, slice: Slice) -> bool:
    """Whether it is asked who pays, and those are told who carry it out."""
    return bool(_PAYS.search(question)) and bool(_DONE_BY.search(slice.before))


def cut_short(question: str, slice: Slice) -> bool:
    """Whether people are asked for, and the slice is an adjective cut from its noun: «Norwegian» courts."""
    is_adjective = _WHO.search(question) and _ADJECTIVE.fullmatch(slice.text)
    return bool(is_adjective and _NOUN_BEHIND.match(slice.behind))


def one_of_all(question: str, slice: Slice) -> bool:
    """Whether all are asked for, and the slice is one of a list, or of those who do it «also»."""
    if kind_of(slice.text):
        return False
    if _WHICH_ALL.search(question) and _LAST_OF_LIST.search(slice.before):
        return True
    asks_who = bool(_WHO.search(question) or _WHICH_ALL.search(question))
    is_other = _ALSO_BY.search(slice.before) and not _ASKS_OTHERS.search(question)
    is_first = slice.text[-1:].isalpha() and _NAMED_TOO.match(slice.behind)
    return asks_who and bool(is_other or is_first)


def only_its_name(question: str, slice: Slice) -> bool:
    """Whether a slice is the full name of an acronym, and something else is asked: «What does the ABC do?»"""
    asks_more = kind_asked(question) != "expansion" and _ASKS_MORE_OF_IT.search(question)
    return bool(asks_more and _IS_ENTRY.match(slice.sentence))


def beside_the_concession(question: str, slice: Slice) -> bool:
    """Whether all that meets the question is conceded, and the slice is of what is said."""
    conceded, said = parted(slice.sentence)
    asked = set(words_of(question))
    return slice.text in said and bool(asked & set(words_of(conceded))) and not asked & set(words_of(said))


EXTENT_DOUBTS: tuple[Callable[[str, Slice], bool], ...] = (
    of_either,
    counts_another,
    of_the_utmost,
    not_the_latest,
    of_another_kind,
    another_share,
    to_whom_it_is_done,
    of_pictures,
    by_whom_it_is_run,
    cut_short,
    one_of_all,
    only_its_name,
    beside_the_concession,
)
