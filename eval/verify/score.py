"""Scores the citation checker on the labelled statements and contrasts: run it with `make verify`."""

from __future__ import annotations

import json
from pathlib import Path

from a4a_qa import Assistant
from a4a_qa.evaluation.contrasts import read_contrasts, score_contrasts
from a4a_qa.evaluation.verdicts import read_statements, score

FOLDER = Path(__file__).parent
INDEX = FOLDER.parent.parent / "indexes" / "cambodia-2011"


def main() -> None:
    assistant = Assistant.open(INDEX)
    scores = score(read_statements(FOLDER / "statements.jsonl", assistant.report), assistant.verify)
    scores["contrasts"] = score_contrasts(
        read_contrasts(FOLDER / "contrasts.jsonl"), assistant.ask, assistant.verify
    )
    text = json.dumps(scores, indent=1) + "\n"
    (FOLDER / "scorecard.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
