"""Parts ↔ one folder with a manifest: written whole or not at all, checked on opening, no pickle.

A build writes into a folder of its own, which then takes the place of the index (see `output`). When a
machine stops between the two renames of that, the next opening puts the previous index back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import (
    A4aError,
    CorpusError,
    EncoderError,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
)
from a4a_qa.files import file_sha256
from a4a_qa.index.contacts import STORED_NAME as CONTACTS_FILE
from a4a_qa.index.contacts import contacts_for, stored_contacts
from a4a_qa.index.dense import PackedVectors
from a4a_qa.index.distressing import Notice
from a4a_qa.index.late import PackedTokens, texts_with_each
from a4a_qa.index.manifest import FILE_NAME as MANIFEST_FILE
from a4a_qa.index.manifest import FORMAT, Manifest, build_again, indexes_in, remaining_manifest
from a4a_qa.index.parts import Parts, SentenceParts, check_parts, check_sentence_parts
from a4a_qa.index.passages import Passage
from a4a_qa.index.rows import stored_rows
from a4a_qa.models.encoder import SHIPPED, Encoder, EncoderCard
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILES
from a4a_qa.output import FolderKind, folder_replaced, locked, previous_folder, restore_folder
from a4a_qa.report.as_json import report_from_dict, report_to_dict

T = TypeVar("T")

# The folder in an index that its encoder lies in, unless that is the one that ships.
_ENCODER_FOLDER = "encoder"
_ENCODER_PARTS = tuple(f"{_ENCODER_FOLDER}/{name}" for name in (*MODEL_FILES, CARD_FILE))
_ARRAYS = (
    "vector_codes",
    "vector_ranges",
    "sentence_vectors",
    "token_vectors",
    "token_scales",
    "token_pieces",
    "token_offsets",
)
_WORDS_FILE = "words.json"
_TEXTS = ("report.json", "passages.json", _WORDS_FILE, "vocabulary.json", "notices.json", CONTACTS_FILE)
_PARTS = (*_TEXTS, *(f"{name}.npy" for name in _ARRAYS))
# What a search among the sentences of many reports needs of each.
_SENTENCE_ARRAYS = ("sentence_vectors", "token_vectors", "token_scales", "token_pieces", "token_offsets")
# What reading parts that were damaged can raise.
_UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError, EOFError, CorpusError,
)  # fmt: skip
# An index that is built anew while it is read is read again, at most so many times in all.
_MOST_READINGS = 3


def _files_of_ours(folder: Path) -> Collection[str]:
    """Which files of a folder are parts of an index: those of this version, and those of an older one that
    are as its manifest says."""
    older = remaining_manifest(folder)
    named = {
        name
        for name, expected in (older.parts if older else {}).items()
        if (folder / name).is_file() and file_sha256(folder / name) == expected
    }
    return {*_PARTS, *_ENCODER_PARTS, *named}


INDEX = FolderKind("an index", MANIFEST_FILE, _files_of_ours)


def save(
    parts: Parts,
    encoder: Encoder,
    folder: Path,
    *,
    package: str,
    inputs: Mapping[str, str],
    source: str,
    check: Callable[[Path], None] = lambda place: None,
) -> None:
    """Write an index and put it in the place of the one in `folder`, if there is one and `check` raises
    nothing of it.

    `encoder` is the one that made its vectors; it is copied into the index unless it is the one that ships.
    `inputs` and `source` are those of the manifest. Raises OutputError, or EncoderError if another has taken
    the place of the encoder's files meanwhile.
    """
    card = encoder.card
    with folder_replaced(folder, INDEX, inputs=[encoder.folder], check=check) as building:
        _write_parts(parts, building)
        names = _PARTS
        if card.files != _shipped_card().files:
            names += _ENCODER_PARTS
            _copy_encoder(encoder.folder, building)
        sums = {name: file_sha256(building / name) for name in names}
        if any(sums.get(f"{_ENCODER_FOLDER}/{name}", found) != found for name, found in card.files.items()):
            raise EncoderError(
                f"The encoder in {encoder.folder} was replaced while the index was built. Build it again."
            )
        about = parts.report.about
        manifest = Manifest(package, about, inputs, card.name, card.files, sums, FORMAT, source)
        _write_json(building / MANIFEST_FILE, asdict(manifest), indent=1)


def _write_parts(parts: Parts, folder: Path) -> None:
    _write_json(folder / "report.json", report_to_dict(parts.report))
    _write_json(folder / "passages.json", [[p.id, p.start, p.end, list(p.section)] for p in parts.passages])
    _write_json(folder / _WORDS_FILE, parts.words)
    _write_json(folder / "vocabulary.json", parts.vocabulary)
    _write_json(folder / "notices.json", [asdict(notice) for notice in parts.notices])
    _write_json(folder / CONTACTS_FILE, [contact.to_dict() for contact in parts.contacts])
    arrays: dict[str, NDArray[Any]] = {
        "vector_codes": np.asarray(parts.vectors.codes),
        "vector_ranges": parts.vectors.ranges,
        "sentence_vectors": parts.sentence_vectors,
        "token_vectors": np.asarray(parts.tokens.vectors),
        "token_scales": parts.tokens.scales,
        "token_pieces": parts.tokens.pieces,
        "token_offsets": parts.tokens.offsets,
    }
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", arrays[name], allow_pickle=False)


def _copy_encoder(encoder: Path, folder: Path) -> None:
    (folder / _ENCODER_FOLDER).mkdir()
    for name in _ENCODER_PARTS:
        shutil.copyfile(encoder / Path(name).name, folder / name)


def _write_json(path: Path, values: Any, indent: int | None = None) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=indent), encoding="utf-8")


def load(folder: Path) -> tuple[Parts, Manifest]:
    """The parts of an index, all of one build, each checked against the manifest.

    Raises IndexMissing, IndexOutdated or IndexDamaged, or CorpusError if the contacts that ship are needed
    and cannot be read. A rebuild that happens meanwhile is waited out.
    """
    return of_one_build(folder, load_parts)


def of_one_build(folder: Path, read: Callable[[Path, Manifest], T]) -> tuple[T, Manifest]:
    """What `read` finds in an index, all of one build, and the manifest of that build.

    `read` gets the folder without links and the manifest. It is called again when another build has taken
    the place of the one that it read, whatever error that led to; any other error of it is raised. Raises
    IndexMissing, IndexOutdated or IndexDamaged too.
    """
    folder = Path(os.path.realpath(folder))
    try:
        for _ in range(_MOST_READINGS):
            manifest, build = _build_in(folder)
            try:
                found = read(folder, manifest)
            except (A4aError, OSError):
                if _build_in(folder) == (manifest, build):
                    raise
            else:
                if _build_in(folder) == (manifest, build):
                    return found, manifest
    except OSError as error:
        raise IndexDamaged(
            f"The index in {folder} cannot be read ({error.strerror or error}). {build_again(folder)}"
        ) from error
    raise IndexDamaged(f"The index in {folder} is built anew again and again. Open it when that is done.")


def _build_in(folder: Path) -> tuple[Manifest, int]:
    """The manifest of the index in a folder, and the number that the system knows the folder by: builds of
    the same inputs differ in that alone. Raises what `read_manifest` does, and OSError."""
    return read_manifest(folder), folder.stat().st_ino


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the index in a folder; raises IndexMissing, IndexOutdated or IndexDamaged."""
    if not (folder / MANIFEST_FILE).is_file():
        _restore_previous(folder)
    path = folder / MANIFEST_FILE
    if not path.is_file():
        if next(indexes_in(folder), None):
            raise IndexMissing(
                f"{folder} is a library of reports: `a4a-qa library ask --folder {folder}` asks them all, "
                "and Library.open opens it."
            )
        raise IndexMissing(f"There is no index in {folder}. {build_again(folder)} Or try `a4a-qa demo`.")
    try:
        manifest = Manifest.read(path)
    except (ValueError, TypeError, KeyError, RecursionError, OSError) as error:
        raise IndexDamaged(
            f"The manifest of the index in {folder} cannot be read. {build_again(folder)}"
        ) from error
    if manifest.format != FORMAT:
        raise IndexOutdated(
            f"The index in {folder} has format {manifest.format} (a4a-qa {manifest.package}), "
            f"this version reads format {FORMAT}. {build_again(folder)}"
        )
    if set(manifest.parts) not in (set(_PARTS), {*_PARTS, *_ENCODER_PARTS}):
        raise IndexDamaged(
            f"The manifest of the index in {folder} does not list its parts. {build_again(folder)}"
        )
    return manifest


