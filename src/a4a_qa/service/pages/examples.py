"""Questions to begin with: those of a list that the report at hand answers, so that none is refused."""

from __future__ import annotations

from a4a_qa.assistant import Assistant

# What reports of this kind may answer; the most telling ones first.
_CANDIDATES = (
    "Who heads the High Level Working Group?",
    "In how many provinces were the dialogue campaigns run in 2008?",
    "How many children were in prostitution?",
    "What are the child protection units?",
    "Is sex tourism with children committed abroad punishable?",
    "What does endnote 21 say?",
    "Is there a national plan of action?",
    "Which organisations help children?",
)
_MOST = 4
# An example should show what the assistant can do, not what it is unsure of.
_LEAST_CONFIDENCE = 0.6


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Up to four questions that the assistant answers with some confidence."""
    answers = (assistant.ask(question) for question in _CANDIDATES)
    good = [
        a.question for a in answers if a.status == "answered" and (a.confidence or 0) >= _LEAST_CONFIDENCE
    ]
    return tuple(good[:_MOST])
