"""The whole path on the real report: question in, cited answer or honest refusal out."""

import json
from collections import Counter
from functools import cache

import numpy as np
import pytest

from a4a_qa.answering.answer import IMPRINT_SECTION
from a4a_qa.answering.phrases import phrase
from a4a_qa.assistant import Assistant
from a4a_qa.cli.cards import contacts_notice
from a4a_qa.cli.show import as_markdown
from a4a_qa.errors import QuestionError
from a4a_qa.index.retrieval import Retriever
from a4a_qa.index.storage import load
from a4a_qa.models.encoder import Encoder
from a4a_qa.safeguarding.notices import Notices
from a4a_qa.safeguarding.purpose import Purpose
from conftest import ROOT

CONTRACT = [
    "id", "answer_id", "question", "status", "kind", "text", "short_answer", "confidence",
    "confidence_in_words", "reason", "citations", "endnotes", "passages", "sections", "report", "reports",
    "help",
]  # fmt: skip
CITATION = [
    "id", "marker", "quote", "start", "end", "passage_id", "section", "page", "context", "endnotes",
    "following_endnote", "url", "reference", "report", "notices",
]  # fmt: skip
PARTS = ("citations", "endnotes", "passages")


def probes(name):
    lines = (ROOT / "eval/probes/probes.jsonl").read_text(encoding="utf-8").splitlines()
    return [probe for probe in map(json.loads, lines) if probe["split"] == name]


def evidence(probe):
    """The quotes any of which answers a probe."""
    [needed] = probe["evidence"]
    return [target["quote"] for target in needed.get("any_of", [needed])]


def quotes(answer):
    return [citation.quote for citation in answer.citations]


def test_an_answer_is_the_reports_own_sentence_with_its_endnote(assistant):
    answer = assistant.ask("In how many provinces were campaigns conducted in 2008?", id="q1")
    values = json.loads(json.dumps(answer.to_dict()))
    assert list(values) == CONTRACT
    assert (values["id"], values["status"], values["reason"], values["help"]) == (
        "q1",
        "answered",
        None,
        None,
    )
    citation = values["citations"][0]
    assert list(citation) == CITATION
    assert citation["quote"].startswith("Campaigns were conducted in 5 provinces in 2008")
    assert citation["quote"] == assistant.report.text[citation["start"] : citation["end"]]
    assert values["text"].startswith(f"{citation['quote']} [1]")
    assert citation["section"] == ["Coordination and Cooperation", "Local and national levels"]
    assert citation["page"] == {"first": 16, "last": 21, "label": "16–21", "exact": False}
    assert citation["endnotes"] == [86]
    assert citation["passage_id"] in {passage["id"] for passage in values["passages"]}
    note = values["endnotes"][0]
    assert note["number"] == 86
    assert note["sources"][0]["archived_url"].startswith("https://web.archive.org/web/20100319/http://")
    assert values["report"]["id"] == "cambodia-2011"
    assert values["reports"] == [values["report"]]
    assert {one["report"] for part in PARTS for one in values[part]} == {"cambodia-2011"}
    assert (values["kind"], values["sections"]) == ("passage", [])
    assert len(values["passages"]) == 10


def test_a_refusal_has_a_reason_and_what_comes_nearest_but_no_citation(assistant):
    answer = assistant.ask("What does article 99 of the 2008 Act say about fines?")
    assert (answer.status, answer.citations, answer.endnotes) == ("not_in_report", (), ())
    assert (answer.reason.code, answer.reason.unmatched) == ("other_value", ("article 99",))
    assert answer.reason.nearest
    for place in answer.reason.nearest:
        assert place.url.startswith("/report#s-")
        assert place.quote == assistant.report.text[place.start : place.end]
        assert place.section


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Summarise the report", "Cambodia: Introduction"),
        ("What does the report not cover?", "Methodology"),
        ("What are the main recommendations?", "Priority Actions Required"),
    ],
)
def test_what_asks_for_the_whole_is_answered_with_what_its_headings_name_and_all_chapters(
    assistant, question, section
):
    answer = assistant.ask(question)
    assert (answer.status, answer.kind) == ("answered", "overview")
    assert {citation.section[0] for citation in answer.citations} == {section}
    chapters = {section.path[-1]: section.page.label for section in answer.sections}
    assert (len(chapters), chapters["Prevention"]) == (11, "21–23")


