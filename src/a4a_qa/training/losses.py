"""What training makes smaller: how often a question prefers another sentence's texts to those of its own.

Texts are compared twice, as searching does: by their sentence vectors, and by late interaction, where each
token of the question looks for its best match and rare tokens weigh more. In both, what belongs to a
question has to win against the same of all other sentences of the batch (in sentence-transformers this is
MultipleNegativesRankingLoss). Near misses are rivals twice: a question has to find another question of its
sentence rather than a near miss, and a sentence its question rather than a near miss of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Similarities are at most 1; times 20 they are far enough apart for a softmax, as is usual for these models.
SCALE = 20.0
# The shares of the two ways to compare, measured on development questions (docs/experiments.md).
VECTOR_WEIGHT = 1.0
LATE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts as tensors.

    `sentences` (n, dimension) and `tokens` (n, length, token_dimension) are unit vectors; `weights`
    (n, length) say how rare each token is, 0 for special tokens and padding.
    """

    sentences: Any
    tokens: Any
    weights: Any

    def part(self, start: int, end: int) -> Texts:
        """Some of the texts, from `start` up to `end`."""
        return Texts(self.sentences[start:end], self.tokens[start:end], self.weights[start:end])


def batch_loss(first: Texts, second: Texts, sentences: Texts, near_misses: Texts) -> Any:
    """The loss of a batch: two questions of each of n sentences, the sentences, and any near misses."""
    rivals = [near_misses] if len(near_misses.sentences) else []
    loss: Any = 0.0
    for weight, compare in ((VECTOR_WEIGHT, cosines), (LATE_WEIGHT, late_interaction)):
        loss += weight * ranking_loss(compare(first, second), *(compare(first, one) for one in rivals))
        for asked in (first, second):
            similar = compare(asked, sentences)
            against = [compare(one, sentences).T for one in rivals]
            loss += weight * (ranking_loss(similar) + ranking_loss(similar.T, *against)) / 2
    return loss


def ranking_loss(*scores: Any) -> Any:
    """Cross-entropy of text i of the first scores (n, n) being the best for text i.

    Further scores (n, any) are those of rivals.
    """
    import torch

    together = torch.cat(scores, dim=1) * SCALE
    return torch.nn.functional.cross_entropy(together, torch.arange(len(together)))


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
