"""Names of a question that the report prints in another form."""

import pytest

from a4a_qa.answering.other_names import OtherNames
from a4a_qa.report import About, Report

TEXT = """\
The Ferry Safety Board and the Harbour Watch Trust met. In Harbour Watch Trust rooms, Amis de la Mer spoke.
Both Danes and Finns came, the Blue Ferry Alliance and the Big Fleet Alliance too. FSA and CSB are members.
The Ruritania Fund paid. The Blue Lake Fund is at https://blf.example.org

The Convention on the Safety of Boats is in force, so is the UN Convention against Dumping of Waste in Open
Seas from Ships and Harbours. The Ferry Protocol is not. The Boat Rules Charter is old.
The Boat Lights Charter is new. The Convention on Light Towers and Reefs is long.
"""


@pytest.fixture(scope="module")
def names() -> OtherNames:
    parts = {"sections": (), "blocks": (), "sentences": (), "note_marks": (), "endnotes": ()}
    return OtherNames(Report(About("hand", "By hand"), TEXT, **parts))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("What did the FSB find?", "What did the Ferry Safety Board find?"),
        ("Is it HWT's rule?", "Is it Harbour Watch Trust's rule?"),
        ("Who leads ADLM?", "Who leads Amis de la Mer?"),  # small words count too
        ("Who runs TRF?", "Who runs The Ruritania Fund?"),
        ("Who signed the UNCSB?", "Who signed the CSB?"),
        ("Who signed the CUNCSB?", "Who signed the CUNCSB?"),
    ],
)
def test_initials_stand_for_the_one_name_that_has_them(names, asked, meant):
    assert names.as_printed(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "Is FSA a member?",  # the report has it
        "Who leads the BFA?",  # two names
        "Is DAF there?",  # of any two that «and» joins
        "Where is the BLF page?",  # an address has it
        "Who leads the XYZ?",
        "What does FSB stand for?",
        "WHAT DID THE FSB FIND?",
        "Is it OP-FSB?",
        "Who leads RF?",
    ],
)
def test_other_initials_stay(names, asked):
    assert names.as_printed(asked) == asked


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who joined the boats convention?", "Who joined the Convention on the Safety of Boats?"),
        ("Who joined the UN boat safety convention?", "Who joined the Convention on the Safety of Boats?"),
        ("Who joined the reefs convention?", None),  # half of its name: two thirds are needed
        ("Who joined the waste convention?", None),
        ("Who joined the boat rules charter?", None),  # as the report says itself
        ("Who joined the ferry protocol?", None),
        ("Who joined the boat treaty?", None),
        ("Who joined the boats charter?", None),  # two
        ("Who joined the boat convention on waste?", None),  # in full
        ("Who spoke on the safety of the convention?", None),
    ],
)
def test_a_treaty_by_its_everyday_name(names, asked, meant):
    assert names.as_printed(asked) == (meant or asked)


def test_initials_are_searched_for_in_full(assistant):
    found = assistant.explain("In how many of the brothels that IJM looked at were minors on offer?")
    assert "International Justice Mission" in found.search
    assert found.answer.question == "In how many of the brothels that IJM looked at were minors on offer?"
    assert "60 out of 80" in found.answer.text
