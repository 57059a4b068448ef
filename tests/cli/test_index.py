"""Files that need a password, a corpus or an encoder of their own."""

import json
import shutil

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.models.encoder import SHIPPED
from a4a_qa.models.runtime import CARD_FILE
from cli.test_ask import QUESTION
from conftest import CORPUS, ROOT
from parsing.pdf.hostile import locked
from text.test_english import OTHERS, report_in

PDF = (ROOT / "tests/fixtures/pdf/serif.pdf").read_bytes()


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture
def locked_file(tmp_path):
    file = tmp_path / "locked.pdf"
    file.write_bytes(locked(PDF, "secret", "owner", "AES-256"))
    return file


def test_a_folder_that_is_no_encoder_is_an_error(small_file, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("index", small_file, "--output", tmp_path / "index", "--encoder", tmp_path / "empty")
    assert done.exit_code == 1
    assert (
        "holds model.onnx, model.signed.onnx, model.onnx.data, words.npy, tokenizer.json and card.json"
        in done.output
    )
    assert not (tmp_path / "index").exists()


def test_an_index_is_made_with_the_encoder_that_is_named(small_file, tmp_path):
    folder, index = shutil.copytree(SHIPPED, tmp_path / "encoder"), tmp_path / "index"
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    (folder / CARD_FILE).write_text(json.dumps(card | {"name": "copy"}), encoding="utf-8")
    done = run("index", small_file, "--output", index, "--encoder", folder)
    assert done.exit_code == 0, done.output
    assert json.loads((index / "manifest.json").read_text(encoding="utf-8"))["encoder"] == "copy"
    assert "12 shelters" in run("ask", QUESTION, "--index", index).output


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ([], "Give its password: --password."),
        (["--password", "guess"], "The password given does not open it"),
    ],
)
def test_a_locked_pdf_is_not_indexed_without_its_password(locked_file, tmp_path, password, words):
    done = run("index", locked_file, "--output", tmp_path / "index", *password)
    assert done.exit_code == 1
    assert words in done.output
    assert not (tmp_path / "index").exists()


def test_a_password_is_asked_for_and_not_shown(locked_file, tmp_path):
    arguments = ["index", str(locked_file), "--output", str(tmp_path / "index"), "--password"]
    done = CliRunner().invoke(main, arguments, input="secret\n")
    assert done.exit_code == 0, done.output
    assert "Password:" in done.output
    assert "secret" not in done.output


def test_a_locked_pdf_is_indexed_with_its_password(locked_file, tmp_path):
    done = run("index", locked_file, "--output", tmp_path / "index", "--password", "secret")
    assert done.exit_code == 0, done.output
    assert "33 sentences, 7 endnotes" in done.output
    assert (tmp_path / "index" / "manifest.json").is_file()


def test_the_password_opens_a_pdf_for_an_endnote_and_for_a_comparison(locked_file):
    password = ["--password", "secret"]
    assert "Rests on it:" in run("endnote", 1, "--report", locked_file, *password).output
    found = run("diff", ROOT / "tests/fixtures/pdf/serif.pdf", locked_file, *password)
    assert found.output.endswith("Different: 0.\n")


@pytest.mark.parametrize("command", [["report"], ["endnote", 1, "--report"], ["diff", CORPUS / "report.md"]])
def test_a_corpus_without_metadata_is_an_error(small_file, tmp_path, command):
    (tmp_path / "empty").mkdir()
    done = run(*command, small_file, "--corpus", tmp_path / "empty")
    assert done.exit_code == 1
    assert "There is no report.toml in" in done.output


@pytest.mark.parametrize("language", ["French", "Khmer"])
def test_a_report_in_another_language_is_told_at_indexing_and_in_each_refusal(tmp_path, language):
    file, index = report_in(language, tmp_path / "report.md"), tmp_path / "index"
    done = run("index", file, "--output", index)
    assert done.exit_code == 0
    assert "report.md: This report seems to be in another language than English" in done.stderr
    assert "another language" not in run("ask", "Are you a person?", "--index", index).stdout
    section = ["--section", "Report 2010"]
    for asked in (
        ["How many shelters are on Mars?"],
        ["How many shelters are on Mars?", *section],
        [OTHERS[language]],
    ):
        answer = json.loads(run("ask", *asked, "--json", "--index", index).stdout)
        assert answer["status"] == "not_in_report"
        assert "This report seems to be in another language than English" in answer["text"]
        assert "I did not find" not in answer["text"]


def test_nothing_is_said_of_the_language_of_an_english_report(small_file, tmp_path):
    assert run("index", small_file, "--output", tmp_path / "index").stderr == ""
