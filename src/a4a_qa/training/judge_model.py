"""The judge as it is trained: transformers with their heads; and its export to ONNX.

Two kinds of models make a judge: some read questions beside sentences, others questions alone. These are
rounded to 4 bits, which they bear, so that two take no more memory than one with 8.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import EncoderError
from a4a_qa.files import replace_folder
from a4a_qa.index.judge import FORMS, INPUTS, JUDGE_FILES, OUTPUTS, PURPOSE_FILE, PURPOSE_OUTPUTS, Judge
from a4a_qa.index.passages import own_words_in_place, sentences_in_place
from a4a_qa.index.runtime import TOKENIZER_FILE
from a4a_qa.report import Report
from a4a_qa.training.export import write_card, write_tokenizer
from a4a_qa.training.graph import write_onnx
from a4a_qa.training.judge_data import LabelledQuestion, Pair

# Tokens of a question and its sentences together; what is beyond is cut off the longer one. As many as the
# encoder's, so that one tokenizer serves both.
MOST_TOKENS = 256
# What telling short answers weighs beside telling what answers at all.
_SHORT = 0.5
# What keeps so few labelled questions from being learnt by heart.
_SMOOTHING, _DROPOUT = 0.01, 0.1
# What the exported judge may differ from its trained models on average: in raw scores, and in probabilities.
_MOST_DIFFERENCE = {
    "parity_mean_difference": 0.25,
    "parity_form": 0.05,
    "parity_ends": 0.25,
    "parity_purpose": 0.05,
}
# What stands for no class in a loss, and for a raw score that nothing comes near.
_IGNORED, _NEVER = -100, -1e4


class _Reader:
    """A transformer that reads texts, or pairs of them."""

    def __init__(self, source: Path, *, bfloat16: bool) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(source)
        # Eager attention for the same reason as in the encoder's export.
        self.transformer = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
        self.width = int(self.transformer.config.hidden_size)
        self.max_tokens = min(MOST_TOKENS, self.transformer.config.max_position_embeddings)
        self.heads: tuple[torch.nn.Linear, ...] = ()
        self._bfloat16 = bfloat16

    def _head(self, inputs: int, outputs: int) -> Any:
        import torch

        head = torch.nn.Linear(inputs, outputs)
        torch.nn.init.normal_(head.weight, std=0.02)
        torch.nn.init.zeros_(head.bias)
        self.heads = (*self.heads, head)
        return head

    def learning_parameters(self) -> list[Any]:
        """All but the word embeddings, most of which no text of one report touches."""
        self.transformer.get_input_embeddings().requires_grad_(False)
        own = [parameter for parameter in self.transformer.parameters() if parameter.requires_grad]
        return [*own, *(parameter for head in self.heads for parameter in head.parameters())]

    def _read(self, *texts: list[str]) -> tuple[Any, Any, Any]:
        """The hidden states of texts, or pairs of texts, which of their tokens are there, and the tokens."""
        import torch

        read = self.tokenizer(
            *texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        return hidden, read["attention_mask"][:, :, None].float(), read


class PairModel(_Reader):
    """Reads questions beside sentences.

    Its mean hidden state gives one raw score a pair, its mean and greatest ones one raw score a form of short
    answer; each state gives two, of its token's being the first and the last of a short answer.
    """

    def __init__(self, source: Path, report: Report, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self._report = report
        self.head, self.form = self._head(self.width, 1), self._head(2 * self.width, len(FORMS))
        self.ends = self._head(self.width, 2)

    def loss(self, pairs: Sequence[Pair]) -> Any:
        """How wrong the model is about what answers, and about how it does in short."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

        texts = [self.text_of(pair) for pair in pairs]
        scores, forms, ends, read = self.scores(texts)
        right = torch.tensor([float(pair.right) for pair in pairs])
        known = torch.tensor([_IGNORED if pair.form is None else pair.form for pair in pairs])
        first, last = torch.tensor(
            [
                self._ends_of(pair, text, read, row)
                for row, (pair, (_, text)) in enumerate(zip(pairs, texts, strict=True))
            ]
        ).unbind(dim=1)
        form, begins, stops = (
            cross_entropy(raw, goal, ignore_index=_IGNORED, reduction="sum") / max(1, int((goal >= 0).sum()))
            for raw, goal in ((forms, known), (ends[:, :, 0], first), (ends[:, :, 1], last))
        )
        return binary_cross_entropy_with_logits(scores, right) + _SHORT * (form + (begins + stops) / 2)

    def _ends_of(self, pair: Pair, text: str, read: Any, row: int) -> tuple[int, int]:
        """The positions of the tokens that the words of a short answer begin and end with; _IGNORED when they
        are not known, or cut off."""
        sentence = self._report.sentences[pair.sentences[0]]
        own = own_words_in_place(self._report, sentence)
        at = text.find(pair.words, own[0].in_place) if pair.words is not None and own else -1
        if pair.words is None or at < 0:
            return _IGNORED, _IGNORED
        first, last = (read.char_to_token(row, place, 1) for place in (at, at + len(pair.words) - 1))
        return (_IGNORED, _IGNORED) if first is None or last is None else (first, last)

    def text_of(self, pair: Pair) -> tuple[str, str]:
        """The question of a pair, and its sentences as they are read beside it."""
        return pair.question, sentences_in_place(self._report, pair.sentences)

    def scores(self, pairs: Sequence[tuple[str, str]]) -> tuple[Any, Any, Any, Any]:
        """For pairs of question and text, with a gradient: the raw scores, (len(pairs),), those of the forms,
        (len(pairs), forms), those of the ends of a short answer, (len(pairs), tokens, 2), and the tokens."""
        import torch

        first, second = zip(*pairs, strict=True)
        hidden, present, read = self._read(list(first), list(second))
        mean, greatest = _summaries(hidden, present)
        of_text = (read["token_type_ids"] * read["attention_mask"])[:, :, None] == 1
        ends = self.ends(hidden).masked_fill(~of_text, _NEVER)
        return self.head(mean)[:, 0], self.form(torch.cat([mean, greatest], dim=1)), ends, read


