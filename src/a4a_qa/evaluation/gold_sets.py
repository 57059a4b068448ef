"""Sets of gold questions by report: which there are, whether a shipped model has read the report, and what
must hold of a set beyond each of its lines.

`eval/gold` holds a folder for each report, named as in training/reports.toml or corpus/. Any other folder or
file of gold questions is about one report, which has to be given.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from a4a_qa.answering.calibration import Calibration, read_calibration
from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldQuestion, GoldSet, load_gold, read_gold
from a4a_qa.evaluation.measures.evidence import tokens
from a4a_qa.files import report_file_of
from a4a_qa.index.lexical import words_of
from a4a_qa.models.encoder import SHIPPED as ENCODER
from a4a_qa.models.judge import SHIPPED as JUDGE
from a4a_qa.models.runtime import CARD_FILE
from a4a_qa.parsing.read import read_report
from a4a_qa.report.catalogue import ListedReport
from a4a_qa.report.report import Report
from a4a_qa.toml_file import read_toml

# For each unseen report, curves that were fitted to the other ones.
CURVES = Path("eval/curves")
# The least that a set holds; an optional file beside the questions.
AT_LEAST = "at-least.toml"
# A question that shares at most this part of its content words with its evidence does not give itself away.
_UNLIKE = 1 / 3
# About 60 % of a set are development questions; components are never cut, so some deviation is allowed.
_DEV_SHARE = (0.45, 0.65)
# The wordings that the others of a fact are variants of, and what all wordings of a fact share.
_BASE = ("base", "minimal_edit")
_SHARED = ("split", "answerable", "kind", "evidence", "answers", "polarity", "nearest")


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A report, the folder or file of its gold questions, and whether a shipped model has read it."""

    listed: ListedReport
    gold: Path
    seen: bool

    @property
    def id(self) -> str:
        """The id of the report."""
        return self.listed.id

    @property
    def is_ours(self) -> bool:
        """Whether the project holds the report's text, and not only questions on it."""
        return self.listed.sha256 is None

    def curves(self) -> Calibration | None:
        """The curves by which an unseen report is measured. The shipped ones were fitted to its development
        questions too; these were fitted to other reports only. None if there are none."""
        path = CURVES / f"{self.id}.json"
        return read_calibration(path) if not self.seen and path.is_file() else None

    def report(self) -> Report:
        """The report, parsed. Raises CorpusError or ReportError."""
        return read_report(self.listed.checked().file)

    def questions(self) -> GoldSet:
        """Its gold questions; raises what `read_gold` and `report` do."""
        return read_gold(self.gold, self.report())

    def load(self) -> tuple[GoldSet, list[str]]:
        """The gold questions that can be read, and what is wrong with the others."""
        return load_gold(self.gold, self.report())


def gold_reports(
    gold: Path, listed: Mapping[str, ListedReport], *, names: Sequence[str] = (), file: Path | None = None
) -> list[GoldReport]:
    """The reports that the questions in `gold` are about: all, or those with these `names`.

    `file` is the report that a folder without folders for reports is about. Raises EvaluationError for
    questions on a held-out or unknown report, and for a name without questions.
    """
    folders = [] if file or not gold.is_dir() else [path for path in sorted(gold.iterdir()) if path.is_dir()]
    if not folders:
        return [_single(gold, listed, names, file)]
    reports = {folder.name: folder for folder in folders}
    for name, folder in reports.items():
        _check_use(folder, listed.get(name))
    for name in names:
        if name not in reports:
            raise EvaluationError(f"There are no gold questions on '{name}', only on {', '.join(reports)}.")
    read = reports_read()
    return [GoldReport(listed[name], reports[name], name in read) for name in names or reports]


def _single(
    gold: Path, listed: Mapping[str, ListedReport], names: Sequence[str], file: Path | None
) -> GoldReport:
    if file:
        path = report_file_of(file)
        known = next((one for one in listed.values() if one.file.resolve() == path.resolve()), None)
        report = known or ListedReport(path.parent.name, path, "gold")
    else:
        [name, *more] = names or [own.id for own in listed.values() if own.sha256 is None]
        if more or name not in listed:
            raise EvaluationError(f"{gold} is about one report: name it with --report.")
        report = listed[name]
    _check_use(gold, report)
    return GoldReport(report, gold, report.id in reports_read())


def _check_use(gold: Path, report: ListedReport | None) -> None:
    if report is None:
        raise EvaluationError(f"{gold} is about no report of training/reports.toml or corpus/.")
    if report.use == "held out":
        raise EvaluationError(
            f"{gold} has questions on {report.id}, which is held out for a final test: nobody writes "
            "questions on it. Remove them."
        )


def reports_read() -> frozenset[str]:
    """The ids of the reports that the shipped models have read, as their cards say."""
    found: set[str] = set()
    for folder in (ENCODER, JUDGE):
        training = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["training"]
        found.update(training["reports"])
    return frozenset(found)


def problems_of(gold: GoldSet, folder: Path) -> list[str]:
    """What is wrong with a set as a whole, with the lines to correct; `folder` may hold AT_LEAST."""
    return [
        *_double_ids(gold.questions),
        *_double_questions(gold.questions),
        *_mixed_facts(gold.questions),
        *_leaks(gold.questions),
        *_answers_without_evidence(gold),
        *shortfalls(gold, folder),
    ]


