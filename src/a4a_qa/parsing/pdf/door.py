"""`python -m a4a_qa.parsing.pdf.door FILE MEMORY`: prints what pypdf finds in a file as one line of JSON.

pypdf opens and checks the file, and returns page labels, the outline, declared metadata, and the words to
compare the result with. It runs in its own process, with limits on memory, time and the size of unpacked
streams, so a hostile file costs no more than an error. No other module uses pypdf.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.parsing.pdf.file import limit_memory

# A report has a few hundred pages and a few megabytes. pypdf reads the whole file into memory.
_LARGEST_FILE, _MOST_PAGES = 200_000_000, 5_000
# Bytes in one unpacked stream. A page of text has some 50 kB, one with a large map some 10 MB.
_LONGEST_STREAM = 30_000_000
# Objects in one stream. pypdf parses some 60,000 a second, so a page takes half a minute at most.
_MOST_OBJECTS = 1_500_000
# Seconds for extracting words. Words on pages after that are not counted.
_MOST_SECONDS = 60.0

_WORD = re.compile(r"[^\W\d_]{2,}")
_Value = TypeVar("_Value")


def main() -> None:
    """Print what the file holds, or the error that keeps it from being read."""
    limit_memory(int(sys.argv[2]))
    logging.disable()  # pypdf warns about every oddity
    path = Path(sys.argv[1])
    password = sys.stdin.readline().rstrip("\n")
    try:
        known = opened(path, password or None)
    except RefusedError as refused:
        known = {"error": str(refused)}
    except MemoryError:
        known = {"error": f"{path} takes more memory than a PDF of a report does."}
    except Exception as error:  # anything that pypdf raises in the middle of a broken object
        words = " ".join(str(error).split())[:120]
        reason = f"{type(error).__name__}: {words}" if words else type(error).__name__
        known = {"error": f"{path} is damaged and cannot be read as a PDF ({reason}). Get the file again."}
    sys.stdout.write(json.dumps(known))


class RefusedError(Exception):
    """The file is not a PDF of a report."""


def opened(path: Path, password: str | None) -> dict[str, Any]:
    """What the file holds, as plain values. Raises RefusedError, or whatever pypdf raises."""
    import pypdf

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            beginning = file.read(1024)
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror or error}.") from error
    if size > _LARGEST_FILE:
        raise RefusedError(f"{path} has {size:,} bytes; a PDF of a report has at most {_LARGEST_FILE:,}.")
    if not beginning.strip(b"\0\t\n\r "):
        raise RefusedError(f"{path} is empty, expected a PDF.")
    if b"%PDF-" not in beginning:
        raise RefusedError(f"{path} does not begin with '%PDF-', so it is another kind of file.")
    limits: dict[str, Any] = {
        "zlib_maximum_output_length": _LONGEST_STREAM,
        "lzw_maximum_output_length": _LONGEST_STREAM,
        "run_length_maximum_output_length": _LONGEST_STREAM,
        "array_based_stream_maximum_output_length": _LONGEST_STREAM,
        "stream_parsing_work_maximum_count": _MOST_OBJECTS,
        "outline_maximum_entries": 5_000,
        "page_tree_maximum_entries": 4 * _MOST_PAGES,
    }
    with pypdf.apply_configuration(**limits):
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(password or ""):
            missing = (
                "Give its password: --password."
                if password is None
                else "The password given does not open it."
            )
            raise RefusedError(f"{path} is encrypted. {missing}")
        count = len(reader.pages)
        if not 0 < count <= _MOST_PAGES:
            raise RefusedError(f"{path} has {count:,} pages; a report has 1 to {_MOST_PAGES:,}.")
        return {
            "pages": count,
            "labels": _tried(lambda: _labels(reader, count)) or [None] * count,
            "outline": _tried(lambda: list(_outline(reader, reader.outline, 0))) or [],
            "declared": _tried(lambda: _declared(reader)) or {},
            "words": _words(reader),
        }


def _tried(read: Callable[[], _Value]) -> _Value | None:
    """The result, or None if the file is broken there: other parts may be sound."""
    try:
        return read()
    except Exception:
        return None


def _labels(reader: Any, count: int) -> list[str | None]:
    """The printed number of each page, where the file gives them."""
    labels = reader.page_labels if "/PageLabels" in reader.root_object else []
    return list(labels) if len(labels) == count else [None] * count


def _declared(reader: Any) -> dict[str, str | int | None]:
    """Title, author and year of creation."""
    info = reader.metadata or {}
    title, author = (plain(str(info.get(key) or "")) or None for key in ("/Title", "/Author"))
    year = re.match(r"D:((?:19|20)\d\d)", str(info.get("/CreationDate") or ""))
    return {"title": title, "author": author, "created": int(year[1]) if year else None}


def _outline(reader: Any, entries: list[Any], depth: int) -> Iterator[tuple[str, int, int]]:
    """The entries of the outline: title, depth from 0, page from 1."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(reader, entry, depth + 1)
        else:
            page = reader.get_destination_page_number(entry)
            title = plain(str(entry.title or ""))
            if page is not None and page >= 0 and title:
                yield title, depth, page + 1


def _words(reader: Any) -> dict[str, int]:
    """The words of all pages that pypdf can read in time, counted."""
    words: Counter[str] = Counter()
    end = time.monotonic() + _MOST_SECONDS
    for page in reader.pages:
        if time.monotonic() > end:
            break
        words += words_in(_tried(page.extract_text) or "")
    return words


def words_in(text: str) -> Counter[str]:
    """The words of a text, case-folded and counted, to compare two extractions of one page."""
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def plain(title: str) -> str:
    """A title without soft hyphens and ligatures."""
    return " ".join(unicodedata.normalize("NFKC", title.replace("\xad", "")).split())


if __name__ == "__main__":
    main()