class PurposeModel(_Reader):
    """Reads questions alone: its mean and greatest hidden states give one raw score a class."""

    def __init__(self, source: Path, *, bfloat16: bool = False) -> None:
        super().__init__(source, bfloat16=bfloat16)
        self.purpose = self._head(2 * self.width, len(CLASSES))

    def loss(self, asked: Sequence[LabelledQuestion]) -> Any:
        """How wrong the model is about what questions are for."""
        import torch
        from torch.nn.functional import cross_entropy

        raw = self.purposes([one.question for one in asked], dropout=_DROPOUT)
        goal = torch.tensor([one.purpose for one in asked])
        losses = cross_entropy(raw, goal, reduction="none", label_smoothing=_SMOOTHING)
        weights = torch.tensor([one.weight for one in asked])
        return (losses * weights).sum() / weights.sum()

    def purposes(self, questions: Sequence[str], *, dropout: float = 0.0) -> Any:
        """The raw scores of the classes, (len(questions), classes), with a gradient."""
        import torch
        from torch.nn import functional

        hidden, present, _ = self._read(list(questions))
        return self.purpose(functional.dropout(torch.cat(_summaries(hidden, present), dim=1), dropout))


def _summaries(hidden: Any, present: Any) -> tuple[Any, Any]:
    """The mean and the greatest hidden states of texts over the tokens that are there."""
    mean = (hidden * present).sum(dim=1) / present.sum(dim=1)
    return mean, hidden.masked_fill(present == 0, _NEVER).amax(dim=1)


