"""Which paragraphs are headings, and how deep: by size, weight and case, by their numbers, or by the outline.

Larger type is higher; of one size, capitals stand above bold, bold above italic. Within one style numbers tell:
«Section 1.» stands above «a.», and «1.» above «1.1». A label that opens a paragraph in bold («Amnesty: In …») is a
run-in heading where several paragraphs have one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from a4a_qa.parsing.pdf.page import OutlineEntry
from a4a_qa.parsing.pdf.paragraphs import LARGER, Paragraph, body_size
from a4a_qa.parsing.structure import fold

# A heading is at most this long; the longest ones printed have some 120 characters. A label is shorter.
_LONGEST, _LONGEST_LABEL = 170, 80
_MOST_LINES = 4
# So many paragraphs of a report open with a label before it is a heading.
_FEWEST_LABELS = 3
# The title of a report, which may stand again above its text, has so many words; fewer name a part of it.
_FEWEST_TITLE_WORDS = 3
# A page with fewer lines of running text than this before the contents is a cover.
_FEWEST_LINES = 12

CAPTION = re.compile(
    r"(?:table|figure|fig\.|chart|exhibit|graph|map|photo|diagram)\s*(?:[A-Z][.\d-]*|[\divxl]+)(?:[.:–—-]|\s|$)",
    re.IGNORECASE,
)
# What ends a label, and what may begin the words behind it.
_SIGN = re.compile(r"\s?[.:–—-]+\s*(?=[A-Z“\"'‘(])")
_BACK_MATTER = re.compile(
    r"\W*(?:references|bibliography|works cited|sources|(?:end|foot)?notes|glossary|acronyms|abbreviations)\W*",
    re.IGNORECASE,
)
# «Appendix I» on a line of its own.
_PART = re.compile(r"(?:part|chapter|annex|appendix)\s+(?:\d{1,2}|[A-Z]|[IVXL]+)", re.IGNORECASE)
_NUMBERING = {
    "word": re.compile(
        r"(?:part|chapter|section|article|annex|appendix)\s+(?:\d+|[A-Z]|[IVXL]+)\b", re.IGNORECASE
    ),
    "decimal": re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}[.)]?\s"),
    "number": re.compile(r"\d{1,2}[.)]?\s"),
    "roman": re.compile(r"[IVXL]+[.)]?\s"),
    "capital": re.compile(r"[A-Z][.)]\s"),
    "letter": re.compile(r"\(?[a-z][.)]\s"),
}

# Larger is higher; of one size, capitals before bold before upright.
Style = tuple[float, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's level, from 1, by the rank of its style and number or by the outline."""

    level: int


def find_headings(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry]) -> dict[int, Heading]:
    """The headings among paragraphs, by their position; a title page has none."""
    body = body_size(paragraphs)
    box = body_size([p for p in paragraphs if p.in_box]) or body
    listed = {(entry.page, fold(entry.title)): entry.depth + 1 for entry in outline}
    cover = _last_of_cover(paragraphs, outline, body)
    largest = max((p for p in paragraphs if p.page <= cover), key=lambda p: p.size, default=None)
    title = fold(_words(largest)) if largest else ""
    title = title if len(title.split()) >= _FEWEST_TITLE_WORDS else ""
    styles: dict[int, Style] = {}
    known: dict[int, int] = {}
    for position, paragraph in enumerate(paragraphs):
        if paragraph.page <= cover or paragraph.kind in ("table", "contents", "scrap"):
            continue
        if title and fold(_words(paragraph)) == title:
            continue
        level = _listed_level(paragraph, listed)
        if level is not None:
            known[position] = level
        is_one = paragraph.kind == "label" or _looks_like_one(paragraph, box if paragraph.in_box else body)
        if level is not None or is_one:
            styles[position] = _style(paragraph)
    captions = {*_captions(styles, paragraphs)} - known.keys()
    styles = {position: style for position, style in styles.items() if position not in captions}
    _drop_signatures(styles, paragraphs, body)
    ranks = _levels(styles, paragraphs)
    top = min(known.values(), default=0)
    return {position: Heading(known.get(position, max(rank, top + 1))) for position, rank in ranks.items()}


