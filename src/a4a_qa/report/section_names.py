"""A section by the name that a person gives it: "Prevention", "annex > protection of the child"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from a4a_qa.errors import QuestionError
from a4a_qa.report.report import Report


def find_section(report: Report, name: str | Sequence[str]) -> tuple[str, ...]:
    """The path of the section that `name` means; levels in between may be left out.

    A path from the top wins over a sub-section of the same name. Raises QuestionError when no section
    has the name, or several have.
    """
    titles = re.split("[>›]", name) if isinstance(name, str) else name
    if not isinstance(titles, Sequence) or not all(isinstance(title, str) for title in titles):
        raise QuestionError("The section is neither a text nor a list of titles.")
    parts = [part for title in titles if (part := " ".join(title.split()))]
    wanted = [_fold(part) for part in parts]
    paths = told_sections(report)
    if not wanted:
        raise QuestionError("The section has no name. Name one as in 'Annex > Prevention'.")
    exact = [path for path in paths if [_fold(title) for title in path] == wanted]
    found = exact or [path for path in paths if _ends_with(path, wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        tops = ", ".join(path[0] for path in paths if len(path) == 1)
        raise QuestionError(f"There is no section '{' > '.join(parts)}'. There are: {tops}.")
    choices = "; ".join(" > ".join(path) for path in found)
    raise QuestionError(f"Several sections are called '{' > '.join(parts)}': {choices}. Name one of them.")


def told_sections(report: Report) -> list[tuple[str, ...]]:
    """The paths of the sections that have something to say, in reading order."""
    told = {
        block.section[:depth]
        for block in report.blocks
        if block.retrieved
        for depth in range(1, len(block.section) + 1)
    }
    return [path for path in dict.fromkeys(section.path for section in report.sections) if path in told]


def _fold(title: str) -> str:
    return " ".join(title.split()).casefold()


def _ends_with(path: tuple[str, ...], wanted: Sequence[str]) -> bool:
    """Whether the wanted titles stand in the path in this order, the last one at its end."""
    titles = [_fold(title) for title in path]
    if titles[-1] != wanted[-1]:
        return False
    rest = iter(titles[:-1])
    return all(title in rest for title in wanted[:-1])
