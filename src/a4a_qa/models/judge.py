"""A question beside a sentence → how well that answers it; a question alone → what it is for.

An encoder sees question and sentence apart, and a near miss is as near as what it misses by a word. The
judge reads both together, word against word, and has learnt from index questions and near misses of the same
sentences where one ends and the other begins. It is slower, so it reads only the best sentence and what is
cited. In the same reading it tells which words answer in short. Two other models have learnt from labelled
questions what a question is for: the judge says what both say on average, unless the first is sure already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, get_args

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError
from a4a_qa.models.runtime import (
    CARD_FILE,
    EXPORT_AGAIN,
    MODEL_FILE,
    MODEL_FILES,
    TOKENIZER_FILE,
    WORDS_FILE,
    check_file,
    load_session,
    load_tokenizer,
    positive,
    read_card,
    readable,
    sums_of,
    weights_of,
)

# The judge that comes with the package.
SHIPPED = Path(__file__).parent.parent / "data" / "judge"
# How a sentence may answer in short: by some of its words, by a yes or a no, or not at all.
Form = Literal["none", "words", "yes", "no"]
FORMS: tuple[Form, ...] = get_args(Form)
INPUTS, OUTPUTS = ("input_ids", "token_type_ids"), ("score", "form", "ends")
PURPOSE_OUTPUTS = ("purpose",)
# The graphs that read questions alone, in the order in which they are asked, beside the one that reads pairs.
PURPOSE_FILES = ("purpose.1.onnx", "purpose.2.onnx")
JUDGE_FILES = (*MODEL_FILES, *PURPOSE_FILES, *map(weights_of, PURPOSE_FILES))
# From this probability on, one model of purposes is enough (docs/experiments.md).
_SURE = 0.98
# Words that answer in short are no more tokens than this.
_MOST_TOKENS_OF_WORDS = 40


class Words(NamedTuple):
    """Words of a text from `start` to `end`, and the probability that an answer begins and ends with them."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a question beside a text came to.

    `score` tells how well the text answers the question, above 0 when it rather does; `forms` are the
    probabilities of FORMS; `places` are the first and the last character of each token of the text, (tokens,
    2), and `ends` the raw scores of its being the first and the last one that answers, (tokens, 2).
    """

    score: float
    forms: Mapping[Form, float]
    places: NDArray[np.int64]
    ends: NDArray[np.float32]

    def likeliest_words(self) -> Words | None:
        """The words that answer, wherever in the text; None for one without tokens."""
        return self.words(0, int(self.places.max(initial=0)))

    def words(self, start: int, end: int) -> Words | None:
        """The words that answer, among those from `start` to `end` of the text, where there is a token."""
        inside = np.flatnonzero((self.places[:, 0] >= start) & (self.places[:, 1] <= end))
        if not len(inside):
            return None
        first, last = (np.array(_softmax(self.ends[inside, side])) for side in (0, 1))
        both = first[:, None] * last[None, :]
        apart = np.arange(len(inside))[None, :] - np.arange(len(inside))[:, None]
        both[(apart < 0) | (apart >= _MOST_TOKENS_OF_WORDS)] = -1.0
        begins, ends = np.unravel_index(int(both.argmax()), both.shape)
        places = self.places[inside]
        return Words(int(places[begins, 0]), int(places[ends, 1]), float(both[begins, ends]))


@dataclass(frozen=True, slots=True)
class _Card:
    """What opening needs of a judge's `card.json`; `files` gives the SHA-256 of each file by its name."""

    max_tokens: int
    purposes: tuple[str, ...]
    forms: tuple[str, ...]
    files: Mapping[str, str]

    @classmethod
    def of(cls, facts: Any) -> Self:
        """The card with these JSON values; raises what `read_card` expects."""
        purposes, forms = (tuple(str(name) for name in facts[key]) for key in ("purposes", "forms"))
        return cls(positive(facts, "max_tokens"), purposes, forms, sums_of(facts, JUDGE_FILES))


class Judge:
    """An opened judge; made by `open` or `shipped`. Safe to use from several threads."""

    def __init__(
        self, tokenizer: Any, pairs: Any, alone: Sequence[Any], max_tokens: int, purposes: Sequence[str]
    ) -> None:
        self._tokenizer = tokenizer
        self._pairs, self._alone = pairs, alone
        self._max_tokens = max_tokens
        self.purpose_names = tuple(purposes)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the judge in `folder`; may be called from several threads.

        Raises EncoderError if a file is missing, is not what the card says, or cannot be loaded.
        """
        card = read_card(folder / CARD_FILE, JUDGE_FILES, _Card.of)
        for name, expected in card.files.items():
            check_file(folder / name, expected)
        tokenizer = load_tokenizer(folder / TOKENIZER_FILE, card.files[TOKENIZER_FILE], card.max_tokens)
        pairs, *alone = (
            load_session(folder, card.files[WORDS_FILE], name=name) for name in (MODEL_FILE, *PURPOSE_FILES)
        )
        outputs = [tuple(output.name for output in session.get_outputs()) for session in (pairs, *alone)]
        if (card.forms, *outputs) != (FORMS, OUTPUTS, *[PURPOSE_OUTPUTS] * len(alone)):
            raise EncoderError(
                f"{folder} is a judge of another version. Train it again: `a4a-qa training judge`."
            )
        return cls(tokenizer, pairs, alone, card.max_tokens, card.purposes)

    @classmethod
    def shipped(cls) -> Self:
        """Open the judge that comes with the package."""
        return cls.open(SHIPPED)

    def read(self, question: str, text: str) -> Reading:
        """Read a question beside a text: alone, without padding, so that it depends on nothing else."""
        pair = self._tokenizer.encode(readable(question, self._max_tokens), readable(text, self._max_tokens))
        ids, kinds = (np.array([row], np.int64) for row in (pair.ids, pair.type_ids))
        score, forms, ends = self._run(self._pairs, {"input_ids": ids, "token_type_ids": kinds})
        of_text = np.array(pair.sequence_ids, object) == 1
        places = np.array(pair.offsets, np.int64)[of_text]
        return Reading(float(score), dict(zip(FORMS, _softmax(forms), strict=True)), places, ends[of_text])

    def purposes(self, question: str, *, enough: Collection[str] = ()) -> dict[str, float]:
        """The probability of each purpose that a question can have, by its name.

        The second model is not asked where the first is sure of one of the purposes that are `enough`.
        """
        read = self._tokenizer.encode(readable(question, self._max_tokens))
        said: list[NDArray[np.float32]] = []
        for model in self._alone:
            said += self._run(model, {"input_ids": np.array([read.ids], np.int64)})
            mean = _softmax(np.array(said).mean(axis=0))
            chances = dict(zip(self.purpose_names, mean, strict=True))
            if any(chances[purpose] > _SURE for purpose in enough):
                break
        return chances

    def is_one_token(self, text: str) -> bool:
        """Whether the tokenizer has this text as one token, as it has the commoner words of English.

        Signs count, as they do not for `Encoder.is_word`: "-" is one token, and "non-" is two.
        """
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) == 1

    @staticmethod
    def _run(session: Any, inputs: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """All outputs of a graph for one text or pair."""
        try:
            found = session.run(None, dict(inputs))
        except Exception as error:  # onnxruntime's own exceptions share no other base
            raise EncoderError(f"The judge failed: {error}. {EXPORT_AGAIN}") from error
        return [output[0] for output in found]


def _softmax(raw: NDArray[np.float32]) -> list[float]:
    """Raw scores as probabilities."""
    powers = np.exp(raw - raw.max())
    shares: list[float] = (powers / powers.sum()).tolist()
    return shares