def with_labels(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs with the labels that open them as paragraphs of their own, where several have one."""
    body = body_size(paragraphs)
    ends = {id(p): _end_of_label(p) for p in paragraphs if p.kind == "text" and p.size >= 0.95 * body}
    if sum(end is not None for end in ends.values()) < _FEWEST_LABELS:
        return list(paragraphs)
    parted: list[Paragraph] = []
    for paragraph in paragraphs:
        end = ends.get(id(paragraph))
        if end is not None:
            number, length, rest = end
            line = paragraph.lines[number]
            marks = tuple(mark for mark in line.marks if mark[0] < rest)
            last = replace(line, text=line.text[:length], marks=marks, lead=0, bold=True)
            label = [line for line in [*paragraph.lines[:number], last] if line.text]
            parted.append(replace(paragraph, kind="label", lines=label))
            moved = tuple((offset - rest, number) for offset, number in line.marks if offset >= rest)
            words = replace(line, text=line.text[rest:], marks=moved, lead=0)
            paragraph = replace(paragraph, lines=[words, *paragraph.lines[number + 1 :]])
        parted.append(paragraph)
    return parted


def _end_of_label(paragraph: Paragraph) -> tuple[int, int, int] | None:
    """The number of the line in which a label ends that opens a paragraph in another style than its words, the
    label's length there, and where the words go on behind the sign at its end; None without a label."""
    bold = list(takewhile(lambda line: line.bold, paragraph.lines))
    if len(bold) > 1 or len(bold) == len(paragraph.lines):
        return None
    line = paragraph.lines[len(bold)]
    label = line.text[: line.lead].rstrip(".:–—- ")
    sign = _SIGN.match(line.text, len(label))
    text = " ".join([*(line.text for line in bold), label])
    if not line.lead or not sign or not text[0].isupper() or not 2 < len(text) <= _LONGEST_LABEL:
        return None
    return len(bold), len(label), sign.end()


def _last_of_cover(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry], body: float) -> int:
    """The last page of the cover, or 0: the first pages, before any contents, that have no running text."""
    starts = [p.page for p in paragraphs if p.kind == "contents"] + [entry.page for entry in outline]
    lines: Counter[int] = Counter()
    for paragraph in paragraphs:
        if len(paragraph.lines) > 2 and paragraph.size <= LARGER * body:
            lines[paragraph.page] += len(paragraph.lines)
    last = 0
    while last + 1 < min(starts, default=2) and lines[last + 1] < _FEWEST_LINES:
        last += 1
    return last


def _listed_level(paragraph: Paragraph, listed: dict[tuple[int, str], int]) -> int | None:
    """The level that the outline gives a paragraph; the outline knows no hyphens at a line's end."""
    for words in (_words(paragraph), re.sub(r"[-‐\xad] ", "", _words(paragraph))):
        level = listed.get((paragraph.page, fold(words)))
        if level is not None:
            return level
    return None


def _words(paragraph: Paragraph) -> str:
    return " ".join(line.text for line in paragraph.lines)


def _looks_like_one(paragraph: Paragraph, body: float) -> bool:
    if paragraph.kind not in ("text", "item") or len(paragraph.lines) > _MOST_LINES:
        return False
    text = _words(paragraph)
    letters = sum(character.isalpha() for character in text)
    if len(text) > _LONGEST or letters < 3 or letters < 0.5 * len(text.replace(" ", "")):
        return False
    if any(line.marks[:1] and line.marks[0][0] == 0 for line in paragraph.lines) or "://" in text:
        return False
    size, capitals, bold, italic = _style(paragraph)
    if _PART.fullmatch(text):
        return True
    if size >= LARGER * body:
        return not italic or bold or len(paragraph.lines) == 1
    if size < 0.9 * body or (paragraph.kind == "item" and not bold):
        return False
    if text[:1].islower() and not _NUMBERING["letter"].match(text):
        return False
    ends_open = not re.search(r"[.;,:?!]$", text)
    return (bold and not text.endswith((";", ","))) or (
        ends_open and (capitals or (italic and len(paragraph.lines) == 1))
    )


def _style(paragraph: Paragraph) -> Style:
    text = _words(paragraph)
    return (
        paragraph.size,
        text.isupper(),
        all(line.bold for line in paragraph.lines),
        all(line.italic for line in paragraph.lines),
    )


def _captions(styles: Mapping[int, Style], paragraphs: Sequence[Paragraph]) -> Iterator[int]:
    """The titles of tables and figures: those that say so, with what goes on in their style, and those in a
    style that mostly stands right above tables."""
    above: Counter[Style] = Counter()
    count: Counter[Style] = Counter()
    for position, style in styles.items():
        following = next((n for n in range(position + 1, len(paragraphs)) if n not in styles), None)
        count[_key(style)] += 1
        above[_key(style)] += following is not None and paragraphs[following].kind == "table"
    for position, style in styles.items():
        if CAPTION.match(_words(paragraphs[position])):
            yield position
            if styles.get(position + 1) == style and _is_right_below(*paragraphs[position : position + 2]):
                yield position + 1
        elif count[_key(style)] > 1 and 2 * above[_key(style)] > count[_key(style)]:
            yield position


def _is_right_below(first: Paragraph, second: Paragraph) -> bool:
    return 0 < first.lines[-1].y - second.lines[0].y < 1.6 * first.size


def _drop_signatures(styles: dict[int, Style], paragraphs: Sequence[Paragraph], body: float) -> None:
    """Bold lines in the size of the body that nothing follows but a higher heading are no headings."""
    following: int | None = None
    for position in range(len(paragraphs) - 1, -1, -1):
        if position not in styles:
            following = None
            continue
        style = styles[position]
        weak = style[0] < LARGER * body and not paragraphs[position].in_box
        weak = weak and not _PART.fullmatch(_words(paragraphs[position]))
        last = position == len(paragraphs) - 1
        above = position + 1 in styles and styles[position + 1][0] > style[0]
        if weak and (last or above or following == position + 1):
            del styles[position]
            following = position


