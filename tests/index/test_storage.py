"""An index folder is whole or not there: saved, opened, damaged, interrupted, built twice at once."""

import fcntl
import json
import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import numpy as np
import pytest

from a4a_qa import output
from a4a_qa.assistant import Assistant
from a4a_qa.errors import EncoderError, IndexDamaged, IndexMissing, IndexOutdated
from a4a_qa.files import file_sha256
from a4a_qa.index import contacts, storage
from a4a_qa.index.build import build_index
from a4a_qa.index.lexical import words_of
from a4a_qa.index.manifest import FORMAT, Manifest, fingerprint, is_index
from a4a_qa.index.passages import cut_passages, sentence_in_place
from a4a_qa.index.storage import load, open_index
from a4a_qa.models.encoder import SHIPPED, Encoder, EncoderCard
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILES, TOKENIZER_FILE
from a4a_qa.output import swap
from a4a_qa.parsing.read import read_report
from conftest import SMALL_REPORT

QUESTION = "How many shelters are in the north?"


@pytest.fixture
def folder(small_index, tmp_path):
    return shutil.copytree(small_index, tmp_path / "index")


def own_encoder(home, name="own"):
    """An encoder of somebody's own: the one that ships, with another file and another name."""
    folder = shutil.copytree(SHIPPED, home / "encoder")
    with (folder / TOKENIZER_FILE).open("a") as file:
        file.write("\n")
    card = json.loads((folder / CARD_FILE).read_text()) | {"name": name}
    card["files"][TOKENIZER_FILE]["sha256"] = file_sha256(folder / TOKENIZER_FILE)
    (folder / CARD_FILE).write_text(json.dumps(card))
    return folder


def rewrite_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def forge(folder, name, content):
    """Replace a part and put its new checksum into the manifest, as an attacker would."""
    (folder / name).write_bytes(content)
    parts = json.loads((folder / "manifest.json").read_text())["parts"]
    rewrite_manifest(folder, parts=parts | fingerprint_of(folder, name))


def fingerprint_of(folder, name):
    return {name: next(iter(fingerprint([folder / name]).values()))}


def test_what_was_read_is_what_is_opened(folder, tmp_path):
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT, encoding="utf-8")
    parts, _ = load(folder)
    report = read_report(file)
    assert parts.report == report
    assert parts.passages == tuple(cut_passages(report))
    assert parts.words[0] == tuple(words_of(sentence_in_place(report, report.sentences[0])))
    [first] = Encoder.shipped().encode([sentence_in_place(report, report.sentences[0])])
    assert np.allclose(parts.sentence_vectors[0].astype(np.float32), first.sentence, atol=1e-3)


