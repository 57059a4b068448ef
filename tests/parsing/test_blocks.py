"""Words in bold or italics that name what follows: headings, leads and captions."""

import pytest

from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown
from a4a_qa.report.report import About

TWO_LABELS = "# One\n\n{0}Issue{0}\n\nWas it late?\n\n{0}Findings{0}\n\n1. It was.\n\n## Two\n\nMore.\n"


def read(text):
    return read_markdown(text, Metadata(About(id="small", title="small")))


def sentences(report):
    return [report.slice(sentence) for sentence in report.sentences]


@pytest.mark.parametrize("sign", ["**", "__", "*", "***"])
def test_labels_that_recur_are_headings_below_those_in_hashes(sign):
    report = read(TWO_LABELS.format(sign))
    assert [section.path for section in report.sections] == [
        ("One",), ("One", "Issue"), ("One", "Findings"), ("One", "Two"),
    ]  # fmt: skip
    assert sentences(report) == ["Was it late?", "1. It was.", "More."]


def test_labels_in_tags_are_labels_too():
    report = read("# One\n\n<b>Issue</b>\n\nWas it late?\n\n<strong>Findings</strong>\n\nIt was.\n")
    assert [section.path[-1] for section in report.sections] == ["One", "Issue", "Findings"]


def test_a_label_right_above_its_paragraph_is_a_heading():
    report = read("# One\n\n**Issue**\nWas it late?\n\n**Findings**\nIt was.\n")
    assert [block.section[-1] for block in report.blocks] == ["Issue", "Findings"]


def test_a_label_alone_of_its_kind_leads_what_follows():
    report = read("# One\n\nThe law.\n\n**Findings**\n\nIt was late.\n")
    assert sentences(report) == ["The law.", "It was late."]
    assert [report.slice(span) for span in report.blocks[-1].context] == ["Findings"]


def test_a_label_leads_every_item_of_its_list():
    report = read("# One\n\n**Findings**\n\n- It was late.\n- It was dear.\n")
    assert [[report.slice(span) for span in block.context] for block in report.blocks] == [
        [], ["Findings"], ["Findings"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["**Figure 1: Shelters**", "**Table 2. Schools**", "*Source: a survey*", "**It was late.**"]
)
def test_captions_and_sentences_are_no_headings(line):
    report = read(f"# One\n\n{line}\n\nA.\n\n{line}\n\nB.\n")
    assert [section.path for section in report.sections] == [("One",)]


def test_the_lines_of_a_cover_are_no_headings():
    report = read("# One\n\n**A Committee**\n\n**May 1986**\n\nThe law is new.\n")
    assert [section.path for section in report.sections] == [("One",)]


@pytest.mark.parametrize("label", ["**Short stays.**", "**Short stays**.", "<u>Short stays.</u>"])
def test_a_label_at_the_begin_of_a_paragraph_is_no_sentence(label):
    report = read(f"# One\n\n- {label} Agencies use hotels. They are dear.\n")
    assert sentences(report) == ["Short stays. Agencies use hotels.", "They are dear."]


def test_underscores_are_markup_only_around_words():
    report = read("# One\n\nThe _old_ law, **_all_** of snake_case_here and http://a.org/_x_y.\n")
    assert sentences(report) == ["The old law, all of snake_case_here and http://a.org/_x_y."]
