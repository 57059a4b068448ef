"""A library: which reports a question is put to, and how their answers stand side by side."""

import json
import shutil
import threading
from dataclasses import replace

import pytest

from a4a_qa.assistant import Assistant
from a4a_qa.errors import IndexMissing, QuestionError, ReportError
from a4a_qa.index.library import entries, is_library, remove
from a4a_qa.library import Library
from a4a_qa.parsing.read import read_report
from a4a_qa.question.report_filter import ReportFilter
from a4a_qa.report.report import About
from conftest import LIBRARY as REPORTS


@pytest.fixture(scope="module")
def folder(library_folder):
    return library_folder


@pytest.fixture(scope="module")
def library(folder):
    return Library.open(folder)


def cited(answer) -> list[str]:
    return [citation["report"] for citation in answer.to_dict()["citations"]]


def test_a_question_is_answered_by_the_report_that_speaks_of_it(library):
    assert set(cited(library.ask("How many reindeer farms are there?"))) == {"chad-2012"}


def test_citations_name_their_report_and_lead_there_and_markers_count_through(library):
    values = library.ask("How many shelters are there in the north?").to_dict()
    assert [one["marker"] for one in values["citations"]] == list(range(1, len(values["citations"]) + 1))
    assert all(c["url"].startswith(f"/reports/{c['report']}/report#s-") for c in values["citations"])
    assert {note["report"] for note in values["endnotes"]} == {c["report"] for c in values["citations"]}
    assert [one["id"] for one in values["reports"]] == ["norway-2015", "norway-2010"]


def test_editions_that_differ_stand_side_by_side_the_newest_first_and_it_is_said(library):
    answer = library.ask("How many shelters are there in the north?")
    assert [one.report.year for one in answer.answers] == [2015, 2010]
    assert "editions differ" in answer.note


def test_editions_that_say_the_same_count_once(library):
    answer = library.ask("When was the law on schools passed?", filter={"country": "Norway"})
    assert (cited(answer), answer.note) == (["norway-2015"], None)


@pytest.mark.parametrize(
    ("chosen", "reports"),
    [
        ({"since": 2012}, {"norway-2015", "chad-2012"}),
        ({"until": 2010}, {"norway-2010"}),
        ({"report": ["chad-2012"]}, {"chad-2012"}),
        ({"country": "Norwegian", "edition": "2nd edition"}, {"norway-2015"}),
        ({"language": "en", "publisher": "us"}, set(REPORTS)),
    ],
)
def test_a_filter_leaves_some_reports(library, chosen, reports):
    answer = library.ask("When was the law on schools passed?", filter=chosen)
    assert answer.searched == len(reports)
    assert set(cited(answer)) <= reports
    assert {passage.report for passage in library.search("law on schools", filter=chosen, k=50)} <= reports


@pytest.mark.parametrize(
    "chosen",
    [{"since": "2012"}, {"country": 5}, {"since": 2, "until": 1}],
)
def test_a_filter_that_means_nothing_is_refused(library, chosen):
    with pytest.raises(QuestionError):
        library.ask("When was the law on schools passed?", filter=chosen)


@pytest.mark.parametrize(
    ("chosen", "there"),
    [
        ({"country": "Peru"}, "country Chad, Norway"),
        ({"publisher": "GAO", "since": 2013, "until": 2014}, "publisher Us; year 2010, 2012, 2015"),
        ({"report": "norway"}, "report chad-2012, norway-2010, norway-2015"),
        ({"edition": "3rd Edition"}, "edition 1st Edition, 2nd Edition"),
        ({"language": "fr"}, "language en"),
    ],
)
def test_a_filter_that_leaves_no_report_lists_the_values_that_there_are(library, chosen, there):
    for ask in (library.ask, library.search):
        with pytest.raises(QuestionError, match=f"There are: {there}\\.$"):
            ask("When was the law on schools passed?", filter=chosen)


def test_of_many_values_the_first_are_listed():
    many = [About(id=f"r-{number:02}", title="") for number in range(25)]
    assert ReportFilter(report=("x",)).values_in(many).endswith("r-18, r-19, 5 more")
    assert ReportFilter(country=("x",)).values_in(many) == "country none"


