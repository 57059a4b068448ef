"""`Library.open(folder).ask(question)`: which reports a question is put to, and their answers side by side.

An engine searches the sentences of all reports for those that speak for one; the best is then asked as if it
were alone, with its own index, curves and self-check, and others beside it where they come as near.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from a4a_qa.answering.answer import CITING, Answer, FoundPassage
from a4a_qa.answering.calibration import Calibration
from a4a_qa.answering.compose import ABSENT
from a4a_qa.answering.library_answer import LibraryAnswer, side_by_side, with_first_citation
from a4a_qa.answering.phrases import phrase
from a4a_qa.assistant import Assistant, check_history, check_k
from a4a_qa.errors import IndexFolderError, IndexMissing, IndexOutdated, QuestionError
from a4a_qa.index.contacts import Contact, contacts_for
from a4a_qa.index.engines.embedded import EmbeddedEngine
from a4a_qa.index.engines.engine import Engine, RankedReport, SentenceQuery, rank_reports
from a4a_qa.index.engines.qdrant import QdrantEngine
from a4a_qa.index.engines.qdrant_collection import collection_of
from a4a_qa.index.lexical import words_of
from a4a_qa.index.library import Entry, LeaveOut, LeftOut, stamp, usable
from a4a_qa.index.manifest import build_again, is_index
from a4a_qa.index.storage import check_index, is_of_shipped_encoder, load, load_sentences
from a4a_qa.lookup.reports import asked_of_each, named_in
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import Judge
from a4a_qa.question.query import read_query
from a4a_qa.question.report_filter import ReportFilter, read_filter
from a4a_qa.report.report import About
from a4a_qa.safeguarding.purpose import Purpose
from a4a_qa.settings import Settings

# How many reports are asked at most, and how many where a question asks which reports say something.
_ASKED, _LISTED = 3, 5
# How far behind the best a report may rank to be asked when the best does not answer, and to stand beside it
# when it does, which then takes an answer as likely right as wrong. Of 356 development questions that one of
# thirteen reports answers, 5.6 % are answered by a wrong one alone, 6.7 % if none may stand beside it; 2.5 %
# have a wrong one beside the right one.
_INSTEAD, _BESIDE = 0.1, 0.06
_AS_LIKELY = 0.5
# Reports that are kept open: each takes some megabytes, and opening it some 30 ms.
_MOST_OPEN = 64

_T = TypeVar("_T")
_Filter = ReportFilter | Mapping[str, Any] | None
OpenEngine = Callable[[Sequence[Entry], LeaveOut], Engine]
_log = logging.getLogger("a4a_qa.library")


def _embedded(found: Sequence[Entry], leave_out: LeaveOut) -> Engine:
    parts = {}
    for entry in found:
        try:
            parts[entry.about.id] = load_sentences(entry.folder)[0]
        except IndexFolderError as error:
            leave_out(entry, error)
    return EmbeddedEngine(parts)


@dataclass(frozen=True, slots=True)
class _State:
    """The reports of a library at one time, by id; `stamp` tells it from those before and after it, and
    `left_out` are those that cannot be used."""

    stamp: frozenset[tuple[str, int]]
    entries: Mapping[str, Entry]
    engine: Engine
    assistants: OrderedDict[str, Assistant]
    left_out: tuple[LeftOut, ...]


class Library:
    """Answers questions about several reports. Opening reads what is searched of each; asking writes nothing.
    Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        open_engine: OpenEngine,
        encoder: Encoder,
        judge: Judge,
        calibration: Calibration | None,
    ) -> None:
        self._folder, self._open_engine = folder, open_engine
        self._state = self._read()
        self._encoder, self._judge, self._calibration = encoder, judge, calibration
        self._purpose = Purpose.shipped(judge)
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        calibration: Calibration | None = None,
        judge: Judge | None = None,
        open_engine: OpenEngine = _embedded,
    ) -> Library:
        """Open a folder of indexes; `open_engine` makes what searches them, by default the embedded engine.

        An index that cannot be used is left out, also one of another encoder than that which ships: vectors
        of two encoders cannot be compared. Raises what `Assistant.open` does when none can be used.
        """
        return cls(Path(folder), open_engine, Encoder.shipped(), judge or Judge.shipped(), calibration)

    def refresh(self) -> bool:
        """Take up what was added to the folder, removed from it or built again; whether there was any.

        Questions asked meanwhile are answered from the reports as they were. Raises what `open` does, and
        then leaves everything as it was.
        """
        seen = stamp(self._folder)
        if seen == self._state.stamp:
            return False
        if not seen:  # the last report was removed: nothing of it may be shown any longer
            with self._lock:
                self._state = replace(self._state, stamp=seen, entries={}, assistants=OrderedDict())
            return True
        self._take_up(self._read())
        return True

    def _take_up(self, state: _State) -> None:
        with self._lock:
            for report, assistant in self._state.assistants.items():
                if report in state.entries and state.entries[report].manifest == assistant.manifest:
                    state.assistants[report] = assistant
            self._state = state

    def _read(self, *, thoroughly: bool = False) -> _State:
        """The reports as they are on disk, and of which an engine finds no fault; `thoroughly`, of which all
        parts are as they were built."""
        seen = stamp(self._folder)  # before the reports: what changes while they are read is taken up later
        found, unread = usable(self._folder)
        good = {entry.about.id: entry for entry in found}
        left_out = list(unread)

        def leave_out(entry: Entry, error: IndexFolderError) -> None:
            del good[entry.about.id]
            left_out.append(LeftOut(entry.folder, error))
            if not good:
                raise error

        for entry in found:
            try:
                _check_encoder(entry)
                if thoroughly:
                    check_index(entry.folder)
            except IndexFolderError as error:
                leave_out(entry, error)
        engine = self._open_engine(tuple(good.values()), leave_out)
        for one in left_out:
            _log.warning("%s is left out of the library: %s", one.name, one.error)
        return _State(seen, good, engine, OrderedDict(), tuple(left_out))

    def close(self) -> None:
        """Give back what the engine holds."""
        self._state.engine.close()

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The reports by id."""
        return self._state.entries

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the reports that cannot be used, and are not asked."""
        return tuple(one.name for one in self._state.left_out)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Who can help, whatever report is asked."""
        return _contacts_of(self.reports)

    @property
    def reports(self) -> tuple[About, ...]:
        """What is known of each report, by id."""
        return tuple(entry.about for entry in self.entries.values())

    def assistant(self, report: str) -> Assistant:
        """The assistant of one report, by its id. Raises IndexMissing when there is none, also when it was
        removed after the library was opened, and what `Assistant.open` does."""
        state = self._state
        with self._lock:
            if report in state.assistants:
                state.assistants.move_to_end(report)
                return state.assistants[report]
        if report not in state.entries:
            raise IndexMissing(f"There is no report {report!r} in the library.")
        parts, manifest = load(state.entries[report].folder)
        opened = Assistant(
            parts,
            self._encoder,
            self._judge,
            manifest,
            self._calibration,
            root=path_in_library(report),
        )
        with self._lock:
            state.assistants[report] = opened
            while len(state.assistants) > _MOST_OPEN:
                state.assistants.popitem(last=False)
        return opened

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        filter: _Filter = None,
        as_named: bool = True,
        k: int = 10,
        id: str | None = None,
        about_report: bool = False,
    ) -> LibraryAnswer:
        """Answer a question with the sentences of the reports that come nearest.

        `filter` leaves only some reports; those that the question itself names are preferred, unless
        `as_named` is false. All else is as in `Assistant.ask`. Raises QuestionError, also when the filter
        leaves no report.
        """
        check_k(k)
        check_history(history)
        chosen = _as_filter(filter)

        def ask() -> LibraryAnswer:
            return self._ask(question, history, chosen, as_named, k=k, id=id, about_report=about_report)

        return self._of_those_there(ask)

    def _ask(
        self, question: str, history: Sequence[str], chosen: ReportFilter, as_named: bool, **options: Any
    ) -> LibraryAnswer:
        allowed = self._allowed(chosen)
        query = read_query(question, history)
        named = named_in(query.search, allowed) if as_named else None
        preferred = named.allowed(allowed) if named else allowed
        contacts = _contacts_of(preferred)
        read = self._purpose.reading(about_report=options["about_report"])

        of_each = asked_of_each(query.search)

        def ask(report: str) -> Answer:
            assistant = self.assistant(report)
            if len(preferred) > 1:  # a single report may have contacts of its own
                assistant = assistant.with_contacts(contacts)
            found = assistant.explain(of_each or question, history, read=read, **options).answer
            return replace(found, question=query.text)

        look = _list if of_each else _find
        with self._encoder.remembering():
            found = look(self._rank(query.search, preferred) or [RankedReport(preferred[0].id, 0.0)], ask)
            if named and not any(answer.status in CITING for answer in found):
                others = [about for about in allowed if about not in preferred]
                found = [*_find(self._rank(query.search, others), ask), *found]
        cited = [answer for answer in found if answer.status in CITING]
        together, editions = side_by_side(cited) if cited else ([_of_library(found[-1], allowed)], None)
        return LibraryAnswer(
            found[-1].question, tuple(together), chosen, named, len(allowed), editions, self.left_out
        )

    def search(self, text: str, *, filter: _Filter = None, k: int = 10) -> tuple[FoundPassage, ...]:
        """The `k` passages nearest to a text, best first, of the reports that come nearest. Raises
        QuestionError."""
        check_k(k)
        chosen, query = _as_filter(filter), read_query(text)

        def found() -> list[FoundPassage]:
            ranked = self._rank(query.search, self._allowed(chosen))[:_LISTED]
            return [passage for one in ranked for passage in self.assistant(one.report).search(text, k=k)]

        with self._encoder.remembering():
            passages = self._of_those_there(found)
        best = sorted(passages, key=lambda passage: -passage.score)[:k]
        return tuple(replace(passage, rank=rank) for rank, passage in enumerate(best, 1))

    def _rank(self, text: str, reports: Collection[About]) -> Sequence[RankedReport]:
        """The reports whose sentences speak for a text, best first."""
        encoded = self._encoder.encode_one(text)
        ignored = self._encoder.ignored(encoded.token_ids.tolist())
        query = SentenceQuery(tuple(words_of(text)), encoded, ignored)
        return rank_reports(self._state.engine.propose(query, {about.id for about in reports}))

    def _of_those_there(self, work: Callable[[], _T]) -> _T:
        """What some work comes to; where a report was removed or damaged meanwhile, without it."""
        try:
            return work()
        except IndexMissing:
            with self._lock:
                there = {name: one for name, one in self.entries.items() if is_index(one.folder)}
                self._state = replace(self._state, entries=there)
        except IndexFolderError:
            self._take_up(self._read(thoroughly=True))
        return work()

    def _allowed(self, chosen: ReportFilter) -> list[About]:
        allowed = chosen.allowed(self.reports)
        if not allowed:
            there = chosen.values_in(self.reports)
            told = f" There are: {there}." if there else ""
            raise QuestionError(f"No report of the library is what the filter asks for.{told}")
        return allowed


def open_library(folder: Path, settings: Settings) -> Library:
    """The library in a folder, with the engine that the settings name. Raises what `Library.open` does,
    SettingsError and EngineError."""
    collection = collection_of(settings)
    if collection is None:
        return Library.open(folder)
    with ExitStack() as until_open:
        until_open.callback(collection.close)
        library = Library.open(folder, open_engine=partial(QdrantEngine.open, collection))
        until_open.pop_all()
    return library


def _check_encoder(entry: Entry) -> None:
    if not is_of_shipped_encoder(entry.manifest):
        raise IndexOutdated(
            f"The index in {entry.folder} was built with another encoder than the one that ships, "
            f"which a library needs. {build_again(entry.folder)}"
        )


def path_in_library(report: str) -> str:
    """The path below which a service of a library serves one report, by its id."""
    return f"/reports/{report}"


def _find(ranked: Sequence[RankedReport], ask: Callable[[str], Answer]) -> list[Answer]:
    """The answers of the best report, or of one close behind where that has none, and of those as near that
    are as likely right as wrong; if none answers, what the best says of that."""
    cited: list[Answer] = []
    refused: list[Answer] = []
    for one in ranked[:_ASKED]:
        if ranked[0].score - one.score > (_BESIDE if cited else _INSTEAD):
            break
        answer = ask(one.report)
        if answer.status in ("declined", "support"):
            return [answer]
        if answer.status not in CITING:
            refused.append(answer)
        elif not cited or (answer.confidence or 0.0) >= _AS_LIKELY:
            cited.append(answer)
    return cited or refused[:1]


def _list(ranked: Sequence[RankedReport], ask: Callable[[str], Answer]) -> list[Answer]:
    """The best sentence of each report that answers."""
    answers = [ask(one.report) for one in ranked[:_LISTED]]
    cited = [answer for answer in answers if answer.status in CITING]
    return [with_first_citation(answer) for answer in cited] or answers[:1]


def _of_library(answer: Answer, searched: Sequence[About]) -> Answer:
    """What one report answers, said of all that were searched."""
    reason = answer.reason
    if len(searched) == 1 or reason is None or reason.code not in ABSENT:
        return answer
    others = sum(not about.is_english for about in searched)
    message = phrase("refusal", "library_language" if others else "library", unmatched=str(others))
    reason = replace(reason, message=message)
    return replace(answer, text=reason.message, reason=reason)


def _contacts_of(reports: Collection[About]) -> tuple[Contact, ...]:
    """The contacts of the country that all of these reports are on, else those of every country."""
    countries = {about.country for about in reports}
    return contacts_for(None, countries.pop() if len(countries) == 1 else None)


def _as_filter(filter: _Filter) -> ReportFilter:
    return read_filter(filter) if isinstance(filter, Mapping) else filter or ReportFilter()
