"""A conversation as the page's form carries it: read, checked, answered, and drawn with its answers.

A question comes in the body of a POST and goes back in the page alone, never in an address or a title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Protocol
from urllib.parse import parse_qs

from fastapi import HTTPException, Request, Response

from a4a_qa.errors import QuestionError
from a4a_qa.question.query import LONGEST_QUESTION, MOST_HISTORY, asked_text
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.problems import Busy, TooOften, TooSlow
from a4a_qa.service.rate import check_rate
from a4a_qa.service.schemas import LONGEST_SECTION

# The answers that a page shows at once, the newest last: as many as there may be earlier questions.
MOST_TURNS = MOST_HISTORY
# A form has the earlier questions, each with what it was asked within; the question, an example, what is
# searched (at most four fields), `about_report` and `newest_only`.
_MOST_FIELDS = 2 * MOST_HISTORY + 8


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, what it was asked within, and its answer once there is one.

    `within` is the section that is searched, or the filter of a library as the page's form has it; empty for
    everything. The answer is that of `to_dict`.
    """

    question: str
    within: str = ""
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The content of the form: the question, the earlier ones, what is searched, and why it was refused.

    `is_invalid` means that the problem lies in the form and not in the service. `about_report` is set by the
    button below a card of help. `shows_earlier` is false where the page already shows the earlier answers.
    """

    question: str = ""
    earlier: Sequence[Turn] = ()
    within: str = ""
    problem: str | None = None
    is_invalid: bool = False
    about_report: bool = False
    shows_earlier: bool = True


Fields = Mapping[str, Sequence[str]]
# The answer, as plain values, to a question, with those before it, what it is asked within, and whether the
# person says that it is about the report.
Ask = Callable[[str, Sequence[str], str, bool], Mapping[str, Any]]


class AskPage(Protocol):
    """What draws the page with the form, below the answers of a conversation if there are some."""

    def ask(self, form: Form, turns: Sequence[Turn] = ()) -> str: ...


async def converse(
    request: Request,
    site: AskPage,
    pool: AnsweringPool,
    asker: str | None,
    ask: Ask,
    read_within: Callable[[Fields], str],
) -> Response:
    """The conversation with the answer to the question that a form sent; on a problem, the form as it was
    filled in."""
    form = await _read_form(request, read_within)

    def drawn() -> str:
        turns = _turns(ask, form)
        return site.ask(Form(earlier=_carried(form, turns[-1]), within=form.within), turns)

    try:
        check_rate(request)
        _check(form)
        return _html(await pool.run(drawn, asker))
    except QuestionError as error:
        return _refuse(site, form, 422, str(error))
    except TooOften as error:
        return _refuse(site, form, 429, str(error), error.headers)
    except Busy:
        words = "Many people are asking right now. Please ask again in a moment."
        return _refuse(site, form, 503, words, {"Retry-After": "1"})
    except TooSlow:
        return _refuse(
            site, form, 504, "The answer took too long. Please ask again, or ask something shorter."
        )


async def check_sender(request: Request) -> None:
    """Refuse a form that a page of another site made a browser send: for a form CORS asks no permission.

    Browsers without Sec-Fetch-Site may tell by Origin. It is "null" for our own form, whose page has
    `no-referrer`, so that of a page that hides its address as well passes.
    """
    headers = request.headers
    if site := headers.get("sec-fetch-site"):
        is_own = site in ("same-origin", "none")
    else:
        origin = headers.get("origin", "null")
        is_own = origin == "null" or origin.partition("://")[2] == headers.get("host")
    if not is_own:
        raise HTTPException(403, "This form came from a page of another site. Ask on the page of this one.")


async def form_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form. Raises HTTPException (400) when they are too many."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "The form has more fields than the page has.") from None


async def _read_form(request: Request, read_within: Callable[[Fields], str]) -> Form:
    fields = await form_fields(request)
    # A click on an example also sends whatever stands in the box.
    question = fields.get("example", fields.get("question", [""]))[-1]
    # Each earlier question has what it was asked within beside it.
    history, within = fields.get("history", []), fields.get("within", [])
    earlier = [Turn(*turn) for turn in zip_longest(history, within[: len(history)], fillvalue="") if turn[0]]
    return Form(
        question.strip(),
        earlier[-MOST_HISTORY:],
        read_within(fields),
        about_report=fields.get("about_report") == ["yes"],
        shows_earlier=fields.get("newest_only") != ["yes"],
    )


def _check(form: Form) -> None:
    """Raises QuestionError when the form holds something that cannot be asked."""
    asked_text(form.question)
    if any(len(turn.question) > LONGEST_QUESTION for turn in form.earlier):
        raise QuestionError("An earlier question is too long. Start a new conversation.")
    places = [form.within, *(turn.within for turn in form.earlier)]
    if any(len(place) > LONGEST_SECTION for place in places):
        raise QuestionError("There is no such section. Choose one from the list.")


def _carried(form: Form, newest: Turn) -> Sequence[Turn]:
    """The questions that go along with the next one: never one that was met with help, and none twice in a
    row."""
    met_with_help = newest.answer is None or newest.answer["status"] in ("support", "declined")
    asked = Turn(newest.question, newest.within)
    if met_with_help or form.about_report or list(form.earlier[-1:]) == [asked]:
        return form.earlier
    return [*form.earlier, asked][-MOST_HISTORY:]


def _turns(ask: Ask, form: Form) -> list[Turn]:
    """The question with its answer. Where the page has to show the earlier ones, they are answered again,
    since no answer is kept."""
    questions = [turn.question for turn in form.earlier]
    newest = ask(form.question, questions, form.within, form.about_report)
    first = max(0, len(questions) - MOST_TURNS + 1) if form.shows_earlier else len(questions)
    earlier = [
        replace(turn, answer=ask(turn.question, questions[:at], turn.within, False))
        for at, turn in enumerate(form.earlier)
        if at >= first
    ]
    return [*earlier, Turn(form.question, form.within, newest)]


def _html(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page that may repeat what was typed: a lone surrogate, which no encoding carries, becomes "?"."""
    return Response(page.encode("utf-8", "replace"), status, headers, media_type="text/html")


def _refuse(
    site: AskPage, form: Form, status: int, problem: str, headers: Mapping[str, str] | None = None
) -> Response:
    refused = Form(form.question, form.earlier, form.within, problem, is_invalid=status == 422)
    return _html(site.ask(refused), status, headers)
