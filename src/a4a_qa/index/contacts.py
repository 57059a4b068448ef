"""`contacts.toml`: where a person in need can turn today, each contact with who checked it and when.

A report's own are part of its index, so that every surface shows the same. A report without a file has those
that ship for its country and for every country, which are read whenever its index is opened: a new version of
the package corrects them.

A phone number or e-mail address (`value`) is shown only while a named person has checked it less than a year
ago: an old number is worse than none. The address of the contact's own page is always shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from a4a_qa.errors import CorpusError
from a4a_qa.text.notation import SAFE_LINK
from a4a_qa.toml_file import day_of, read_toml

FILE_NAME = "contacts.toml"
# Under which name an index keeps them.
STORED_NAME = "contacts.json"
ContactKind = Literal["reporting", "helpline", "removal", "own_worry"]
KINDS: tuple[ContactKind, ...] = get_args(ContactKind)
_GOOD_FOR_DAYS = 365

_SHIPPED = Path(__file__).parent.parent / "data" / "help" / FILE_NAME
# What stands in the field `country` of a contact for people anywhere.
_ANYWHERE = "international"
# Fields that are shown whether or not anybody has checked them.
_ALWAYS_SHOWN = ("name", "country")
# Six digits or more with nothing but spaces and signs between them, or an e-mail address.
_TO_CALL_OR_WRITE = re.compile(r"(?:\d[\W_]*){6}|\S@\S+\.\w")
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


def contacts_for(corpus: Path | None, country: str | None = None) -> tuple[Contact, ...]:
    """The contacts in a report's folder; when it has none, those that ship for every country and for the
    report's own. Raises CorpusError."""
    own = own_contacts(corpus) if corpus else ()
    return own or tuple(c for c in read_contacts(_SHIPPED) if c.country in (_ANYWHERE, country))


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
    _check_days(contacts, path, date.today())
    return contacts


def stored_contacts(path: Path) -> tuple[Contact, ...]:
    """The contacts that an index keeps. Raises CorpusError, ValueError, TypeError or OSError."""
    return tuple(read_contact(record, path.name) for record in json.loads(path.read_bytes()))


def _check_ids(contacts: Sequence[Contact], path: Path) -> None:
    ids = [contact.id for contact in contacts]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise CorpusError(f"{path}: several contacts have the id {', '.join(twice)}.")


def _check_days(contacts: Sequence[Contact], path: Path, today: date) -> None:
    """Raise CorpusError for a check that is still to come. Contacts of an index are not looked at: a wrong
    clock must not keep it from opening."""
    for number, contact in enumerate(contacts, 1):
        if contact.verified_on and contact.verified_on > today:
            raise CorpusError(
                f"{path}, contact {number} ({contact.id}): 'verified_on' is {contact.verified_on}, which is "
                f"still to come: today is {today}. Put in the day of the check."
            )


def read_contact(record: Any, where: str) -> Contact:
    """A contact from its fields; raises CorpusError, which begins with `where`."""
    if not isinstance(record, Mapping) or set(record) != set(_FIELDS):
        raise CorpusError(f"{where}: expected the fields {', '.join(_FIELDS)}.")
    texts = {name: _read_text(name, record[name], where) for name in _FIELDS if name != "verified_on"}
    if texts["kind"] not in KINDS:
        raise CorpusError(f"{where}: 'kind' is {texts['kind']!r}, expected one of {', '.join(KINDS)}.")
    if not SAFE_LINK.fullmatch(texts["url"]):
        raise CorpusError(f"{where}: 'url' is {texts['url']!r}, expected an address that begins https://.")
    try:
        checked = day_of(record["verified_on"])
    except ValueError as expected:
        raise CorpusError(
            f"{where}: 'verified_on' is {record['verified_on']!r}, expected {expected}."
        ) from None
    return Contact(**texts, verified_on=checked)


def _read_text(name: str, value: Any, where: str) -> Any:
    """A field without the spaces around it, so that a blank one is empty."""
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or (not text and name in ("id", "name")):
        raise CorpusError(f"{where}: '{name}' is {value!r}, expected a text.")
    if name in _ALWAYS_SHOWN and _TO_CALL_OR_WRITE.search(text):
        raise CorpusError(
            f"{where}: '{name}' is {text!r}, with a telephone number or an e-mail address. Put that into "
            "'value', which is shown only while somebody has checked it."
        )
    return text
