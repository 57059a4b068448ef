"""Where things lie and how the service runs: environment and file → one frozen `Settings`, read at the edges.

`a4a-qa.toml` in the working directory may hold any field of `Settings`; the environment variable
A4A_QA_ with the field's name in capitals wins over it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from a4a_qa.errors import SettingsError
from a4a_qa.files import REPORT_FILE
from a4a_qa.text.notation import SAFE_LINK
from a4a_qa.toml_file import read_toml

FILE_NAME = "a4a-qa.toml"
PREFIX = "A4A_QA_"


@dataclass(frozen=True, slots=True)
class Settings:
    """`corpus` holds a folder for each report, `indexes` one for each index; `report` is their name.

    Without a `report`, the only folder in `corpus` (or else in `indexes`) is meant. All else is about the
    service: `threads` questions are worked on at a time in each of `workers` processes and `queue` more wait,
    nobody longer than `timeout` seconds. `rate_limit` is how many requests a minute one address may send, and
    `connection_limit` how many connections it may hold, 0 for any number. `trusted_proxies` are the addresses
    whose word on who is asking is believed, and `allowed_origins` the web sites whose pages may ask.
    `public_url` is where people reach the service, without a path: what absolute links to it begin with.
    `exit_url` is where "Leave this page" leads: a page that gives no hint of what was read before.
    `operator_address` is where people reach those who run the service when a page does not work for them: a
    web page or an e-mail address. `unreviewed_languages` are those whose strings the widget shows although no
    native speaker has reviewed them. `mcp` opens /mcp for programs that run language models, also under the
    names `mcp_hosts`, and `chat` the endpoints of OpenAI's API for chat programs; either needs one of the
    keys in the file `api_keys`, if that is given.
    `engine` searches a library: `embedded` in this process, or `qdrant` in the collection `qdrant_collection`
    of the server at `qdrant_url`, which takes `qdrant_api_key`.
    `reports` holds the texts of training/reports.toml, which only development needs.
    """

    corpus: Path = Path("corpus")
    indexes: Path = Path("indexes")
    report: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 2
    queue: int = 100
    timeout: float = 10.0
    rate_limit: int = 120
    connection_limit: int = 100
    trusted_proxies: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    public_url: str = ""
    exit_url: str = "https://www.bbc.com/weather"
    operator_address: str | None = None
    unreviewed_languages: tuple[str, ...] = ()
    mcp: bool = False
    mcp_hosts: tuple[str, ...] = ()
    chat: bool = False
    api_keys: Path | None = None
    engine: str = "embedded"
    qdrant_url: str | None = None
    qdrant_api_key: str | None = field(default=None, repr=False)
    qdrant_collection: str = "a4a-qa"
    reports: Path = Path("../shared/reports")

    def report_id(self) -> str:
        """The report that is meant. Raises SettingsError when there is none, or a choice."""
        if self.report:
            return self.report
        found = _folders(self.corpus, REPORT_FILE) or _folders(self.indexes, "manifest.json")
        if len(found) == 1:
            return found[0]
        if not found:
            raise SettingsError(
                f"There is no report in {self.corpus} and no index in {self.indexes}. "
                "Name a report: `a4a-qa index FILE`, set A4A_QA_CORPUS to the folder that holds one, "
                "or try `a4a-qa demo`."
            )
        raise SettingsError(
            f"There are several reports: {', '.join(found)}. Set A4A_QA_REPORT to one of them, "
            "or ask all: `a4a-qa library ask`, `a4a-qa serve --library`."
        )

    def corpus_folder(self) -> Path:
        """The folder of the report that is meant."""
        return self.corpus / self.report_id()

    def index_folder(self) -> Path:
        """The folder of its index."""
        return self.indexes / self.report_id()


def _folders(parent: Path, mark: str) -> list[str]:
    """The names of the folders in `parent` that hold the file `mark`."""
    if not parent.is_dir():
        return []
    return sorted(folder.name for folder in parent.iterdir() if (folder / mark).is_file())


def read_settings(environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings of this process. Raises SettingsError on anything that means nothing."""
    environment = os.environ if environment is None else environment
    values = _read_file(Path(FILE_NAME) if file is None else file)
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in _READERS:
            known = ", ".join(f"{PREFIX}{known.upper()}" for known in _READERS)
            raise SettingsError(
                f"The environment has {variable}, which means nothing here. Known are: {known}."
            )
        if not value.strip():
            raise SettingsError(f"The environment variable {variable} is empty. Set it or remove it.")
        values[name] = _read(name, value, f"The environment variable {variable}")
    return Settings(**values)


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    values = read_toml(path, SettingsError)
    for name in values:
        if name not in _READERS:
            raise SettingsError(f"{path} has '{name}', which means nothing; known are {', '.join(_READERS)}.")
    return {name: _read(name, value, f"In {path}, '{name}'") for name, value in values.items()}


