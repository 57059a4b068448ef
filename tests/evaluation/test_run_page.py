import re
from html.parser import HTMLParser

import pytest

from a4a_qa.evaluation.gate import Check
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.run import read_run
from a4a_qa.evaluation.run_page import contexts, page
from a4a_qa.evaluation.score import score
from a4a_qa.report.report import Span
from evaluation.small_gold import RECORDS, SHELTERS

ATTACK = "<script>alert(1)</script>\"'&"


@pytest.fixture
def html(gold, run_of, perfect):
    scored = score(gold, run_of([*perfect[:5], {"run": {"system": "full"}}]))
    return page(scored, [Check("answers", False, "one is missing")], [("bm25", scored.card)])


class Tags(HTMLParser):
    """Collects tags, and checks that they close in order."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "img", "path", "use", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in ("path", "use"):
            assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_no_network_and_no_script(html):
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    for tag, attributes in tags.seen:
        assert tag not in ("script", "link", "iframe", "object", "img")
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith("#")
    assert not re.findall(r"url\((?!#)", html)


def test_no_id_stands_twice(html):
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_the_page_shows_what_it_must(html):
    for part in (
        "supported answers",
        "Gates",
        "bm25",
        "Risk against coverage",
        "Endnotes that were mixed up",
        "No answer came",
        f'<mark class="gold cited">{SHELTERS}</mark>',
        "one is missing",
        "not in the run",
    ):
        assert part in html


def test_everything_from_outside_is_escaped(write_lines, small, answering):
    record = RECORDS[5] | {"question": ATTACK, "why": ATTACK}
    gold = read_gold(write_lines("bad.jsonl", [record, RECORDS[4]]), small)
    lines = [
        answering("g-5", [], reason={"code": ATTACK}),
        {"id": "g-4", "error": ATTACK},
        {"run": {"system": ATTACK}},
    ]
    scored = score(gold, read_run(write_lines("run.jsonl", lines), gold.questions))
    found = page(scored, [Check(ATTACK, True, ATTACK)], [(ATTACK, scored.card)])
    assert "<script" not in found
    assert "&lt;script&gt;alert(1)" in found


def test_marks_are_cut_where_they_overlap(small):
    at = small.text.index(SHELTERS)
    marks = {"gold": [Span(at, at + 12)], "cited": [Span(at + 6, at + 20)]}
    ((section, pieces),) = contexts(small, marks, marks["gold"])
    assert section == "Introduction"
    assert [(piece.text, piece.marks) for piece in pieces][:3] == [
        ("There ", ("gold",)),
        ("are 12", ("gold", "cited")),
        (" shelter", ("cited",)),
    ]


def test_the_same_run_gives_the_same_page(gold, run_of, perfect):
    scored = score(gold, run_of(perfect))
    assert page(scored, [], []) == page(scored, [], [])
