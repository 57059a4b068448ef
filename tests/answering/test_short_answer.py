import re

import numpy as np
import pytest

from a4a_qa.answering.answer import Citation, ShortAnswer
from a4a_qa.answering.short_answer import Told, short_answer, told_by_judge
from a4a_qa.index.passages import sentence_in_place
from a4a_qa.models.judge import FORMS, Reading
from a4a_qa.parsing.read import read_report
from a4a_qa.question.query import read_query
from growth import growth


def citation(quote, start=100):
    return Citation(
        id="c", marker=1, quote=quote, start=start, end=start + len(quote), passage_id=None, section=(),
        page=None, context=(), endnotes=(), following_endnote=None, url="", reference="", report="",
    )  # fmt: skip


def in_short(question, citations, told=None):
    return short_answer(read_query(question), citations, told)


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("How many provinces had campaigns?", "Campaigns were run in 5 provinces in 2008.", "5 provinces"),
        ("How many areas are there?", "The plan has six key areas.", "six key areas"),
        ("What share were under 18?", "Of 165 cases, 41.2% were under 18.", "41.2%"),
        ("What fraction sold it?", "More than one-third of the women did.", "More than one-third"),
        ("How much is the fine?", "A fine of 4,000,000 – 10,000,000 riels.", "4,000,000 – 10,000,000 riels"),
        ("What did a disc cost?", "It was sold for around 50 US cents .", "around 50 US cents"),
        ("How many attended?", "It was attended by more than 3,000 people.", "more than 3,000 people"),
        ("How long is the sentence?", "It is punished by 7-15 years in prison.", "7-15 years in prison"),
        (
            "How long do victims under 15 years get?",
            "Aged 15 years old, 2 years in prison.",
            "2 years in prison",
        ),
        ("Which article forbids it?", "Under Article 36, it is forbidden.", "Article 36"),
        ("When was it ratified?", "ILO 182\t14/03/2006", "14/03/2006"),
        ("When was it held?", "It was held from 14 August 2008 on.", "14 August 2008"),
        ("In which year did it begin?", "It began in March 2007 with 11 ministries.", "2007"),
        ("When were the reviews?", "Reviews were held between 2004 and 2005.", "between 2004 and 2005"),
        ("How often does it report?", "It has to report every 3 months.", "every 3 months"),
        ("What does CNCC stand for?", "CNCC: Council for Children", "Council for Children"),
        ("By which acronym is the Council for Children known?", "CNCC: Council for Children", "CNCC"),
        ("Who set it up?", "It was set up by the Ministry of Tourism in 2001.", "the Ministry of Tourism"),
        ("And how many were there?", "In 2008 there were 24.", "24"),
        ("In how many towns is it?", "It is in 5 Ruritanian towns.", "5 Ruritanian towns"),
    ],
)
def test_the_slice_that_decides(question, quote, expected):
    found = in_short(question, [citation(quote)])
    assert (found.text, found.polarity) == (expected, None)
    assert quote[found.start - 100 : found.end - 100] == expected


@pytest.mark.parametrize(
    ("question", "quote", "polarity"),
    [
        ("Is possession an offence?", "Mere possession is not considered to be an offence.", "no"),
        ("Do children face prison?", "Children are exempted from punishment.", "no"),
        ("What about prison? And do children face it?", "Children are exempted from punishment.", "no"),
        ("Is it legal to own it?", "Owning it is a crime.", None),  # no word denies
        ("Is it still illegal?", "It is not considered to be an offence.", None),
        ("Is it legal to own it?", "It is not considered to be an offence.", None),
        ("Is it true that there are no shelters?", "There is no shelter.", None),
        ("Are only girls helped?", "No boy is helped.", None),
        ("Was Convention 182 ratified?", "Convention on age (No. 138)\t23/08/1999", None),
    ],
)
def test_no_is_said_where_judge_and_words_agree_and_the_question_is_not_turned(question, quote, polarity):
    told = {n: Told(ShortAnswer(quote, 100, 100 + len(quote), n), True) for n in ("yes", "no")}
    found = in_short(question, [citation(quote)], told["no"])
    assert (found and found.polarity) == polarity
    assert in_short(question, [citation(quote)], told["yes"]) is None
    assert in_short(question, [citation(quote)]) is None


def test_a_no_is_the_clause_that_says_so():
    quote = "Shelters are few, and boys are not admitted; girls are, up to the age of twelve."
    told = Told(ShortAnswer(quote, 100, 100 + len(quote), "no"), True)
    found = in_short("Are boys admitted?", [citation(quote)], told)
    assert (found.text, found.polarity) == ("boys are not admitted", "no")
    assert quote[found.start - 100 : found.end - 100] == found.text


def test_yes_is_never_said():
    told = Told(ShortAnswer("The plan was adopted.", 100, 121, "yes"), True)
    assert in_short("Was the plan adopted?", [citation("The plan was adopted.")], told) is None