def test_the_same_report_gives_the_same_index(folder, tmp_path):
    (tmp_path / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    build_index(tmp_path / "small.md", tmp_path / "second")
    manifests = [json.loads((f / "manifest.json").read_text()) for f in (folder, tmp_path / "second")]
    assert manifests[0] == manifests[1]


def test_no_index(tmp_path):
    with pytest.raises(
        IndexMissing, match=r"no index in .*nowhere\. Build it with `a4a-qa index FILE --output .*nowhere`"
    ):
        load(tmp_path / "nowhere")


def test_every_part_is_checked(folder):
    names = json.loads((folder / "manifest.json").read_text())["parts"]
    for name in names:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(IndexDamaged, match=rf"{name} .* has been changed"):
            load(folder)
        (folder / name).unlink()
        with pytest.raises(IndexDamaged, match=f"lacks its part {name}"):
            load(folder)
        (folder / name).write_bytes(content)
    load(folder)


def test_an_index_that_may_not_be_read(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("a4a_qa.index.storage.file_sha256", refuse)
    with pytest.raises(IndexDamaged, match=r"cannot be read \(Permission denied\)\. Build it"):
        load(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"a": 1}', "[" * 100_000])
def test_a_manifest_that_is_none(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(IndexDamaged, match="manifest"):
        load(folder)


def test_another_format(folder):
    rewrite_manifest(folder, format=0)
    with pytest.raises(IndexOutdated, match=rf"format 0 .* reads format {FORMAT}"):
        load(folder)


@pytest.mark.parametrize("values", [None, 5, ["a"], {"a": None}, {"a": {}}])
@pytest.mark.parametrize(
    "field", ["package", "about", "inputs", "encoder", "encoder_files", "parts", "format"]
)
def test_a_manifest_with_a_field_of_another_kind_is_damaged(folder, field, values):
    if (field, values) != ("format", 5):
        rewrite_manifest(folder, **{field: values})
        with pytest.raises(IndexDamaged, match="The manifest of the index"):
            load(folder)


def test_parts_outside_the_folder_are_refused(folder):
    parts = json.loads((folder / "manifest.json").read_text())["parts"]
    rewrite_manifest(folder, parts=parts | {"../../etc/passwd": "0"})
    with pytest.raises(IndexDamaged, match="does not list its parts"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", b"{}"),
        ("report.json", b"[" * 100_000),
        ("passages.json", b'[["p", 0, 999999, []]]'),
        ("passages.json", b'[["p", "0", "1", []]]'),
        ("passages.json", b"[]"),
        ("words.json", b"[]"),
        ("vector_codes.npy", b"\x80\x04K\x01."),
        (
            "vector_codes.npy",
            b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False, 'shape': (99999999, 384)}\n",
        ),
        ("token_offsets.npy", b""),
    ],
)
def test_forged_parts_with_right_checksums_are_refused(folder, name, content):
    forge(folder, name, content)
    with pytest.raises(IndexDamaged):
        load(folder)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("vector_codes", lambda array: array.astype(np.int8)),
        ("vector_codes", lambda array: array[:-1]),
        ("vector_codes", lambda array: array[:, :-1]),
        ("vector_codes", lambda array: array.reshape(-1)),
        ("vector_ranges", lambda array: array[:, :-1]),
        ("vector_ranges", lambda array: array[:1]),
        ("vector_ranges", lambda array: array.reshape(-1)),
        ("vector_ranges", lambda array: array.astype(np.float64)),
        ("vector_ranges", lambda array: array * np.float32("nan")),
        ("vector_ranges", lambda array: array * np.float32("inf")),
        ("vector_ranges", lambda array: -array),
        ("vector_ranges", lambda array: array * np.float32(100)),
        ("sentence_vectors", lambda array: array.astype(np.float64)),
        ("sentence_vectors", lambda array: array[:-1]),
        ("sentence_vectors", lambda array: array[:, :-1]),
        ("sentence_vectors", lambda array: array * np.float16("nan")),
        ("token_vectors", lambda array: array.astype(np.int16)),
        ("token_scales", lambda array: array.astype(np.complex64)),
        ("token_scales", lambda array: array[:, None]),
        ("token_scales", lambda array: array * np.float32("nan")),
        ("token_scales", lambda array: array * np.float32(-10)),
        ("token_pieces", lambda array: array[1:]),
        ("token_pieces", lambda array: array.astype(np.float32)),
        ("token_offsets", lambda array: array[::-1]),
    ],
)
def test_forged_arrays_are_refused(folder, name, change):
    np.save(folder / f"{name}.npy", np.ascontiguousarray(change(np.load(folder / f"{name}.npy"))))
    forge(folder, f"{name}.npy", (folder / f"{name}.npy").read_bytes())
    with pytest.raises(IndexDamaged, match="does not fit together"):
        load(folder)


@pytest.mark.parametrize(
    "change",
    [
        lambda report: report["blocks"][0]["context"].append({"start": 10**9, "end": -5}),
        lambda report: report["note_marks"][0].update(offset=10**9),
        lambda report: report["note_marks"][0].update(offset=None),
        lambda report: report["sections"][0].update(end=10**9),
        lambda report: report["sentences"].reverse(),
        lambda report: report["blocks"].reverse(),
        lambda report: report["note_marks"].reverse(),
    ],
    ids=["context", "mark", "no offset", "section", "sentences", "blocks", "marks"],
)
def test_forged_places_are_refused(folder, change):
    report = json.loads((folder / "report.json").read_bytes())
    change(report)
    forge(folder, "report.json", json.dumps(report).encode())
    with pytest.raises(IndexDamaged, match="does not fit together"):
        load(folder)


