"""The judge as it is trained: transformers with their heads; and its export to int8 ONNX."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.errors import EncoderError
from a4a_qa.index.judge import FORMS, OUTPUTS, Judge
from a4a_qa.index.passages import own_words_in_place, sentences_in_place
from a4a_qa.index.runtime import TOKENIZER_FILE
from a4a_qa.report import Report
from a4a_qa.training.export import replace_folder, write_card, write_tokenizer
from a4a_qa.training.graph import write_onnx
from a4a_qa.training.judge_data import LabelledQuestion, Pair

# Tokens of a question and its sentences together; what is beyond is cut off the longer one. As many as the
# encoder's, so that one tokenizer serves both.
MOST_TOKENS = 256
# What telling short answers weighs beside telling what answers at all.
_SHORT = 0.5
# What keeps so few labelled questions from being learnt by heart.
_SMOOTHING, _DROPOUT = 0.01, 0.1
# What the exported judge may differ from its trained members on average: in raw scores, and in probabilities.
_MOST_DIFFERENCE = {
    "parity_mean_difference": 0.25,
    "parity_form": 0.05,
    "parity_ends": 0.25,
    "parity_purpose": 0.05,
}
# What stands for no class in a loss, and for a raw score that nothing comes near.
_IGNORED, _NEVER = -100, -1e4

Batch = Sequence[Pair] | Sequence[LabelledQuestion]


class JudgeModel:
    """A member of a judge, a transformer with heads.

    Its mean hidden state gives one raw score a pair, its mean and greatest ones one raw score a form of short
    answer, and one a class for a question alone; each state gives two, of its token's being the first and the
    last of a short answer.
    """

    def __init__(self, source: Path, report: Report, *, bfloat16: bool = False) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self._report = report
        self.tokenizer = AutoTokenizer.from_pretrained(source)
        # Eager attention for the same reason as in the encoder's export.
        self.transformer = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
        width = self.transformer.config.hidden_size
        self.head, self.ends = torch.nn.Linear(width, 1), torch.nn.Linear(width, 2)
        self.form, self.purpose = (torch.nn.Linear(2 * width, len(names)) for names in (FORMS, CLASSES))
        for head in self.heads:
            torch.nn.init.normal_(head.weight, std=0.02)
            torch.nn.init.zeros_(head.bias)
        self._bfloat16 = bfloat16
        self.max_tokens = min(MOST_TOKENS, self.transformer.config.max_position_embeddings)

    @property
    def heads(self) -> tuple[Any, ...]:
        return self.head, self.form, self.ends, self.purpose

    def learning_parameters(self) -> list[Any]:
        """All but the word embeddings, most of which no text of one report touches."""
        self.transformer.get_input_embeddings().requires_grad_(False)
        own = [parameter for parameter in self.transformer.parameters() if parameter.requires_grad]
        return [*own, *(parameter for head in self.heads for parameter in head.parameters())]

    def loss(self, batch: Batch) -> Any:
        """How wrong the model is about a batch."""
        import torch
        from torch.nn import functional

        if pairs := [one for one in batch if isinstance(one, Pair)]:
            return self._loss_of_pairs(pairs)
        asked = [one for one in batch if isinstance(one, LabelledQuestion)]
        raw = self.purposes([one.question for one in asked], dropout=_DROPOUT)
        goal = torch.tensor([one.purpose for one in asked])
        losses = functional.cross_entropy(raw, goal, reduction="none", label_smoothing=_SMOOTHING)
        weights = torch.tensor([one.weight for one in asked])
        return (losses * weights).sum() / weights.sum()

    def _loss_of_pairs(self, pairs: Sequence[Pair]) -> Any:
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

    def purposes(self, questions: Sequence[str], *, dropout: float = 0.0) -> Any:
        """The raw scores of the classes, (len(questions), classes), with a gradient."""
        import torch
        from torch.nn import functional

        hidden, present, _ = self._read(list(questions))
        return self.purpose(functional.dropout(torch.cat(_summaries(hidden, present), dim=1), dropout))

    def _read(self, *texts: list[str]) -> tuple[Any, Any, Any]:
        """The hidden states of texts, or pairs of texts, which of their tokens are there, and the tokens."""
        import torch

        read = self.tokenizer(
            *texts, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt"
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            hidden = self.transformer(**read)[0].float()
        return hidden, read["attention_mask"][:, :, None].float(), read


def _summaries(hidden: Any, present: Any) -> tuple[Any, Any]:
    """The mean and the greatest hidden states of texts over the tokens that are there."""
    mean = (hidden * present).sum(dim=1) / present.sum(dim=1)
    return mean, hidden.masked_fill(present == 0, _NEVER).amax(dim=1)


def export_judge(
    members: Sequence[JudgeModel],
    output: Path,
    facts: Mapping[str, Any],
    *,
    pairs: Sequence[Pair],
    asked: Sequence[LabelledQuestion],
) -> None:
    """Write a judge as int8 ONNX, and only when it still says what its members say on average of some pairs
    and some labelled questions."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=output.parent) as room:
        building = Path(room) / "new"
        building.mkdir()
        write_onnx(_average(members), ["input_ids", "token_type_ids"], OUTPUTS, building)
        write_tokenizer(members[0].tokenizer, building / TOKENIZER_FILE)
        write_card(facts, building)
        parity = _parity(members, Judge.open(building), pairs, asked)
        for name, most in _MOST_DIFFERENCE.items():
            if not parity[name] <= most:  # a NaN fails too
                raise EncoderError(
                    f"The exported judge differs from its trained members: {name} is {parity[name]:.2f}, "
                    f"expected at most {most}. It does not bear int8."
                )
        write_card({**facts, **parity}, building)
        replace_folder(output, building)