@pytest.fixture(scope="module")
def answer_to(assistant):
    """The answer to a question, which is asked once."""
    return cache(assistant.ask)


def test_plain_questions_are_answered_and_others_refused(answer_to):
    found = Counter()
    for probe in [*probes("dev"), *probes("test")]:
        answer = answer_to(probe["question"])
        if probe["answerable"]:
            found["answered"] += answer.status in ("answered", "partial")
            found["right"] += any(quote in cited for quote in evidence(probe) for cited in quotes(answer))
        else:
            found["refused"] += answer.status == "not_in_report"
    # Of 100 plain questions and 100 about something else: 95, 91 and 87, less what another processor rounds.
    assert found["answered"] >= 93
    assert found["right"] >= 88
    assert found["refused"] >= 84


def test_opening_again_gives_the_same_answers(answer_to, index_folder):
    again = Assistant.open(index_folder)
    for probe in probes("test")[:20]:
        one, other = (ask(probe["question"]).to_dict() for ask in (answer_to, again.ask))
        assert one | {"answer_id": ""} == other | {"answer_id": ""}


def test_a_table_row_comes_with_its_column_heads(assistant):
    answer = assistant.ask("When was the ILO Convention on the Worst Forms of Child Labour ratified?")
    assert "14/03/2006" in answer.citations[0].quote
    assert "Date of Ratification/ Accession" in answer.citations[0].context[0].text


def test_an_item_comes_whole_and_with_its_lead_in(assistant):
    [citation] = assistant.ask("What does item 5 of the Rio Call for Action say?").citations
    assert citation.quote.startswith("(5) Undertake")
    assert citation.quote.endswith("should be made a high priority.")
    assert citation.context[0].text.startswith("We call on all States")


def test_an_article_that_stands_twice_is_shown_twice(assistant):
    answer = assistant.ask("What does Article 27 say?")
    assert len(answer.citations) == 2
    assert "aggravated procurement" in answer.text
    assert "establishment of child prostitution" in answer.text


def test_an_endnote_is_cited_itself(assistant):
    [citation] = assistant.ask("What is endnote 38?").citations
    assert citation.section == ("Endnotes",)
    assert citation.passage_id is None
    assert citation.endnotes == (38,)
    assert citation.quote == assistant.report.endnote(38).text


@pytest.mark.parametrize(
    ("question", "history", "number"),
    [
        ("moto-taxi programme, citation pls", [], 123),
        ("Who told the authors about efforts to establish CNCC offices at provincial level?", [], 73),
        ("citation pls", ["How many provincial offices does the CNCC have?"], 73),
    ],
)
def test_who_asks_for_a_source_in_other_words_gets_it(assistant, question, history, number):
    answer = assistant.ask(question, history)
    assert number in {one for citation in answer.citations for one in citation.endnotes}
    assert answer.citations[0].section == ("Endnotes",)


@pytest.mark.parametrize("question", ["What is the source?", "says who?"])
def test_the_source_of_nothing_is_unclear(assistant, question):
    assert assistant.ask(question).reason.code == "unclear"


def test_a_source_question_cites_the_endnote_then_the_statement(assistant):
    answer = assistant.ask("What is the source for the estimate of 24,000 street children?")
    assert [c.endnotes for c in answer.citations] == [(14,), (14,)]
    assert "24,000" in answer.citations[1].quote


