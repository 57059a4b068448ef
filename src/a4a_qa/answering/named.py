"""The names in a question, and whether a text speaks of them or of others in their place."""

from __future__ import annotations

import re

from a4a_qa.index.lexical import STOP_WORDS
from a4a_qa.notation import MONTHS

_WORD = rf"(?!(?:{'|'.join(MONTHS)})\b)[A-Z][\w&]*(?:[’'.-]\w+)*"
_NAME = rf"{_WORD}(?: (?:(?:of|for|and|the|on) )?{_WORD})*"
_NAMED = re.compile(_NAME)
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
# A name behind the small word that says what it has to do with the matter.
_BEHIND = re.compile(rf"\b(in|at|from|of|with|to|by|between|for) (?:the )?({_NAME})")
# Not «in Tier 2».
_IN_PLACE = re.compile(rf"\bin ({_NAME})(?!['’\w]| \d)")
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z/.]*[A-Z]\b")
_RUN = re.compile(r"(?:[A-Z][\w’'-]*(?:[ -](?:of|for|and|the|on|in|against|to|&))*[ -])+[A-Z][\w’'-]*")
# Of two letters («US», «IT»), or what a sum of money or any organisation has.
_NO_BODIES = frozenset({"NGO", "USD", "EUR"})
# A name of as many words is that of a body: «Northern Youth Forum».
_WORDS_OF_BODY = 3


def names_in(question: str) -> list[str]:
    """The capitalised words of a question, each by itself, but for the first: that one may be any word."""
    return [found[0] for found in _CAPITALISED.finditer(question) if found.start()]


def missing_names(question: str, text: str) -> tuple[str, ...]:
    """The places, people and the like that a question names behind a small word («in Siem Reap»), and a text
    does not."""
    named = dict.fromkeys(name for _, name in _BEHIND.findall(question))
    return tuple(name for name in named if not is_there(name, text))


def other_places(question: str, text: str, report: str, about: str) -> tuple[str, ...]:
    """The places that something is asked of («in Port Anna»), where a text tells of another in their place.

    Only places that the `report` names too count, but for what the whole of it is `about`.
    """
    elsewhere = [one for one in _IN_PLACE.findall(text) if not is_there(one, about) and one not in question]
    return tuple(
        name
        for name in dict.fromkeys(_IN_PLACE.findall(question))
        if elsewhere and not name.isupper() and name in report and not is_there(name, f"{text} {about}")
    )


def is_of_another(question: str, text: str, known: str) -> bool:
    """Whether a question names a place or a person that a text, or what its report is about (`known`), does
    not, and the text names another in its place: «in the one town», «in the other»."""
    for link, name in _BEHIND.findall(question):
        if is_there(name, f"{text} {known}"):
            continue
        for instead in re.findall(rf"\b{link} (?:the )?({_NAME})", text):
            if not is_there(instead, known) and instead not in question:
                return True
    return False


def misses_body(question: str, text: str) -> bool:
    """Whether a question names a body that a text does not: by an acronym, or by a long name where the text
    has another of the kind («the Youth Forum» for «the Children's Forum»)."""
    for name in _ACRONYM.findall(question):
        if len(name) > len("US") and name not in _NO_BODIES and not is_there(name, text):
            return True
    for name in _NAMED.findall(question):
        words = name.split()
        while words and words[0].lower() in STOP_WORDS:
            words.pop(0)
        if len(words) < _WORDS_OF_BODY or is_there(" ".join(words), text):
            continue
        if words[-1] in text and not is_there(" ".join(words[:-1]), text):
            return True
    return False


def is_there(name: str, text: str) -> bool:
    """Whether a name stands in a text: in another form («Norwegians»), by its first letters, in full."""
    words = [re.sub("['’]s$", "", word) for word in re.split(r"[ -]", name) if word[:1].isupper()]
    if all(_starts_a_word(word, text) for word in words):
        return True
    letters = "".join(word[0] for word in words)
    if len(letters) > 1 and re.search(rf"\b{letters}\b", text):
        return True
    capitals = re.sub(r"[^A-Z]", "", name)
    return len(capitals) > 1 and any(capitals in initials for initials in _initials(text))


def _starts_a_word(word: str, text: str) -> bool:
    """Whether a word of a text begins like a word; an acronym has to be all of it («CRC», not «OP-CRC»)."""
    if word.isupper():
        return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
    return bool(re.search(rf"(?<![\w-]){re.escape(word[: max(4, len(word) - 2)])}", text, re.IGNORECASE))


def _initials(text: str) -> list[str]:
    """The first letters of each run of capitalised words, without and with those of small words between."""
    runs = [[word for word in re.split(r"[ -]", run) if word] for run in _RUN.findall(text)]
    capital = ("".join(word[0] for word in run if word[0].isupper()) for run in runs)
    return [*capital, *("".join(word[0].upper() for word in run) for run in runs)]
