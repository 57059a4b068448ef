"""The catalogue of reports: where each comes from, what it may be used for, and which file it is."""

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.report.catalogue import listed_reports, published_reports, reports_folder
from a4a_qa.toml_file import read_toml
from conftest import ROOT


def test_the_folder_of_the_reports_is_named_by_the_environment(tmp_path):
    assert reports_folder(ROOT, {"A4A_QA_REPORTS": str(tmp_path)}) == tmp_path
    assert reports_folder(ROOT, {}) == ROOT / "../shared/reports"


def test_a_missing_report_says_where_to_get_it(tmp_path):
    first = next(iter(published_reports(ROOT, tmp_path).values()))
    with pytest.raises(CorpusError, match=r"Set A4A_QA_REPORTS .*github\.com.*commit [0-9a-f]{40}"):
        first.checked()


def test_another_file_than_the_listed_one_is_refused(tmp_path):
    first = next(iter(published_reports(ROOT, tmp_path).values()))
    first.file.parent.mkdir()
    first.file.write_text("# Another report\n")
    with pytest.raises(CorpusError, match=f"expected {first.sha256}"):
        first.checked()


def test_every_entry_is_complete():
    entries = read_toml(ROOT / "training/reports.toml", CorpusError)
    assert len(entries) == 16
    for entry in entries.values():
        assert {"file", "title", "publisher", "year", "country", "licence", "repository", "path", "commit",
                "use", "notes", "sha256"} <= set(entry)  # fmt: skip
        assert entry["use"] in ("training", "gold", "held out")
        assert (len(entry["commit"]), len(entry["sha256"])) == (40, 64)


def test_the_report_of_the_corpus_is_listed_as_one_that_models_learn_from(tmp_path):
    listed = listed_reports(ROOT, tmp_path)["cambodia-2011"]
    assert (listed.use, listed.checked().file.parent.name) == ("training", "cambodia-2011")
