"""Which endnotes a question for a source means, on the small report."""

import numpy as np
import pytest

from a4a_qa.answering.source_search import find_source, named_source
from a4a_qa.index.retrieval import Hits, SentenceHit
from a4a_qa.parsing.read import read_report
from conftest import SMALL_REPORT


def hits(*scores: tuple[int, float]) -> Hits:
    found = tuple(SentenceHit(s, score, score, 0.0, 0.0, None, None) for s, score in scores)
    return Hits(found, (), None)


def described(**scores: float):
    """How well the words of the five endnotes match, 0.1 unless said: n3=0.7."""
    return np.array([scores.get(f"n{number}", 0.1) for number in range(1, 6)], np.float32)


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT, encoding="utf-8")
    return read_report(file)


def test_the_notes_of_the_best_statement_that_has_some(report):
    found = find_source([hits((2, 0.65), (0, 0.6), (3, 0.5))], [described()], report)
    assert (found.statement, found.endnotes, found.score) == (0, (1,), 0.6)


def test_a_figure_that_the_source_is_asked_of_stands_in_the_statement(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT.replace("There are 12 shelters", "There are 412 shelters"), encoding="utf-8")
    report = read_report(file)
    position = next(p for p, s in enumerate(report.sentences) if "412" in report.slice(s))
    other = next(
        p
        for p, s in enumerate(report.sentences)
        if s.endnotes and report.block_at(s.start) != report.block_at(report.sentences[position].start)
    )
    asked = [hits((other, 0.7), (position, 0.6))]
    assert find_source(asked, [described()], report).statement == other
    assert find_source(asked, [described()], report, "412").statement == position
    assert find_source(asked, [described()], report, "98,765").statement is None
    assert find_source([hits((other, 0.95), (position, 0.6))], [described()], report, "412").statement is None


def test_how_much_better_a_statement_is_than_the_next_that_has_a_note(report):
    asked = [hits((2, 0.65), (0, 0.6), (3, 0.5))]
    assert find_source(asked, [described()], report).ahead == pytest.approx(0.1)
    assert find_source(asked, [described(n5=0.9)], report).ahead == pytest.approx(0.1)
    assert find_source([hits((0, 0.6))], [described()], report).ahead == 0.0


def test_a_statement_without_a_note_that_is_clearly_meant(report):
    found = find_source([hits((2, 0.9), (0, 0.6))], [described()], report)
    assert (found.statement, found.endnotes) == (2, ())
    unclear = find_source([hits((2, 0.69), (0, 0.6))], [described()], report)
    assert (unclear.statement, unclear.endnotes) == (0, (1,))


def test_a_statement_before_the_note_of_its_paragraph_is_meant_only_when_it_is_much_better(tmp_path):
    file = tmp_path / "small.md"
    file.write_text(
        SMALL_REPORT.replace("There are 12 shelters", "They are new. There are 12 shelters"), encoding="utf-8"
    )
    report = read_report(file)
    found = find_source([hits((0, 0.81), (4, 0.6))], [described()], report)
    assert (found.statement, found.endnotes) == (0, ())
    nearer = find_source([hits((0, 0.79), (4, 0.6))], [described()], report)
    assert (nearer.statement, nearer.endnotes) == (4, (3,))


def test_endnotes_that_are_named_come_with_the_best_statement_that_rests_on_one(report):
    found = named_source((3,), [hits((0, 0.9), (3, 0.2))], [described(n3=0.3)], report)
    assert (found.statement, found.endnotes) == (3, (3,))
    assert found.score == pytest.approx(0.3)
    same = named_source((1, 2), [hits((1, 0.9), (0, 0.8))], [described()], report)
    assert (same.statement, same.endnotes) == (1, (2,))
    assert named_source((1, 2), [hits()], [described()], report).endnotes == (1,)
    # The statement need not have been found.
    assert named_source((5,), [hits((0, 0.9))], [described()], report).statement == 6


def test_an_endnote_that_is_described_with_what_rests_on_it(report):
    found = find_source([hits((2, 0.7), (0, 0.5))], [described(n3=0.69)], report)
    assert (found.statement, found.endnotes) == (3, (3,))
    assert found.score == pytest.approx(0.69)


def test_endnotes_that_are_alike_come_together_and_those_that_say_the_same_once(report):
    one = find_source([hits((1, 0.2))], [described(n1=0.8, n2=0.79, n5=0.6)], report)
    assert (one.statement, one.endnotes) == (1, (2,))
    different = find_source([hits((1, 0.2))], [described(n1=0.8, n3=0.79, n5=0.6)], report)
    assert (different.statement, different.endnotes) == (None, (1, 3))


def test_nothing_is_found_in_a_report_without_endnotes(report):
    assert find_source([hits()], [np.empty(0, np.float32)], report).score == 0.0


def test_a_source_is_the_one_that_the_wordings_of_a_question_agree_on(report):
    whole, rest = hits((3, 0.7), (0, 0.62), (2, 0.2)), hits((0, 0.66), (3, 0.4))
    found = find_source([whole, rest], [described(), described(n5=0.9)], report)
    assert (found.statement, found.endnotes) == (0, (1,))
    assert found.score == pytest.approx(0.64)


def test_what_one_wording_does_not_find_has_the_lowest_score_there(report):
    found = find_source([hits((0, 0.6), (2, 0.2)), hits((3, 0.7), (0, 0.5))], [described()], report)
    assert found.statement == 0
