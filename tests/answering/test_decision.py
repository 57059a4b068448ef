"""From what was found to an answer or a refusal, with thresholds that force either."""

from dataclasses import replace

import pytest

from a4a_qa.safeguarding.notices import SEE_ALSO

QUESTION = "In how many provinces were campaigns conducted in 2008?"


@pytest.fixture(scope="module")
def deciding(assistant):
    """The assistant with other thresholds."""
    return lambda **changed: assistant.recalibrated(replace(assistant.calibration, **changed))


def test_what_is_unlikely_to_be_answered_is_refused_with_the_nearest_places(deciding):
    answer = deciding(threshold=1.0, sure=1.0).ask(QUESTION)
    assert (answer.status, answer.citations) == ("not_in_report", ())
    assert answer.reason.nearest
    assert answer.confidence is not None


def test_what_is_not_sure_is_answered_with_a_caveat(deciding):
    answer = deciding(threshold=0.0, sure=1.0).ask(QUESTION)
    assert answer.status == "partial"
    assert answer.citations
    assert answer.reason.code in ("absent_detail", "other_value")
    assert answer.short_answer is None


def test_what_is_sure_is_answered(deciding):
    answer = deciding(threshold=0.0, sure=0.0).ask(QUESTION)
    assert (answer.status, answer.reason) == ("answered", None)
    assert answer.short_answer.text == "5 provinces"


def test_the_part_of_a_question_that_has_no_answer_is_named(assistant):
    answer = assistant.ask(f"{QUESTION[:-1]}, and what did the minister of transport earn in 2008?")
    assert answer.status == "partial"
    assert answer.citations
    assert "earn" in " ".join(answer.reason.unmatched)


def test_each_part_has_its_own_search(assistant):
    explained = assistant.explain(
        f"{QUESTION[:-1]}, and who chairs the Cambodian National Council for Children?"
    )
    questions = [search.query.search for search in explained.decision.searches]
    assert len(questions) == 2
    assert "campaigns" in questions[0]
    assert "chairs" in questions[1]


def test_a_place_that_there_is_not_is_another_value(assistant):
    answer = assistant.ask("What does Article 977 say?")
    assert (answer.status, answer.reason.code) == ("not_in_report", "other_value")
    assert answer.reason.unmatched == ("article 977",)
    assert answer.text == "The report does not mention article 977."
    none = assistant.ask("What does endnote 977 say?").reason
    assert none.message == "The report has no endnote 977."
    assert none.nearest


def test_a_place_among_others_that_there_is_not_is_named(assistant):
    answer = assistant.ask("What do endnotes 38 and 971 say?")
    assert (answer.status, answer.citations[0].endnotes) == ("partial", (38,))
    assert answer.reason.unmatched == ("endnote 971",)


def test_an_answer_is_as_sure_as_its_least_sure_part(assistant):
    known = assistant.ask(QUESTION)
    both = assistant.ask(f"{QUESTION[:-1]}, and what did the minister of transport earn in 2008?")
    assert both.confidence < known.confidence


def test_no_part_of_a_question_takes_all_citations(assistant):
    answer = assistant.ask("Which articles of the 2008 Act deal with prostitution and who heads the HLWG?")
    assert "HLWG" in answer.text
    assert answer.short_answer is None


def test_a_look_up_has_its_own_confidence(assistant):
    decision = assistant.explain("What does endnote 38 say?").decision
    assert decision.looked_up.endnote == 1
    assert decision.answer.citations[0].endnotes == (38,)
    assert decision.answer.confidence > 0.7


def test_how_a_source_was_found_is_a_signal(assistant):
    by_statement = assistant.explain("What is the source for saying that the HLWG is headed by a minister?")
    found = by_statement.decision.looked_up
    assert (found.noted, found.stated) == (1, 1)
    assert 0 < found.ahead < found.match


def test_how_the_judge_would_answer_in_short_is_a_signal(assistant):
    (searched,) = assistant.explain(QUESTION).decision.searches
    assert searched.signals.in_words > 0.5 > searched.signals.in_no_words
    assert searched.signals.in_these_words > 0.5


def test_the_next_endnote_of_the_paragraph_is_not_the_source_of_another_statement(assistant):
    answer = assistant.ask("What is the source for the ChildSafe Network that started in Cambodia in 2005?")
    assert answer.status == "partial"
    assert [(c.endnotes, c.following_endnote) for c in answer.citations] == [((), None)]
    assert answer.reason.message.endswith("gives no source for it.")


def test_what_seems_to_be_answered_is_not_refused_as_about_something_else(assistant):
    answer = assistant.ask("Who chairs the provincial council?")
    assert answer.status != "not_in_report"
    assert "is chairman of" in answer.citations[0].quote
    assert assistant.ask("Who won the last football match?").reason.code == "out_of_scope"


