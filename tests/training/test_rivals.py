"""What the reader reads: a question beside what answers it, and beside what competes."""

import random
from itertools import groupby

import pytest

from a4a_qa.training.material import Material
from a4a_qa.training.rivals import FoundFor, Pair, form_number, pair_batches, pairs_of
from a4a_qa.training.training_questions import PlacedQuestion

CONTEXT = "North. "
SENTENCES = [f"Sentence {place} has {place * 10} beds." for place in range(12)]
REPORT = Material("small", tuple(CONTEXT + own for own in SENTENCES), (CONTEXT,) * 12, ())
FOUND = (4, 5, 9, 2, 7, 1)


def many(question: PlacedQuestion) -> list[list[Pair]]:
    chance = random.Random(1)
    return [pairs_of(FoundFor(REPORT, question, FOUND), chance) for _ in range(200)]


def numbers(pair: Pair) -> set[int]:
    return {int(part.split()[0]) for part in pair.text.split("Sentence ")[1:]}


def test_what_answers_comes_first_and_competes_with_what_was_found_or_stands_next_door() -> None:
    question = PlacedQuestion("How many beds are there?", (4,), (9,), "40")
    rivals: set[int] = set()
    for first, *others in many(question):
        assert first.right
        assert 4 in numbers(first)
        assert first.words is not None
        assert first.text[first.words[0] : first.words[1] + 1] == "40"
        assert form_number(first) == 1
        assert not any(pair.right for pair in others)
        for pair in others:
            rivals |= numbers(pair)
            assert form_number(pair) == 0
    assert {5, 2, 7, 3} <= rivals
    # Neither what answers nor what would do as well is a rival.
    assert not {4, 9} & rivals


def test_at_times_another_sentence_stands_beside_what_answers() -> None:
    sizes = [len(numbers(first)) for first, *_ in many(PlacedQuestion("How many beds are there?", (4,)))]
    assert 0.15 < sizes.count(2) / len(sizes) < 0.35
    assert set(sizes) == {1, 2}


def test_a_part_of_an_answer_does_not_answer_and_competes_with_nothing() -> None:
    found = [pair for pairs in many(PlacedQuestion("How many in all?", (4, 6))) for pair in pairs]
    assert all({4, 6} <= numbers(pair) for pair in found if pair.right)
    parts = [pair for pair in found if not pair.is_rival]
    assert 60 < len(parts) < 140
    assert all(not pair.right and len(numbers(pair)) == 1 for pair in parts)
    assert {form_number(pair) for pair in parts} == {None}


@pytest.mark.parametrize(
    ("answer", "on_record", "form"), [(True, True, 2), (False, True, 3), (None, True, 0), (None, False, None)]
)
def test_a_pair_says_how_it_answers_in_short(answer: bool | None, on_record: bool, form: int | None) -> None:
    question = PlacedQuestion("Is it so?", (4,), answer=answer, on_record=on_record)
    for first, *_ in many(question):
        assert (form_number(first), first.words) == (form, None)


def test_a_hard_negative_is_wrong_beside_its_sentence_and_beside_what_was_found() -> None:
    found = [
        pair for pairs in many(PlacedQuestion("Why?", (4,), hard_negative="absent_detail")) for pair in pairs
    ]
    assert not any(pair.right for pair in found)
    assert 280 < len(found) < 360
    # Of what was found the first four that are not its own sentence.
    assert {frozenset(numbers(pair)) for pair in found} == {frozenset({n}) for n in (4, 5, 9, 2, 7)}


def test_a_question_on_another_report_is_wrong_beside_what_was_found() -> None:
    for pairs in many(PlacedQuestion("Who won?", (), hard_negative="absent_detail")):
        (pair,) = pairs
        assert not pair.right
        assert numbers(pair) <= set(FOUND)


def test_the_pairs_of_a_question_stand_together_in_a_batch() -> None:
    asked = [FoundFor(REPORT, PlacedQuestion(f"{n}?", (4,)), FOUND) for n in range(10)]
    found = list(pair_batches(asked, 4, random.Random(1)))
    assert len(found) == 2
    for batch in found:
        questions = [question for question, _ in groupby(batch, key=lambda pair: pair.question)]
        assert len(questions) == len(set(questions)) == 4