@pytest.mark.parametrize("wrong", [None, 5, b"Who?"])
def test_what_is_asked_is_a_text(library, wrong):
    for use in (library.ask, library.search):
        with pytest.raises(QuestionError, match="expected str"):
            use(wrong)


def test_an_unknown_field_of_a_filter_is_named(library):
    with pytest.raises(QuestionError, match=r"a field 'year', which .* Known are: report, country"):
        library.ask("When was the law on schools passed?", filter={"year": 2012})


def test_a_country_that_the_question_names_is_preferred_and_that_can_be_undone(library):
    asked = "How many reindeer farms are there in Chad?"
    answer = library.ask(asked)
    assert (answer.named, set(cited(answer))) == (ReportFilter(country=("Chad",)), {"chad-2012"})
    assert library.ask(asked, as_named=False).named is None


def test_what_the_named_country_does_not_say_others_may(library):
    answer = library.ask("How many reindeer farms does Norway have?")
    assert answer.named == ReportFilter(country=("Norway",))
    assert set(cited(answer)) <= {"chad-2012"}


def test_which_reports_lists_each_with_its_best_sentence(library):
    answer = library.ask("Which reports name a law on schools?")
    assert sorted(cited(answer)) == ["chad-2012", "norway-2015"]


def test_several_answers_are_as_sure_as_the_least_sure_of_them(library):
    found = library.ask("Which reports name a law on schools?")
    sure, unsure = found.answers
    for other in (replace(unsure, confidence=0.3), replace(unsure, status="partial", confidence=0.99)):
        values = replace(found, answers=(replace(sure, confidence=0.9), other)).to_dict()
        assert values["confidence"] == other.confidence
        assert values["confidence_in_words"] == other.confidence_in_words


def test_what_no_report_says_is_refused_of_all(library):
    values = library.ask("How many red elephants live on Mars?").to_dict()
    assert (values["status"], values["citations"]) == ("not_in_report", [])
    assert "these reports" in values["text"] or "cover" in values["text"]
    assert all(near["url"].startswith("/reports/") for near in values["reason"]["nearest"])


def test_help_names_the_contacts_of_no_country_that_the_question_does_not_name(library):
    answer = library.ask("I am being abused by my uncle and do not know where to go.").to_dict()
    assert (answer["status"], answer["citations"]) == ("support", [])
    assert answer["help"]["contacts"]


def test_each_report_is_checked_as_if_it_were_alone(library, folder):
    whole = library.ask("Who runs the shelters?", filter={"report": "norway-2010"}).to_dict()
    alone = library.assistant("norway-2010").ask("Who runs the shelters?").to_dict()
    for name in ("status", "text", "confidence", "endnotes", "short_answer"):
        assert whole[name] == alone[name]


def test_a_report_removed_after_opening_is_gone_and_the_others_answer(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "library")
    opened = Library.open(copy)
    assert remove(copy, "chad-2012") == "Reindeer and Snow"
    assert [entry.about.id for entry in entries(copy)] == ["norway-2010", "norway-2015"]
    with pytest.raises(IndexMissing):
        opened.assistant("chad-2012")
    answer = opened.ask("How many reindeer farms are there?")
    assert "chad-2012" not in cited(answer)
    with pytest.raises(IndexMissing, match="library list"):
        remove(copy, "chad-2012")


def test_refreshing_takes_up_what_was_added_built_again_or_removed(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "library")
    apart = shutil.move(copy / "chad-2012", tmp_path / "chad-2012")
    opened = Library.open(copy)
    norway = opened.assistant("norway-2010")
    assert not opened.refresh()
    shutil.move(apart, copy / "chad-2012")
    assert set(cited(opened.ask("How many reindeer farms are there?"))) != {"chad-2012"}
    assert opened.refresh()
    assert set(cited(opened.ask("How many reindeer farms are there?"))) == {"chad-2012"}
    chad = opened.assistant("chad-2012")
    # Built again from an input that has changed.
    path = copy / "chad-2012" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"inputs": {"report.md": "0" * 64}}), encoding="utf-8")
    assert opened.refresh()
    assert opened.assistant("chad-2012") is not chad
    assert opened.assistant("norway-2010") is norway
    shutil.rmtree(copy / "chad-2012")
    assert opened.refresh()
    with pytest.raises(IndexMissing):
        opened.assistant("chad-2012")


