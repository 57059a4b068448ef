"""What speaks against a slice that is too wide, too narrow, or no such thing as is asked for."""

import pytest

from a4a_qa.answering.short_extent import EXTENT_DOUBTS
from a4a_qa.answering.short_slice import Slice


def is_doubtful(question, sentence, words):
    start = sentence.index(words)
    slice = Slice(sentence, start, start + len(words), is_sure=True)
    return any(doubt(question, slice) for doubt in EXTENT_DOUBTS)


ON_THE_LAKE = "Some 40 men sleep and/or fish on the lake."
CAME = "Sailors and cooks came, in all 90 guests."
YOUNGEST = "Of the sailors 41% were ill, the youngest being 8 years old."
VOTED = "Peace came in 2003 when elections were held."
LEARN = "It takes ten years to learn the trade."
PAID = "It was funded and run by Netsoft."
FUNDED = "It was launched by the Reed Board and carried out by the Lake Trust."
SHARE = "Of the boats 30% are old."
TOLD = "A report is to be made to the wardens about strange boats."
GIVEN = "Three courses were given by the training team."
PICTURES = "Who sells child pornography is punished with 2-5 years in prison."
COURTS = "Those who fish can be tried by Ruritanian courts."
TRADES = "They work in inns, in mills, and on farms."
ALSO_BY = "Boats are also hired by tourists."
GAVE = "Money was given by Netsoft, the Lake Trust and Reed Board."
LBT = "LBT: Lake Board and Trust"
THOUGH = "Although boats are still built on the shore, meals are now sold in inns."
CARRIED = "Ruritanian and Utopian people are trafficked through the port."
SOLD_BY = "Children are trafficked by smugglers."


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many men fish?", ON_THE_LAKE, "40 men"),
        ("How many cooks came?", CAME, "90 guests"),
        ("How old are the sailors?", YOUNGEST, "8 years old"),
        ("When were the last elections?", VOTED, "2003"),
        ("How many boys learn the trade?", LEARN, "ten years"),
        ("Which country paid for it?", PAID, "Netsoft"),
        ("Who funded it?", FUNDED, "Lake Trust"),
        ("49 percent of what?", SHARE, "30%"),
        ("Who has to report strange boats?", TOLD, "wardens"),
        ("Who received training?", GIVEN, "training team"),
        ("Who are the victims?", GIVEN, "training team"),
        ("What is the punishment for selling a child?", PICTURES, "2-5 years in prison"),
        ("Who can be tried?", COURTS, "Ruritanian"),
        ("In which trades do they work?", TRADES, "farms"),
        ("Who hires boats?", ALSO_BY, "tourists"),
        ("Who gave money?", GAVE, "Netsoft"),
        ("What does the LBT do?", LBT, "Lake Board and Trust"),
        ("Where are boats built?", THOUGH, "inns"),
        ("Who are the traffickers?", CARRIED, "Ruritanian and Utopian people"),
    ],
)
def test_a_slice_that_answers_another_question(question, sentence, words):
    assert is_doubtful(question, sentence, words)


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("How many men sleep or fish on the lake?", ON_THE_LAKE, "40 men"),
        ("How many guests came?", CAME, "90 guests"),
        ("How many people came?", CAME, "90 guests"),
        ("How old was the youngest?", YOUNGEST, "8 years old"),
        ("When were elections held?", VOTED, "2003"),
        ("How many years does it take?", LEARN, "ten years"),
        ("How many boys came?", "They had 9 boys in 2008.", "9 boys in 2008"),
        ("Which country paid for it?", "The Italian government paid for it.", "Italian government"),
        ("Which country paid for it?", "The U.S. paid for it.", "U.S."),
        ("Who funded it?", PAID, "Netsoft"),
        ("What share is old?", SHARE, "30%"),
        ("Who is told?", TOLD, "wardens"),
        ("Who says so?", "According to Netsoft it is so.", "Netsoft"),
        ("Who gave the courses?", GIVEN, "training team"),
        ("How long is the term for child pornography?", PICTURES, "2-5 years in prison"),
        ("Who can try them?", COURTS, "Ruritanian courts"),
        ("In which trades do they work?", TRADES, "inns, in mills, and on farms"),
        ("Who else hires boats?", ALSO_BY, "tourists"),
        ("Who gave money?", GAVE, "Netsoft, the Lake Trust and Reed Board"),
        ("What does LBT stand for?", LBT, "Lake Board and Trust"),
        ("How is LBT spelled out?", LBT, "Lake Board and Trust"),
        ("Where are meals sold?", THOUGH, "inns"),
        ("Who is trafficked?", CARRIED, "Ruritanian and Utopian people"),
        ("Who are the traffickers?", SOLD_BY, "smugglers"),
    ],
)
def test_a_slice_that_answers_the_question(question, sentence, words):
    assert not is_doubtful(question, sentence, words)
