"""The names in a question, and whether a text speaks of them or of others in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from a4a_qa.answering.countries import country_names, form_of
from a4a_qa.answering.function_words import SMALL_IN_NAMES
from a4a_qa.index.lexical import STOP_WORDS, words_of
from a4a_qa.notation import MONTHS
from a4a_qa.report import Report

_WORD = rf"(?!(?:{'|'.join(MONTHS)})\b)[A-Z][\w&]*(?:[’'.-]\w+)*"
_NAME = rf"{_WORD}(?: (?:(?:of|for|and|the|on) )?{_WORD})*"
_NAMED = re.compile(_NAME)
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
# A name behind the small word that says what it has to do with the matter.
_BEHIND = re.compile(rf"\b(in|at|from|of|with|to|by|between|for) (?:the )?({_NAME})")
# Not «in Tier 2».
_IN_PLACE = re.compile(rf"\bin ({_NAME})(?!['’\w]| \d)")
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z/.]*[A-Z]\b")
# Capitalised words in a row, with small ones between.
RUN_OF_CAPITALS = re.compile(rf"(?:[A-Z][\w’'-]*(?:[ -](?:{SMALL_IN_NAMES}|&))*[ -])+[A-Z][\w’'-]*")
# An acronym behind the name that it stands for («the Child Safety Council (CSC)»), and what that has at most.
_EXPLAINED = re.compile(r" \([“\"‘']?([A-Z][A-Za-z-]*[A-Z])[”\"’']?\)")
_LONGEST_NAME = 150
_IN_BRACKETS = re.compile(r"\s?\([^()]*\)")
# Of two letters («US», «IT»), or what a sum of money or any organisation has.
_NO_BODIES = frozenset({"NGO", "USD", "EUR"})
# A name of as many words is that of a body: «Northern Youth Forum».
_WORDS_OF_BODY = 3


def names_in(question: str) -> list[str]:
    """The capitalised words of a question, each by itself, but for the first: that one may be any word."""
    return [found[0] for found in _CAPITALISED.finditer(question) if found.start()]


def full_names(report: Report) -> dict[str, str]:
    """The acronyms that a report explains, each with its full name: in its list of them («CSC: Child Safety
    Council»), or behind the name («the Child Safety Council (CSC)»)."""
    found = {}
    for mark in _EXPLAINED.finditer(report.text):
        before = report.text[max(0, mark.start() - _LONGEST_NAME) : mark.start()].split(" ")
        names = (" ".join(before[start:]) for start in range(len(before)) if before[start][:1].isupper())
        for name in names:
            if mark[1].upper() in _initials(name):
                found[mark[1]] = name
    for block in report.blocks:
        if block.kind == "glossary_entry":
            acronym, _, name = report.text[block.start : block.end].partition(":")
            found[acronym.strip()] = _IN_BRACKETS.sub("", name).strip()
    return found


def initials_of(name: str) -> tuple[str, str]:
    """The first letters of a name, without and with those of its small words."""
    words = [word for word in re.split(r"[ -]", name) if word[:1].isalpha()]
    capital = "".join(word[0] for word in words if word[0].isupper())
    return capital, "".join(word[0] for word in words).upper()


def named_in_full(question: str, text: str, full: Mapping[str, str]) -> list[str]:
    """The acronyms of a question whose full name stands in a text, word by word."""
    there = set(words_of(text))
    asked = (acronym for acronym in full if re.search(rf"(?<![\w-]){re.escape(acronym)}(?![\w-])", question))
    return [acronym for acronym in asked if len(words := set(words_of(full[acronym]))) > 1 and words <= there]


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


def absent_countries(question: str, report: str) -> tuple[str, ...]:
    """The countries that something is asked of («in Peru»), in whatever case, and a report never names."""
    countries, asked_of = _countries()
    named = dict.fromkeys(countries.get(found.casefold(), ()) for found in asked_of.findall(question))
    return tuple(names[0] for names in named if names and not any(is_there(name, report) for name in names))


@cache
def _countries() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    """All names of a country by each of them, without case, and what finds one behind a small word."""
    by_name = {name.casefold(): names for names in country_names() for name in names}
    longest_first = "|".join(map(re.escape, sorted(by_name, key=len, reverse=True)))
    asked_of = re.compile(rf"\b(?:in|from|to|of|with) (?:the )?({longest_first})\b", re.IGNORECASE)
    return by_name, asked_of


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
    if not words:
        return name.casefold() in text.casefold()
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
    if word.casefold() in _countries()[0]:
        return bool(re.search(rf"(?<![\w-]){form_of(word)}", text, re.IGNORECASE))
    return bool(re.search(rf"(?<![\w-]){re.escape(word[: max(4, len(word) - 2)])}", text, re.IGNORECASE))


def _initials(text: str) -> list[str]:
    """The initials of each run of capitalised words in a text."""
    return [letters for run in RUN_OF_CAPITALS.findall(text) for letters in initials_of(run)]
