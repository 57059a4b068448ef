"""Drafts → placed drafts: section paths, column heads and lead-ins.

The contents page decides which headings open a top-level section and how it is spelled. Below it, a
numbered heading («II – …») stands above the unnumbered ones that follow it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice, pairwise

from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.metadata import ContentsEntry
from a4a_qa.report import Problem

_NUMBERED_HEADING = re.compile(r"(?:[IVXL]+|[A-Z]|\d+)(?:\.|\s*[-–—:)])\s")
_ITEM_NUMBER = re.compile(r"\(?(\d+)[.)]")
_ITEMS = ("item", "list_item")
# What is put behind the title of a table that goes on («Table 2, continued»).
_CONTINUED = re.compile(r"\bcont(?:inued|[.’']?d)?\b\W*$", re.IGNORECASE)

# A paragraph of so many words is running text.
_RUNNING = 15

# A heading and what follows it: two headings can be one on the contents page.
_Heading = tuple[Draft, Draft | None]


def tell_tables_from_contents(drafts: Sequence[Draft]) -> None:
    """Rows of a name and a number are a contents list or a table.

    A contents list counts its pages upwards, stands before what it lists, and most of it is headings.
    """
    headings = _headings(drafts)
    before = 0
    for like_contents, run in groupby(drafts, key=lambda draft: draft.contents_row):
        rows = list(run)
        before += sum(draft.kind == "heading" for draft in rows)
        if like_contents and not _is_contents(rows, headings[:before], headings[before:]):
            for row in rows:
                row.contents_row, row.kind = False, "table_row"


def _is_contents(rows: Sequence[Draft], before: Sequence[_Heading], after: Sequence[_Heading]) -> bool:
    titles, pages = zip(*(row.text.split("\t") for row in rows), strict=True)
    if any(int(page) > int(following) for page, following in pairwise(pages)):
        return False
    return not _with_heading(titles, before) and 2 * len(_with_heading(titles, after)) > len(set(titles))


def contents_of(drafts: Sequence[Draft]) -> tuple[ContentsEntry, ...]:
    """The report's own contents list, for a report that `report.toml` does not describe."""
    rows = [draft.text.split("\t") for draft in drafts if draft.contents_row]
    return tuple(ContentsEntry(title.strip(), int(page)) for title, page in rows)


def place(
    drafts: Sequence[Draft], contents: Sequence[ContentsEntry], *, front: bool = False
) -> list[Problem]:
    """Give every draft its section path; returns the contents entries that no heading has.

    What stands before the first section, and the contents list itself, is not retrieved; with `front`, a
    heading before the first section that has running text below it opens one too («Acknowledgements»).
    """
    titles = [entry.title for entry in contents]
    with_heading = _with_heading(titles, [pair for pair in _headings(drafts) if not pair[0].in_box])
    # A contents page that fits no heading is that of another document.
    placer = _Placer(titles if with_heading else (), with_heading, drafts, front=front)
    for index, draft in enumerate(drafts):
        placer.place(draft, drafts[index + 1] if index + 1 < len(drafts) else None)
    missing = [*placer.skipped, *titles[placer.found :]]
    return [
        Problem("contents_without_heading", f"The contents page lists «{title}», no heading has it.")
        for title in missing
    ]


class _Placer:
    """The state of walking through the headings: the open path, and how far the contents page is read."""

    def __init__(
        self, titles: Sequence[str], with_heading: set[str], drafts: Sequence[Draft], *, front: bool
    ) -> None:
        self.titles = titles
        self.with_heading = with_heading
        self.found = 0
        self.front = front
        self.skipped: list[str] = []
        self.path: list[tuple[int, str]] = []
        self.outside_box: list[tuple[int, str]] | None = None
        self.numbered = False
        self.explicit = any(draft.level for draft in drafts)
        self.capitals = any(draft.text.isupper() for draft in drafts if draft.kind == "heading")

    def place(self, draft: Draft, following: Draft | None) -> None:
        if self.outside_box is not None and not draft.in_box:
            self.path, self.outside_box = self.outside_box, None
        if draft.in_box and self.outside_box is None:
            self.outside_box = list(self.path)
        if draft.kind == "heading":
            self.open(draft, following)
        path = self.path[:1] if draft.footnote else self.path
        draft.path = tuple(title for _, title in path)
        in_front = bool(self.titles) and not self.found and not self.path
        draft.retrieved = not (in_front or draft.contents_row)
        if in_front and draft.kind != "heading":
            draft.kind = "other"

    def open(self, draft: Draft, following: Draft | None) -> None:
        title = next(
            (title for title in islice(self.titles, self.found, None) if title in self.with_heading), None
        )
        if not draft.in_box and (position := self.position(draft.text)) is not None:
            self.skipped += self.titles[self.found : position]
            self.found = position + 1
            # As the contents page spells it, but for a number that only that page has.
            spelled = _says_title(self.titles[position], draft.text)
            self.path, self.numbered = [(1, self.titles[position] if spelled else draft.text)], False
            return
        if following is not None and following.contents_row:
            self.path = [(1, draft.text)]
        elif title and _begins_title(title, draft, following):
            self.path = []
            draft.level = -1  # the first of two headings that are one on the contents page
        elif self.titles and not self.found and not (self.front and _is_running(following)):
            draft.kind, draft.level = "other", 0
        else:
            level = self.level(draft)
            self.path = [open_ for open_ in self.path if open_[0] < level] + [(level, draft.text)]

    def position(self, heading: str) -> int | None:
        """Which contents entry a heading opens: the next one, or a later one if it is printed as such.

        Entries that no heading has («Cover») are passed over.
        """
        for position in range(self.found, len(self.titles)):
            title = self.titles[position]
            if _is_title(title, heading):
                return position
            if title in self.with_heading and not heading.isupper():
                return None
        return None

    def level(self, draft: Draft) -> int:
        if draft.in_box:
            return max((level for level, _ in self.outside_box or []), default=0) + 1
        if self.explicit:
            return max(2 if self.titles else 1, draft.level)
        if not self.titles:
            return 1 if draft.text.isupper() or not self.capitals else 2
        if _NUMBERED_HEADING.match(draft.text):
            self.numbered = True
            return 2
        return 3 if self.numbered else 2


