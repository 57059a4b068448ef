"""When a sentence denies what is asked."""

import pytest

from a4a_qa.answering.denial import denies, negates


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Is fishing an offence?", "Mere fishing is not considered to be an offence."),
        ("Has the lake been visited?", "The lake\t\tNo visit so far"),
        ("Is it certain that the wardens help?", "The effect of the wardens is still uncertain."),
        ("Do we know how many there are?", "There is no information on how many there are."),
        ("Does the plan have targets?", "The plan has a lack of targets."),
        ("Were the fishers asked?", "The plan was made without asking fishers."),
        ("Can poor girls be fined?", "Girls are exempted from the fines for which poor women are known."),
        (
            "Is the mayor right on the decline?",
            "Although the mayor noted it, no paper backs the decline.",
        ),
        ("Is it proven that wardens help?", "It is uncertain whether wardens help."),
        ("Is there an act on boats?", "Although there is no act on boats, the lake is watched."),
        (
            "Is the sale of nets a crime?",
            "The act meets the treaty, except the sale of nets, which is no crime.",
        ),
    ],
)
def test_what_is_asked_is_denied(question, sentence):
    assert denies(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Has the treaty been ratified?", "Treaty of the Lakes\t2005\t\tNo report yet"),
        ("Are nets covered by the law?", "It is unclear whether nets are covered, and there is no case."),
        ("Are the wardens effective?", "Their effect is still uncertain."),
        ("Did the mayor ban boats?", "The mayor had proposed a ban, but there was no money."),
        ("Does the law reach abroad?", "Although there is no act on boats, the law applies abroad."),
        ("Does the act meet the treaty?", "It meets the treaty, except the sale of nets, which is no crime."),
        ("Is it a third-rate lake?", "Lakes which do not meet the rules are third-rate."),
        ("Do the wardens take girls?", "(4) See that wardens take girls without delay."),
        ("Are the lakes free of nets?", "The lakes are without nets."),
        ("Are boys fined?", "Not only girls but also boys are fined."),
        ("Did they fine people?", "They fined no fewer than 12 people."),
        ("Was the plan evaluated?", "The plan suffered from a lack of any mechanism to evaluate it."),
        ("Is selling fish an offence?", "Mere fishing without a wish to sell is not considered an offence."),
        ("Can women be fined?", "Girls are exempted from the punishment for which women can be fined."),
        (
            "Does the mayor claim that it fell?",
            "Although the mayor noted a decline, none backs this claim.",
        ),
        ("Have the wardens proven useful?", "The usefulness of the wardens is still uncertain."),
        ("Did it adopt the convention?", "It adopted Convention No. 182."),
    ],
)
def test_what_is_open_or_another_thing_is_not_denied(question, sentence):
    assert not denies(question, sentence)


def test_nothing_is_denied_where_another_sentence_says_the_contrary():
    asked, denial = "Is a fishing licence required?", "The first act does not require a fishing licence."
    assert denies(asked, denial, ["Boats need lights."])
    assert not denies(asked, denial, ["The second act is conditioned on a fishing licence."])
    assert denies(asked, denial, ["(7) Introduce a fishing licence."])


def test_a_sentence_that_says_no_to_something_the_question_does_not():
    assert negates("When was the lake visited?", "The lake\t\tNo visit so far")
    assert not negates("Why was the lake not visited?", "The lake\t\tNo visit so far")
    assert not negates("When was the lake visited?", "It was visited in May.")
