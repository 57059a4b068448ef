"""What must agree between a statement and the report, figures apart: names, negations, telling words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from a4a_qa.index.lexical import words_of
from a4a_qa.text.countries import is_same_country, names_country
from a4a_qa.verify.figures import is_year, number_of
from a4a_qa.verify.words import Word

_NEGATIONS = frozenset(
    "no not never none neither nor nothing nobody without cannot non isnt arent wasnt werent dont doesnt "
    "didnt hasnt havent hadnt wont wouldnt cant couldnt shouldnt mustnt unless".split()
)
# These deny as well, and can be said in so many other ways ("missing", "too few") that leaving them out is
# no difference.
_SOFT_NEGATIONS = frozenset(
    "lack lacks lacked lacking fail fails failed failing failure only hardly barely scarcely seldom "
    "rarely unclear uncertain exempt exempted exempts exemption free refuse refused refuses deny denies "
    "denied denial absence absent missing prohibit prohibits prohibited ban bans banned beyond outside "
    "awaits awaiting pending yet insufficient inadequate impunity unpunished except little few unable "
    "stopped short limited unlike instead abolish abolishing abolished concern concerns problem "
    "problems problematic need needs needed difficult difficulty".split()
)
# Those of them that deny a whole clause.
_OUTRIGHT = frozenset(
    "lack lacks lacked lacking fail fails failed failing failure unclear uncertain insufficient inadequate "
    "absence".split()
)
_NOT_DENIED = frozenset("more less fewer only later earlier other doubt".split())
_NONE = frozenset("no none nobody nowhere".split())
_COMPARED = frozenset("more higher larger greater bigger lower smaller worse better older newer".split())
# "No harbour has (ever had) more boats": within how many words, what tells it, what may stand
# between, and what ends the clause before.
_NEAR = 10
_HAS = frozenset("has have had is are was were".split())
_BEFORE_COMPARED = frozenset("a an any ever the had been even".split())
_NEXT_CLAUSE = frozenset("and or but while where which who that because so".split())
_SHORTEST_ACRONYM = 2
# What kind of writing a name is of, no name by itself.
KINDS_OF_SOURCE = frozenset("report index study survey article act law declaration protocol".split())
# These differ between ways to write a name out.
_LITTLE = frozenset(("against", "between", "under", "upon"))
# Forms of a word that have not one stem.
_ALIKE = {"child": "children", "woman": "women", "man": "men", "minor": "children"}
# How many words of content a negation speaks about.
_SCOPE = 3


def has_negation(words: Sequence[Word]) -> bool:
    """Whether any of these words denies something."""
    return any(_denies(words, at) for at in range(len(words)))


def _denies(words: Sequence[Word], at: int) -> bool:
    """Whether a word is a negation; "no more than", "not only" and "No. 182" deny nothing, and "no harbour
    has more boats" says where most are."""
    key, following = words[at].key, words[at + 1].key if at + 1 < len(words) else ""
    is_number = key == "no" and following[:1].isdigit()
    if key not in _NEGATIONS or following in _NOT_DENIED or is_number:
        return False
    return key not in _NONE or not _is_most(words, at)


def _is_most(words: Sequence[Word], no: int) -> bool:
    """Whether the clause that a "no" begins compares: "no harbour has more boats", not "more than 12"."""
    told = False
    for at in range(no + 1, min(no + 1 + _NEAR, len(words))):
        word = words[at]
        if word.start > words[at - 1].end + 1 or word.key in _NEXT_CLAUSE:
            return False
        if told and word.key in _COMPARED:
            than = [one.key for one in words[at + 1 : at + 2]] == ["than"]
            return not (than and any(map(number_of, words[at + 2 : at + 3])))
        told = word.key in _HAS or (told and word.key in _BEFORE_COMPARED)
    return False


def may_deny(words: Sequence[Word], beside: Collection[str] = ()) -> bool:
    """Whether any of these words denies something, "lack" and "fail" included, those in `beside` apart."""
    return any(_may_deny_at(words, at, beside) for at in range(len(words)))


def denials(words: Sequence[Word]) -> int:
    """How many of these words deny something, "lack" and "fail" included."""
    return sum(_may_deny_at(words, at) for at in range(len(words)))


def _may_deny_at(words: Sequence[Word], at: int, beside: Collection[str] = ()) -> bool:
    key = words[at].key
    return _denies(words, at) or (key in _SOFT_NEGATIONS and key not in beside)


def denied(words: Sequence[Word]) -> frozenset[str]:
    """The words of content (stems) that stand right behind a negation, and nowhere else; not the place of
    what a relative clause goes on about ("did not reach the north, where …")."""
    found: set[str] = set()
    others: set[str] = set()
    left = 0
    for at, word in enumerate(words):
        stems = words_of(word.written)
        if _denies(words, at):
            left = _SCOPE
        elif word.key == "where" and found:
            others.update(stem for before in words[max(0, at - 2) : at] for stem in words_of(before.written))
            left = 0
        elif left and stems:
            found.update(stems)
            left -= 1
        else:
            others.update(stems)
    return frozenset(found - others)


def proper_names(words: Sequence[Word], known: Collection[str]) -> Iterator[Word]:
    """The words that are names: written with a capital, though not only because a sentence begins.

    `known` are the names that the report has: one of those is a name at the beginning as well.
    """
    for at, word in enumerate(words):
        if not word.written[0].isupper() or number_of(word) or not words_of(word.written):
            continue
        is_acronym = len(word.written) > 1 and word.written.isupper()
        if at or word.key in known or is_acronym or names_country(word.written):
            yield word


def is_spelt(name: Word, words: Sequence[Word]) -> bool:
    """Whether the first letters of some words in a row are an acronym: "TIP" for "Trafficking in Persons"."""
    if len(name.key) < _SHORTEST_ACRONYM or not name.written.replace(".", "").isupper():
        return False
    capitals = "".join(word.key[0] for word in words if word.written[0].isupper())
    every = "".join(word.key[0] if word.written[0].isupper() else "-" + word.key[0] for word in words)
    inner = re.escape(name.key[0]) + "".join(f"-?{re.escape(letter)}" for letter in name.key[1:])
    return name.key in capitals or re.search(inner, every) is not None


def is_named(name: str, words: Collection[str]) -> bool:
    """Whether a name, or a form of it ("Vietnamese" for "Vietnam", "Lao" for "Laos", "Italian" for "Italy"),
    is among some words."""
    if name in words or name.removesuffix("s") in words:
        return True
    alike = (word for word in words if len(word) > 3)
    if len(name) > 3 and any(word.startswith(name) or name.startswith(word) for word in alike):
        return True
    return is_same_country(name, words)


def content_of(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the words that tell something."""
    return frozenset(stem for word in words for stem in words_of(word.written))


def stems_of(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the words that tell something, years among them, other numbers and negations apart."""
    return frozenset(
        _ALIKE.get(stem, stem)
        for at, word in enumerate(words)
        if not _denies(words, at) and ((number := number_of(word)) is None or is_year(number))
        for stem in words_of(word.written)
    )


def denies_outright(words: Sequence[Word], beside: Collection[str] = ()) -> bool:
    """Whether any of these words denies outright, as "fails to" does and "needs" does not."""
    return has_negation(words) or any(word.key in _OUTRIGHT and word.key not in beside for word in words)


def spelt_alike(keys: Collection[str]) -> frozenset[str]:
    """The stems of some words, British and American spelling as one."""
    american = (re.sub(r"is(?=ations?$|e[ds]?$|ing$)", "iz", key) for key in keys)
    return frozenset(stem for key in american for stem in words_of(key)) - _LITTLE