def test_an_index_that_is_damaged_later_is_left_out_and_named(folder, tmp_path, caplog):
    copy = shutil.copytree(folder, tmp_path / "library")
    opened = Library.open(copy)
    part = copy / "chad-2012" / "report.json"
    part.write_bytes(part.read_bytes()[:100])
    answer = opened.ask("How many reindeer farms are there?")
    assert (answer.left_out, opened.left_out) == (("chad-2012",), ("chad-2012",))
    assert answer.note == "Not searched, since the index is damaged: chad-2012"
    assert answer.to_dict()["library"]["left_out"] == ["chad-2012"]
    assert "chad-2012 is left out of the library: The part report.json" in caplog.text


def test_a_library_opened_as_a_report_and_the_reverse_name_the_other_door(folder):
    with pytest.raises(IndexMissing, match=r"Library\.open"):
        Assistant.open(folder)
    with pytest.raises(IndexMissing, match="index of one report"):
        Library.open(folder / "chad-2012")
    with pytest.raises(ReportError, match="library add"):
        read_report(folder)


def test_a_library_whose_last_report_was_removed_shows_nothing_of_it(folder, tmp_path):
    copy = tmp_path / "library"
    shutil.copytree(folder / "chad-2012", copy / "chad-2012")
    opened = Library.open(copy)
    opened.ask("How many reindeer farms are there?")
    shutil.rmtree(copy / "chad-2012")
    assert opened.refresh()
    assert opened.reports == ()
    with pytest.raises(IndexMissing):
        opened.assistant("chad-2012")
    with pytest.raises(QuestionError):
        opened.ask("How many reindeer farms are there?")


def test_a_folder_is_a_library_or_an_index_or_neither(folder, tmp_path):
    assert (is_library(folder), is_library(folder / "chad-2012"), is_library(tmp_path)) == (
        True,
        False,
        False,
    )
    with pytest.raises(IndexMissing, match="library add"):
        Library.open(tmp_path)


def test_of_one_report_twice_the_first_is_asked(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "library")
    shutil.copytree(copy / "chad-2012", copy / "again")
    assert Library.open(copy).left_out == ("chad-2012",)


def test_a_part_that_was_changed_is_found(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "library")
    with (copy / "chad-2012" / "words.json").open("a") as file:
        file.write(" ")
    assert Library.open(copy).left_out == ("chad-2012",)


def test_threads_may_ask_at_once(library):
    found = []
    asked = ["How many reindeer farms are there?", "When was the law on schools passed?"] * 4
    alone = [library.ask(one).to_dict()["text"] for one in asked]
    threads = [
        threading.Thread(target=lambda at=at, one=one: found.append((at, library.ask(one).to_dict()["text"])))
        for at, one in enumerate(asked)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [text for _, text in sorted(found)] == alone


def test_an_index_of_another_encoder_is_left_out(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "library")
    manifest = json.loads((copy / "chad-2012" / "manifest.json").read_text(encoding="utf-8"))
    manifest["encoder_files"] = dict.fromkeys(manifest["encoder_files"], "0" * 64)
    (copy / "chad-2012" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert Library.open(copy).left_out == ("chad-2012",)


def test_asking_one_report_opens_no_other(folder):
    opened = Library.open(folder)
    opened.ask("How many reindeer farms are there?", filter={"report": "chad-2012"})
    opened.ask("Which reports name a law on schools?", filter={"report": "chad-2012"})
    assert list(opened._state.assistants) == ["chad-2012"]


@pytest.mark.parametrize("question", ["", " \n", "x" * 5_000])
def test_a_question_that_cannot_be_asked_is_refused(library, question):
    with pytest.raises(QuestionError):
        library.ask(question)
    with pytest.raises(QuestionError):
        library.search(question)
