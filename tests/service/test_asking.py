import json
import socket
import time
from urllib.parse import urlsplit

import pytest


def counted(client):
    """What /metrics says of feedback."""
    return [line for line in client.get("/metrics").text.splitlines() if "a4a_qa_feedback_total{" in line]


def test_search_lists_the_nearest_passages(client, assistant):
    found = client.post("/v1/search", json={"text": "hotline for tourists", "k": 4}).json()["passages"]
    assert [passage["id"] for passage in found] == [
        passage.id for passage in assistant.search("hotline for tourists", k=4)
    ]


def test_feedback_is_counted_and_nothing_else(client):
    def count() -> float:
        lines = client.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith('a4a_qa_feedback_total{helpful="yes"}')]
        return float(found[0].split()[-1]) if found else 0.0

    before = count()
    reply = client.post("/v1/feedback", json={"answer_id": "9f1c", "value": "yes"})
    assert (reply.status_code, reply.content) == (204, b"")
    assert count() == before + 1


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({}, "invalid_request", "question"),
        ({"question": ""}, "invalid_request", "at least 1 character"),
        ({"question": "   "}, "invalid_question", "empty"),
        ({"question": "x" * 2001}, "invalid_request", "at most 2000"),
        ({"question": "x", "history": ["y"] * 6}, "invalid_request", "at most 5"),
        ({"question": "x", "history": ["y" * 2001]}, "invalid_request", "at most 2000"),
        ({"question": "x", "k": 51}, "invalid_request", "less than or equal to 50"),
        ({"question": "x", "k": "5"}, "invalid_request", "integer"),
        ({"question": "x", "colour": 1}, "invalid_request", "Extra inputs"),
        ({"question": "Which?", "section": "Nowhere"}, "invalid_question", "no section «Nowhere»"),
        ({"question": "Which \ud800?"}, "invalid_request", "valid string"),
    ],
)
def test_requests_that_cannot_be_answered(client, body, code, words):
    reply = client.post("/v1/ask", content=json.dumps(body), headers={"content-type": "application/json"})
    problem = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, problem["status"], problem["code"]) == (422, 422, code)
    assert words in json.dumps(problem, ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "invalid_request"),
        (b"\xff\xfe", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"[" * 100_000, 400, "unreadable"),
        (b"1" * 5000, 400, "unreadable"),
    ],
    ids=range(5),
)
def test_what_is_no_json(client, content, status, code):
    reply = client.post("/v1/ask", content=content, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_problem_does_not_repeat_what_was_sent(client):
    reply = client.post("/v1/ask", json={"question": ["zanzibar"], "zanzibar": 1, "k": "zanzibar"})
    assert len(reply.json()["errors"]) == 3
    assert "Input should be a valid string" in reply.text
    assert "zanzibar" not in reply.text


def test_a_form_of_feedback_says_yes_or_no(client):
    before = counted(client)
    for data in ({}, {"helpful": "perhaps"}, {"helpful": ["yes", "no"]}):
        assert client.post("/feedback", data=data).status_code == 400
    assert counted(client) == before


def test_a_request_that_is_cut_off_is_none(service, client):
    def cut_off():
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if 'status="499"' in line and "_total{" in line)

    before, cut_before = counted(client), cut_off()
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = b"POST /feedback HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"
        connection.sendall(head + b"helpful=no")
    for _ in range(100):
        if cut_off() > cut_before:
            break
        time.sleep(0.05)
    else:
        raise AssertionError("it was counted as something else")
    assert counted(client) == before


def test_an_odd_question_is_answered(client):
    reply = client.post(
        "/v1/ask",
        content='{"question": "Who heads the High Level\\u0000 Working Group?"}',
        headers={"content-type": "application/json"},
    )
    assert reply.status_code == 200
    assert reply.json()["question"] == "Who heads the High Level Working Group?"