def test_pickled_arrays_are_never_loaded(folder, tmp_path):
    np.save(folder / "token_pieces.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    forge(folder, "token_pieces.npy", (folder / "token_pieces.npy").read_bytes())
    with pytest.raises(IndexDamaged, match="does not fit together"):
        load(folder)


def test_an_index_holds_the_report_alone(tmp_path):
    (tmp_path / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    beside = {"quote": "There are 12 shelters in the north.", "questions": ["Who won?"]}
    (tmp_path / "index-questions.jsonl").write_text(json.dumps(beside), encoding="utf-8")
    build_index(tmp_path / "small.md", tmp_path / "index")
    parts, manifest = load(tmp_path / "index")
    sentences, endnotes = len(parts.report.sentences), len(parts.report.endnotes)
    assert len(parts.vectors.codes) == len(parts.sentence_vectors) == sentences
    assert len(parts.tokens.offsets) - 1 == sentences + endnotes
    assert "won" not in parts.vocabulary
    assert list(manifest.inputs) == ["small.md"]


def test_an_encoder_that_was_replaced_during_a_build_is_noticed(folder, tmp_path):
    parts, _ = load(folder)
    encoder = Encoder.open(own_encoder(tmp_path))
    (encoder.folder / MODEL_FILES[0]).write_bytes(b"another")
    with pytest.raises(EncoderError, match="was replaced while the index was built"):
        storage.save(parts, encoder, folder, package="new", inputs={}, source="small.md")
    assert load(folder)[1].package != "new"


def test_a_failed_build_leaves_the_old_index(folder, tmp_path):
    (tmp_path / "bad.md").write_bytes(b"\x00")
    with pytest.raises(Exception, match="NUL"):
        build_index(tmp_path / "bad.md", folder, replace=True)
    assert Assistant.open(folder).ask(QUESTION).citations


def build_and_wait(file, folder, reached):
    """Build, and stop for good before the first text is encoded."""

    def stop(done, total):
        reached.set()
        time.sleep(60)

    build_index(file, folder, on_progress=stop)


def test_a_killed_build_leaves_the_old_index(folder, tmp_path, small_file):
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=build_and_wait, args=(small_file, folder, reached))
    process.start()
    assert reached.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert Assistant.open(folder).ask(QUESTION).citations
    build_index(small_file, folder)
    assert Assistant.open(folder).ask(QUESTION).citations


def test_a_stop_between_the_two_renames_is_mended(folder):
    folder.rename(folder.parent / f".{folder.name}.previous")
    assert is_index(folder)
    assert Assistant.open(folder).ask(QUESTION).citations


@pytest.fixture
def corrected(folder, tmp_path):
    """The index of the same report with another number in it: as many sentences and words, other content."""
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT.replace("12 shelters", "13 shelters"), encoding="utf-8")
    build_index(file, tmp_path / "corrected")
    return tmp_path / "corrected"


def test_an_index_that_is_built_anew_while_it_is_read_is_read_again(folder, corrected, monkeypatch):
    parse, swapped = storage._parse, []

    def swap_and_parse(path):
        if not swapped:
            swapped.append(swap(folder, corrected, storage.INDEX))
        return parse(path)

    monkeypatch.setattr(storage, "_parse", swap_and_parse)
    parts, manifest = load(folder)
    assert "13 shelters" in parts.report.text
    assert manifest == Manifest.read(folder / "manifest.json")


def test_an_index_that_is_built_anew_from_the_same_is_read_again(folder, tmp_path, monkeypatch):
    same, calls = shutil.copytree(folder, tmp_path / "same"), []

    def swap_and_hash(path):
        calls.append(path)
        if len(calls) == 3:
            swap(folder, same, storage.INDEX)
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return file_sha256(path)

    monkeypatch.setattr(storage, "file_sha256", swap_and_hash)
    assert "12 shelters" in load(folder)[0].report.text


def test_an_index_that_is_half_gone_while_it_is_read_is_read_again(folder, corrected, monkeypatch):
    calls = []

    def swap_and_hash(path):
        calls.append(path)
        if len(calls) == 3:
            swap(folder, corrected, storage.INDEX)
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return file_sha256(path)

    monkeypatch.setattr(storage, "file_sha256", swap_and_hash)
    assert "13 shelters" in load(folder)[0].report.text


def test_an_index_that_is_built_anew_all_the_time_is_an_error(folder, monkeypatch):
    parse, builds = storage._parse, iter(range(99))

    def change_and_parse(path):
        rewrite_manifest(folder, package=str(next(builds)))
        return parse(path)

    monkeypatch.setattr(storage, "_parse", change_and_parse)
    with pytest.raises(IndexDamaged, match="is built anew again and again"):
        load(folder)


