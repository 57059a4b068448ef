"""What is in a report, as plain values linked to one another: sections, passages, endnotes, works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from a4a_qa.assistant import Assistant
from a4a_qa.report.references import Work, group_by_work
from a4a_qa.report.report import Endnote, Sentence

# The fields that only a passage found by a search has.
_OF_SEARCHING = ("rank", "score")


class Contents:
    """What is in the assistant's report; gathered once, since it never changes."""

    def __init__(self, assistant: Assistant) -> None:
        self.report = assistant.report
        self.works: tuple[Work, ...] = group_by_work(self.report)
        self._citer = assistant.citer
        self._map = self._citer.passage_map
        self._passages = {passage.id: number for number, passage in enumerate(self._map.passages)}

    def about(self) -> dict[str, Any]:
        """What is known about the report, and the number of its sections, passages and so on."""
        about = asdict(self.report.about)
        del about["origins"]  # of use to the file's editor only
        about["counts"] = {
            "sections": len(self.report.sections),
            "passages": len(self._passages),
            "sentences": len(self.report.sentences),
            "endnotes": len(self.report.endnotes),
            "works": len(self.works),
        }
        about["problems"] = [problem.message for problem in self.report.problems]
        return about

    def sections(self) -> list[dict[str, Any]]:
        """The sections in reading order, each with the ids of its passages."""
        passages = self._map.passages
        return [
            {
                "path": list(section.path),
                "start": section.start,
                "end": section.end,
                "page": asdict(section.page) if section.page else None,
                "passages": [p.id for p in passages if section.start <= p.start < section.end],
            }
            for section in self.report.sections
        ]

    def section(self, path: tuple[str, ...]) -> dict[str, Any]:
        """The section with this path, which is there, and its sentences."""
        section = next(one for one in self.report.sections if one.path == path)
        return {
            "path": list(path),
            "page": asdict(section.page) if section.page else None,
            "sentences": self._sentences(self.report.sentences_in(section.start, section.end)),
        }

    def sentences(self, first: str, last: str) -> list[dict[str, Any]]:
        """The sentences from one id to another; none when the report lacks one of them."""
        ids = self._citer.sentence_ids
        if first not in ids or last not in ids:
            return []
        return self._sentences(self.report.sentences[ids.index(first) : ids.index(last) + 1])

    def passage(self, id: str) -> dict[str, Any] | None:
        """The passage with this id and its sentences, or None."""
        number = self._passages.get(id)
        if number is None:
            return None
        sentences = [self.report.sentences[at] for at in self._map.sentences_of(number)]
        found = asdict(self._citer.passage(number, rank=1, score=0.0))
        values = {name: value for name, value in found.items() if name not in _OF_SEARCHING}
        return values | {"sentences": self._sentences(sentences)}

    def endnote(self, note: Endnote) -> dict[str, Any]:
        """An endnote with every sentence that rests on it."""
        place = {"start": note.start, "end": note.end, "page": asdict(note.page) if note.page else None}
        return {
            **note.to_dict(),
            **place,
            "sentences": self._sentences(self.report.sentences_on(note.number)),
        }

    def _sentences(self, sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
        return [self._sentence(self.report.position_of(sentence), sentence) for sentence in sentences]

    def _sentence(self, at: int, sentence: Sentence) -> dict[str, Any]:
        block = self.report.block_at(sentence.start)
        return {
            "id": self._citer.sentence_ids[at],
            "text": self.report.slice(sentence),
            "start": sentence.start,
            "end": sentence.end,
            "section": list(block.section) if block else [],
            "passage_id": self._map.passages[self._map.passage_of(at)].id,
            "endnotes": list(sentence.endnotes),
            "notices": list(self._citer.notices.of(sentence.start, sentence.end)),
            "url": f"{self._citer.home}#{self._citer.sentence_ids[at]}",
        }


def work_view(work: Work) -> dict[str, Any]:
    """A work as plain values."""
    reference = work.reference
    return {
        "id": work.id,
        "kind": reference.kind,
        "title": reference.title,
        "year": reference.year,
        "url": reference.url,
        "archived_url": reference.archived_url,
        "accessed": reference.accessed,
        "endnotes": list(work.endnotes),
    }
