"""Text fragments name the words of a place so that a browser finds these and no others."""

from urllib.parse import unquote

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Report, Sentence, Span
from a4a_qa.report.text_fragment import TextFragments


@pytest.fixture
def read(tmp_path):
    def read_text(text: str) -> Report:
        file = tmp_path / "report.md"
        file.write_text(f"INTRODUCTION\n\n{text}\n", encoding="utf-8")
        return read_report(file)

    return read_text


def sentence_with(report: Report, words: str) -> Sentence:
    return next(sentence for sentence in report.sentences if words in report.slice(sentence))


def named(report: Report, words: str) -> list[str]:
    """The words that the fragment of a sentence names."""
    fragment = TextFragments(report).of(sentence_with(report, words))
    return [unquote(part) for part in fragment.removeprefix(":~:text=").split(",")]


def test_a_sentence_is_named_by_its_first_and_last_words(read):
    report = read(
        "There are many shelters in the north, and they are all run by the Ministry of Health. More."
    )
    assert named(report, "shelters") == ["There are many shelters", "the Ministry of Health."]


def test_a_short_sentence_is_named_whole(read):
    assert named(read("They are run by churches. More."), "churches") == ["They are run by churches."]


def test_as_many_words_are_named_as_stand_nowhere_else(read):
    report = read("There are many shelters in towns. There are many shelters on the coast of the long river.")
    assert named(report, "river")[0] == "There are many shelters on"


def test_a_sentence_that_is_printed_twice_is_not_named(read):
    report = read("They are run by churches here.\n\nThey Are Run by churches  here.")
    assert TextFragments(report).of(report.sentences[0]) == ""


def test_no_word_beside_a_note_mark_is_named(small_file):
    report = read_report(small_file)
    # On the page the number of the note stands on the word, and browsers compare whole words.
    assert named(report, "They are run") == ["They are run by the Ministry of"]
    assert named(report, "12 shelters") == ["There are 12 shelters in the"]


def test_dashes_commas_and_ampersands_are_encoded(read):
    report = read("A well-known, long & rule: 50 % “are” – it says – fine. More.")
    fragment = TextFragments(report).of(sentence_with(report, "rule"))
    start, end = "A%20well%2Dknown%2C%20long%20%26", "it%20says%20%E2%80%93%20fine."
    assert fragment == f":~:text={start},{end}"


def test_what_touches_a_closed_place_is_not_named(read):
    report = read("They are run by churches here. There are many shelters in towns.")
    [first, second] = report.sentences
    fragments = TextFragments(report, closed=[Span(first.end - 1, first.end)])
    assert fragments.of(first) == ""
    assert fragments.of(Span(first.start, second.end)) == ""
    assert fragments.of(second)


def test_words_without_end_make_no_long_address(read):
    report = read(" ".join(f"{'x' * 400}{n}" for n in range(12)) + ".")
    assert TextFragments(report).of(report.sentences[0]) == ""


def test_each_fragment_of_a_report_names_words_of_its_own_place(report):
    fragments = TextFragments(report)
    text = " ".join(report.text.casefold().split())
    found = {sentence: fragments.of(sentence) for sentence in report.sentences}
    assert sum(map(bool, found.values())) > 0.95 * len(found)
    for sentence, fragment in found.items():
        own = " ".join(report.slice(sentence).casefold().split())
        for part in filter(None, fragment.removeprefix(":~:text=").split(",")):
            words = unquote(part).casefold()
            assert words in own
            assert text.count(words) == 1
