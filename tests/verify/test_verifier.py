"""What the checker says of single statements; how often it is right is measured in tests/evaluation."""

import time
from dataclasses import replace

import pytest

from a4a_qa.assistant import Assistant
from a4a_qa.errors import QuestionError
from a4a_qa.index.build import build_index
from a4a_qa.verify.statements import read_statements
from a4a_qa.verify.verifier import LONGEST_TEXT
from a4a_qa.verify.words import align, words_in
from growth import growth

CAMPAIGNS = (
    "Campaigns were conducted in 5 provinces in 2008 and it is envisaged that this process will eventually "
    "be conducted nationwide."
)

QUOTED = "“Campaigns were conducted in 5 provinces” "


def only(found):
    [checked] = found.statements
    return checked


def test_statements_of_a_markdown_text():
    text = (
        "# Heading\n\nOne is\nwrapped [21]. Two.²² Three? [1–3]\n- an item\n- **another** (endnote 7)\n\n"
        "> 1. quoted [^4]\n\n***\n"
    )
    found = list(read_statements(text))
    assert [(statement.words, statement.cited) for statement in found] == [
        ("One is\nwrapped.", (21,)),
        ("Two.", (22,)),
        ("Three?", (1, 2, 3)),
        ("an item", ()),
        ("**another**", (7,)),
        ("quoted", (4,)),
    ]
    for statement in found:
        assert "".join(text[place] for place in statement.places) == statement.words
        assert text[statement.start : statement.end].startswith(statement.words[:3])


@pytest.mark.parametrize(
    ("text", "words", "cited"),
    [
        ("It has 181 km².", "It has 181 km².", ()),
        ("It has 181 km²,³ in all.", "It has 181 km² in all.", (3,)),
        ("It has 181 km²,⁴⁻⁶ in all.", "It has 181 km² in all.", (4, 5, 6)),
        ("It has two.²,³", "It has two.", (2, 3)),
    ],
)
def test_the_power_of_a_unit_is_no_mark(text, words, cited):
    (statement,) = read_statements(text)
    assert (statement.words, statement.cited) == (words, cited)


def test_words_are_compared_without_typography():
    assert [w.key for w in words_in("The U.S. «paid» 1,000 percent, the 12th child’s cross-border")] == [
        "the", "us", "paid", "1000", "%", "the", "12", "child", "cross", "border",
    ]  # fmt: skip


def test_alignment_finds_the_part_that_is_repeated():
    mine, theirs = (
        words_in("six key areas of work"),
        words_in("The Strategies focus on six main areas of work."),
    )
    found = align(mine, theirs)
    assert (found.first, found.last) == (4, 9)
    [gap] = found.gaps
    assert (mine[gap.mine[0]].written, theirs[gap.theirs[0]].written) == ("key", "main")


def test_verbatim_with_its_evidence(assistant, report):
    checked = only(assistant.verify(f"{CAMPAIGNS}[86]"))
    assert (checked.verdict, checked.cited_endnotes, checked.wrong_endnotes) == ("verbatim", (86,), ())
    [place] = checked.evidence
    assert place.quote == report.text[place.start : place.end] == CAMPAIGNS
    assert place.endnotes == (86,)


def test_a_difference_is_marked_where_it_stands(assistant):
    text = f"Read this first. {CAMPAIGNS.replace('5', '7')}"
    checked = assistant.verify(text).statements[1]
    [difference] = checked.differences
    assert (checked.verdict, difference.kind, difference.said, difference.report) == (
        "altered",
        "number",
        "7",
        "5",
    )
    assert text[difference.start : difference.end] == "7"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The report says: “Campaigns were conducted in 5 provinces in 2008”.", "verbatim"),
        ("In 2008, says the report, “campaigns were conducted in 5 provinces”.", "verbatim"),
        ("In 2009, says the report, “campaigns were conducted in 5 provinces”.", "altered"),
        ("The report denies that “campaigns were conducted in 5 provinces in 2008”.", "altered"),
        ("“Campaigns were conducted in 5 provinces” by singing wandering pirates.", "unsupported"),
        ("“Campaigns were conducted in 5 provinces” and will eventually be nationwide.", "verbatim"),
        ("“Campaigns were conducted in 5 big provinces in 2008”", "altered"),
        (
            "“Campaigns were conducted […] and it is envisaged that this process will be nationwide.”",
            "altered",
        ),
        ("“Campaigns were conducted in 5 provinces […] it is envisaged that this process”", "verbatim"),
        ("Cambodia has extradition treaties with Laos, Thailand, China and South Korea.", "supported"),
        ("Cambodia ratified the OPSC in 2005.", "supported"),
        ("There are […] reliable and updated estimates of the number of children exploited", "altered"),
        ("The president opened “a very large shopping centre in Vienna”.", "unsupported"),
        (f"{CAMPAIGNS} [85]", "wrong_endnote"),
        (f"{CAMPAIGNS} [85, 86]", "wrong_endnote"),
        (f"{CAMPAIGNS} [999]", "wrong_endnote"),
        ("ECPAT International, “Cambodia Progress Card”, July 2010.", "verbatim"),
        ("The moon is made of green cheese. [86]", "unsupported"),
    ],
)
def test_verdicts(assistant, text, verdict):
    assert only(assistant.verify(text)).verdict == verdict


