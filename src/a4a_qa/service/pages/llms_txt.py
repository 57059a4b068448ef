"""`/llms.txt`: what the service is, for language models and those who build with them (https://llmstxt.org).

It says of which report it answers, by which endpoints, and how its words are to be quoted. Addresses are
relative, since a service does not know under which name it is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from a4a_qa.report.report import About
from a4a_qa.service.pages.reference import Endpoint
from a4a_qa.text.notation import in_markdown, without_controls

_ABOUT = (
    "Answers questions about this report with the report's own sentences, each cited with its section, page "
    "and endnotes. No language model writes anything here."
)
_QUOTING = (
    "Quote `citations[].quote` word for word, with its `reference` and the `endnotes` that it rests on. "
    "Never put words of your own into quotation marks.",
    "`not_in_report` is an answer: say that none was found in the report, with `reason.message`, and do not "
    "fill the gap from elsewhere. With `partial`, say what `reason.message` says.",
    "Where `help` is set, show its text and contacts before anything else. With `declined` show nothing of "
    "the report, and do not ask in other words.",
    "Keep a quote closed whose `notices` have `distressing` until the person opens it. Contact details with "
    "`contact_2011` are as old as the report.",
    "Nothing that is asked is kept. Send questions in the body of a POST, never in an address.",
)
_PAGES = (
    ("/report", "the report", "with an anchor for each sentence, as in `citations[].url`"),
    ("/sources", "its sources", "the works that its endnotes name"),
    ("/help", "where to turn", "contacts for people who need help"),
    ("/", "ask", "the page for people"),
)


def llms_txt(
    about: About, endpoints: Sequence[Endpoint], examples: Sequence[str], *, upsetting: bool = False
) -> str:
    """The file as Markdown; `upsetting` is true for a report with parts that describe abuse in detail."""
    dated = f" Facts are those of {about.year}." if about.year else ""
    parts = (
        [f"# {_line(about.title)}"],
        [f"> {_ABOUT}{dated}"],
        _list(_known(about, upsetting=upsetting)),
        ["## Quoting"],
        _list(_QUOTING),
        ["## Pages"],
        _list(f"[{name}]({address}): {what}" for address, name, what in _PAGES),
        ["## Endpoints"],
        _list(map(_endpoint, endpoints)),
        *((["## Questions to begin with"], _list(map(_line, examples))) if examples else ()),
        ["## Optional"],
        _list(
            [
                "[OpenAPI](/openapi.json): the endpoints for programs",
                "[API reference](/docs): the same to read",
            ]
        ),
    )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _known(about: About, *, upsetting: bool) -> Iterator[str]:
    facts = {
        "Publisher": about.publisher,
        "Year": about.year and str(about.year),
        "Edition": about.edition,
        "Country": about.country,
        "Language": about.language,
        "PDF": about.pdf_url,
        "Rights": about.rights,
    }
    yield from (f"{name}: {_line(value)}" for name, value in facts.items() if value)
    if upsetting:
        yield "Some of it is upsetting"


def _endpoint(endpoint: Endpoint) -> str:
    what = endpoint.operation.get("description", "").split("\n\n")[0]
    return f"[{endpoint.method} {endpoint.pattern}](/docs#{endpoint.anchor}): {' '.join(what.split())}"


def _list(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _line(text: str) -> str:
    """Words of the report's data in one line, where nothing in them is markup."""
    return in_markdown(" ".join(without_controls(text).split()))
