"""What training makes smaller: how often a question prefers another sentence to one that answers it.

Texts are compared twice, as searching does: by their sentence vectors, and by late interaction, where each
token of the question looks for its best match and rare tokens weigh more. In both, the sentence that answers
a question has to win against all others of the batch, and the question against the other questions (in
sentence-transformers this is MultipleNegativesRankingLoss). A teacher's scores soften that: the student
learns how near the other sentences come, too (Hinton, Vinyals and Dean, «Distilling the knowledge in a neural
network», 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Similarities are at most 1; times 20 they are far enough apart for a softmax, as is usual for these models.
SCALE = 20.0
# The shares of the two ways to compare, and of looking for the question of a sentence; how much of the loss
# is the teacher's, where there is one (docs/experiments.md).
VECTOR_WEIGHT = 1.0
LATE_WEIGHT = 0.7
BACK_WEIGHT = 0.3
TEACHER_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts as tensors.

    `sentences` (n, dimension) and `tokens` (n, length, token_dimension) are unit vectors; `weights`
    (n, length) say how rare each token is, 0 for special tokens and padding.
    """

    sentences: Any
    tokens: Any
    weights: Any


def batch_loss(questions: Texts, sentences: Texts, known: Any, taught: Any = None) -> Any:
    """The loss of n questions and the sentences that answer them, one each.

    `known` (n, n) is true where sentence j answers question i too, and is no rival; its diagonal is false.
    `taught` (n, n) are a teacher's scores of each question with each sentence, on the scale of cosines.
    """
    loss: Any = 0.0
    for weight, compare in ((VECTOR_WEIGHT, cosines), (LATE_WEIGHT, late_interaction)):
        scores = compare(questions, sentences)
        own = ranking_loss(scores, known) + BACK_WEIGHT * ranking_loss(scores.T, known.T)
        if taught is not None:
            own = (1 - TEACHER_WEIGHT) * own + TEACHER_WEIGHT * teacher_loss(scores, taught)
        loss += weight * own
    return loss


def ranking_loss(scores: Any, known: Any) -> Any:
    """Cross-entropy of text i of the scores (n, n) being the best for text i, but for `known` ones."""
    import torch

    rivals = (scores * SCALE).masked_fill(known, -1e4)
    return torch.nn.functional.cross_entropy(rivals, torch.arange(len(rivals), device=rivals.device))


def teacher_loss(scores: Any, taught: Any) -> Any:
    """How far the softmax of scores is from that of a teacher's, both (n, m): the Kullback–Leibler
    divergence."""
    import torch

    return torch.nn.functional.kl_div(
        torch.log_softmax(scores * SCALE, dim=1),
        torch.log_softmax(taught * SCALE, dim=1),
        reduction="batchmean",
        log_target=True,
    )


def cosines(questions: Texts, others: Texts) -> Any:
    """The cosines of sentence vectors, (n questions, m others)."""
    return questions.sentences @ others.sentences.T


def late_interaction(questions: Texts, others: Texts) -> Any:
    """The weighted MaxSim of index/late.py, (n questions, m others), with a gradient."""
    import torch

    weights = questions.weights / questions.weights.sum(dim=1, keepdim=True).clamp(min=1e-9)
    similar = torch.einsum("qih,ojh->qioj", questions.tokens, others.tokens)
    similar = similar.masked_fill(others.weights == 0, -1.0)
    return (similar.amax(dim=3) * weights[:, :, None]).sum(dim=1)
