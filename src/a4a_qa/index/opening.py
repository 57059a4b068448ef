"""An index folder → its parts and its encoder, both of one build."""

from __future__ import annotations

from pathlib import Path

from a4a_qa.errors import IndexOutdated
from a4a_qa.index.encoder import SHIPPED, Encoder, EncoderCard
from a4a_qa.index.manifest import Manifest, build_again
from a4a_qa.index.parts import Parts
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILES
from a4a_qa.index.storage import ENCODER_FOLDER, load_parts, of_one_build


def open_index(folder: Path) -> tuple[Parts, Manifest, Encoder]:
    """The parts of an index, their manifest and the encoder that made them.

    Raises IndexFolderError, EncoderError, or CorpusError if the contacts that ship are needed and cannot be
    read. A rebuild that happens meanwhile is waited out.
    """
    (parts, encoder), manifest = of_one_build(folder, _parts_and_encoder)
    _check_encoder(encoder.card, folder)
    return parts, manifest, encoder


def _parts_and_encoder(folder: Path, manifest: Manifest) -> tuple[Parts, Encoder]:
    parts = load_parts(folder, manifest)
    # The SHA-256 of all parts were found just now.
    checked = {name: manifest.parts[f"{ENCODER_FOLDER}/{name}"] for name in MODEL_FILES}
    return parts, Encoder.open(folder / ENCODER_FOLDER, checked=checked)


def _check_encoder(card: EncoderCard, folder: Path) -> None:
    """Raise IndexOutdated when an index has the encoder of another version, to which judge and calibration
    are not fitted. An encoder of somebody's own has another name."""
    shipped = EncoderCard.read(SHIPPED / CARD_FILE)
    if card.name == shipped.name and card.files != shipped.files:
        raise IndexOutdated(
            f"The index in {folder} was built with the encoder of another version. {build_again(folder)}"
        )
