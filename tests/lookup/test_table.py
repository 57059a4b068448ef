from itertools import pairwise

import pytest

from a4a_qa.answering.answer import cite
from a4a_qa.lookup.imprint import Imprint
from a4a_qa.lookup.recommendations import Recommendations
from a4a_qa.lookup.sources import asks_source_of_that
from a4a_qa.lookup.table import LookupTable
from a4a_qa.parsing.read import read_report
from a4a_qa.question.query import read_query
from a4a_qa.report.report import Span
from conftest import SMALL_REPORT


@pytest.fixture(scope="module")
def table(report):
    return LookupTable(report)


@pytest.fixture(scope="module")
def named(table, report):
    def look(question):
        lookup = table.find(question)
        return lookup and [report.slice(report.sentences[p])[:40] for p in lookup.sentences]

    return look


def test_an_article_of_the_named_law(named):
    assert named("What does Article 3 of the Trafficking Protocol say?") == [
        "The definition of the term “exploitation",
        "This is more restrictive than the standa",
    ]
    assert named("Article 33 of the Constitution of Cambodia") == ["According to Article 33 of the Constitut"]
    assert named("article 33 of the 2008 act") == []


def test_an_unnamed_article_is_looked_up_in_every_law(named):
    assert len(named("What is article 3?")) == 3
    assert len(named("Art. 27")) == 2
    assert len(named("Articles 566 to 571")) == 5
    both = named("Compare article 23 and article 34")
    assert both == [*named("article 23"), *named("article 34")]


def test_an_article_that_the_report_does_not_name(table):
    lookup = table.find("What does article 99 say?")
    assert (lookup.kind, lookup.numbers, lookup.sentences) == ("article", (99,), ())


@pytest.mark.parametrize(
    "question",
    [
        "What does point 36 of the Stockholm Agenda say?",
        "What does point 40 of the CRC say?",
        "What does recommendation 23 of the Mekong Youth Forum say?",
        "What does point 73 of the National Plan of Action say?",
    ],
)
def test_an_item_of_another_document_is_none_of_this_one(table, question):
    found = table.find(question)
    assert (found.kind, found.sentences) == ("item", ())
    assert found.missing == tuple(f"item {number}" for number in found.numbers) != ()


@pytest.mark.parametrize(
    "of", ["the Rio Declaration", "the Call for Action", "the Rio de Janeiro Call", "the annex", "the report"]
)
def test_an_item_of_what_the_report_calls_so_is_found(table, of):
    assert len(table.find(f"What does item 36 of {of} say?").sentences) == 1


def test_items(named, table):
    assert named("item 46 of the Rio Call") == ["(46) Establish by 2013 an effective and "]
    assert len(named("What does item (1) say?")) == 2
    assert table.find("What does item 99 say?").missing == ("item 99",)
    assert table.find("recommendations 98 and 99").missing == ("item 98", "item 99")
    assert table.find("paragraph 99") is None  # may be one of something else


@pytest.mark.parametrize(
    "question",
    [
        "Does item 24,000 exist?",
        "Is there no 24-hour hotline?",
        "What happened in number 80 % of the cases?",
        "Who reports the number 24,000 of children?",
        "Which notes 2.5 times as many?",
        "Does the report note fifteen prosecutions?",
        "At which point ten girls had been found?",
    ],
)
def test_numbers_that_are_no_places(table, question):
    lookup = table.find(question)
    assert lookup is None or lookup.kind not in ("item", "endnote")


def test_several_places_and_those_that_there_are_not(table):
    assert table.find("Compare items 5 and 6").numbers == (5, 6)
    assert table.find("endnotes 38, 39 and 41").endnotes == (38, 39, 41)
    assert table.find("endnotes 38,39, and 41").endnotes == (38, 39, 41)
    assert table.find("items (5) and (6)").numbers == (5, 6)
    assert table.find("Articles 566 to 571").missing == ()
    found = table.find("endnote 38 and endnote 171")
    assert (found.endnotes, found.missing) == ((38,), ("endnote 171",))
    assert table.find("items 46 and 99").missing == ("item 99",)
    assert table.find("Articles 34 and 977").missing == ("article 977",)


def test_endnotes(table):
    assert table.find("What is endnote 38?").endnotes == (38,)
    assert table.find("footnotes [164]").endnotes == (164,)
    assert (table.find("note 165").numbers, table.find("note 165").endnotes) == ((165,), ())


