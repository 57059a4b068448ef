"""Whether how many, how much and how far is what a sentence says."""

import pytest

from a4a_qa.verify.quantities import of_quantities


def found(statement, evidence):
    return [(one.kind, one.said, one.report) for one in of_quantities(statement, evidence)]


@pytest.mark.parametrize(
    ("statement", "evidence", "difference"),
    [
        ("It sails from all harbours.", "It sails from 5 Danish harbours.", ("word", "all", "5")),
        ("It sails from only a few harbours.", "It sails from all harbours.", ("word", "few", "all")),
        ("Every harbour has lights.", "Some harbours have lights.", ("word", "Every", "Some")),
        ("There was much fog.", "There was little winter fog before May.", ("word", "much", "little")),
        ("Fog is more visible now.", "Fog is less visible.", ("word", "more visible", "less visible")),
        (
            "Sheep go from the big towns to the countryside.",
            "Sheep go from rural areas to Anna and Berta.",
            ("word", "towns", "rural"),
        ),
        ("Few boats are old.", "Many boats are old.", ("word", "Few", "Many")),
        ("Only a few boats are old.", "Many boats are old.", ("word", "few", "Many")),
        (
            "The boat is free if the owner agreed.",
            "The boat is taken regardless of what its owner agreed.",
            ("negation", "", ""),
        ),
        (
            "Who sinks a boat only pays a fine.",
            "Who sinks a boat goes to prison.",
            ("word", "only pays a fine", ""),
        ),
    ],
)
def test_another_quantity(statement, evidence, difference):
    assert found(statement, evidence) == [difference]
    start, end = next((one.start, one.end) for one in of_quantities(statement, evidence))
    assert difference[1] in statement[start:end]


def test_the_way_that_differs_is_marked_in_its_own_part():
    statement = "Sheep go from the islands off foreign shores to foreign markets."
    [difference] = of_quantities(statement, "Sheep go from the islands off foreign shores to local markets.")
    assert difference.said == "foreign"
    assert difference.start == statement.rindex("foreign")


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        ("All six harbours have lights.", "The 6 harbours have lights."),
        ("All harbours have lights.", "All 24 harbours have lights."),
        ("All boats left the harbours.", "Some sailors left the harbours and boats."),
        ("All Danish ferries are old.", "The 5 Danish harbours have ferries."),
        ("Fog is more visible now.", "Fog is less dense, and more visible."),
        ("Little boats are often sold.", "Many boats are sold."),
        ("Little children sail.", "Many children sail."),
        ("A few boats are old.", "Many boats are old."),
        ("There was a little fog.", "There was much fog."),
        ("Fog is more visible in towns.", "Fog is more visible in towns, less visible in bays."),
        ("More than 12 boats sank.", "Less than 20 boats sank, and 12 of them in May."),
        ("Sheep go from villages to towns.", "Sheep go from rural areas to the city."),
        (
            "The boat is taken even if the owner agreed.",
            "The boat is taken regardless of what its owner agreed.",
        ),
        (
            "The boat is taken, and the owner pays.",
            "The owner pays and the boat is taken, regardless of the owner.",
        ),
        ("Only 12 boats sank.", "12 boats sank."),
    ],
)
def test_the_same_quantity(statement, evidence):
    assert found(statement, evidence) == []
