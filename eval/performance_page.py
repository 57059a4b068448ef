"""The page of docs/ that `make bench`, `make bench-peers` and `make load` each write a part of."""

import re
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def write_part(name: str, text: str) -> None:
    """Put a text between the marks of the part with this name, which the page has once."""
    part = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end of measured -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(part.sub(lambda marks: f"{marks[1]}{text.strip()}\n{marks[2]}", page), encoding="utf-8")
