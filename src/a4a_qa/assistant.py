"""`Assistant.open(folder).ask(question)`: what a question is for, what it finds, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.answer import MOST_CITATIONS, REPORT_PAGE, Answer, FoundPassage
from a4a_qa.answering.calibration import Calibration, read_calibration
from a4a_qa.answering.cite import Citer
from a4a_qa.answering.compose import Asked, Composer
from a4a_qa.answering.decider import Decider
from a4a_qa.answering.decision import Decision
from a4a_qa.answering.earlier import leant_on, purpose_after
from a4a_qa.answering.unclear import names_nothing, why_not_searched
from a4a_qa.errors import QuestionError
from a4a_qa.index.contacts import Contact
from a4a_qa.index.manifest import Manifest
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import Passage
from a4a_qa.index.retrieval import Hits, Retriever
from a4a_qa.index.spelling import Spelling
from a4a_qa.index.storage import open_index
from a4a_qa.lookup.places import Places
from a4a_qa.lookup.sources import asks_of_that_work, asks_source_of_that
from a4a_qa.lookup.table import LookupTable
from a4a_qa.lookup.wordings import words
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.judge import Judge
from a4a_qa.question.language import names_of
from a4a_qa.question.query import Query, asked_text, meant_by, read_history, read_query
from a4a_qa.report.report import Report, Span
from a4a_qa.report.section_names import find_section
from a4a_qa.safeguarding.help import Help, help_for
from a4a_qa.safeguarding.help_texts import help_texts
from a4a_qa.safeguarding.notices import Notices
from a4a_qa.safeguarding.purpose import Purpose, PurposeReading
from a4a_qa.safeguarding.rules import LIFTED, Category, questions_in
from a4a_qa.verify.verifier import Verification, Verifier

MOST_PASSAGES = 50
# An answer that is not as likely right as wrong is none to who likely asks for a person.
_AS_LIKELY = 0.5
# What is listed below a card of help, where a question may have been about the report too.
_BELOW_HELP = 3
# What a question about the report is for.
_ABOUT_REPORT = PurposeReading(None, asks_source=False)
_NO_HITS = Hits((), (), None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about: what was searched for, what was found, and what was decided on.

    There is no decision where nothing was searched for, or a person asked about.
    """

    answer: Answer
    search: str
    lookup: Places | None
    hits: Hits
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class _Request:
    """What holds for all that is read and searched for one answer.

    `allowed` (n sentences) leaves only those of a section, None all; `k` passages are listed; `id` is passed
    through; `read` tells what a text is for, and `mend` its misspelt words. Both remember what they were
    given, and go with the request: nothing that is asked is kept.
    """

    allowed: NDArray[np.bool_] | None
    k: int
    id: str | None
    read: Callable[[str], PurposeReading]
    mend: Callable[[str], str]


