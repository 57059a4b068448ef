"""What a PDF file says about itself: its title, the labels of its pages, and its outline.

`reader` is pypdf's. A file may be broken here and good elsewhere, so nothing raises.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

from a4a_qa.parsing.pdf.page import OutlineEntry


def labels_of(reader: Any, count: int) -> list[str | None]:
    """The printed labels, if the file gives any; a label that only counts the pages says nothing."""
    try:
        if "/PageLabels" in reader.root_object:
            labels = reader.page_labels
            return [str(label) for label in labels] if len(labels) == count else [None] * count
    except Exception as error:
        logging.getLogger(__name__).info("Page labels cannot be read: %s", type(error).__name__)
    return [None] * count


def title_of(reader: Any) -> str | None:
    """The document's title, if the file tells one."""
    try:
        title = reader.metadata.title if reader.metadata else None
        return _plain(title) or None if isinstance(title, str) else None
    except Exception:
        return None


def _plain(title: str) -> str:
    """A title as it is read: without the places where it may be broken, and without ligatures."""
    return " ".join(unicodedata.normalize("NFKC", title.replace("\xad", "")).split())


def outline_of(reader: Any) -> tuple[OutlineEntry, ...]:
    """The headings that the file lists, in order; none when they cannot be read."""
    try:
        return tuple(_outline_entries(reader, reader.outline, 0))
    except Exception as error:
        logging.getLogger(__name__).info("The outline cannot be read: %s", type(error).__name__)
        return ()


def _outline_entries(reader: Any, entries: list[Any], depth: int) -> Iterator[OutlineEntry]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline_entries(reader, entry, depth + 1)
        else:
            page = reader.get_destination_page_number(entry)
            title = _plain(str(entry.title or ""))
            if page is not None and page >= 0 and title:
                yield OutlineEntry(title, depth, page + 1)
