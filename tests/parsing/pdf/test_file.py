"""Files that are broken, locked, empty or made to harm: read within bounds, or refused with a reason."""

import os
import random
import sys
import time
from pathlib import Path

import pytest

from a4a_qa.errors import ReportError
from a4a_qa.parsing.pdf import door, pipeline
from a4a_qa.parsing.read import read_report
from conftest import ROOT
from parsing.pdf.hostile import PICTURE, WORDS, cpu_seconds, locked, pdf

GOOD = (ROOT / "tests/fixtures/pdf/serif.pdf").read_bytes()
READ = "Some words that can be read on this page."


def read(tmp_path, data, **options):
    (tmp_path / "report.pdf").write_bytes(data)
    return read_report(tmp_path / "report.pdf", **options)


def problems_of_pages(report):
    return [problem.message for problem in report.problems if problem.code == "page"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (bytes(1000), "is empty"),
        (b"# A report\n", "another kind of file"),
        (GOOD[: len(GOOD) // 2], "is damaged"),
        (GOOD[:-300], "is damaged"),
        (b"%PDF-1.7\n", "is damaged"),
        (pdf(b""), "pages are blank"),
        (pdf(), "has 0 pages"),
    ],
    ids=["nothing", "zeros", "text", "half", "no end", "only a head", "blank", "no pages"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path, data, words):
    with pytest.raises(ReportError, match=words):
        read(tmp_path, data)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(GOOD)
    os.truncate(file, 200_000_001)  # sparse: it takes no room
    with pytest.raises(ReportError, match=r"has 200,000,001 bytes; .* at most 200,000,000"):
        read_report(file)


def test_a_locked_file_asks_for_its_password(tmp_path):
    data = locked(GOOD, "secret", "owner", "AES-256")
    with pytest.raises(ReportError, match="--password"):
        read(tmp_path, data)
    with pytest.raises(ReportError, match="does not open it"):
        read(tmp_path, data, password="guess")
    assert len(read(tmp_path, data, password="secret").endnotes) == 7


def test_scanned_pages_are_named_one_by_one(tmp_path):
    report = read(tmp_path, pdf(PICTURE, WORDS, PICTURE))
    assert READ in report.text
    assert [problem.message[:17] for problem in report.problems] == ["Page 1 is a pictu", "Page 3 is a pictu"]
    with pytest.raises(ReportError, match=r"Page 1 is a picture.*Page 2 is a picture"):
        read(tmp_path, pdf(PICTURE, PICTURE))


@pytest.mark.parametrize(
    "content",
    [
        WORDS + b"1.5 2 m 3 4 l S\n" * 25_000,
        WORDS + b"1 2 3 4 5 6 c\n" * 25_000,
        b"q " * 60_000 + WORDS,
        WORDS + b"".join(b"%d %d 30 1 re f\n" % (i % 580, i * 7 % 830) for i in range(20_000)),
        WORDS + b"1e400 Tc nan Tw (x) 5 Tf 1 0 0 cm Q Q Q ET ET",
    ],
    ids=["operators", "curves", "states", "rules", "wrong operands"],
)
def test_words_are_found_whatever_surrounds_them(tmp_path, content):
    started = cpu_seconds()
    report = read(tmp_path, pdf(content, resources=b"/XObject<</X 4 0 R>>"))
    assert report.text == READ
    assert cpu_seconds() - started < 30


def shown(x, y, size, words):
    return b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, x, y, words)


@pytest.mark.parametrize(
    "content",
    [
        shown(72, 700, 12, b"a" * 1_000_000),
        b"".join(shown(i * 7 % 590, i * 13 % 830, 6, b"1") for i in range(6_000)),
    ],
    ids=["one endless word", "numbers"],
)
def test_a_page_without_end_is_read_in_time(tmp_path, content):
    started = cpu_seconds()
    read(tmp_path, pdf(WORDS, content))
    assert cpu_seconds() - started < 30


BOX = b"".join(shown(110, 600 - 20 * i, 10, b"A line in the box.") for i in range(4))
NUMBERS = b"".join(shown(x, 404, 6, b"%d0" % x) for x in (72, 92, 112)) + shown(132, 400, 10, b"Caption")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"100 500 200 130 re S 105 495 200 130 re f\n" + BOX, "A line in the box."),
        (NUMBERS, "Caption"),
    ],
    ids=["a box with a shadow", "numbers that stand apart"],
)
def test_odd_drawings_are_read(tmp_path, content, words):
    assert words in read(tmp_path, pdf(WORDS + content)).text


@pytest.mark.parametrize(
    "content",
    [b" " * 40_000_000, b"[" * 20_000 + b"]" * 20_000, b"<<" * 5_000],
    ids=["compression bomb", "arrays in arrays", "dictionaries"],
)
def test_a_page_of_nonsense_leaves_the_others(tmp_path, content):
    started = cpu_seconds()
    assert read(tmp_path, pdf(WORDS, content)).text == READ
    assert cpu_seconds() - started < 30


