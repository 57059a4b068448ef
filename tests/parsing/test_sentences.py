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
    assert_split(text)


@pytest.mark.parametrize(
    "text",
    [
        "The rule is in Fed. R. Evid. 403. | See Smith v. Jones, 12 F.3d 4 (9th Cir. 2006). | So it was.",
        "Under 18 U.S.C. § 1512 it is a crime. | In U.S. v. Smith, 5 F. Supp. 2d 7, he won. | It ends.",
        "Pub. L. No. 104-12 and 24 Op. O.L.C. 222 say so, cf. H.R. Rep. No. 5. | It ends.",
        "See Art. VI, Vol. II and app. B. | Then see s. 18 and rr. 3 and 4. | It ends.",
        "See the manual, 19 Cal. 4 and 138 S. Ct. 11. | It ends.",
        "He came on Sept. 5, e.g., with J. K. Brown, Ph.D. | They sold Acme Inc. in 2010. | It ends.",
        "It was found by Brown et al. (2006). | It holds under § 9 et seq. (2018). | It ends.",
        "“No. | I will not,” he said. | It is in No. 12. | It ends.",
    ],
)
def test_citations_and_abbreviations_are_not_cut(text):
    assert_split(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.1. The law is new. | It is old.",
        "3.24. In 2010 they came. | (a) They left. | (b) They stayed.",
        "Q1. Would it help? | Whom?",
        "IV. The law. | V. The end.",
        "(a) The law is new. | It is old.",
        "A. The law is new. | It is old.",
        "They must act. | 8. No one did.",
        "They need a. a seal, b. A bolt; and c. A nut. | It ends.",
        "Recommendation 12. The minister should act. | He must.",
        "Harbour Dues. The towns grew. | They fell.",
        "2. Train the Police. They must learn. | It ends.",
    ],
)
def test_numbers_and_labels_belong_to_what_follows(text):
    assert_split(text)


@pytest.mark.parametrize(
    "text",
    [
        "He said (and meant it. He did) so. | Then he left.",
        "He left (in May. | Nobody saw him. | It ends.",
        "The law is old. (Brown 2006) | It was new. (see table 2) | It ends.",
        "The law is old. | (See figure 3.) | It ends.",
        "There are two. | (1) Judges must act. | (2) Nobody did.",
        "The banks lend. Id. | It is so. 67",
    ],
)
def test_what_stands_in_brackets_or_names_a_source(text):
    assert_split(text)


def test_no_sentence_ends_in_the_label_of_its_block():
    text = "Short stays. Agencies use hotels. They are dear."
    assert [text[start:end] for start, end in split_sentences(text, len("Short stays."))] == [
        "Short stays. Agencies use hotels.", "They are dear.",
    ]  # fmt: skip


def test_a_sentence_that_is_too_long_ends_at_abbreviations_too():
    text = "The case is Brown v. Jones Co. Vietnam and others say so; " * 30
    assert max(end - start for start, end in split_sentences(text)) < 1_200


def assert_split(text):
    """That a text is cut at each bar."""
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


def test_a_list_without_a_stop_is_cut_where_it_pauses():
    text = "; ".join(f"the harbour of Westhaven was built anew in {year}" for year in range(1950, 2000))
    parts = [text[start:end] for start, end in split_sentences(text)]
    assert max(map(len, parts)) <= 1_200
    assert all(part.endswith(";") for part in parts[:-1])
    assert " ".join(parts) == text


def test_a_page_of_one_word_stays_whole():
    assert list(split_sentences("a" * 5_000)) == [(0, 5_000)]
