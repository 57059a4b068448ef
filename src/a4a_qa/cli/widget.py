"""`a4a-qa widget-snippet`: what a webmaster puts into a page."""

from __future__ import annotations

import re

import click

from a4a_qa.cli.opening import plain_errors
from a4a_qa.errors import SettingsError
from a4a_qa.files import REPORT_FILE
from a4a_qa.settings import Settings, read_settings

_FRAME = """\
<iframe src="{address}/embed?lang={lang}" title="Ask about the report" loading="lazy"
  referrerpolicy="no-referrer" allow="clipboard-write" width="100%" height="640"
  sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox \
allow-top-navigation"></iframe>"""
_ELEMENT = """\
<script type="module" src="{address}/widget/{version}/{name}" crossorigin
  referrerpolicy="no-referrer" integrity="{integrity}"></script>
<report-assistant {attributes}>
  <a href="{address}/report">Read the report</a> <a href="{address}/help">Help and reporting</a>
</report-assistant>"""


@click.command("widget-snippet")
@click.argument("address")
@click.option(
    "--lang", default="en", show_default=True, help="The language of buttons and messages: en, fr, km."
)
@click.option("--floating", is_flag=True, help="A launcher in the corner instead of a place in the page.")
@click.option("--frame", is_flag=True, help="The private mode: a frame that the page around it cannot read.")
@plain_errors
def widget_snippet(address: str, lang: str, floating: bool, frame: bool) -> None:
    """Print the tags that put the assistant into a page, with version and integrity.

    ADDRESS is where browsers reach the service, such as https://ask.example.org. The site that holds the page
    goes into the setting allowed_origins: docs/embedding.md.
    """
    from a4a_qa.service.widget.script import NAME, VERSION, integrity, languages

    if lang not in languages():
        raise click.BadParameter(f"There are strings for {', '.join(languages())}.", param_hint="--lang")
    address = _checked(address)
    if frame:
        click.echo(_FRAME.format(address=address, lang=lang))
        return
    attributes = {"api": f"{address}/v1", "lang": lang, **_own(read_settings())}
    if floating:
        attributes["layout"] = "floating"
    shown = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    click.echo(
        _ELEMENT.format(address=address, version=VERSION, name=NAME, integrity=integrity(), attributes=shown)
    )


def _checked(address: str) -> str:
    near = r"http://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?"
    if not re.fullmatch(rf"(https://[^\s<>\"'?#]+|{near})/?", address):
        raise click.BadParameter(
            f"{address!r} is not asked by the widget; expected https://…, or to try it http://localhost:8000.",
            param_hint="ADDRESS",
        )
    return address.rstrip("/")


def _own(settings: Settings) -> dict[str, str]:
    """What the operator has set, and the year of the report that is meant."""
    from a4a_qa.parsing.metadata import read_metadata

    own = {}
    try:
        year = read_metadata(settings.corpus_folder() / REPORT_FILE).about.year
    except SettingsError:
        year = None  # none is there, or several: the widget then says "a published report"
    if year:
        own["year"] = str(year)
    if settings.exit_url != Settings().exit_url:
        own["exit-url"] = settings.exit_url.replace("&", "&amp;")
    return own
