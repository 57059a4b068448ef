"""What a language model may call and read: five tools and the places of the report, whatever the protocol.

A tool takes and gives what an endpoint of /v1 does. A page keeps what describes abuse in detail closed until
somebody opens it; a model would just show it. So it is left out here unless `show_distressing` asks for it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, Field

from a4a_qa.answering.answer import Citation
from a4a_qa.answering.phrases import phrase
from a4a_qa.assistant import MOST_PASSAGES, Assistant
from a4a_qa.errors import QuestionError
from a4a_qa.report.references import place_in_words
from a4a_qa.report.section_names import find_section
from a4a_qa.safeguarding.notices import DISTRESSING
from a4a_qa.service.contents import Contents
from a4a_qa.service.pool import AnsweringPool
from a4a_qa.service.programs.message import closed_words, message_of
from a4a_qa.service.rate import Charge
from a4a_qa.service.schemas import (
    AnswerReply,
    AskRequest,
    Body,
    SearchReply,
    SearchRequest,
    SectionsReply,
    VerificationReply,
    VerifyRequest,
    WholeEndnoteReply,
)

# A model reads all that it gets, so it gets fewer passages than a page.
_FEW_PASSAGES = 3


class MayOpen(Body):
    """Whether to open what describes abuse in detail."""

    show_distressing: bool = Field(
        default=False,
        description="Also give the words that describe abuse in detail: only to a person who was told of "
        "them and wants to read them.",
    )


class AskArguments(AskRequest, MayOpen):
    """A question, with what was asked before it."""

    k: int = Field(default=_FEW_PASSAGES, ge=1, le=MOST_PASSAGES, description="How many passages to list.")
    about_report: bool = Field(
        default=False,
        description="The person's own word, after a question was met with `support`, that it is about the "
        "report. Never set it on your own.",
    )


class SearchArguments(SearchRequest, MayOpen):
    """A text to find the nearest passages of."""

    k: int = Field(default=_FEW_PASSAGES, ge=1, le=MOST_PASSAGES, description="How many passages to list.")


class VerifyArguments(VerifyRequest, MayOpen):
    """A text that quotes or cites the report: plain text or Markdown, with endnotes such as [21]."""


class EndnoteArguments(MayOpen):
    """The number of an endnote."""

    number: int = Field(ge=1, le=1_000_000)


class NoArguments(Body):
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """The address of a place of the report, with what to call it and how to refer to it."""

    uri: str
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gives: plain values, the same for those who read text, and a link for each citation."""

    value: dict[str, Any]
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `asker` takes turns with others, and `charge` counts texts by their length, if any count."""

    asker: str | None = None
    charge: Charge | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool with the models of what it takes and gives; `cost` is the endpoint that costs the same."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any, Caller], Awaitable[Result]] = field(repr=False)
    cost: str | None = None


class Tools:
    """The tools for one report, and its places by address: `report://<id>/section/…` and so on."""

    def __init__(
        self,
        assistant: Assistant,
        contents: Contents,
        pool: AnsweringPool,
        checking: AnsweringPool,
        *,
        base: str = "",
    ) -> None:
        """`base` is the address of the service to which places are linked; "" links none."""
        self._assistant = assistant
        self._contents = contents
        self._pool = pool
        self._checking = checking
        self._base = base
        about = assistant.report.about
        self.title = about.title
        self.instructions = self._described("server", "instructions")
        self.address = f"report://{quote(about.id, safe='')}"
        self.tools = {
            tool.name: tool
            for tool in (
                self._tool("ask", AskArguments, AnswerReply, self._ask, "/v1/ask"),
                self._tool("search", SearchArguments, SearchReply, self._search, "/v1/search"),
                self._tool("verify", VerifyArguments, VerificationReply, self._verify, "/v1/verify"),
                self._tool("get_endnote", EndnoteArguments, WholeEndnoteReply, self._endnote),
                self._tool("list_sections", NoArguments, SectionsReply, self._sections),
            )
        }

    def _tool(
        self,
        name: str,
        takes: type[BaseModel],
        gives: type[BaseModel],
        run: Callable[[Any, Caller], Awaitable[Result]],
        cost: str | None = None,
    ) -> Tool:
        return Tool(name, _said(name, "title"), self._described(name), takes, gives, run, cost)

    def _described(self, name: str, what: str = "description") -> str:
        said = _said(name, what).replace("{title}", self.title)
        return said.replace("{languages}", phrase("languages", "questions"))

    async def call(self, tool: Tool, arguments: Mapping[str, Any], caller: Caller) -> Result:
        """What a tool gives.

        Raises pydantic's ValidationError for arguments of another kind, QuestionError for those that cannot
        be used, and Busy, TooOften or TooSlow.
        """
        given = tool.takes.model_validate(dict(arguments))
        if caller.charge and tool.cost:
            await caller.charge(tool.cost, len(given.model_dump_json().encode()))
        return await tool.run(given, caller)

    async def _ask(self, asked: AskArguments, caller: Caller) -> Result:
        answer = await self._pool.run(
            lambda: self._assistant.ask(
                asked.question,
                asked.history,
                section=asked.section,
                k=asked.k,
                about_report=asked.about_report,
            ),
            caller.asker,
        )
        text = message_of(answer, base=self._base, is_open=asked.show_distressing).text
        return self._result(answer.to_dict(), asked, text, tuple(map(self._link, answer.citations)))

    async def _search(self, wanted: SearchArguments, caller: Caller) -> Result:
        passages = await self._pool.run(
            lambda: self._assistant.search(wanted.text, section=wanted.section, k=wanted.k), caller.asker
        )
        return self._result({"passages": [asdict(passage) for passage in passages]}, wanted)

    async def _verify(self, wanted: VerifyArguments, caller: Caller) -> Result:
        found = await self._checking.run_while_wanted(
            lambda stop: self._assistant.verify(wanted.text, stop=stop), caller.asker
        )
        return self._result(found.to_dict(), wanted)

    async def _endnote(self, wanted: EndnoteArguments, caller: Caller) -> Result:
        note = self._assistant.report.endnote(wanted.number)
        if note is None:
            raise QuestionError("The report has no endnote with this number.")
        return self._result(self._contents.endnote(note), wanted)

    async def _sections(self, wanted: NoArguments, caller: Caller) -> Result:
        return self._result({"sections": self._contents.sections()}, None)

    def _result(
        self,
        value: dict[str, Any],
        wanted: MayOpen | None,
        text: str | None = None,
        links: tuple[Link, ...] = (),
    ) -> Result:
        shown = value if wanted and wanted.show_distressing else closed(value)
        written = _json(shown)
        return Result(json.loads(written), text or written, links)

    def _link(self, citation: Citation) -> Link:
        """The link of a citation: to its endnote or its sentences, or to the report where it has neither."""
        name = f"[{citation.marker}] {place_in_words(citation.section, citation.page)}"
        url = urlsplit(citation.url)
        place, last = url.fragment, url.query.removeprefix("to=")
        if place.startswith("endnote-"):
            uri = f"{self.address}/endnote/{place.removeprefix('endnote-')}"
        elif place:
            uri = f"{self.address}/sentence/{place}{f'..{last}' if last else ''}"
        else:
            uri = self.address
        return Link(uri, name, citation.reference)

    def sections(self) -> tuple[Link, ...]:
        """The links of all sections, in reading order."""
        return tuple(
            Link(
                "/".join((f"{self.address}/section", *(quote(title, safe="") for title in section.path))),
                " › ".join(section.path),
                section.page.as_cited if section.page else "",
            )
            for section in self._assistant.report.sections
        )

    def read(self, uri: str) -> str | None:
        """What stands at an address as JSON, or None; what describes abuse in detail stays closed."""
        if uri == self.address:
            return _json(self._contents.about())
        if not uri.startswith(f"{self.address}/"):
            return None
        kind, *names = map(unquote, uri.removeprefix(f"{self.address}/").split("/"))
        readers: dict[str, Callable[[list[str]], Any]] = {
            "section": self._read_section,
            "sentence": self._read_sentences,
            "endnote": self._read_endnote,
        }
        found = readers[kind](names) if kind in readers else None
        return _json(closed(found)) if found else None

    def _read_section(self, titles: list[str]) -> Any:
        report = self._assistant.report
        path = tuple(titles)
        if all(section.path != path for section in report.sections):
            try:
                path = find_section(report, titles)
            except QuestionError:
                return None
        return self._contents.section(path)

    def _read_sentences(self, names: list[str]) -> Any:
        first, _, last = "/".join(names).partition("..")
        sentences = self._contents.sentences(first, last or first)
        return {"sentences": sentences} if sentences else None

    def _read_endnote(self, names: list[str]) -> Any:
        [number] = names if len(names) == 1 else [""]
        is_number = number.isascii() and number.isdigit() and len(number) < 7
        note = self._assistant.report.endnote(int(number)) if is_number else None
        return self._contents.endnote(note) if note else None


def _said(name: str, what: str) -> str:
    words: str = _texts()[name][what]
    return words


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).parents[2] / "data" / "tools.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def closed(value: Any) -> Any:
    """Plain values in which all words that describe abuse in detail are closed: those of each piece with the
    notice `distressing`, and what a check says of their differences."""
    if isinstance(value, Mapping):
        shut = {name: closed(one) for name, one in value.items()}
        if DISTRESSING in value.get("notices", ()):
            words = closed_words("This passage")
            shut |= {name: words for name in ("quote", "text") if name in shut}
            shut |= {"context": []} if "context" in shut else {}
        if any(DISTRESSING in place["notices"] for place in value.get("evidence", ())):
            shut["differences"] = [{**one, "report": ""} for one in value["differences"]]
        return shut
    if isinstance(value, list | tuple):
        return [closed(one) for one in value]
    return value


def _json(value: Any) -> str:
    """Plain values as JSON; a lone surrogate, which no encoding carries, becomes "?"."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
