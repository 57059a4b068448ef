"""Sentences that questions name, so that they can be found again without their text being stored.

The id of a sentence comes from its words, so it changes when a better parser reads them differently. An
anchor keeps what leads back to the sentence: its page, its offsets in `Report.text`, its number of words, and
hashes of its first and last words. A file of anchors is JSON, with the SHA-256 of the report's file:
`{"report": "…", "sha256": "…", "sentences": {"s-…": [page, start, end, words, first, last]}}`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.errors import CorpusError
from a4a_qa.output import rewritten
from a4a_qa.report.ids import sentence_ids
from a4a_qa.report.report import Report, Span, exact_pages

# How many words are hashed at each end of a sentence.
_ENDS = 4
# The same sentence may be read with this share of words more or fewer, and with a few in any case.
_TOLERANCE, _FEW = 0.2, 3
_WORD = re.compile(r"\w+")


def normalised(text: str) -> list[str]:
    """The words of a text as they are hashed: compatibility forms folded, without case and punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def hash_of(words: Sequence[str]) -> str:
    """The first twelve hexadecimal digits of the SHA-256 of normalised words."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a sentence stood: `page` (of the file, from 1; None without pages), offsets in `Report.text`, the
    number of its words, and the hashes of its first and last words."""

    page: int | None
    start: int
    end: int
    words: int
    first: str
    last: str


@dataclass(frozen=True)
class Anchors:
    """The anchors of one report by sentence id; `sha256` is that of the report's file."""

    report: str
    sha256: str
    sentences: Mapping[str, Anchor]


@dataclass(frozen=True)
class Migration:
    """Anchors in a new parse of the report: the ids that each old id has become, and those that are lost."""

    anchors: Anchors
    moved: Mapping[str, tuple[str, ...]]
    lost: tuple[str, ...]


def anchors_of(report: Report, sha256: str, ids: Iterable[str]) -> Anchors:
    """The anchors of these sentences, in reading order; raises CorpusError for one that the report lacks."""
    wanted = set(ids)
    positions = {name: i for i, name in enumerate(sentence_ids(report)) if name in wanted}
    if missing := sorted(wanted - positions.keys()):
        raise CorpusError(f"{report.about.id} has no sentence {', '.join(missing[:5])}.")
    return Anchors(report.about.id, sha256, {name: _anchor(report, at) for name, at in positions.items()})


def _anchor(report: Report, position: int) -> Anchor:
    sentence = report.sentences[position]
    words = normalised(report.slice(sentence))
    pages = exact_pages(report.page_starts, sentence.start, sentence.end) if report.page_starts else None
    return Anchor(
        pages.first if pages else None,
        sentence.start,
        sentence.end,
        len(words),
        hash_of(words[:_ENDS]),
        hash_of(words[-_ENDS:]),
    )


def migrate(anchors: Anchors, report: Report, sha256: str, *, also: Iterable[str] = ()) -> Migration:
    """Find the sentences of `anchors` in another parse of their report; ids in `also` are anchored for the
    first time, and lost when the report lacks them.

    A sentence whose id is still there has the same words. For any other the place is taken whose first or
    last words have the same hash and that lies nearest to the old one. Where a parser cuts differently, one
    id may become several.
    """
    ids = sentence_ids(report)
    known = set(ids)
    search = _Search(report)
    moved: dict[str, tuple[str, ...]] = {}
    lost = [name for name in also if name not in known and name not in anchors.sentences]
    for name, anchor in anchors.sentences.items():
        found = (name,) if name in known else tuple(ids[at] for at in search.find(anchor))
        moved[name] = found
        if not found:
            lost.append(name)
    now = {name for found in moved.values() for name in found} | (set(also) & known)
    return Migration(anchors_of(report, sha256, now), moved, tuple(lost))


