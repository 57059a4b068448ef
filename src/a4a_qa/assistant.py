"""`Assistant.open(folder).ask(question)`: the only place where the stages meet."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from a4a_qa.answering.answer import Answer, FoundPassage, Reason, ReasonCode
from a4a_qa.answering.calibration import Calibration, read_calibration
from a4a_qa.answering.compose import Asked, Composer, Finding
from a4a_qa.answering.confidence import Signals, read_signals
from a4a_qa.answering.evidence import parts_of, pick_article, says_more_than_article
from a4a_qa.answering.help import Help, help_for
from a4a_qa.answering.language import is_foreign
from a4a_qa.answering.lookup import Lookup, LookupTable
from a4a_qa.answering.notices import Notices
from a4a_qa.answering.phrases import phrase
from a4a_qa.answering.purpose import Purpose
from a4a_qa.answering.question import Question, read_question
from a4a_qa.answering.reasons import why_not
from a4a_qa.answering.safeguarding import Category, questions_in
from a4a_qa.answering.selection import select
from a4a_qa.answering.sources import find_source
from a4a_qa.answering.verify import Verification, Verifier
from a4a_qa.errors import QuestionError
from a4a_qa.index.contacts import Contact
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.judge import Judge
from a4a_qa.index.passages import Passage, sentence_in_place
from a4a_qa.index.spelling import Spelling
from a4a_qa.index.storage import Manifest, Parts, load
from a4a_qa.report import Report, Span
from a4a_qa.retrieval import Hits, Retriever
from a4a_qa.sections import find_section

MOST_PASSAGES = 50
# A question for a source is one about something else when nothing meets it as well as this.
_LEAST_SOURCE = 0.45
# A question that names an article asks for something else when its sentences are this unlikely to answer it.
_ARTICLE_DOUBT = 0.1

# How many of the best sentences the judge reads: it takes longer than all the rest.
_JUDGED = 3

_NO_HITS = Hits((), (), 0.0, None)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about: what was searched for, what was found, and the signals of the decision."""

    answer: Answer
    search: str
    lookup: Lookup | None
    hits: Hits
    signals: Signals | None


