"""The structure of drafts: section paths, column heads and lead-ins.

The contents page decides which headings open a top-level section and how they are spelled. Below that, a
numbered heading ("II – …") is above the unnumbered ones after it.
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
from a4a_qa.report.report import Problem

_NUMBERED_HEADING = re.compile(r"(?:[IVXL]+|[A-Z]|\d+)(?:\.|\s*[-–—:)])\s")
_ITEM_NUMBER = re.compile(r"\(?(\d+)[.)]")
_ITEMS = ("item", "list_item")
# The end of a repeated table title ("Table 2, continued").
_CONTINUED = re.compile(r"\bcont(?:inued|[.’']?d)?\b\W*$", re.IGNORECASE)

# A paragraph of at least this many words is running text.
_RUNNING = 15

# A heading and the draft after it: two headings can be one entry of the contents page.
_Heading = tuple[Draft, Draft | None]


def tell_tables_from_contents(drafts: Sequence[Draft]) -> None:
    """Decide whether rows of a name and a number are a contents list or a table.

    The pages of a contents list rise, it precedes what it lists, and most of its entries are headings.
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
    """Give every draft its section path; returns a problem for each contents entry without a heading.

    The drafts before the first section and the contents list are not retrieved. With `front`, a heading
    before the first section that has running text below it opens a section, too ("Acknowledgements").
    """
    titles = [entry.title for entry in contents]
    with_heading = _with_heading(titles, [pair for pair in _headings(drafts) if not pair[0].in_box])
    # A contents page that fits no heading belongs to another document.
    placer = _Placer(titles if with_heading else (), with_heading, drafts, front=front)
    for index, draft in enumerate(drafts):
        placer.place(draft, drafts[index + 1] if index + 1 < len(drafts) else None)
    missing = [*placer.skipped, *titles[placer.found :]]
    return [
        Problem("contents_without_heading", f"The contents page lists '{title}', but no heading matches.")
        for title in missing
    ]


class _Placer:
    """The open section path, and how far the contents page has been used."""

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
            # Spelled as on the contents page, unless only a number is different.
            spelled = _says_title(self.titles[position], draft.text)
            self.path, self.numbered = [(1, self.titles[position] if spelled else draft.text)], False
            return
        if following is not None and following.contents_row:
            self.path = [(1, draft.text)]
        elif title and _begins_title(title, draft, following):
            self.path = []
            draft.level = -1  # the first of two headings that are one entry of the contents page
        elif self.titles and not self.found and not (self.front and _is_running(following)):
            draft.kind, draft.level = "other", 0
        else:
            level = self.level(draft)
            self.path = [open_ for open_ in self.path if open_[0] < level] + [(level, draft.text)]

    def position(self, heading: str) -> int | None:
        """The contents entry that a heading opens: the next one, or a later one if the heading is in
        capitals.

        Entries without a heading ("Cover") are skipped.
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
    """Whether a draft is running text, which title pages lack."""
    return draft is not None and draft.kind == "paragraph" and len(draft.text.split()) >= _RUNNING


def _headings(drafts: Sequence[Draft]) -> list[_Heading]:
    following = [*drafts[1:], None]
    return [(draft, then) for draft, then in zip(drafts, following, strict=False) if draft.kind == "heading"]


def _with_heading(titles: Sequence[str], headings: Sequence[_Heading]) -> set[str]:
    """The titles that are the text of a heading, or of two headings in a row."""
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
    """The words of a heading without case and punctuation, to compare them."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def _is_title(title: str, heading: str) -> bool:
    """Whether a heading is a contents entry; one of them may lack the number."""
    return _says_title(title, heading) or _unnumbered(fold(title)) == _unnumbered(fold(heading))


def _unnumbered(words: str) -> str:
    return re.sub(r"^(?:\d{1,2} )+(?=\w)", "", words)


def _says_title(title: str, heading: str) -> bool:
    """ "Glossary" is "GLOSSARY OF TERMS …", "Country: Introduction" is "INTRODUCTION"."""
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
    """Give each table row its column heads; titles, heads and dividing rows are not table rows.

    Column heads are marked as such, or follow a title or a dividing row, fill at least two cells, and contain
    neither a digit nor a sentence. Heads and titles repeated after a page break are not rows. Heads hold
    until something else comes, except footnotes and a repeated title.
    """
    table = _OpenTable()
    for draft in drafts:
        if draft.kind == "table_row":
            table.read_row(draft)
        elif not table.may_continue_after(draft):
            table = _OpenTable(title=draft.text)


@dataclass(slots=True)
class _OpenTable:
    """The open table: the text above it, its column heads, and its last row; `starts` is set after a title
    or a dividing row."""

    title: str = ""
    heads: Draft | None = None
    last: Draft | None = None
    starts: bool = True

    def may_continue_after(self, draft: Draft) -> bool:
        """Whether rows after a draft that is not a row may belong to this table."""
        if draft.kind == "heading" or self.last is None:
            return False
        if self.title and fold(_CONTINUED.sub("", draft.text)) == fold(self.title):
            self.starts = True
            return True
        return draft.footnote or (draft.small and _page(draft) == _page(self.last))

    def read_row(self, draft: Draft) -> None:
        """Give a row its heads, or treat it as heads or as a dividing row."""
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
        self.last, self.starts = draft, draft.kind == "other"


def _cells(row: Draft) -> list[str]:
    """The cells of a row that are not empty."""
    return [cell for cell in row.text.split("\t") if cell]


def _page(draft: Draft) -> int | None:
    """The page on which a draft begins, if pages are known."""
    return draft.pages[0][1] if draft.pages else None


def read_lead_ins(drafts: Sequence[Draft]) -> None:
    """Give list items, and what follows a label, the words that lead in to them ("We urge … to:").

    A lead-in right before its items holds to the next heading. One before a heading holds for all items right
    below that have none of their own, as long as their numbers rise. An item indented below another one has
    that item as a lead-in, too.
    """
    leads = _LeadIns()
    for index, draft in enumerate(drafts):
        leads.read(draft, drafts[index - 1] if index else None, drafts[index + 1 : index + 2])


class _LeadIns:
    """The lead-ins that are open.

    `near` is right before the list, `far` before the heading above it; `parents` are the open items with
    others indented below. A paragraph between two items puts `near` `aside` until the numbers continue.
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
        """Give a draft its lead-ins, and note what it leads in to."""
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
        """Read a paragraph; in small letters it continues the sentence of the list before it."""
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
        """The items below which an item is indented by at least two columns, from the outermost to the
        innermost."""
        while self.parents and self.parents[-1].indent + 2 > draft.indent:
            self.parents.pop()
        return list(self.parents)
