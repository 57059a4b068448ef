"""Each row of `data/lookups.toml` by its own examples and counter-examples."""

import pytest

from a4a_qa.lookup.wordings import rows
from growth import growth

ROWS = rows().values()


@pytest.mark.parametrize(("row", "question"), [(row, one) for row in ROWS for one in row.examples])
def test_an_example_fits_its_row_and_none_before(row, question):
    assert next(other.name for other in ROWS if other.match(question)) == row.name


@pytest.mark.parametrize(("row", "question"), [(row, one) for row in ROWS for one in row.counter_examples])
def test_a_counter_example_does_not_fit(row, question):
    assert row.match(question) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "text", ["what is in the section on ", "please and so ", "the report mentions ", "? . ! "]
)
def test_no_wording_takes_long_for_a_question_that_is_made_to(row, text):
    assert growth(lambda count: row.match(text * count), 25, 100) < 20
