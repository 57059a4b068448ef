import json

import pytest

from a4a_qa.service.schemas import VerificationReply
from a4a_qa.verify.verifier import Abandoned
from conftest import ROOT

LINES = (ROOT / "eval/verify/statements.jsonl").read_text(encoding="utf-8").splitlines()
# One in five of all that are labelled; the checker's own tests read all.
TEXTS = [json.loads(line)["text"] for line in LINES[::5]]


def test_the_reply_is_what_python_returns(client, assistant):
    text = "\n\n".join(TEXTS)
    reply = client.post("/v1/verify", json={"text": text})
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(assistant.verify(text).to_dict()))
    assert len(VerificationReply.model_validate(reply.json()).statements) >= 50


def test_too_long_a_text(client):
    reply = client.post("/v1/verify", json={"text": "x" * 20_001})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


def test_a_text_that_states_nothing(client):
    reply = client.post("/v1/verify", json={"text": "# Heading"})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_question")


def test_checking_ends_before_the_next_statement_when_nobody_waits(assistant):
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(Abandoned):
        assistant._verifier.verify(
            "There are shelters. There is a law. There are police. There is a plan.", stop=stop
        )
    assert len(asked) == 3
