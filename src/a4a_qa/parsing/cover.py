"""What the lines of a cover, an imprint or a page foot say: a title, organisations, countries, a year.

Lines are stripped; their sizes are those of the type, 0 if unknown. The words by which organisations are told
are data (`data/names.toml`). A line of prose that mentions an organisation names nobody as the publisher, and
the years that a report is about ("Findings of 2016") are not its year of publication.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import dropwhile, groupby, takewhile
from pathlib import Path

from a4a_qa.text.notation import MONTHS, YEAR

# A page number, or a letter of a heading set wide.
_NO_WORDS = re.compile(r"[\W_]*(?:\d{1,3}|[ivxl]{1,6}|\w)?[\W_]*", re.IGNORECASE)

SizedLine = tuple[str, float]

# Sizes that differ by more than this share are different; print is off by a few percent.
_ALIKE = 0.06
# The longest titles have some 30 words; more in one size is a page of text.
_LONGEST_TITLE = 35
# This many lines in one size, each at least this long, are prose, and the end of the cover.
_PROSE_LINES, _PROSE_LENGTH = 6, 45

# Up to this many organisations in one size publish together; more are partners or members.
_MOST_TOGETHER = 3

_NUMBER = re.compile(r"(?:(?:chapter|part|section)\s+)?(?:[\divx]{1,5}\.)+\s+", re.IGNORECASE)


def is_title(text: str) -> bool:
    """Whether a text may be the title of a report: not a date, "Contents" or "1. Introduction"."""
    bare = _bare(text)
    if bare in word_lists()["no_titles"] or bare in word_lists()["sections"] or is_date(text):
        return False
    return any(map(str.isalpha, bare))


def _bare(heading: str) -> str:
    return _NUMBER.sub("", heading, count=1).casefold().strip(" .:")


def cover_of(lines: Sequence[SizedLine]) -> list[SizedLine]:
    """The lines up to the first section or the first prose, without page numbers."""
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
    """The largest words of a cover, over several lines; None if no line is larger than the others.

    A single word ("UNICEF") may be anything, and is passed over; a cover of one line is its title.
    """
    if len(cover) == 1 and is_title(cover[0][0]) and not _is_organisation(cover[0][0]):
        return cover[0][0]
    groups = _groups(cover)
    smallest = min((size for size, _ in groups), default=0.0)
    for size, lines in sorted(groups, key=lambda group: -group[0]):
        text = " ".join(lines)
        if _alike(size, smallest):
            return None
        if not is_title(text) or _is_organisation(text) or len(text.split()) > _LONGEST_TITLE:
            continue
        if " " in text or countries_in(text):
            return text
    return None


def whole_lines(cover: Sequence[SizedLine], title: str) -> list[str]:
    """The lines that may name an organisation, with continued lines joined and those of the title left out.

    What may be half of a name ("United States Government / Accountability Office") is left out, too. Two or
    three names below each other become one line ("Ministry of Docks, Bureau of Rivers"); more are partners.
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
        for names, run in groupby(_without_halves(lines), key=_is_organisation):
            found = list(run)
            if not names:
                whole += found
            elif len(found) <= _MOST_TOGETHER and all(map(_are_two, found, found[1:])):
                whole.append(", ".join(found))
    return whole


def _are_two(name: str, below: str) -> bool:
    """Whether two lines that name organisations are certainly two names, not halves of one."""
    lists = word_lists()
    return name.casefold() in lists["names"] or below.casefold().split()[0] in lists["heads"]


def _groups(cover: Sequence[SizedLine]) -> list[tuple[float, list[str]]]:
    """Runs of lines in one size."""
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
        after = not begins and not organisation_in(above) and _is_organisation(f"{above} {line}")
        before = " " in below and not organisation_in(below) and _is_organisation(f"{line} {below}")
        if not ((above and after) or before):
            yield line


_DATA = Path(__file__).parent.parent / "data"

# Small words within a name: "Food and Agriculture Organization of the United Nations".
_SMALL = frozenset("of the and for on in to against & de du des la le les et da do e y von für".split())
_AFTER_HEAD = frozenset("of for on to in against".split())
_WITH = frozenset({"by", "from", "with"})
_AND = frozenset({"and", "&", "et", "y"})
# Longer lines are prose; the longest name of a body of the United Nations has 13 words.
_MOST_WORDS = 25
_LONGEST_NAME = 15

