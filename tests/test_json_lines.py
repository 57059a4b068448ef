"""One way to read JSON Lines, whatever stands in them."""

import json

import pytest

from a4a_qa.errors import CorpusError, EvaluationError
from a4a_qa.evaluation.safeguarding import authored_questions, read_messages
from a4a_qa.evaluation.verdicts import read_statements
from a4a_qa.index.distressing import read_notices
from a4a_qa.json_lines import read_json_lines, read_lines
from a4a_qa.training.authored import read_index_questions
from a4a_qa.training.purposes import read_labelled
from a4a_qa.training.training_questions import read_written
from conftest import ROOT

# Line ends of Unicode that may stand inside a JSON text.
ODD = "Who\u2028is\u0085it?"
READERS = {
    "index questions": (read_index_questions, CorpusError),
    "notices": (read_notices, CorpusError),
    "written sections": (lambda path, _: read_written(path), CorpusError),
    "labelled for training": (lambda path, _: read_labelled([path]), CorpusError),
    "labelled questions": (lambda path, _: read_messages(path), EvaluationError),
    "index questions to score": (lambda path, _: authored_questions(path), EvaluationError),
    "labelled statements": (read_statements, EvaluationError),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.jsonl"


def test_objects_come_with_their_places(file):
    file.write_text(f'{{"a": "{ODD}"}}\r\n\n \n{{"a": 2}}', encoding="utf-8", newline="")
    assert list(read_json_lines(file, CorpusError)) == [
        ({"a": ODD}, f"{file}, line 1"),
        ({"a": 2}, f"{file}, line 4"),
    ]


def test_a_file_that_is_not_there_is_an_error(file):
    with pytest.raises(EvaluationError, match=r"a\.jsonl cannot be read: No such file"):
        list(read_json_lines(file, EvaluationError))


def test_a_byte_order_mark_is_no_part_of_the_first_line(file):
    file.write_text('{"a": 1}', encoding="utf-8-sig")
    assert [record for record, _ in read_json_lines(file, CorpusError)] == [{"a": 1}]


def test_what_is_not_utf_8_may_spoil_its_own_line_alone(file):
    file.write_bytes(b"\xef\xbb\xbfone\n\xfftwo\n")
    with pytest.raises(CorpusError, match="not text in UTF-8"):
        list(read_lines(file, CorpusError))
    lines = list(read_lines(file, CorpusError, errors="replace"))
    assert lines == [("one", f"{file}, line 1"), ("\ufffdtwo", f"{file}, line 2")]


def test_a_key_that_means_nothing_is_named(file):
    file.write_text('{"a": 1}\n{"b": 1, "a": 2}', encoding="utf-8")
    assert len(list(read_json_lines(file, CorpusError))) == 2
    with pytest.raises(CorpusError, match=r"line 2: there is no 'b' here, only a, c\."):
        list(read_json_lines(file, CorpusError, keys=("c", "a")))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\n{", r"a\.jsonl, line 2: this is not JSON"),
        (b"\n\n" + b"[" * 100_000, r"a\.jsonl, line 3: this is not JSON"),
        (b"[1]", r"a\.jsonl, line 1: expected a JSON object"),
        (b"\n\xff", r"a\.jsonl cannot be read: it is not text in UTF-8 \(byte 1\)"),
    ],
)
def test_all_readers_name_what_is_wrong_alike(file, report, name, data, words):
    read, error = READERS[name]
    file.write_bytes(data)
    with pytest.raises(error, match=words):
        read(file, report)


def test_labelled_lines_are_parted_at_line_feeds_only(file, report):
    row = {"id": "1", "category": "C0", "question": ODD}
    file.write_text(f"\n{json.dumps(row, ensure_ascii=False)}\n\n", encoding="utf-8")
    [question] = read_messages(file)
    assert question.question == ODD
    statements = (ROOT / "eval/verify/statements.jsonl").read_text(encoding="utf-8")
    statement = json.loads(statements.partition("\n")[0]) | {"text": ODD}
    file.write_text(f"\n{json.dumps(statement, ensure_ascii=False)}\n\n", encoding="utf-8")
    assert [one.text for one in read_statements(file, report)] == [ODD]
