"""Which column heads a table row has, how far they hold, and which words lead in to a list item."""

import pytest

from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown
from a4a_qa.parsing.structure import read_tables
from a4a_qa.report.report import About

HEADS, ROW = "Place\tHarbours", "Islands\t19"


def row(text, page=None):
    return Draft("table_row", text, [], 0, pages=[(0, page)] if page else [])


def words(text, kind="paragraph", page=None, **given):
    return Draft(kind, text, [], 0, pages=[(0, page)] if page else [], **given)


def heads_of_rows(*drafts):
    read_tables(drafts)
    return [[heads.text for heads in draft.context] for draft in drafts if draft.kind == "table_row"]


@pytest.mark.parametrize(
    "between",
    [
        words("A paragraph of the text."),
        words("An item of a list", "list_item"),
        words("Table 2: Schools", "other"),
        words("Schools", "heading"),
    ],
    ids=["paragraph", "list item", "title", "heading"],
)
def test_the_heads_of_one_table_are_not_given_to_the_next(between):
    assert heads_of_rows(row(HEADS), row(ROW), between, row("Schools\t7")) == [[HEADS], []]


def test_the_next_table_has_its_own_heads():
    between = words("A paragraph.")
    given = [row(HEADS), row(ROW), between, row("Kind\tSchools"), row("Old\t7")]
    assert heads_of_rows(*given) == [[HEADS], ["Kind\tSchools"]]


def test_heads_hold_across_a_footnote():
    footnote = words("The figures are old.", "other", footnote=True)
    assert heads_of_rows(row(HEADS), row(ROW), footnote, row("Lakes\tunknown")) == [[HEADS], [HEADS]]


@pytest.mark.parametrize(
    "again", ["Table 1: Harbours", "TABLE 1: HARBOURS (continued)", "Table 1: Harbours, cont."]
)
def test_heads_hold_across_a_title_that_a_page_break_repeats(again):
    given = [words("Table 1: Harbours"), row(HEADS), row(ROW), words(again), row("Lakes\t3")]
    assert heads_of_rows(*given) == [[HEADS], [HEADS]]


@pytest.mark.parametrize("title", [[], [words("Table 1")]], ids=["heads alone", "heads and title"])
def test_heads_that_a_page_break_repeats_are_no_row(title):
    given = [*title, row(HEADS), row(ROW), *title, row(HEADS), row("Lakes\t3")]
    assert heads_of_rows(*given) == [[HEADS], [HEADS]]


def test_heads_hold_across_small_type_at_the_foot_of_a_page_only():
    note = words("The figures are old.", page=3, small=True)
    assert heads_of_rows(row(HEADS, 3), row(ROW, 3), note, row("Lakes\t3", 4)) == [[HEADS], [HEADS]]
    above = words("Table 2: Lakes", page=4, small=True)
    assert heads_of_rows(row(HEADS, 3), row(ROW, 3), above, row("Lakes\t3", 4)) == [[HEADS], []]


def leads(text):
    """The words of each block with its lead-ins."""
    report = read_markdown(f"# One\n\n{text}\n", Metadata(About(id="small", title="small")))
    return {report.slice(block): [report.slice(span) for span in block.context] for block in report.blocks}


def test_items_that_complete_a_sentence_have_its_begin():
    found = leads("The law covers both:\n\n- boys; and\n\n- girls,\n\nthat are younger than:\n\n- 18 years.")
    assert found == {
        "The law covers both:": [],
        "boys; and": ["The law covers both:"],
        "girls,": ["The law covers both:"],
        "that are younger than:": ["The law covers both:"],
        "18 years.": ["The law covers both:", "that are younger than:"],
    }


def test_items_set_in_below_another_have_it_too():
    found = leads("It has:\n\n- laws on:\n\n  - boys;\n    - in school;\n  - girls;\n\n- courts.")
    assert found["boys;"] == found["girls;"] == ["It has:", "laws on:"]
    assert found["in school;"] == ["It has:", "laws on:", "boys;"]
    assert found["courts."] == ["It has:"]


def test_numbers_and_letters_may_count_the_items():
    for first, second in (("1.", "2."), ("(1)", "(2)"), ("(a)", "(b)"), ("(i)", "(ii)")):
        found = leads(f"It should:\n\n{first} train them;\n\n{second} pay them.")
        assert found[f"{first} train them;"] == found[f"{second} pay them."] == ["It should:"]


def test_a_letter_within_a_paragraph_begins_no_item():
    assert leads("It is in section 5\n(a) of the law.") == {"It is in section 5 (a) of the law.": []}


def test_a_paragraph_between_two_items_does_not_end_the_list():
    found = leads("It should:\n\n1. Train them.\n\nThis is dear.\n\n2. Pay them.\n\nSo it is.\n\n1. Others.")
    assert found["2. Pay them."] == ["It should:"]
    assert found["This is dear."] == found["1. Others."] == []


def test_a_paragraph_within_an_item_is_read_with_it():
    found = leads("It should:\n\n- Train them.\n\n  This is dear.\n\n- Pay them.")
    assert found["This is dear."] == ["It should:", "Train them."]
    assert found["Pay them."] == ["It should:"]


def test_a_lead_in_above_a_heading_does_not_reach_the_headings_two_levels_below():
    found = leads("It should:\n\n## Schools\n\n1. Train them.\n\n### Old schools\n\n2. Pay them.")
    assert found["1. Train them."] == ["It should:"]
    assert found["2. Pay them."] == []
