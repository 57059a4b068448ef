"""Interval arithmetic: how much of one place in the text lies in others.

Everything that counts evidence is built on `covered`; it merges what overlaps before it counts, so no
share ever exceeds one.
"""

from __future__ import annotations

from collections.abc import Iterable

from a4a_qa.report import Place

# A place counts as found when this share of its characters is: a quote may lack its last full stop or a
# lead-in, but not a clause.
ENOUGH = 0.8


def merged(places: Iterable[Place]) -> list[tuple[int, int]]:
    """The union of places, as disjoint (start, end) pairs in reading order."""
    union: list[tuple[int, int]] = []
    for start, end in sorted((place.start, place.end) for place in places):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        elif start < end:
            union.append((start, end))
    return union


def covered(place: Place, places: Iterable[Place]) -> float:
    """The share of a place's characters that lie in the union of `places`, between 0 and 1."""
    inside = sum(max(0, min(place.end, end) - max(place.start, start)) for start, end in merged(places))
    return inside / max(1, place.end - place.start)


def is_covered(place: Place, places: Iterable[Place]) -> bool:
    """Whether enough of a place lies in the union of `places`."""
    return covered(place, places) >= ENOUGH