def _is_running(draft: Draft | None) -> bool:
    """Whether a draft is running text, as a title page has none."""
    return draft is not None and draft.kind == "paragraph" and len(draft.text.split()) >= _RUNNING


def _headings(drafts: Sequence[Draft]) -> list[_Heading]:
    following = [*drafts[1:], None]
    return [(draft, then) for draft, then in zip(drafts, following, strict=False) if draft.kind == "heading"]


def _with_heading(titles: Sequence[str], headings: Sequence[_Heading]) -> set[str]:
    """The titles that a heading has, or two headings that follow each other."""
    single = {fold(heading.text) for heading, _ in headings}
    capitals = sorted({fold(heading.text) for heading, _ in headings if heading.text.isupper()})
    pairs = {
        (fold(heading.text), fold(following.text))
        for heading, following in headings
        if following is not None and following.kind == "heading"
    }

    unnumbered = {_unnumbered(words) for words in single}

    def has_heading(title: str) -> bool:
        wanted = fold(title)
        above, parted, below = title.partition(": ")
        if _unnumbered(wanted) in unnumbered or (parted and fold(below) in single):
            return True
        longer = bisect_left(capitals, f"{wanted} ")
        begun = longer < len(capitals) and capitals[longer].startswith(f"{wanted} ")
        return begun or (bool(parted) and (fold(above), fold(below)) in pairs)

    return {title for title in titles if has_heading(title)}


