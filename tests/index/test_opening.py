"""Opening an index while it changes: parts and encoder are of one build, or there is an error."""

import json
import shutil
from dataclasses import replace

import pytest

from a4a_qa.errors import EncoderError, IndexDamaged, IndexOutdated
from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED, Encoder, EncoderCard
from a4a_qa.index.opening import open_index
from a4a_qa.index.runtime import CARD_FILE
from a4a_qa.index.storage import load


@pytest.fixture
def folder(small_index, tmp_path):
    return shutil.copytree(small_index, tmp_path / "index")


def build_anew(folder):
    """Leave the manifest of another build in a folder."""
    file = folder / "manifest.json"
    values = json.loads(file.read_text())
    file.write_text(json.dumps(values | {"package": values["package"] + "+"}))


def test_an_index_that_is_built_anew_while_it_is_opened(folder, monkeypatch):
    opened, of_folder = [], Encoder.open

    def overtaken(place, checked):
        opened.append(place)
        if len(opened) == 1:
            build_anew(folder)
        return of_folder(place, checked=checked)

    monkeypatch.setattr(Encoder, "open", overtaken)
    assert open_index(folder)[1] == load(folder)[1]
    assert len(opened) == 2


def test_opening_reads_each_file_of_an_index_once_to_check_it(folder, monkeypatch):
    read = []

    def hashed(path):
        read.append(path)
        return file_sha256(path)

    monkeypatch.setattr("a4a_qa.index.storage.file_sha256", hashed)
    monkeypatch.setattr("a4a_qa.index.runtime.file_sha256", hashed)
    _, manifest, _ = open_index(folder)
    assert sorted(read) == sorted(folder / name for name in manifest.parts)


def test_an_index_with_the_encoder_of_another_version_is_outdated(folder, monkeypatch):
    shipped = EncoderCard.read(SHIPPED / CARD_FILE)
    newer = replace(shipped, files=dict.fromkeys(shipped.files, "0" * 64))
    monkeypatch.setattr(EncoderCard, "read", lambda path: newer if SHIPPED in path.parents else shipped)
    with pytest.raises(IndexOutdated, match="encoder of another version"):
        open_index(folder)
    monkeypatch.setattr(
        EncoderCard, "read", lambda path: replace(newer, name="own") if SHIPPED in path.parents else shipped
    )
    open_index(folder)


def test_an_index_that_is_built_anew_all_the_time_is_an_error(folder, monkeypatch):
    encoder = Encoder.open(folder / "encoder")

    def overtaken(place, checked):
        build_anew(folder)
        return encoder

    monkeypatch.setattr(Encoder, "open", overtaken)
    with pytest.raises(IndexDamaged, match="is built anew again and again"):
        open_index(folder)


@pytest.mark.parametrize("is_changed", [True, False])
def test_an_encoder_that_cannot_be_read_is_damaged_unless_it_is_replaced_meanwhile(
    folder, monkeypatch, is_changed
):
    encoder, opened = Encoder.open(folder / "encoder"), []

    def open_once(place, checked):
        opened.append(place)
        if len(opened) == 1:
            if is_changed:
                build_anew(folder)
            raise EncoderError("half of a file")
        return encoder

    monkeypatch.setattr(Encoder, "open", open_once)
    if is_changed:
        assert open_index(folder)[1:] == (load(folder)[1], encoder)
    else:
        with pytest.raises(EncoderError, match="half of a file"):
            open_index(folder)