def test_a_follow_up_asks_for_the_source_of_what_was_answered(assistant):
    answer = assistant.ask(
        "Whose paper is that taken from?", ["Did child labour go down between 2001 and 2005?"]
    )
    assert [citation.endnotes for citation in answer.citations] == [(16,), (16,)]
    told = assistant.ask(
        "And which source says that taxi drivers look out for abuse?",
        ["Did child labour go down between 2001 and 2005?"],
    )
    assert told.citations[0].endnotes == (123,)


def test_a_source_of_what_was_not_answered_is_unclear(assistant):
    answer = assistant.ask("Which paper is that from?", ["How do I reset the password of my router?"])
    assert (answer.status, answer.reason.code) == ("not_in_report", "unclear")


def test_a_source_is_sought_in_the_section_that_was_asked_about(assistant):
    history = ["Did child labour go down between 2001 and 2005?"]
    answer = assistant.ask("Whose paper is that taken from?", history, section="Annex")
    assert 16 not in [number for citation in answer.citations for number in citation.endnotes]


def test_a_follow_up_stays_near_the_place_that_was_named(assistant):
    explained = assistant.explain("And by when?", ["What does item 46 ask for?"])
    assert any("Establish by 2013" in citation.quote for citation in explained.answer.citations)


def test_a_follow_up_takes_up_the_question_before(assistant):
    answer = assistant.ask("And if the victim is under 15?", ["What does Article 34 punish?"])
    assert "7-15 years where the victim is under 15" in answer.text
    assert assistant.ask("Why?").status == "not_in_report"


@pytest.mark.parametrize(("typed", "meant"), [("traffiking", "trafficking"), ("goverment", "government")])
def test_what_index_questions_misspell_is_mended(assistant, typed, meant):
    assert assistant._spelling.mend(typed) == meant


def test_a_misspelt_follow_up_takes_it_up_as_well(assistant):
    history = ["What shelters are there for girls?"]
    right, wrong = (assistant.explain(asked, history) for asked in ("What about boys?", "Waht about boys?"))
    assert wrong.search.casefold() == right.search.casefold()
    assert wrong.answer.status == right.answer.status


def test_more_places_than_are_cited_are_named(assistant):
    answer = assistant.ask("What do items 20 to 31 say?")
    assert (answer.status, len(answer.citations)) == ("partial", 5)
    assert answer.reason.unmatched == tuple(f"item {number}" for number in range(25, 32))


def test_a_part_that_is_not_looked_for_is_named(assistant):
    answer = assistant.ask(
        "1. Who chairs the provincial council? 2. How many street children are there in Cambodia? "
        "3. In which year was the National Committee established? 4. How much does a school uniform cost?"
    )
    assert answer.status == "partial"
    assert answer.reason.unmatched[-1] == "How much does a school uniform cost"
    assert "ask this separately" in answer.reason.message


def test_two_questions_in_one_cite_both(assistant):
    answer = assistant.ask(
        "How many street children are estimated to live in Cambodia and who heads the HLWG?"
    )
    assert "24,000" in answer.text
    assert "headed by the Deputy Prime Minister" in answer.text


def test_a_section_limits_the_search(assistant):
    answer = assistant.ask("What should be done about grooming?", section="Priority Actions Required")
    assert {c.section[0] for c in answer.citations} == {"Priority Actions Required"}
    assert {p.section[0] for p in answer.passages} == {"Priority Actions Required"}
    assert assistant.search("children", section="annex › prevention") == assistant.search(
        "children", section="annex > PREVENTION"
    )
    nested = assistant.search("children", section="annex > PREVENTION")
    assert {p.section for p in nested} == {
        ("Annex", "IV – Integrated Cross-Sectoral Policies and National Plans of Action", "Prevention")
    }


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("Nowhere", "There is no section 'Nowhere'. There are: Glossary, Foreword"),
        ("Child pornography/child abuse images", "Several sections .*Annex > II"),
        (" > ", "The section has no name"),
    ],
)
def test_sections_that_cannot_be_meant(assistant, section, words):
    with pytest.raises(QuestionError, match=words):
        assistant.ask("What is it?", section=section)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("?", "unclear"),
        ("the of and", "unclear"),
        ("🙂🙂", "unclear"),
        ("តើមានកុមារប៉ុន្មាននាក់រស់នៅតាមផ្លូវ", "language"),
        ("Combien d'enfants vivent dans la rue ?", "language"),
        ("asdf qwer zxcv", "language"),
        ("What is the boiling point of copper?", "out_of_scope"),
    ],
)
def test_what_cannot_be_answered_is_said_to_be(assistant, question, code):
    answer = assistant.ask(question)
    assert (answer.status, answer.reason.code) == ("not_in_report", code)


