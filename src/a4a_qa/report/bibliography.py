"""References → BibTeX, RIS and CSL-JSON, which reference managers read; a report → the tags of its page.

The page tells what the report is in three vocabularies, since none is read by all: the `citation_…` tags of
Highwire Press, Dublin Core, and JSON-LD of schema.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from a4a_qa.report.references import Reference
from a4a_qa.report.report import About
from a4a_qa.text.notation import without_controls

_BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}$&%#_"},
}
_RIS_KINDS = {"web": "ELEC", "communication": "PCOMM", "publication": "RPRT"}
_CSL_KINDS = {"web": "webpage", "communication": "personal_communication", "publication": "report"}


@dataclass(frozen=True, slots=True)
class Format:
    """A format for references: its media type, how its files end, and how it is written."""

    media_type: str
    ending: str
    write: Callable[[Sequence[Reference]], str]


def to_bibtex(references: Sequence[Reference]) -> str:
    """The references as a BibTeX file."""
    return without_controls("\n".join(_bibtex(reference) for reference in references))


def _bibtex(reference: Reference) -> str:
    fields = {
        # Doubled braces keep the capitals of names, and a body whole: who publishes a report wrote it.
        "author": reference.publisher and f"{{{_escape(reference.publisher)}}}",
        "title": f"{{{_escape(reference.title)}}}",
        "publisher": _escape(reference.publisher),
        "edition": _escape(reference.edition),
        "year": str(reference.year) if reference.year else None,
        "url": _escape_address(reference.url),
        "urldate": reference.accessed,
        "pages": reference.page,
        "note": _escape(reference.note),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    kind = "book" if reference.publisher else "misc"
    return f"@{kind}{{{reference.key},\n{''.join(lines)}}}\n"


def _escape(text: str | None) -> str | None:
    return text and "".join(_BIBTEX_SPECIAL.get(character, character) for character in text)


def _escape_address(address: str | None) -> str | None:
    """An address is printed as it is; only braces would end the field."""
    return address and address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def to_ris(references: Sequence[Reference]) -> str:
    """The references as an RIS file, whose lines end in CR LF."""
    return without_controls("".join(f"{line}\r\n" for reference in references for line in _ris(reference)))


def _ris(reference: Reference) -> Iterator[str]:
    # Where a work is cited from page to page, RIS has a field for either.
    pages = re.fullmatch(r"\s*(\w+)\s*[-–]\s*(\w+)\s*", reference.page or "")
    first, last = pages.groups() if pages else (reference.page, None)
    tags = [
        ("TY", _RIS_KINDS[reference.kind]),
        ("ID", reference.key),
        ("AU", reference.publisher),
        ("TI", reference.title),
        ("PB", reference.publisher),
        ("ET", reference.edition),
        ("PY", reference.year),
        ("UR", reference.url),
        ("Y2", reference.accessed and reference.accessed.replace("-", "/")),
        ("SP", first),
        ("EP", last),
        ("N1", reference.note),
    ]
    yield from (f"{tag}  - {' '.join(str(value).split())}" for tag, value in tags if value)
    yield "ER  - "


def to_csl_json(references: Sequence[Reference]) -> str:
    """The references as CSL-JSON."""
    return json.dumps([_csl(reference) for reference in references], ensure_ascii=False, indent=1)


def _csl(reference: Reference) -> dict[str, Any]:
    fields = {
        "id": reference.key,
        "type": _CSL_KINDS[reference.kind],
        "author": [{"literal": reference.publisher}] if reference.publisher else None,
        "title": reference.title,
        "publisher": reference.publisher,
        "edition": reference.edition,
        "issued": {"date-parts": [[reference.year]]} if reference.year else None,
        "URL": reference.url,
        "accessed": {"date-parts": [[int(part) for part in reference.accessed.split("-")]]}
        if reference.accessed
        else None,
        "page": reference.page,
        "note": reference.note,
    }
    return {name: _visible(value) for name, value in fields.items() if value}


def _visible(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value


FORMATS: Mapping[str, Format] = {
    "bibtex": Format("application/x-bibtex", "bib", to_bibtex),
    "ris": Format("application/x-research-info-systems", "ris", to_ris),
    "csl-json": Format("application/vnd.citationstyles.csl+json", "json", to_csl_json),
}


def meta_tags(about: About) -> tuple[tuple[str, str], ...]:
    """The names and contents of the page's `meta` elements; `url` is the page that shows it. What is
    unknown is left out."""
    year = str(about.year) if about.year else None
    tags = (
        ("citation_title", about.title),
        # Tells Zotero that it is a report.
        ("citation_technical_report_institution", about.publisher),
        ("citation_publication_date", year),
        ("citation_language", about.language),
        ("citation_pdf_url", about.pdf_url),
        ("DC.title", about.title),
        # A body: of a `citation_author` Zotero takes the last word for the family name.
        ("DC.creator", about.publisher),
        ("DC.publisher", about.publisher),
        ("DC.date", year),
        ("DC.language", about.language),
        ("DC.coverage", about.country),
        ("DC.rights", about.rights),
    )
    return tuple((name, content) for name, content in tags if content)


def json_ld(about: About, url: str) -> Mapping[str, Any]:
    """The report as a `Report` of schema.org; `url` is the page that shows it. What is
    unknown is left out."""
    publisher = about.publisher and {"@type": "Organization", "name": about.publisher}
    pdf = {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": about.pdf_url}
    values = {
        "@context": "https://schema.org",
        "@type": "Report",
        "url": url,
        "name": about.title,
        "author": publisher,
        "publisher": publisher,
        "datePublished": str(about.year) if about.year else None,
        "version": about.edition,
        "inLanguage": about.language,
        "spatialCoverage": about.country,
        "copyrightNotice": about.rights,
        "encoding": pdf if about.pdf_url else None,
    }
    return {name: value for name, value in values.items() if value}
