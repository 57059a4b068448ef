"""A citation → the text that refers to it in a bibliography."""

from __future__ import annotations

from collections.abc import Sequence

from a4a_qa.report import About, Pages


def reference_text(about: About, section: Sequence[str], page: Pages | None) -> str:
    """«Publisher (year). Title, 2nd ed. Section, pp. 16–21.»; what is unknown is left out."""
    year = f" ({about.year})" if about.year else ""
    author = f"{about.publisher}{year}." if about.publisher else year.strip() and f"{year.strip()}."
    edition = f", {about.edition} ed." if about.edition else "."
    place = section[0] if section else ""
    if page is not None:
        several = page.last != page.first
        place += f", {'pp.' if several else 'p.'} {page.label}" if place else page.label
    parts = [author, f"{about.title}{edition}", f"{place.rstrip('.')}." if place else ""]
    return " ".join(part for part in parts if part)