def shipped_with_another_name(tmp_path):
    file = tmp_path / "shipped.toml"
    text = contacts._SHIPPED.read_text(encoding="utf-8")
    file.write_text(text.replace('name = "', 'name = "The new ', 1), encoding="utf-8")
    return file


def test_contacts_that_ship_are_those_of_the_version_that_opens_the_index(folder, tmp_path, monkeypatch):
    assert load(folder)[0].contacts == contacts.contacts_for(None)
    monkeypatch.setattr(contacts, "_SHIPPED", shipped_with_another_name(tmp_path))
    assert load(folder)[0].contacts[0].name.startswith("The new ")


def test_contacts_of_a_reports_own_are_kept_in_its_index(tmp_path, small_file, monkeypatch):
    shutil.copyfile(contacts._SHIPPED, tmp_path / "contacts.toml")
    own = contacts.contacts_for(tmp_path)
    build_index(small_file, tmp_path / "index")
    (tmp_path / "contacts.toml").unlink()
    monkeypatch.setattr(contacts, "_SHIPPED", shipped_with_another_name(tmp_path))
    assert load(tmp_path / "index")[0].contacts == own


def test_builds_at_once_do_not_spoil_each_other(tmp_path, small_file):
    context = multiprocessing.get_context("spawn")
    folder = tmp_path / "shared"
    processes = [context.Process(target=build_index, args=(small_file, folder)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert Assistant.open(folder).ask(QUESTION).citations
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith((".building", ".previous"))] == []


def test_a_build_whose_folder_vanishes_meanwhile_is_none_of_ours(folder, tmp_path):
    parts, _ = load(folder)
    # A link to nowhere is named by its folder and cannot be looked at, like what has just been removed.
    (tmp_path / ".index.x.building").symlink_to(tmp_path / "gone")
    storage.save(parts, Encoder.shipped(), folder, package="new", inputs={}, source="small.md")
    assert load(folder)[1].package == "new"


def test_what_a_killed_build_leaves_is_removed_by_the_next_and_a_running_one_is_not(folder, tmp_path):
    parts, _ = load(folder)
    left, running = (folder.with_name(f".{folder.name}.{name}.building") for name in ("left", "running"))
    for building in (left, running):
        building.mkdir()
    held = os.open(running, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        storage.save(parts, Encoder.shipped(), folder, package="new", inputs={}, source="small.md")
        assert (left.exists(), running.exists()) == (False, True)
    finally:
        os.close(held)


def test_an_interrupt_leaves_nothing_as_soon_as_the_folder_of_a_build_is_there(folder, monkeypatch):
    lock = fcntl.flock

    def interrupted(descriptor, operation):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise KeyboardInterrupt
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", interrupted)
    parts, _ = load(folder)
    with pytest.raises(KeyboardInterrupt):
        storage.save(parts, Encoder.shipped(), folder, package="new", inputs={}, source="small.md")
    assert list(folder.parent.glob(".*.building")) == []
    assert load(folder)[1].package != "new"


CUT_OFF = """
import os, sys
from pathlib import Path
from a4a_qa.assistant import Assistant
from a4a_qa.errors import IndexDamaged
folder, question = Path(sys.argv[1]), sys.argv[2]
assistant = Assistant.open(folder)
assistant.ask(question)
for part in folder.glob("*.npy"):
    os.truncate(part, 0)
try:
    assistant.ask("Which law is about schools?")
except IndexDamaged as error:
    print(error)
"""


def test_a_part_that_is_cut_off_under_a_running_process_is_an_error_and_does_not_end_it(folder):
    run = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(folder), QUESTION], capture_output=True, text=True, timeout=120
    )
    assert (run.returncode, "is cut off" in run.stdout) == (0, True), run.stderr


def test_a_folder_is_indexed_with_what_lies_beside_its_report(tmp_path):
    home = tmp_path / "corpus"
    home.mkdir()
    (home / "report.md").write_text("# One\n\nThere are 12 shelters.\n", encoding="utf-8")
    notice = {"quote": "There are 12 shelters.", "kind": "distressing"}
    (home / "notices.jsonl").write_text(json.dumps(notice), encoding="utf-8")
    build_index(home, tmp_path / "index")
    parts, manifest = load(tmp_path / "index")
    assert len(parts.notices) == 1
    assert list(manifest.inputs) == ["report.md", "notices.jsonl"]