@pytest.mark.parametrize("k", [0, -1, 51, 2.5, True, "3", None])
def test_how_many_passages_can_be_listed(assistant, k):
    with pytest.raises(QuestionError, match="1 to 50"):
        assistant.ask("What is it?", k=k)
    with pytest.raises(QuestionError, match="1 to 50"):
        assistant.search("shelters", k=k)


@pytest.mark.parametrize("wrong", [None, 5, b"Who heads the HLWG?", ["Who heads the HLWG?"]])
def test_what_is_asked_or_checked_is_a_text(assistant, wrong):
    for use in (assistant.ask, assistant.explain, assistant.search, assistant.verify):
        with pytest.raises(
            QuestionError, match=f"of the type {type(wrong).__name__}, expected str"
        ) as refused:
            use(wrong)
        assert "HLWG" not in str(refused.value)  # messages end up in logs


def test_an_answer_shows_itself_in_a_line(assistant):
    cited, refused = assistant.ask("Who heads the HLWG?"), assistant.ask("Who is the mayor of Atlantis?")
    assert repr(cited) == (
        f"<Answer answered passage confidence={cited.confidence:.2f} citations=1 "
        "'The HLWG is headed by the Deputy Prime Minister/Minister of Interior; the HLWG …'>"
    )
    assert repr(refused).startswith("<Answer not_in_report passage")
    assert "citations=0" in repr(refused)
    assert all(len(repr(answer)) < 200 for answer in (cited, refused))


@pytest.mark.parametrize("history", ["Why was it closed?", ["Why was it closed?", 1], None, 5, b"Why?"])
def test_a_history_is_a_list_of_questions(assistant, history):
    with pytest.raises(QuestionError, match="no list of earlier questions") as refused:
        assistant.ask("And in 2009?", history)
    assert "closed" not in str(refused.value)  # messages end up in logs


def test_answer_ids_are_random(assistant):
    assert len({assistant.ask("Who heads the High Level Working Group?").answer_id for _ in range(5)}) == 5


def test_words_of_ours_hold_no_fact(answer_to):
    """Whatever stands outside the quotes is a mark or a phrase of the list."""
    for probe in probes("test"):
        answer = answer_to(probe["question"])
        rest = answer.text
        for citation in answer.citations:
            rest = rest.replace(f"{citation.quote} [{citation.marker}]", "", 1)
            if "distressing" in citation.notices:
                rest = rest.replace(f"[{citation.marker}]", "", 1)
        ours = answer.help.text if answer.status == "support" else answer.reason and answer.reason.message
        assert rest.strip() in ({"", "See also:"} if answer.citations else {ours})


def test_a_report_without_anything_written_about_it(small_index):
    small = Assistant.open(small_index)
    answer = small.ask("How many shelters are in the north?")
    assert quotes(answer) == ["There are 12 shelters in the north."]
    assert answer.citations[0].endnotes == (1,)
    assert small.ask("What does item 2 say?").citations[0].endnotes == (5,)


def test_the_passages_that_are_cited_come_first(assistant):
    answer = assistant.ask("What does item 33 call a major obstacle?", k=3)
    cited = [citation.passage_id for citation in answer.citations]
    assert [passage.id for passage in answer.passages][: len(cited)] == cited
    assert [passage.rank for passage in answer.passages] == [1, 2, 3]
    assert len(assistant.ask("What does item 33 call a major obstacle?", k=1).passages) == 1