class _Search:
    """Places of a report by the hashes of the words that begin and end there."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._words = [match.span() for match in _WORD.finditer(report.text)]
        self._at: dict[str, list[int]] = defaultdict(list)
        for position in range(len(self._words)):
            for length in range(1, _ENDS + 1):
                self._at[self._hash(position, length)].append(position)

    def _hash(self, position: int, length: int) -> str:
        own = self._words[position : position + length]
        return hash_of(normalised(self._report.text[own[0][0] : own[-1][1]]))

    def find(self, anchor: Anchor) -> Sequence[int]:
        """The positions of the sentences where an anchor stands now, none when it is lost."""
        spans = list(self._both_ends(anchor)) or list(self._one_end(anchor))
        if not spans:
            return ()
        first, last = min(spans, key=lambda span: self._distance(span, anchor))
        start, end = self._words[first][0], self._words[last][1]
        touched = self._report.positions_touched(start, end)
        # A sentence of which only a scrap lies within was cut elsewhere; that which holds most stays anyway.
        shares = {at: self._share_within(at, start, end) for at in touched}
        best = max(shares.values(), default=0.0)
        return [at for at, share in shares.items() if share >= 0.5 or share == best]

    def _both_ends(self, anchor: Anchor) -> Iterator[tuple[int, int]]:
        ends = min(_ENDS, anchor.words)
        allowed = max(_FEW, round(anchor.words * _TOLERANCE))
        for first in self._at.get(anchor.first, ()):
            for tail in self._at.get(anchor.last, ()):
                last = tail + ends - 1
                if last >= first and abs(last - first + 1 - anchor.words) <= allowed:
                    yield first, last

    def _one_end(self, anchor: Anchor) -> Iterator[tuple[int, int]]:
        if anchor.words < _ENDS:  # so few words stand at many places
            return
        for first in self._at.get(anchor.first, ()):
            yield first, min(first + anchor.words, len(self._words)) - 1
        for tail in self._at.get(anchor.last, ()):
            last = tail + _ENDS - 1
            yield max(0, last - anchor.words + 1), last

    def _distance(self, span: tuple[int, int], anchor: Anchor) -> tuple[int, int, int]:
        """How far a place is from the old one: in words, in pages, in characters."""
        start = self._words[span[0]][0]
        pages = exact_pages(self._report.page_starts, start, start + 1) if self._report.page_starts else None
        leap = abs(pages.first - anchor.page) if pages and anchor.page else 0
        return leap, abs(span[1] - span[0] + 1 - anchor.words), abs(start - anchor.start)

    def _share_within(self, position: int, start: int, end: int) -> float:
        sentence = self._report.sentences[position]
        within = min(end, sentence.end) - max(start, sentence.start)
        return within / (sentence.end - sentence.start)


def read_anchors(path: Path) -> Anchors:
    """The anchors of a file; raises CorpusError when it holds none."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        sentences = {str(name): _row(row) for name, row in values["sentences"].items()}
        return Anchors(str(values["report"]), str(values["sha256"]), sentences)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CorpusError(
            f"{path} has no anchors of sentences ({type(error).__name__}: {error}), expected an object with "
            "report, sha256 and sentences. Make it anew with `a4a-qa training migrate`."
        ) from error


def _row(row: Sequence[object]) -> Anchor:
    page, start, end, words, first, last = row
    numbers = (start, end, words) if page is None else (page, start, end, words)
    if not all(type(n) is int and n >= 0 for n in numbers) or not (type(first) is type(last) is str):
        raise ValueError(f"{row!r} is no anchor")
    return Anchor(page, start, end, words, first, last)  # type: ignore[arg-type]  # checked just now


def write_anchors(path: Path, anchors: Anchors) -> None:
    """Write anchors, one sentence a line; the file appears under its name only when it is complete."""
    rows = [
        f'  "{name}": {json.dumps([a.page, a.start, a.end, a.words, a.first, a.last])}'
        for name, a in anchors.sentences.items()
    ]
    head = f' "report": {json.dumps(anchors.report)},\n "sha256": {json.dumps(anchors.sha256)},\n'
    with rewritten(path) as file:
        file.write("{\n" + head + ' "sentences": {\n' + ",\n".join(rows) + "\n }\n}\n")


def place_of(quote: str, where: str, report: Report) -> Span:
    """Where a quote stands; CorpusError, which begins with `where`, unless it is one retrieved place.

    An empty cell of a table is a tab more in one format and none in another: any number of tabs is alike.
    """
    pattern = r"\t+".join(map(re.escape, re.split(r"\t+", quote)))
    found_at = [Span(*match.span()) for match in re.finditer(pattern, report.text)] if quote else []
    blocks = [(span, report.block_at(span.start)) for span in found_at]
    places = [span for span, block in blocks if block is not None and block.retrieved]
    if len(places) != 1:
        found = "is not in the report" if not places else f"stands at {len(places)} places"
        raise CorpusError(f"{where}: the quote '{quote[:60]}' {found}, expected exactly one place.")
    return places[0]
