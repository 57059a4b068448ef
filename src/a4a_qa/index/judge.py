"""A question beside a sentence → how well that answers it; a question alone → what it is for.

An encoder sees question and sentence apart, and a near miss is as near as what it misses by a word. The
judge reads both together, word against word, and has learnt from index questions and near misses of the same
sentences where one ends and the other begins. It is slower, so it reads only the few best sentences. The same
weights have learnt from labelled questions what a question is for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError
from a4a_qa.index.runtime import (
    CARD_FILE,
    EXPORT_AGAIN,
    MODEL_FILE,
    TOKENIZER_FILE,
    check_file,
    load_session,
    load_tokenizer,
    readable,
)

# The judge that comes with the package.
SHIPPED = Path(__file__).parent.parent / "data" / "judge"


class Judge:
    """An opened judge; made by `open` or `shipped`. Safe to use from several threads."""

    def __init__(self, tokenizer: Any, session: Any, max_tokens: int, purposes: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._max_tokens = max_tokens
        self._purposes = tuple(purposes)

    @classmethod
    def open(cls, folder: Path) -> Judge:
        """Open the judge in `folder`. Raises EncoderError if a file is missing or not what the card says."""
        try:
            card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            max_tokens = int(card["max_tokens"])
            purposes = [str(purpose) for purpose in card["purposes"]]
            sums = {name: str(card["files"][name]["sha256"]) for name in (MODEL_FILE, TOKENIZER_FILE)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"Cannot read {folder / CARD_FILE}: {error}. {EXPORT_AGAIN}") from error
        for name, expected in sums.items():
            check_file(folder / name, expected)
        tokenizer = load_tokenizer(folder / TOKENIZER_FILE, max_tokens)
        return cls(tokenizer, load_session(folder / MODEL_FILE), max_tokens, purposes)

    @classmethod
    def shipped(cls) -> Judge:
        """Open the judge that comes with the package."""
        return cls.open(SHIPPED)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each of the texts answers the question, (len(texts),), above 0 when it rather does."""
        asked, most = readable(question, self._max_tokens), self._max_tokens
        return np.array([self._score(asked, readable(text, most)) for text in texts], np.float32)

    def purposes(self, question: str) -> dict[str, float]:
        """The probability of each purpose that a question can have, by its name."""
        raw = self._run("purpose", self._tokenizer.encode(readable(question, self._max_tokens)))
        shares = np.exp(raw - raw.max())
        return dict(zip(self._purposes, (shares / shares.sum()).tolist(), strict=True))

    def _score(self, question: str, text: str) -> float:
        """The raw score of one pair, alone: without padding, so that it depends on nothing else."""
        return float(self._run("score", self._tokenizer.encode(question, text)))

    def _run(self, output: str, read: Any) -> NDArray[np.float32]:
        """One output for what the tokenizer made of one text or pair."""
        ids, kinds = (np.array([row], np.int64) for row in (read.ids, read.type_ids))
        found: NDArray[np.float32] = self._session.run([output], {"input_ids": ids, "token_type_ids": kinds})[
            0
        ][0]
        return found
