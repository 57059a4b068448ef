"""Chat completions and responses as OpenAI's API has them, for programs that take a base URL.

No model behind it could do more than quote: the last message of the user is the question, those before are
its history, and all else that such a request carries is ignored, or refused if it cannot be left out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from a4a_qa.answering.answer import Answer
from a4a_qa.answering.phrases import phrase
from a4a_qa.assistant import Assistant
from a4a_qa.question.query import LONGEST_QUESTION, MOST_HISTORY
from a4a_qa.safeguarding.help import says_about_report
from a4a_qa.service.problems import JsonResponse
from a4a_qa.service.programs.message import Message, message_of
from a4a_qa.service.rate import Asker, Charge
from a4a_qa.service.state import Shared, State

_TEXT_PARTS = ("text", "input_text")
_NO_TOKENS = {
    "chat": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "responses": {
        "input_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 0,
    },
}
router = APIRouter(include_in_schema=False)


def _refuse(why: str) -> PydanticCustomError:
    return PydanticCustomError("unsupported", why)


def _absent(value: Any) -> Any:
    if value:
        raise _refuse("This is not supported: the report is quoted, and nothing else can be done with it")
    return value


def _only_text(value: Any) -> Any:
    if isinstance(value, dict) and value.get("type", "text") != "text":
        raise _refuse("Answers come as text only")
    return value


def _only_one(value: Any) -> Any:
    if value not in (None, 1):
        raise _refuse("There is one answer to a question")
    return value


class _Part(BaseModel):
    type: str = "text"
    text: str | None = None


class _Said(BaseModel):
    """A message, or another item of a conversation."""

    role: str | None = None
    content: str | list[_Part] | None = None

    @property
    def words(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type in _TEXT_PARTS)
        return self.content or ""

    @property
    def has_more_than_words(self) -> bool:
        return isinstance(self.content, list) and any(part.type not in _TEXT_PARTS for part in self.content)


_Conversation = str | list[_Said]


def _questions(said: _Conversation) -> list[str]:
    """The question that a conversation ends with, after those before it that can be taken as its history.

    Raises PydanticCustomError when it ends with none that can be asked.
    """
    if isinstance(said, str):
        said = [_Said(role="user", content=said)]
    by_user = [one for one in said if one.role == "user"]
    if not by_user:
        raise _refuse("There is no message of the user")
    *before, asked = by_user
    if asked.has_more_than_words:
        raise _refuse("Only text can be asked: leave out pictures, sound and files")
    if len(asked.words) > LONGEST_QUESTION:
        raise _refuse(f"A question has at most {LONGEST_QUESTION:,} characters")
    earlier = [one.words for one in before if one.words.strip() and len(one.words) <= LONGEST_QUESTION]
    return [*earlier[-MOST_HISTORY:], asked.words]


def _ends_with_question(said: _Conversation) -> _Conversation:
    _questions(said)
    return said


# What cannot be left out without another answer than the one that was asked for.
_Refused = Annotated[Any, AfterValidator(_absent)]
_Form = Annotated[Any, AfterValidator(_only_text)]


class ChatRequest(BaseModel):
    """A chat completion; `temperature` and whatever else a model could follow is ignored."""

    messages: Annotated[list[_Said], AfterValidator(_ends_with_question)]
    stream: bool = False
    tools: _Refused = None
    functions: _Refused = None
    n: Annotated[Any, AfterValidator(_only_one)] = None
    response_format: _Form = None


class _TextForm(BaseModel):
    format: _Form = None


class ResponseRequest(BaseModel):
    """A response. Nothing is kept here, so that no earlier response can be referred to."""

    input: Annotated[_Conversation, AfterValidator(_ends_with_question)]
    stream: bool = False
    tools: _Refused = None
    previous_response_id: _Refused = None
    conversation: _Refused = None
    prompt: _Refused = None
    background: _Refused = None
    text: _TextForm | None = None


@router.post("/v1/chat/completions")
async def completions(asked: ChatRequest, request: Request, shared: Shared, asker: Asker) -> Response:
    """Answer the last message of the user as a chat completion."""
    answer = await _answer(_questions(asked.messages), request, shared, asker)
    base = _base(request, shared)
    message = message_of(answer, base=base, in_chat=True)
    head = {"id": f"chatcmpl-{answer.answer_id}", "created": int(time.time()), "model": answer.report.id}
    annotations = [
        {"type": "url_citation", "url_citation": citation} for citation in _citations(message, base)
    ]
    if asked.stream:
        return _stream(_chunks(head, message, annotations, answer))
    said = {"role": "assistant", "content": message.text, "refusal": None, "annotations": annotations}
    choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
    return JsonResponse(
        {
            **head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _NO_TOKENS["chat"],
            "answer": answer.to_dict(),
        }
    )


@router.post("/v1/responses")
async def responses(asked: ResponseRequest, request: Request, shared: Shared, asker: Asker) -> Response:
    """Answer the last message of the user as a response."""
    answer = await _answer(_questions(asked.input), request, shared, asker)
    base = _base(request, shared)
    message = message_of(answer, base=base, in_chat=True)
    annotations = [{"type": "url_citation", **citation} for citation in _citations(message, base)]
    part = {"type": "output_text", "text": message.text, "annotations": annotations, "logprobs": []}
    item = {
        "id": f"msg_{answer.answer_id}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }
    whole = {
        "id": f"resp_{answer.answer_id}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "model": answer.report.id,
        "output": [item],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": False,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
        "usage": _NO_TOKENS["responses"],
        "answer": answer.to_dict(),
    }
    return _stream(_steps(whole, item, part)) if asked.stream else JsonResponse(whole)


@router.get("/v1/models")
async def models(shared: Shared) -> Response:
    """List the report as the only model."""
    about = shared.assistant.report.about
    model = {"id": about.id, "object": "model", "created": 0, "owned_by": about.publisher or "a4a-qa"}
    model["description"] = phrase("languages", "questions")
    return JsonResponse({"object": "list", "data": [model]})


async def _answer(questions: list[str], request: Request, shared: Shared, asker: str | None) -> Answer:
    charge: Charge | None = getattr(request.state, "charge", None)
    if charge:
        await charge("/v1/ask", sum(len(question.encode("utf-8", "replace")) for question in questions))
    return await shared.pool.run(lambda: _ask(shared.assistant, questions), asker)


def _ask(assistant: Assistant, questions: Sequence[str]) -> Answer:
    """The answer to the last of some questions. Who was met with help may type that the question was about
    the report; that is no question, neither now nor later."""
    *before, question = questions
    history = [earlier for earlier in before if not says_about_report(earlier)]
    if history and says_about_report(question):
        *earlier, meant = history
        if assistant.ask(meant, earlier).status == "support":
            return assistant.ask(meant, earlier, about_report=True)
    return assistant.ask(question, history)


def _base(request: Request, shared: State) -> str:
    """The public address of the service, or where none is set, the one that was asked."""
    return shared.site.public_url or str(request.base_url).rstrip("/")


def _citations(message: Message, base: str) -> Iterator[dict[str, Any]]:
    """Where each citation stands in a message, in code points up to `end_index`, and where it leads."""
    for mark in message.marks:
        yield {
            "start_index": mark.start,
            "end_index": mark.end,
            "url": base + mark.citation.url,
            "title": mark.citation.reference,
        }


def _pieces(text: str) -> list[str]:
    """A text in pieces as it is streamed, each with the white space that follows: its lines."""
    return text.splitlines(keepends=True)


def _chunks(
    head: dict[str, Any], message: Message, annotations: list[dict[str, Any]], answer: Answer
) -> Iterator[str]:
    """A chat completion as events: the text in pieces, then its citations and the answer."""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**head, "object": "chat.completion.chunk", "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    yield from (chunk({"content": piece}) for piece in _pieces(message.text))
    yield chunk({"annotations": annotations}, "stop", usage=_NO_TOKENS["chat"], answer=answer.to_dict())
    yield "data: [DONE]\n\n"


def _steps(whole: dict[str, Any], item: dict[str, Any], part: dict[str, Any]) -> Iterator[str]:
    """A response as events: how it grows, step by step."""
    begun = {**whole, "status": "in_progress", "output": [], "usage": None, "answer": None}
    empty = {**part, "text": "", "annotations": []}
    item_place = {"output_index": 0}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    text = {**place, "logprobs": []}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("created", {"response": begun}),
        ("in_progress", {"response": begun}),
        (
            "output_item.added",
            {**item_place, "item": {**item, "status": "in_progress", "content": []}},
        ),
        ("content_part.added", {**place, "part": empty}),
        *(("output_text.delta", {**text, "delta": piece}) for piece in _pieces(part["text"])),
        *(
            ("output_text.annotation.added", {**place, "annotation_index": at, "annotation": annotation})
            for at, annotation in enumerate(part["annotations"])
        ),
        ("output_text.done", {**text, "text": part["text"]}),
        ("content_part.done", {**place, "part": part}),
        ("output_item.done", {**item_place, "item": item}),
        ("completed", {"response": whole}),
    ]
    for number, (name, values) in enumerate(steps):
        kind = f"response.{name}"
        yield f"event: {kind}\n" + _event({"type": kind, "sequence_number": number, **values})


def _event(data: dict[str, Any]) -> str:
    """A server-sent event in ASCII, since some clients take other line ends of Unicode for its end. A lone
    surrogate, which no encoding carries, becomes "?"."""
    written = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
    return f"data: {json.dumps(json.loads(written))}\n\n"


def _stream(events: Iterable[str]) -> Response:
    """A stream of events. The answer is there as a whole, so they are sent at once."""
    return Response("".join(events), media_type="text/event-stream")
