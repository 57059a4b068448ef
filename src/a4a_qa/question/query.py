"""Message and history → `Query`: what is searched for, and what is known of the question before searching.

Whatever comes after reads the query, never the text that was typed; only safeguarding reads that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from a4a_qa.errors import QuestionError
from a4a_qa.index.lexical import words_of
from a4a_qa.question.answer_type import AnswerType, answer_type_of, asks_several, asks_two_things
from a4a_qa.question.follow_up import (
    MOST_OWN_WORDS,
    WHAT_ABOUT,
    in_full,
    is_vague,
    leans,
    names_something,
    newest_question,
    points_back,
)
from a4a_qa.question.premises import premises_of
from a4a_qa.text.function_words import ASKING, AUXILIARIES, BEFORE_ASKING

LONGEST_QUESTION = 2_000
MOST_HISTORY = 5
# What of a text is looked at, white space included, which does not count.
_LONGEST_TYPED = 2 * LONGEST_QUESTION
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


@dataclass(frozen=True)
class Query:
    """A question as it is searched for.

    `text` is what was asked, cleaned. `search` is what is looked for: the same with its spelling mended, and
    with what an earlier question adds where it `follows` one; `follow_up` is then the end of it that was
    asked just now, if that says more than another year. `points_nowhere` says that it points to something
    said before when nothing was. All else is worked out once, when it is first needed.
    """

    text: str
    search: str
    follows: bool = False
    follow_up: str | None = None
    points_nowhere: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The compared words of what is searched for."""
        return tuple(words_of(self.search))

    @cached_property
    def sub_queries(self) -> tuple[Query, ...]:
        """A query for each thing that is asked; a follow-up, which leans on one question, is a single one."""
        if self.follows:
            return (self,)
        return tuple(Query(*question) for question in sub_questions_of(self.search))

    @cached_property
    def answer_type(self) -> AnswerType | None:
        """The kind of words that answer it in short, if it asks for one kind."""
        return answer_type_of(self.text)

    @cached_property
    def asks_two_things(self) -> bool:
        """Whether no single slice can answer it."""
        return asks_two_things(self.text)

    @cached_property
    def asks_several(self) -> bool:
        """Whether it may ask for a list, or for a comparison."""
        return asks_several(self.search)

    @cached_property
    def premises(self) -> tuple[str, ...]:
        """Yes/no questions for what it takes for granted; of a follow-up, in words of two questions, none."""
        return () if self.follows else premises_of(self.search)

    @cached_property
    def asks_of_numbers(self) -> str:
        """The part of it whose numbers an answer must have: of a follow-up what was asked just now, without
        the numbers of a list of questions."""
        said = self.text if self.follows else self.search
        return " ".join(numbered_points(said)) or said

    @cached_property
    def is_vague(self) -> bool:
        """Whether it names nothing that could be looked up."""
        return not self.follows and is_vague(self.text)

    @cached_property
    def points_back(self) -> bool:
        """Whether it says nothing without something said before, to which it points."""
        return points_back(self.text)


def read_query(text: str, history: Sequence[str] = (), *, mend: Callable[[str], str] = str) -> Query:
    """Clean a question and put back what it leaves to earlier ones, newest last.

    `mend` corrects the spelling of what is searched for. Raises QuestionError when there is nothing to
    read, or too much.
    """
    asked = asked_text(text)
    *earlier, meant = (meant_by(one, mend) for one in (*read_history(history), asked))
    if earlier and leans(meant):
        search = clean(in_full(meant, earlier))
        return Query(asked, search, follows=True, follow_up=newest_question(meant, search))
    search = meant
    if not earlier and WHAT_ABOUT.match(meant) and not names_something(meant) and not is_vague(meant):
        bare = WHAT_ABOUT.sub("", meant).rstrip("? ")
        search = bare if len(words_of(bare)) <= MOST_OWN_WORDS else meant
    return Query(asked, search, points_nowhere=not earlier and points_back(meant))


def check_text(text: object) -> None:
    """Raise QuestionError, naming the type, unless what is asked or checked is a text."""
    if not isinstance(text, str):
        raise QuestionError(f"What is asked or checked is of the type {type(text).__name__}, expected str.")


def asked_text(text: str) -> str:
    """A question, cleaned; raises QuestionError when there is nothing to read, or too much.

    What is far too long is not even cleaned, which takes time with every character.
    """
    check_text(text)
    asked = clean(text) if len(text) <= _LONGEST_TYPED else text
    if not asked:
        raise QuestionError("The question is empty. Ask something about the report.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} can be asked."
        )
    return asked


def read_history(history: Sequence[str]) -> list[str]:
    """Earlier questions, cleaned and cut, without blank ones; raises QuestionError if there are too many."""
    if len(history) > MOST_HISTORY:
        raise QuestionError(f"There are {len(history)} earlier questions, at most {MOST_HISTORY} are read.")
    return [past for text in history if (past := clean(text[:_LONGEST_TYPED])[:LONGEST_QUESTION])]


def clean(text: str) -> str:
    """A text without control characters, lone surrogates and surplus white space."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else "" if unicodedata.category(c) == "Cf" else c
        for c in unicodedata.normalize("NFC", readable)
    )
    return " ".join("".join(kept).split())


def meant_by(question: str, mend: Callable[[str], str] = str) -> str:
    """A question as it is searched for: without the tags of pasted HTML, its spelling corrected by `mend`."""
    return mend(" ".join(_TAG.sub(" ", question).split()) or question)


# So many things are looked for at once.
MOST_PARTS = 3
# Where another thing is asked: after a question mark, at "and in which …", at "and does it …". "I need a
# percentage." asks nothing.
_SECOND_PART = re.compile(
    rf"""\?\s+(?=[^?]*\?|(?:(?:and|also)\s+)?(?:{ASKING})\b)|[,;]?\s+(?:–\s)?and\s+(?=(?:also\s+)?(?:
    (?:(?:{BEFORE_ASKING})\s)?(?:{ASKING}|whether)\b
    |(?:{AUXILIARIES})
     \s(?:it|they|there|he|she|this|that|these|those|any\w*|the|an?|its|their|his|her)\b
    ))""",
    re.IGNORECASE | re.VERBOSE,
)
# "When and in which city": one thing, since the first says nothing on its own.
_LEAST_WORDS_OF_PART = 2
# "… and what unit was formed": up to this many words, none of them a name, lean on the first part.
_FEW_WORDS = 2
# "Please tell me: 1. what is … 2. who is …": what is asked stands behind the numbers.
_POINT = re.compile(r"(?:^|(?<=\s))\(?[1-9][.)]\s+(?=\S)")


def sub_questions_of(question: str) -> list[tuple[str, str]]:
    """The questions in a question: the words of each, and what is searched for, which is more where it leans
    on the first."""
    listed = numbered_points(question) or _SECOND_PART.split(question)
    pieces = [piece for text in listed if (piece := text.strip(" ?;,"))]
    if len(pieces) < 2 or len(words_of(pieces[0])) < _LEAST_WORDS_OF_PART:
        return [(question, question)]
    first, *others = pieces
    searches = (f"{first} {other}" if _needs_the_first(other) else other for other in others)
    return [(first, first), *zip(others, searches, strict=True)]


def _needs_the_first(part: str) -> bool:
    """Whether a part of a question is understood only with the first one."""
    return leans(part) or (len(words_of(part)) <= _FEW_WORDS and not re.search(r"(?<=.)[A-Z]", part))


def numbered_points(question: str) -> list[str]:
    """What stands behind the numbers of a question that lists several points; empty for any other."""
    _, *points = _POINT.split(question)
    return points if len(points) > 1 else []
