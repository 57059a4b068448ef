"""How two versions of a report differ, and which places of one are doubtful."""

import time

from a4a_qa.parsing.read import read_report
from a4a_qa.parsing.review import compare, find_doubts


def read(tmp_path, paragraphs):
    (tmp_path / "report.md").write_text("# One\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    return read_report(tmp_path)


def test_blocks_that_are_nearly_alike_are_shown_together(tmp_path):
    first = read(tmp_path, ["The shelters are run by churches.", "Short."])
    second = read(tmp_path, ["The schools are run by churches.", "Another one, much longer than that."])
    assert [(d.first, d.second) for d in compare(first, second).differences if d.what == "block"] == [
        ("The shelters are run by churches.", "The schools are run by churches."),
        ("Short.", ""),
        ("", "Another one, much longer than that."),
    ]


def test_reports_that_have_nothing_in_common_are_compared_in_time(tmp_path):
    first = read(tmp_path, [f"In {number} many words say little." for number in range(200)])
    second = read(tmp_path, [f"Of {number} such texts none is alike." for number in range(200)])
    started = time.process_time()
    assert compare(first, second).alike["blocks"] == 0
    assert time.process_time() - started < 4


def doubts(tmp_path, text):
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    return [(doubt.reason, doubt.words) for doubt in find_doubts(read_report(tmp_path))]


def test_a_sound_report_raises_none(tmp_path):
    assert doubts(tmp_path, "# One\n\nA whole sentence with short- and long-term aims.\n") == []


def test_signs_of_a_paragraph_that_was_cut_or_badly_joined(tmp_path):
    text = "# One\n\nThis paragraph has no end and the inter- national page is gone\n"
    assert doubts(tmp_path, text) == [
        ("ends in mid-sentence", "is paragraph has no end and the inter- national page is gone"),
        ("a hyphen and a space", "inter- national"),
    ]


def test_an_address_that_fell_apart(tmp_path):
    text = "# One\n\nA sentence.¹\n\n¹ A book, http://example.org/a/ long_name/index.html\n"
    assert [reason for reason, _ in doubts(tmp_path, text)] == ["an address in endnote 1"]


def test_addresses_without_spaces_are_looked_through_in_time(tmp_path):
    text = f"# One\n\nA sentence.¹\n\n¹ See {'www.' * 20_000} (http://example.org/a/ long_name/index.html)\n"
    started = time.process_time()
    assert [reason for reason, _ in doubts(tmp_path, text)] == ["an address in endnote 1"]
    assert time.process_time() - started < 2
