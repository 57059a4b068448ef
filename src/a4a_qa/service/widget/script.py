"""The one file that pages load: the sources of the widget, its style and its English strings, joined.

No build tool is needed. Comments, indentation, spaces, signs and ends of lines that nothing needs are left
out, and private names are one letter, which is safe because no text in the sources holds the signs of a
comment or of a private name or goes over the end of a line, and no regular expression a space or what closes
behind a sign; a test looks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from string import ascii_letters

from a4a_qa.service.widget.release import VERSION

NAME = "ra.js"
_FOLDER = Path(__file__).parent
# In the order of use: a class must be there before it is registered.
_SOURCES = ("network.js", "leaving.js", "elements.js", "drawing.js", "focus.js", "element.js", "register.js")

# A text, which stays as it is, or a sign that needs no space around it.
_TEXT_OR_SIGN = re.compile(r"""("(?:\\.|[^"\\])*"|`[^`]*`)| ?([=,;:?&|<>{}()[\]]+) ?""")
# A text again, or a sign that what closes behind it makes needless.
_TEXT_OR_NEEDLESS = re.compile(r"""("(?:\\.|[^"\\])*"|`[^`]*`)|;(?=\})|,(?=[)\]}])""")
# What only the class itself can name.
_PRIVATE = re.compile(r"#[a-z]\w*")
# The end of a line that goes on, and of one behind which nothing can end.
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
    """The hash that a page names so that no other file is run."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script()).digest()).decode()


def languages() -> tuple[str, ...]:
    """The languages that there are strings for."""
    return tuple(sorted(file.stem for file in (_FOLDER / "strings").glob("*.json")))


def strings(language: str) -> dict[str, str]:
    """The strings of one of them."""
    found: dict[str, str] = json.loads((_FOLDER / "strings" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bare(source: str) -> str:
    """A source without imports, exports, `/** … */`, `// …`, indentation, spaces and ends of lines beside
    signs, and with private names of one letter."""
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
    """The style sheet without comments, and without what nothing needs."""
    source = " ".join(re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL).split())
    return re.sub(r" ?([{};,]) ?", r"\1", source).replace(": ", ":").replace(";}", "}")