def test_the_passages_on_which_a_cited_endnote_stands_come_first(assistant):
    answer = assistant.ask("What is endnote 38?")
    assert answer.citations[0].endnotes == (38,)
    assert 38 in answer.passages[0].endnotes


def test_a_follow_up_names_another_item(assistant):
    answer = assistant.ask("And item 25?", ["What does item 24 of the Rio Call deal with?"])
    assert all(citation.quote.startswith("(25)") for citation in answer.citations)
    assert answer.citations
    after = assistant.ask("And the next one?", ["What does item 24 of the Rio Call deal with?"])
    assert [c.quote for c in after.citations] == [c.quote for c in answer.citations]


def test_blank_earlier_questions_are_nothing(assistant):
    question = "And in 2009?"
    history = ["How many foreign child sex offenders were arrested in 2008?"]
    with_blank = assistant.ask(question, [*history, " ", "\u200b"])
    assert with_blank.text == assistant.ask(question, history).text


def test_a_question_that_points_to_nothing_is_unclear(assistant):
    answer = assistant.ask("Who runs it?")
    assert (answer.status, answer.reason.code) == ("not_in_report", "unclear")
    assert assistant.ask("Who runs it?", ["Is there a 24 hour hotline?"]).reason is None


def test_what_stands_beside_the_answer_before_comes_forward(small_index):
    parts, _ = load(small_index)
    retriever = Retriever(parts, Encoder.shipped())
    plain = {hit.sentence: hit.score for hit in retriever.search("Who runs them?").sentences}
    after = {hit.sentence: hit.score for hit in retriever.search("Who runs them?", after=0).sentences}
    assert after[0] == pytest.approx(plain[0] - 0.06)
    assert after[1] == pytest.approx(plain[1] + 0.05)
    only = np.array([position == 1 for position in range(len(parts.report.sentences))])
    assert [hit.sentence for hit in retriever.search("Who?", after=0, allowed=only).sentences] == [1]


def test_contact_details_are_said_to_be_old_in_markdown_too(assistant):
    report, notices = assistant.report, Notices(assistant.report, ())
    sentence = next(s for s in report.sentences if notices.of(s.start, s.end))
    answer = assistant.ask(assistant.report.slice(sentence))
    cited = any("contact_2011" in citation.notices for citation in answer.citations)
    assert cited == (contacts_notice(2011) in list(as_markdown(answer)))
    assert cited


def test_the_source_of_an_answer_that_was_met_with_help_first(assistant):
    before = (
        "I was forced to learn that campaigns were run. In how many provinces were campaigns run in 2008?"
    )
    assert assistant.ask(before, about_report=True).citations
    answer = assistant.ask("What is the source for that?", [before], about_report=True)
    assert answer.status == "answered"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ('Find out the real name of "Srey" in the case study.', "person"),
    ],
)
def test_where_a_person_is_likely_asked_for_what_the_report_answers_is_answered(assistant, question, code):
    assert assistant._purpose.read(question).likely_person
    assert assistant._purpose.category(question) != "C5"
    answer = assistant.ask(question)
    assert (answer.reason and answer.reason.code) == code


@pytest.mark.parametrize(
    ("question", "status", "kind"),
    [
        ("Who helps poor victims to get a lawyer?", "answered", "reporting"),
        (
            "Is there therapy for men who worry about their thoughts?",
            "partial",
            "own_worry",
        ),
        (
            "I was trafficked at twelve. Now I study social work and want to read how recruiters chose "
            "their victims.",
            "not_in_report",
            "support",
        ),
        ("Who runs the hotline?", "answered", None),
    ],
)
def test_who_may_be_in_need_sees_a_card_of_help_above_the_answer(assistant, question, status, kind):
    answer = assistant.ask(question)
    assert answer.status == status
    assert (answer.help and answer.help.kind) == kind
    assert answer.passages