def _double_ids(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    first: dict[str, GoldQuestion] = {}
    for question in questions:
        if question.id in first:
            yield f"{question.where}: the id {question.id} is that of {first[question.id].where}."
        first.setdefault(question.id, question)


def _double_questions(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    first: dict[tuple[str, ...], GoldQuestion] = {}
    for question in questions:
        asked = tuple(
            " ".join(text.casefold().split()) for text in (*question.record.history, question.record.question)
        )
        if asked in first:
            yield f"{question.where}: {first[asked].id} asks the same, '{question.record.question}'."
        first.setdefault(asked, question)


def _mixed_facts(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    """Variants ask for one fact: same evidence, same answers, and one base wording. A fact that is asked only
    once may be asked in any way."""
    facts: dict[str, list[GoldQuestion]] = {}
    for question in questions:
        facts.setdefault(question.record.fact, []).append(question)
    for fact, variants in facts.items():
        base = [q for q in variants if q.record.variant in _BASE or len(variants) == 1]
        if len(base) != 1:
            yield f"{variants[0].where}: {fact} needs one base (or minimal_edit) row, found {len(base)}."
            continue
        for other in variants:
            differs = [key for key in _SHARED if getattr(other.record, key) != getattr(base[0].record, key)]
            if differs:
                yield f"{other.where}: {other.id} and {base[0].id} share a fact, not {', '.join(differs)}."


def _leaks(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    """A component must be all development or all test."""
    seen: dict[str, GoldQuestion] = {}
    for question in questions:
        other = seen.setdefault(question.component, question)
        if other.record.split != question.record.split:
            yield (
                f"{question.where}: {question.id} ({question.record.split}) shares evidence with {other.id} "
                f"({other.record.split}), directly or through others. Put both in one split."
            )


def _answers_without_evidence(gold: GoldSet) -> Iterator[str]:
    """The first short answer stands in the evidence, so that a slice of it can be right."""
    for question in gold.questions:
        for answer in question.record.answers[:1]:
            wanted = f" {' '.join(tokens(answer))} "
            texts = _evidence_texts(question, gold.report)
            if not any(wanted in f" {' '.join(tokens(text))} " for text in texts):
                yield f"{question.where}: the answer '{answer}' is not in the evidence of {question.id}."


def _evidence_texts(question: GoldQuestion, report: Report) -> list[str]:
    texts = [report.slice(target.places[0]) for target in question.targets if target.places]
    numbers = [n for target in question.targets if target.is_endnote for n in sorted(target.endnotes)]
    return texts + [note.text for number in numbers if (note := report.endnote(number))]


def counts(gold: GoldSet) -> dict[str, float]:
    """How much there is of what a set should hold: facts by kind, rows by variant, and three shares."""
    rows = [question.record for question in gold.questions]
    asked = Counter(row.fact for row in rows)
    facts = [row for row in rows if row.variant in _BASE or asked[row.fact] == 1]
    kinds = Counter(row.kind or "answerable" for row in facts)
    other_values = sum(
        row.kind == "near_miss" and row.expect is not None and row.expect.codes == ["other_value"]
        for row in facts
    )
    return {
        "facts": len({row.fact for row in rows}),
        "answerable": kinds["answerable"],
        "near_misses": kinds["near_miss"],
        "false_premises_or_unclear": kinds["false_premise"] + kinds["unclear"],
        "out_of_scope": kinds["out_of_scope"],
        "rows": len(rows),
        **{
            f"{v}s": sum(row.variant == v for row in rows)
            for v in ("paraphrase", "typo", "followup", "keyword")
        },
        "share_unlike_evidence": _share_unlike_evidence(gold),
        "share_near_misses_beyond_a_value": round(1 - other_values / max(1, kinds["near_miss"]), 3),
        "share_dev": round(sum(row.split == "dev" for row in rows) / max(1, len(rows)), 3),
    }


def _share_unlike_evidence(gold: GoldSet) -> float:
    unlike = []
    for question in gold.questions:
        evidence = " ".join(_evidence_texts(question, gold.report))
        if question.record.answerable and question.record.variant == "base" and evidence:
            asked = set(words_of(question.record.question))
            unlike.append(len(asked & set(words_of(evidence))) <= len(asked) * _UNLIKE)
    return round(sum(unlike) / max(1, len(unlike)), 3)


def shortfalls(gold: GoldSet, folder: Path) -> list[str]:
    """Where a set holds less than the AT_LEAST of its folder asks for, or its split is off.

    Raises EvaluationError when that file cannot be used.
    """
    found = counts(gold)
    low, high = _DEV_SHARE
    short = [
        f"{AT_LEAST} asks for {wanted} {name}, the set holds {found[name]:g}."
        for name, wanted in _wanted(folder / AT_LEAST, found)
        if found[name] < wanted
    ]
    if not low <= found["share_dev"] <= high:
        short.append(
            f"{found['share_dev']:.0%} of the questions are development, expected {low:.0%} to {high:.0%}."
        )
    return short


def _wanted(path: Path, known: Mapping[str, float]) -> list[tuple[str, float]]:
    if not path.is_file():
        return []
    wanted = read_toml(path, EvaluationError)
    for name, number in wanted.items():
        if name not in known or not isinstance(number, int | float):
            raise EvaluationError(
                f"{path}: {name} = {number!r} is not known, expected a number for {', '.join(known)}."
            )
    return list(wanted.items())
