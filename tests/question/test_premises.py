"""What a question takes for granted, and how the judge hears of it."""

import pytest

from a4a_qa.question.premises import premises_of


@pytest.mark.parametrize(
    ("question", "polar"),
    [
        ("When was the plan adopted?", "Was the plan adopted?"),
        ("Why did the ministry leave the group?", "Did the ministry leave the group?"),
        ("and why hasn't the plan been adopted", "Hasn't the plan been adopted?"),
        ("How come the plan was never adopted?", "Is it true that the plan was never adopted?"),
        ("In which year did the country sign?", "Did the country sign?"),
        ("By how much do boys outnumber girls?", "Do boys outnumber girls?"),
        ("With whom has the police shared its files?", "Has the police shared its files?"),
        ("How steep was the rise in arrests?", "Was there any rise in arrests?"),
        ("How quickly did the police act?", "Did the police act?"),
        ("Which year did the country sign?", "Did the country sign?"),
        ("Which shelters did the ministry close?", "Did the ministry close any shelters?"),
        ("How many judges were trained?", "Were any judges trained?"),
        ("What is the penalty for grooming?", "Is there any penalty for grooming?"),
        ("What did the ministry promise?", "Did the ministry promise something?"),
        ("What has changed?", "Has anything changed?"),
        ("Who is the head of the unit?", "Is there any head of the unit?"),
        ("Who did the ministry blame?", "Did the ministry blame?"),
        ("Who has visited the country?", "Has anyone visited the country?"),
        ("Who prepared the plan?", "Is it true that someone prepared the plan?"),
        ("Which charities run shelters?", "Is it true that some charities run shelters?"),
        ("Name the only shelter in the north", "Is there the only shelter in the north?"),
        ("Year the country signed the pact", "Is it true that the country signed the pact?"),
        ("date when Peru signed", "Is it true that Peru signed?"),
        ("Child labour has grown since 2001", "Is it true that Child labour has grown since 2001?"),
        ("shelters that are run by monks", "Is there shelters that are run by monks?"),
        ("Name the shelters that are full", "Is there any shelters that are full?"),
        ("sentence for organising tours", "Is there sentence for organising tours?"),
    ],
)
def test_a_question_takes_for_granted_what_its_yes_no_form_asks(question, polar):
    assert premises_of(question) == (polar,)


@pytest.mark.parametrize(
    "question",
    [
        "Was the plan adopted?",
        "does every province have a unit",
        "Is it that the network was given up?",
        "Under the new law, can a buyer be punished?",
        "After the raid, were the girls taken home?",
        "",
        " ?",
    ],
)
def test_who_asks_for_yes_or_no_or_nothing_takes_nothing_for_granted(question):
    assert premises_of(question) == ()


@pytest.mark.parametrize(
    ("question", "granted"),
    [
        (
            "Given that all firms welcomed the filter, which one asked for it first?",
            (
                "Is it true that all firms welcomed the filter?",
                "Is it true that some one asked for it first?",
            ),
        ),
        (
            "26 men were arrested in 2009. How many were convicted?",
            ("Is it true that 26 men were arrested in 2009?", "Were there convicted?"),
        ),
        ("Since the law forbids it, does it still happen?", ("Is it true that the law forbids it?",)),
        ("According to the police, how many were convicted?", ("Were there convicted?",)),
        ("In that year, how many judges were trained?", ("Were any judges trained?",)),
    ],
)
def test_what_is_claimed_before_it_asks_is_taken_for_granted_too(question, granted):
    assert premises_of(question) == granted


@pytest.mark.parametrize(
    ("question", "denies"),
    [
        ("Where do Cambodian children beg?", False),
        ("Why are children trafficked to Thailand?", False),
        ("Why did Cambodia skip World Congress III?", True),
        ("Which law obliges IT technicians to report?", True),
    ],
)
def test_the_judge_hears_what_is_taken_for_granted(assistant, question, denies):
    (search,) = assistant.explain(question).decision.searches
    assert (search.signals.denied > search.signals.affirmed) is denies