def test_counts_and_report_are_part_of_the_result(assistant):
    found = assistant.verify(f"{CAMPAIGNS} The moon is made of green cheese.").to_dict()
    assert found["counts"] == {
        "verbatim": 1, "altered": 0, "supported": 0, "unsupported": 1, "wrong_endnote": 0,
    }  # fmt: skip
    assert found["report"]["id"] == "cambodia-2011"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "states nothing"),
        ("# Only a heading\n***\n", "states nothing"),
        ("x" * (LONGEST_TEXT + 1), "20,001 characters"),
        ("One two. " * 201, "201 statements"),
    ],
)
def test_texts_that_cannot_be_checked(assistant, text, words):
    with pytest.raises(QuestionError, match=words):
        assistant.verify(text)


@pytest.mark.parametrize(
    "text",
    [
        "." * 19_000 + "x",
        "x" + " " * 19_000 + "y",
        "[" * 19_000 + "x",
        "the of in and " * 1_400,
        "“" * 9_000 + "x" + '"' * 9_000,
        "12" * 9_000 + "a",
        "- " * 9_000 + "x",
        "\ud800 \x00 ﾞ ²³ ٣ \u202e x",
        "1.1." * 4_000,
        "two " + "million " * 2_000,
        "about " + "9" * 9_000 + " million",
        "x “" + "… " * 9 + "”",
        QUOTED + "9% " * 6_000,
        QUOTED + "0 " * 9_900,
        QUOTED + "no " * 6_500,
        QUOTED * 460,
    ],
    ids=range(16),
)
def test_hostile_texts_are_checked_within_bounds(assistant, text):
    started = time.process_time()
    assert assistant.verify(text).statements
    assert time.process_time() - started < 2


def test_a_long_statement_is_checked_as_a_whole(assistant):
    assert len(assistant.verify("the of in and " * 200).statements) == 1


def test_a_small_report(small_index):
    small = Assistant.open(small_index)
    assert only(small.verify("The law on schools was passed in 1999. [3]")).verdict == "verbatim"
    assert only(small.verify("The law on schools was passed in 1989.")).verdict == "altered"


def test_paragraphs_are_told_apart_whatever_ends_a_line():
    text = "A title without a stop\r\n \r\nThe police said so."
    assert [statement.words for statement in read_statements(text)] == [
        "A title without a stop", "The police said so.",
    ]  # fmt: skip


def test_what_describes_abuse_in_detail_is_marked(assistant):
    [place, *_] = assistant.distressing
    found = assistant.verify(assistant.report.slice(place))
    cited = [citation for checked in found.statements for citation in checked.evidence]
    assert any("distressing" in citation.notices for citation in cited)


def test_evidence_of_several_sentences_has_the_address_that_a_citation_has(assistant):
    one, other = map(assistant.report.slice, assistant.report.sentences[200:202])
    [citation] = only(assistant.verify(f"{one.rstrip('.')}; {other}")).evidence
    assert citation.quote == f"{one} {other}"
    assert citation.url.startswith("/report?to=s-")


def test_a_quotation_that_leaves_words_out_is_marked_whole(assistant):
    quote = CAMPAIGNS.replace(" in 2008", "").replace("it is envisaged that ", "")
    text = f"They say: “{quote}”"
    [difference, *_] = only(assistant.verify(text)).differences
    assert text[difference.start : difference.end] == quote


def test_what_says_otherwise_in_other_words_is_altered_where_the_judge_is_sure(assistant, monkeypatch):
    text = "The 2008 Act left the earlier legislation on commercial sexual exploitation in force."
    verifier = assistant._verifier
    judge = verifier._comparer._judge
    read = judge.read

    def sure(chance):
        return lambda *pair: replace(
            read(*pair), forms={"none": 0.0, "words": 0.0, "yes": 1 - chance, "no": chance}
        )

    monkeypatch.setattr(judge, "read", sure(0.0))
    assert only(assistant.verify(text)).verdict == "supported"
    monkeypatch.setattr(judge, "read", sure(0.9))
    found = only(assistant.verify(text))
    assert (found.verdict, [d.kind for d in found.differences]) == ("altered", ["meaning"])
    assert text[found.differences[0].start : found.differences[0].end] == text


