"""A question beside a sentence → how likely it is that the sentence answers it.

An encoder sees question and sentence apart, and a near miss is as near as what it misses by a word. The
judge reads both together, word against word, and has learnt from index questions and near misses of the same
sentences where one ends and the other begins. It is slower, so it reads only the few best sentences.
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

    def __init__(self, tokenizer: Any, session: Any, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self._max_tokens = max_tokens

    @classmethod
    def open(cls, folder: Path) -> Judge:
        """Open the judge in `folder`. Raises EncoderError if a file is missing or not what the card says."""
        try:
            card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
            max_tokens = int(card["max_tokens"])
            sums = {name: str(card["files"][name]["sha256"]) for name in (MODEL_FILE, TOKENIZER_FILE)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"Cannot read {folder / CARD_FILE}: {error}. {EXPORT_AGAIN}") from error
        for name, expected in sums.items():
            check_file(folder / name, expected)
        tokenizer = load_tokenizer(folder / TOKENIZER_FILE, max_tokens)
        return cls(tokenizer, load_session(folder / MODEL_FILE), max_tokens)

    @classmethod
    def shipped(cls) -> Judge:
        """Open the judge that comes with the package."""
        return cls.open(SHIPPED)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each of the texts answers the question, (len(texts),), above 0 when it rather does."""
        asked, most = readable(question, self._max_tokens), self._max_tokens
        return np.array([self._score(asked, readable(text, most)) for text in texts], np.float32)

    def _score(self, question: str, text: str) -> float:
        """The raw score of one pair, alone: without padding, so that it depends on nothing else."""
        pair = self._tokenizer.encode(question, text)
        ids, kinds = (np.array([row], np.int64) for row in (pair.ids, pair.type_ids))
        (score,) = self._session.run(None, {"input_ids": ids, "token_type_ids": kinds})
        return float(score[0])