class Assistant:
    """Answers questions about one report. Opening reads the index once; asking writes nothing."""

    def __init__(
        self,
        parts: Parts,
        encoder: Encoder,
        judge: Judge,
        manifest: Manifest,
        calibration: Calibration | None = None,
    ) -> None:
        self.report: Report = parts.report
        self.contacts: tuple[Contact, ...] = parts.contacts
        self.distressing: tuple[Span, ...] = tuple(Span(n.start, n.end) for n in parts.notices)
        self.manifest = manifest
        self._spelling = Spelling(parts.vocabulary, encoder.is_word)
        self._retriever = Retriever(parts, encoder)
        self._judge = judge
        self._purpose = Purpose.shipped(encoder)
        self._composer = Composer(
            parts.report, self._retriever.passage_map, Notices(parts.report, self.distressing)
        )
        self._lookups = LookupTable(parts.report)
        self.calibration = calibration or read_calibration()

    @classmethod
    def open(cls, folder: Path | str, *, calibration: Calibration | None = None) -> Assistant:
        """Open an index folder; `calibration` decides in place of the one that ships.

        Raises IndexFolderError or EncoderError.
        """
        parts, manifest = load(Path(folder))
        encoder = Encoder.open(Path(folder) / "encoder")
        return cls(parts, encoder, Judge.shipped(), manifest, calibration)

    def recalibrated(self, calibration: Calibration) -> Assistant:
        """The same assistant, deciding by another calibration."""
        other = copy(self)
        other.calibration = calibration
        return other

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
        section («Annex > Prevention»); `k` is how many passages to list; `id` is passed through;
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
    ) -> Explanation:
        """The answer together with the ranks and signals that led to it."""
        _check_k(k)
        harmless = [earlier for earlier in history if self._purpose.category(earlier) != "C4"]
        asked = read_question(question, harmless, mend=self._spelling.mend)
        allowed = self._allowed(section)
        category = self._purpose.category(question, about_report=about_report)
        help = help_for(category, self.contacts)
        if help and category != "C1":
            return self._withhold(category, help, asked, k, id)
        found = self._explain(asked, allowed, k, id, is_person=category == "C5")
        return replace(found, answer=replace(found.answer, help=help)) if help else found

    def _withhold(
        self, category: Category | None, help: Help, asked: Question, k: int, id: str | None
    ) -> Explanation:
        """Help in place of an answer, with passages only where a plea for help also asks about the report."""
        status: Literal["declined", "support"] = "declined" if category == "C4" else "support"
        passages: tuple[FoundPassage, ...] = ()
        if category == "C2":
            about = " ".join(questions_in(asked.text))
            passages = self._report_passages(about, k) if about else ()
        answer = self._composer.withheld(Asked(asked.text, id, passages), status, help)
        return Explanation(answer, "", None, _NO_HITS, None)

    def _report_passages(self, question: str, k: int) -> tuple[FoundPassage, ...]:
        """The passages near a question, none when the report does not seem to answer it."""
        asked = read_question(question, mend=self._spelling.mend)
        answer = self._explain(asked, None, k, None).answer
        return answer.passages if answer.citations else ()

    def _explain(
        self,
        asked: Question,
        allowed: NDArray[np.bool_] | None,
        k: int,
        id: str | None,
        *,
        is_person: bool = False,
    ) -> Explanation:
        """The answer to a question that may be answered."""
        if is_foreign(asked.text) or not asked.words:
            reason = self._composer.reason("language" if is_foreign(asked.text) else "unclear")
            answer = self._composer.refused(Asked(asked.text, id, ()), reason)
            return Explanation(answer, asked.search, None, _NO_HITS, None)
        hits = self._retriever.search(asked.search, follow_up=asked.follow_up, allowed=allowed)
        lookup = self._lookups.find(asked.search) if allowed is None else None
        about = Asked(asked.text, id, self._composer.passages(hits, k))
        if is_person:
            answer = self._composer.refused(about, self._composer.reason("person"))
            return Explanation(answer, asked.search, None, hits, None)
        found = self._look_up(asked, about, lookup, hits) if lookup else None
        answer, signals = found or self._search(asked, about, hits, allowed)
        return Explanation(answer, asked.search, lookup, hits, signals)

    def search(
        self, text: str, *, section: str | Sequence[str] | None = None, k: int = 10
    ) -> tuple[FoundPassage, ...]:
        """The `k` passages nearest to a text, best first, whether or not they answer anything."""
        _check_k(k)
        asked = read_question(text, mend=self._spelling.mend)
        hits = self._retriever.search(asked.search, allowed=self._allowed(section))
        return self._composer.passages(hits, k)

    def verify(self, text: str) -> Verification:
        """Check which statements of a text the report backs. Raises QuestionError."""
        return self._verifier.verify(text)

    @cached_property
    def _verifier(self) -> Verifier:
        return Verifier(self.report, self._retriever)

    def _allowed(self, section: str | Sequence[str] | None) -> NDArray[np.bool_] | None:
        """Which sentences stand in the section, or None for all."""
        if section is None:
            return None
        path = find_section(self.report, section)
        blocks = (self.report.block_at(sentence.start) for sentence in self.report.sentences)
        return np.array([block is not None and block.section[: len(path)] == path for block in blocks])

    def _search(
        self, asked: Question, about: Asked, hits: Hits, allowed: NDArray[np.bool_] | None
    ) -> tuple[Answer, Signals]:
        """Answer by search: each part of the question on its own, but for a follow-up, which leans on one."""
        parts = [asked.search] if asked.follows else parts_of(asked.search)
        found = hits if len(parts) == 1 else None
        findings = [self._find(p, found or self._retriever.search(p, allowed=allowed)) for p in parts]
        good = [finding for finding in findings if self._is_good(finding)]
        best = max(findings, key=lambda finding: finding.answerable)
        if not good or (best.answerable < self.calibration.sure and self._is_elsewhere(asked, hits)):
            return self._refuse(asked, about, hits, best), best.signals
        missing = [part for part, finding in zip(parts, findings, strict=True) if not self._is_good(finding)]
        lacks = self._missing("absent_detail", "part", missing) if missing else self._doubt(asked, hits, best)
        return self._composer.answered(about, good, lacks), best.signals

    def _doubt(self, asked: Question, hits: Hits, best: Finding) -> Reason | None:
        """What an answer that is not sure seems to lack."""
        if best.answerable >= self.calibration.sure:
            return None
        code, words = why_not(asked, hits, self._text_of(self._passage_of(hits)))
        if words:
            return self._missing(code, "unsure", words)
        return Reason("absent_detail", phrase("partial", "doubtful"))

    def _is_elsewhere(self, asked: Question, hits: Hits) -> bool:
        """Whether a question seems to be about something else altogether, or about nothing in particular."""
        code, _ = why_not(asked, hits, self._text_of(self._passage_of(hits)))
        return code in ("out_of_scope", "unclear")

    def _missing(self, code: ReasonCode, phrase_name: str, words: Sequence[str]) -> Reason:
        return Reason(code, phrase("partial", phrase_name, unmatched="; ".join(words)), tuple(words))

    def _find(self, question: str, hits: Hits) -> Finding:
        """What a question finds by its scores."""
        chosen = select(question, hits, self.report, self.calibration)
        signals = self._signals(question, hits, chosen.sentences)
        if not chosen.sentences:
            return Finding((), 0.0, 0.0, signals)
        answerable = self.calibration.answerable.probability(asdict(signals))
        right = self.calibration.right.probability(asdict(signals) | asdict(chosen.signals))
        return Finding(chosen.sentences, answerable, right, signals)

    def _refuse(self, asked: Question, about: Asked, hits: Hits, best: Finding) -> Answer:
        code, unmatched = why_not(asked, hits, self._text_of(self._passage_of(hits)))
        shown = None if code in ("out_of_scope", "unclear") else hits
        return self._composer.refused(about, self._composer.reason(code, shown, unmatched), best.confidence)

    def _is_good(self, finding: Finding) -> bool:
        return bool(finding.sentences) and finding.answerable >= self.calibration.threshold

    def _look_up(
        self, asked: Question, about: Asked, lookup: Lookup, hits: Hits
    ) -> tuple[Answer, Signals] | None:
        """Answer from the place that the question names; None when it seems to mean another."""
        if lookup.kind == "source":
            return self._look_up_source(asked, about, lookup, hits)
        found = self._find(asked.search, hits)
        sentences = lookup.sentences
        if lookup.kind == "article":
            sentences = tuple(pick_article(lookup, hits, asked.words, self.report))
        elif lookup.kind == "item":
            sentences = tuple(p for start in lookup.sentences for p in self._whole_block(start))
        if not sentences and not lookup.endnotes:
            named = [f"{lookup.kind} {number}" for number in lookup.numbers]
            reason = self._composer.reason("other_value", hits, named)
            return self._composer.refused(about, reason, 0.0), found.signals
        says_more = says_more_than_article(asked.words) and not asked.follows
        if lookup.kind == "article" and says_more and found.answerable < _ARTICLE_DOUBT:
            return self._refuse(asked, about, hits, found), found.signals
        finding = self._looked_up(lookup, sentences, lookup.endnotes, found.signals)
        return self._composer.answered(about, [finding]), found.signals

    def _looked_up(
        self, lookup: Lookup, sentences: Sequence[int], endnotes: Sequence[int], signals: Signals
    ) -> Finding:
        """What a look-up found: it names its place, and is as often right as others of its kind were."""
        confidence = self.calibration.lookups.get(lookup.kind, 1.0)
        return Finding(tuple(sentences), confidence, confidence, signals, tuple(endnotes))

    def _look_up_source(
        self, asked: Question, about: Asked, lookup: Lookup, hits: Hits
    ) -> tuple[Answer, Signals] | None:
        """The endnotes of the statement that is asked about, then the statement itself."""
        hits = self._retriever.search(lookup.rest) if lookup.rest else hits
        # The words that ask for a source («speech», «paper») may be those of the endnote.
        texts = dict.fromkeys((lookup.rest or asked.search, asked.search))
        described = np.max([self._retriever.endnote_scores(text) for text in texts], axis=0)
        found = find_source(hits, described, self.report)
        if found.score < _LEAST_SOURCE:
            return None
        statements = () if found.statement is None else (found.statement,)
        signals = self._signals(asked.search, hits, statements)
        finding = self._looked_up(lookup, statements, found.endnotes, signals)
        missing = None if found.endnotes else Reason("absent_detail", phrase("partial", "no_note"))
        return self._composer.answered(about, [finding], missing), signals

    def _whole_block(self, position: int) -> range:
        """The sentences of the block that begins with this one."""
        block = self.report.block_at(self.report.sentences[position].start)
        count = len(self.report.sentences_in(block.start, block.end)) if block else 1
        return range(position, position + count)

    def _signals(self, question: str, hits: Hits, cited: Sequence[int]) -> Signals:
        judged = (self.report.sentences[hit.sentence] for hit in hits.sentences[:_JUDGED])
        return read_signals(
            hits,
            question,
            passage=self._text_of(self._passage_of(hits)),
            cited=self._text_of(cited),
            judged=self._judge.scores(question, [sentence_in_place(self.report, s) for s in judged]),
            lexical=self._retriever.lexical,
        )

    def _passage_of(self, hits: Hits) -> Sequence[int]:
        """The sentences of the passage that holds the best one."""
        passages = self._retriever.passage_map
        best = hits.sentences[:1]
        return passages.sentences_of(passages.passage_of(best[0].sentence)) if best else ()

    def _text_of(self, positions: Sequence[int]) -> str:
        return " ".join(self.report.slice(self.report.sentences[position]) for position in positions)


def _check_k(k: int) -> None:
    if not 1 <= k <= MOST_PASSAGES:
        raise QuestionError(f"{k} passages were asked for, 1 to {MOST_PASSAGES} can be listed.")