_WORD = re.compile(r"[^\W_]+")
_PARTED = re.compile(r"\s*[;•·|]\s*|,\s+|\s+[–—-]\s+")
_SAID = re.compile(
    r"(?:(?:first )?(?:re)?published|issued|(?:a )?report)\s(?:\d{4} )?(?:by|of)\s(?:the )?", re.IGNORECASE
)
_SHORT_FORM = re.compile(r"\s*\([^()]{1,20}\)\.?$")
_EDITION = re.compile(r"\s*\([^()]{0,10}\d[^()]{0,10}\)\.?$")


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """The lists of `data/names.toml`, all in small letters."""
    lists = tomllib.loads((_DATA / "names.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in lists.items()}


def has_any(text: str, words: frozenset[str]) -> bool:
    """Whether a text has one of these words or phrases, in whatever case."""
    plain = f" {' '.join(_WORD.findall(text.casefold()))} "
    return any(f" {word} " in plain for word in words)


def organisation_in(line: str) -> str | None:
    """The organisation that a line names, with those above it: "Office of Audit, Ministry of Health".

    None for prose, for whom a report is addressed to or paid by, and for a person with an affiliation.
    """
    said = _SAID.match(line)
    line = line[said.end() :] if said else line
    if len(line.split()) > _MOST_WORDS:
        return None
    pieces = _with_lists(_PARTED.split(line))
    leading = list(takewhile(lambda piece: not _is_organisation(piece), pieces))
    if any(names_another(piece) or not _is_of_a_document(piece) for piece in leading):
        return None
    found = takewhile(_is_organisation, dropwhile(lambda piece: not _is_organisation(piece), pieces))
    return ", ".join(_EDITION.sub("", piece).strip() for piece in found) or None


def _is_organisation(text: str) -> bool:
    """Whether a text is the name of an organisation and nothing else."""
    lists = word_lists()
    plain = _SHORT_FORM.sub("", text).strip().removeprefix("The ").removeprefix("the ").rstrip(".")
    if plain.casefold() in lists["names"]:
        return True
    words = plain.split()
    if not 2 <= len(words) <= _LONGEST_NAME or any(map(_is_no_name, words)):
        return False
    low = [word.casefold().rstrip(",.") for word in words]
    return low[-1] not in lists["documents"] and any(_is_head(low, at) for at in range(len(low)))


def _is_head(words: list[str], at: int) -> bool:
    """Whether the word at this place makes the words a name: it ends them, or "of …" follows it."""
    lists = word_lists()
    before = words[:at]
    if any(word in _SMALL - _AND for word in before):
        return False
    if at == len(words) - 1:
        known = words[at] in lists["heads"] | lists["ends"]
        return known and before[-1] not in _AND and not lists["general"].issuperset(before)
    return words[at] in lists["heads"] and words[at + 1] in _AFTER_HEAD and not goes_on(words[-1])


def goes_on(line: str) -> bool:
    """Whether a name that begins in a line continues in the next one."""
    last = line.casefold().split()[-1:]
    return line.endswith((",", "&")) or not _SMALL.union(word_lists()["unfinished"], _WITH).isdisjoint(last)


def _is_no_name(word: str) -> bool:
    """Whether a word cannot be part of a name: in small letters, a number, an address."""
    if word.casefold() in _SMALL:
        return False
    bare = word.lstrip("(«“\"'’‘")
    return not bare[:1].isupper() or any(char in word for char in "@:/?!“”") or word.isdigit()


def names_another(line: str) -> bool:
    """Whether a line says whom a report is for, or who paid for it."""
    others = word_lists()["others"]
    first = line.casefold().split()[:1]
    return has_any(line, others - {"for", "to"}) or first in (["for"], ["to"])


def _is_of_a_document(piece: str) -> bool:
    """Whether the words before a name describe the publication ("Staff Report", "18F") and are no person."""
    short = piece.strip()
    return (
        has_any(short, word_lists()["documents"])
        or any(char.isdigit() for char in short)
        or (len(short) <= 6 and short.isupper())
    )


def _with_lists(pieces: list[str]) -> list[str]:
    """The parts of a line between commas, with names that contain a list put together again.

    "Bureau of Democracy, Human Rights and Labor" is one name.
    """
    joined: list[str] = []
    for at, piece in enumerate(pieces):
        last = joined[-1] if joined else ""
        rest = [piece, *pieces[at + 1 : at + 3]]
        closing = next((i for i, part in enumerate(rest) if _AND & set(part.casefold().split())), None)
        if (
            closing is not None
            and re.search(r"\b(?:of|for|on)\b", last, re.IGNORECASE)
            and _is_organisation(last)
            and not any(_is_organisation(part) or any(map(str.isdigit, part)) for part in rest[: closing + 1])
        ):
            joined[-1] = f"{last}, {piece}"
        else:
            joined.append(piece)
    return joined


def countries_in(text: str) -> set[str]:
    """The countries that a text names, each by the name it uses."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    for name in word_lists()["no_countries"]:
        plain = plain.replace(name, "") if " " in name else plain
    return {_country_names()[found] for found in _country_pattern().findall(plain)}


@cache
def _country_names() -> dict[str, str]:
    """The names of all countries in small letters, each with its usual spelling."""
    known = tomllib.loads((_DATA / "countries.toml").read_text(encoding="utf-8"))
    names = [*known["names"], *(name for several in known["several_names"] for name in several)]
    unclear = word_lists()["no_countries"]
    return {name.casefold().replace("’", "'"): name for name in names if name.casefold() not in unclear}


@cache
def _country_pattern() -> re.Pattern[str]:
    names = sorted(_country_names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])")


_MONTH = rf"(?:{'|'.join(rf'{month}|{month[:3]}' for month in MONTHS)})\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:(?:{_DAY}\s+)?{_MONTH}(?:\s+{_DAY})?,?\s+|(?:Spring|Summer|Autumn|Fall|Winter|Q[1-4]),?\s+|\d\d?/(?:\d\d?/)?)"
    rf"({YEAR})\b|\b({YEAR})-\d\d(?:-\d\d)?\b",
    re.IGNORECASE,
)
_SAID_YEAR = re.compile(
    r"(?:(?:first |last )?(?:(?:re)?published|issued|released|updated|revised)|publication date"
    rf"|copyright|©|\(c\))\D{{0,60}}?(?:\d{{1,2}}\D{{1,20}})?({YEAR})(?:\s?[-–,]\s?({YEAR}))?\b",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"(\D{{3,40}}),\s({YEAR})")
_OF_TITLE = re.compile(rf"(?:\((?:{_MONTH}\s)?({YEAR})\)|,\s{_MONTH}\s({YEAR}))$")
_WRITTEN = re.compile(rf"(?<!\d)({YEAR})(?=\d{{4}}|\D|$)")
_LOWER = re.compile(r"\b[a-z]{3,}\b")
# Words beside a date on a cover: "Version 2, revised in May 2014".
_BESIDE = frozenset(
    "and edition for issued printed published released reprinted revised the updated version".split()
)
# A line with more words is prose; "Ordered by the … to be printed on 8 July 2025" has 13.
_LONGEST_DATE = 14


def written_year(text: str) -> int | None:
    """The year of a date in whatever form ("2020-03-04", "D:20200304")."""
    return next(filter(_plausible, map(int, _WRITTEN.findall(text))), None)


def said_years(lines: Iterable[str]) -> set[int]:
    """The years in lines that begin with a statement of publication ("Published 2012", "© 2015")."""
    found = (_SAID_YEAR.match(line) for line in lines if not _of_something_else(line))
    return {year for match in found if match and _plausible(year := int(match[2] or match[1]))}


def dated_years(lines: Iterable[str]) -> set[int]:
    """The years of lines that are a date, perhaps with its place ("Geneva, May 2014")."""
    return {year for line in lines if (year := _dated(line)) is not None}


def _dated(line: str) -> int | None:
    if len(line.split()) > _LONGEST_DATE or _of_something_else(line):
        return None
    years = {int(one or other) for one, other in _DATE.findall(line)}
    place = _PLACE.fullmatch(line)
    if not years and (re.fullmatch(YEAR, line) or (place and _is_place(place[1]))):
        years = {int(line[-4:])}
    beside = set(_LOWER.findall(_DATE.sub(" ", line)))
    year = years.pop() if len(years) == 1 and beside <= _BESIDE else None
    return year if year is not None and _plausible(year) else None


def _is_place(text: str) -> bool:
    return len(text.split()) <= 4 and not has_any(text, word_lists()["documents"])


def is_date(line: str) -> bool:
    """Whether a line is only a date, perhaps with words such as "published"."""
    rest = _DATE.sub(" ", line).casefold()
    return rest != line.casefold() and _BESIDE.issuperset(re.findall(r"\w+", rest))


def year_of_title(title: str) -> int | None:
    """The year at the end of a title, in brackets or with a month; other years are what the report is
    about."""
    found = _OF_TITLE.search(title)
    year = int(found[1] or found[2]) if found else None
    return year if year is not None and _plausible(year) else None


def year_made(created: int | None, lines: Iterable[str]) -> int | None:
    """The year in which the file was made, if a line names that year or the one before it."""
    if created is None or not _plausible(created):
        return None
    named = {int(year) for line in lines for year in _WRITTEN.findall(line)}
    return created if named & {created, created - 1} else None


def _of_something_else(line: str) -> bool:
    return has_any(line, word_lists()["other_dates"])


def _plausible(year: int) -> bool:
    return year <= date.today().year + 1