def _levels(styles: Mapping[int, Style], paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """The level of each heading: the rank of its style, and within one style that of its number."""
    in_text = [position for position in styles if not paragraphs[position].in_box]
    labels = {position for position in in_text if paragraphs[position].kind == "label"}
    ranks: dict[int, tuple[Style, int]] = {}
    by_style: dict[Style, list[int]] = {}
    for position in in_text:
        if position not in labels:
            by_style.setdefault(_key(styles[position]), []).append(position)
    for style, positions in by_style.items():
        depths = _depths([_words(paragraphs[position]) for position in positions])
        ranks.update((position, (style, depth)) for position, depth in zip(positions, depths, strict=True))
    order = _order(ranks)
    levels = {position: order[rank] for position, rank in ranks.items()}
    back = [position for position in in_text if _BACK_MATTER.fullmatch(_words(paragraphs[position]))]
    words = Counter(fold(_words(paragraphs[position])) for position in back)
    # What stands once at the end of a report is no part of its last chapter, however small it is set.
    levels.update((position, 1) for position in back if words[fold(_words(paragraphs[position]))] == 1)
    lowest = max(levels.values(), default=0) + 1
    return {position: levels.get(position, lowest) for position in styles}


def _order(ranks: Mapping[int, tuple[Style, int]]) -> dict[tuple[Style, int], int]:
    """The level of each rank. One that the rest of the report would stand below, since none of its kind comes
    again, is no higher than the next: a title, or what stands before the first chapter."""
    found = sorted(set(ranks.values()), key=lambda rank: (_reversed(rank[0]), rank[1]))
    last = {rank: max(p for p, other in ranks.items() if other == rank) for rank in found}
    first = {rank: min(p for p, other in ranks.items() if other == rank) for rank in found}
    order: dict[tuple[Style, int], int] = {}
    level = 0
    for place, rank in enumerate(found):
        before = found[place - 1] if place else None
        level += before is None or last[before] > first[rank]
        order[rank] = level
    return order


def _reversed(style: Style) -> tuple[float, bool, bool, bool]:
    size, *rest = style
    capitals, bold, upright = rest
    return -size, not capitals, not bold, not upright


def _depths(texts: Sequence[str]) -> list[int]:
    """How deep headings of one style stand below each other by their numbers, from 0.

    Kinds of numbers come in the order of their first use, and a kind stands below the one before if its count
    begins anew. Headings without one stand below those with, if most stand between two of them.
    """
    kinds = [_kind_of_number(text) for text in texts]
    kinds = _told_apart(kinds, texts)
    numbered = [position for position, kind in enumerate(kinds) if kind != "none"]
    if not numbered:
        return [0] * len(texts)
    order = list(dict.fromkeys(kind for kind in kinds if kind != "none"))
    order.sort(key=lambda kind: (kind.startswith("decimal"), kind if kind.startswith("decimal") else ""))
    depth: dict[str, int] = {}
    for kind in order:
        begins = sum(found == kind and _begins_count(text) for found, text in zip(kinds, texts, strict=True))
        lower = bool(depth) and (kind.startswith("decimal") or begins > 1)
        depth[kind] = max(depth.values(), default=0) + lower
    plain = [position for position, kind in enumerate(kinds) if kind == "none"]
    inside = sum(numbered[0] < position < numbered[-1] for position in plain)
    depth["none"] = max(depth.values()) + 1 if 2 * inside > len(plain) else 0
    return [depth[kind] for kind in kinds]


def _begins_count(text: str) -> bool:
    """Whether a heading has the first number of its kind."""
    return re.match(r"\(?(?:\w{4,} )?(?:1|[aA]|[iI])\b", text) is not None


def _kind_of_number(text: str) -> str:
    for kind, pattern in _NUMBERING.items():
        match = pattern.match(text)
        if match and kind == "decimal":
            return f"decimal{match[0].strip().rstrip('.)').count('.')}"
        if match:
            return f"word {match[0].split()[0].casefold()}" if kind == "word" else kind
    return "none"


def _told_apart(kinds: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The kinds with «C.» as a capital where «A.» and «B.» are, and as a Roman number where «II.» is."""
    many = any(
        kind == "roman" and len(text.split(maxsplit=1)[0].strip(".)")) > 1
        for kind, text in zip(kinds, texts, strict=True)
    )
    if many and "capital" not in kinds:
        return list(kinds)
    single = re.compile(r"[IVXLC][.)]?$")
    return [
        "capital" if kind == "roman" and not many and single.match(text.split(maxsplit=1)[0]) else kind
        for kind, text in zip(kinds, texts, strict=True)
    ]


def _key(style: Style) -> Style:
    size, capitals, bold, italic = style
    return round(size * 2) / 2, capitals, bold, not italic
