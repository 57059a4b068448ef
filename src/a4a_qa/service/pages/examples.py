"""Questions to begin with: those of a list that the report at hand answers, so that none is refused."""

from __future__ import annotations

from itertools import islice

from a4a_qa.answering.answer import Answer
from a4a_qa.assistant import Assistant

# What any report of this kind may answer; those of its own come first.
_OF_ANY_REPORT = (
    "How many children were in prostitution?",
    "Which organisations help children?",
    "Is there a national plan of action?",
    "What does endnote 1 say?",
)
_MOST = 4
# An example should show what the assistant can do, not what it is unsure of.
_LEAST_CONFIDENCE = 0.6


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Up to four questions that the assistant answers with some confidence."""
    questions = (*assistant.report.about.examples, *_OF_ANY_REPORT)
    good = (question for question in questions if _is_telling(assistant.ask(question)))
    return tuple(islice(good, _MOST))


def _is_telling(answer: Answer) -> bool:
    return answer.status == "answered" and (answer.confidence or 0) >= _LEAST_CONFIDENCE
