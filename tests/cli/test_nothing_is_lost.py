"""No command loses anything of the user's: before each stand random folders with files, links and inputs."""

import json
import os
import random
import re
import shutil

import pytest

from cli.test_ask import QUESTION, a4a_qa
from conftest import SMALL_REPORT

# What commands write to, with names that the program uses itself among them.
NAMES = ["thesis.txt", "notes/a.md", "report.json", "corpus.jsonl", "qrels/dev.tsv", "small.jsonl", ".hidden"]


@pytest.fixture(params=range(5))
def foreign(request, tmp_path):
    """A folder of somebody's: files, an index's mark at times, links to a file and a folder outside."""
    chosen = random.Random(request.param)
    folder, outside = tmp_path / "mine", tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_bytes(chosen.randbytes(20))
    for name in chosen.sample(NAMES, 4):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(chosen.randbytes(50))
    if chosen.random() < 0.5:
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "link").symlink_to(outside)
    (folder / "linked.txt").symlink_to(outside / "kept.txt")
    (folder / "report.md").write_text(SMALL_REPORT, encoding="utf-8")
    (folder / "questions.jsonl").write_text(json.dumps({"question": QUESTION}), encoding="utf-8")
    return folder


IS_READ, NOT_OURS, NO_PLACE = (
    "what is read",
    "is left as it is",
    "(is left as it is|not part of|cannot be read)",
)
# Commands, and what they say instead of writing; of those that write elsewhere, nothing.
COMMANDS = {
    "index {mine}/report.md --output {mine}": IS_READ,
    "index {mine}/report.md --output {mine}/..": IS_READ,
    "index {other} --output {mine}": NO_PLACE,
    "index {other} --output {mine} --replace": f"({NOT_OURS}|not part of)",
    "index {other} --output {mine}/link": NOT_OURS,
    "library add {mine}/report.md --folder {mine}/..": IS_READ,
    "library add {other} --folder {mine}": None,
    "library remove mine --folder {mine}/..": "(not part of|no report)",
    "ask --batch {questions} --output {questions} --index {index}": IS_READ,
    "ask --batch {questions} --output {file} --index {index}": NOT_OURS,
    "ask --batch {questions} --output {mine}/linked.txt --index {index}": NOT_OURS,
    "eval run --report cambodia-2011 --index {index} --output {questions}": NOT_OURS,
    "eval verify --output {file} --index {index}": NOT_OURS,
    "eval safeguarding --output {file} --index {index}": NOT_OURS,
    "eval parsing --output {file}": NOT_OURS,
    "eval export beir {mine} --report cambodia-2011": NOT_OURS,
    "training encoder --output {mine}": NOT_OURS,
    "training judge --output {mine}": NOT_OURS,
    "key add lab": "",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_loses_what_is_not_its_own(command, foreign, small_index, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nThere are 12 shelters.\n", encoding="utf-8")
    shutil.copytree(small_index, tmp_path / "index")
    file = next(one for one in sorted(foreign.iterdir()) if one.is_file() and not one.is_symlink())
    places = {"mine": foreign, "other": other, "index": tmp_path / "index", "file": file}
    before = contents(tmp_path)
    line = command.format(questions=foreign / "questions.jsonl", **places)
    done = a4a_qa(*line.split(), environment={"A4A_QA_API_KEYS": str(file)})
    # What is put beside is no loss.
    assert contents(tmp_path).items() >= before.items()
    expected = COMMANDS[command]
    assert (done.returncode == 0) == (expected is None), done.stderr
    assert re.search(expected or "", " ".join(done.stderr.split())), done.stderr


def contents(folder):
    """The bytes of all files, and where links lead, by path."""
    return {
        str(one): os.readlink(one) if one.is_symlink() else one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_symlink() or one.is_file()
    }
