"""The same answer from Python, from the command line and over HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.service.schemas import AnswerReply
from conftest import ROOT

# One in twenty of every part of the report, follow-ups and questions without an answer among them: each is
# asked three times.
GOLD = [
    json.loads(line)
    for file in sorted(ROOT.glob("eval/gold/cambodia-2011/*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()[::20]
]


class Comparable(dict):
    """An answer without its ids; the last digit of its figures may be rounded either way, since on a busy
    machine sums of floats are not always made in the same order."""

    def __init__(self, answer: dict) -> None:
        super().__init__({name: value for name, value in answer.items() if name not in ("id", "answer_id")})
        confidence = self.pop("confidence")
        passages = [dict(passage) for passage in self.get("passages", [])]
        self.figures = [
            *(passage.pop("score") for passage in passages),
            -1 if confidence is None else confidence,
        ]
        self["passages"] = passages

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Comparable)
        return super().__eq__(other) and self.figures == pytest.approx(other.figures, abs=1.5e-4)


@pytest.fixture(scope="module")
def from_command_line(index_folder, tmp_path_factory) -> dict[str, dict]:
    folder = tmp_path_factory.mktemp("batch")
    rows = [{name: gold[name] for name in ("id", "question", "history") if name in gold} for gold in GOLD]
    batch, output = folder / "questions.jsonl", folder / "answers.jsonl"
    batch.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(
        main, ["ask", "--batch", str(batch), "--output", str(output), "--index", str(index_folder)]
    )
    assert done.exit_code == 0, done.output
    answers = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    return {answer["id"]: answer for answer in answers}


def test_a_question_has_the_same_described_answer_everywhere(client, assistant, from_command_line):
    assert len(GOLD) > 60
    assert any(gold.get("history") for gold in GOLD)
    assert not all(gold["answerable"] for gold in GOLD)
    for gold in GOLD:
        asked = {"question": gold["question"], "history": gold.get("history", [])}
        reply = client.post("/v1/ask", json=asked)
        assert reply.status_code == 200, gold["id"]
        python = json.loads(json.dumps(assistant.ask(asked["question"], asked["history"]).to_dict()))
        AnswerReply.model_validate(python)
        assert Comparable(reply.json()) == Comparable(python), gold["id"]
        assert Comparable(reply.json()) == Comparable(from_command_line[gold["id"]]), gold["id"]


def test_options_mean_the_same(client, assistant):
    asked = {"question": "What should be done?", "section": ["Protection"], "k": 3}
    reply = client.post("/v1/ask", json=asked).json()
    python = assistant.ask("What should be done?", section="Protection", k=3).to_dict()
    assert Comparable(reply) == Comparable(json.loads(json.dumps(python)))
    assert len(reply["passages"]) == 3


def test_many_at_a_time_get_the_same_answers(service, assistant):
    some = GOLD[::6]
    expected = [Comparable(json.loads(json.dumps(assistant.ask(g["question"]).to_dict()))) for g in some]

    def ask_all(_: int) -> list[dict]:
        with service.client() as client:
            replies = [client.post("/v1/ask", json={"question": gold["question"]}) for gold in some]
        return [Comparable(reply.json()) for reply in replies]

    with ThreadPoolExecutor(8) as threads:
        for answers in threads.map(ask_all, range(8)):
            assert answers == expected
