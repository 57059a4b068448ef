"""What an index was built from: its files, and whether they have changed since."""

import pytest

from a4a_qa.errors import CorpusError, IndexOutdated, ReportError
from a4a_qa.files import file_sha256
from a4a_qa.index import manifest
from a4a_qa.index.build import build_index
from a4a_qa.index.distressing import FILE_NAME
from a4a_qa.index.manifest import Manifest, check_inputs, fingerprint, input_files, is_index
from a4a_qa.index.storage import load
from a4a_qa.report.report import About
from conftest import SMALL_REPORT

VALUES = {
    "package": "1",
    "about": {"id": "r", "title": "R", "year": 2011, "examples": [], "origins": {}},
    "inputs": {},
    "encoder": "e",
    "encoder_files": {},
    "parts": {"a": "0"},
    "format": 11,
}


def test_a_manifest_is_read_from_its_values():
    about = About("r", "R", year=2011)
    assert Manifest.of(VALUES) == Manifest(**VALUES | {"about": about})


def test_an_older_manifest_is_read_so_that_its_format_can_be_told():
    older = {name: value for name, value in VALUES.items() if name != "about"}
    assert Manifest.of(older | {"report_id": "r"}).about == About("r", "r")


@pytest.mark.parametrize(
    "change",
    [
        {"parts": []},
        {"parts": {"a": 0}},
        {"inputs": None},
        {"format": "11"},
        {"encoder": None},
        {"encoder_files": None},
        {"x": 1},
        {"about": VALUES["about"] | {"id": "../other"}},
        {"about": VALUES["about"] | {"year": "2011"}},
        {"about": VALUES["about"] | {"country": 5}},
        {"about": {"id": "r"}},
    ],
)
def test_a_field_of_another_kind_is_refused(change):
    with pytest.raises((TypeError, ValueError, KeyError)):
        Manifest.of(VALUES | change)


def test_an_index_older_than_its_report(small_index, tmp_path, small_file):
    _, built = load(small_index)
    check_inputs(built, fingerprint(input_files(small_file, tmp_path)), small_index)
    small_file.write_text(SMALL_REPORT.replace("12 shelters", "13 shelters"), encoding="utf-8")
    with pytest.raises(IndexOutdated, match=r"is older than small\.md"):
        check_inputs(built, fingerprint(input_files(small_file, tmp_path)), small_index)


@pytest.mark.parametrize(("name", "error"), [("small.md", ReportError), (FILE_NAME, CorpusError)])
def test_what_an_index_is_built_from_and_cannot_be_read_is_named(
    tmp_path, small_file, monkeypatch, name, error
):
    (tmp_path / FILE_NAME).write_text("", encoding="utf-8")

    def refuse(path):
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return file_sha256(path)

    monkeypatch.setattr(manifest, "file_sha256", refuse)
    with pytest.raises(error, match=rf"{name} cannot be read: Permission denied\."):
        build_index(small_file, tmp_path / "index")
    assert not is_index(tmp_path / "index")
