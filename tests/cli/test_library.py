"""`a4a-qa library`: reports are added, listed, asked and removed."""

import json
import os
from pathlib import Path

import pytest

from a4a_qa.index.storage import read_manifest
from cli.test_ask import a4a_qa
from conftest import SMALL_REPORT
from text.test_english import report_in


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A folder of two reports in folders of their own, and one as a file."""
    home = tmp_path_factory.mktemp("archive")
    for name, shelters in (("chad", 12), ("peru", 19)):
        (home / name).mkdir()
        text = SMALL_REPORT.replace("12 shelters", f"{shelters} shelters in {name.title()}")
        (home / name / "report.md").write_text(text, encoding="utf-8")
        about = f'title = "Shelters of {name.title()}"\ncountry = "{name.title()}"\nyear = 20{shelters}\n'
        (home / name / "report.toml").write_text(about, encoding="utf-8")
    (home / "reindeer.md").write_text(SMALL_REPORT.replace("shelters", "reindeer farms"), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def added(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("library") / "indexes"
    return folder, a4a_qa("library", "add", str(archive), "--folder", str(folder))


def test_the_reports_of_a_folder_are_added_and_what_is_there_is_left(archive, added):
    folder, done = added
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" sentences, 5 endnotes") == 3
    before = (folder / "chad" / "manifest.json").stat().st_mtime_ns
    again = a4a_qa("library", "add", str(archive), "--folder", str(folder), "--jobs", "2")
    assert (again.returncode, again.stdout.count("is there")) == (0, 3)
    assert (folder / "chad" / "manifest.json").stat().st_mtime_ns == before


def test_the_reports_are_listed(added):
    listed = json.loads(a4a_qa("library", "list", "--json", "--folder", str(added[0])).stdout)
    assert [(one["id"], one["country"], one["year"]) for one in listed[:2]] == [
        ("chad", "Chad", 2012),
        ("peru", "Peru", 2019),
    ]
    assert "Shelters of Chad (Chad, 2012)" in a4a_qa("library", "list", "--folder", str(added[0])).stdout


def test_a_question_is_put_to_the_country_that_it_names(added):
    asked = ["library", "ask", "How many shelters are there in Peru?", "--folder", str(added[0])]
    shown = a4a_qa(*asked)
    assert shown.returncode == 0
    assert "Preferred, since the question names it: Peru." in shown.stdout
    assert "19 shelters in Peru" in shown.stdout
    assert "Shelters of Peru (2019)" in shown.stdout
    values = json.loads(a4a_qa(*asked, "--json").stdout)
    assert {one["report"] for one in values["citations"]} == {"peru"}
    assert values["library"]["named"] == {"country": ["Peru"]}


def test_a_filter_leaves_some_reports(added):
    asked = ["library", "ask", "How many shelters are there?", "--json", "--folder", str(added[0])]
    values = json.loads(a4a_qa(*asked, "--until", "2012", "--country", "Chad").stdout)
    assert {one["report"] for one in values["citations"]} == {"chad"}
    assert values["library"]["filter"] == {"country": ["Chad"], "until": 2012}
    refused = a4a_qa(*asked, "--since", "2030")
    assert (refused.returncode, "There are: year 2012, 2019." in refused.stderr) == (2, True)


def test_what_no_report_says_is_told_by_the_returncode(added):
    asked = a4a_qa("library", "ask", "How many elephants live on Mars?", "--folder", str(added[0]))
    assert asked.returncode == 3


def test_a_report_that_cannot_be_read_is_named_and_the_others_are_added(archive, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    (tmp_path / "in" / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    done = a4a_qa("library", "add", str(tmp_path / "in"), "--folder", str(tmp_path / "library"))
    assert (done.returncode, "broken.pdf" in done.stderr) == (1, True)
    assert (tmp_path / "library" / "small" / "manifest.json").is_file()


def test_reports_in_other_languages_are_told_when_they_are_added_and_by_a_refusal_of_all(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    for name in ("French", "Thai"):
        report_in(name, tmp_path / "in" / f"{name}.md")
    folder = ["--folder", str(tmp_path / "library")]
    done = a4a_qa("library", "add", str(tmp_path / "in"), *folder)
    assert done.returncode == 0
    for name in ("French", "Thai"):
        assert f"{name}.md: This report seems to be in another language than English" in done.stderr
    assert "small.md" not in done.stderr
    asked = a4a_qa("library", "ask", "How many elephants live on Mars?", *folder)
    assert "which may answer it all the same: 2 of them" in " ".join(asked.stdout.split())
    english = a4a_qa("library", "ask", "How many elephants live on Mars?", "--language", "en", *folder)
    assert "another language" not in " ".join(english.stdout.split())


def test_what_is_no_report_is_named_once_with_the_reason(tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("slides.pptx", "deep/data.xlsx", ".DS_Store", "deep/report.toml"):
        (tmp_path / "in" / name).write_bytes(b"")
    (tmp_path / "in" / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    done = a4a_qa("library", "add", str(tmp_path / "in"), "--folder", str(tmp_path / "library"))
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    skipped = f"{tmp_path}/in/deep/data.xlsx, {tmp_path}/in/slides.pptx"
    assert done.stderr == f"Skipped, being no Markdown, PDF, Word or HTML file: {skipped}\n"


def test_a_link_that_leads_back_is_not_followed(archive, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    done = a4a_qa("library", "add", str(tmp_path / "in"), "--folder", str(tmp_path / "library"))
    assert (done.returncode, done.stdout.count("sentences")) == (0, 1)


def test_of_two_reports_of_one_id_the_first_is_indexed(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "report.md").write_text(SMALL_REPORT, encoding="utf-8")
        (tmp_path / "in" / name / "report.toml").write_text('id = "small"\n', encoding="utf-8")
    done = a4a_qa("library", "add", str(tmp_path / "in"), "--folder", str(tmp_path / "library"))
    assert (done.returncode, "has the same id, small" in done.stderr) == (1, True)
    assert read_manifest(tmp_path / "library/small").source == "../../in/a/report.md"


def test_another_report_takes_no_place_unless_that_is_wanted(tmp_path):
    folder = ["--folder", str(tmp_path / "library")]
    for name, title in (("x/Report 2010.md", "Chad"), ("y/report-2010.md", "Peru")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"# {title}\n\nThere are 12 shelters.\n", encoding="utf-8")
    first, second = (["library", "add", str(tmp_path / name), *folder] for name in ("x", "y"))
    assert a4a_qa(*first).returncode == 0
    refused = a4a_qa(*second)
    assert refused.returncode == 1
    assert "“Chad” from" in refused.stderr
    assert "The new one is" in refused.stderr
    assert "report-2010  Chad" in a4a_qa("library", "list", *folder).stdout
    assert a4a_qa(*second, "--id", "peru").returncode == 0
    assert a4a_qa(*second, "--replace").returncode == 0
    assert "report-2010  Peru" in a4a_qa("library", "list", *folder).stdout


def test_a_name_that_is_not_utf8_and_a_bad_file_stop_no_other(tmp_path):
    odd = os.fsdecode(str(tmp_path).encode() + b"/caf\xe9.md")
    for file in (odd, tmp_path / "kenya.md"):
        Path(file).write_text(SMALL_REPORT, encoding="utf-8")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "report.md").write_text(SMALL_REPORT, encoding="utf-8")
    (tmp_path / "bad" / "report.toml").write_text("id = 1", encoding="utf-8")
    done = a4a_qa("library", "add", str(tmp_path), "--folder", str(tmp_path / "library"))
    assert (done.returncode, "Traceback" in done.stderr, "'id' is 1" in done.stderr) == (1, False, True)
    assert {one.name for one in (tmp_path / "library").iterdir() if one.is_dir()} == {"caf", "kenya"}


def test_one_damaged_report_is_named_and_the_others_answer(archive, tmp_path):
    folder = ["--folder", str(tmp_path / "library")]
    a4a_qa("library", "add", str(archive / "chad"), str(archive / "peru"), *folder)
    (tmp_path / "library/chad/manifest.json").write_text("{", encoding="utf-8")
    listed = a4a_qa("library", "list", *folder)
    assert (listed.stdout.startswith("peru"), listed.stderr.startswith("chad: The manifest")) == (True, True)
    asked = a4a_qa("library", "ask", "How many shelters are there in Peru?", *folder)
    assert "Not searched, since the index is damaged: chad" in asked.stdout
    (tmp_path / "library/chad/thesis.txt").write_text("mine", encoding="utf-8")
    kept = a4a_qa("library", "remove", "chad", *folder)
    assert (kept.returncode, "thesis.txt" in kept.stderr) == (1, True)
    (tmp_path / "library/chad/thesis.txt").unlink()
    assert a4a_qa("library", "remove", "chad", *folder).stdout == "Removed: chad\n"
    assert not (tmp_path / "library/chad").exists()


def test_a_report_is_removed(archive, tmp_path):
    folder = ["--folder", str(tmp_path / "library")]
    a4a_qa("library", "add", str(archive / "chad"), str(archive / "peru"), *folder)
    assert a4a_qa("library", "remove", "chad", *folder).stdout == "Removed: Shelters of Chad\n"
    assert a4a_qa("library", "list", *folder).stdout.startswith("peru")
    gone = a4a_qa("library", "remove", "chad", *folder)
    assert (gone.returncode, "There is no report 'chad'" in gone.stderr) == (1, True)


def test_an_empty_library_says_what_to_do(tmp_path):
    asked = a4a_qa("library", "ask", "Who?", "--folder", str(tmp_path))
    assert (asked.returncode, "a4a-qa library add FILE" in asked.stderr) == (1, True)


def test_qdrant_holds_what_is_added_and_is_asked(archive, tmp_path):
    folder = ["--folder", str(tmp_path / "library")]
    qdrant = {"A4A_QA_ENGINE": "qdrant", "A4A_QA_QDRANT_URL": str(tmp_path / "qdrant")}

    def library(*arguments, **other):
        return a4a_qa("library", *arguments, *folder, environment=qdrant | other)

    added = library("add", str(archive / "chad"), str(archive / "peru"))
    assert added.stdout.count("Put into Qdrant") == 2, added.stderr
    assert "Put into Qdrant" not in library("add", str(archive / "chad")).stdout
    asked = ["ask", "How many shelters are there in Peru?", "--json"]
    values = json.loads(library(*asked).stdout)
    assert {one["report"] for one in values["citations"]} == {"peru"}
    elsewhere = {"A4A_QA_QDRANT_COLLECTION": "another"}
    lacks = library(*asked, **elsewhere)
    assert (lacks.returncode, "lacks 2 of 2 reports, chad among them" in lacks.stderr) == (1, True)
    assert "library sync" in lacks.stderr
    assert library("sync", **elsewhere).stdout.endswith("Reports in Qdrant: 2\n")
    assert json.loads(library(*asked, **elsewhere).stdout)["citations"] == values["citations"]
    for name in ("chad", "peru"):
        assert library("remove", name).returncode == 0
    assert library("sync").returncode == 1, "an empty folder is no library"


def test_an_engine_without_a_server_is_an_error_and_the_embedded_one_needs_no_sync(added):
    folder = ["--folder", str(added[0])]
    nowhere = a4a_qa("library", "ask", "Who?", *folder, environment={"A4A_QA_ENGINE": "qdrant"})
    assert (nowhere.returncode, "Set A4A_QA_QDRANT_URL" in nowhere.stderr) == (1, True)
    embedded = a4a_qa("library", "sync", *folder)
    assert (embedded.returncode, "nothing to do" in embedded.stderr) == (1, True)
