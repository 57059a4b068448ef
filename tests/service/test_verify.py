import json

from a4a_qa.service.schemas import VerificationReply
from conftest import ROOT

LINES = (ROOT / "eval/verify/statements.jsonl").read_text(encoding="utf-8").splitlines()
TEXTS = [json.loads(line)["text"] for line in LINES]


def test_the_reply_is_what_python_returns(client, assistant):
    for start in range(0, len(TEXTS), 50):
        text = "\n\n".join(TEXTS[start : start + 50])
        reply = client.post("/v1/verify", json={"text": text})
        assert reply.status_code == 200
        assert reply.json() == json.loads(json.dumps(assistant.verify(text).to_dict()))
        VerificationReply.model_validate(reply.json())


def test_too_long_a_text(client):
    reply = client.post("/v1/verify", json={"text": "x" * 20_001})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


def test_a_text_that_states_nothing(client):
    reply = client.post("/v1/verify", json={"text": "# Heading"})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_question")
