"""The small gold set read, and answers to it that a test can take apart."""

import json

import pytest

from a4a_qa.answering.answer import cite, cite_endnote
from a4a_qa.evaluation.gold import read_gold
from a4a_qa.evaluation.run import read_run
from a4a_qa.index.passages import PassageMap, cut_passages
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Span
from evaluation.small_gold import RECORDS, RIGHT


@pytest.fixture
def small(small_file):
    return read_report(small_file)


@pytest.fixture
def write_lines(tmp_path):
    """Writes JSON Lines, or raw text lines, to a file."""

    def write(name, lines):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines),
            encoding="utf-8",
        )
        return path

    return write


@pytest.fixture
def gold_folder(write_lines):
    return write_lines("gold/all.jsonl", RECORDS).parent


@pytest.fixture
def gold(gold_folder, small):
    return read_gold(gold_folder, small)


@pytest.fixture
def answering(small):
    """Makes the run line of an answer that cites these quotes and endnotes, and lists these passages."""
    passages = cut_passages(small)
    positions = PassageMap(small, passages)

    def citation(what):
        if isinstance(what, int):
            return cite_endnote(small, small.endnote(what), marker=1)
        start = small.text.index(what)
        at = next(i for i, sentence in enumerate(small.sentences) if sentence.start <= start < sentence.end)
        passage = passages[positions.passage_of(at)]
        return cite(small, Span(start, start + len(what)), marker=1, passage_id=passage.id, sentence_id=None)

    def make(id, cited, *, found=None, **values):
        citations = [citation(what) for what in cited]
        listed = passages if found is None else [passages[i] for i in found]
        return {
            "id": id,
            "ms": 2.0,
            "status": "answered" if cited else "not_in_report",
            "text": " ".join(f"{c.quote} [1]" for c in citations),
            "confidence": 0.9 if cited else 0.1,
            "short_answer": None,
            "reason": None if cited else {"code": "out_of_scope", "message": "", "nearest": []},
            "citations": [
                {
                    "quote": c.quote,
                    "start": c.start,
                    "end": c.end,
                    "passage_id": c.passage_id,
                    "section": list(c.section),
                    "endnotes": list(c.endnotes),
                }
                for c in citations
            ],
            "passages": [{"id": p.id, "start": p.start, "end": p.end} for p in listed],
            **values,
        }

    return make


@pytest.fixture
def perfect(answering):
    """The lines of a run that does everything right."""
    return [answering(r["id"], RIGHT.get(r["id"], [])) for r in RECORDS]


@pytest.fixture
def run_of(write_lines, gold):
    """Reads a run from lines."""
    return lambda lines: read_run(write_lines("run.jsonl", lines), gold.questions)
