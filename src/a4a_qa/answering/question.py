"""What is asked: the cleaned words, what they look up, and what a follow-up leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from a4a_qa.errors import QuestionError
from a4a_qa.index.lexical import words_of

LONGEST_QUESTION = 2_000
MOST_HISTORY = 5

# A question that leans on the one before says so with one of these, or with hardly a word of its own.
_LEANING = re.compile(
    r"^(?:and|but|also|or|so|what about|how about|what of|then|ok(?:ay)?|same for)\b"
    r"|\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|there|ones?|former|latter)\b"
    r"|\bthat\s*[?.]*$"
    r"|^(?:why|who|when|where|how many|how much|how|since when|which ones?|by whom)\s*[?.]*$",
    re.IGNORECASE,
)
_MOST_OWN_WORDS = 6
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for.

    `text` is what was asked, cleaned; `search` is what is looked for: the same, its spelling mended, or with
    what an earlier question adds when it `follows` one; `words` are the compared words of `search`;
    `follow_up` is the end of it that was asked just now, when that says more than another year.
    """

    text: str
    search: str
    words: tuple[str, ...]
    follows: bool = False
    follow_up: str | None = None


def read_question(text: str, history: Sequence[str] = (), *, mend: Callable[[str], str] = str) -> Question:
    """Clean a question and resolve what it leaves to earlier ones, newest last.

    `mend` corrects the spelling of what is searched for. Raises QuestionError when there is nothing to
    read, or too much.
    """
    asked = clean(text)
    if not asked:
        raise QuestionError("The question is empty. Ask something about the report.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(asked):,} characters, at most {LONGEST_QUESTION:,} can be asked."
        )
    if len(history) > MOST_HISTORY:
        raise QuestionError(f"There are {len(history)} earlier questions, at most {MOST_HISTORY} are read.")
    earlier = [mend(clean(question)[:LONGEST_QUESTION]) for question in history if clean(question)]
    meant = mend(asked)
    follows = bool(earlier) and leans(meant)
    search = _with_earlier(meant, earlier) if follows else meant
    says_more = any(not _YEAR.fullmatch(word) for word in words_of(meant))
    follow_up = meant if follows and says_more else None
    return Question(asked, search, tuple(words_of(search)), follows, follow_up)


def clean(text: str) -> str:
    """A text without control characters, lone surrogates and surplus white space."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else "" if unicodedata.category(c) == "Cf" else c
        for c in unicodedata.normalize("NFC", readable)
    )
    return " ".join("".join(kept).split())


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the one before."""
    own = words_of(question)
    if len(own) <= 1:
        return True
    return len(own) <= _MOST_OWN_WORDS and bool(_LEANING.search(question))


def _with_earlier(question: str, earlier: Sequence[str]) -> str:
    """The last question that stands on its own, and all that was added since; a new year replaces the old."""
    start = next((i for i in range(len(earlier) - 1, -1, -1) if not leans(earlier[i])), 0)
    context = " ".join(earlier[start:])
    if _YEAR.search(question):
        context = _YEAR.sub(" ", context)
    return clean(f"{context} {question}")