def _read(name: str, value: Any, where: str) -> Any:
    try:
        return _READERS[name](value)
    except ValueError as error:
        raise SettingsError(f"{where} is {value!r}, expected {error}.") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value


def _path(value: Any) -> Path:
    return Path(_text(value))


def _folder_name(value: Any) -> str:
    name = _text(value)
    if name in (".", "..") or "/" in name or "\\" in name:
        raise ValueError("the name of a folder without a path")
    return name


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _seconds(value: Any) -> float:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text) or float(text) <= 0:
        raise ValueError("seconds, more than 0 and less than 10000")
    return float(text)


def _switch(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in ("true", "false"):
        raise ValueError("true or false")
    return text == "true"


def _engine(value: Any) -> str:
    if value not in ("embedded", "qdrant"):
        raise ValueError("embedded or qdrant")
    return str(value)


def _several(read_one: Callable[[str], str]) -> Callable[[Any], tuple[str, ...]]:
    """Several texts: a list in the file, or one text with commas between."""

    def read(value: Any) -> tuple[str, ...]:
        entries = value.split(",") if isinstance(value, str) else value
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise ValueError("a list of texts")
        return tuple(read_one(entry.strip()) for entry in entries)

    return read


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value) if "/" in value else ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("addresses or networks such as 10.0.0.1 and 10.1.0.0/16") from None


def _origin(value: str) -> str:
    # An exact origin as browsers send it: no path, no wildcard, and no default port to compare differently.
    found = re.fullmatch(r"(https?)://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::(\d{1,5}))?", value)
    if not found or found.groups() in (("https", "443"), ("http", "80")):
        raise ValueError(
            "web sites such as https://www.example.org, in small letters, without a path and without the "
            "port that goes without saying"
        )
    return value


def _host_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", value):
        raise ValueError("names such as ask.example.org, in small letters and without a port")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError("languages by their codes, such as km")
    return value


def _web_address(value: Any) -> str:
    if not SAFE_LINK.fullmatch(_text(value)):
        raise ValueError("an address such as https://www.example.org/weather")
    return str(value)


def _address_to_reach(value: Any) -> str:
    text = _text(value)
    if not SAFE_LINK.fullmatch(text) and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text, re.ASCII):
        raise ValueError("an address such as https://www.example.org/contact or help@example.org")
    return text


_READERS: dict[str, Callable[[Any], Any]] = {
    "corpus": _path,
    "indexes": _path,
    "reports": _path,
    "report": _folder_name,
    "host": _text,
    "port": _whole(0, 65_535),
    "workers": _whole(1, 64),
    "threads": _whole(1, 64),
    "queue": _whole(0, 10_000),
    "timeout": _seconds,
    "rate_limit": _whole(0, 1_000_000),
    "connection_limit": _whole(0, 1_000_000),
    "trusted_proxies": _several(_network),
    "allowed_origins": _several(_origin),
    "public_url": lambda value: _origin(_text(value)),
    "exit_url": _web_address,
    "operator_address": _address_to_reach,
    "unreviewed_languages": _several(_language),
    "mcp": _switch,
    "mcp_hosts": _several(_host_name),
    "chat": _switch,
    "api_keys": _path,
    "engine": _engine,
    "qdrant_url": _text,
    "qdrant_api_key": str,  # whatever it is, no message shows it
    "qdrant_collection": _folder_name,
}
