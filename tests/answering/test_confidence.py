import pytest

from a4a_qa.answering.confidence import missing_numbers


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("Are there 24000 children?", "Some 24,000 children live there.", ()),
        ("Are there 24,000 children?", "Some 24000 children live there.", ()),
        ("Were 1,5 million paid in 2008?", "In 2009, 15 million were paid.", ("1,5", "2008")),
        ("Are there 24,000 children?", "Some 24,500 children live there.", ("24,000",)),
    ],
)
def test_numbers_are_compared_with_and_without_commas_in_thousands(question, passage, missing):
    assert missing_numbers(question, passage) == missing
