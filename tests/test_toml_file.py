"""One way to read TOML that people write."""

import pytest

from a4a_qa.errors import CorpusError, EvaluationError, SettingsError
from a4a_qa.evaluation.gold_sets import AT_LEAST, shortfalls
from a4a_qa.index.contacts import read_contacts
from a4a_qa.parsing.metadata import read_metadata
from a4a_qa.settings import read_settings
from a4a_qa.toml_file import read_toml


def minimum(path, monkeypatch):
    monkeypatch.setattr("a4a_qa.evaluation.gold_sets.counts", lambda gold: {"facts": 1, "share_dev": 0.6})
    return shortfalls(None, path.parent)


READERS = {
    "a4a-qa.toml": (lambda path, _: read_settings({}, path).port, SettingsError, "port = 9000", 9000),
    "report.toml": (lambda path, _: read_metadata(path).about.title, CorpusError, 'title = "T"', "T"),
    "contacts.toml": (lambda path, _: len(read_contacts(path)), CorpusError, "", 1),
    AT_LEAST: (minimum, EvaluationError, "facts = 1", []),
}
CONTACT = """[[contact]]
id = "a"
name = "A"
kind = "helpline"
country = ""
value = ""
url = "https://a.example/"
source = ""
verified_on = ""
verified_by = ""
"""


@pytest.mark.parametrize("name", READERS)
def test_a_byte_order_mark_is_no_part_of_any_file(tmp_path, monkeypatch, name):
    read, _, text, values = READERS[name]
    (tmp_path / name).write_text(text or CONTACT, encoding="utf-8-sig")
    assert read(tmp_path / name, monkeypatch) == values


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a =", r"is not valid TOML: Invalid value"),
        (b"a = 1\n\xff", r"is not valid TOML: it is not text in UTF-8 \(byte 6\)\. Save it as UTF-8\."),
        (b"a = " + b"[" * 100_000, r"is not valid TOML: "),
        (b"a = " + b"1" * 5_000, r"is not valid TOML: Exceeds the limit"),
    ],
)
def test_all_readers_name_what_is_wrong_alike(tmp_path, monkeypatch, name, data, words):
    read, error, _, _ = READERS[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=f"{name} {words}"):
        read(tmp_path / name, monkeypatch)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"a\.toml cannot be read: No such file or directory\."):
        read_toml(tmp_path / "a.toml", CorpusError)
