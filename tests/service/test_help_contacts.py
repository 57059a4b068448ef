"""Whose contacts are shown while no index can be opened: the report's own where they can be found."""

import json
import shutil

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from a4a_qa.cli.main import main
from a4a_qa.index import contacts
from a4a_qa.index.build import build_index
from a4a_qa.index.contacts import FILE_NAME, STORED_NAME, contacts_for
from a4a_qa.service import server
from a4a_qa.service.help_only import contacts_without
from a4a_qa.settings import Settings
from conftest import SMALL_REPORT


def write_contacts(folder, name):
    """The report's own contacts in its folder: one of that name."""
    contact = {"id": "own", "name": name, "kind": "helpline", "country": "international"}
    contact |= {"url": "https://own.example.org/"}
    contact |= dict.fromkeys(("value", "source", "verified_on", "verified_by"), "")
    fields = "".join(f'{field} = "{value}"\n' for field, value in contact.items())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(f"[[contact]]\n{fields}", encoding="utf-8")


def edit_json(path, change):
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture
def settings(tmp_path):
    """Those of a report with contacts of its own, and without an index."""
    write_contacts(tmp_path / "corpus" / "own", "Our line")
    return Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes", report="own")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The index of another report, which has contacts of its own."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    write_contacts(folder, "Their line")
    build_index(folder / "small.md", folder / "index")
    return folder / "index"


@pytest.fixture
def damaged(whole, tmp_path):
    """The same with a part that is missing."""
    shutil.copytree(whole, tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "words.json").unlink()
    return tmp_path / "elsewhere"


def names(index, settings):
    return [contact.name for contact in contacts_without(index, settings)]


@pytest.mark.parametrize("is_default", [True, False])
def test_the_reports_folder_is_looked_at_when_there_is_no_index(settings, tmp_path, is_default):
    assert names(None if is_default else tmp_path / "none", settings) == ["Our line"]


def test_a_damaged_index_has_the_contacts_of_its_report(settings, damaged):
    assert names(damaged, settings) == ["Their line"]


def test_contacts_in_the_folder_of_its_report_are_newer(settings, damaged):
    write_contacts(settings.corpus / "small", "Their new line")
    assert names(damaged, settings) == ["Their new line"]


def test_an_index_of_another_format_keeps_its_contacts(settings, damaged):
    edit_json(damaged / "manifest.json", lambda values: values.update(format=1))
    assert names(damaged, settings) == ["Their line"]


def test_an_index_without_a_manifest_keeps_its_contacts(settings, damaged):
    (damaged / "manifest.json").write_text("{", encoding="utf-8")
    assert names(damaged, settings) == ["Their line"]


def test_contacts_that_were_changed_in_an_index_are_not_shown(settings, damaged):
    edit_json(damaged / STORED_NAME, lambda values: values[0].update(name="A changed line"))
    assert names(damaged, settings) == [contact.name for contact in contacts_for(None)]


@pytest.mark.parametrize("stored", ["{", "[5]", "[]", "5"])
def test_what_means_nothing_in_an_index_is_passed_over(settings, damaged, stored):
    (damaged / "manifest.json").unlink()
    (damaged / STORED_NAME).write_text(stored, encoding="utf-8")
    assert names(damaged, settings) == ["Our line"]


def test_contacts_in_the_folder_are_newer_than_those_of_the_default_index(settings, damaged):
    shutil.copytree(damaged, settings.index_folder())
    assert names(None, settings) == ["Our line"]


def test_the_default_index_keeps_contacts_that_the_folder_has_lost(settings, damaged):
    shutil.copytree(damaged, settings.index_folder())
    (settings.corpus_folder() / FILE_NAME).unlink()
    assert names(None, settings) == ["Their line"]


def test_those_that_ship_are_shown_where_no_report_is_meant(tmp_path):
    nothing = Settings(corpus=tmp_path / "corpus", indexes=tmp_path / "indexes")
    assert contacts_without(None, nothing) == contacts_without(tmp_path, nothing) == contacts_for(None)


def test_contacts_with_a_slip_are_named_and_others_shown(settings, caplog):
    (settings.corpus_folder() / FILE_NAME).write_text("[[contact", encoding="utf-8")
    assert contacts_without(None, settings) == contacts_for(None)
    assert "is not valid TOML" in caplog.text
    assert "Until that is mended, other contacts are shown." in caplog.text


def test_the_command_shows_them(settings, damaged, monkeypatch):
    shown = []
    monkeypatch.setattr(server.uvicorn.Server, "run", lambda self, sockets: shown.append(self.config.app))
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--index", str(damaged)])
    assert "lacks its part words.json" in " ".join(done.output.split())
    assert "Their line" in TestClient(shown[0]).get("/help").text


def test_nothing_is_served_when_there_are_no_contacts_to_show(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(contacts, "_SHIPPED", tmp_path / "none.toml")
    done = CliRunner().invoke(main, ["serve", "--port", "0", "--index", "none"])
    assert (done.exit_code, "http" in done.output) == (1, False)
    assert "none.toml cannot be read" in done.output


def test_a_worker_shows_them(settings, damaged):
    assert "Their line" in TestClient(server._open_app(damaged, settings)).get("/help").text