def test_places_by_ordinals_and_in_words(table, named):
    assert table.find("Show me the thirty-eighth reference in the list.").endnotes == (38,)
    assert table.find("What stands in the 5th footnote?").endnotes == (5,)
    assert named("What does the twenty-seventh article say?") == named("What does article 27 say?")
    assert table.find("Item forty-six, please") == table.find("Item 46, please")
    assert table.find("What does recommendation number twelve ask for?").numbers == (12,)
    assert table.find("Where is the first reference to children in the law?") is None


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("What does CNCC stand for?", "CNCC: Cambodia National Council for Chil"),
        ("cncc", "CNCC: Cambodia National Council for Chil"),
        ("full name of NC/S.T.S.L.S", "NC/S.T.S.L.S.: National Committee to lea"),
        ("meaning of TIP Task Force?", "TIP Task Force: National Task Force agai"),
        ("What does CNCC mean in this report?", "CNCC: Cambodia National Council for Chil"),
        ("What is the acronym for the Ministry of Justice?", "Moj: Ministry of Justice"),
    ],
)
def test_acronyms_both_ways(named, entry, question):
    assert named(question) == [entry]


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the CNCC?",
        "Do organisations commit to anything?",
        "How many children live on the streets?",
        "What does the report recommend in 2008?",
        "What note did the minister strike?",
    ],
)
def test_what_is_no_look_up(table, question):
    assert table.find(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "What is the source for the number of street children?",
        "Which publication is behind the claim that prices fell?",
        "Where does the figure of 80% come from?",
        "What is the source of that statement?",
        "What is the source of the estimate of 24,000 street children?",
        "What is the source of the 80% figure?",
        "Where is the 80% figure from?",
        "Which newspaper was that?",
        "Which newspaper reported the sale of discs?",
        "Who is quoted as saying so?",
    ],
)
def test_questions_for_a_source(table, question):
    lookup = table.find(question)
    assert lookup.kind == "source"
    assert "source" not in lookup.statement


def test_what_is_known_to_ask_for_a_source_does_however_it_is_worded(table):
    question = "Who told them about the 24,000 street children?"
    assert table.find(question) is None
    lookup = table.find(question, asks_source=True)
    assert lookup.kind == "source"
    assert "24,000 street children" in lookup.statement


@pytest.mark.parametrize(
    "question",
    [
        "On which radio station do the weekly talk shows run?",
        "Which provinces are given as examples?",
        "What sources of income do street children have?",
    ],
)
def test_questions_for_something_else_than_a_source(table, question):
    assert table.find(question) is None


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who leads it?", ["Who leads it?"]),
        ("Who leads A11 and how many met in B last year?", ["Who leads A11", "how many met in B last year"]),
        ("Who wrote A11, and what is her post?", ["Who wrote A11", "Who wrote A11 what is her post"]),
        ("Boys and girls?", ["Boys and girls?"]),
        (
            "Which act governs it, and does it name boys?",
            ["Which act governs it", "Which act governs it does it name boys"],
        ),
        ("Who sells discs, and in which markets?", ["Who sells discs", "Who sells discs in which markets"]),
        ("When and in which city was it held?", ["When and in which city was it held?"]),
        ("Police and can makers?", ["Police and can makers?"]),
        (
            "What did A11 begin, and what unit was formed?",
            ["What did A11 begin", "What did A11 begin what unit was formed"],
        ),
        ("What did A11 begin, and who heads the HLWG?", ["What did A11 begin", "who heads the HLWG"]),
        ("How many met in B? I need a percentage.", ["How many met in B? I need a percentage."]),
        (
            "How many met in B? And who paid for the hall and rooms?",
            ["How many met in B", "How many met in B And who paid for the hall and rooms"],
        ),
        (
            "Many met in B? Any figures on poor families nearby?",
            ["Many met in B", "Any figures on poor families nearby"],
        ),
    ],
)
def test_questions_with_two_parts(question, parts):
    assert [part.search for part in read_query(question).sub_queries] == parts


def test_a_part_is_named_by_its_own_words():
    parts = read_query("Which body coordinates the plan, and who pays for it?").sub_queries
    assert [part.text for part in parts] == ["Which body coordinates the plan", "who pays for it"]
    assert parts[1].search == "Which body coordinates the plan who pays for it"