def test_a_follow_up_that_sounds_of_need_is_answered_below_a_card(assistant):
    question = "Is it still going on?"
    answer = assistant.ask(question, ["When did ECPAT Cambodia start putting posters on tuk-tuks?"])
    assert "still ongoing" in answer.text
    assert answer.help.kind == "reporting"
    assert assistant.ask(question).help.kind == "reporting"


def test_a_newspaper_that_a_sentence_names_needs_no_endnote(assistant):
    answer = assistant.ask("Which newspaper reported about the girl sold to a brothel?")
    assert "New York Times" in answer.citations[0].quote
    assert answer.reason is None or "endnote" not in answer.reason.message


def test_what_somebody_says_of_something_else_is_not_shown(assistant):
    answer = assistant.ask("What did UNICEF say about boys being trafficked to Malaysia?")
    assert not answer.citations or answer.confidence < 0.9


def test_earlier_questions_are_read_only_where_they_are_leant_on(assistant, monkeypatch):
    asked = []
    read = assistant._purpose.read
    monkeypatch.setattr(assistant._purpose, "read", lambda q, **how: asked.append(q) or read(q, **how))
    question, past = "What does the COMMIT plan say on training?", "How many victims were rescued in 2008?"
    assistant.ask(question, [past])
    assert asked == [question]
    assistant.ask("And in 2009?", [question, past])
    assert asked[1:] == ["And in 2009?", past]


def test_no_question_is_read_twice_however_many_ask_for_sources(assistant, monkeypatch):
    asked = []
    purposes = assistant._judge.purposes

    def listening(text, **options):
        asked.append(text)
        return purposes(text, **options)

    monkeypatch.setattr(assistant._judge, "purposes", listening)
    history = ["In how many provinces were campaigns run in 2008?", *("What is the source for that?",) * 4]
    assistant.ask("And what is the source of that?", history)
    assert len(asked) == len(set(asked)) == 3


def test_a_word_is_mended_once_however_often_a_question_is_read(assistant, monkeypatch):
    mended = []
    mend = assistant._spelling.mend
    monkeypatch.setattr(assistant._spelling, "mend", lambda text: mended.append(text) or mend(text))
    assistant.ask("And in 2009?", ["How many victims were rescued in 2008?", "And in 2007?"])
    assert len(mended) == len(set(mended)) == 3


def test_the_imprint_answers_for_the_publication(assistant):
    answer = assistant.ask("Who funded this report?")
    assert answer.status == "answered"
    [citation] = answer.citations
    assert "financial assistance" in citation.quote
    assert (citation.section, citation.passage_id) == (IMPRINT_SECTION, None)
    assert citation.url == "/report"
    assert "Title pages and imprint" in citation.reference


def test_all_that_a_section_recommends_is_cited_in_order(assistant):
    answer = assistant.ask("List all recommendations under Protection in the Priority Actions.")
    assert answer.status == "answered"
    assert {citation.section[-1] for citation in answer.citations} == {"Protection"}
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)
    assert all(citation.url.startswith("/report?to=") for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "named"), [("hello", "courtesy"), ("Thanks!", "courtesy"), ("How many?", "unclear")]
)
def test_what_says_nothing_is_unclear(assistant, question, named):
    answer = assistant.ask(question)
    assert answer.reason.code == "unclear"
    assert answer.text == phrase("refusal", named)


def test_what_is_asked_of_the_assistant_is_not_looked_up(assistant):
    for question in ("Who made you?", "Do you track me?"):
        answer = assistant.ask(question, ["Who helps victims?"])
        assert (answer.status, answer.reason.code) == ("not_in_report", "out_of_scope")
        assert answer.text == phrase("refusal", "assistant")
        assert not answer.passages
    after = assistant.ask("Are these enough?", ["How many shelters are there for boys?"])
    assert after.text != phrase("refusal", "assistant")
    assert assistant.ask("Can you explain COMMIT to me?").citations


