"""A citation → an annotation as tools for annotating read it: https://www.w3.org/TR/annotation-model/.

It finds the quote by its words with a few around them, by its offsets in the report's text, and in a PDF by
its page.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from a4a_qa.report.report import About, Place, Report
from a4a_qa.safeguarding.notices import DISTRESSING

# How many characters before and after a quote are told: enough to tell it from the same words elsewhere.
_AROUND = 32
_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_PDF_PAGES = "http://tools.ietf.org/rfc/rfc3778"


def web_annotation(
    citation: Mapping[str, Any], report: Report, closed: Sequence[Place] = (), *, is_open: bool = False
) -> dict[str, Any]:
    """The annotation of a citation, which is one of those in `Answer.to_dict()`.

    Its source is the report's PDF where the address is known, or else the page of the service that shows it.
    Of the places in `closed` no word is told around a quote, and those of a distressing quote only when
    `is_open`.
    """
    is_told = is_open or DISTRESSING not in citation["notices"]
    # The report of a citation goes into its id, since equal words may stand at one place of two reports.
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{citation['report']}#{citation['id']}")
    bodies = [("describing", citation["reference"]), *(("tagging", notice) for notice in citation["notices"])]
    return {
        "@context": _CONTEXT,
        "id": identity.urn,
        "type": "Annotation",
        "motivation": "highlighting",
        "body": [
            {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
            for purpose, value in bodies
        ],
        "target": {
            "type": "SpecificResource",
            "source": report.about.pdf_url or re.split("[?#]", citation["url"])[0],
            "selector": [
                *([_quote(citation, report, closed)] if is_told else []),
                {"type": "TextPositionSelector", "start": citation["start"], "end": citation["end"]},
                *_page(citation, report.about),
            ],
        },
    }


def _quote(citation: Mapping[str, Any], report: Report, closed: Sequence[Place]) -> dict[str, Any]:
    start, end = citation["start"], citation["end"]
    first = max([0, start - _AROUND, *(min(place.end, start) for place in closed if place.start < start)])
    last = min([end + _AROUND, *(max(place.start, end) for place in closed if place.end > end)])
    return {
        "type": "TextQuoteSelector",
        "exact": citation["quote"],
        "prefix": report.text[first:start],
        "suffix": report.text[end:last],
    }


def _page(citation: Mapping[str, Any], about: About) -> Iterator[dict[str, Any]]:
    page = citation["page"]
    if about.pdf_url and page and page["exact"]:
        yield {"type": "FragmentSelector", "conformsTo": _PDF_PAGES, "value": f"page={page['first']}"}
