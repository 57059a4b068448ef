"""The folder of a report."""

from a4a_qa.corpus import report_file_of


def test_a_folder_stands_for_the_report_in_it(tmp_path):
    assert report_file_of(tmp_path) == tmp_path / "report.md"
    assert report_file_of(tmp_path / "other.pdf") == tmp_path / "other.pdf"
