"""The steps of indexing: a report and what is written about it → one index folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace as with_changes
from pathlib import Path

import numpy as np

from a4a_qa import __version__
from a4a_qa.files import report_file_of
from a4a_qa.index.contacts import Contact, own_contacts
from a4a_qa.index.dense import pack_vectors
from a4a_qa.index.distressing import FILE_NAME as NOTICES_FILE
from a4a_qa.index.distressing import Notice, read_notices
from a4a_qa.index.late import pack
from a4a_qa.index.lexical import words_of
from a4a_qa.index.manifest import check_same_report, fingerprint, input_files, source_of
from a4a_qa.index.parts import Parts
from a4a_qa.index.passages import cut_passages, endnote_in_words, sentence_in_place
from a4a_qa.index.spelling import vocabulary_of
from a4a_qa.index.storage import INDEX, save
from a4a_qa.models.encoder import SHIPPED, Encoder
from a4a_qa.output import check_folder
from a4a_qa.parsing.metadata import check_id
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Report

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
    id: str | None = None,
    replace: bool = False,
    on_progress: Progress | None = None,
) -> Report:
    """Read a report and write its index to `folder`; returns the report.

    `corpus` holds report.toml, notices and contacts, by default beside the report;
    `encoder` is an encoder folder, by default the one that ships; `password` opens an encrypted PDF,
    `anyway` takes one of which most words are lost. `id` takes the place of the id in report.toml, and
    `replace` puts the index in the place of one of another report.
    Raises ReportError, CorpusError, EncoderError, or OutputError if anything but an index of this report is
    in `folder` or it holds what is read; and then leaves `folder` as it was.
    """
    report_file, folder = report_file_of(Path(report_file)), Path(folder)
    home = Path(corpus) if corpus else report_file.parent
    if id is not None:
        check_id(id)
    model_folder = Path(encoder or SHIPPED)
    files = input_files(report_file, home)
    check_folder(folder, INDEX, inputs=[*files, model_folder])
    inputs = fingerprint(files)

    def check(place: Path, title: str | None = None) -> None:
        if not replace:
            check_same_report(place, report_file, inputs, title)

    check(folder)
    report = read_report(report_file, corpus, password=password, anyway=anyway)
    if id is not None:
        report = with_changes(report, about=with_changes(report.about, id=id))
    title = report.about.title
    check(folder, title)
    model = Encoder.open(model_folder, threads=1)
    parts = make_parts(
        report,
        model,
        on_progress,
        notices=read_notices(home / NOTICES_FILE, report),
        contacts=own_contacts(home),
        at_a_time=min(2, os.cpu_count() or 1),
    )
    save(
        parts,
        model,
        folder,
        package=__version__,
        inputs=inputs,
        source=source_of(report_file, folder),
        check=lambda place: check(place, title),
    )
    return report


def make_parts(
    report: Report,
    encoder: Encoder,
    on_progress: Progress | None = None,
    *,
    notices: Sequence[Notice] = (),
    contacts: Sequence[Contact] = (),
    at_a_time: int = 1,
) -> Parts:
    """Encode the sentences and endnotes of a report, `at_a_time` batches together."""
    in_place = [sentence_in_place(report, sentence) for sentence in report.sentences]
    texts = [*in_place, *(endnote_in_words(endnote) for endnote in report.endnotes)]

    def advance(done: int) -> None:
        if on_progress:
            on_progress(done, len(texts))

    encoded = encoder.encode(texts, at_a_time=at_a_time, on_progress=advance)
    ignored = encoder.ignored(number for text in encoded for number in text.token_ids.tolist())
    vectors = np.array([text.sentence for text in encoded[: len(in_place)]], dtype=np.float16)
    vectors = vectors.reshape(-1, encoder.dimension)
    return Parts(
        report=report,
        passages=cut_passages(report),
        words=tuple(tuple(words_of(text)) for text in in_place),
        vocabulary=vocabulary_of(report.text),
        vectors=pack_vectors(vectors),
        sentence_vectors=vectors,
        tokens=pack(encoded, ignored, encoder.token_dimension),
        notices=tuple(notices),
        contacts=tuple(contacts),
    )
