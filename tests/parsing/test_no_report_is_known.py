"""No word about a particular report is in the code, and none about its subject in the parser."""

import re

import pytest

import a4a_qa
from conftest import ROOT

CODE = ROOT / "src" / a4a_qa.__name__
# Data are written about a report, and trained on one; files of the widget that have gone out never change.
ELSEWHERE = ("data", "training", "service/widget/released")
FILES = sorted(
    file
    for kind in ("py", "js", "css", "html")
    for file in CODE.rglob(f"*.{kind}")
    if not any(file.is_relative_to(CODE / e) for e in ELSEWHERE)
)
NAMES = re.compile(r"cambodia|khmer|phnom|ecpat|mekong|csec", re.IGNORECASE)
SUBJECT = re.compile(r"trafficking|prostitution", re.IGNORECASE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CODE)))
def test_no_word_of_a_report_stands_in(file):
    text = file.read_text(encoding="utf-8")
    assert not NAMES.findall(text)
    if file.is_relative_to(CODE / "parsing"):
        assert not SUBJECT.findall(text)
