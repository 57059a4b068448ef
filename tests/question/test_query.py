import pytest

from a4a_qa.errors import QuestionError
from a4a_qa.question import query as reading
from a4a_qa.question.follow_up import is_vague, points_back
from a4a_qa.question.language import is_foreign, names_of, without_names
from a4a_qa.question.query import asked_text, clean, meant_by, read_query


def test_control_characters_and_surrogates_are_cleaned():
    assert clean(" a\x00b\x1b[31m\n\tc\u200b\ud800 ") == "a b [31m c?"


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01", "\u200b"])
def test_nothing_to_read(text):
    with pytest.raises(QuestionError, match="is empty"):
        read_query(text)


def test_tags_of_pasted_html_are_not_searched_for():
    assert meant_by("<b>Is</b> the law old?") == "Is the law old?"
    assert meant_by("<b>") == "<b>"


def test_too_much_to_read():
    with pytest.raises(QuestionError, match=r"10,000 characters; at most 2,000"):
        read_query("x" * 10_000)
    with pytest.raises(QuestionError, match="6 earlier questions, at most 5"):
        read_query("x", ["y"] * 6)


def test_what_is_far_too_long_is_not_even_cleaned(monkeypatch):
    assert asked_text(" " * 1_000 + "Who?" + "\n" * 1_000) == "Who?"
    monkeypatch.setattr(reading, "clean", None)
    with pytest.raises(QuestionError, match=r"200,000 characters"):
        asked_text("x" * 200_000)


@pytest.mark.parametrize(
    ("history", "question", "search"),
    [
        (["How many were arrested in 2008?"], "And in 2009?", "How many were arrested in ? And in 2009?"),
        (["Who leads it?"], "When was it set up?", "Who leads it? When was it set up?"),
        (["A b c.", "What about boys?"], "Why?", "A b c. What about boys? Why?"),
        (["A b c."], "Which paper found that out?", "A b c. Which paper found that out?"),
        (["A b c."], "Does that go for minors as well?", "A b c. Does that go for minors as well?"),
        (["A b c."], "Which law says that minors are exempt?", None),
        (["A b c."], "Are there shelters for boys?", None),
        (["A b c."], "Are there any in the north?", "A b c. Are there any in the north?"),
        (["A b c."], "How many are there already?", "A b c. How many are there already?"),
        (["A b c."], "In the capital alone?", "A b c. In the capital alone?"),
        (["A b c."], "Under which article?", "A b c. Under which article?"),
        # Who did what, and what is said of what, is left open.
        (["A b c."], "How many were trained?", "A b c. How many were trained?"),
        (["A b c."], "And which hotels have joined?", "A b c. And which hotels have joined?"),
        (["A b c."], "Who took part?", "A b c. Who took part?"),
        (["A b c."], "What does the law say?", "A b c. What does the law say?"),
        (["A b c."], "How many were trained in the north?", None),
        (["A b c."], "Which boats need?", None),
        (["A b c."], "What does the law say about fishing?", None),
        (["A b c."], "What did the captain find below deck?", None),
        (["A b c."], "For whom is the hotline meant?", None),
        (["A b c."], "Are IT technicians obliged to tell?", None),
        (["A b c."], "Is it obliged to tell?", "A b c. Is it obliged to tell?"),
        # Enough words for one that stands alone, unless it begins with what points back.
        (["A b c."], "Do villages teach children what their parents know?", None),
        (
            ["A b c."],
            "What did they teach, and did parents join lessons?",
            "A b c. What did they teach, and did parents join lessons?",
        ),
        (["A b c."], "Who compiled this report?", None),
        (["Who leads the committee?"], "How many shelters does the north have?", None),
        (["  "], "Why?", None),
    ],
)
def test_follow_ups_take_up_what_was_asked_before(history, question, search):
    assert read_query(question, history).search == (search or question)


def test_a_follow_up_that_only_names_another_year_is_not_stressed():
    history = ["How many were arrested in 2008?"]
    assert read_query("And in 2009?", history).follow_up is None
    assert read_query("And of those, how many convicted?", history).follow_up
    assert read_query("How many shelters does the north have?", history).follow_up is None


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Combien d'enfants vivent dans la rue ?", True),
        ("¿Cuántos niños viven en la calle?", True),
        ("Wie viele Kinder leben auf der Straße?", True),
        ("តើមានកុមារប៉ុន្មាននាក់", True),
        ("有多少儿童", True),
        ("How many children live on the streets?", False),
        ("street children number", False),
        ("What does M'Lop Tapang do in Preah Sihanouk?", False),
        ("Was Die a name?", False),
        ("Chi aiuta i bambini in Cambodia?", True),
        ("cambodia child shelters", False),
        ("mi tio me hace cosas y tengo doce años", True),
        ("jag behöver hjälp nu", True),
        ("Nasıl yardım alabilirim, bana kim inanır?", True),
        ("Saan ang hotline ng mga bata?", True),
        ("Gdzie jest pomoc, jak to się robi?", True),
        ("hotline phnom penh", False),
        ("?", False),
    ],
)
def test_language(assistant, question, foreign):
    assert is_foreign(question, assistant._spelling.is_known) is foreign


@pytest.mark.parametrize(
    "question",
    [
        "How many sıx children?",
        "Whıch mobİle operator waſ the fİrst to ſell 3G?",
        "Did children in İtaly get help from the police?",
        "Ｗｈａｔ ｄｏｅｓ ｔｈｅ ｒｅｐｏｒｔ ｓａｙ about children?",
    ],
)
def test_letters_of_other_alphabets_are_read(assistant, question):
    assert assistant.ask(question).status in ("answered", "partial", "not_in_report")


