"""Names that a question has in another form than the report: by initials that the report never uses, with
«UN» in front, or as a treaty is called every day («the children's convention»)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from a4a_qa.answering.function_words import SMALL_IN_NAMES
from a4a_qa.answering.named import full_names, initials_of
from a4a_qa.index.lexical import STOP_WORDS, words_of
from a4a_qa.notation import ADDRESS
from a4a_qa.report import Report

_CAPITAL = r"[A-ZÀ-Þ][\w’'-]*"
# What stands in small letters between two capitals: a small word of English, or one of another language
# («Amis de la Mer»).
_NO_SMALL_WORD = "|".join(sorted(STOP_WORDS - set(SMALL_IN_NAMES.split("|"))))
_SMALL = rf"(?:{SMALL_IN_NAMES}|&|(?!(?:{_NO_SMALL_WORD})\b)[a-zß-ÿ]{{1,4}})"
_NAME = re.compile(rf"{_CAPITAL}(?:(?: {_SMALL}){{0,2}} {_CAPITAL})+")
_WORD = re.compile(r"[^\W_]+")
# Of two letters there are too many.
_LEAST_INITIALS = 3
_INITIALS = re.compile(rf"(?<![\w-])[A-Z]{{{_LEAST_INITIALS},}}(?![\w-])")
# What initials are short for is asked, which the report does not say.
_ASKS_NAME = re.compile(
    r"\b(?:stands? for|means?|short for|full name|abbreviat\w+|acronyms?|initials|spel[lt]\w*)\b",
    re.IGNORECASE,
)
# Names that are joined may be one, or several.
_JOINED = re.compile(r" (?:and|&) (?:the )?")
_TWO_JOINED = re.compile(r"[^ ]+ (?:and|&) [^ ]+")
# Which treaty is meant stands before its kind; behind it stands the rest of a name in full.
_KIND = r"(?:convention|covenant|charter)"
_TREATY = re.compile(
    r"\b(?:the UN|the|UN) "
    rf"(?P<said>(?:(?!(?:{'|'.join(sorted(STOP_WORDS))}|UN)\b)[\w'’-]+ ){{1,3}}?{_KIND})\b"
    r"(?! (?:of|on|for|against|to|relating|concerning|between|no)\b)",
    re.IGNORECASE,
)
# «Child» and «children» begin alike.
_LEAST_ALIKE = 4
_IS_TREATY = re.compile(rf"(?!The )(?!.*{_KIND}.* and .*{_KIND}).*\b{_KIND}\b", re.IGNORECASE)
_UN = frozenset(words_of("UN United Nations"))


class OtherNames:
    """The names that a report prints, gathered once from its text."""

    def __init__(self, report: Report) -> None:
        self._text = report.text.casefold()
        self._known = frozenset(word.upper() for word in _WORD.findall(self._text))
        self._spelt: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._treaties: dict[frozenset[str], str] = {}
        names = dict.fromkeys(
            name for run in _NAME.findall(ADDRESS.sub(" ", report.text)) for name in _names_in(run)
        )
        for name in names:
            for initials in initials_of(name):
                spelt = self._spelt[initials]
                # In headings words have capitals that have none elsewhere.
                spelt[name.casefold()] = max(name, spelt.get(name.casefold(), name))
        for name in (*full_names(report).values(), *names):
            if _IS_TREATY.match(name):
                self._treaties.setdefault(frozenset(words_of(name)) - _UN, name)

    def as_printed(self, question: str) -> str:
        """A question with such names as the report prints them; all else stays as it is."""
        if question.isupper() or _ASKS_NAME.search(question):
            return question
        return _TREATY.sub(self._treaty, _INITIALS.sub(self._in_full, question))

    def _in_full(self, found: re.Match[str]) -> str:
        """What the report spells out, if these are the initials of just one name."""
        initials = found[0]
        if initials in self._known or initials.casefold() in STOP_WORDS:
            return initials
        without_un = initials.removeprefix("UN")
        if len(without_un) >= _LEAST_INITIALS and without_un in self._known:
            return without_un
        names = list(self._spelt.get(initials, {}).values())
        return names[0] if len(names) == 1 else initials

    def _treaty(self, found: re.Match[str]) -> str:
        """The one treaty that has all words that are said of it, as long as these are two thirds of its
        name."""
        said = frozenset(words_of(found["said"]))
        if found["said"].casefold() in self._text:
            return found[0]
        near = {
            name: len(words) - len(said)
            for words, name in self._treaties.items()
            if len(words) - len(said) <= len(said) / 2
            and all(any(_are_alike(one, word) for word in words) for one in said)
        }
        nearest = [name for name, beside in near.items() if beside == min(near.values())]
        return f"the {nearest[0]}" if len(nearest) == 1 else found[0]


def _names_in(run: str) -> Iterator[str]:
    """The names that capitalised words in a row may be, without what begins a sentence («In», «But»)."""
    for name in (run, *_JOINED.split(run)):
        words = name.split(" ")
        while words and words[0].casefold() in STOP_WORDS:
            if words[0] == "The":
                yield " ".join(words)
            words.pop(0)
        if len(words) > 1 and not _TWO_JOINED.fullmatch(" ".join(words)):
            yield " ".join(words)


def _are_alike(one: str, other: str) -> bool:
    """Whether two compared words are the same, or one begins with the other."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _LEAST_ALIKE and longer.startswith(shorter))
