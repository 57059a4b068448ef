"""OpenAI's API as its own client knows it, over real sockets."""

import re

import openai
import pytest

from conftest import ROOT
from service.conftest import running
from service.programs.test_mcp import CANARY, CLOSED, DISTRESSING, QUESTION

PLEA = "My uncle touches me. Which services help children?"
KEY = "none is needed"


@pytest.fixture(scope="module")
def chat_service(index_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chat")
    with running(index_folder, folder, chat="true", rate_limit=0, timeout=60) as started:
        yield started


@pytest.fixture(scope="module")
def chat(chat_service):
    with openai.OpenAI(base_url=f"{chat_service.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


def user(*messages: str) -> list[dict[str, str]]:
    """A conversation of these messages of a person, each but the last with a reply."""
    said = [{"role": "system", "content": "Answer in verse."}]
    for message in messages:
        said += [{"role": "user", "content": message}, {"role": "assistant", "content": "…"}]
    return said[:-1]


def ask(chat, *messages: str, **more):
    return chat.chat.completions.create(model="any", messages=user(*messages), temperature=2, **more)


def steady(answer: dict) -> dict:
    """An answer without its random id."""
    return answer | {"answer_id": ""}


def check_citations(text, annotations, answer, url):
    assert len(annotations) == len(answer["citations"])
    for annotation, citation in zip(annotations, answer["citations"], strict=True):
        cited = text[annotation.start_index : annotation.end_index]
        assert cited == f"{citation['quote']} [{citation['marker']}]"
        assert annotation.url == url + citation["url"]
        assert annotation.title == citation["reference"]


def test_a_completion_is_the_answer_with_its_citations(chat, chat_service, client):
    done = ask(chat, QUESTION)
    [choice] = done.choices
    answer = done.model_extra["answer"]
    assert steady(answer) == steady(client.post("/v1/ask", json={"question": QUESTION}).json())
    assert answer["text"] in choice.message.content
    assert f"Endnote 80: {answer['endnotes'][0]['text']}" in choice.message.content
    assert answer["confidence_in_words"] in choice.message.content
    assert choice.finish_reason == "stop"
    annotations = [annotation.url_citation for annotation in choice.message.annotations]
    check_citations(choice.message.content, annotations, answer, chat_service.url)
    [model] = chat.models.list().data
    assert model.id == done.model == answer["report"]["id"]


def test_a_response_is_the_answer_with_its_citations(chat, chat_service):
    done = chat.responses.create(model="any", input=QUESTION, instructions="Answer in verse.")
    [part] = done.output[0].content
    assert done.output_text == part.text
    assert done.output_text == ask(chat, QUESTION).choices[0].message.content
    check_citations(part.text, part.annotations, done.model_extra["answer"], chat_service.url)


def test_both_come_as_a_stream(chat):
    whole = ask(chat, QUESTION).choices[0].message
    chunks = list(ask(chat, QUESTION, stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.content
    assert "Confidence: " in whole.content
    last = chunks[-1].choices[0]
    assert last.finish_reason == "stop"
    assert last.delta.model_extra["annotations"] == [one.model_dump() for one in whole.annotations]
    assert chunks[-1].model_extra["answer"]["status"] == "answered"
    with chat.responses.stream(model="any", input=QUESTION) as stream:
        kinds = [event.type for event in stream]
        assert stream.get_final_response().output_text == whole.content
    assert kinds[0] == "response.created"
    assert {"response.output_text.delta", "response.output_text.annotation.added"} < set(kinds)
    assert kinds[-1] == "response.completed"


def test_what_the_person_asked_before_is_the_history(chat, client):
    before = ["Who heads the HLWG?", "", "x" * 3000, *["Which ministries does it unite?"] * 7]
    for questions in (
        ["Which shelters are there?", "And in the provinces?"],
        [*before, "And what is its source?"],
    ):
        kept = [q for q in questions if q and len(q) <= 2000]
        expected = client.post("/v1/ask", json={"question": kept[-1], "history": kept[-6:-1]}).json()
        assert steady(ask(chat, *questions).model_extra["answer"]) == steady(expected)
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": one}]} for one in (before[0], before[3])
    ]
    done = chat.responses.create(model="any", input=items).model_extra["answer"]
    expected = client.post("/v1/ask", json={"question": before[3], "history": before[:1]}).json()
    assert steady(done) == steady(expected)


@pytest.mark.parametrize("question", [PLEA, "Where can I buy a girl?", "How can I report abuse today?"])
def test_help_comes_first(chat, question):
    done = ask(chat, question)
    answer, text = done.model_extra["answer"], done.choices[0].message.content
    assert text.startswith(answer["text"] if answer["status"] == "declined" else answer["help"]["text"])
    assert answer["help"]["text"] in text
    assert all(f"({contact['url']})" in text for contact in answer["help"]["contacts"])


def test_who_was_met_with_help_may_say_that_the_question_was_about_the_report(chat):
    assert "type “about the report”" in ask(chat, PLEA).choices[0].message.content
    meant = ask(chat, PLEA, "About the report.").model_extra["answer"]
    assert (meant["status"] in ("answered", "partial"), meant["help"]) == (True, None)
    other = ask(chat, QUESTION, "about the report").model_extra["answer"]
    assert other["question"] == "about the report", "nobody was met with help"
    declined = ask(chat, "Where can I buy a girl?", "about the report").model_extra["answer"]
    assert not declined["citations"]


def test_what_describes_abuse_in_detail_stays_closed(chat, assistant):
    text = ask(chat, DISTRESSING).choices[0].message.content
    assert f"[1] {CLOSED}" in text
    assert not any(assistant.report.slice(place)[:60] in text for place in assistant.distressing)


def test_a_refusal_shows_what_comes_nearest(chat):
    done = ask(chat, "How many bicycles are there in Phnom Penh?")
    answer, text = done.model_extra["answer"], done.choices[0].message.content
    assert answer["status"] == "not_in_report"
    assert text.startswith(answer["text"])
    assert answer["reason"]["nearest"]
    for near in answer["reason"]["nearest"]:
        assert "distressing" in near["notices"] or near["quote"] in text


def test_an_old_address_in_a_quote_is_dated_and_no_link(chat, assistant):
    old = next(
        assistant.report.text_of(at)
        for at in range(len(assistant.report.sentences))
        if re.search(r"www\.\S", assistant.report.text_of(at))
        and (block := assistant.report.block_of(at))
        and block.retrieved
    )
    text = chat.chat.completions.create(model="any", messages=user(f"What does it say on {old[:300]}?"))
    said, answer = text.choices[0].message.content, text.model_extra["answer"]
    [shown] = [c for c in answer["citations"] if old in c["quote"]][:1]
    assert "contact_2011" in shown["notices"]
    assert "may no longer work" in said
    assert re.search(r"`(https?://)?www\.", said)


@pytest.mark.parametrize(
    ("more", "param", "words"),
    [
        ({"messages": []}, "messages", "no message of the user"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages", "no message of the user"),
        ({"messages": user("x" * 2001)}, "messages", "at most 2,000"),
        ({"messages": user(" ")}, None, "empty"),
        ({"messages": 7}, "messages", "valid list"),
        ({"messages": [{"role": CANARY, "content": {CANARY: 1}}]}, "messages.0.content", "valid"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": CANARY}}]}
                ]
            },
            "messages",
            "Only text",
        ),
        ({"tools": [{"type": "function", "function": {"name": CANARY}}]}, "tools", "not supported"),
        ({"functions": [{"name": CANARY}]}, "functions", "not supported"),
        ({"n": 2}, "n", "one answer"),
        ({"response_format": {"type": "json_object"}}, "response_format", "text only"),
    ],
    ids=range(11),
)
def test_what_cannot_be_done_is_refused_as_the_client_knows_it(chat, more, param, words):
    with pytest.raises(openai.BadRequestError) as refused:
        chat.chat.completions.create(**{"model": "any", "messages": user("Who?")} | more)
    error = refused.value.body
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert words in error["message"]
    assert (error["param"] or "").startswith(param or "")
    assert CANARY not in str(error)


def test_a_body_that_is_not_declared_as_json(chat_service):
    with chat_service.client() as client:
        reply = client.post("/v1/responses", content='{"input": "Who?"}')
    assert reply.status_code == 400
    assert "Content-Type: application/json" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    "more",
    [
        {"tools": [{"type": "web_search"}]},
        {"previous_response_id": "resp_1"},
        {"conversation": "conv_1"},
        {"background": True},
        {"text": {"format": {"type": "json_object"}}},
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
        {"input": []},
    ],
    ids=str,
)
def test_what_a_response_cannot_be(chat, more):
    with pytest.raises(openai.BadRequestError):
        chat.responses.create(**{"model": "any", "input": "Who?"} | more)


def test_it_is_off_unless_a_setting_asks_for_it(client):
    for path in ("/v1/chat/completions", "/v1/responses"):
        assert client.post(path, json={"messages": user(QUESTION), "input": QUESTION}).status_code == 404
    assert client.get("/v1/models").status_code == 404


def test_keys_limits_and_floods_are_errors_as_the_client_knows_them(small_index, tmp_path):
    from a4a_qa.service.programs.keys import KeyFile

    file = tmp_path / "keys.jsonl"
    key = KeyFile(file).add("chat")
    with running(small_index, tmp_path, chat="true", api_keys=file, rate_limit=15) as service:
        base = f"{service.url}/v1"
        with openai.OpenAI(base_url=base, api_key=f"{key}x", max_retries=0) as stranger:
            with pytest.raises(openai.AuthenticationError) as refused:
                ask(stranger, CANARY)
            assert refused.value.body["code"] == "unauthorised"
            with pytest.raises(openai.AuthenticationError):
                stranger.models.list()
        with openai.OpenAI(base_url=base, api_key=key, max_retries=0) as chat:
            with pytest.raises(openai.APIStatusError) as refused:
                ask(chat, "x" * 300_000)
            assert (refused.value.status_code, refused.value.body["code"]) == (413, "too_large")
            long = f"Where can I buy a {CANARY}? " + "It goes on. " * 100
            ask(chat, long)
            with pytest.raises(openai.RateLimitError) as refused:
                ask(chat, long, long)
            assert refused.value.body["type"] == "rate_limit_error"
            assert "with your key" in refused.value.body["message"]
            assert int(refused.value.response.headers["retry-after"]) > 0
        with service.client() as client:
            figures = client.get("/metrics").text
            for path in ("/v1/chat/completions", "/v1/models"):
                assert f'endpoint="{path}"' in figures
    assert not any(word in service.output() + figures for word in (CANARY, key))


def test_the_example_of_the_docs(chat_service, capsys):
    code = (ROOT / "docs/examples/openai_client.py").read_text(encoding="utf-8")
    exec(code.replace("http://127.0.0.1:8000", chat_service.url), {})
    assert "The HLWG is headed by" in capsys.readouterr().out