@pytest.mark.parametrize(
    ("question", "of_that"),
    [
        ("What is the source?", True),
        ("And the source?", True),
        ("Source?", True),
        ("Which paper found that out?", True),
        ("Which newspaper reported that?", True),
        ("Which study is this from?", True),
        ("Whose paper is that taken from?", True),
        ("And which source is given for begging?", False),
        ("Which source says that taxi drivers look out for abuse?", False),
        ("Who chairs it?", False),
        ("And in Poipet?", False),
    ],
)
def test_who_asks_for_the_source_of_what_was_said(question, of_that):
    assert asks_source_of_that(question) == of_that


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Who funded this report?", "financial assistance"),
        ("Who are the authors?", "compiled by"),
        ("Who compiled the publication?", "compiled by"),
        ("May I reproduce parts of the report?", "reproduced only with permission"),
        ("When was the report published, and which edition is it?", "Copyright © 2011"),
        ("Who designed the publication?", "Design by"),
        ("What is ECPAT International's e-mail address?", "info@ecpat.net"),
        ("How do I reach ECPAT?", "info@ecpat.net"),
        ("Can I quote the report?", "reproduced only with permission"),
        ("May I reprint a table?", "reproduced only with permission"),
        ("What are the copyright terms?", "reproduced only with permission"),
        ("How should I cite this report?", "2nd EDITION"),
        ("year of publication", "Copyright © 2011"),
        ("Tell me the publication year of this report", "Copyright © 2011"),
        ("Did Sweden fund the report?", "financial assistance"),
        ("Which Irish organisation supported the report?", "financial assistance"),
        ("Does the report reflect the views of SIDA?", "does not constitute endorsement"),
        ("Did the donors endorse the views in the report?", "does not constitute endorsement"),
        ("Do the funders share the opinions of the report?", "does not constitute endorsement"),
        ("Are the donors responsible for what the report says?", "does not constitute endorsement"),
        ("Whose views does the report express?", "does not constitute endorsement"),
        ("Who stands behind the opinions in this publication?", "does not constitute endorsement"),
        ("Do the donors agree with what the report says?", "does not constitute endorsement"),
        ("Where is ECPAT's office?", "Bangkok"),
        ("email address", "info@ecpat.net"),
        ("Is this the first edition?", "2nd EDITION"),
        ("May I copy a page from it for a training?", "reproduced only with permission"),
        ("Can I quote it in my thesis?", "reproduced only with permission"),
        ("Can I print it out?", "reproduced only with permission"),
        ("Who should I credit when I quote the report?", "acknowledgment of the source"),
        ("Who owns the copyright?", "Copyright © 2011"),
        ("Who holds the rights to this publication?", "Copyright © 2011"),
        ("Who designed the layout?", "Design by"),
        ("Who put the report together?", "compiled by"),
    ],
)
def test_what_the_imprint_says_is_looked_up_there(table, report, question, says):
    lookup = table.find(question)
    assert lookup.kind == "imprint"
    assert any(says in report.slice(place) for place in lookup.spans)
    assert len(lookup.spans) <= 5


@pytest.mark.parametrize(
    "question",
    [
        "Who funded the report by UNICEF on street children?",
        "Who wrote the foreword to the report?",
        "Can I translate for a victim?",
        "Who designed the programme?",
        "Can I print a poster for a school?",
        "Who has the rights?",
        "Which report was published in 2007?",
        "How can I contact the police?",
        "What does the report say about funds?",
        "Who compiled the Trafficking in Persons Report?",
        "How was this report researched?",
        "What does the report cover?",
        "What does this report address?",
        "How does ECPAT reach people?",
        "What are the parts of the report?",
        "Which organisations does the report fund?",
        "What appears in the report?",
        "May I share this with a friend?",
        "Can you quote the report on Svay Pak?",
        "Did Norway fund the report?",
        "Does the report reflect the views of children?",
        "Does the report support street children?",
        "Which organisations support children?",
    ],
)
def test_what_is_not_about_the_publication_is_searched_for(table, question):
    lookup = table.find(question)
    assert lookup is None or lookup.kind != "imprint"


def test_a_body_with_a_name_like_the_publishers_is_another(table):
    assert table.find("How can I contact ECPAT Cambodia?").other_body == "ECPAT Cambodia"
    assert table.find("How can I contact ECPAT International?").other_body is None


@pytest.mark.parametrize(
    ("question", "section", "items"),
    [
        ("List all recommendations under Protection in the Priority Actions", "Protection", 10),
        ("What are the recommendations on prevention?", "Prevention", 5),
        ("What does ECPAT recommend for recovery and reintegration?", "Recovery and reintegration", 3),
    ],
)
def test_all_that_a_section_recommends(table, report, question, section, items):
    lookup = table.find(question)
    assert lookup.kind == "recommendations"
    blocks = [b for b in report.blocks if b.section == ("Priority Actions Required", section)]
    assert len(blocks) == items
    assert (lookup.spans[0].start, lookup.spans[-1].end) == (blocks[0].start, blocks[-1].end)
    assert len(lookup.spans) <= 5


