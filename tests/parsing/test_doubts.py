import time

from a4a_qa.parsing.doubts import find_doubts
from a4a_qa.parsing.read import read_report


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
    text = f"# One\n\nA sentence.¹\n\n¹ See {'www.' * 200_000} (http://example.org/a/ long_name/index.html)\n"
    started = time.process_time()
    assert [reason for reason, _ in doubts(tmp_path, text)] == ["an address in endnote 1"]
    assert time.process_time() - started < 10
