"""Numbers and dates are the same however they are written."""

import pytest

from a4a_qa.verify.differences import of_facts
from a4a_qa.verify.figures import figures_in, in_figures
from a4a_qa.verify.words import words_in


def figures(text):
    return [figure.value for figure in figures_in(in_figures(words_in(text)))]


def differences(statement, evidence):
    mine, theirs = (in_figures(words_in(text)) for text in (statement, evidence))
    return [(found.kind, found.said) for found in of_facts(mine, theirs, (), ())]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ten thousand boats", ["10000"]),
        ("3.5 million boats", ["3500000"]),
        ("twenty-three boats", ["23"]),
        ("two hundred and fifty boats", ["250"]),
        ("two hundred and three thousand boats", ["203000"]),
        ("between two hundred and three thousand boats", ["200", "3000"]),
        ("two hundred and three hundred boats", ["200", "300"]),
        ("five hundred and twenty-five thousand boats", ["525000"]),
        ("two thousand and five", ["2005"]),
        ("two thousand and five thousand boats", ["2000", "5000"]),
        ("nineteen ninety-nine, in twenty ten", ["1999", "2010"]),
        ("nineteen twenty-year-olds, nineteen, twenty", ["19", "20", "19", "20"]),
        ("two thousand five hundred boats", ["2500"]),
        ("two to five years", ["2", "5"]),
        ("twelve three-year-olds", ["12", "3"]),
        ("Harbour Congress III", ["3"]),
        ("I sail", []),
        ("on 14/03/2006", ["14", "2006"]),
        ("on 16/09/09 and 2-5 boats", ["16", "2009", "2", "5"]),
        ("on 2006-03-14", ["14", "2006"]),
        ("on 14.03.2006, on 14-3-2006", ["14", "2006", "14", "2006"]),
        ("rows 5 6 12", ["5", "6", "12"]),
        ("pages 3-5-12", ["3", "5", "12"]),
        ("1-2-20 boats", ["1", "2", "20"]),
        ("version 1.2.3 of it", ["1.2.3"]),
        ("in 1990/91/92", ["1990", "91", "92"]),
    ],
)
def test_figures_are_read(text, values):
    assert figures(text) == values


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("There are almost 20,000 boats.", "There are 19,873 boats."),
        ("Over ten thousand sail.", "About 10,762 sail."),
        ("About 2,000 boats sail.", "1,999 boats sail."),
        ("The ferry ran for the last ten years.", "It ran for the last decade."),
        ("It opened on 14 March 2006.", "Harbour\t14/03/2006"),
        (
            "A boat between 15 and 18 years of age pays two to five years.",
            "2-5 years, from 15 to 18 years of age",
        ),
        ("At the third, it sailed.", "It sailed at Harbour Congress III."),
        ("Italy pays for it.", "The Italian government pays for it."),
        ("France pays for it.", "French help pays for it."),
        (
            "Growth was in towns, while most live in northern bays.",
            "It did not reach northern bays, where most live.",
        ),
        ("He counted boats.", "The captain counted boats."),
    ],
)
def test_what_is_written_otherwise_agrees(statement, evidence):
    assert differences(statement, evidence) == []


@pytest.mark.parametrize(
    ("statement", "evidence", "found"),
    [
        ("There are 20,000 boats.", "There are 19,873 boats.", ("number", "20,000")),
        ("There are over 20,000 boats.", "There are 19,873 boats.", ("number", "20,000")),
        ("About 2,000 boats sail.", "Boats sail since 1999.", ("number", "2,000")),
        ("There are almost 30,000 boats.", "There are 19,873 boats.", ("number", "30,000")),
        ("There are about 19,873 boats.", "There are 20,000 boats.", ("number", "19,873")),
        ("It opened on 14 April 2006.", "Harbour\t14/03/2006", ("name", "April")),
        ("It is Italy that pays.", "The Norwegian government pays.", ("name", "Italy")),
    ],
)
def test_what_is_another_figure_or_name_does_not(statement, evidence, found):
    assert differences(statement, evidence) == [found]


def test_a_number_of_years_is_no_age():
    statement, evidence = words_in("sixteen years in prison"), words_in("from a 16-year-old girl")
    [found] = of_facts(statement, evidence, (), ())
    assert (found.kind, found.said, found.report) == ("number", "sixteen", "16 age")
