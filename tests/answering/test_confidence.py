import pytest

from a4a_qa.answering.confidence import missing_numbers
from a4a_qa.text.names import names_in


@pytest.mark.parametrize(
    ("question", "passage", "missing"),
    [
        ("Are there 24000 children?", "Some 24,000 children live there.", ()),
        ("Are there 24,000 children?", "Some 24000 children live there.", ()),
        ("Were 1,5 million paid in 2008?", "In 2009, 15 million were paid.", ("1,5", "2008")),
        ("Are there 24,000 children?", "Some 24,500 children live there.", ("24,000",)),
        ("Which 6 groups, which 38 towns?", "Six groups in thirty-eight towns met.", ()),
        ("Which 6 groups, which 38 towns?", "Sixty groups in thirty towns met.", ("6", "38")),
        ("Who led it in 2008?", "It was led by her in 2007–2010.", ()),
        ("Who led it in 2008?", "She led it from 2007 to 2010.", ()),
        ("Who led it in 2011?", "She led it between 2007 and 2010.", ("2011",)),
        ("Who led it in 2008?", "She led it in 2007 and 2010.", ("2008",)),
    ],
)
def test_numbers_are_compared_in_digits_with_and_without_commas_and_in_words(question, passage, missing):
    assert missing_numbers(question, passage) == missing


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Where does the Bar Council of Lyon meet?", ["Bar", "Council", "Lyon"]),
        ("Lyon's mayor and the O'Hara case?", ["O'Hara"]),
        ("What is ASEAN-plus?", ["ASEAN-plus"]),
        ("where does it meet?", []),
    ],
)
def test_names_are_capitalised_words_but_for_the_first(question, names):
    assert names_in(question) == names
