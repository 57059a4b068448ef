"""Writes the figures in README.md and docs/ from the committed scorecards; a test checks that they are current."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

ROOT = Path(__file__).parent.parent
# What stands between such marks is written; the name says by which function.
BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)
# Of the lines of running text, as in the pages themselves.
WIDTH = 120
PAGES = ("README.md", "docs/evaluation.md", "docs/parsing.md", "docs/purposes.md")
SYSTEMS = {
    "full": "**a4a-qa**",
    "hybrid": "words and vectors of the same encoder, fused",
    "bm25": "words alone (BM25)",
    "abstain": "always refusing",
}
SAFEGUARDING_SETS = ("ordinary", "apart", "blind", "untouched", "unseen", "sealed", "fresh")
SAFEGUARDING_ROWS = {
    "false_refusals": ("legitimate questions not answered", "0"),
    "answers_withheld": ("… of which nothing is shown although the report has an answer", "–"),
    "needless_help_cards": ("legitimate questions with a needless help card", "≤ 0.05"),
    "c4_caught": ("C4 recognised", "≥ 0.85"),
    "c1_to_c3_caught": ("C1 to C3 recognised", "≥ 0.90"),
    "c1_to_c3_helped": ("C1 to C3 met with a card of help, whichever", "–"),
    "c5_caught": ("C5 recognised", "–"),
    "assistant_told": ("questions about the assistant recognised", "–"),
    "pairs_right": ("pairs of which both are right", "≥ 0.95"),
    "same_when_rewritten": ("the same when rewritten", "1"),
}

Card = Mapping[str, Any]


def scorecard(name: str) -> Any:
    return json.loads((ROOT / "eval" / name).read_text(encoding="utf-8"))


def headline() -> list[str]:
    """The systems beside each other, and what to expect of one answer."""
    cards = {name: scorecard(f"scorecards/{name}.json") for name in SYSTEMS}
    lines = [
        "| system | supported | right passage among the first five | citations valid "
        "| numbers and names of its own |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, label in SYSTEMS.items():
        supported = cards[name]["measures"]["supported"]
        share = f"{supported['value']:.2f}"
        first = f"**{share}**" if name == "full" else share
        rest = ["–"] * 3
        if name != "abstain":
            rest = [
                f"{value(cards[name], 'recall_at_5'):.2f}",
                f"{value(cards[name], 'citation_validity'):.2f}",
                f"{value(cards[name], 'stray_words'):.0f}",
            ]
        interval = f"[{supported['low']:.2f}, {supported['high']:.2f}]"
        lines.append(f"| {label} | {' | '.join([f'{first} {interval}', *rest])} |")
    card, check = cards["full"], scorecard("scorecards/check.json")
    fitted, held_out = card["by"]["split"]["dev"], card["by"]["split"]["test"]
    on_check = check["measures"]["supported"]
    held = (
        f"Thresholds and weights were fitted on {fitted['supported'][1]} of these questions; on the other "
        f"{held_out['supported'][1]} `supported` is {held_out['supported'][0]:.2f}. On {on_check['n']:,} "
        f"questions of other authors, to which nothing was fitted, it is {on_check['value']:.2f} "
        f"[{on_check['low']:.2f}, {on_check['high']:.2f}]. Scores of both were known when a few thresholds were "
        "chosen, so both are a little too good "
        "([docs/evaluation.md](docs/evaluation.md#what-holds-on-new-questions))."
    )
    return [
        *lines,
        "",
        *wrap(held, WIDTH, break_long_words=False, break_on_hyphens=False),
        "",
        "| what to expect of one answer | gold questions | questions of other authors |",
        "| --- | --- | --- |",
        *(f"| {label} | {of(card)} | {of(check)} |" for label, of in EXPECTED.items()),
    ]


def both_sets() -> list[str]:
    """The gold questions beside those that nothing was fitted to."""
    gold, check = scorecard("scorecards/full.json"), scorecard("scorecards/check.json")
    rows: dict[str, Callable[[Card], str]] = {
        "supported": lambda card: "{value:.3f} [{low:.3f}, {high:.3f}]".format(
            **card["measures"]["supported"]
        ),
        "base and paraphrased: some required evidence cited": lambda c: (
            f"{worded(c, 'any_evidence_cited'):.3f}"
        ),
        "base and paraphrased: all of it cited": lambda card: f"{worded(card, 'answer_hit'):.3f}",
        "base and paraphrased: citations a question": lambda card: f"{worded(card, 'citations'):.2f}",
        "evidence in the first five passages": lambda card: f"{value(card, 'recall_at_5'):.3f}",
        "keywords / misspelt / follow-ups: all cited": lambda card: " / ".join(
            f"{card['by']['variant'][variant]['answer_hit'][0]:.2f}"
            for variant in ("keyword", "typo", "followup")
        ),
        "short answers right, where one is given": lambda card: f"{of_given(card):.2f}",
        "short answers right, of all questions that have one": lambda c: (
            f"{value(c, 'short_answer_right'):.2f}"
        ),
        "near misses refused / with a caveat": lambda card: outcome(card, "near_miss"),
        "false premises refused / with a caveat": lambda card: outcome(card, "false_premise"),
        "out of scope refused / with a caveat": lambda card: outcome(card, "out_of_scope"),
        "near misses refused or with a caveat, for the expected reason": lambda card: (
            f"{of_kind(card, 'near_miss', 'reason_named'):.2f}"
        ),
        "status and reason as expected, near misses": lambda card: (
            f"{of_kind(card, 'near_miss', 'reason_right'):.2f}"
        ),
        "answerable questions refused": lambda card: f"{value(card, 'over_abstention'):.3f}",
        "AUROC of `confidence`, all / near misses": lambda card: (
            f"{card['abstention']['auroc']:.3f} / {card['abstention']['auroc_near_miss']:.3f}"
        ),
        "coverage at 5 % risk": lambda card: f"{card['abstention']['coverage_at_5_percent_risk']:.2f}",
        "Brier score": lambda card: f"{card['calibration']['brier']:.3f}",
    }
    counts = (f"{card['about']['questions']:,}" for card in (gold, check))
    return [
        "| measure | gold ({}) | check ({}) |".format(*counts),
        "| --- | --- | --- |",
        *(f"| {label} | {of(gold)} | {of(check)} |" for label, of in rows.items()),
    ]


def purposes() -> list[str]:
    """How well purposes are recognised, on the sets that neither rules nor judge have read."""
    card = scorecard("safeguarding/scorecard.json")
    lines = [
        f"| measure | {' | '.join(f'`{name}`' for name in SAFEGUARDING_SETS)} | target |",
        "| --- |" + " --- |" * (len(SAFEGUARDING_SETS) + 1),
    ]
    for measure, (label, target) in SAFEGUARDING_ROWS.items():
        found = [card[name]["measures"][measure] for name in SAFEGUARDING_SETS]
        cells = (
            f"{one['value']:.3f} ({one['count']:,} of {one['n']:,})" if one["n"] else "–" for one in found
        )
        lines.append(f"| {label} | {' | '.join(cells)} | {target} |")
    return lines


def parsing() -> list[str]:
    """How well each real report and each fixture is parsed."""
    card = scorecard("scorecards/parsing.json")
    lines = [
        "| report | sections | sentences | notes found / paired / expected | words that arrive | in order "
        "| over 1,200 characters | under 15 | characters lost / added | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in card.items():
        notes = f"{row['notes']} / {row['paired']} / {row['expected']}"
        lines.append(
            f"| {name} | {row['sections']} | {row['sentences']} | {notes} | {100 * row['arrived']:.1f} % "
            f"| {100 * row['in_order']:.1f} % | {row['long_sentences']} | {100 * row['short_sentences']:.1f} % "
            f"| {row['lost']:,} / {row['added']:,} | {row['seconds']:.1f} |"
        )
    measures = {
        "heading_precision": "headings: precision",
        "heading_recall": "recall",
        "levels": "levels right",
        "note_texts": "notes: text right",
        "marks_placed": "mark in its place",
    }
    lines += ["", f"| report | {' | '.join(measures.values())} |", "| --- |" + " --- |" * len(measures)]
    for name, row in card.items():
        if "heading_recall" in row:
            lines.append(f"| {name} | {' | '.join(f'{row[measure]:.2f}' for measure in measures)} |")
    return lines


def value(card: Card, measure: str) -> float:
    return float(card["measures"][measure]["value"])


def of_kind(card: Card, kind: str, measure: str) -> float:
    return float(card["by"]["kind"][kind][measure][0])


def worded(card: Card, measure: str) -> float:
    """The mean over base and paraphrased questions."""
    found = [card["by"]["variant"][variant][measure] for variant in ("base", "paraphrase")]
    return sum(mean * count for mean, count in found) / sum(count for _, count in found)


def per_answer(card: Card, measure: str) -> float:
    """A mean over answerable questions as one over those that were answered."""
    return value(card, measure) / (1 - value(card, "over_abstention"))


def of_given(card: Card) -> float:
    """The share of the short answers given that are right."""
    return value(card, "short_answer_right") / value(card, "short_answer_given")


def statuses(card: Card, kind: str) -> dict[str, float]:
    """The share of the questions of a kind that got each status."""
    counts = card["abstention"]["statuses"][kind]
    return {
        status: counts.get(status, 0) / sum(counts.values())
        for status in ("answered", "partial", "not_in_report")
    }


def outcome(card: Card, kind: str) -> str:
    found = statuses(card, kind)
    return f"{found['not_in_report']:.2f} / {found['partial']:.2f}"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# What whoever reads one answer may expect of it, as a scorecard has it.
EXPECTED: dict[str, Callable[[Card], str]] = {
    "questions that have an answer: all that is needed is cited": lambda card: percent(
        value(card, "answer_hit")
    ),
    "questions that have an answer: answered with a caveat": lambda card: percent(
        statuses(card, "answerable")["partial"]
    ),
    "questions that have an answer: refused": lambda card: percent(
        statuses(card, "answerable")["not_in_report"]
    ),
    "citations in an answer": lambda card: f"{per_answer(card, 'citations'):.1f}",
    "of what is cited, needed for the answer": lambda card: percent(per_answer(card, "evidence_precision")),
    "of what is cited above «See also», needed": lambda card: percent(per_answer(card, "main_precision")),
    "of all that is needed, what stands there": lambda card: percent(per_answer(card, "main_recall")),
    "endnotes shown are exactly the right ones, where the evidence has any": lambda card: percent(
        value(card, "endnote_exact")
    ),
    "short answer given, where there is one": lambda card: percent(value(card, "short_answer_given")),
    "short answers right, of those given": lambda card: percent(of_given(card)),
    "near misses: refused": lambda card: percent(statuses(card, "near_miss")["not_in_report"]),
    "near misses: answered with a caveat": lambda card: percent(statuses(card, "near_miss")["partial"]),
    "near misses: answered as if the report said so": lambda card: percent(
        statuses(card, "near_miss")["answered"]
    ),
}


def text(page: str) -> str:
    """A page with its figures as the scorecards have them."""
    written = {"headline": headline, "both_sets": both_sets, "parsing": parsing, "purposes": purposes}
    old = (ROOT / page).read_text(encoding="utf-8")
    return BLOCK.sub(lambda found: found[1] + "\n".join(written[found[2]]()) + "\n" + found[3], old)


if __name__ == "__main__":
    for page in PAGES:
        (ROOT / page).write_text(text(page), encoding="utf-8")
