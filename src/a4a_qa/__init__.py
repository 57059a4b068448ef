"""Ask a country monitoring report; every answer is the report's own sentences, with their sources.

    from a4a_qa import Assistant
    answer = Assistant.open("indexes/my-report").ask("How many children live on the streets?")

Each name is imported when it is first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from a4a_qa.answering.answer import Answer as Answer
    from a4a_qa.answering.answer import Citation as Citation
    from a4a_qa.assistant import Assistant as Assistant
    from a4a_qa.errors import A4aError as A4aError
    from a4a_qa.index.build import build_index as build_index
    from a4a_qa.library import Library as Library
    from a4a_qa.parsing.read import read_report as read_report
    from a4a_qa.report.report import Report as Report

_HOMES = {
    "A4aError": "a4a_qa.errors",
    "Answer": "a4a_qa.answering.answer",
    "Assistant": "a4a_qa.assistant",
    "Citation": "a4a_qa.answering.answer",
    "Library": "a4a_qa.library",
    "Report": "a4a_qa.report.report",
    "build_index": "a4a_qa.index.build",
    "read_report": "a4a_qa.parsing.read",
}

__all__ = [
    "A4aError",
    "Answer",
    "Assistant",
    "Citation",
    "Library",
    "Report",
    "__version__",
    "build_index",
    "read_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
