"""The words that lead in to a list are those that its items are read with."""

from a4a_qa.parsing.metadata import Metadata
from a4a_qa.parsing.read import read_markdown
from a4a_qa.report import About


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


def test_a_letter_amid_a_paragraph_begins_no_item():
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
