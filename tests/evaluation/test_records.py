"""Lines of a file as values of one kind."""

from dataclasses import dataclass

import pytest

from a4a_qa.errors import EvaluationError
from a4a_qa.evaluation import records
from a4a_qa.evaluation.records import read_records


@dataclass(frozen=True)
class Known:
    id: str
    places: tuple[int, ...] = ()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "known.jsonl"


def test_values_are_read_as_json_has_them(file):
    file.write_text('{"id": "a", "places": [1, 2]}\n{"id": "b"}\n', encoding="utf-8")
    assert [one for one, _ in read_records(file, Known)] == [Known("a", (1, 2)), Known("b")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": 1}', "line 1: id: Input should be a valid string"),
        ('{"id": "a", "places": ["1"]}', r"line 1: places\.0: Input should be a valid integer"),
        ('{"id": "a", "place": [1]}', "line 1: there is no «place» here, only id, places"),
        ("{}", "line 1: id: Field required"),
    ],
)
def test_what_does_not_fit_is_named(file, line, words):
    file.write_text(line, encoding="utf-8")
    with pytest.raises(EvaluationError, match=words):
        list(read_records(file, Known))


def test_how_a_kind_is_read_is_worked_out_once(file, monkeypatch):
    made, adapter = [], records.TypeAdapter
    monkeypatch.setattr(records, "TypeAdapter", lambda kind: made.append(kind) or adapter(kind))

    @dataclass(frozen=True)
    class Unseen:
        id: str

    file.write_text('{"id": "a"}\n' * 3, encoding="utf-8")
    assert len(list(read_records(file, Unseen))) == 3
    assert made == [Unseen]
