"""The report's words wherever a command prints them: what is told of them is told everywhere."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from a4a_qa.answering.answer import Answer, Reason, SectionPlace, ShortAnswer, Slice
from a4a_qa.answering.cite import Citer
from a4a_qa.cli.cards import closed_words, contacts_notice, escaped, in_blocks, quoted, unlinked
from a4a_qa.cli.main import main
from a4a_qa.cli.show import as_markdown, as_text, told_beside
from a4a_qa.index.passages import PassageMap, cut_passages
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Endnote, Pages, Source, Span
from a4a_qa.report.text_fragment import TextFragments
from a4a_qa.safeguarding.help import Help
from a4a_qa.safeguarding.notices import SEE_ALSO, Notices
from a4a_qa.service.pages.sheet import Drafter
from a4a_qa.service.programs.message import message_of
from a4a_qa.verify.verifier import Checked, Verification

WORDS = "Call the hotline 1280, or 012 999 008, at night."
OLD = contacts_notice(1998)
FORMS = {"text": as_text, "md": as_markdown}
KINDS = ("cited", "refused", "support")


@pytest.fixture
def report(tmp_path):
    (tmp_path / "report.md").write_text(f"# Where to turn\n\n{WORDS}\n", encoding="utf-8")
    (tmp_path / "report.toml").write_text('title = "T"\nid = "t"\nyear = 1998\n', encoding="utf-8")
    return read_report(tmp_path / "report.md")


def answers(report, *, distressing=()):
    """An answer of each kind that shows the one sentence of the report."""
    citer = Citer(report, PassageMap(report, cut_passages(report)), Notices(report, distressing))
    [sentence] = report.sentences
    bare = Answer("?", "not_in_report", "No.", (), (), (citer.passage(0, 1, 0.5),), report.about, "a")
    return {
        "cited": replace(
            bare, status="answered", citations=(citer.place(Span(sentence.start, sentence.end), 1),)
        ),
        "refused": replace(bare, reason=Reason("absent_detail", "No.", nearest=(citer.near(0),))),
        "support": replace(bare, status="support", help=Help("support", "Talk to somebody.", ())),
    }


def printed(lines) -> str:
    return " ".join(" ".join(lines).split())


def command(monkeypatch, answer, name, *options) -> str:
    """What `search` or `verify` prints of the words in an answer that cites them."""
    checked = Checked(WORDS, 0, len(WORDS), "unsupported", (), (), (), answer.citations)
    found = SimpleNamespace(
        search=lambda text, **_: answer.passages,
        verify=lambda text: Verification((checked,), answer.report),
        report=SimpleNamespace(about=answer.report),
    )
    monkeypatch.setattr(f"a4a_qa.cli.{name}.open_assistant", lambda index: found)
    given = {"ask": ["search", "hotline"], "verify": ["verify", "-"]}[name]
    return printed([CliRunner().invoke(main, [*given, *options], input="?").output])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_contact_details_are_said_to_be_old_wherever_they_are_shown(report, kind, form):
    shown = printed(FORMS[form](answers(report)[kind]))
    assert WORDS in shown
    assert shown.count(OLD) == 1


def test_how_old_they_are_is_said_by_the_year_of_the_report():
    assert OLD == "Contact details in this part are from 1998 and may no longer work."
    assert contacts_notice(None) == OLD.replace("1998", "its time")


@pytest.mark.parametrize("name", ["ask", "verify"])
def test_so_they_are_where_passages_are_listed_and_statements_checked(report, monkeypatch, name):
    assert OLD in command(monkeypatch, answers(report)["cited"], name)


@pytest.mark.parametrize("kind", KINDS)
def test_so_they_are_on_the_page_and_in_what_programs_get(report, kind):
    answer = answers(report)[kind].to_dict()
    assistant = SimpleNamespace(report=report, distressing=(), root="")
    sheet = Drafter(assistant, TextFragments(report)).sheet(answer)
    assert all(place.has_contacts for place in (*sheet.sources, *sheet.nearest, *sheet.more))
    assert [place["notices"] for place in answer["citations"] or answer["passages"]] == [("contact_2011",)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_what_describes_abuse_in_detail_stays_closed_in_every_form(report, kind, form):
    answer = answers(report, distressing=report.sentences)[kind]
    shown, opened = (printed(FORMS[form](answer, is_open=is_open)) for is_open in (False, True))
    mark = {"text": "[1]", "md": "\\[1\\]"}[form]
    assert closed_words({"cited": mark, "refused": "This sentence"}.get(kind, "This passage")) in shown
    assert WORDS not in shown
    assert WORDS in opened
    assert OLD in opened


@pytest.mark.parametrize("name", ["ask", "verify"])
def test_and_where_passages_are_listed_and_statements_checked(report, monkeypatch, name):
    answer = answers(report, distressing=report.sentences)["cited"]
    shown, opened = (command(monkeypatch, answer, name, *more) for more in ((), ("--show-distressing",)))
    assert closed_words("This passage") in shown
    assert OLD not in shown
    assert OLD in opened


def test_words_of_which_nothing_is_to_be_told_stand_alone(report):
    answer = answers(report)["refused"]
    [near] = answer.reason.nearest
    plain = replace(answer, reason=replace(answer.reason, nearest=(replace(near, notices=()),)))
    for form in FORMS.values():
        assert OLD not in printed(form(plain))


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.3, "low. About 3 of 10 answers like this cite the right sentences. Read the passage"),
        ("partial", 0.9, "fair. Read the passage before you rely on it."),
        ("answered", 0.9, "high. About 9 of 10 answers like this cite the right sentences."),
    ],
)
def test_every_form_of_an_answer_says_how_sure_it_is(report, status, confidence, words):
    answer = replace(answers(report)["cited"], status=status, confidence=confidence)
    chat, written = message_of(answer).text, printed(told_beside(answer))
    for shown in (*(printed(form(answer)) for form in FORMS.values()), chat, written):
        assert shown.count(f"Confidence: {words}") == 1
    assert answer.to_dict()["confidence_in_words"].startswith(f"Confidence: {words}")


@pytest.mark.parametrize("kind", ["refused", "support"])
def test_what_cites_nothing_is_not_said_to_be_sure(report, kind):
    answer = replace(answers(report)[kind], confidence=0.3)
    for shown in (*(printed(form(answer)) for form in FORMS.values()), message_of(answer).text):
        assert "Confidence" not in shown
    assert answer.to_dict()["confidence_in_words"] is None


@pytest.fixture
def row(report):
    """An answer that cites a table row, of which one cell is empty."""
    answer = answers(report)["cited"]
    heads = Slice("Treaty\tRatified\tReservations\tReported", 0, 0)
    [cited] = answer.citations
    cited = replace(cited, quote="OPSC\t2005\t\tNot yet", context=(heads,), notices=())
    return replace(answer, citations=(cited,))


def test_the_cells_of_a_row_stand_behind_the_heads_of_their_columns(row):
    assert list(as_text(row))[:3] == ["Treaty: OPSC", "Ratified: 2005", "Reported: Not yet [1]"]
    assert next(as_markdown(row)) == "> - Treaty: OPSC\n> - Ratified: 2005\n> - Reported: Not yet [1]"


def test_what_is_no_row_beside_a_row_has_no_head(row):
    [cited] = row.citations
    _, blocks = in_blocks(replace(cited, quote=f"A note.\n\n{cited.quote}"))
    assert blocks == [["A note."], ["Treaty: OPSC", "Ratified: 2005", "Reported: Not yet"]]
    beside, blocks = in_blocks(replace(cited, quote="A note."))
    assert (beside, blocks) == ([cited.context[0].text], [["A note."]])


@pytest.mark.parametrize("form", FORMS)
def test_what_is_likely_more_than_was_asked_stands_below_words_that_say_so(report, form):
    answer = answers(report)["cited"]
    [cited] = answer.citations
    others = [
        replace(cited, marker=n, quote=f"Number {n}.", notices=notices)
        for n, notices in ((2, ()), (3, (SEE_ALSO,)), (4, (SEE_ALSO,)))
    ]
    shown = printed(FORMS[form](replace(answer, citations=(cited, *others))))
    assert shown.count("See also:") == 1
    assert shown.index("Number 2.") < shown.index("See also:") < shown.index("Number 3.")
    assert "See also:" not in printed(FORMS[form](answer))


def test_the_items_of_a_list_are_apart(row):
    listed = replace(
        row, citations=(replace(row.citations[0], quote="It must act.\n\nIt must pay.", context=()),)
    )
    assert list(as_text(listed))[:3] == ["“It must act.", "", "It must pay.” [1]"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("see www.a.net.", "see `www.a.net`."),
        ("(http://a.org/b_c/), or *", "(`http://a.org/b_c/`), or \\*"),
        ("Email: i.n_o@a-b.net | m@a.co.uk", "Email: `i.n_o@a-b.net` \\| `m@a.co.uk`"),
        ("1. Act 12.4, e.g. at 5@6", "1\\. Act 12.4, e.g. at 5@6"),
    ],
)
def test_addresses_of_the_report_are_no_links(words, shown):
    assert unlinked(words) == shown


ADDRESSES = "Write to i_n@a.org or see www.a_b.org."
AS_CODE = "Write to `i_n@a.org` or see `www.a_b.org`."


@pytest.mark.parametrize("kind", KINDS)
def test_addresses_are_no_links_wherever_words_of_the_report_are_shown(tmp_path, kind):
    (tmp_path / "report.md").write_text(f"# One\n\n{ADDRESSES}\n", encoding="utf-8")
    answer = answers(read_report(tmp_path / "report.md"))[kind]
    assert AS_CODE in printed(as_markdown(answer))
    assert ADDRESSES in printed(as_text(answer))


def test_nor_are_addresses_beside_a_quote(report):
    [cited] = answers(report)["cited"].citations
    beside = replace(cited, context=(Slice(ADDRESSES, 0, 0),))
    assert f"> *{AS_CODE}*" in list(as_markdown(replace(answers(report)["cited"], citations=(beside,))))


def test_sources_in_endnotes_stay_as_they_are(report):
    answer = answers(report)["cited"]
    cited = replace(answer.citations[0], quote="A. http://a.org/", endnotes=(1,), notices=())
    note = Endnote(1, "A. http://a.org/", 0, 0, (), None)
    shown = list(as_markdown(replace(answer, citations=(cited,), endnotes=(note,))))
    assert "> A. http://a.org/ [1]" in shown
    assert "- **1** A. http://a.org/" in shown


def test_all_paragraphs_of_a_quote_are_quoted_in_markdown():
    assert quoted("A boat.\n\nAnother. [1]") == "> A boat.\n>\n> Another. [1]"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("1. First", "1\\. First"),
        ("12) Twelfth", "12\\) Twelfth"),
        ("- item\n + item", "\\- item\n \\+ item"),
        ("a - b, 2.5 (3)", "a - b, 2.5 (3)"),
        ("~~R&D~~ &lt;", "\\~\\~R\\&D\\~\\~ \\&lt;"),
        ("*a* [b](c) <d> #e |", "\\*a\\* \\[b\\](c) \\<d\\> \\#e \\|"),
    ],
)
def test_words_of_the_report_are_no_markup(words, shown):
    assert escaped(words) == shown


def test_the_next_note_is_no_source_in_markdown(report):
    source = Source(
        "web", "http://x.org/", "https://web.archive.org/web/2010/http://x.org/", "2010-03-19", None
    )
    notes = tuple(Endnote(number, f"Note {number}", 0, 0, (source,), None) for number in (3, 4))
    answer = answers(report)["cited"]
    [first] = answer.citations
    cited = (replace(first, endnotes=(3,)), replace(first, marker=2, following_endnote=4))
    shown = list(as_markdown(replace(answer, citations=cited, endnotes=notes)))
    references = [line for line in shown if line[:2] in ("1.", "2.")]
    assert [line.rpartition("to turn. ")[2] for line in references] == [
        "Endnotes: 3.",
        "No note on this sentence; the next note of the paragraph is 4.",
    ]
    archived = f"  Archived: <{source.archived_url}>"
    listed = shown[shown.index("- **3** Note 3") :][:4]
    assert listed == ["- **3** Note 3", archived, "- **4** (next note) Note 4", archived]


def test_a_refusal_as_markdown_lists_what_comes_nearest(report):
    assert list(as_markdown(answers(report)["refused"]))[:7] == [
        "No.",
        "",
        "Not certain, but nearest:",
        "",
        "- Where to turn",
        "",
        f"  “{WORDS}”",
    ]


def test_help_as_markdown_tells_how_to_ask_about_the_report(report):
    shown = printed(as_markdown(answers(report)["support"]))
    assert "ask again with --about-report. - Where to turn" in shown


def test_what_is_declined_shows_nothing_of_the_report(report):
    answer = replace(answers(report)["support"], status="declined", passages=())
    for form in FORMS.values():
        assert "--about-report" not in printed(form(answer))


DATED = "From a report published in 1998. Facts may have changed."


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", ["support", "declined"])
def test_help_is_not_dated_like_the_report(report, form, status):
    bare = list(FORMS[form](replace(answers(report)["support"], status=status, passages=())))
    assert DATED not in printed(bare)
    assert bare[-1].strip()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_report_says_or_does_not_say_is_dated(report, form, kind):
    assert DATED in list(FORMS[form](answers(report)[kind]))[-1]


@pytest.mark.parametrize("form", FORMS)
def test_paragraphs_of_what_is_declined_are_apart_and_no_two_empty_lines_follow(report, form):
    helped = replace(answers(report)["support"], status="declined", text="No.\n\nAsk.", passages=())
    lines = "\n".join(FORMS[form](helped)).split("\n")
    assert lines == ["No.", "", "Ask.", "", "Talk to somebody."]


@pytest.mark.parametrize("form", FORMS)
def test_without_anything_near_there_is_no_heading_for_it(report, form):
    answer = answers(report)["refused"]
    alone = replace(answer, reason=replace(answer.reason, nearest=()))
    assert WORDS in printed(FORMS[form](answer))
    assert "nearest" not in printed(FORMS[form](alone))


@pytest.mark.parametrize("form", FORMS)
def test_an_overview_lists_the_sections_with_their_pages(report, form):
    section = SectionPlace(("Where to turn",), Pages(3, 4, "3–4", True), "/report")
    shown = printed(FORMS[form](replace(answers(report)["cited"], kind="overview", sections=(section,))))
    assert "The sections of the report: - Where to turn, pp. 3–4" in shown


@pytest.mark.parametrize("form", FORMS)
def test_a_no_is_said_with_the_words_that_say_so(report, form):
    short = ShortAnswer("Call the hotline", 0, 16, "no")
    shown = printed(FORMS[form](replace(answers(report)["cited"], short_answer=short)))
    assert "In short: No. The report’s words: Call the hotline" in shown
