"""Where the text itself names the study or newspaper that a statement is from."""

import pytest

from a4a_qa.answering.named_work import asks_who_published, work_named_for
from a4a_qa.report import About, Block, Report, Sentence

STUDY = "According to a report published by the Harbour Trust, ferries are old."
FOUND = "The average age was 16 years."
PRESS = "Old ferries were in the news in The Harbour Daily."
SAID = "The newspaper counted ten."


@pytest.mark.parametrize(
    ("question", "sentences", "named"),
    [
        ("Which study is that from?", (STUDY, FOUND), 0),
        ("Which report is that from?", (STUDY, FOUND, SAID), 0),
        ("Which study is that from?", (FOUND, STUDY), 1),
        ("Which paper was it?", (PRESS, SAID), 0),
        ("Which paper was it?", (STUDY, SAID), None),
        ("Which study was it?", (PRESS, SAID), None),
        ("Which study is that from?", ("The report says so.", FOUND), None),  # this one, perhaps
        ("Which study is that from?", (STUDY, FOUND, SAID, FOUND), None),  # too far
        ("Who published it?", (STUDY, FOUND), 0),
        ("Who published it?", (PRESS, SAID), 0),
        ("What is the source?", (STUDY, FOUND), None),
    ],
)
def test_the_sentence_that_names_a_work_stands_shortly_before(question, sentences, named):
    report = in_paragraphs(" ".join(sentences))
    assert work_named_for(question, len(report.sentences) - 1, report) == named


def test_a_work_that_another_paragraph_names_is_not_meant():
    report = in_paragraphs(STUDY, FOUND)
    assert work_named_for("Which study is that from?", 1, report) is None


def in_paragraphs(*paragraphs: str) -> Report:
    text, blocks, sentences = "\n\n".join(paragraphs), [], []
    for paragraph in paragraphs:
        start = text.index(paragraph)
        blocks.append(Block("paragraph", start, start + len(paragraph), (), None))
        for sentence in paragraph.split(". "):
            at = text.index(sentence, start)
            sentences.append(Sentence(at, min(at + len(sentence) + 1, start + len(paragraph)), ()))
    return Report(
        About("hand", "By hand"),
        text,
        sections=(),
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        note_marks=(),
        endnotes=(),
    )


def test_who_published_a_work_may_be_asked_beside_which_it_is():
    assert asks_who_published("Which study is it, and who published it?")
    assert not asks_who_published("Which study is it, and who wrote it?")