@lru_cache(maxsize=1 << 14)  # a title is compared with many headings
def fold(text: str) -> str:
    """A heading's words as they are compared: without case and signs."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _is_title(title: str, heading: str) -> bool:
    """Whether a heading is what the contents page names; one of them may leave out the number."""
    return _says_title(title, heading) or _unnumbered(fold(title)) == _unnumbered(fold(heading))


def _unnumbered(words: str) -> str:
    return re.sub(r"^(?:\d{1,2} )+(?=\w)", "", words)


def _says_title(title: str, heading: str) -> bool:
    """«Glossary» is «GLOSSARY OF TERMS …», «Country: Introduction» is «INTRODUCTION»."""
    wanted, found = fold(title), fold(heading)
    if found == wanted or (": " in title and found == fold(title.split(": ", 1)[1])):
        return True
    return heading.isupper() and found.startswith(wanted + " ")


def _begins_title(title: str, draft: Draft, following: Draft | None) -> bool:
    if ": " not in title or following is None or following.kind != "heading":
        return False
    first, second = title.split(": ", 1)
    return fold(draft.text) == fold(first) and fold(following.text) == fold(second)


def read_tables(drafts: Sequence[Draft]) -> None:
    """Give each table row its column heads; titles, heads and rows that part a table are no rows.

    Column heads are marked as such, or follow a title or a parting row, fill at least two cells, and
    hold no digit and no sentence. What a page break makes the printer repeat is dropped from the rows
    as well. Heads hold until something else than a row comes, but for a footnote and a repeated title.
    """
    table = _OpenTable()
    for draft in drafts:
        if draft.kind == "table_row":
            table.read_row(draft)
        elif not table.goes_on_behind(draft):
            table = _OpenTable(title=draft.text)


@dataclass(slots=True)
class _OpenTable:
    """The table that is being read: what stands above it, its column heads, and the last of its rows.

    `starts` tells that a title has been repeated, `foot` that small type stands below the last row.
    """

    title: str = ""
    heads: Draft | None = None
    last: Draft | None = None
    starts: bool = True
    foot: bool = False

    def goes_on_behind(self, draft: Draft) -> bool:
        """Whether rows behind a draft that is none may be of this table."""
        if draft.kind == "heading" or self.last is None:
            return False
        if self.title and fold(_CONTINUED.sub("", draft.text)) == fold(self.title):
            self.starts = True
            return True
        at_foot = draft.small and _page(draft) == _page(self.last)
        self.foot = self.foot or at_foot
        return draft.footnote or at_foot

    def read_row(self, draft: Draft) -> None:
        """Give a row its heads, or take it for heads or for a row that parts the table."""
        if self.foot and self.last is not None and _page(draft) == _page(self.last):
            self.heads, self.starts = None, True
        cells = _cells(draft)
        heads = self.heads
        one_column = heads is not None and heads.head and "\t" not in heads.text
        told = self.starts and len(cells) > 1 and not any(re.search(r"\d|\.$", cell) for cell in cells)
        repeated = heads is not None and len(cells) > 1 and cells == _cells(heads)
        if draft.head or told or repeated:
            draft.kind, draft.retrieved, self.heads = "other", False, draft
        elif len(cells) == 1 and not one_column:
            draft.kind, draft.retrieved = "other", False
        elif heads:
            draft.context = [heads]
        self.last, self.starts, self.foot = draft, draft.kind == "other", False


def _cells(row: Draft) -> list[str]:
    """The cells of a row that are not empty."""
    return [cell for cell in row.text.split("\t") if cell]


def _page(draft: Draft) -> int | None:
    """The page on which a draft begins, where pages are known."""
    return draft.pages[0][1] if draft.pages else None


def read_lead_ins(drafts: Sequence[Draft]) -> None:
    """Give list items, and what follows a label, the words that lead in to them («We urge … to:»).

    A lead-in right before its items holds to the next heading; one before a heading holds for all
    items right below that have none of their own, as long as their numbers rise. An item that is set in below
    another one has that one as well.
    """
    leads = _LeadIns()
    for index, draft in enumerate(drafts):
        leads.read(draft, drafts[index - 1] if index else None, drafts[index + 1 : index + 2])


class _LeadIns:
    """What leads in to the items that are being read.

    `near` stands right before the list, `far` before the heading above it; `parents` are the open items that
    others are set in below. A paragraph between two items puts `near` aside until the numbers go on.
    """

    def __init__(self) -> None:
        self.near: list[Draft] = []
        self.far: list[Draft] = []
        self.aside: list[Draft] = []
        self.label: list[Draft] = []
        self.parents: list[Draft] = []
        self.last_item: list[Draft] = []
        self.last_number = 0

    def read(self, draft: Draft, before: Draft | None, following: Sequence[Draft]) -> None:
        """Give a draft its lead-ins, and keep what it leads in to."""
        then = following[0].kind if following else None
        label, self.label = self.label, []
        if draft.kind == "heading":
            self.near, self.aside, self.last_item, self.parents = [], [], [], []
            if self.far and len(draft.path) > len(self.far[0].path) + 1:
                self.far = []
            if len(draft.path) == 1:
                self.far, self.last_number = [], 0
        elif draft.label and then not in (None, "heading", "table_row"):
            draft.kind, draft.retrieved = "other", False
            self.near, self.parents = ([draft] if then in _ITEMS else []), []
            self.label = [] if self.near else [draft]
        elif draft.kind == "paragraph":
            self.read_paragraph(draft, before, then, label)
        elif draft.kind == "item":
            self.read_item(draft)
        elif draft.kind == "list_item":
            above = self.above(draft)
            draft.context = (
                [*(self.near or self.far), *above] if above else self.last_item or self.near or self.far
            )
            self.parents.append(draft)

    def read_paragraph(
        self, draft: Draft, before: Draft | None, then: str | None, label: list[Draft]
    ) -> None:
        """Read a paragraph: one in small letters goes on with the sentence of the list before it."""
        in_list = before is not None and before.kind in _ITEMS
        goes_on = in_list and draft.text.lstrip("(“‘\"'")[:1].islower()
        if in_list and not goes_on and draft.indent > 1:
            draft.context = [*self.near, *self.above(draft)]
            return
        draft.context = [*label, *(self.near if goes_on else [])]
        leads = draft.text.endswith(":")
        self.aside = self.near or self.aside
        self.near = [*draft.context, draft] if leads and then in _ITEMS else []
        self.far = [draft] if leads and then == "heading" else self.far
        self.parents = []

    def read_item(self, draft: Draft) -> None:
        """Read a numbered item."""
        number = _ITEM_NUMBER.match(draft.text)
        above = self.above(draft)
        if not above:
            if number and int(number[1]) <= self.last_number:
                self.far, self.aside = [], []
            elif number and int(number[1]) == self.last_number + 1 and not (self.near or self.far):
                self.near = self.aside
            self.last_number = int(number[1]) if number else self.last_number
        self.last_item = [draft] if draft.text.endswith(":") else []
        draft.context = [*(self.near or self.far), *above]
        self.parents.append(draft)

    def above(self, draft: Draft) -> list[Draft]:
        """The items that one is set in below, by two columns or more, from the outermost to the innermost."""
        while self.parents and self.parents[-1].indent + 2 > draft.indent:
            self.parents.pop()
        return list(self.parents)