def export_judge(
    pair_models: Sequence[PairModel],
    purpose_models: Sequence[PurposeModel],
    output: Path,
    facts: Mapping[str, Any],
    *,
    pairs: Sequence[Pair],
    asked: Sequence[LabelledQuestion],
) -> None:
    """Write a judge as ONNX, and only when it still says what its models say of some pairs and some
    labelled questions."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=output.parent) as room:
        building = Path(room) / "new"
        building.mkdir()
        write_onnx(_pair_module(pair_models), INPUTS, OUTPUTS, building)
        asks, tells = ["input_ids"], PURPOSE_OUTPUTS
        write_onnx(_purpose_module(purpose_models), asks, tells, building, name=PURPOSE_FILE, bits=4)
        write_tokenizer(pair_models[0].tokenizer, building / TOKENIZER_FILE)
        write_card(facts, building, JUDGE_FILES)
        judge = Judge.open(building)
        parity = _pair_parity(pair_models, judge, pairs) | _purpose_parity(purpose_models, judge, asked)
        for name, most in _MOST_DIFFERENCE.items():
            if not parity[name] <= most:  # a NaN fails too
                raise EncoderError(
                    f"The exported judge differs from its trained models: {name} is {parity[name]:.2f}, "
                    f"expected at most {most}. It does not bear rounding."
                )
        write_card({**facts, **parity}, building, JUDGE_FILES)
        replace_folder(output, building)


def _pair_module(models: Sequence[PairModel]) -> Any:
    """A module that gives the mean of what models say of token ids of a question and a text, over one table
    of word embeddings: that of the base model, which none of them has changed."""
    import torch

    class Pairs(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self) -> None:
            super().__init__()
            self.words = models[0].transformer.get_input_embeddings()
            self.transformers = torch.nn.ModuleList(model.transformer for model in models)
            self.heads = torch.nn.ModuleList(torch.nn.ModuleList(model.heads) for model in models)

        def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
            words = self.words(input_ids)
            said = []
            for transformer, (head, form, ends) in zip(self.transformers, self.heads, strict=True):
                given = {"inputs_embeds": words, "token_type_ids": token_type_ids}
                read = transformer(**given, return_dict=False)[0]
                mean, greatest = read.mean(dim=1), read.amax(dim=1)
                forms = form(torch.cat([mean, greatest], dim=1))
                said.append((head(mean)[:, 0], forms, ends(read)))
            return tuple(sum(each) / len(said) for each in zip(*said, strict=True))

    return Pairs()


def _purpose_module(models: Sequence[PurposeModel]) -> Any:
    """The same of token ids of questions alone."""
    import torch

    class Purposes(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = models[0].transformer.get_input_embeddings()
            self.transformers = torch.nn.ModuleList(model.transformer for model in models)
            self.heads = torch.nn.ModuleList(model.purpose for model in models)

        def forward(self, input_ids: Any) -> Any:
            words = self.words(input_ids)
            said = []
            for transformer, head in zip(self.transformers, self.heads, strict=True):
                read = transformer(inputs_embeds=words, return_dict=False)[0]
                said.append(head(torch.cat([read.mean(dim=1), read.amax(dim=1)], dim=1)))
            return sum(said) / len(said)

    return Purposes()


def _pair_parity(models: Sequence[PairModel], judge: Judge, pairs: Sequence[Pair]) -> dict[str, float]:
    """The mean distances of what is said of pairs before and after rounding, by their names in the card."""
    import torch

    apart: dict[str, list[float]] = {"parity_mean_difference": [], "parity_form": [], "parity_ends": []}
    with torch.no_grad():
        for text in map(models[0].text_of, pairs):
            scores, forms, ends, read = zip(*(model.scores([text]) for model in models), strict=True)
            score, form, end = (torch.stack(said).mean(dim=0)[0] for said in (scores, forms, ends))
            after = judge.read(*text)
            of_text = read[0]["token_type_ids"][0] == 1
            apart["parity_mean_difference"].append(abs(float(score) - after.score))
            apart["parity_form"].append(_distance(torch.softmax(form, dim=0), list(after.forms.values())))
            # The last token of a text is the mark of its end.
            apart["parity_ends"].append(_distance(end[of_text][:-1], after.ends))
    return {name: round(float(np.mean(distances)), 4) for name, distances in apart.items()}


def _purpose_parity(
    models: Sequence[PurposeModel], judge: Judge, asked: Sequence[LabelledQuestion]
) -> dict[str, float]:
    """The same of what questions are for."""
    import torch

    apart = []
    with torch.no_grad():
        for one in asked:
            raw = torch.stack([model.purposes([one.question])[0] for model in models]).mean(dim=0)
            after = list(judge.purposes(one.question).values())
            apart.append(_distance(torch.softmax(raw, dim=0), after))
    return {"parity_purpose": round(float(np.mean(apart)), 4)}


def _distance(before: Any, after: Any) -> float:
    return float(np.abs(before.numpy() - np.asarray(after)).mean())
