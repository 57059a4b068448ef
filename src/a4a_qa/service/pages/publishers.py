"""The works that the report rests on, by the name that their endnotes begin with, each with its sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from a4a_qa.report.references import Work
from a4a_qa.report.report import Report, Sentence, Span
from a4a_qa.service.pages.excerpt import touches


@dataclass(frozen=True, slots=True)
class RestingSentence:
    """A sentence that rests on a work; one that `is_closed` is hidden until a reader opens it."""

    id: str
    text: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work with the sentences that rest on it."""

    work: Work
    sentences: tuple[RestingSentence, ...]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Works whose endnotes begin with one name."""

    name: str
    works: tuple[CitedWork, ...]


def by_publisher(
    report: Report, works: Sequence[Work], sentence_ids: dict[int, str], closed: Sequence[Span]
) -> tuple[tuple[Publisher, ...], tuple[CitedWork, ...]]:
    """The publishers of several works, by name, and all other works, by title.

    `sentence_ids` are by the sentences' start; sentences that overlap a span in `closed` are closed.
    A name that begins one work only may as well be its author or the first words of its title, so it is not
    taken for a publisher.
    """
    named: dict[str, list[CitedWork]] = {}
    for cited in _cited(report, works, sentence_ids, closed):
        named.setdefault(_name(cited.work), []).append(cited)
    several = [Publisher(name, tuple(cited)) for name, cited in named.items() if len(cited) > 1]
    alone = [cited for found in named.values() if len(found) == 1 for cited in found]
    return (
        tuple(sorted(several, key=lambda publisher: publisher.name.casefold())),
        tuple(sorted(alone, key=lambda cited: cited.work.reference.title.casefold().lstrip("“\"'"))),
    )


def _cited(
    report: Report, works: Sequence[Work], ids: dict[int, str], closed: Sequence[Span]
) -> Iterator[CitedWork]:
    for work in works:
        resting: dict[int, Sentence] = {
            sentence.start: sentence for number in work.endnotes for sentence in report.sentences_on(number)
        }
        yield CitedWork(
            work,
            tuple(
                RestingSentence(ids[start], report.slice(sentence), touches(sentence, closed))
                for start, sentence in sorted(resting.items())
            ),
        )


def _name(work: Work) -> str:
    return work.reference.title.split(",")[0].replace("U.S.", "United States").strip()
