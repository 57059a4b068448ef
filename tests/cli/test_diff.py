import json

from cli.test_ask import a4a_qa
from conftest import ROOT
from parsing.pdf.hostile import locked

FOLDER = ROOT / "tests/fixtures/pdf"


def test_two_readings_that_differ_in_a_word_and_a_note(tmp_path):
    text = (FOLDER / "harbours.md").read_text(encoding="utf-8")
    other = tmp_path / "other.md"
    other.write_text(
        text.replace("forty-two", "forty-three").replace("in June.", "in June.⁷"), encoding="utf-8"
    )
    done = a4a_qa("diff", FOLDER / "harbours.md", other)
    assert done.returncode == 3
    assert "- The survey covered forty-two harbours" in done.stdout
    assert "+ The survey covered forty-three harbours" in done.stdout
    assert "- none: School inspectors visit" in done.stdout
    assert "+ 7: School inspectors visit" in done.stdout
    assert done.stdout.endswith("Different: 2.\n")


def test_a_reading_is_alike_itself():
    done = a4a_qa("diff", FOLDER / "columns.pdf", FOLDER / "columns.pdf")
    assert done.returncode == 0
    assert "7 endnotes. Different: 0." in done.stdout


def test_a_report_from_pdf_is_shown_with_its_pages_and_doubts():
    done = a4a_qa("report", FOLDER / "serif.pdf")
    assert "Working at night  (2–3)" in done.stdout
    assert "7 note marks, 7 endnotes\n0 problems\n0 doubtful places" in done.stdout


def test_a_locked_pdf_is_opened_with_its_password(tmp_path):
    data = (FOLDER / "serif.pdf").read_bytes()
    (tmp_path / "locked.pdf").write_bytes(locked(data, "secret", "owner", "AES-256"))
    refused = a4a_qa("report", tmp_path / "locked.pdf")
    assert refused.returncode == 1
    assert "--password" in refused.stderr
    assert "7 endnotes" in a4a_qa("report", tmp_path / "locked.pdf", "--password", "secret").stdout


def test_what_describes_abuse_in_detail_stays_closed_until_asked_for(tmp_path):
    text = (FOLDER / "harbours.md").read_text(encoding="utf-8")
    other = tmp_path / "other.md"
    other.write_text(text.replace("forty-two", "forty-three"), encoding="utf-8")
    notice = {"quote": "The survey covered forty-three harbours", "kind": "distressing"}
    (tmp_path / "notices.jsonl").write_text(json.dumps(notice))
    shut = a4a_qa("diff", FOLDER / "harbours.md", other)
    assert "What differs here describes abuse in detail." in shut.stdout
    assert "forty" not in shut.stdout
    assert shut.returncode == 3
    assert "forty-three" in a4a_qa("diff", FOLDER / "harbours.md", other, "--show-distressing").stdout
