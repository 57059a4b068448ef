"""What must hold of a set of gold questions as a whole, beyond each line on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation.gold import GoldQuestion, GoldSet
from a4a_qa.evaluation.measures.short_answer import tokens
from a4a_qa.index.lexical import words_of
from a4a_qa.report import Report
from a4a_qa.toml_file import read_toml

# What a set holds at least; the file lies beside the questions and may be missing.
AT_LEAST = "at-least.toml"
# A question that shares at most this part of its content words with its evidence does not give itself away.
_UNLIKE = 1 / 3
# Development questions are 50 to 60 % of a set; components can't be cut, so some way off is allowed.
_DEV_SHARE = (0.45, 0.65)


def check(gold: GoldSet) -> list[str]:
    """Everything that is wrong with the set, each with the place to mend."""
    return [
        *_double_ids(gold.questions),
        *_double_questions(gold.questions),
        *_facts(gold.questions),
        *_leaks(gold.questions),
        *_answers(gold),
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
            yield f"{question.where}: {first[asked].id} asks the same, «{question.record.question}»."
        first.setdefault(asked, question)


def _facts(questions: Sequence[GoldQuestion]) -> Iterator[str]:
    """Variants ask for one fact: same evidence, same answers, and one wording that they are variants of. A
    fact that is asked only once may be asked in any way."""
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


_BASE = ("base", "minimal_edit")
_SHARED = ("split", "answerable", "kind", "evidence", "answers", "polarity", "value", "nearest")


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


def _answers(gold: GoldSet) -> Iterator[str]:
    """The first short answer stands in the evidence, so that a slice of it can be right."""
    for question in gold.questions:
        answers = question.record.answers
        if answers and not any(_holds(words, answers[0]) for words in evidence_texts(question, gold.report)):
            yield f"{question.where}: the answer «{answers[0]}» is not in the evidence of {question.id}."


def _holds(text: str, answer: str) -> bool:
    return f" {' '.join(tokens(answer))} " in f" {' '.join(tokens(text))} "


def evidence_texts(question: GoldQuestion, report: Report) -> list[str]:
    """The words of every target of a question."""
    targets = [target for evidence in question.evidence for target in evidence.targets]
    texts = [report.slice(target.places[0]) for target in targets if target.places]
    notes = [report.endnote(number) for t in targets if t.is_endnote for number in sorted(t.endnotes)]
    return texts + [note.text for note in notes if note is not None]


def counts(gold: GoldSet) -> dict[str, float]:
    """How much there is of what a set should hold: facts by kind, rows by variant, and two shares."""
    rows = [question.record for question in gold.questions]
    asked = Counter(row.fact for row in rows)
    facts = [row for row in rows if row.variant in _BASE or asked[row.fact] == 1]
    kinds = Counter(row.kind or "answerable" for row in facts)
    near = [row for row in facts if row.kind == "near_miss" and row.expect]
    other = [row for row in near if row.expect and row.expect.codes == ["other_value"]]
    base = [
        q for q in gold.questions if q.record.answerable and q.record.variant == "base" and _body(q, gold)
    ]
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
        "share_unlike_evidence": round(sum(_is_unlike(q, gold) for q in base) / max(1, len(base)), 3),
        "share_near_misses_beyond_a_value": round(1 - len(other) / max(1, len(near)), 3),
        "share_dev": round(sum(row.split == "dev" for row in rows) / max(1, len(rows)), 3),
    }


def _body(question: GoldQuestion, gold: GoldSet) -> str:
    return " ".join(evidence_texts(question, gold.report))


def _is_unlike(question: GoldQuestion, gold: GoldSet) -> bool:
    asked = set(words_of(question.record.question))
    return len(asked & set(words_of(_body(question, gold)))) <= len(asked) * _UNLIKE


def shortfalls(gold: GoldSet, folder: Path) -> list[str]:
    """Where the set holds less than `at-least.toml` asks for, or its split is off."""
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


def _wanted(path: Path, known: dict[str, float]) -> list[tuple[str, float]]:
    if not path.is_file():
        return []
    wanted = read_toml(path, EvaluationError)
    for name, number in wanted.items():
        if name not in known or not isinstance(number, int | float):
            raise EvaluationError(
                f"{path}: {name} = {number!r} is not known, expected a number for {', '.join(known)}."
            )
    return list(wanted.items())