def test_a_page_with_more_text_than_a_book_is_left_out(tmp_path):
    started = cpu_seconds()
    content = b"BT /F1 1 Tf 9 9 Td " + b"(abc) Tj " * 80_000 + b"ET"
    report = read(tmp_path, pdf(WORDS, content))
    assert report.text == READ
    assert [problem[:12] for problem in problems_of_pages(report)] == ["Page 2 holds"]
    assert cpu_seconds() - started < 30


CHANGED = """#!{python}
import os, sys
from a4a_qa.parsing.pdf import door, glyphs
sys.argv = sys.argv[2:]
read = glyphs._page
{change}
(glyphs if sys.argv[0].endswith("glyphs") else door).main()
"""
ABORT = "glyphs._page = lambda document, index: os.abort() if index == 1 else read(document, index)"
DRAWS_ITSELF = WORDS + b"/X Do " * 3  # in PDFium, without an end


@pytest.mark.parametrize(
    ("second", "change"),
    [(WORDS, ABORT), (DRAWS_ITSELF, "glyphs._PAGE_SECONDS = 2")],
    ids=["crash", "a form that draws itself"],
)
def test_a_page_that_stops_pdfium_leaves_the_others(tmp_path, monkeypatch, second, change):
    (tmp_path / "python").write_text(CHANGED.format(python=sys.executable, change=change))
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr("a4a_qa.parsing.pdf.file.sys.executable", str(tmp_path / "python"))
    report = read(tmp_path, pdf(WORDS, second, WORDS, resources=b"/XObject<</X 6 0 R>>"))
    assert report.text.count(READ) == 2
    assert problems_of_pages(report) == ["Page 2 cannot be read, or takes too much time or memory."]


def test_hundreds_of_pages_are_read_and_thousands_refused(tmp_path):
    report = read(tmp_path, pdf(*[WORDS] * 300))
    assert report.page_starts[-1].page == 300
    with pytest.raises(ReportError, match="5,001 pages"):
        read(tmp_path, pdf(*[b""] * 5_001))


def test_a_page_with_thousands_of_lines_is_read(tmp_path):
    content = b"".join(
        b"BT /F1 8 Tf %d %d Td (w%d x) Tj ET\n" % (i * 7 % 590, i * 13 % 830, i) for i in range(5_000)
    )
    started = cpu_seconds()
    assert "w4999 x" in read(tmp_path, pdf(content)).text
    assert cpu_seconds() - started < 30


def scraps(count):
    places = random.Random(1)
    return b"".join(shown(places.randint(5, 580), places.randint(5, 830), 6, b"ab") for _ in range(count))


def test_pages_of_scraps_are_read_in_time(tmp_path):
    started = cpu_seconds()
    read(tmp_path, pdf(scraps(1_900)))
    assert cpu_seconds() - started < 10


def slow_down(monkeypatch, step, seconds):
    """Let a step of the pipeline seem to take so many seconds each time."""
    passed = 0.0

    class Clock:
        @staticmethod
        def monotonic():
            return time.monotonic() + passed

    def slowly(*given, **named):
        nonlocal passed
        passed += seconds
        return quick(*given, **named)

    quick = getattr(pipeline, step)
    monkeypatch.setattr(pipeline, "time", Clock)
    monkeypatch.setattr(pipeline, step, slowly)


def test_layout_ends_when_the_time_is_up(tmp_path, monkeypatch):
    slow_down(monkeypatch, "read_layout", 70)
    report = read(tmp_path, pdf(*[WORDS] * 5))
    assert report.text.count(READ) == 3
    assert [problem[:20] for problem in problems_of_pages(report)] == [
        "Page 4 was left out,",
        "Page 5 was left out,",
    ]


@pytest.mark.parametrize("step", ["read_paragraphs", "find_headings", "find_endnotes", "assemble"])
def test_a_file_whose_words_take_too_long_is_refused(tmp_path, monkeypatch, step):
    slow_down(monkeypatch, step, 300)
    with pytest.raises(ReportError, match=r"report\.pdf takes longer than 240 seconds.*as Markdown"):
        read(tmp_path, pdf(*[WORDS] * 2))


def test_a_file_that_leaves_no_time_is_refused_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "_MOST_SECONDS", -1.0)
    with pytest.raises(ReportError, match=r"report\.pdf cannot be opened in time"):
        read(tmp_path, pdf(WORDS))


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    def refuse(path, *mode):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "report.pdf").write_bytes(GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(door.RefusedError, match=r"report\.pdf cannot be read: Permission denied\."):
        door.opened(tmp_path / "report.pdf", None)


SCATTERED = b"".join(
    b"BT /F1 9 Tf 0 1 -1 0 %d 100 Tm (Words of this page run upwards, line by line.) Tj ET\n" % x
    for x in range(100, 500, 20)
)


def test_a_file_of_which_most_words_are_lost_is_refused_with_the_share(tmp_path):
    with pytest.raises(ReportError, match=r"Only 5% of the words of .*report\.pdf .* --anyway"):
        read(tmp_path, pdf(WORDS + SCATTERED))
    report = read(tmp_path, pdf(WORDS + SCATTERED), anyway=True)
    assert report.text == READ
    assert [problem.code for problem in report.problems] == ["words_lost", "page"]
