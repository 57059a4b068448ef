"""The judge as it is trained, and its export to int8 ONNX."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import EncoderError
from a4a_qa.index.judge import Judge
from a4a_qa.index.passages import sentences_in_place
from a4a_qa.index.runtime import MODEL_FILE, TOKENIZER_FILE
from a4a_qa.report import Report
from a4a_qa.training.export import replace_folder, write_card, write_onnx, write_tokenizer
from a4a_qa.training.judge_data import LabelledQuestion, Pair

# Tokens of a question and its sentences together; what is beyond is cut off the longer one.
MOST_TOKENS = 192
# What keeps so few labelled questions from being learnt by heart.
_SMOOTHING, _DROPOUT = 0.03, 0.1
# What the exported judge may differ from the trained model on average: in raw score, and in probability.
_MOST_DIFFERENCE, _MOST_DIFFERENCE_OF_PURPOSE = 0.25, 0.05

Batch = Sequence[Pair] | Sequence[LabelledQuestion]


class JudgeModel:
    """A transformer with two heads: its mean hidden state gives one raw score a pair, its mean and greatest
    ones one raw score a class for a question alone."""

    def __init__(self, source: Path, report: Report, *, bfloat16: bool = False) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self._report = report
        self.tokenizer = AutoTokenizer.from_pretrained(source)
        # Eager attention for the same reason as in the encoder's export.
        self.transformer = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
        width = self.transformer.config.hidden_size
        self.head, self.purpose = torch.nn.Linear(width, 1), torch.nn.Linear(2 * width, len(CLASSES))
        for head in (self.head, self.purpose):
            torch.nn.init.normal_(head.weight, std=0.02)
            torch.nn.init.zeros_(head.bias)
        self._bfloat16 = bfloat16
        self.max_tokens = min(MOST_TOKENS, self.transformer.config.max_position_embeddings)

    def learning_parameters(self) -> list[Any]:
        """All but the word embeddings, most of which no text of one report touches."""
        self.transformer.get_input_embeddings().requires_grad_(False)
        own = [parameter for parameter in self.transformer.parameters() if parameter.requires_grad]
        return [*own, *self.head.parameters(), *self.purpose.parameters()]

    def loss(self, batch: Batch) -> Any:
        """How wrong the model is about a batch."""
        import torch
        from torch.nn import functional

        if pairs_ := [one for one in batch if isinstance(one, Pair)]:
            texts = [(one.question, sentences_in_place(self._report, one.sentences)) for one in pairs_]
            right = torch.tensor([float(one.right) for one in pairs_])
            return functional.binary_cross_entropy_with_logits(self.scores(texts), right)
        asked = [one for one in batch if isinstance(one, LabelledQuestion)]
        raw = self.purposes([one.question for one in asked], dropout=_DROPOUT)
        goal = torch.tensor([one.purpose for one in asked])
        losses = functional.cross_entropy(raw, goal, reduction="none", label_smoothing=_SMOOTHING)
        weights = torch.tensor([one.weight for one in asked])
        return (losses * weights).sum() / weights.sum()

    def scores(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """The raw scores of pairs of question and text, (len(pairs),), with a gradient."""
        first, second = zip(*pairs, strict=True)
        hidden, present = self._read(list(first), list(second))
        return self.head((hidden * present).sum(dim=1) / present.sum(dim=1))[:, 0]

    def purposes(self, questions: Sequence[str], *, dropout: float = 0.0) -> Any:
        """The raw scores of the classes, (len(questions), classes), with a gradient."""
        from torch.nn import functional

        hidden, present = self._read(list(questions))
        mean = (hidden * present).sum(dim=1) / present.sum(dim=1)
        greatest = hidden.masked_fill(present == 0, -1e4).amax(dim=1)
        return self.purpose(functional.dropout(_side_by_side(mean, greatest), dropout))

    def _read(self, *texts: list[str]) -> tuple[Any, Any]:
        """The hidden states of texts, or pairs of texts, and which of their tokens are there."""
        import torch

        read = self.tokenizer(
            *texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        return hidden, read["attention_mask"][:, :, None].float()


def _side_by_side(mean: Any, greatest: Any) -> Any:
    import torch

    return torch.cat([mean, greatest], dim=1)


def export_judge(model: JudgeModel, output: Path, facts: Mapping[str, Any]) -> None:
    """Write the judge as int8 ONNX, and only when it still says what the model says."""
    import torch

    class Heads(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.transformer, self.head, self.purpose = model.transformer, model.head, model.purpose

        def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
            read = self.transformer(input_ids=input_ids, token_type_ids=token_type_ids, return_dict=False)
            mean, greatest = read[0].mean(dim=1), read[0].amax(dim=1)
            return self.head(mean)[:, 0], self.purpose(_side_by_side(mean, greatest))

    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=output.parent) as room:
        building = Path(room) / "new"
        building.mkdir()
        write_onnx(Heads(), ["input_ids", "token_type_ids"], ["score", "purpose"], building / MODEL_FILE)
        write_tokenizer(model.tokenizer, building / TOKENIZER_FILE)
        write_card(facts, building)
        judge = Judge.open(building)
        difference, of_purpose = _difference(model, judge), _difference_of_purpose(model, judge)
        # A NaN fails too.
        if not (difference <= _MOST_DIFFERENCE and of_purpose <= _MOST_DIFFERENCE_OF_PURPOSE):
            raise EncoderError(
                f"The exported judge's raw scores differ by {difference:.2f} from the trained model's, "
                f"expected at most {_MOST_DIFFERENCE}, and its probabilities by {of_purpose:.2f}, "
                f"expected at most {_MOST_DIFFERENCE_OF_PURPOSE}. It does not bear int8."
            )
        parity = {"parity_mean_difference": round(difference, 4), "parity_purpose": round(of_purpose, 4)}
        write_card({**facts, **parity}, building)
        replace_folder(output, building)


_PARITY = (
    ("Who runs the hotline?", "The hotline is run by the police."),
    ("How many were trained in 2008?", "In 2009, some 45 officers were trained in two provinces."),
    ("why", "Prevention. Schools: children are taught about their rights, and parents about risks."),
)


def _difference(model: JudgeModel, judge: Judge) -> float:
    """The mean distance of raw scores before and after rounding to int8."""
    import torch

    with torch.no_grad():
        before = [float(model.scores([pair])[0]) for pair in _PARITY]
    after = [float(judge.scores(question, [text])[0]) for question, text in _PARITY]
    return float(np.mean(np.abs(np.array(before) - np.array(after))))


def _difference_of_purpose(model: JudgeModel, judge: Judge) -> float:
    """The mean distance of probabilities before and after rounding to int8."""
    import torch

    questions = [question for question, _ in _PARITY]
    with torch.no_grad():
        before = [torch.softmax(model.purposes([question]), dim=1)[0].numpy() for question in questions]
    after = [list(judge.purposes(question).values()) for question in questions]
    return float(np.mean(np.abs(np.array(before) - np.array(after))))