class Assistant:
    """Answers questions about one report. Opening reads the index once; asking writes nothing."""

    def __init__(
        self,
        parts: Parts,
        encoder: Encoder,
        judge: Judge,
        manifest: Manifest,
        calibration: Calibration | None = None,
        *,
        root: str = "",
    ) -> None:
        """`root` is the path below which a service has this report's pages, for citations to lead there."""
        help_texts()  # what is wrong in them is found now, and not when somebody needs them
        self.report: Report = parts.report
        self.contacts: tuple[Contact, ...] = parts.contacts
        self.distressing: tuple[Span, ...] = tuple(Span(n.start, n.end) for n in parts.notices)
        self.manifest = manifest
        self.root = root
        self._spelling = Spelling(parts.vocabulary, lambda word: encoder.is_word(word) or word in words())
        self._encoder = encoder
        self._retriever = Retriever(parts, encoder)
        self._judge = judge
        self._purpose = Purpose.shipped(judge)
        notices = Notices(parts.report, self.distressing)
        self.citer = Citer(parts.report, self._retriever.passage_map, notices, root + REPORT_PAGE)
        self._composer = Composer(parts.report, self.citer)
        self._names = names_of(parts.report.text)
        self._lookups = LookupTable(parts.report, MOST_CITATIONS)
        if calibration is None:
            calibration = read_calibration()
        self._decider = Decider(parts.report, self._retriever, judge, self._composer, calibration)

    @classmethod
    def open(
        cls, folder: Path | str, *, calibration: Calibration | None = None, judge: Judge | None = None
    ) -> Assistant:
        """Open an index folder; `calibration` and `judge` decide in place of those that ship.

        Raises IndexFolderError, EncoderError, CalibrationError or HelpError, or CorpusError if the contacts
        that ship are needed and cannot be read.
        """
        # Side by side, since both read files and pack weights most of the time.
        with ThreadPoolExecutor(1) as beside:
            opened = beside.submit(lambda: judge or Judge.shipped())
            parts, manifest, encoder = open_index(Path(folder))
            return cls(parts, encoder, opened.result(), manifest, calibration)

    def recalibrated(self, calibration: Calibration) -> Assistant:
        """The same assistant, deciding by another calibration."""
        other = copy(self)
        other._decider = self._decider.recalibrated(calibration)
        return other

    @property
    def calibration(self) -> Calibration:
        """What it decides by."""
        return self._decider.calibration

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages that searches rank, in reading order."""
        return self._retriever.passage_map.passages

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        section: str | Sequence[str] | None = None,
        k: int = 10,
        id: str | None = None,
        about_report: bool = False,
    ) -> Answer:
        """Answer a question with the report's own sentences, or say that it does not.

        `history` are earlier questions of the same person, newest last; `section` limits the search to a
        section ("Annex > Prevention"); `k` is how many passages to list; `id` is passed through;
        `about_report` is the person's word that a question which was met with help is about the report.
        Raises QuestionError.
        """
        return self.explain(question, history, section=section, k=k, id=id, about_report=about_report).answer

    def explain(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        section: str | Sequence[str] | None = None,
        k: int = 10,
        id: str | None = None,
        about_report: bool = False,
        read: Callable[[str], PurposeReading] | None = None,
    ) -> Explanation:
        """The answer together with the ranks and signals that led to it; `read` tells what a text is for, in
        place of this assistant, where several reports are asked the same."""
        check_k(k)
        check_history(history)
        read = read or self._purpose.reading(about_report=about_report)
        request = _Request(self._allowed(section), k, id, read, cache(self._spelling.mend))
        with self._encoder.remembering():
            found = self._explain_asked(question, history, request)
        return found if section is None else replace(found, answer=self._composer.of_section(found.answer))

    def with_contacts(self, contacts: tuple[Contact, ...]) -> Assistant:
        """The same assistant, which names these contacts to whoever needs help."""
        other = copy(self)
        other.contacts = contacts
        return other

    def _explain_asked(self, question: str, history: Sequence[str], request: _Request) -> Explanation:
        """The same, of any question of a request: the one that is asked, or one before."""
        text, earlier = asked_text(question), read_history(history)
        read, mend = request.read, request.mend
        purpose = read(question)
        meant = meant_by(text, mend)
        leant = leant_on(meant, earlier, purpose, read, mend)
        purpose = purpose_after(meant, leant, purpose, read)
        harmless = leant or []
        help = help_for(purpose.card, self.contacts)
        if help and purpose.withholds:
            return self._withhold(purpose.category, help, text, request)
        # What somebody says of themselves beside a question is not looked up.
        asks = self._about_report(text) if purpose.card in LIFTED else ""
        query = read_query(asks or text, harmless, mend=mend)
        of_that = asks_source_of_that(query.follow_up or meant, asks_source=purpose.asks_source)
        of_that = of_that or asks_of_that_work(meant, harmless)
        if purpose.category != "C5" and harmless and of_that:
            *past, last = harmless
            found = self._explain_source(query, self._explain_asked(last, past, request), request)
        else:
            after = self._answer_before(harmless, mend) if query.follows else None
            found = self._explain(query, request, purpose, after=after)
        return replace(found, answer=replace(found.answer, question=text, help=help)) if help else found

    def _about_report(self, text: str) -> str:
        """The questions of a text, but for those that somebody asks about themselves."""
        return " ".join(questions_in(text, self._purpose.rules))

    def _withhold(self, category: Category | None, help: Help, text: str, request: _Request) -> Explanation:
        """Help in place of an answer, with passages only where a plea for help also asks about the report."""
        status: Literal["declined", "support"] = "declined" if category == "C4" else "support"
        passages: tuple[FoundPassage, ...] = ()
        if category == "C2":
            about = self._about_report(text)
            passages = self._passages_below_help(about, request) if about else ()
        answer = self._composer.withheld(
            Asked(Query(text, text), request.id, passages, request.k), status, help
        )
        return Explanation(answer, "", None, _NO_HITS, None)

    def _passages_below_help(self, question: str, request: _Request) -> tuple[FoundPassage, ...]:
        """A few passages near a question, none when the report does not seem to answer it."""
        query = read_query(question, mend=request.mend)
        few = replace(request, k=min(request.k, _BELOW_HELP))
        answer = self._explain(query, few, _ABOUT_REPORT).answer
        return answer.passages if answer.citations else ()

    def _explain_source(self, query: Query, before: Explanation, request: _Request) -> Explanation:
        """The source of what the question before found, if that was answered."""
        scores = {hit.passage: hit.score for hit in before.hits.passages}
        about = Asked(query, request.id, before.answer.passages, request.k, scores)
        if before.decision is None or not before.answer.citations:
            answer = self._composer.refused(about, self._composer.reason("unclear"))
            return replace(before, answer=answer, decision=None)
        decision = self._decider.decide_source(about, before.decision)
        return replace(before, answer=decision.answer, lookup=Places("source"), decision=decision)

    def _answer_before(self, history: Sequence[str], mend: Callable[[str], str]) -> int | None:
        """The sentence that the last of some questions found, or named."""
        before = read_query(history[-1], history[:-1], mend=mend)
        lookup = self._lookups.find(before.search)
        if lookup and lookup.sentences and lookup.kind in ("item", "acronym"):
            return lookup.sentences[0]
        hits = self._retriever.search(before.search, follow_up=before.follow_up)
        return hits.sentences[0].sentence if hits.sentences else None

    def _explain(
        self, query: Query, request: _Request, purpose: PurposeReading, *, after: int | None = None
    ) -> Explanation:
        """The answer to a question that may be answered; `after` is the sentence that answered the one
        before."""
        k, allowed = request.k, request.allowed
        if reason := why_not_searched(
            query,
            self._composer,
            self._spelling.is_known,
            self._names,
            is_about_assistant=purpose.is_about_assistant,
        ):
            answer = self._composer.refused(Asked(query, request.id, (), k), reason)
            return Explanation(answer, query.search, None, _NO_HITS, None)
        hits = self._retriever.search(query.search, follow_up=query.follow_up, after=after, allowed=allowed)
        lookup = None
        if allowed is None:
            lookup = self._lookups.find(query.search, asks_source=purpose.asks_source, follows=query.follows)
        if lookup and lookup.kind == "acronym" and len(query.sub_queries) > 1:
            lookup = None
        scores = {hit.passage: hit.score for hit in hits.passages}
        about = Asked(query, request.id, self._composer.passages(hits, k), k, scores)
        is_person = purpose.category == "C5"
        if is_person or names_nothing(query, lookup):
            person, unclear = self._composer.reason("person"), self._composer.reason("unclear", hits)
            answer = self._composer.refused(about, person if is_person else unclear)
            return Explanation(answer, query.search, None, hits, None)
        decision = self._decider.decide(about, lookup, hits, allowed)
        answer = decision.answer
        is_likely_right = bool(answer.citations) and (answer.confidence or 0.0) >= _AS_LIKELY
        if purpose.likely_person and not is_likely_right:
            answer = self._composer.refused(about, self._composer.reason("person"), answer.confidence)
        return Explanation(answer, query.search, lookup, hits, decision)

    def search(
        self, text: str, *, section: str | Sequence[str] | None = None, k: int = 10
    ) -> tuple[FoundPassage, ...]:
        """The `k` passages nearest to a text, best first, whether or not they answer anything.

        Raises QuestionError.
        """
        check_k(k)
        query = read_query(text, mend=self._spelling.mend)
        hits = self._retriever.search(query.search, allowed=self._allowed(section))
        return self._composer.passages(hits, k)

    def verify(self, text: str, *, stop: Callable[[], bool] = lambda: False) -> Verification:
        """Check which statements of a text the report backs. Raises QuestionError, or Abandoned when `stop`,
        which is asked before each statement, says so."""
        return self._verifier.verify(text, stop=stop)

    @cached_property
    def _verifier(self) -> Verifier:
        return Verifier(self.report, self._retriever, self.citer, self._judge)

    def _allowed(self, section: str | Sequence[str] | None) -> NDArray[np.bool_] | None:
        """Which sentences stand in the section, or None for all."""
        if section is None:
            return None
        path = find_section(self.report, section)
        return np.array([section[: len(path)] == path for section in self.report.sentence_sections])


def check_k(k: object) -> None:
    """Raise QuestionError unless so many passages can be listed."""
    if not isinstance(k, int) or isinstance(k, bool):
        raise QuestionError(f"k is {k!r}, expected a whole number from 1 to {MOST_PASSAGES}.")
    if not 1 <= k <= MOST_PASSAGES:
        raise QuestionError(f"{k} passages were asked for, 1 to {MOST_PASSAGES} can be listed.")


def check_history(history: object) -> None:
    """Raise QuestionError unless these are earlier questions."""
    several = history if isinstance(history, Sequence) and not isinstance(history, str) else [None]
    if not all(isinstance(past, str) for past in several):
        # Without what was asked: messages end up in logs.
        raise QuestionError("The history is no list of earlier questions, each a text.")
