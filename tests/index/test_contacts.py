"""`contacts.toml`: what can be meant, and that nothing is shown as checked which is not."""

from datetime import date, timedelta

import pytest

from a4a_qa.errors import CorpusError
from a4a_qa.index.contacts import _SHIPPED, contacts_for, read_contact, read_contacts

TODAY = date.today()
NAME = 'name = "INHOPE: report abuse material online, by country"'


def edited(folder, *changes):
    """The contacts that ship, with some words of the first that has them replaced."""
    text = _SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "contacts.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("country", "local"),
    [(None, []), ("Philippines", []), ("Cambodia", ["aple"]), ("United Kingdom", ["stop-it-now"])],
)
def test_those_that_ship_are_for_every_country_or_for_the_reports_own(country, local):
    shown = {contact.id: contact.country for contact in contacts_for(None, country)}
    assert [id for id, where in shown.items() if where == country] == local
    assert set(shown) - set(local) == {
        *("ecpat", "inhope", "child-helpline-international", "take-it-down", "troubled-desire"),
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "helpline"', 'kind = "friend"', "contact 4: 'kind' is 'friend'"),
        ('verified_on = ""', 'verified_on = "soon"', "contact 1: 'verified_on' is 'soon', expected a day"),
        ('verified_on = ""', "verified_on = 2026-03-31T07:00:00", "contact 1: 'verified_on' is .* a day"),
        ('verified_on = ""', 'verified_on = "20260331"', "contact 1: 'verified_on' is .* a day"),
        ('verified_on = ""', "verified_on = 5", "contact 1: 'verified_on' is 5, expected a day"),
        ('https://inhope.org/"\nsource', 'http://inhope.org/"\nsource', "contact 2: 'url'"),
        ('id = "inhope"', 'id = "ecpat"', "several contacts have the id ecpat"),
        ('id = "inhope"', 'id = " "', "contact 2: 'id' is ' ', expected a text"),
        (NAME, 'name = "  "', "contact 2: 'name' is '  ', expected a text"),
        (NAME, "name = 5", "contact 2: 'name' is 5, expected a text"),
        ('country = "international"\n', "", "expected the fields"),
        (NAME, 'name = "INHOPE, +855 23 224 4"', "contact 2: 'name' is .*Put that into 'value'"),
        (NAME, 'name = "INHOPE: 116-111"', "contact 2: 'name' is .*Put that into 'value'"),
        (NAME, 'name = "INHOPE: ១១៦ ១១១"', "contact 2: 'name' is .*Put that into 'value'"),
        (NAME, 'name = "INHOPE, info@inhope.example"', "contact 2: 'name' is .*Put that into 'value'"),
        ('country = "Cambodia"', 'country = "Cambodia (023/224455)"', "contact 3: 'country' is .*'value'"),
    ],
)  # fmt: skip
def test_contacts_that_cannot_be_meant(tmp_path, old, new, words):
    with pytest.raises(CorpusError, match=words):
        read_contacts(edited(tmp_path, (old, new)))


@pytest.mark.parametrize("name", ["INHOPE, 24/7, since 1999", "INHOPE (12345)", "INHOPE @ home"])
def test_a_few_digits_are_no_number_to_call(tmp_path, name):
    assert read_contacts(edited(tmp_path, (NAME, f'name = "{name}"')))[1].name == name


@pytest.mark.parametrize(("by", "shown"), [("A. Name", "116 111"), ("   ", None), ("\\t", None)])
def test_blank_text_is_no_name(tmp_path, by, shown):
    changes = [
        ('value = ""', 'value = " 116 111 "'),
        ('verified_on = ""', f'verified_on = "{TODAY}"'),
        ('verified_by = ""', f'verified_by = "{by}"'),
    ]
    assert read_contacts(edited(tmp_path, *changes))[0].shown(TODAY)["value"] == shown


def test_blank_text_is_no_value_and_no_source(tmp_path):
    changes = [
        ('value = ""', 'value = "  "'),
        ('source = "https://ecpat.org/"', 'source = " "'),
        ('verified_on = ""', f'verified_on = "{TODAY}"'),
        ('verified_by = ""', 'verified_by = "A. Name"'),
    ]
    contact = read_contacts(edited(tmp_path, *changes))[0]
    assert (contact.value, contact.source) == ("", "")
    assert (contact.shown(TODAY)["value"], contact.shown(TODAY)["verified_on"]) == (None, None)


@pytest.mark.parametrize("day", ["2026-03-31", '"2026-03-31"', '" 2026-03-31 "'])
def test_a_day_may_stand_without_quotes(tmp_path, day):
    contact = read_contacts(edited(tmp_path, ('verified_on = ""', f"verified_on = {day}")))[0]
    assert contact.verified_on == date(2026, 3, 31)


def test_a_check_that_is_still_to_come_is_an_error(tmp_path):
    today, tomorrow = TODAY.isoformat(), (TODAY + timedelta(1)).isoformat()
    assert read_contacts(edited(tmp_path, ('verified_on = ""', f'verified_on = "{today}"')))
    file = edited(tmp_path, ('verified_on = ""', f'verified_on = "{tomorrow}"'))
    with pytest.raises(CorpusError, match=rf"contact 1 \(ecpat\): 'verified_on' is {tomorrow}, .* today is"):
        read_contacts(file)


def test_a_clock_that_is_behind_keeps_no_index_from_opening():
    later = contacts_for(None)[0].to_dict() | {"verified_on": (TODAY + timedelta(1)).isoformat()}
    assert read_contact(later, "contacts.json").shown(TODAY)["value"] is None
