import pytest

from a4a_qa.parsing.sentences import opens_sentence, split_sentences


@pytest.mark.parametrize(
    "text",
    [
        "He met H.E. SAR Kheng. | Then he left.",
        "ILO Convention No. 182 applies. | It is old.",
        "The U.S. Department of State said so. | He agreed.",
        "He lives in the U.S. | The law is new.",
        "It covers many things, etc. | In this regard, it is good.",
        "It covers many things, etc. which is good.",
        "Led by the NC/S.T.S.L.S. which met. | They agreed.",
        "See Art. 5 and pp. 10-12 of Dr. Smith. | Next.",
        "“Is it so?” | He said no. | “Yes!” | Done.",
        "It ended (in 2007). | However, it went on.",
        "See Figs. 2 and 3, Sec. 4 and Ch. 5. | It took approx. 3 years. | It began in Nov. 2010.",
        "It cost approx. $3 in Jan. 2010. | Call Tel. 023 456.",
        "He met Lt. Col. Smith, Gen. Jones, Gov. Brown, Rev. Green and Messrs. White. | Then he left.",
        "See Laos v. The Kingdom. | It is in Chapter V. | The law is new.",
        "It is ibid. Article 5. | It is ibid. | The law is new.",
        "It grew. | $5 million came. | €3 went.",
        "They may. | 5 others may not.",
        "12. Train the police. | Or not.",
        "Parts: A. Review and B. Declaration.",
        "It rose by 3.5 percent. | 40 came.",
        "sold for 50 cents . | It was new.",
        "No end",
        "",
    ],
)
def test_where_sentences_end(text):
    expected = [part.strip() for part in text.split("|") if part.strip()]
    whole = text.replace("| ", "")
    assert [whole[start:end] for start, end in split_sentences(whole)] == expected


def test_spans_are_in_order_and_cover_all_words():
    text = "  One. Two!  Three?\n\nFour e.g. five. Six"
    spans = list(split_sentences(text))
    covered = {i for start, end in spans for i in range(start, end)}
    assert spans == sorted(spans)
    assert not [c for i, c in enumerate(text) if i not in covered and not c.isspace()]


@pytest.mark.parametrize(
    ("text", "opens"), [("According to", True), ("“The law", True), ("Vietnamese", False)]
)
def test_what_opens_a_sentence(text, opens):
    assert opens_sentence(text) is opens