def test_what_one_section_does_not_say_the_report_may(assistant):
    question = "Who heads the HLWG?"
    answer = assistant.ask(question, section="Prevention")
    assert answer.text == answer.reason.message == phrase("refusal", "section")
    assert assistant.ask(question).status == "answered"
    # What is unclear is unclear in the whole report.
    assert assistant.ask("How many?", section="Prevention").text == phrase("refusal", "unclear")


@pytest.mark.parametrize(
    "asked", ["What is the difference between Article 26 and Article 27?", "Articles 26 and 27"]
)
def test_articles_that_are_held_against_each_other_are_all_shown(assistant, asked):
    answer = assistant.ask(asked)
    text = " ".join(quotes(answer))
    assert answer.status == "answered"
    assert "Article 26" in text
    assert "Article 27" in text


def test_all_that_the_report_says_of_a_penalty_under_one_article_is_shown(assistant):
    answer = assistant.ask("What is the penalty under article 27?")
    assert "5-10 years" in answer.text
    assert "7-15 years" in answer.text


@pytest.mark.parametrize("question", ["thanks", "OK, thank you very much!"])
def test_who_thanks_after_an_answer_gets_no_other(assistant, question):
    assert assistant.ask(question, ["Who heads the High Level Working Group?"]).reason.code == "unclear"


def test_what_only_seems_to_lean_on_another_question_is_answered_alone(assistant):
    alone = assistant.ask("What did Microsoft do?")
    after = assistant.ask("What did Microsoft do?", ["Who heads the High Level Working Group?"])
    assert alone.status == "answered"
    assert quotes(after) == quotes(alone)
    # Nothing is searched for alone where the answer behind the question before is sure.
    before = ["Who heads the High Level Working Group?"]
    assert "established" in assistant.ask("When was it set up?", before).text


def test_words_that_stand_in_what_is_shown_are_not_called_missing(assistant):
    answer = assistant.ask("What about Thailand?", ["Does Cambodia have an MoU with Malaysia?"])
    assert answer.citations
    assert "Thailand" not in (answer.reason.unmatched if answer.reason else ())


def test_what_is_too_long_is_refused_before_anything_reads_it(assistant, monkeypatch):
    monkeypatch.setattr(Purpose, "read", None)
    with pytest.raises(QuestionError, match="200,000 characters"):
        assistant.ask("x" * 200_000)
    with pytest.raises(QuestionError, match="6 earlier questions"):
        assistant.ask("Who?", ["Why?"] * 6)


def test_the_article_of_what_was_answered_is_that_of_its_sentences(assistant):
    answer = assistant.ask(
        "Which article is that?", ["What is the punishment for making abuse images for sale?"]
    )
    assert answer.status == "answered"
    assert "Article 41" in answer.citations[0].quote


def test_when_a_report_was_sent_in_is_no_question_for_a_source(assistant):
    answer = assistant.ask(
        "When did the government submit its state report for the universal periodic review?"
    )
    assert answer.status == "answered"
    assert "16/09/09" in answer.text


def test_a_year_that_is_reckoned_from_another_is_not_asked_alone(assistant):
    before = ["When did ChildSafe start in Cambodia?"]
    answer = assistant.ask("And the year after?", before)
    assert answer.status == "not_in_report" or "ChildSafe" in answer.citations[0].quote


def test_of_several_articles_none_is_told_in_short_to_a_question_that_leans_on_another(assistant):
    before = ["How much is the fine for a go-between?", "And the prison term?"]
    answer = assistant.ask("Which article?", before)
    assert len(answer.citations) > 1
    assert answer.short_answer is None


@pytest.mark.parametrize(
    ("question", "second"),
    [
        (
            "What did the campaign of 2008 reach, and how many provinces?",
            "What did the campaign of 2008 reach how many provinces",
        ),
        (
            "What is the capital of France, and who runs the ChildSafe Network?",
            "who runs the ChildSafe Network",
        ),
    ],
)
def test_the_surer_wording_of_a_second_question_counts(assistant, question, second):
    _, found = assistant.explain(question).decision.searches
    assert found.query.search == second
