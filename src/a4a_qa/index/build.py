"""The steps of indexing: a report and what is written about it → one index folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from a4a_qa.corpus import report_file_of
from a4a_qa.index.contacts import Contact, own_contacts
from a4a_qa.index.dense import pack_vectors
from a4a_qa.index.encoder import SHIPPED, Encoder
from a4a_qa.index.late import pack
from a4a_qa.index.lexical import words_of
from a4a_qa.index.manifest import fingerprint, input_files
from a4a_qa.index.notices import FILE_NAME as NOTICES_FILE
from a4a_qa.index.notices import Notice, read_notices
from a4a_qa.index.parts import ENDNOTE, NEAR_MISS, QUESTION, SENTENCE, Parts
from a4a_qa.index.passages import cut_passages, endnote_in_words, sentence_in_place
from a4a_qa.index.questions import (
    ELSEWHERE_FILE,
    REASONS,
    authored_file,
    read_elsewhere_questions,
    read_index_questions,
)
from a4a_qa.index.questions import FILE_NAME as QUESTIONS_FILE
from a4a_qa.index.spelling import vocabulary_of
from a4a_qa.index.storage import save
from a4a_qa.parsing.read import read_report
from a4a_qa.report import Report
from a4a_qa.version import VERSION

# (texts encoded so far, texts in all)
Progress = Callable[[int, int], None]


def build_index(
    report_file: Path | str,
    folder: Path | str,
    *,
    corpus: Path | str | None = None,
    encoder: Path | str | None = None,
    password: str | None = None,
    anyway: bool = False,
    on_progress: Progress | None = None,
) -> Report:
    """Read a report and write its index to `folder`; returns the report.

    `corpus` holds report.toml, the authored questions, notices and contacts, by default beside the report;
    `encoder` is an encoder folder, by default the one that ships; `password` opens an encrypted PDF,
    `anyway` takes one of which most words are lost.
    Raises ReportError, CorpusError, EncoderError or OutputError, and then leaves `folder` as it was.
    """
    report_file = report_file_of(Path(report_file))
    home = Path(corpus) if corpus else report_file.parent
    inputs = fingerprint(input_files(report_file, home))
    report = read_report(report_file, corpus, password=password, anyway=anyway)
    model = Encoder.open(Path(encoder or SHIPPED), threads=1)
    parts = make_parts(
        report,
        model,
        authored_file(home, QUESTIONS_FILE),
        on_progress,
        elsewhere=read_elsewhere_questions(authored_file(home, ELSEWHERE_FILE)),
        notices=read_notices(home / NOTICES_FILE, report),
        contacts=own_contacts(home),
        at_a_time=min(2, os.cpu_count() or 1),
    )
    save(parts, model, Path(folder), package=VERSION, inputs=inputs)
    return report


def make_parts(
    report: Report,
    encoder: Encoder,
    questions_file: Path,
    on_progress: Progress | None = None,
    *,
    elsewhere: Sequence[str] = (),
    notices: Sequence[Notice] = (),
    contacts: Sequence[Contact] = (),
    at_a_time: int = 1,
) -> Parts:
    """Encode the sentences, questions and endnotes of a report, and questions about what it does not deal
    with (`elsewhere`), `at_a_time` batches together."""
    # Those of one sentence stand together: they are read together.
    questions = sorted(read_index_questions(questions_file, report), key=lambda q: (q.near_miss, q.sentence))
    in_place = [sentence_in_place(report, sentence) for sentence in report.sentences]
    notes = [endnote_in_words(endnote) for endnote in report.endnotes]
    entries = [*in_place, *(question.text for question in questions), *notes]
    texts = [*entries, *elsewhere]

    def advance(done: int) -> None:
        if on_progress:
            on_progress(done, len(texts))

    encoded = encoder.encode(texts, at_a_time=at_a_time, on_progress=advance)
    ignored = encoder.ignored(number for text in encoded for number in text.token_ids.tolist())
    vectors = np.array([text.sentence for text in encoded], dtype=np.float16).reshape(-1, encoder.dimension)
    kinds = [(SENTENCE, i, 0) for i in range(len(in_place))]
    kinds += [
        (NEAR_MISS if q.near_miss else QUESTION, q.sentence, REASONS.index(q.reason) + 1 if q.reason else 0)
        for q in questions
    ]
    kinds += [(ENDNOTE, i, 0) for i in range(len(notes))]
    return Parts(
        report=report,
        passages=cut_passages(report),
        words=tuple(tuple(words_of(text)) for text in in_place),
        vocabulary=vocabulary_of(report.text, (question.text for question in questions), encoder.is_word),
        entries=np.array(kinds, dtype=np.int32).reshape(-1, 3),
        vectors=pack_vectors(vectors[: len(entries) - len(notes)]),
        elsewhere=pack_vectors(vectors[len(entries) :]),
        sentence_vectors=vectors[: len(in_place)],
        tokens=pack(encoded[: len(entries)], ignored, encoder.token_dimension),
        notices=tuple(notices),
        contacts=tuple(contacts),
    )