@pytest.mark.parametrize(
    "text",
    [
        "Sexually exploited boys lack support services.",
        "The first World Congress was held in Stockholm in 1996.",
    ],
)
def test_the_judge_does_not_outweigh_two_denials_or_the_words_of_the_sentence(assistant, monkeypatch, text):
    judge = assistant._verifier._comparer._judge
    read = judge.read
    monkeypatch.setattr(judge, "read", lambda *pair: replace(read(*pair), forms={"yes": 0.0, "no": 1.0}))
    assert only(assistant.verify(text)).verdict == "supported"


def test_the_nearest_sentences_are_searched_for_once(small_index, monkeypatch):
    small = Assistant.open(small_index)
    comparer = small._verifier._comparer
    read, nearest, asked = comparer._judge.read, comparer._retriever.nearest_sentences, []
    monkeypatch.setattr(comparer._judge, "read", lambda *pair: replace(read(*pair), forms={"no": 1.0}))
    monkeypatch.setattr(
        comparer._retriever, "nearest_sentences", lambda *what: asked.append(what) or nearest(*what)
    )
    # The judge denies it, and its number is weighed against that.
    assert only(small.verify("In the north there are 12 shelters.")).verdict == "supported"
    assert len(asked) == 1


@pytest.mark.parametrize("lead_in", ["According to the ECPAT 2011 report, ", "ECPAT (2011) says "])
def test_how_a_report_is_cited_is_no_part_of_the_statement(assistant, report, lead_in):
    sentence = next(
        s for s in report.sentences if report.slice(s).startswith("Campaigns were conducted in 5")
    )
    assert only(assistant.verify(lead_in + report.slice(sentence))).verdict == "verbatim"


def test_a_report_without_sentences_backs_nothing_and_is_not_quoted(tmp_path):
    (tmp_path / "bare.md").write_text("# Bare\n", encoding="utf-8")
    build_index(tmp_path / "bare.md", tmp_path / "index")
    bare = Assistant.open(tmp_path / "index")
    for text in ("It says: “There are twelve shelters.”", "There are twelve shelters."):
        checked = only(bare.verify(text))
        assert (checked.verdict, checked.evidence) == ("unsupported", ())


def test_what_a_clause_says_otherwise_is_marked(assistant):
    text = "Most child sex abusers in Cambodia are foreigners."
    found = only(assistant.verify(text))
    [difference] = found.differences
    assert (found.verdict, difference.kind, difference.report) == ("altered", "word", "local")
    assert text[difference.start : difference.end] == "foreigners"


@pytest.mark.parametrize(
    "text",
    [
        "Article 34 provides 7-15 years if the child is under 15.",
        "Cambodia is on Tier 2 of the TIP Report 2011.",
        "Cambodia ranked 126th of 169 countries in the Human Development Index.",
        "Italy financed IOM's law enforcement programme.",
    ],
)
def test_what_the_neighbour_says_and_names_said_otherwise_are_backed(assistant, text):
    assert only(assistant.verify(text)).verdict == "supported"


@pytest.mark.parametrize(
    ("reference", "verdict"),
    [
        (" (p. 21)", "verbatim"),
        (" (pp. 8–30)", "verbatim"),
        (" (ECPAT, 2011, p. 21)", "verbatim"),
        (" (ibid., p. 21)", "verbatim"),
        (" (ibid.)", "verbatim"),
        (", p. 21", "verbatim"),
        (" (p. 4)", "altered"),
        (" (2011, pp. 90-95)", "altered"),
        (", p. 4", "altered"),
    ],
)
def test_a_page_is_checked_against_where_the_words_stand(assistant, reference, verdict):
    checked = only(assistant.verify(f"{CAMPAIGNS.rstrip('.')}{reference}."))
    assert checked.verdict == verdict
    assert [difference.kind for difference in checked.differences] == ["page"] * (verdict == "altered")


def test_a_wrong_page_is_marked_where_it_stands(assistant):
    text = f"{CAMPAIGNS.rstrip('.')} (p. 4). And more."
    checked = assistant.verify(text).statements[0]
    (difference,) = checked.differences
    assert (difference.said, text[difference.start : difference.end].strip()) == ("(p. 4)", "(p. 4)")
    assert difference.report.startswith("p")


def test_what_only_looks_like_a_page_stays(assistant):
    (statement,) = read_statements("The ship (built at 3 p.m.) has p. 3 on its bow.")
    assert statement.pages == ()


@pytest.mark.parametrize("text", ["(p. ", "(see pp. 1 - ", "(aaaa, ", ", p. 1", "(ibid"])
def test_what_only_begins_like_a_reference_to_pages_takes_no_time(text):
    assert growth(lambda count: list(read_statements(text * count)), 250, 1_000) < 12
