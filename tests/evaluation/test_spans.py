import pytest

from a4a_qa.evaluation.spans import covered, is_covered, merged
from a4a_qa.report import Span


def test_overlapping_places_are_counted_once():
    assert merged([Span(5, 9), Span(0, 6), Span(20, 22), Span(9, 10)]) == [(0, 10), (20, 22)]
    assert covered(Span(0, 10), [Span(0, 6), Span(4, 10), Span(0, 10)]) == 1.0


@pytest.mark.parametrize(
    ("place", "share"), [(Span(0, 10), 0.5), (Span(5, 10), 1.0), (Span(10, 20), 0.0), (Span(3, 3), 0.0)]
)
def test_share_of_a_place(place, share):
    assert covered(place, [Span(5, 10)]) == share


def test_four_fifths_are_enough():
    assert is_covered(Span(0, 10), [Span(0, 8)])
    assert not is_covered(Span(0, 10), [Span(0, 7)])
