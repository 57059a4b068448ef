"""Opening an index while it changes: parts and encoder are of one build, or there is an error."""

from dataclasses import replace

import pytest

from a4a_qa.errors import EncoderError, IndexDamaged, IndexOutdated
from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import SHIPPED, Encoder, EncoderCard
from a4a_qa.index.opening import open_index
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILES
from a4a_qa.index.storage import load


@pytest.mark.parametrize("name", MODEL_FILES)
def test_an_index_that_is_built_anew_while_it_is_opened(index_folder, monkeypatch, name):
    whole, calls = load(index_folder), []

    def overtaken(folder):
        calls.append(folder)
        parts, manifest = whole
        older = replace(manifest, parts={**manifest.parts, f"encoder/{name}": "0" * 64})
        return parts, older if len(calls) == 1 else manifest

    monkeypatch.setattr("a4a_qa.index.opening.load", overtaken)
    assert open_index(index_folder)[1] == whole[1]
    assert len(calls) == 2


def test_opening_reads_each_file_of_an_index_once_to_check_it(index_folder, monkeypatch):
    read = []

    def hashed(path):
        read.append(path)
        return file_sha256(path)

    monkeypatch.setattr("a4a_qa.index.storage.file_sha256", hashed)
    monkeypatch.setattr("a4a_qa.index.runtime.file_sha256", hashed)
    _, manifest, _ = open_index(index_folder)
    assert sorted(read) == sorted(index_folder / name for name in manifest.parts)


def test_an_index_with_the_encoder_of_another_version_is_outdated(index_folder, monkeypatch):
    shipped = EncoderCard.read(SHIPPED / CARD_FILE)
    newer = replace(shipped, files=dict.fromkeys(shipped.files, "0" * 64))
    monkeypatch.setattr(EncoderCard, "read", lambda path: newer if SHIPPED in path.parents else shipped)
    with pytest.raises(IndexOutdated, match="encoder of another version"):
        open_index(index_folder)
    monkeypatch.setattr(
        EncoderCard, "read", lambda path: replace(newer, name="own") if SHIPPED in path.parents else shipped
    )
    open_index(index_folder)


def test_an_index_that_is_built_anew_all_the_time_is_an_error(index_folder, monkeypatch):
    parts, manifest = load(index_folder)
    older = replace(manifest, parts=dict.fromkeys(manifest.parts, "0" * 64))
    monkeypatch.setattr("a4a_qa.index.opening.load", lambda folder: (parts, older))
    with pytest.raises(IndexDamaged, match="is built anew again and again"):
        open_index(index_folder)


@pytest.mark.parametrize("is_changed", [True, False])
def test_an_encoder_that_cannot_be_read_is_damaged_unless_it_is_replaced_meanwhile(
    index_folder, monkeypatch, is_changed
):
    parts, manifest = load(index_folder)
    loaded, opened = [replace(manifest, package="0") if is_changed else manifest, manifest], []

    def open_once(folder, checked):
        opened.append(folder)
        if len(opened) == 1:
            raise EncoderError("half of a file")
        return encoder

    encoder = Encoder.open(index_folder / "encoder")
    monkeypatch.setattr("a4a_qa.index.opening.load", lambda folder: (parts, loaded.pop(0)))
    monkeypatch.setattr(Encoder, "open", open_once)
    if is_changed:
        assert open_index(index_folder) == (parts, manifest, encoder)
    else:
        with pytest.raises(EncoderError, match="half of a file"):
            open_index(index_folder)