def test_years_that_what_is_cited_does_not_tell_of_are_a_caveat_however_sure_it_is(deciding):
    question = "Which province reported most victims of trafficking in 2007?"
    answer = deciding(threshold=0.0, sure=0.0).ask(question)
    assert "2008" in answer.citations[0].quote
    assert (answer.status, answer.reason.code, answer.reason.unmatched) == (
        "partial",
        "other_value",
        ("2007",),
    )
    assert deciding(threshold=0.0, sure=0.0).ask(question.replace("2007", "2008")).status == "answered"


def test_what_a_question_takes_for_granted_and_the_report_denies(assistant):
    answer = assistant.ask("Why was no delegation sent to World Congress III?")
    assert answer.reason.code == "false_premise"


def test_a_follow_up_takes_nothing_for_granted_that_can_be_read_off_it(assistant):
    history = ["How many provincial offices does the CNCC have?"]
    (search,) = assistant.explain("When were they set up?", history).decision.searches
    assert (search.signals.denied, search.signals.affirmed) == (0.0, 0.0)


def test_an_answer_that_is_rather_wrong_than_right_has_a_caveat(assistant, deciding):
    never = replace(assistant.calibration.right, bias=-100.0)
    answer = deciding(threshold=0.0, sure=0.0, right=never).ask(QUESTION)
    assert (answer.status, answer.confidence) == ("partial", 0.0)


def test_only_what_is_far_from_the_report_is_called_something_else(deciding):
    asked = deciding(threshold=1.0, elsewhere=0.5)
    assert asked.ask("Who won the last football match?").reason.code == "out_of_scope"
    assert asked.ask(QUESTION).reason.code != "out_of_scope"
    assert deciding(threshold=1.0, elsewhere=1.0).ask(QUESTION).reason.code == "out_of_scope"


def test_an_item_that_there_is_not_is_another_value(assistant):
    answer = assistant.ask("What does item 74 of the Call for Action say?")
    assert (answer.status, answer.reason.code) == ("not_in_report", "other_value")
    assert answer.reason.unmatched == ("item 74",)


@pytest.mark.parametrize("question", ["Who funded this report?", "Who published this report?"])
def test_what_stands_in_the_imprint_has_no_source(assistant, question):
    answer = assistant.ask("What is the source of that?", [question])
    assert (answer.status, answer.endnotes) == ("partial", ())
    assert answer.citations == assistant.ask(question).citations


def test_the_source_of_a_list_is_that_of_its_sentences(assistant):
    answer = assistant.ask("What is the source of that?", ["List the recommendations on prevention"])
    assert answer.status == "partial"
    assert answer.citations


def test_where_a_name_stands(assistant):
    answer = assistant.ask("Is Prey Veng mentioned?")
    assert (answer.status, answer.reason) == ("answered", None)
    assert all("Prey Veng" in citation.quote for citation in answer.citations)
    answer = assistant.ask("Where is Sihanoukville mentioned?")
    assert (answer.status, len(answer.citations)) == ("partial", 5)
    assert "(7)" in answer.reason.message


def test_a_name_that_stands_nowhere(assistant):
    answer = assistant.ask("Does the report mention Vladivostok?")
    assert (answer.status, answer.reason.code) == ("not_in_report", "out_of_scope")
    assert answer.reason.message == "The report does not mention Vladivostok."


def test_who_is_only_named_in_endnotes(assistant):
    answer = assistant.ask("What does Al Jazeera say?")
    assert answer.status == "answered"
    # What it says is cited, and the endnote shown with it.
    assert "Al Jazeera" in answer.endnotes[0].text
    assert answer.endnotes[0].number in answer.citations[0].endnotes
    assert 57 in answer.citations[0].endnotes


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What does the report say about Malaysia?", "Malaysia"),
    ],
)
def test_what_searching_does_not_surely_find_of_a_name_is_listed(assistant, question, word):
    answer = assistant.ask(question)
    assert answer.status in ("answered", "partial")
    assert all(word in one.quote for one in answer.citations if SEE_ALSO not in one.notices)


def test_of_several_like_sources_the_statement_is_shown(assistant):
    answer = assistant.ask("Which newspaper reported on child pornography?")
    assert "Cambodian Daily" in answer.citations[0].quote


def test_another_body_than_the_publisher_is_told(assistant):
    answer = assistant.ask("How can I contact ECPAT Cambodia?")
    assert (answer.status, answer.reason.unmatched) == ("partial", ("ECPAT Cambodia",))


def test_a_section_or_a_page_is_shown_by_how_it_begins(assistant):
    answer = assistant.ask("What does the section on prevention say?")
    assert (answer.status, answer.reason.code) == ("partial", "absent_detail")
    assert {citation.section[0] for citation in answer.citations} == {"Prevention"}
    answer = assistant.ask("What is on page 21?")
    assert {citation.section[0] for citation in answer.citations} == {
        "Prevention",
        "Coordination and Cooperation",
    }
    answer = assistant.ask("What is on page 99?")
    assert (answer.status, answer.reason.code) == ("not_in_report", "other_value")
    assert answer.reason.message == "The report has no page 99, as far as its pages are known."
