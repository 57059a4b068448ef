"""The words that people in need read: a slip in their file is found when it is read, and not by them."""

import re

import pytest
from click.testing import CliRunner

from a4a_qa.assistant import Assistant
from a4a_qa.cli.main import main
from a4a_qa.errors import HelpError
from a4a_qa.index.contacts import KINDS
from a4a_qa.safeguarding import help, help_texts
from a4a_qa.safeguarding.help_texts import _TEXTS, read_help_texts
from conftest import PACKAGE

SHIPPED = PACKAGE / "data" / "help" / "en.toml"
TEXTS = SHIPPED.read_text(encoding="utf-8")
SUPPORT = re.search(r'^support = "(.*)"$', TEXTS, re.MULTILINE)[1]


def edited(folder, old, new):
    assert old in TEXTS
    file = folder / "en.toml"
    file.write_text(TEXTS.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """The words of help with a slip in them, in place of those that ship."""
    edited(tmp_path, "\nsupport =", "\nsuport =")
    monkeypatch.setattr(help_texts, "_FOLDER", tmp_path)
    help_texts.help_texts.cache_clear()
    yield
    help_texts.help_texts.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f'"{SUPPORT}"', f"“{SUPPORT}”", r" \(at line 9, .*\. A text stands between straight quotes"),
        (SUPPORT, f'{SUPPORT} "Yes."', r" \(at line 9, .*with none but curly ones"),
        ("[page]", "", r"'about_report' below \[status\] .* 'about_report' below \[page\] was likely"),
        ("help_urgent =", "#", r"'help_urgent' below \[page\] is missing\. Put it back"),
        ("\nsupport =", "\nsuport =", r"'suport' below \[card\] .* 'support' below \[card\] was likely"),
        ("[card]", "[card]\nother = 'A word.'", r"'other' below \[card\] is none .* Remove it\."),
        ("[card]", "[cards]", r"'reporting' below \[cards\] .* 'reporting' below \[card\] was likely"),
        ("[card]", "[[card]]", "'card' is none of the texts"),
        (f'"{SUPPORT}"', "5", r"'support' below \[card\] is 5, expected a text"),
        (SUPPORT, " ", r"'support' below \[card\] is ' ', expected a text"),
        (SUPPORT, "one " * 61, r"'support' below \[card\] has 61 words, expected at most 60"),
        (SUPPORT, "You are not alone!", r"'support' below \[card\] has an exclamation mark"),
        (SUPPORT, "What is wrong?", r"'support' below \[card\] has a question mark"),
        ("We cannot help with this.", "Why?", r"'declined' below \[status\] has a question mark"),
        ("{what}", "{this}", r"'closed' below \[terminal\] is .*, expected \{what\} in it"),
        ("{what}", "This", r"'closed' below \[terminal\] is .*, expected \{what\} in it"),
        ("{what}", "{what} {", r"'closed' below \[terminal\] is .*, expected \{what\} in it"),
        ("a {year} report", "a report", r"'factual' below \[page\] is .*, expected \{year\} in it"),
        ("from {year} and", "old and", r"'contact' below \[terminal\] is .*, expected \{year\} in it"),
        ("report, ask again", "report? Ask", r"'about_report' below \[terminal\] has a question mark"),
        ("report, type", "report? Type", r"'about_report_here' below \[terminal\] has a question mark"),
        ('reviewed_by = ""', "reviewed_by = 5", "'reviewed_by' is 5, expected a text"),
        ('reviewed_on = ""', 'reviewed_on = "in May"', "'reviewed_on' is 'in May', expected a day"),
        ('reviewed_on = ""', 'reviewed_on = "31.3.2026"', "'reviewed_on' is '31.3.2026', expected a day"),
    ],
)  # fmt: skip
def test_a_slip_is_named(tmp_path, old, new, words):
    with pytest.raises(HelpError, match=rf"en\.toml.*{words}"):
        read_help_texts(edited(tmp_path, old, new))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(HelpError, match=r"none\.toml is missing: .* Put it back"):
        read_help_texts(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SUPPORT, "one " * 60),
        ('reviewed_by = ""', 'reviewed_by = "A. Name"'),
        ('reviewed_on = ""', 'reviewed_on = "2026-03-31"'),
        ('reviewed_on = ""', "reviewed_on = 2026-03-31"),
    ],
)
def test_what_is_right_is_read(tmp_path, old, new):
    assert read_help_texts(edited(tmp_path, old, new))["status"] == help_texts.help_texts()["status"]


def test_the_texts_that_are_known_are_those_that_are_shown():
    pages = "".join(
        file.read_text(encoding="utf-8") for file in PACKAGE.glob("service/pages/templates/*.html")
    )
    terminal = "".join(file.read_text(encoding="utf-8") for file in PACKAGE.glob("cli/*.py"))
    used = set(re.findall(r"\bsaid\.(\w+)", pages))
    printed = set(re.findall(r"""["'](\w+)["']""", " ".join(re.findall(r"_said\(([^)]*)\)", terminal))))
    assert used <= set(_TEXTS["page"]) <= used | printed
    assert set(_TEXTS["terminal"]) <= printed <= {*_TEXTS, *_TEXTS["terminal"], *_TEXTS["page"]}
    assert set(_TEXTS["card"]) == set(help._CARDS)
    assert set(_TEXTS["group"]) == set(KINDS)


def test_no_index_is_opened_with_a_slip_in_the_words_of_help(damaged, small_index):
    with pytest.raises(HelpError, match="'suport' below"):
        Assistant.open(small_index)


@pytest.mark.parametrize("command", [["ask", "Who?"], ["serve", "--port", "0"]])
@pytest.mark.parametrize("has_index", [True, False])
def test_nothing_is_answered_or_served_with_a_slip_in_them(
    damaged, small_index, tmp_path, command, has_index
):
    index = small_index if has_index else tmp_path / "none"
    done = CliRunner().invoke(main, [*command, "--index", str(index)])
    assert done.exit_code == 1
    assert "http" not in done.output
    if has_index or command[0] == "serve":
        assert "'suport' below [card] is none of the texts" in " ".join(done.output.split())