def test_the_name_of_a_build_is_flushed_once_it_has_it(folder, tmp_path, monkeypatch):
    parts, _ = load(folder)
    flushed, original = [], os.fsync

    def fsync(descriptor):
        is_parent = os.fstat(descriptor).st_ino == (tmp_path / "made").stat().st_ino
        flushed.append((is_parent, is_index(tmp_path / "made" / "index")))
        original(descriptor)

    monkeypatch.setattr(output.os, "fsync", fsync)
    storage.save(
        parts, Encoder.shipped(), tmp_path / "made" / "index", package="1", inputs={}, source="small.md"
    )
    *within, last = flushed
    assert last == (True, True)
    assert set(within) == {(False, False)}


def test_a_manifest_that_names_no_format_is_damaged(folder):
    path = folder / "manifest.json"
    values = json.loads(path.read_text())
    del values["format"]
    path.write_text(json.dumps(values))
    with pytest.raises(IndexDamaged, match="The manifest of the index"):
        load(folder)


def build_anew(folder):
    """Leave the manifest of another build in a folder."""
    file = folder / "manifest.json"
    values = json.loads(file.read_text())
    file.write_text(json.dumps(values | {"package": values["package"] + "+"}))


def test_an_index_that_is_built_anew_while_it_is_opened(folder, monkeypatch):
    opened, shipped = [], Encoder.shipped

    def overtaken():
        opened.append(True)
        if len(opened) == 1:
            build_anew(folder)
        return shipped()

    monkeypatch.setattr(Encoder, "shipped", overtaken)
    assert open_index(folder)[1] == load(folder)[1]
    assert len(opened) == 2


def test_opening_reads_each_file_of_an_index_once_to_check_it(folder, monkeypatch):
    read = []

    def hashed(path):
        read.append(path)
        return file_sha256(path)

    monkeypatch.setattr("a4a_qa.index.storage.file_sha256", hashed)
    monkeypatch.setattr("a4a_qa.models.runtime.file_sha256", hashed)
    _, manifest, _ = open_index(folder)
    files = [SHIPPED / name for name in manifest.encoder_files]
    assert sorted(read) == sorted([*(folder / name for name in manifest.parts), *files])


def test_an_index_has_a_copy_of_an_encoder_only_if_that_does_not_ship(small_file, tmp_path):
    build_index(small_file, tmp_path / "index")
    assert not (tmp_path / "index" / "encoder").exists()
    build_index(small_file, tmp_path / "other", encoder=own_encoder(tmp_path))
    shutil.rmtree(tmp_path / "encoder")
    assert open_index(tmp_path / "other")[2].card.name == "own"


def test_an_index_with_the_encoder_of_another_version_is_outdated(folder, tmp_path, monkeypatch):
    shipped = EncoderCard.read(SHIPPED / CARD_FILE)
    older = own_encoder(tmp_path, name=shipped.name)
    parts, _ = load(folder)
    storage.save(parts, Encoder.open(older), folder, package="old", inputs={}, source="small.md")
    with pytest.raises(IndexOutdated, match="encoder of another version"):
        open_index(folder)
    storage.save(parts, Encoder.shipped(), folder, package="old", inputs={}, source="small.md")
    open_index(folder)
    rewrite_manifest(folder, encoder_files=dict.fromkeys(shipped.files, "0" * 64))
    with pytest.raises(IndexOutdated, match="encoder of another version"):
        open_index(folder)


def test_opening_gives_up_on_an_index_that_is_built_anew_all_the_time(folder, monkeypatch):
    encoder = Encoder.shipped()

    def overtaken():
        build_anew(folder)
        return encoder

    monkeypatch.setattr(Encoder, "shipped", overtaken)
    with pytest.raises(IndexDamaged, match="is built anew again and again"):
        open_index(folder)


@pytest.mark.parametrize("is_changed", [True, False])
def test_an_encoder_that_cannot_be_read_is_damaged_unless_it_is_replaced_meanwhile(
    folder, monkeypatch, is_changed
):
    encoder, opened = Encoder.shipped(), []

    def open_once():
        opened.append(True)
        if len(opened) == 1:
            if is_changed:
                build_anew(folder)
            raise EncoderError("half of a file")
        return encoder

    monkeypatch.setattr(Encoder, "shipped", open_once)
    if is_changed:
        assert open_index(folder)[1:] == (load(folder)[1], encoder)
    else:
        with pytest.raises(EncoderError, match="half of a file"):
            open_index(folder)
