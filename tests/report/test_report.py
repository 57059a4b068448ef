"""What a report tells of its places."""

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Pages


def test_what_stands_beside_a_sentence_is_of_its_block(small_file):
    report = read_report(small_file)
    # Three sentences of one paragraph, two of another, and two items of a list.
    beside = [report.beside(position) for position in range(len(report.sentences))]
    assert beside == [(1,), (0, 2), (1,), (4,), (3,), (), ()]


@pytest.mark.parametrize(
    ("pages", "cited"),
    [(Pages(12, 12, "12", True), "p. 12"), (Pages(16, 21, "16–21", False), "pp. 16–21")],
)
def test_pages_as_a_reference_names_them(pages, cited):
    assert pages.as_cited == cited


def test_each_sentence_has_a_position_and_a_section(small_file):
    report = read_report(small_file)
    assert [report.position_of(one) for one in report.sentences] == list(range(len(report.sentences)))
    assert report.sentence_sections == (
        *[("Introduction",)] * 3,
        *[("Introduction", "Schools")] * 2,
        *[("Protection",)] * 2,
    )


def test_a_sentence_has_its_words_and_stands_in_a_block(small_file):
    report = read_report(small_file)
    assert report.text_of(0) == "There are 12 shelters in the north."
    assert report.text_of(3) == "The law on schools was passed in 1999."
    assert report.block_of(0) == report.block_of(1)
    assert report.block_of(0) != report.block_of(3)
