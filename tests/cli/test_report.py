import json

import pytest

from cli.test_ask import a4a_qa
from conftest import CORPUS, ROOT


def test_the_outline_with_counts_and_problems():
    done = a4a_qa("report", CORPUS)
    assert done.returncode == 0
    assert "  Child protection units" in done.stdout
    assert "164 note marks, 164 endnotes" in done.stdout
    assert "1 problem\n  line 1005: Endnote 155" in done.stdout


def test_where_the_citation_comes_from(tmp_path):
    told = a4a_qa("report", CORPUS).stdout.splitlines()[1]
    assert told == " · ".join(
        f"{name}: from report.toml" for name in ("Title", "Publisher", "Year", "Country")
    )
    (tmp_path / "report.md").write_text("# Boats in Chad\n\nMay 2014\n\n## One\n\nThey sank.\n")
    lines = a4a_qa("report", tmp_path).stdout.splitlines()
    assert lines[:2] == [
        "Boats in Chad (unknown publisher, 2014)",
        "Title: from the first heading · Publisher: not found · Year: from the first lines · "
        "Country: from the title",
    ]


def test_the_whole_model_as_json(report):
    model = json.loads(a4a_qa("report", CORPUS, "--json").stdout)
    assert list(model) == [
        "report", "text", "sections", "blocks", "sentences", "note_marks", "endnotes", "problems",
    ]  # fmt: skip
    assert model["text"] == report.text
    assert model["sections"][1]["path"] == ["Glossary"]
    assert {"kind", "start", "end", "section", "page"} <= model["blocks"][0].keys()
    assert {"start", "end", "endnotes"} <= model["sentences"][0].keys()
    assert {"number", "offset", "page"} <= model["note_marks"][0].keys()
    assert {"number", "text", "start", "end", "sources", "page"} <= model["endnotes"][0].keys()


def test_lists_of_sections_and_endnotes(small_file):
    assert a4a_qa("report", small_file, "--sections").stdout.splitlines() == [
        "CONTENTS", "Introduction  (2–3)", "  Schools", "Protection  (3–4)", "Endnotes  (4 ff.)",
    ]  # fmt: skip
    endnotes = a4a_qa("report", small_file, "--endnotes").stdout
    assert endnotes.count("\n") >= 5
    assert "    4  Direct communication with a teacher." in endnotes


def test_an_endnote_with_the_sentences_that_rest_on_it(small_file):
    done = a4a_qa("endnote", 2, "--report", small_file)
    assert "2  Ministry of Health, Shelters." in done.stdout
    assert "“They are run by the Ministry of Health and by churches.”" in done.stdout
    record = json.loads(a4a_qa("endnote", 2, "--report", small_file, "--json").stdout)
    assert [s["text"] for s in record["sentences"]] == [
        "They are run by the Ministry of Health and by churches."
    ]


@pytest.mark.parametrize("number", [0, 6, -1])
def test_an_endnote_that_is_not_there(small_file, number):
    done = a4a_qa("endnote", "--report", small_file, "--", number)
    assert done.returncode == 1
    assert f"There is no endnote {number}; the report has 1 to 5." in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("no.md", None, "There is no report"), ("e.md", b"", "is empty"), ("b.md", b"\x89PNG\x00", "UTF-8")],
)
def test_files_that_are_no_report(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for command in ("report", "index"):
        done = a4a_qa(command, tmp_path / name, cwd=tmp_path)
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_hostile_report_cannot_steer_the_terminal(tmp_path):
    (tmp_path / "report.md").write_text(
        "# One\x1b[2J\n\nA\x1b]0;title\x07 sentence.¹\n\n¹ A \x1b[31mnote.\n", encoding="utf-8"
    )
    for arguments, words in (
        (["report"], "One"),
        (["report", "--endnotes"], "note."),
        (["endnote", 1, "--report"], "note."),
    ):
        shown = a4a_qa(*arguments, tmp_path).stdout
        assert "\x1b" not in shown
        assert words in shown


CLOSED = "This sentence describes abuse in detail. To read it, ask again with --show-distressing."


def shown(*arguments, **options):
    """What a command prints, however wide the terminal is."""
    return " ".join(a4a_qa(*arguments, **options).stdout.split())


@pytest.fixture
def marked_file(small_file):
    """A report of which a sentence that rests on endnote 2 stays closed until opened."""
    notice = {"quote": "They are run by the Ministry of Health and by churches.", "kind": "distressing"}
    (small_file.parent / "notices.jsonl").write_text(json.dumps(notice))
    return small_file


@pytest.mark.parametrize("number", [23, 54])
def test_a_sentence_on_an_endnote_stays_closed_until_asked_for(report, number):
    [sentence] = report.sentences_on(number)
    words = " ".join(report.slice(sentence).split()[:3])
    shut, opened = shown("endnote", number), shown("endnote", number, "--show-distressing")
    assert (CLOSED in shut, words in shut) == (True, False)
    assert (CLOSED in opened, words in opened) == (False, True)
    [told] = json.loads(a4a_qa("endnote", number, "--json").stdout)["sentences"]
    assert told["notices"] == ["distressing"]


def test_the_notices_of_an_endnote_are_those_beside_its_report(marked_file):
    assert CLOSED in shown("endnote", 2, "--report", marked_file)


def test_the_notices_of_a_report_without_its_file_are_those_of_its_index(index_folder, tmp_path):
    (tmp_path / "indexes").mkdir()
    (tmp_path / "indexes/cambodia-2011").symlink_to(index_folder)
    assert CLOSED in shown("endnote", 23, cwd=tmp_path)


def test_a_doubtful_place_stays_closed_until_asked_for(tmp_path):
    notice = {"quote": "Child sex offenders from the whole region.", "kind": "distressing"}
    (tmp_path / "notices.jsonl").write_text(json.dumps(notice))
    pdf = tmp_path / "report.pdf"
    pdf.symlink_to(ROOT / "tests/fixtures/report-layout-a.pdf")
    shut = shown("report", pdf)
    assert "ends in mid-sentence: This place describes abuse in detail." in shut
    assert "a hyphen and a space: “ECPAT- Cambodia”" in shut
    opened = shown("report", pdf, "--show-distressing")
    assert "child sex offenders from the Asian region”" in opened


def test_an_endnote_that_there_is_not_is_told_which_there_are(tmp_path):
    (tmp_path / "report.md").write_text(
        "# One\n\nA sentence.⁷ Another.⁹\n\n⁷ A note.\n⁹ A work.\n", encoding="utf-8"
    )
    assert "the report has 7 to 9." in a4a_qa("endnote", 1, "--report", tmp_path).stderr
    record = json.loads(a4a_qa("endnote", 9, "--report", tmp_path, "--json").stdout)
    assert (record["text"], record["sentences"][0]["text"]) == ("A work.", "Another.")
