"""Files and folders come into their place complete or not at all."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from a4a_qa.errors import OutputError
from a4a_qa.files import (
    check_writable,
    file_sha256,
    folder_replaced,
    previous_folder,
    replace_folder,
    replaced,
    report_file_of,
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


def test_what_was_written_before_somebody_stopped_it_is_kept_beside(tmp_path):
    path, stopped = tmp_path / "a", tmp_path / "a.stopped"
    path.write_text("old", encoding="utf-8")

    def lines(error):
        yield "half"
        raise error

    with pytest.raises(ValueError, match="broken"), replaced(path, stopped=stopped) as file:
        file.writelines(lines(ValueError("broken")))
    assert not stopped.exists()
    with pytest.raises(KeyboardInterrupt), replaced(path, stopped=stopped) as file:
        file.writelines(lines(KeyboardInterrupt()))
    assert stopped.read_text(encoding="utf-8") == "half"
    assert path.read_text(encoding="utf-8") == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "a.stopped"]


def write_with_folder_replaced(folder, words):
    with folder_replaced(folder) as building:
        (building / "words").write_text(words, encoding="utf-8")


def write_with_replace_folder(folder, words):
    replace_folder(folder, folder_with(folder.with_name("new"), words))


@pytest.mark.parametrize("write", [write_with_folder_replaced, write_with_replace_folder])
def test_a_link_to_a_folder_stays_and_what_it_leads_to_is_replaced(tmp_path, write):
    (tmp_path / "far").mkdir()
    folder_with(tmp_path / "far" / "a", "old")
    link = tmp_path / "link"
    link.symlink_to("far/a")
    for words in ("new", "newer"):
        write(link, words)
        assert link.is_symlink()
        assert (tmp_path / "far" / "a" / "words").read_text(encoding="utf-8") == words
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["a", "far", "link", "words"]


def test_a_stop_is_mended_beside_what_a_link_leads_to(tmp_path):
    link, folder = tmp_path / "link", tmp_path / "far" / "a"
    link.symlink_to(folder)
    folder.parent.mkdir()
    folder_with(previous_folder(folder), "old")
    assert previous_folder(link) == previous_folder(folder)
    restore_folder(link)
    assert link.is_symlink()
    assert (folder / "words").read_text(encoding="utf-8") == "old"


def test_a_link_in_the_place_of_the_old_folder_is_removed_and_what_it_leads_to_is_not(tmp_path):
    folder, other = folder_with(tmp_path / "a", "old"), folder_with(tmp_path / "other", "other")
    previous_folder(folder).symlink_to(other)
    replace_folder(folder, folder_with(tmp_path / "new", "new"))
    assert (folder / "words").read_text(encoding="utf-8") == "new"
    assert (other / "words").read_text(encoding="utf-8") == "other"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "other"]


def test_whether_a_folder_can_be_written_is_asked_of_what_a_link_leads_to(tmp_path):
    (tmp_path / "link").symlink_to("/proc/nowhere/a")
    with pytest.raises(OutputError, match=r"link cannot be written"):
        check_writable(tmp_path / "link")


def test_a_folder_stands_for_the_report_in_it(tmp_path):
    assert report_file_of(tmp_path) == tmp_path / "report.md"
    assert report_file_of(tmp_path / "other.pdf") == tmp_path / "other.pdf"
