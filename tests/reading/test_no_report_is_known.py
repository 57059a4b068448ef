"""No word of a certain report stands in the reader."""

import re

import pytest

import a4a_qa
from conftest import ROOT

READER = sorted((ROOT / "src" / a4a_qa.__name__ / "reading").rglob("*.py"))
NAMES = re.compile(r"cambodia|khmer|phnom|ecpat|mekong|csec|trafficking|prostitution", re.IGNORECASE)


@pytest.mark.parametrize("file", READER, ids=lambda file: file.stem)
def test_no_word_of_a_report_stands_in(file):
    assert not NAMES.findall(file.read_text(encoding="utf-8"))
