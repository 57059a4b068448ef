"""The lines of a cover, each with the size of its type: which are the title, and which may be names.

Sizes are those of print, 0 where they are unknown; lines are plain, without space at their ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from a4a_qa.parsing.names import (
    countries_in,
    goes_on,
    is_organisation,
    names_another,
    organisation_in,
    word_lists,
)
from a4a_qa.parsing.publication_year import dated_years, is_date

# The number of a page, or a letter of a heading set wide.
_NO_WORDS = re.compile(r"[\W_]*(?:\d{1,3}|[ivxl]{1,6}|\w)?[\W_]*", re.IGNORECASE)

SizedLine = tuple[str, float]

# Lines of type this much smaller or larger are of another size; print is off by a few percent.
_ALIKE = 0.06
# The longest titles have some 30 words; more in one size is a page of text.
_LONGEST_TITLE = 35
# So many long lines in one size are prose, and after them there is no cover.
_PROSE_LINES, _PROSE_LENGTH = 6, 45

# So many organisations in one size publish together; more are partners, or members.
_MOST_TOGETHER = 3

_NUMBER = re.compile(r"(?:(?:chapter|part|section)\s+)?(?:[\divx]{1,5}\.)+\s+", re.IGNORECASE)


def is_title(text: str) -> bool:
    """Whether a text may be the title of a report: no date, and not «Contents» or «1. Introduction»."""
    bare = _bare(text)
    if bare in word_lists()["no_titles"] or bare in word_lists()["sections"] or is_date(text):
        return False
    return any(map(str.isalpha, bare))


def _bare(heading: str) -> str:
    return _NUMBER.sub("", heading, count=1).casefold().strip(" .:")


def cover_of(lines: Sequence[SizedLine]) -> list[SizedLine]:
    """The lines up to the first section or the first prose, without numbers of pages."""
    kept: list[SizedLine] = []
    run = 0
    for text, size in lines:
        same = bool(kept) and _alike(size, kept[-1][1])
        run = (run if same else 0) + 1 if len(text) >= _PROSE_LENGTH else 0
        if run == _PROSE_LINES:
            return kept[: 1 - _PROSE_LINES]
        if kept and _bare(text) in word_lists()["sections"]:
            return kept
        if not _NO_WORDS.fullmatch(text):
            kept.append((text, size))
    return kept


def _alike(size: float, other: float) -> bool:
    return abs(size - other) <= _ALIKE * max(size, other)


def largest_words(cover: Sequence[SizedLine]) -> str | None:
    """The largest words of a cover, over several lines; None where no line is larger than others.

    A single word («Invisible») is taken with the words below it; a single line is all there is.
    """
    if len(cover) == 1 and is_title(cover[0][0]) and not is_organisation(cover[0][0]):
        return cover[0][0]
    groups = _groups(cover)
    smallest = min((size for size, _ in groups), default=0.0)
    for at in sorted(range(len(groups)), key=lambda at: -groups[at][0]):
        size, text = groups[at][0], " ".join(groups[at][1])
        if _alike(size, smallest):
            return None
        if not is_title(text) or is_organisation(text) or len(text.split()) > _LONGEST_TITLE:
            continue
        if " " in text or countries_in(text):
            return text
        below = " ".join(groups[at + 1][1]) if at + 1 < len(groups) else ""
        if not text.isupper() and " " in below and not _is_imprint(below):
            return f"{text}: {below}" if len(below.split()) < _LONGEST_TITLE else text
    return None


def _is_imprint(line: str) -> bool:
    return bool(organisation_in(line) or dated_years([line]) or names_another(line))


def whole_lines(cover: Sequence[SizedLine], title: str) -> list[str]:
    """The lines that may name an organisation: those that go on are joined, those of the title left out.

    Left out, too, is what may be half of a name («United States Government / Accountability Office»). Names
    one below the other become one line («Ministry of Docks, Bureau of Rivers»); more than three are partners.
    """
    joined: list[SizedLine] = []
    for text, size in cover:
        last, other = joined[-1] if joined else ("", -1.0)
        if _alike(size, other) and (goes_on(last) or text[0].islower()):
            joined[-1] = (f"{last} {text}", size)
        else:
            joined.append((text, size))
    whole: list[str] = []
    for size, lines in _groups(joined):
        lines = [line for line in lines if not size or line.casefold() not in title.casefold()]
        for names, run in groupby(_without_halves(lines), key=is_organisation):
            found = list(run)
            if not names:
                whole += found
            elif len(found) <= _MOST_TOGETHER and all(map(_are_two, found, found[1:])):
                whole.append(", ".join(found))
    return whole


def _are_two(name: str, below: str) -> bool:
    """Whether two lines that both name an organisation are certainly two names, and not halves of one."""
    lists = word_lists()
    return name.casefold() in lists["names"] or below.casefold().split()[0] in lists["heads"]


def _groups(cover: Sequence[SizedLine]) -> list[tuple[float, list[str]]]:
    """The lines that follow each other in one size."""
    groups: list[tuple[float, list[str]]] = []
    for text, size in cover:
        if groups and _alike(size, groups[-1][0]):
            groups[-1][1].append(text)
        else:
            groups.append((size, [text]))
    return groups


def _without_halves(lines: Sequence[str]) -> Iterator[str]:
    """The lines of one size without those whose name may begin in the line above or end in the one below."""
    for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        begins = line.casefold().split()[0] in word_lists()["heads"]
        after = not begins and not organisation_in(above) and is_organisation(f"{above} {line}")
        before = " " in below and not organisation_in(below) and is_organisation(f"{line} {below}")
        if not ((above and after) or before):
            yield line
