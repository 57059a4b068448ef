"""Files that are broken, locked, empty or made to harm: read within bounds, or refused with a reason."""

import logging
import os
import random
import time
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest

from a4a_qa.errors import ReportError
from a4a_qa.parsing.pdf import read as reading
from a4a_qa.parsing.pdf import runs
from a4a_qa.parsing.read import read_report
from conftest import ROOT
from parsing.pdf.hostile import PICTURE, WORDS, pdf

GOOD = (ROOT / "tests/fixtures/pdf/serif.pdf").read_bytes()
READ = "Some words that can be read on this page."


def read(tmp_path, data, **options):
    (tmp_path / "report.pdf").write_bytes(data)
    return read_report(tmp_path / "report.pdf", **options)


def locked(user, owner, algorithm):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(GOOD)))
    writer.encrypt(user, owner_password=owner, algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (bytes(1000), "is empty"),
        (b"# A report\n", "another kind of file"),
        (GOOD[: len(GOOD) // 2], "is damaged"),
        (GOOD[:-300], "is damaged"),
        (b"%PDF-1.7\n", "is damaged"),
        (pdf(b""), "which are blank"),
        (pdf(), "without pages"),
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
    data = locked("secret", "owner", "AES-256")
    with pytest.raises(ReportError, match="--password"):
        read(tmp_path, data)
    with pytest.raises(ReportError, match="does not open it"):
        read(tmp_path, data, password="guess")
    assert len(read(tmp_path, data, password="secret").endnotes) == 7


def test_a_file_that_only_forbids_changes_is_read(tmp_path):
    assert len(read(tmp_path, locked("", "owner", "RC4-128")).endnotes) == 7


def test_scanned_pages_are_named_one_by_one(tmp_path):
    report = read(tmp_path, pdf(PICTURE, WORDS, PICTURE))
    assert READ in report.text
    assert [problem.message[:17] for problem in report.problems] == ["Page 1 is a pictu", "Page 3 is a pictu"]
    with pytest.raises(ReportError, match=r"Page 1 is a picture.*Page 2 is a picture"):
        read(tmp_path, pdf(PICTURE, PICTURE))


@pytest.mark.parametrize(
    "content",
    [
        WORDS + b"1.5 2 m 3 4 l S\n" * 350_000,
        WORDS + b"1 2 3 4 5 6 c\n" * 300_000,
        b"q " * 300_000 + WORDS,
        WORDS + b"".join(b"%d %d 30 1 re f\n" % (i % 580, i * 7 % 830) for i in range(20_000)),
        WORDS + b"1e400 Tc nan Tw (x) 5 Tf 1 0 0 cm Q Q Q ET ET",
    ],
    ids=["a million operators", "curves", "states", "rules", "wrong operands"],
)
def test_words_are_found_whatever_surrounds_them(tmp_path, content):
    started = time.process_time()
    report = read(tmp_path, pdf(content, resources=b"/XObject<</X 4 0 R>>"))
    assert report.text == READ
    assert time.process_time() - started < 30


def shown(x, y, size, words):
    return b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, x, y, words)


@pytest.mark.parametrize(
    "content",
    [
        WORDS + b"/X Do " * 50,
        shown(72, 700, 12, b"a" * 1_000_000),
        b"".join(shown(i * 7 % 590, i * 13 % 830, 6, b"1") for i in range(30_000)),
    ],
    ids=["a form that draws itself", "one endless word", "numbers"],
)
def test_a_page_without_end_is_read_in_time(tmp_path, content):
    started = time.process_time()
    read(tmp_path, pdf(WORDS, content, resources=b"/XObject<</X 6 0 R>>"))
    assert time.process_time() - started < 60


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
    [b" " * 40_000_000, b"[" * 20_000 + b"]" * 20_000, b"<<" * 5_000, b"(a) Tj " * 800_000],
    ids=["compression bomb", "arrays in arrays", "dictionaries", "more text than a book"],
)
def test_a_page_that_cannot_be_read_leaves_the_others(tmp_path, content):
    started = time.process_time()
    report = read(tmp_path, pdf(WORDS, content))
    assert report.text == READ
    assert [problem.message[:7] for problem in report.problems] == ["Page 2 "]
    assert time.process_time() - started < 30


def test_two_thousand_pages_are_read_and_six_thousand_refused(tmp_path):
    report = read(tmp_path, pdf(*[WORDS] * 2_000))
    assert report.page_starts[-1].page == 2_000
    with pytest.raises(ReportError, match="6,000 pages"):
        read(tmp_path, pdf(*[b""] * 6_000))


def test_a_page_with_twenty_thousand_lines_is_read(tmp_path):
    content = b"".join(
        b"BT /F1 8 Tf %d %d Td (w%d x) Tj ET\n" % (i * 7 % 590, i * 13 % 830, i) for i in range(20_000)
    )
    started = time.process_time()
    assert "w19999 x" in read(tmp_path, pdf(content)).text
    assert time.process_time() - started < 30


def scraps(count):
    places = random.Random(1)
    return b"".join(shown(places.randint(5, 580), places.randint(5, 830), 6, b"ab") for _ in range(count))


def test_pages_of_scraps_are_read_in_time(tmp_path):
    started = time.process_time()
    read(tmp_path, pdf(*[scraps(1_900)] * 4))
    assert time.process_time() - started < 10


def test_laying_out_ends_when_the_time_is_up(tmp_path, monkeypatch):
    passed = 0.0

    class Clock:
        @staticmethod
        def monotonic():
            return time.monotonic() + passed

    def layout_in_seventy_seconds(*given):
        nonlocal passed
        passed += 70
        return read_layout(*given)

    read_layout = reading.read_layout
    monkeypatch.setattr(reading, "time", Clock)
    monkeypatch.setattr(reading, "read_layout", layout_in_seventy_seconds)
    report = read(tmp_path, pdf(*[WORDS] * 5))
    assert report.text.count(READ) == 3
    assert [problem.message[:20] for problem in report.problems] == [
        "Page 4 was left out,",
        "Page 5 was left out,",
    ]


@pytest.mark.parametrize("step", ["read_paragraphs", "find_headings", "find_notes", "text_of", "read_tables"])
def test_a_file_whose_words_take_too_long_is_refused(tmp_path, monkeypatch, step):
    passed = 0.0

    class Clock:
        @staticmethod
        def monotonic():
            return time.monotonic() + passed

    def in_five_minutes(*given):
        nonlocal passed
        passed += 300
        return quick(*given)

    quick = getattr(reading, step)
    monkeypatch.setattr(reading, "time", Clock)
    monkeypatch.setattr(reading, step, in_five_minutes)
    with pytest.raises(ReportError, match=r"report\.pdf takes longer than 240 seconds.*as Markdown"):
        read(tmp_path, pdf(*[WORDS] * 2))


def test_a_file_that_leaves_no_time_is_refused_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_SECONDS", -1.0)
    with pytest.raises(ReportError, match=r"no text that can be read\. Page 1 .* took too long"):
        read(tmp_path, pdf(WORDS))


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    def refuse(path, *mode):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "report.pdf").write_bytes(GOOD)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReportError, match=r"report\.pdf cannot be read: Permission denied\."):
        read_report(tmp_path / "report.pdf")


def test_what_others_log_is_left_as_it_was(tmp_path):
    log = logging.getLogger("pypdf")
    before = log.level
    read(tmp_path, GOOD)
    assert log.level == before


def test_two_readings_that_overlap_leave_what_others_log_as_it_was():
    log = logging.getLogger("pypdf")
    before = log.level
    first, second = ExitStack(), ExitStack()
    first.enter_context(runs._without_warnings())
    second.enter_context(runs._without_warnings())
    first.close()
    assert log.level == logging.CRITICAL
    second.close()
    assert log.level == before
