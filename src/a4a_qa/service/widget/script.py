"""The one file that pages load: the widget's sources, its style and its English strings, joined and minified.

No build tool is needed. Comments, needless spaces, signs and line ends are left out, and private names become
one letter. That is safe because no string in the sources contains a comment's or a private name's signs or
spans lines, and no regular expression contains a space; a test checks this.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from string import ascii_letters

# Pages name the version, so a file that was released under one never changes. `INTEGRITY` has the hash of
# each version, and a test compares them. Whoever changes a source raises the version after
# `make keep-widget` has put the old files into `released/`, unless the old version was never released.
VERSION = "1.1.0"
INTEGRITY = {
    "1.0.0": "sha384-w6D9UqzCAFc0vDNgVXU7rardTbnSBI81Rgh9KjumobEdGsqTH4lYybXdAad+rsgs",
    "1.1.0": "sha384-qvAI32tGpGCuuCkLwgNUqK1XqovMQOs7oqQ/kXg/EafHDj4UQYJNI3unvl1UxJS1",
}
NAME = "ra.js"
_FOLDER = Path(__file__).parent
# In the order of use: a class must be there before it is registered.
_SOURCES = ("network.js", "leaving.js", "elements.js", "drawing.js", "focus.js", "element.js", "register.js")

# A string, which stays as it is, or a sign that needs no space around it.
_TEXT_OR_SIGN = re.compile(r"""("(?:\\.|[^"\\])*"|`[^`]*`)| ?([=,;:?&|<>{}()[\]]+) ?""")
# A string again, or a sign that the closing bracket after it makes needless.
_TEXT_OR_NEEDLESS = re.compile(r"""("(?:\\.|[^"\\])*"|`[^`]*`)|;(?=\})|,(?=[)\]}])""")
# A private name, which nothing outside its class can use.
_PRIVATE = re.compile(r"#[a-z]\w*")
# A line end within a statement.
_LINE_END = re.compile(r"(?<=[,;{([])\n|\n(?=[)}\].?:&|])")


@cache
def script() -> bytes:
    """The widget as a module that imports nothing."""
    constants = {
        "VERSION": VERSION,
        "LANGUAGES": [language for language in languages() if language != "en"],
        "ENGLISH": strings("en"),
        "STYLE": _style((_FOLDER / "source" / "style.css").read_text(encoding="utf-8")),
    }
    head = [f"const {name}={_json(value)};" for name, value in constants.items()]
    parts = [_bare((_FOLDER / "source" / name).read_text(encoding="utf-8")) for name in _SOURCES]
    return "\n".join([*head, *parts, ""]).encode()


def integrity() -> str:
    """The hash for a page's `integrity` attribute, so that its browser runs no other file."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script()).digest()).decode()


def languages() -> tuple[str, ...]:
    """The languages with strings."""
    return tuple(sorted(file.stem for file in (_FOLDER / "strings").glob("*.json")))


def strings(language: str) -> dict[str, str]:
    """The strings of one language."""
    found: dict[str, str] = json.loads((_FOLDER / "strings" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bare(source: str) -> str:
    """A minified source, without imports and exports."""
    source = re.sub(r"^import .*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"^export ", "", source, flags=re.MULTILINE)
    source = re.sub(r"/\*\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"(^|\s)// .*", "", source)
    private = list(dict.fromkeys(_PRIVATE.findall(source)))
    source = _PRIVATE.sub(lambda found: f"#{ascii_letters[private.index(found[0])]}", source)
    source = _TEXT_OR_SIGN.sub(lambda found: found[1] or found[2], source)
    source = _LINE_END.sub("", "\n".join(line.strip() for line in source.splitlines() if line.strip()))
    return _TEXT_OR_NEEDLESS.sub(lambda found: found[1] or "", source)


def _style(source: str) -> str:
    """The minified style sheet."""
    source = " ".join(re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).split())
    return re.sub(r" ?([{};,]) ?", r"\1", source).replace(": ", ":").replace(";}", "}")
