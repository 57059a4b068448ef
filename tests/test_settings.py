from pathlib import Path

import pytest

from a4a_qa.errors import CorpusError, SettingsError
from a4a_qa.parsing.metadata import read_metadata
from a4a_qa.settings import Settings, read_settings


def test_defaults(tmp_path):
    assert read_settings({}, tmp_path / "none.toml") == Settings(Path("corpus"), Path("indexes"), None)


def test_environment_wins_over_file(tmp_path):
    file = tmp_path / "a4a-qa.toml"
    file.write_text('corpus = "a"\nindexes = "b"\n')
    assert read_settings({"A4A_QA_CORPUS": "c", "PATH": "x"}, file) == Settings(Path("c"), Path("b"))


def test_settings_of_the_service(tmp_path):
    file = tmp_path / "a4a-qa.toml"
    file.write_text('port = 9000\ntimeout = 2.5\nallowed_origins = ["https://a.example:8443"]\n')
    settings = read_settings({"A4A_QA_PORT": "9001", "A4A_QA_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}, file)
    assert (settings.port, settings.timeout) == (9001, 2.5)
    assert settings.allowed_origins == ("https://a.example:8443",)
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("environment", "content", "words"),
    [
        ({"A4A_QA_CORPSU": "x"}, "", "A4A_QA_CORPSU, which means nothing here. Known are: A4A_QA_CORPUS"),
        ({"A4A_QA_CORPUS": " "}, "", "A4A_QA_CORPUS is empty"),
        ({"A4A_QA_REPORT": "../x"}, "", "expected the name of a folder"),
        ({}, "corpus = 3", "'corpus' is 3, expected a text"),
        ({}, "colour = 'x'", "'colour'"),
        ({}, "corpus =", "not valid TOML"),
        ({"A4A_QA_PORT": "65536"}, "", "A4A_QA_PORT is '65536', expected a whole number from 0 to 65535"),
        ({"A4A_QA_PORT": "８"}, "", "expected a whole number"),
        ({"A4A_QA_WORKERS": "0"}, "", "expected a whole number from 1 to 64"),
        ({}, "threads = true", "'threads' is True"),
        ({"A4A_QA_TIMEOUT": "nan"}, "", "expected seconds"),
        ({"A4A_QA_TRUSTED_PROXIES": "10.0.0.1/8"}, "", "expected addresses or networks"),
        ({"A4A_QA_ALLOWED_ORIGINS": "https://a.example/"}, "", "without a path"),
        ({"A4A_QA_ALLOWED_ORIGINS": "https://a.example:443"}, "", "without the port"),
        ({}, "allowed_origins = [1]", "expected a list of texts"),
        ({"A4A_QA_PUBLIC_URL": "https://a.example/ask"}, "", "without a path"),
        ({}, "public_url = 1", "expected a text"),
        ({"A4A_QA_MCP_HOSTS": "a.example:8000"}, "", "without a port"),
        ({"A4A_QA_EXIT_URL": "javascript:alert(1)"}, "", "expected an address such as https://"),
        ({"A4A_QA_EXIT_URL": 'https://a.example/"x'}, "", "expected an address such as https://"),
        ({"A4A_QA_OPERATOR_ADDRESS": "javascript:alert(1)"}, "", "or help@example.org"),
        ({"A4A_QA_OPERATOR_ADDRESS": "me@"}, "", "or help@example.org"),
        ({"A4A_QA_ENGINE": "elastic"}, "", "expected embedded or qdrant"),
    ],
)
def test_settings_that_mean_nothing(tmp_path, environment, content, words):
    file = tmp_path / "a4a-qa.toml"
    file.write_text(content)
    with pytest.raises(SettingsError, match=words):
        read_settings(environment, file)


def test_a_key_is_never_shown(tmp_path):
    file = tmp_path / "a4a-qa.toml"
    file.write_text('qdrant_apikey = "sesame"\n')
    with pytest.raises(SettingsError, match="qdrant_apikey") as raised:
        read_settings({}, file)
    settings = read_settings({"A4A_QA_QDRANT_API_KEY": "sesame"}, tmp_path / "none.toml")
    assert settings.qdrant_api_key == "sesame"
    assert "sesame" not in f"{raised.value} {settings!r}"


def test_the_only_report_is_meant(tmp_path):
    settings = Settings(tmp_path / "corpus", tmp_path / "indexes")
    with pytest.raises(SettingsError, match="There is no report"):
        settings.report_id()
    for name in ("one", "two"):
        (tmp_path / "corpus" / name).mkdir(parents=True)
        (tmp_path / "corpus" / name / "report.md").touch()
        if name == "one":
            assert settings.index_folder() == tmp_path / "indexes" / "one"
    with pytest.raises(SettingsError, match="several reports: one, two"):
        settings.report_id()


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path, **encoding):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a4a-qa.toml").write_text("port = 9000\n")
    (tmp_path / "report.toml").write_text("year = 2011\n")
    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SettingsError, match=r"a4a-qa\.toml cannot be read: Permission denied\."):
        read_settings({}, tmp_path / "a4a-qa.toml")
    with pytest.raises(CorpusError, match=r"report\.toml cannot be read: Permission denied\."):
        read_metadata(tmp_path / "report.md")
