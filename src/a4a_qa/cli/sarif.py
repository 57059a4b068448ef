"""What is wrong with a checked text → SARIF 2.1.0, which GitHub and editors show beside the lines of a file.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/. A statement that the report backs is no finding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from a4a_qa import __version__

if TYPE_CHECKING:
    from a4a_qa.verify.verifier import Checked, Verification

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding: its stable id, how bad it is, what it is called and what it means."""

    id: str
    level: Literal["error", "warning"]
    title: str
    meaning: str


_RULES = (
    Rule(
        "unsupported",
        "error",
        "Not in the report",
        "Nothing in the report says so, or the report has the quotation in it and not what stands around it.",
    ),
    Rule(
        "altered",
        "error",
        "Not as the report says it",
        "The report says nearly this, with another number, year, name, article or page, or the opposite.",
    ),
    Rule(
        "unsure",
        "warning",
        "The report may say otherwise",
        "Only a guess of the model, and up to half of these are wrong: compare the two.",
    ),
    Rule(
        "wrong_endnote",
        "error",
        "Wrong endnote",
        "The report backs the statement, but an endnote that it cites does not stand on that sentence.",
    ),
)
_POSITIONS = {rule.id: position for position, rule in enumerate(_RULES)}


def to_sarif(
    found: Verification, text: str, file: str | None, told: Callable[[Checked], str]
) -> dict[str, Any]:
    """The log of one run over a text that was read from `file`, None for standard input; `told` says what is
    wrong with a statement, for people."""
    lines = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    where = _artifact(file)
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "invocations": [{"executionSuccessful": True}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(checked, rule, where, lines, told(checked))
                    for checked in found.statements
                    if (rule := _rule(checked))
                ],
                "properties": {"report": found.report.short()},
            }
        ],
    }


def _driver() -> dict[str, Any]:
    return {
        "name": "a4a-qa",
        "version": __version__,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.meaning},
                "help": {"text": rule.meaning},
                "defaultConfiguration": {"level": rule.level},
            }
            for rule in _RULES
        ],
    }


def _rule(checked: Checked) -> Rule | None:
    """The rule that a statement breaks, None for one that the report backs."""
    kinds = {difference.kind for difference in checked.differences}
    is_guess = checked.verdict == "altered" and kinds == {"meaning"}
    position = _POSITIONS.get("unsure" if is_guess else checked.verdict)
    return None if position is None else _RULES[position]


def _result(
    checked: Checked, rule: Rule, where: dict[str, str], lines: Sequence[int], message: str
) -> dict[str, Any]:
    (first, column), (last, end) = _place(checked.start, lines), _place(checked.end, lines)
    region = {"startLine": first, "startColumn": column, "endLine": last, "endColumn": end}
    return {
        "ruleId": rule.id,
        "ruleIndex": _POSITIONS[rule.id],
        "level": rule.level,
        # "[words](address)" would be a link, and the words may be anybody's.
        "message": {"text": message.replace("](", "] (")},
        "locations": [{"physicalLocation": {"artifactLocation": where, "region": region}}],
    }


def _place(offset: int, lines: Sequence[int]) -> tuple[int, int]:
    """Line and column of an offset, both from 1; `lines` are the offsets at which lines begin."""
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


def _artifact(file: str | None) -> dict[str, str]:
    """The file as an address: relative to where the command ran, as code scanning wants it, or else whole."""
    if file is None:
        return {"uri": "stdin"}
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix(), errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
