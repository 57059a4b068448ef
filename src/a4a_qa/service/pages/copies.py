"""A citation in the forms that people paste: a quotation with its reference, and for reference managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from a4a_qa.bibliography import FORMATS
from a4a_qa.references import report_reference
from a4a_qa.report import About
from a4a_qa.service.pages.wording import place_in_words

_NAMES = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to be copied, and what it is."""

    name: str
    text: str


def copies(citation: Mapping[str, Any], about: About) -> tuple[Copy, ...]:
    """The forms of a citation, given as plain values; the quotation is the first."""
    page = citation["page"]
    # All quotes are of one work. The pages of a whole section are not those of the quote: they stand beside
    # its name.
    is_exact = page is not None and page["exact"]
    reference = replace(
        report_reference(about),
        page=page["label"] if is_exact else None,
        note=place_in_words(citation["section"], None if is_exact else page),
    )
    quotation = Copy("Quotation", f"“{citation['quote']}” ({citation['reference'].rstrip('.')})")
    return quotation, *(Copy(name, FORMATS[form].write([reference])) for form, name in _NAMES.items())
