"""What speaks against a slice of the right sentence."""

import pytest

from a4a_qa.answering.short_doubts import is_doubtful
from a4a_qa.answering.short_slice import Slice


def slice_of(sentence, words, around="", known="Ruritania", is_sure=True):
    start = sentence.index(words)
    return Slice(sentence, start, start + len(words), is_sure, around, known)


SENT_HOME = "In 2006, 70 boats were found; 40 went to owners; 20 were given to schools and 10 to museums."


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many boats were given to museums?", SENT_HOME, "70"),
        ("How many boats did schools get?", SENT_HOME, "40"),
        (
            "How many cases were there in 2004?",
            "In all 90 cases (50 in 2004 and 40 in 2005) were read.",
            "90",
        ),
        ("How many nets were lost in 2009?", "There were 12 lost nets in 2008 and 26 in 2009.", "12"),
        (
            "How long is the ban with a licence?",
            "It is 2 years, while with a licence it is 5 years.",
            "2 years",
        ),
        ("How old was the youngest in 2005?", "Of the 80 taken in 2004-2005, the youngest was 7.", "7"),
        ("What share was over 18?", "Of all, 41% were under 18.", "41%"),
        ("What share of the poor live in towns?", "It left out rural areas, where 91% live.", "91%"),
        ("What share of farms have a well?", "Of these farms 44% do not have a well.", "44%"),
        ("What share of the catch is not trout?", "Trout is 49% of the catch.", "49%"),
        ("What share lives outside rural areas?", "In rural areas 80% live.", "80%"),
        ("What do 12-year-olds pay?", "Those between 15 and 18 pay 5 dollars.", "5 dollars"),
        ("What is paid at the age of 12?", "Those between 15 and 18 pay 5 dollars.", "5 dollars"),
        ("What does a buyer aged 13 pay?", "Those between 15 and 18 pay 5 dollars.", "5 dollars"),
        ("What does a buyer under 15 pay?", "Those between 15 and 18 pay 5 dollars.", "5 dollars"),
        ("What does one younger than 21 pay?", "Those over 21 pay 5 dollars.", "5 dollars"),
        ("When was the fleet counted?", "Fleet Board. Accessed on 3 May 2010.", "3 May 2010"),
        ("Which four lakes are closed?", "Lake Ana and Lake Bor are closed.", "Lake Ana and Lake Bor"),
        ("Which twelve lakes are closed?", "Lake Ana and Lake Bor are closed.", "Lake Ana and Lake Bor"),
        ("Who worked with Miller?", "It was done by Miller and Smith.", "Miller and Smith"),
        ("How many boats are there?", "Boats are there in great number.", "in great number"),
        ("What is the fine?", "The same punishment is given.", "The same punishment"),
        ("What share of buyers is Ruritanian?", "Of the foreign buyers 20% pay.", "20%"),
        ("How much longer is it at sea?", "It is 5 years at sea.", "5 years"),
        ("What share of buyers is foreign?", "Ruritanian men are 49% of the buyers.", "49%"),
        ("What share of the crew are adults?", "Of the crew 41% are under 18.", "41%"),
    ],
)
def test_a_slice_that_answers_another_question(question, sentence, words):
    assert is_doubtful(question, slice_of(sentence, words))


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many boats were found in 2006?", SENT_HOME, "70"),
        ("How many boats were given to museums?", SENT_HOME, "10"),
        (
            "How many cases were there in 2004?",
            "In all 90 cases (50 in 2004 and 40 in 2005) were read.",
            "50",
        ),
        ("How old was the youngest in 2004 and 2005?", "Of those of 2004-2005, the youngest was 7.", "7"),
        ("What share lives outside the towns?", "In rural areas 80% live.", "80%"),
        ("What share of farms have no well?", "Of these farms 44% do not have a well.", "44%"),
        ("What fine in dollars is due?", "A fine of 4,000 riel (US$ 1) is due.", "US$ 1"),
        ("When was it joined?", "Convention on Lakes of 1999\t14/03/2006", "14/03/2006"),
        ("When was the page visited?", "Fleet Board. Accessed on 3 May 2010.", "3 May 2010"),
        ("What does a buyer aged 16 pay?", "Those between 15 and 18 pay 5 dollars.", "5 dollars"),
        ("What does a buyer over 15 and under 18 pay?", "Those over 12 and those under 18 pay 5.", "5"),
        ("What do buyers younger than 15 pay?", "Those below the age of 15 pay 5 dollars.", "5 dollars"),
        ("What share of buyers do Ruritanian men make up?", "Ruritanian men are 49% of the buyers.", "49%"),
        ("What share of the crew are adults?", "Of the crew 59% are over 18.", "59%"),
    ],
)
def test_a_slice_that_answers_the_question(question, sentence, words):
    assert not is_doubtful(question, slice_of(sentence, words))


@pytest.mark.parametrize(
    ("question", "around", "sentence"),
    [
        ("How many guides were trained in Old Haven?", "The inn in New Port asked.", "Then 23 were trained."),
        ("When was the treaty with Arcadia signed?", "Treaties", "In 23 it signed one with Utopia."),
        ("How many points did the Lake Youth Forum make?", "The Sea Forum met.", "The Forum made 23 points."),
        ("How many members has the ABCD?", "The board has an office.", "It has 23 members."),
    ],
)
def test_a_place_or_a_body_that_the_sentence_is_not_about(question, around, sentence):
    assert is_doubtful(question, slice_of(sentence, "23", around))


@pytest.mark.parametrize(
    ("question", "around", "sentence"),
    [
        ("How many guides were trained in New Port?", "The inn in New Port asked.", "Then 23 were trained."),
        ("How many guides were trained in Ruritania?", "The inn in New Port asked.", "Then 23 were trained."),
        ("How many members has the LYF?", "The Lake Youth Forum met.", "It has 23 members."),
        ("How many members has the Lake Youth Forum?", "The LYF met.", "It has 23 members."),
    ],
)
def test_a_place_or_a_body_that_the_sentence_before_names(question, around, sentence):
    assert not is_doubtful(question, slice_of(sentence, "23", around))


@pytest.mark.parametrize(("asked", "is_too_few"), [("four", True), ("2", False), ("fıve", False)])
def test_fewer_names_than_are_asked_for_are_no_answer(asked, is_too_few):
    slice = slice_of("It borders Ruritania and Strelsau.", "Ruritania and Strelsau")
    assert is_doubtful(f"Which {asked} countries does it border?", slice) == is_too_few