@pytest.mark.parametrize("question", ["sex ofender regster", "arests of foriegners 2009"])
def test_what_is_badly_misspelt_is_mended_and_no_other_language(assistant, question):
    assert is_foreign(question, assistant._spelling.is_known)
    reason = assistant.ask(question).reason
    assert reason is None or reason.code != "language"


def test_the_names_in_a_report_are_no_other_language(assistant):
    names = names_of("Shelters are run by Médecins pour les Enfants and by Port Anna.")
    assert names == {"médecins pour les enfants", "port anna"}
    for question, foreign in (
        ("What is Médecins pour les Enfants?", False),
        ("médecins pour les enfants", False),
        ("Que font Médecins pour les Enfants pour les filles de la rue ?", True),
    ):
        assert is_foreign(without_names(question, names), assistant._spelling.is_known) is foreign
        assert is_foreign(question, assistant._spelling.is_known)
    assert assistant.ask("Action pour les Enfants").citations
    assert assistant.ask("pour les enfants de la rue").reason.code == "language"


@pytest.mark.parametrize(
    ("earlier", "question", "search"),
    [
        ("What does Article 23 say?", "And what about 34?", "What does Article 34 say? And what about 34?"),
        ("What is item 24 about?", "And item 25?", "What is item 25 about? And item 25?"),
        ("What is item 24 about?", "And endnote 7?", "What is item 24 about? And endnote 7?"),
        ("What do articles 23 and 24 say?", "And article 30?", "What do article 30 say? And article 30?"),
        (
            "What does Article 23 say?",
            "And what are the next steps?",
            "What does Article 23 say? And what are the next steps?",
        ),
        ("Is item 32 long?", "And the next one?", "Is item 33 long? And the next one?"),
        ("Is item 32 long?", "And the one before, why?", "Is item 31 long? And the one before, why?"),
        ("How many in 2008?", "And 34?", "How many in 2008? And 34?"),
    ],
)
def test_a_follow_up_moves_to_another_numbered_place(earlier, question, search):
    assert read_query(question, [earlier]).search == search


@pytest.mark.parametrize(
    "question",
    [
        "How many are there?",
        "Did they get it in the end?",
        "And the second one, who is that for?",
        "Who runs it?",
        "What happens to them?",
        "Is that a crime?",
        "How many of those are there?",
        "How many others are there?",
        "What kinds are there?",
        "And what about the others?",
        "And in 2010?",
        "What about March 2010?",
        "Who chaired it in 2010?",
    ],
)
def test_a_question_that_points_to_nothing_is_known(question):
    assert points_back(question)
    assert read_query(question).points_nowhere
    assert not read_query(question, ["Which shelters are there?"]).points_nowhere


@pytest.mark.parametrize(
    "question",
    [
        "hotline",
        "Are there shelters?",
        "Is it illegal to buy sex?",
        "Who wrote this report?",
        "Is this the first edition?",
        "What is new in this edition?",
        "Is prostitution legal there?",
        "Where does ASEAN have its headquarters?",
        "Do they receive training?",
        "pressure on those who testify",
        "CNCC, what is it?",
        "Prostitution, is it legal?",
        "NGOs that help",
        "the government and its plan",
        "item 5, what is it about?",
        "How many shelters are there?",
        "what laws on adoption are there",
        "What kinds of shelters are there?",
        "How many were arrested in 2010?",
        "2010",
    ],
)
def test_a_question_that_says_enough_does_not(question):
    assert not read_query(question).points_nowhere


@pytest.mark.parametrize(
    ("question", "search"),
    [
        ("What about children with disabilities?", "children with disabilities"),
        ("But, how about the costs?", "the costs"),
        ("What about them?", "What about them?"),
        ("What about Vietnam?", "What about Vietnam?"),
        (f"What about {'quiet towns ' * 4}there?", f"What about {'quiet towns ' * 4}there?"),
    ],
)
def test_what_about_something_asks_for_it_where_nothing_was_asked_before(question, search):
    assert read_query(question).search == search
    assert read_query(question, ["Who runs the shelters?"]).search.endswith(question)


def test_the_next_one_counts_from_the_last_one():
    history = ["What is item 24 about?", "And item 25?"]
    assert read_query("And the next one?", history).search.startswith("What is item 26 about? And item 26?")


def test_a_follow_up_is_read_however_long_the_question_before_was():
    search = read_query("And what about boys?", ["How do the police protect children? " * 50]).search
    assert search.endswith("And what about boys?")
    assert len(search) < 700


@pytest.mark.parametrize(
    ("question", "vague"),
    [
        ("How many of those?", True),
        ("And what about the second one?", True),
        ("What did Microsoft do?", False),
        ("What about Vietnam?", False),
        ("What should donors do?", False),
        ("recommendations", False),
        ("How many shelters are there?", False),
        ("How many of those are there?", True),
        ("What about children with disabilities?", False),
        ("And what about girls?", False),
        ("What about?", True),
        ("What about it?", True),
        ("What about the rest?", True),
        ("Who wrote this report?", False),
        ("There are no shelters?", False),
        ("What about those children?", True),
        ("How can I stop it?", True),
        ("How can UNICEF stop it?", False),
    ],
)
def test_what_is_too_vague_to_be_searched_for(question, vague):
    assert is_vague(question) == vague


def test_pasted_tags_are_no_words_of_a_question():
    asked = read_query("<b>Who</b> heads the <i class='a'>Group</i>?")
    assert asked.text == "<b>Who</b> heads the <i class='a'>Group</i>?"
    assert asked.search == "Who heads the Group ?"
    assert read_query("a < b and c > d").search == "a < b and c > d"
    assert read_query("<br>").search == "<br>"
