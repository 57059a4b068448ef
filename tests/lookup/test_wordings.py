"""Each row of `data/lookups.toml` by its own examples and counter-examples."""

from itertools import takewhile

import pytest

from a4a_qa.lookup.wordings import aspects, pattern, rows
from growth import growth

ROWS = rows().values()


@pytest.mark.parametrize(("row", "question"), [(row, one) for row in ROWS for one in row.examples])
def test_an_example_fits_its_row_and_of_those_for_whole_questions_none_before(row, question):
    assert row.match(question)
    before = takewhile(lambda other: other != row, () if row.anywhere else ROWS)
    assert not any(other.match(question) for other in before)


@pytest.mark.parametrize(("row", "question"), [(row, one) for row in ROWS for one in row.counter_examples])
def test_a_counter_example_does_not_fit(row, question):
    assert row.match(question) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize(
    "text",
    [
        "what is in the section on ",
        "please and so ",
        "the report mentions ",
        "? . ! ",
        "which paper ",
        "of the a ",
    ],
)
def test_no_wording_takes_long_for_a_question_that_is_made_to(row, text):
    assert growth(lambda count: row.match(text * count), 25, 100) < 20


@pytest.mark.parametrize(
    "text", ["did the report ", "views of the donors ", "the donors ", "put a ", "for my a "]
)
def test_nor_does_an_aspect_of_the_imprint(text):
    patterns = [one for aspect in aspects() for one in (aspect.asks, aspect.says, aspect.meant) if one]
    patterns += map(pattern, ("publication", "may_i", "copied", "wanted_for", "does", "source_fillers"))
    for one in patterns:
        assert growth(lambda count, one=one: one.search(text * count), 25, 100) < 20
