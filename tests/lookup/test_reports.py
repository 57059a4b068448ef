"""Which reports of a library a question names, and what each is asked."""

import pytest

from a4a_qa.lookup.reports import asked_of_each, named_in
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.report.report import About

REPORTS = [
    About("a", "A", country="Italy", year=2006),
    About("b", "B", country="New Zealand", year=2011),
    About("c", "C"),
]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many children in Italy work?", ReportFilter(country=("Italy",))),
        ("What does the italian law say?", ReportFilter(country=("Italy",))),
        ("is there a law in new zealand", ReportFilter(country=("New Zealand",))),
        ("Do Italy and New Zealand agree?", ReportFilter(country=("Italy", "New Zealand"))),
        ("What does the 2011 report say?", ReportFilter(since=2011, until=2011)),
        ("How many were convicted in 2011?", None),
        ("Do the 2006 report and the 2011 report differ?", None),
        ("What does the 1999 report say?", None),
        ("What happens in Peru?", None),
        ("What does the 2011 report say of Italy?", None),
        ("", None),
    ],
)
def test_what_a_question_names(question, named):
    assert named_in(question, REPORTS) == named


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which countries have a national plan?", "a national plan"),
        ("Which reports say that judges are trained?", "judges are trained"),
        ("what countries ratified the protocol", "ratified the protocol"),
        ("Which report says that?", None),
        ("How many countries have a plan?", None),
    ],
)
def test_what_each_report_is_asked(question, asked):
    assert asked_of_each(question) == asked
