"""`contacts.toml`: where a person in need can turn today, each contact with who checked it and when.

A report's own are part of its index, so that every surface shows the same. A report without a file has those
that ship, which are read whenever its index is opened: a new version of the package corrects them.

A phone number or e-mail address (`value`) is shown only while a named person has checked it less than a year
ago: an old number is worse than none. The address of the contact's own page is always shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.errors import CorpusError
from a4a_qa.notation import SAFE_LINK
from a4a_qa.toml_file import read_toml

FILE_NAME = "contacts.toml"
ContactKind = Literal["reporting", "helpline", "removal", "own_worry"]
KINDS: tuple[ContactKind, ...] = get_args(ContactKind)
_GOOD_FOR_DAYS = 365

_SHIPPED = Path(__file__).parent.parent / "data" / "help" / FILE_NAME
_FIELDS = ("id", "name", "kind", "country", "value", "url", "source", "verified_on", "verified_by")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can help, as in the file; `verified_on` is None until somebody has checked it."""

    id: str
    name: str
    kind: ContactKind
    country: str
    value: str
    url: str
    source: str
    verified_on: date | None
    verified_by: str

    def to_dict(self) -> dict[str, str]:
        """All fields as texts, as in the file."""
        checked = self.verified_on.isoformat() if self.verified_on else ""
        return {name: getattr(self, name) for name in _FIELDS} | {"verified_on": checked}

    def is_good(self, today: date) -> bool:
        """Whether a named person has checked the contact less than a year ago."""
        if self.verified_on is None or not self.verified_by:
            return False
        return 0 <= (today - self.verified_on).days < _GOOD_FOR_DAYS

    def shown(self, today: date) -> dict[str, Any]:
        """What a card shows of the contact: its `value` only while it is good."""
        good = bool(self.value) and self.is_good(today)
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "country": self.country,
            "url": self.url,
            "value": self.value if good else None,
            "verified_on": self.verified_on.isoformat() if good and self.verified_on else None,
        }


def contacts_for(corpus: Path | None) -> tuple[Contact, ...]:
    """The contacts in a report's folder, those that ship when it has none. Raises CorpusError."""
    return (own_contacts(corpus) if corpus else ()) or read_contacts(_SHIPPED)


def own_contacts(corpus: Path) -> tuple[Contact, ...]:
    """The contacts in a report's folder, none when it has no file of them; raises CorpusError."""
    file = corpus / FILE_NAME
    return read_contacts(file) if file.is_file() else ()


def read_contacts(path: Path) -> tuple[Contact, ...]:
    """The contacts of a file; raises CorpusError naming the contact and the field that means nothing."""
    values = read_toml(path, CorpusError)
    records = values.get("contact")
    if set(values) != {"contact"} or not isinstance(records, list) or not records:
        raise CorpusError(f"{path}: expected one [[contact]] after another and nothing else.")
    contacts = tuple(read_contact(record, f"{path}, contact {n}") for n, record in enumerate(records, 1))
    _check_ids(contacts, path)
    return contacts


def _check_ids(contacts: Sequence[Contact], path: Path) -> None:
    ids = [contact.id for contact in contacts]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise CorpusError(f"{path}: several contacts have the id {', '.join(twice)}.")


def read_contact(record: Any, where: str) -> Contact:
    """A contact from its fields; raises CorpusError, which begins with `where`."""
    if not isinstance(record, Mapping) or set(record) != set(_FIELDS):
        raise CorpusError(f"{where}: expected the fields {', '.join(_FIELDS)}.")
    wrong = [name for name in _FIELDS if not isinstance(record[name], str)]
    wrong += [name for name in ("id", "name") if not record[name]]
    if wrong:
        raise CorpusError(f"{where}: «{wrong[0]}» is {record[wrong[0]]!r}, expected a text.")
    if record["kind"] not in KINDS:
        raise CorpusError(f"{where}: «kind» is {record['kind']!r}, expected one of {', '.join(KINDS)}.")
    if not SAFE_LINK.fullmatch(record["url"]):
        raise CorpusError(f"{where}: «url» is {record['url']!r}, expected an address that begins https://.")
    try:
        checked = date.fromisoformat(record["verified_on"]) if record["verified_on"] else None
    except ValueError:
        raise CorpusError(
            f"{where}: «verified_on» is {record['verified_on']!r}, expected a day such as 2026-03-31."
        ) from None
    return Contact(**{**record, "verified_on": checked})
