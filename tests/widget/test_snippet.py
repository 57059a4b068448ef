import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.service.widget.script import VERSION, integrity
from conftest import ROOT


@pytest.fixture
def snippet(monkeypatch):
    monkeypatch.chdir(ROOT)

    def run(*options: str, **environment: str):
        return CliRunner().invoke(main, ["widget-snippet", *options], env=environment)

    return run


def test_the_tag_names_version_and_integrity(snippet):
    printed = snippet("https://ask.example.org/").output
    assert f'src="https://ask.example.org/widget/{VERSION}/ra.js" crossorigin' in printed
    assert 'referrerpolicy="no-referrer"' in printed
    assert f'integrity="{integrity()}"' in printed
    assert '<report-assistant api="https://ask.example.org/v1" lang="en" year="2011">' in printed


def test_what_the_operator_has_set_is_in_it(snippet):
    printed = snippet("http://localhost:8000", "--floating", A4A_QA_EXIT_URL="https://a.example/?a&b").output
    assert 'exit-url="https://a.example/?a&amp;b" layout="floating"' in printed


def test_the_private_mode_is_a_frame(snippet):
    printed = snippet("https://ask.example.org", "--frame", "--lang", "fr").output
    assert printed.startswith('<iframe src="https://ask.example.org/embed?lang=fr"')
    for permission in ("allow-top-navigation", "allow-popups-to-escape-sandbox", 'allow="clipboard-write"'):
        assert permission in printed


def test_it_works_where_there_is_no_report(snippet, tmp_path):
    printed = snippet("https://ask.example.org", A4A_QA_CORPUS=str(tmp_path), A4A_QA_INDEXES=str(tmp_path))
    assert printed.exit_code == 0
    assert "year" not in printed.output


def test_the_address_is_that_of_the_settings_unless_another_is_named(snippet):
    address = {"A4A_QA_PUBLIC_URL": "https://ask.example.org"}
    assert 'api="https://ask.example.org/v1"' in snippet(**address).output
    assert 'api="https://other.example/v1"' in snippet("https://other.example", **address).output
    assert "Name the ADDRESS" in snippet().output


@pytest.mark.parametrize(
    "options", [["http://ask.example.org"], ["ask.example.org"], ["https://a.example", "--lang", "xx"]]
)
def test_what_would_not_work_is_refused(snippet, options):
    assert snippet(*options).exit_code == 2
