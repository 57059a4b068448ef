"""POST /v1/ask, /v1/search and /v1/feedback."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from a4a_qa.service.replies import Json
from a4a_qa.service.schemas import AnswerReply, AskRequest, FeedbackRequest, SearchReply, SearchRequest
from a4a_qa.service.state import Shared

router = APIRouter(prefix="/v1", tags=["asking"])


@router.post("/ask", response_model=AnswerReply)
async def ask(asked: AskRequest, shared: Shared) -> Response:
    """Answer a question with the report's own sentences, or say that it does not."""
    answer = await shared.pool.run(
        lambda: shared.assistant.ask(
            asked.question,
            asked.history,
            section=asked.section,
            k=asked.k,
            about_report=asked.about_report,
        )
    )
    return Json(answer.to_dict())


@router.post("/search", response_model=SearchReply)
async def search(wanted: SearchRequest, shared: Shared) -> Response:
    """List the passages nearest to a text, whether or not they answer anything."""
    passages = await shared.pool.run(
        lambda: shared.assistant.search(wanted.text, section=wanted.section, k=wanted.k)
    )
    return Json({"passages": [asdict(passage) for passage in passages]})


@router.post("/feedback", status_code=204)
async def feedback(opinion: FeedbackRequest, shared: Shared) -> Response:
    """Count whether an answer helped; nothing else is kept."""
    shared.metrics.count_feedback(opinion.value == "yes")
    return Response(status_code=204)
