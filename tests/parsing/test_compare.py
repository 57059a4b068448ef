import time

from a4a_qa.parsing.compare import compare
from a4a_qa.parsing.read import read_report


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
    first = read(tmp_path, [f"In {number} many words say little." for number in range(600)])
    second = read(tmp_path, [f"Of {number} such texts none is alike." for number in range(600)])
    started = time.process_time()
    assert compare(first, second).alike["blocks"] == 0
    assert time.process_time() - started < 20
