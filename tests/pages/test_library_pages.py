"""The pages of a library in a browser: asked, filtered, read, and looked at by axe."""

import re

import pytest
from playwright.sync_api import expect

from axe import assert_axe_finds_nothing_in_any_look
from pages.conftest import WITH_AND_WITHOUT, ask, box_of
from service.conftest import running

SHELTERS = "How many shelters are there?"
EACH = "Which reports say how many shelters there are?"


@pytest.fixture(scope="module")
def service(library_folder, tmp_path_factory):
    with running(library_folder, tmp_path_factory.mktemp("service"), rate_limit=0) as started:
        yield started


@WITH_AND_WITHOUT
def test_a_choice_filters_and_stays(open_page, scripts):
    page = open_page(java_script_enabled=scripts)
    page.get_by_label("Country").select_option("Chad")
    ask(page, SHELTERS)
    expect(page.locator("article#answer")).to_contain_text("Searched in the report: Chad")
    expect(page.get_by_label("Country")).to_have_value("Chad")


@WITH_AND_WITHOUT
def test_what_the_question_names_is_preferred_until_all_are_asked(open_page, scripts):
    page = open_page(java_script_enabled=scripts)
    question = "How many shelters are there in Norway?"
    ask(page, question)
    newest = page.locator("article#answer")
    expect(newest).to_contain_text("Preferred, since you named it: Norway")
    newest.get_by_role("button", name="Ask all 3 reports").click()
    expect(page.locator("article#answer")).not_to_contain_text("Preferred")
    expect(page.locator("article#answer")).to_contain_text(question)


def test_each_report_has_its_evidence_and_a_link_into_its_own_pages(open_page):
    page = open_page(viewport={"width": 1200, "height": 900})
    ask(page, EACH)
    reports = page.locator("article#answer .columns")
    assert reports.count() >= 2
    for number in range(reports.count()):
        expect(reports.nth(number).locator(".source")).to_be_visible()
    with page.expect_popup() as opened:
        reports.first.get_by_role("link", name=re.compile("Read it in the report")).click()
    read = opened.value
    read.wait_for_load_state()
    assert re.search(r"/reports/[a-z0-9-]+/report#s-", read.url)
    expect(read.get_by_role("link", name="All reports")).to_be_visible()


def test_from_the_list_to_a_report_that_is_asked_alone(open_page):
    page = open_page("/reports")
    page.get_by_role("link", name="Reindeer and Snow").click()
    ask(page, "How many reindeer farms are there?")
    assert page.url.split("#")[0].endswith("/reports/chad-2012/")
    expect(page.get_by_label("Search in")).to_be_visible()


@pytest.mark.parametrize(
    "question", [None, EACH, "What does a bicycle cost?"], ids=["idle", "several", "refused"]
)
def test_axe_finds_nothing(open_page, question):
    page = open_page()
    if question:
        ask(page, question)
    assert_axe_finds_nothing_in_any_look(page)


def test_axe_finds_nothing_in_the_list(open_page):
    assert_axe_finds_nothing_in_any_look(open_page("/reports"))


def test_the_box_is_seen_first_on_a_phone(open_page):
    page = open_page(viewport={"width": 390, "height": 700})
    placed = box_of(page).bounding_box()
    assert placed["y"] + placed["height"] < 350
