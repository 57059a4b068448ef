"""Training a tiny judge: it learns which questions a sentence answers, and is exported as it is."""

import random

import numpy as np
import pytest

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.index.judge import Judge
from a4a_qa.index.questions import AuthoredQuestion
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE
from a4a_qa.training.judge import JudgeRecipe, Pair, batches, pairs, train_judge
from training.small import SUBJECTS

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RECIPE = JudgeRecipe(epochs=80, learning_rate=3e-3, batch=8)


@pytest.fixture(scope="module")
def judge_folder(base, corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "judge"
    train_judge(
        corpus,
        folder,
        base=base / "0_Transformer" if (base / "0_Transformer").is_dir() else base,
        recipe=RECIPE,
    )
    return folder


def test_it_tells_index_questions_from_near_misses(judge_folder):
    judge = Judge.open(judge_folder)
    sentences = {subject: f"Introduction. The {subject} is in the north." for subject in SUBJECTS}
    right = [judge.scores(f"Where is the {subject}?", [text])[0] for subject, text in sentences.items()]
    wrong = [judge.scores(f"What is the {subject}?", [text])[0] for subject, text in sentences.items()]
    assert min(right) > max(wrong)


def test_a_score_depends_on_its_own_pair_only(judge_folder):
    judge = Judge.open(judge_folder)
    texts = ["The court is in the north.", "The school", "", "x " * 5_000, "\ud800"]
    together = judge.scores("Where is the court?", texts)
    alone = [judge.scores("Where is the court?", [text])[0] for text in texts]
    assert together.tolist() == alone
    assert np.isfinite(together).all()


def test_what_is_damaged_or_missing_is_an_error(judge_folder, tmp_path):
    with pytest.raises(EncoderError, match=CARD_FILE):
        Judge.open(tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in judge_folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / MODEL_FILE).write_bytes(b"x")
    with pytest.raises(EncoderError, match="damaged"):
        Judge.open(copy)


def test_a_corpus_without_near_misses_teaches_nothing(tmp_path):
    (tmp_path / "report.md").write_text("INTRODUCTION\n\nThe court is in the north.\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no near misses"):
        train_judge(tmp_path, tmp_path / "judge")


def test_pairs_are_right_for_index_questions_and_wrong_for_all_else():
    questions = [AuthoredQuestion(f"question {i}", i % 3, near_miss=i % 2 == 1) for i in range(600)]
    neighbours = np.array([[1, 2], [0, 2], [0, 1]])
    found = list(pairs(questions, neighbours, random.Random(1)))
    assert sum(pair.right for pair in found) == 300
    assert 300 + 40 < sum(not pair.right for pair in found) < 300 + 140


def test_batches_hold_every_pair_once_with_those_of_like_length_together():
    texts = ["x" * (10 * i) for i in range(100)]
    found = [Pair("q", i, True) for i in range(100)]
    cut = list(batches(iter(found), texts, 10, random.Random(1)))
    assert sorted(pair.sentence for batch in cut for pair in batch) == list(range(100))
    assert all(max(p.sentence for p in batch) - min(p.sentence for p in batch) == 9 for batch in cut)
