"""The loss against the plainest way to compute the same, and against late interaction as the index has it."""

from typing import Any

import numpy as np
import pytest

from a4a_qa.index.late import LateIndex, Rarity, pack, texts_with_each
from a4a_qa.models.encoder import Encoded
from a4a_qa.training.tensors import (
    BACK_WEIGHT,
    LATE_WEIGHT,
    VECTOR_WEIGHT,
    Texts,
    batch_loss,
    cosines,
    late_interaction,
    ranking_loss,
)

torch = pytest.importorskip("torch", reason='needs the extra "train"')


def texts(count: int, seed: int, *, length: int = 4, rare: Any = None) -> Texts:
    noise = torch.Generator().manual_seed(seed)
    unit = torch.nn.functional.normalize
    weights = torch.rand(count, length, generator=noise) + 0.1 if rare is None else rare
    sentences = unit(torch.randn(count, 8, generator=noise), dim=-1)
    return Texts(sentences, unit(torch.randn(count, length, 8, generator=noise), dim=-1), weights)


def test_late_interaction_is_that_of_the_index() -> None:
    ids = np.array([[7, 1, 2, 8], [7, 3, 1, 8]], np.int32)  # 7 and 8 are special
    weights = {1: np.log(1 + 2 / 2), 2: np.log(1 + 2 / 1), 3: np.log(1 + 2 / 1), 7: 0.0, 8: 0.0}
    ours = texts(2, 1, rare=torch.tensor([[weights[i] for i in row] for row in ids.tolist()]).float())
    special = frozenset({7, 8})
    encoded = [Encoded(row, v.numpy(), v[0].numpy()) for row, v in zip(ids, ours.tokens, strict=True)]
    packed = pack(encoded, special, 8)
    index, rarity = LateIndex(packed), Rarity(texts_with_each(packed, len(encoded)), len(encoded))
    theirs = [index.scores(rarity.query(one, special), [0, 1]) for one in encoded]
    assert late_interaction(ours, ours).numpy() == pytest.approx(np.array(theirs), abs=0.01)


def test_ranking_loss_is_small_when_each_question_finds_its_own_and_known_answers_are_no_rivals() -> None:
    asked = texts(3, 1)
    own, nothing = cosines(asked, asked), torch.zeros(3, 3, dtype=torch.bool)
    chances = torch.softmax(20 * own, dim=1).diagonal()
    assert ranking_loss(own, nothing) == pytest.approx(float(-chances.log().mean()), abs=1e-6)
    all_others = ~torch.eye(3, dtype=torch.bool)
    assert ranking_loss(own, all_others) == pytest.approx(0.0, abs=1e-6)


def test_padding_changes_nothing() -> None:
    asked, others = texts(2, 1), texts(3, 2)
    pad = torch.nn.functional.pad
    padded = Texts(others.sentences, pad(others.tokens, (0, 0, 0, 5)), pad(others.weights, (0, 5)))
    assert torch.equal(late_interaction(asked, padded), late_interaction(asked, others))


def test_a_batch_is_compared_in_both_ways_and_in_both_directions() -> None:
    asked, sentences = texts(3, 1), texts(3, 2)
    nothing = torch.zeros(3, 3, dtype=torch.bool)
    expected = sum(
        weight * (ranking_loss(scores, nothing) + BACK_WEIGHT * ranking_loss(scores.T, nothing))
        for weight, scores in (
            (VECTOR_WEIGHT, cosines(asked, sentences)),
            (LATE_WEIGHT, late_interaction(asked, sentences)),
        )
    )
    assert batch_loss(asked, sentences, nothing) == pytest.approx(float(expected))
