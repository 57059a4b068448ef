"""The pages for people, the files that they load, and the widget for the pages of other sites.

A question comes in the body of a POST and goes back in the page alone, never in an address or a title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from a4a_qa.assistant import Assistant
from a4a_qa.errors import QuestionError
from a4a_qa.question.query import LONGEST_QUESTION, MOST_HISTORY, asked_text
from a4a_qa.service.pages.site import MOST_TURNS, Form, Turn
from a4a_qa.service.problems import Busy, TooOften, TooSlow
from a4a_qa.service.rate import Asker, check_rate
from a4a_qa.service.schemas import LONGEST_SECTION
from a4a_qa.service.state import Common, Shared

# The pages about a report, those that any service has, and those that describe a service.
router = APIRouter(include_in_schema=False)
common = APIRouter(include_in_schema=False)
describing = APIRouter(include_in_schema=False)
# A form has the earlier questions with their sections, the question, a section, an example, `about_report`
# and `newest_only`; one more is spare.
_MOST_FIELDS = 2 * MOST_HISTORY + 6


async def check_sender(request: Request) -> None:
    """Refuse a form that a page of another site made a browser send: for a form CORS asks no permission.

    The header Origin would not tell, since with our `no-referrer` it is "null" for our own form too.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HTTPException(403, "This form came from a page of another site. Ask on the page of this one.")


@router.get("/")
async def form(shared: Shared) -> Response:
    """The box for a question."""
    return HTMLResponse(shared.site.ask(Form()))


@router.post("/", dependencies=[Depends(check_sender)])
async def answer(request: Request, shared: Shared, asker: Asker) -> Response:
    """The conversation with the answer to the question that the form sent; on a problem, the form as it was
    filled in."""
    form = await _read_form(request)
    try:
        check_rate(request)
        _check(form)
        turns = await shared.pool.run(lambda: _turns(shared.assistant, form), asker)
    except QuestionError as error:
        return _refuse(shared, form, 422, str(error))
    except TooOften as error:
        return _refuse(shared, form, 429, str(error), error.headers)
    except Busy:
        words = "Many people are asking right now. Please ask again in a moment."
        return _refuse(shared, form, 503, words, {"Retry-After": "1"})
    except TooSlow:
        return _refuse(
            shared, form, 504, "The answer took too long. Please ask again, or ask something shorter."
        )
    return _html(shared.site.ask(Form(earlier=_carried(form, turns[-1]), section=form.section), turns))


def _turns(assistant: Assistant, form: Form) -> list[Turn]:
    """The question with its answer. Where the page has to show the earlier ones, they are answered again,
    since no answer is kept."""
    questions = [turn.question for turn in form.earlier]
    newest = assistant.ask(
        form.question, questions, section=form.section or None, about_report=form.about_report
    )
    first = max(0, len(questions) - MOST_TURNS + 1) if form.shows_earlier else len(questions)
    earlier = [
        replace(
            turn, answer=assistant.ask(turn.question, questions[:at], section=turn.section or None).to_dict()
        )
        for at, turn in enumerate(form.earlier)
        if at >= first
    ]
    return [*earlier, Turn(form.question, form.section, newest.to_dict())]


def _carried(form: Form, newest: Turn) -> Sequence[Turn]:
    """The questions that go along with the next one: never one that was met with help, and none twice in a
    row."""
    met_with_help = newest.answer is None or newest.answer["status"] in ("support", "declined")
    asked = Turn(newest.question, newest.section)
    if met_with_help or form.about_report or list(form.earlier[-1:]) == [asked]:
        return form.earlier
    return [*form.earlier, asked][-MOST_HISTORY:]


@common.post("/feedback", dependencies=[Depends(check_sender)])
async def feedback(request: Request, shared: Common) -> Response:
    """Count whether an answer helped; the form sends nothing else."""
    helpful = (await _fields(request)).get("helpful")
    if helpful not in (["yes"], ["no"]):
        raise HTTPException(400, "Send whether the answer helped, yes or no.")
    shared.metrics.count_feedback(helpful == ["yes"])
    return HTMLResponse(shared.site.thanks())


@router.get("/report")
async def report(request: Request, shared: Shared) -> Response:
    """The whole report."""
    return shared.site.report.reply(request)


@router.get("/sources")
async def sources(request: Request, shared: Shared) -> Response:
    """What the report rests on."""
    return shared.site.sources.reply(request)


@common.get("/help")
async def help(shared: Common) -> Response:
    """Where to turn: the contacts of today."""
    return HTMLResponse(shared.site.help())


@common.get("/accessibility")
async def accessibility(request: Request, shared: Common) -> Response:
    """The accessibility statement."""
    return shared.site.accessibility.reply(request)


@common.get("/static/{name}")
async def static(name: str, request: Request, shared: Common) -> Response:
    """A style sheet, script or picture of the pages."""
    if name not in shared.site.static:
        raise HTTPException(404)
    return shared.site.static[name].reply(request)


async def _fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "The form has more fields than the page has.") from None


async def _read_form(request: Request) -> Form:
    fields = await _fields(request)
    # A click on an example also sends whatever stands in the box.
    question = fields.get("example", fields.get("question", [""]))[-1]
    # Each earlier question has its section beside it.
    history, within = fields.get("history", []), fields.get("within", [])
    earlier = [Turn(*turn) for turn in zip_longest(history, within[: len(history)], fillvalue="") if turn[0]]
    return Form(
        question.strip(),
        earlier[-MOST_HISTORY:],
        fields.get("section", [""])[-1],
        about_report=fields.get("about_report") == ["yes"],
        shows_earlier=fields.get("newest_only") != ["yes"],
    )


def _check(form: Form) -> None:
    """Raises QuestionError when the form holds something that cannot be asked."""
    asked_text(form.question)
    if any(len(turn.question) > LONGEST_QUESTION for turn in form.earlier):
        raise QuestionError("An earlier question is too long. Start a new conversation.")
    sections = [form.section, *(turn.section for turn in form.earlier)]
    if any(len(section) > LONGEST_SECTION for section in sections):
        raise QuestionError("There is no such section. Choose one from the list.")


def _refuse(
    shared: Shared, form: Form, status: int, problem: str, headers: Mapping[str, str] | None = None
) -> Response:
    refused = Form(form.question, form.earlier, form.section, problem, is_invalid=status == 422)
    return _html(shared.site.ask(refused), status, headers)


def _html(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page that may repeat what was typed: a lone surrogate, which no encoding carries, becomes "?"."""
    return Response(page.encode("utf-8", "replace"), status, headers, media_type="text/html")


@common.get("/widget/{version}/{name}")
async def file(version: str, name: str, request: Request, shared: Common) -> Response:
    """A file of the widget."""
    return shared.hosting.files.reply(version, name, request)


@common.get("/embed")
async def embed(shared: Common, lang: str = "en") -> Response:
    """The widget alone, for a frame: what is typed there, the page around it cannot read."""
    return HTMLResponse(shared.hosting.embed(lang), headers=shared.hosting.embed_headers)


@common.get("/demo")
async def demo(shared: Common) -> Response:
    """The widget in each of its forms."""
    return HTMLResponse(shared.hosting.demo(), headers=shared.hosting.demo_headers)


@describing.get("/llms.txt")
async def llms_txt(request: Request, shared: Shared) -> Response:
    """What language models are told of the service."""
    return shared.site.llms_txt(request.app.openapi()).reply(request)


@describing.get("/docs")
async def docs(request: Request, shared: Shared) -> Response:
    """The API reference."""
    return shared.site.endpoints(request.app.openapi()).reply(request)
