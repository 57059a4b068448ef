"""Files and folders come into their place complete or not at all."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from a4a_qa.errors import OutputError
from a4a_qa.files import (
    file_sha256,
    folder_replaced,
    previous_folder,
    replace_folder,
    replaced,
    restore_folder,
)


def folder_with(path, words):
    path.mkdir()
    (path / "words").write_text(words, encoding="utf-8")
    return path


def test_the_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 1_000_000)
    assert file_sha256(tmp_path / "a") == hashlib.sha256(b"x" * 1_000_000).hexdigest()


def test_a_file_is_replaced_when_it_is_complete(tmp_path):
    path = tmp_path / "a"
    path.write_text("old", encoding="utf-8")
    with replaced(path) as file:
        file.write("nëw")
        file.flush()
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "nëw"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_file_that_could_not_be_completed_leaves_the_old_one(tmp_path):
    path = tmp_path / "a"
    path.write_text("old", encoding="utf-8")

    def lines():
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), replaced(path) as file:
        file.writelines(lines())
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_what_a_link_points_to_is_replaced_and_not_the_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for words in ("old", "new"):
        with replaced(tmp_path / "link") as file:
            file.write(words)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "a").read_text(encoding="utf-8") == words


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "a"
    path.write_text("old", encoding="utf-8")
    path.chmod(mode)
    with replaced(path) as file:
        (draft,) = tmp_path.glob(".a.*.part")
        # From the first word on: what others may not read is never open to them.
        assert draft.stat().st_mode & 0o777 == mode
        file.write("new")
    assert path.stat().st_mode & 0o777 == mode
    assert path.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_to_and_stays(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(path.read_text, encoding="utf-8")
        with replaced(path) as file:
            file.write("words")
        assert read.result(timeout=10) == "words"
    assert path.is_fifo()


@pytest.mark.parametrize(
    ("path", "why"), [("/dev/full", "No space left"), ("/proc/nowhere/a", "No such file"), ("/", "directory")]
)
def test_what_cannot_be_written_is_named(path, why):
    with (
        pytest.raises(OutputError, match=rf"^{path} cannot be written: .*{why}"),
        replaced(Path(path)) as file,
    ):
        file.write("x" * 1_000_000)


def test_a_reader_of_messages_that_goes_away_is_not_taken_for_the_file(tmp_path):
    def fail():
        raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(BrokenPipeError, match="Broken pipe"), replaced(tmp_path / "out.jsonl"):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_is_filled_beside_its_place(tmp_path, there):
    if there:
        folder_with(tmp_path / "a", "old")
    with pytest.raises(KeyboardInterrupt), folder_replaced(tmp_path / "a"):
        raise KeyboardInterrupt
    assert (tmp_path / "a").exists() == there
    with folder_replaced(tmp_path / "a") as folder:
        (folder / "words").write_text("new", encoding="utf-8")
    assert (tmp_path / "a" / "words").read_text(encoding="utf-8") == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_is_replaced_as_a_whole(tmp_path, there):
    if there:
        folder_with(tmp_path / "a", "old")
    replace_folder(tmp_path / "a", folder_with(tmp_path / "new", "new"))
    assert (tmp_path / "a" / "words").read_text(encoding="utf-8") == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_folder_comes_back_when_the_new_one_cannot_be_put_there(tmp_path):
    folder_with(tmp_path / "a", "old")
    with pytest.raises(OSError, match="No such file"):
        replace_folder(tmp_path / "a", tmp_path / "none")
    assert (tmp_path / "a" / "words").read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_stop_between_the_two_renames_is_mended(tmp_path, monkeypatch):
    folder, building = folder_with(tmp_path / "a", "old"), folder_with(tmp_path / "new", "new")
    rename = Path.rename

    def stop(path, target):
        if path == building:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(folder, building)
    assert not folder.exists()
    restore_folder(folder)
    assert (folder / "words").read_text(encoding="utf-8") == "old"


def test_what_stands_in_its_place_is_not_restored(tmp_path):
    folder = folder_with(tmp_path / "a", "new")
    restore_folder(folder)
    folder_with(previous_folder(folder), "old")
    restore_folder(folder)
    assert (folder / "words").read_text(encoding="utf-8") == "new"
