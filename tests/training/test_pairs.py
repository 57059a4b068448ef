"""Questions as people type them."""

import random

from a4a_qa.training.pairs import as_typed, keywords, misspelt


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
