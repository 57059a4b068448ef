"""Questions that cannot be looked up: in another language, without words, about what is not said."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from a4a_qa.answering.answer import Reason
from a4a_qa.answering.compose import Composer
from a4a_qa.lookup.places import Places
from a4a_qa.question.follow_up import is_courtesy, says_nothing
from a4a_qa.question.language import is_foreign, is_other_language, without_names
from a4a_qa.question.query import Query

_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")


def why_not_searched(
    query: Query,
    composer: Composer,
    is_known: Callable[[str], bool],
    names: Collection[str] = (),
    *,
    is_about_assistant: bool = False,
) -> Reason | None:
    """Why nothing is searched for, where a question is no English, says nothing, or is about the assistant.

    `is_known` tells English words, and `names` are those in the report, of any language.
    """
    # What is badly misspelt looks foreign until it is mended.
    mended = query.text if query.follows else query.search
    if is_other_language(without_names(query.text, names)) or is_foreign(
        without_names(mended, names), is_known
    ):
        return composer.reason("language")
    if is_courtesy(query.text):
        return composer.reason("unclear", phrase_name="courtesy")
    # "Are these enough?" asks about what was asked before, "Can you explain COMMIT?" about a name.
    is_of_report = (query.follows and query.points_back) or _has_acronym(query.text)
    if is_about_assistant and not is_of_report:
        return composer.reason("out_of_scope", phrase_name="assistant")
    if not query.words or (not query.follows and says_nothing(query.text)):
        return composer.reason("unclear")
    return None


def _has_acronym(question: str) -> bool:
    return not question.isupper() and _ACRONYM.search(question) is not None


def names_nothing(query: Query, lookup: Places | None) -> bool:
    """Whether a question points to something that was not said, or asks for the source of nothing."""
    if lookup is None:
        return query.points_nowhere
    if lookup.kind != "source" or lookup.endnotes:
        return False
    return query.points_nowhere or not lookup.statement