def _average(members: Sequence[JudgeModel]) -> Any:
    """A module that gives the mean of what members say of token ids, over one table of word embeddings: that
    of the base model, which none of them has changed."""
    import torch

    class Member(torch.nn.Module):  # type: ignore[misc]  # torch is not followed
        def __init__(self, model: JudgeModel) -> None:
            super().__init__()
            self.transformer = model.transformer
            self.head, self.form, self.ends, self.purpose = model.heads

        def forward(self, words: Any, token_type_ids: Any) -> Any:
            read = self.transformer(inputs_embeds=words, token_type_ids=token_type_ids, return_dict=False)[0]
            mean, greatest = read.mean(dim=1), read.amax(dim=1)
            both = torch.cat([mean, greatest], dim=1)
            return self.head(mean)[:, 0], self.form(both), self.ends(read), self.purpose(both)

    class Average(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = members[0].transformer.get_input_embeddings()
            self.members = torch.nn.ModuleList(Member(model) for model in members)

        def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
            words = self.words(input_ids)
            said = (member(words, token_type_ids) for member in self.members)
            return tuple(sum(outputs) / len(outputs) for outputs in zip(*said, strict=True))

    return Average()


def _parity(
    members: Sequence[JudgeModel], judge: Judge, pairs: Sequence[Pair], asked: Sequence[LabelledQuestion]
) -> dict[str, float]:
    """The mean distances of what is said before and after rounding to int8, by their names in the card."""
    import torch

    apart: dict[str, list[float]] = {name: [] for name in _MOST_DIFFERENCE}
    with torch.no_grad():
        for text in map(members[0].text_of, pairs):
            *said, reads = zip(*(member.scores([text]) for member in members), strict=True)
            score, form, ends = (torch.stack(outputs).mean(dim=0) for outputs in said)
            read = reads[0]
            after = judge.read(*text)
            of_text = read["token_type_ids"][0] == 1
            apart["parity_mean_difference"].append(abs(float(score[0]) - after.score))
            apart["parity_form"].append(_distance(torch.softmax(form[0], dim=0), list(after.forms.values())))
            # The last token of a text is the mark of its end.
            apart["parity_ends"].append(_distance(ends[0][of_text][:-1], after.ends))
        for one in asked:
            raw = torch.stack([member.purposes([one.question])[0] for member in members]).mean(dim=0)
            before = torch.softmax(raw, dim=0)
            apart["parity_purpose"].append(_distance(before, list(judge.purposes(one.question).values())))
    return {name: round(float(np.mean(distances)), 4) for name, distances in apart.items()}


def _distance(before: Any, after: Any) -> float:
    return float(np.abs(before.numpy() - np.asarray(after)).mean())
