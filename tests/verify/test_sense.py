"""Whether a statement says of its groups, years and numbers what a sentence says of them."""

import pytest

from a4a_qa.verify.sense import of_sense, split_clauses

FERRIES = "There were 12 wrecks of foreign ferries in 1998 and 26 wrecks in 1999."
RESCUED = "In 1998, 854 sheep were found; 580 were sent back to their farms; 89 were sent to markets."
OWNERS = "While most boat owners on the lake are local men, a few foreign owners are known too."
TWO_WAYS = (
    "Whereas Danish sailors often seek out islands and do not anchor in harbours, Norwegians are more likely "
    "to go out and fish near the coast."
)


def kinds(statement, *evidence):
    return {found.kind for found in of_sense(statement, evidence, {"danish", "norwegian", "norwegians"})}


@pytest.mark.parametrize(
    ("statement", "evidence", "kind"),
    [
        ("In 1998, 26 foreign ferries were wrecked.", FERRIES, "number"),
        ("There were 12 wrecks in 1999.", FERRIES, "number"),
        ("580 sheep were found in 1998.", RESCUED, "number"),
        ("89 sheep were sent back to their farms.", RESCUED, "number"),
        ("Most boat owners on the lake are foreigners.", OWNERS, "word"),
        (
            "More boys than girls drop out of school.",
            "School dropout affects girls after it.",
            "word",
        ),
        (
            "Keeping old boats is a crime.",
            "Keeping old boats is not considered an offence.",
            "negation",
        ),
        # Two clauses share as many words; "most" tells which speaks of the same.
        (
            "Most owners of boats are foreigners.",
            "While most owners of boats are locals, foreign keepers of boats are known.",
            "word",
        ),
        (
            "Boats are listed, which makes it hard to sail from lake to lake without being seen.",
            "Boats are not listed, which allows to sail without being seen.",
            "negation",
        ),
        (
            "The law covers sailing old boats but not selling.",
            "The law does not cover sailing old boats.",
            "negation",
        ),
        # Both speak of men, and not of the same of them; the country's name is no group here.
        (
            "Danish men who sail with girls are seen.",
            "Danish men who sail with boys are seen, whereas girls sail with others.",
            "word",
        ),
        (
            "A Ruritanian owner said most foreigners sail.",
            "A Ruritanian owner said most locals sail.",
            "word",
        ),
        # The cells of a row tell of one thing.
        ("It ratified the boat treaty.", "Boat treaty – 1999 (No. 182)\t27/09/2004 – signature only", "word"),
        ("Milder fines should be set for old boats.", "Harsher fines should be set for old boats.", "word"),
        ("The law has rules on old boats.", "The law fails to set rules on old boats.", "negation"),
        (
            "Old boats are covered by the law.",
            "It is unclear whether old boats are covered.",
            "negation",
        ),
    ],
)
def test_what_is_said_otherwise(statement, evidence, kind):
    assert kinds(statement, evidence) == {kind}


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("In 1999, 26 foreign ferries were wrecked.", FERRIES),
        ("In 1998, 854 sheep were found.", RESCUED),
        ("Only 89 of the sheep found in 1998 went to markets.", RESCUED),
        ("Most boat owners on the lake are local.", OWNERS),
        ("Danish sailors do not anchor in harbours.", TWO_WAYS),
        (
            "Danish men anchor by night in a large harbour.",
            "While Danish men seek islands, anchoring by night in a large harbour, Norwegians fish far out.",
        ),
        ("Keeping old boats is exempt from any fine.", "Keeping old boats is not subject to any fine."),
        ("The huts in the northern bays were not shut.", "The huts in the southern bays were shut."),
        ("The council is led by the Deputy Prime Minister.", "The Deputy Prime Minister leads the council."),
        # The plan's years stand beside it in brackets.
        (
            "A second plan for 1996-2000 was ready in 1996.",
            "In 1996 the council wrote the second plan for harbours (1996 – 2000) in line with a promise.",
        ),
        # What a clause only names, or says some of the same about, is no other one's.
        (
            "With Danish help the Harbour Board built new islands in five bays.",
            "With help from Danish (since 1992) the Harbour Board has built new islands in these bays.",
        ),
        ("It ratified the boat treaty on 14 March 2006.", "Boat treaty – 1999 (No. 182)\t14/03/2006"),
        # Another clause of the statement denies what the report denies.
        (
            "Critics fault the law because it does not provide rules to protect old boats.",
            "The law has been criticised for failing to set rules for the protection of old boats.",
        ),
        ("No lake of the north has a higher number of boats.", "The lake has the highest number of boats."),
        (
            "For the most part, the law agrees with the treaty.",
            "For the most part, the law is in line with the treaty, except for boats that are not owned.",
        ),
        ("The Kingdom of the Danes was tried in 1996.", "In 1996 the former Kingdom of the Danes was tried."),
        ("The Danish sailors were tried in 1996.", "In 1996 former Danish sailors were tried."),
        (
            "About 600 sailors who serve on the islands of 13 lakes were trained.",
            "600 special sailors and sailors on the islands of 13 lakes were trained.",
        ),
    ],
)
def test_what_says_the_same(statement, evidence):
    assert not kinds(statement, evidence)


def test_clauses_stand_beside_each_other():
    assert split_clauses("It rained in May; boats, which leak, sank.") == [
        "It rained in May",
        " boats",
        "boats, which leak, sank.",
    ]
    assert split_clauses("between 15 and 18 years") == ["between 15 and 18 years"]
    assert split_clauses("97 in 1998 and 12 in 1999") == ["97 in 1998", "12 in 1999"]