def test_words_of_the_question_answer_nothing():
    told = Told(ShortAnswer("H.E. Sok Dara", 100, 113, None), True)
    assert in_short("Who is H.E. Sok Dara?", [citation("H.E. Sok Dara is the minister.")], told) is None


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Why does it happen?", "It has 5 parts."),
        ("Who leads it?", "It has 5 parts."),
        ("Is it a plan or a law?", "It is no law."),
        ("Is there a plan, and who wrote it?", "It is no plan."),
        ("How many went home?", "Of 854 victims, 580 returned."),  # nothing says which of the two
        ("How many girls and how many boys?", "There were 5 girls."),
        ("Who set it up?", "It was set up by the Council and run by the Ministry."),
        ("Who set it up, and in what year?", "It was set up by the Council in 2007."),
        ("Where do the arrest figures come from?", "There were 26 arrests."),
        ("What does Article 36 make punishable?", "It is punished by 5-10 years imprisonment."),
        ("What do people face who complain?", "They are sued by the Ministry of Interior."),
        ("Can you spell it out?", "It was set up by the Council."),
    ],
)
def test_questions_that_no_slice_decides(question, quote):
    assert in_short(question, [citation(quote)]) is None


def test_no_citation_or_no_slice_is_no_answer():
    assert in_short("How many?", []) is None
    assert in_short("How many in 2008?", [citation("It began in 2008.")]) is None


def test_what_the_judge_tells_comes_before_the_kind_of_question_but_for_yes_and_no():
    quote = "Campaigns were run in 5 provinces in 2008."
    told = Told(ShortAnswer("5", 122, 123, None), True)
    assert in_short("How many provinces had campaigns?", [citation(quote)], told) == told.answer
    assert in_short("Why?", [citation(quote)], told) == told.answer
    assert in_short("Were campaigns run?", [citation(quote)], told) is None
    assert in_short("Who ran campaigns, and when?", [citation(quote)], told) is None
    yes = Told(ShortAnswer(quote, 100, 142, "yes"), True)
    assert in_short("How many provinces had campaigns?", [citation(quote)], yes).text == "5 provinces"


def test_a_slice_of_the_kind_asked_for_only_where_an_unsure_judge_would_look():
    quote = "Campaigns were run in 5 provinces in 2008."
    near, elsewhere = ShortAnswer("5", 122, 123, None), ShortAnswer("2008", 137, 141, None)
    asked = "How many provinces had campaigns?"
    assert in_short(asked, [citation(quote)], Told(near, False)).text == "5 provinces"
    assert in_short(asked, [citation(quote)], Told(elsewhere, False)) is None
    assert in_short("Why?", [citation(quote)], Told(near, False)) is None


class TestTold:
    """What the judge tells, on readings whose words can be worked out in the head."""

    @staticmethod
    def reading(report, position, form, probability, words=""):
        """A reading of a sentence that finds these words in it, of one token each."""
        text = sentence_in_place(report, report.sentences[position])
        tokens = [match.span() for match in re.finditer(r"\w+", text)]
        first, last = text.rfind(words), text.rfind(words) + len(words)
        ends = [[9.0 * (start == first), 9.0 * (end == last)] for start, end in tokens]
        forms = dict.fromkeys(FORMS, (1 - probability) / 3) | {form: probability}
        return Reading(1.0, forms, np.array(tokens), np.array(ends, np.float32))

    def test_words(self, report):
        position = next(i for i, s in enumerate(report.sentences) if "60 out of 80" in report.slice(s))
        found = told_by_judge(
            self.reading(report, position, "words", 0.9, "60 out of 80"), position, report
        ).answer
        assert (found.text, found.polarity) == ("60 out of 80", None)
        assert report.text[found.start : found.end] == "60 out of 80"

    def test_words_of_a_table_stand_in_its_row(self, report):
        position = next(i for i, s in enumerate(report.sentences) if "14/03/2006" in report.slice(s))
        found = told_by_judge(
            self.reading(report, position, "words", 0.9, "14/03/2006"), position, report
        ).answer
        assert report.text[found.start : found.end] == "14/03/2006"

    def test_words_that_are_in_several_cells_stand_in_the_one_that_was_read(self, tmp_path):
        (tmp_path / "report.md").write_text("# H\n\nYear\tRaids\tArrests\n2008\t12\t8\n", encoding="utf-8")
        table = read_report(tmp_path)
        found = told_by_judge(self.reading(table, 0, "words", 0.9, "8"), 0, table).answer
        assert (found.start, found.end) == (table.sentences[0].end - 1, table.sentences[0].end)

    @pytest.mark.parametrize("polarity", ["yes", "no"])
    def test_yes_and_no(self, report, polarity):
        found = told_by_judge(self.reading(report, 0, polarity, 0.9), 0, report).answer
        assert (found.text, found.polarity) == (report.slice(report.sentences[0]), polarity)

    @pytest.mark.parametrize(("form", "probability"), [("none", 0.9), ("words", 0.4)])
    def test_words_that_the_judge_is_not_sure_of(self, report, form, probability):
        assert not told_by_judge(self.reading(report, 0, form, probability, "the"), 0, report).is_sure


def test_a_question_full_of_question_words_takes_no_time():
    one, twice = (f"how many were there {'how ' * count}{'?' * 6 * count}" for count in (95, 190))
    # The longer is as long as a question may be. Up to there, a time that grows with the square does no harm.
    assert growth(lambda question: in_short(question, [citation("There were 5.")]), one, twice) < 6


def test_the_name_of_a_foreign_body_is_told_whole():
    cited = [citation("Figures were supplied by Action pour les Maisons de Port Anna, an organisation.")]
    assert in_short("Who supplied the figures?", cited).text.startswith("Action pour les")
