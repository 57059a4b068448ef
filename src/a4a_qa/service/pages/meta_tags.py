"""What a report is, for the head of its page: reference managers and search engines read it there.

Three vocabularies, since none is read by all: the `citation_…` tags of Highwire Press, Dublin Core, and
JSON-LD of schema.org.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from a4a_qa.report.report import About


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
