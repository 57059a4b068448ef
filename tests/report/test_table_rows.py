"""Cells below their heads, where they stand in a row."""

import pytest

from a4a_qa.report.table_rows import cells_of, heads_among, is_row

ROW = "Lakes\t\t12 (2003)\tnone"
HEADS = "Kind\tSigned by\tCounted"


def test_cells_stand_below_their_heads_and_empty_ones_too():
    cells = cells_of(ROW, HEADS)
    assert [(cell.column, cell.head, ROW[cell.start : cell.end]) for cell in cells] == [
        (0, "Kind", "Lakes"),
        (1, "Signed by", ""),
        (2, "Counted", "12 (2003)"),
        (3, "", "none"),
    ]


def test_cells_have_no_heads_where_none_are_known():
    assert {cell.head for cell in cells_of(ROW)} == {""}


@pytest.mark.parametrize(
    ("text", "expected"), [(ROW, True), ("No row.", False), (f"{ROW}\n\n{ROW}", False), ("", False)]
)
def test_a_row_is_one_line_of_several_cells(text, expected):
    assert is_row(text) is expected


def test_heads_are_told_from_a_lead_in():
    assert heads_among(["The lakes are:", HEADS]) == HEADS
    assert heads_among(["The lakes are:"]) == ""
