"""The little language that the rules of safeguarding are written in → regular expressions, quick to rule out.

A pattern is a row of words with a space between; `<name>` is a vocabulary, `..` stands for up to three words
and `…` for up to eight, none of them in the rule's `stop` vocabulary; `^` and `$` are the ends of a clause.
Anything else is a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_VOCABULARY = re.compile(r"<(\w+)>")
# A group of nothing but vocabularies that is not optional.
_GROUP = re.compile(r"\(\?:<\w+>(?:\|<\w+>)*\)(?![?*{])")
# What may stand before a word of a pattern and is not needed: a boundary, and words of any kind.
_BEFORE_WORD = re.compile(r"^\^?(?:\\b)?(?:\(\?:\\w\+ \)(?:\?|\{0,\d\}\??))?(?:\\b)?")
# A word, whose last letter may be optional.
_WORD = re.compile(r"(\w+?)(?:\w\?)?")
_QUANTIFIERS = ("?", "*", "{")
_MARKS, _BRACKETS = re.compile(r"[()| ]"), re.compile(r"[()]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, and what must be found in a clause for it to match at all.

    `words` are groups of words, of each of which a clause that matches holds one. `needs` are groups of
    regular expressions of vocabularies, of each of which one must be found: they are small and shared. So
    most patterns, which are large, are never compiled.
    """

    text: str
    words: tuple[frozenset[str], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()

    def matches(self, clause: str, words: frozenset[str], found: dict[tuple[str, str], bool]) -> bool:
        """Whether it is in a clause of these words; `found` remembers which vocabularies are in this
        question's clauses."""
        if any(words.isdisjoint(group) for group in self.words):
            return False
        return all(any(is_in(text, clause, found) for text in group) for group in self.needs) and is_in(
            self.text, clause, found
        )


def is_in(pattern: str, clause: str, found: dict[tuple[str, str], bool]) -> bool:
    """Whether a regular expression is found in a clause; `found` remembers what is known of both."""
    if (pattern, clause) not in found:
        found[pattern, clause] = bool(compiled(pattern).search(clause))
    return found[pattern, clause]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A regular expression, compiled when first needed: most questions need few patterns."""
    return re.compile(pattern)


class Vocabularies:
    """The vocabularies by their names, each worked out once; raises KeyError for one that there is not."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._expanded: dict[str, str] = {}
        self._words: dict[str, frozenset[str]] = {}

    def expand(self, pattern: str) -> str:
        """A pattern with the words of its vocabularies, and of those within them."""
        return _VOCABULARY.sub(lambda found: self._expand_one(found[1]), pattern)

    def _expand_one(self, name: str) -> str:
        if name not in self._expanded:
            self._expanded[name] = f"(?:{self.expand(self._vocabulary[name])})"
        return self._expanded[name]

    def words_of(self, pattern: str) -> Iterator[frozenset[str]]:
        """Groups of words, of each of which whatever matches a pattern holds one, as far as that can be told
        at sight."""
        if len(_cut(pattern, "|")) > 1:
            return filter(None, [self._words_of_any(pattern)])
        return filter(None, map(self._words_of_part, _cut(pattern, " ")))

    def _words_of_part(self, part: str) -> frozenset[str]:
        """Words of which whatever matches holds one; none when that cannot be told."""
        part = _BEFORE_WORD.sub("", part).removesuffix("$")
        if name := _VOCABULARY.fullmatch(part):
            if name[1] not in self._words:
                self._words[name[1]] = self._words_of_any(self._vocabulary[name[1]])
            return self._words[name[1]]
        if word := _WORD.fullmatch(part):
            return frozenset({word[1], word[0].removesuffix("?")})
        return self._words_of_any(part[3:-1]) if _is_group(part) else frozenset()

    def _words_of_any(self, alternatives: str) -> frozenset[str]:
        words: set[str] = set()
        for one in _cut(alternatives, "|"):
            found = {one} if one.isalpha() else next(self.words_of(one), None)
            if found is None:
                return frozenset()
            words |= found
        return frozenset(words)


def read_pattern(pattern: str, vocabulary: Vocabularies, stop: str | None) -> Pattern:
    """A pattern of a rule; `stop` names the vocabulary over which `..` and `…` do not reach.

    Raises KeyError naming a vocabulary that there is not.
    """
    needs = tuple(
        tuple(expression_of(f"<{name}>", vocabulary) for name in names) for names in _needed(pattern) if names
    )
    return Pattern(expression_of(pattern, vocabulary, stop), tuple(vocabulary.words_of(pattern)), needs)


def _needed(pattern: str) -> Iterator[list[str]]:
    """The vocabularies, one of each group, without which a pattern cannot match."""
    if len(_cut(pattern, "|")) > 1:
        return  # of several patterns none is needed; a caller writes them apart
    for group in _GROUP.finditer(pattern):
        if pattern.count("(", 0, group.start()) == pattern.count(")", 0, group.start()):
            yield _VOCABULARY.findall(group[0])


def expression_of(pattern: str, vocabulary: Vocabularies, stop: str | None = None) -> str:
    """A pattern as a regular expression; raises KeyError naming a vocabulary that there is not."""
    bar = rf"(?!(?:{vocabulary.expand(f'<{stop}>')})\b)" if stop else ""
    wide = pattern.replace(" … ", rf"(?: {bar}\w+){{0,8}}? ").replace(" .. ", rf"(?: {bar}\w+){{0,3}}? ")
    return rf"\b(?:{vocabulary.expand(wide)})\b"


def _cut(pattern: str, at: str) -> list[str]:
    """A pattern cut where a character stands outside of all brackets and is not optional."""
    if "(" not in pattern and at == "|":
        return pattern.split(at)
    if at not in pattern:
        return [pattern]
    parts, start, depth = [], 0, 0
    for found in _MARKS.finditer(pattern):
        if found[0] == at and not depth and pattern[found.end() : found.end() + 1] not in _QUANTIFIERS:
            parts.append(pattern[start : found.start()])
            start = found.end()
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return [*parts, pattern[start:]]


def _is_group(part: str) -> bool:
    """Whether a part is one group that is there once, and nothing else."""
    depth = 0
    for found in _BRACKETS.finditer(part):
        depth += 1 if found[0] == "(" else -1
        if not depth:
            return part.startswith("(?:") and found.end() == len(part)
    return False