@pytest.mark.parametrize(
    "question",
    [
        "What are the main recommendations?",
        "recommendations",
        "What does ECPAT recommend for Cambodia?",
        "which priority actions are required",
    ],
)
def test_all_that_the_report_recommends(table, report, question):
    places = table.find(question).spans
    chapter = [b for b in report.blocks if b.retrieved and b.section[:1] == ("Priority Actions Required",)]
    assert (places[0].start, places[-1].end, len(places)) == (chapter[0].start, chapter[-1].end, 5)
    for one, following in pairwise(places):
        between = report.slice(Span(one.end, following.start))
        assert between.strip() in {b.section[-1] for b in chapter}
    assert cite(report, places[1], marker=1, passage_id=None, sentence_id=None).section == (
        "Priority Actions Required",
        "Prevention",
    )
    joined = cite(report, places[0], marker=1, passage_id=None, sentence_id=None)
    assert joined.section == ("Priority Actions Required",)


@pytest.mark.parametrize("question", ["Who made the recommendations?", "How were the priorities chosen?"])
def test_what_is_asked_about_recommendations_is_searched_for(table, question):
    assert table.find(question) is None


def test_lines_of_the_imprint_with_the_report_between_them_are_two_places(small_file):
    front, back = (
        "Copyright 2011, The Publisher.",
        "May be reproduced with permission of the copyright holder.",
    )
    source = SMALL_REPORT.replace("CONTENTS", f"{front}\n\nCONTENTS", 1) + f"\n{back}\n"
    small_file.write_text(source, encoding="utf-8")
    report = read_report(small_file)
    places = Imprint(report).find("Who has the copyright of this report?").spans
    assert [report.slice(place) for place in places] == [front, back]


def test_two_sections_of_one_title_are_not_one_place(small_file):
    chapter = "\n\n".join(f"(1) Do it in the {place}." for place in ("north", "south"))
    source = (
        f"RECOMMENDATIONS\n\nPrevention\n\n{chapter}\n\nFINDINGS\n\nIt rains.\n\n"
        f"PRIORITY ACTIONS\n\nPrevention\n\n{chapter}\n"
    )
    small_file.write_text(source, encoding="utf-8")
    report = read_report(small_file)
    assert len({block.section for block in report.blocks if block.section[-1:] == ("Prevention",)}) == 2
    assert Recommendations(report, most=5).find("What are the recommendations on prevention?") is None


@pytest.mark.parametrize(
    "question",
    [
        "What does the report recommend on training judges for protection?",
        "Which recommendations did the Committee make?",
    ],
)
def test_a_question_for_less_than_a_section_is_searched_for(table, question):
    assert table.find(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "What did UNICEF do?",
        "What has the ILO done?",
        "Tell me about UNIAP",
        "What does the CNCC do?",
        "What does the ILO report?",
    ],
)
def test_what_a_body_did_is_not_its_name(table, question):
    lookup = table.find(question)
    assert lookup is None or lookup.kind != "acronym"


def test_what_a_name_means_is_said_by_the_glossary(table):
    assert table.find("What does CNCC mean?").kind == "acronym"
    assert table.find("UNIAP?").kind == "acronym"


def test_each_numbered_question_is_a_part():
    parts = read_query(
        "Dear team, please tell me: 1. Who chairs the HLWG? 2) Is possession a crime? 3. Who pays?"
    ).sub_queries
    assert [part.text for part in parts] == ["Who chairs the HLWG", "Is possession a crime", "Who pays"]
    assert len(read_query("What did the 2. World Congress decide?").sub_queries) == 1


def test_what_was_formed_is_not_what_an_acronym_stands_for(table):
    assert table.find("When was MAWG formed?") is None
    assert table.find("What is the full form of MAWG?").kind == "acronym"


@pytest.mark.parametrize(
    "question",
    [
        "What are the sources for the section on child sex tourism?",
        "Which endnotes are there in the chapter on child sex tourism?",
        "List the references of the child sex tourism section",
    ],
)
def test_the_sources_of_a_section_are_its_endnotes(table, question):
    assert table.find(question).endnotes == tuple(range(46, 59))


def test_a_section_without_endnotes_has_none(table, assistant):
    question = "List the sources of the section on national legislation"
    assert table.find(question).endnotes == ()
    assert assistant.ask(question).text == "This section has no endnotes."


def test_what_asks_for_the_source_of_a_statement_asks_for_no_section(table):
    assert table.find("What is the source for child sex tourism being on the rise?").kind == "source"


def test_sections_pages_and_names_are_places(table):
    assert table.find("What does the section on prevention say?").kind == "section"
    assert table.find("What is on page 21?").numbers == (21,)
    assert table.find("Is Prey Veng mentioned?").kind == "mention"
    # An acronym by itself asks for its name; words of an earlier question name nothing now.
    assert table.find("CNCC").kind == "acronym"
    assert table.find("Is Prey Veng mentioned?", follows=True) is None


@pytest.mark.parametrize(
    "question", ["Who provided the arrest figures?", "12 arrests. Who supplied these numbers?"]
)
def test_who_supplied_figures_asks_for_a_source(table, question):
    assert table.find(question).kind == "source"
