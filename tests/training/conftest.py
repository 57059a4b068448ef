from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from a4a_qa.parsing.read import read_report
from a4a_qa.report.anchors import anchors_of, write_anchors
from a4a_qa.report.catalogue import ListedReport
from a4a_qa.report.ids import sentence_ids
from a4a_qa.training.export import export_encoder
from training.small import BEES, SHA256, make_base, make_root, write_lines


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """The same training gives the same bytes on one thread: several share out sums as they come. For tiny
    models, one is also faster."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random sentence-transformers model of one layer."""
    return make_base(tmp_path_factory.mktemp("base") / "small")


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two reports of five sentences, one of them in `corpus/`."""
    return make_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="session")
def encoder_folder(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder") / "encoder"
    export_encoder(base, folder)
    return folder


@pytest.fixture
def bees(tmp_path: Path) -> ListedReport:
    """A report about bees, in a folder of reports."""
    file = tmp_path / "reports" / "bees" / "report.md"
    file.parent.mkdir(parents=True)
    file.write_text(BEES, encoding="utf-8")
    return ListedReport("bees", file, "training")


@pytest.fixture
def ids(bees: ListedReport) -> list[str]:
    return list(sentence_ids(read_report(bees.file)))


@pytest.fixture
def good(ids: list[str]) -> list[dict[str, Any]]:
    """Training questions on the report about bees, one of each kind."""
    fly, counted, hives = ids[:3]
    return [
        {"question": "When do they fly?", "evidence": [fly], "answer": "May to September", "author": "a"},
        {"question": "Is it rich?", "evidence": [hives], "hard_negative": "absent_detail", "author": "a"},
        {"question": "How often?", "history": ["Who counts bees?"], "evidence": [counted],
         "history_evidence": [counted], "author": "b", "persona": "student", "form": "question"},
        {"question": "Who says when they fly?", "evidence": [fly], "notes": [1], "author": "b"},
        {"question": "What does the club do and own?", "evidence": [counted, hives], "author": "b"},
    ]  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, bees: ListedReport) -> Callable[[list[dict[str, Any]]], Path]:
    """Makes a project with training questions on the report about bees, anchored."""

    def make(lines: list[dict[str, Any]]) -> Path:
        write_lines(tmp_path / "training" / "questions" / "bees.jsonl", *lines)
        report = read_report(bees.file)
        anchors = tmp_path / "training" / "sentences" / "bees.json"
        write_anchors(anchors, anchors_of(report, SHA256, sentence_ids(report)))
        return tmp_path

    return make
