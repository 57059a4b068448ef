"""Training examples from a corpus folder, and questions as people type them."""

import json
import random
from pathlib import Path

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.parsing.read import read_report
from a4a_qa.training.pairs import Example, as_typed, batches, keywords, misspelt, read_examples


def example(number: int, questions: int) -> Example:
    texts = tuple(f"Question {letter} about {number}?" for letter in "abcdefg"[:questions])
    return Example(f"Sentence {number}.", texts, (f"Near miss {number}?",) if number else ())


def write_questions(
    folder: Path, *quotes: str, name: str = "index-questions.jsonl", question: str = "Why?"
) -> None:
    lines = [
        json.dumps({"quote": quote, "questions": [question], "near_misses": ["Who?"]}) for quote in quotes
    ]
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def test_examples_are_sentences_in_their_place_with_what_is_written_about_them(small_file: Path) -> None:
    write_questions(small_file.parent, "Most of the", "The law on schools was passed")
    first, second = read_examples(small_file.parent, read_report(small_file))
    assert first.sentence.startswith("Introduction. Most of the children")
    assert second.sentence == "Introduction. Schools. The law on schools was passed in 1999."
    assert (second.questions, second.near_misses) == (("Why?",), ("Who?",))


def test_practice_questions_are_learnt_from_too(small_file: Path) -> None:
    write_questions(small_file.parent, "Most of the", "The law on schools was passed")
    write_questions(small_file.parent, "Most of the", name="practice-questions.jsonl", question="How old?")
    first, second = read_examples(small_file.parent, read_report(small_file))
    assert (first.questions, first.near_misses) == (("Why?", "How old?"), ("Who?", "Who?"))
    assert second.questions == ("Why?",)


def test_a_corpus_with_too_few_index_questions_is_an_error(small_file: Path) -> None:
    report = read_report(small_file)
    with pytest.raises(CorpusError, match="has index questions for 0 sentences; training needs at least two"):
        read_examples(small_file.parent, report)
    write_questions(small_file.parent, "not in the report")
    with pytest.raises(CorpusError, match="line 1: the quote «not in the report» is not in the report"):
        read_examples(small_file.parent, report)


def test_an_epoch_holds_every_question_once_and_no_sentence_twice_in_a_batch() -> None:
    examples = [example(number, 6 if number % 2 else 4) for number in range(10)]
    epoch = list(batches(examples, 4, random.Random(1)))
    assert all(len({pick.sentence for pick in batch}) == len(batch) <= 4 for batch in epoch)
    picks = [pick for batch in epoch for pick in batch]
    assert len(picks) == sum(len(one.questions) for one in examples) / 2
    assert {pick.near_miss for pick in picks if pick.sentence == "Sentence 0."} == {None}
    assert epoch == list(batches(examples, 4, random.Random(1)))
    assert epoch != list(batches(examples, 4, random.Random(2)))


def test_a_single_question_is_its_own_pair() -> None:
    (batch,) = batches([example(1, 1), example(2, 2)], 4, random.Random(4))
    lone = next(pick for pick in batch if pick.sentence == "Sentence 1.")
    assert lone.first.split()[-1].strip("?") == lone.second.split()[-1].strip("?") == "1"


def test_slips_change_long_words_only_and_keep_their_first_letter() -> None:
    question = "Which ministry runs the shelters of 2008?"
    chance = random.Random(3)
    slips = [misspelt(question, chance).split(" ") for _ in range(100)]
    for words in slips:
        for word, original in zip(words, question.split(" "), strict=True):
            assert word[0] == original[0]
            assert word == original or original in ("Which", "ministry", "runs", "shelters")
    assert sum(words != question.split(" ") for words in slips) > 90  # some swaps change nothing
    assert misspelt("Why is it so?", chance) == "Why is it so?"


def test_most_questions_stay_as_they_are() -> None:
    question = "Which ministry runs the shelters of 2008?"
    chance = random.Random(3)
    asked = [as_typed(question, chance) for _ in range(400)]
    assert 0.6 < asked.count(question) / len(asked) < 0.95
    assert keywords(question) in asked


def test_keywords_drop_function_words_unless_hardly_any_other_is_left() -> None:
    assert keywords("Which ministry runs the shelters?") == "ministry runs shelters"
    assert keywords("Who are they?") == "Who are they?"
