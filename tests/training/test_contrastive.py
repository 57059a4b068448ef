"""Training a tiny encoder on two reports of five sentences: it learns, says what it is, and does so again."""

import random
from pathlib import Path

import numpy as np
import pytest

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.build import build_index
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.runtime import CARD_FILE
from a4a_qa.training.contrastive import EncoderRecipe, batches, train_encoder
from a4a_qa.training.export import PROJECTION
from a4a_qa.training.material import Material, material_sha256
from a4a_qa.training.training_questions import PlacedQuestion

pytest.importorskip("sentence_transformers", reason='needs the extra "train"', exc_type=ImportError)
# torch and transformers announce the end of parts of their own that we don't call.
pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RECIPE = EncoderRecipe(epochs=16, token_dimension=16)


def test_training_learns_makes_an_encoder_to_index_with_and_does_so_again(
    base: Path, root: Path, tmp_path: Path
) -> None:
    steps: list[str] = []
    kept = tmp_path / "kept"
    train_encoder(root, tmp_path / "encoder", base=base, keep=kept, recipe=RECIPE, on_step=steps.append)
    assert [step for step in steps if step.startswith("Train the encoder: step 32 of 32, loss ")]

    card = Encoder.open(tmp_path / "encoder").card
    assert (card.name, card.facts["base_model"], card.token_dimension) == ("base-reports-int8", "base", 16)
    assert card.facts["base_sha256"] == file_sha256(base / "model.safetensors")
    training = card.facts["training"]
    assert training["reports"] == ["small", "written/north"]
    assert training["data_sha256"] == material_sha256(root)
    assert (training["sentences"], training["questions"]) == (10, 26)
    assert (training["seed"], training["epochs"], training["steps"]) == (13, 16, 32)
    assert training["loss_last_tenth"] < training["loss_first_tenth"]
    build_index(root / "corpus/small/report.md", tmp_path / "index", encoder=tmp_path / "encoder")

    train_encoder(root, tmp_path / "again", base=base, recipe=RECIPE)
    for path in (tmp_path / "encoder").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()

    # What was kept goes on learning from where it stands.
    assert np.load(kept / PROJECTION).shape == (32, 16)
    train_encoder(root, tmp_path / "more", base=kept, recipe=EncoderRecipe(epochs=1, token_dimension=8))
    card = Encoder.open(tmp_path / "more").card
    begun = card.facts["training"]["loss_first_tenth"]
    assert begun - training["loss_last_tenth"] < (training["loss_first_tenth"] - begun) / 2
    assert card.token_dimension == 8


def test_a_batch_has_questions_on_one_report_in_runs_of_neighbours_and_none_dominates() -> None:
    def report(name: str, count: int) -> Material:
        questions = [PlacedQuestion(f"{name}, {place}", (place,), (place + 1,)) for place in range(count)]
        questions.append(PlacedQuestion("never", (0,), hard_negative="absent_detail"))
        return Material(name, tuple(map(str, range(count + 1))), ("",) * (count + 1), tuple(questions))

    material = [report("many", 900), report("few", 100)]
    epoch = batches(material, EncoderRecipe(most=200), random.Random(1))
    asked = [question for batch in epoch for question in batch.questions]
    assert len(asked) == len(set(asked))
    assert "never" not in asked
    assert sum(question.startswith("many") for question in asked) <= 200
    assert sum(question.startswith("few") for question in asked) > 80
    for batch in epoch:
        assert {question.split(",")[0] for question in batch.questions} == {material[batch.report].name}
        assert len(batch.questions) <= 64
        assert all(place in known for place, known in zip(batch.sentences, batch.known, strict=True))
    (first, *_) = (batch for batch in epoch if batch.report == 1)
    near = [abs(a - b) <= 8 for a, b in zip(first.sentences, first.sentences[1:], strict=False)]
    assert sum(near) > len(near) / 2


def test_what_cannot_be_trained_on_is_an_error_before_anything_is_written(
    base: Path, root: Path, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError, match="has nothing to learn from"):
        train_encoder(tmp_path, tmp_path / "encoder", base=base)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EncoderError, match="holds no encoder or judge"):
        train_encoder(root, tmp_path, base=base)
    with pytest.raises(EncoderError, match="Cannot load"):
        train_encoder(root, tmp_path / "encoder", base=tmp_path)
    assert not (tmp_path / "encoder" / CARD_FILE).exists()