def _restore_previous(folder: Path) -> None:
    if previous_folder(folder).is_dir():
        with locked(folder):
            restore_folder(folder, INDEX)


def load_parts(folder: Path, manifest: Manifest) -> Parts:
    """The parts as they lie in a folder, each checked against the manifest, and the contacts that ship where
    there are none of the report's own. Raises as `load` does, and OSError."""
    _check_files(folder, manifest, manifest.parts)
    try:
        parts = _parse(folder)
        check_parts(parts)
    except _UNREADABLE as error:
        raise IndexDamaged(
            f"The index in {folder} does not fit together: {error}. {build_again(folder)}"
        ) from error
    return replace(parts, contacts=parts.contacts or contacts_for(None, parts.report.about.country))


def _check_files(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Raise IndexDamaged unless these parts are those that the manifest names."""
    for name in names:
        path = folder / name
        if not path.is_file():
            raise IndexDamaged(f"The index in {folder} lacks its part {name}. {build_again(folder)}")
        if file_sha256(path) != manifest.parts[name]:
            raise IndexDamaged(
                f"The part {name} of the index in {folder} has been changed. {build_again(folder)}"
            )


def check_index(folder: Path) -> None:
    """Raise what `load` does if a part of an index is not what the manifest says; nothing else is read."""
    of_one_build(folder, lambda place, manifest: _check_files(place, manifest, manifest.parts))


def load_sentences(folder: Path) -> tuple[SentenceParts, Manifest]:
    """What is searched of an index among others; all parts are checked against the manifest. Raises as `load`
    does."""

    def read(folder: Path, manifest: Manifest) -> SentenceParts:
        _check_files(folder, manifest, manifest.parts)
        try:
            parts = SentenceParts(_words(folder), *_vectors_and_tokens(_arrays(folder, _SENTENCE_ARRAYS)))
            check_sentence_parts(parts)
        except _UNREADABLE as error:
            raise IndexDamaged(
                f"The index in {folder} does not fit together: {error}. {build_again(folder)}"
            ) from error
        return parts

    return of_one_build(folder, read)


def count_tokens(folder: Path) -> tuple[dict[int, int], int]:
    """How many sentences of an index have each token id, and how many it has in all; the two files that this
    takes are checked against the manifest. Raises as `load` does."""

    def read(folder: Path, manifest: Manifest) -> tuple[dict[int, int], int]:
        _check_files(folder, manifest, ("token_pieces.npy", "token_offsets.npy"))
        try:
            vectors, tokens = _vectors_and_tokens(_arrays(folder, _SENTENCE_ARRAYS))
            return texts_with_each(tokens, len(vectors)), len(vectors)
        except _UNREADABLE as error:
            raise IndexDamaged(
                f"The index in {folder} does not fit together: {error}. {build_again(folder)}"
            ) from error

    return of_one_build(folder, read)[0]


def _arrays(folder: Path, names: Iterable[str]) -> dict[str, Any]:
    """Mapped, not read: a header that promises more than the file holds is an error, not an allocation."""
    return {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in names}


def _words(folder: Path) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words) for words in json.loads((folder / _WORDS_FILE).read_bytes()))


def _vectors_and_tokens(arrays: Mapping[str, Any]) -> tuple[NDArray[np.float16], PackedTokens]:
    # Read now what is needed later: touching a mapped file that was cut off meanwhile ends the process.
    tokens = PackedTokens(
        stored_rows(arrays["token_vectors"]),
        np.array(arrays["token_scales"]),
        arrays["token_pieces"],
        np.array(arrays["token_offsets"]),
    )
    return arrays["sentence_vectors"], tokens


def _parse(folder: Path) -> Parts:
    arrays = _arrays(folder, _ARRAYS)
    sentence_vectors, tokens = _vectors_and_tokens(arrays)
    passages = json.loads((folder / "passages.json").read_bytes())
    return Parts(
        report=report_from_dict(json.loads((folder / "report.json").read_bytes())),
        passages=tuple(Passage(p[0], p[1], p[2], tuple(p[3])) for p in passages),
        words=_words(folder),
        vocabulary={str(w): int(n) for w, n in json.loads((folder / "vocabulary.json").read_bytes()).items()},
        vectors=PackedVectors(stored_rows(arrays["vector_codes"]), arrays["vector_ranges"]),
        sentence_vectors=sentence_vectors,
        tokens=tokens,
        notices=tuple(Notice(**notice) for notice in json.loads((folder / "notices.json").read_bytes())),
        contacts=stored_contacts(folder / CONTACTS_FILE),
    )


def open_index(folder: Path) -> tuple[Parts, Manifest, Encoder]:
    """The parts of an index, their manifest and the encoder that made them.

    Raises IndexFolderError, EncoderError, or CorpusError if the contacts that ship are needed and cannot be
    read. A rebuild that happens meanwhile is waited out.
    """
    (parts, encoder), manifest = of_one_build(folder, _parts_and_encoder)
    return parts, manifest, encoder


def _parts_and_encoder(folder: Path, manifest: Manifest) -> tuple[Parts, Encoder]:
    parts = load_parts(folder, manifest)
    if is_of_shipped_encoder(manifest):
        return parts, Encoder.shipped()
    # An encoder of somebody's own has another name; judge and calibration are not fitted to an older one.
    if _ENCODER_PARTS[0] not in manifest.parts or manifest.encoder == _shipped_card().name:
        raise IndexOutdated(
            f"The index in {folder} was built with the encoder of another version. {build_again(folder)}"
        )
    # The SHA-256 of all parts were found just now.
    checked = {name: manifest.parts[f"{_ENCODER_FOLDER}/{name}"] for name in MODEL_FILES}
    return parts, Encoder.open(folder / _ENCODER_FOLDER, checked=checked)


def is_of_shipped_encoder(manifest: Manifest) -> bool:
    """Whether the encoder that ships made the vectors of an index; raises EncoderError if its card is no
    card."""
    return manifest.encoder_files == _shipped_card().files


def _shipped_card() -> EncoderCard:
    return EncoderCard.read(SHIPPED / CARD_FILE)
