"""Which column heads a table row has, and how far they hold."""

import pytest

from a4a_qa.parsing.blocks import Draft
from a4a_qa.parsing.structure import read_tables

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
    assert heads_of_rows(row(HEADS, 3), row(ROW, 3), note, row("Lakes\t3", 3)) == [[HEADS], []]
    above = words("Table 2: Lakes", page=4, small=True)
    assert heads_of_rows(row(HEADS, 3), row(ROW, 3), above, row("Lakes\t3", 4)) == [[HEADS], []]
