"""Training a tiny model on a report of five sentences: it learns, says what it is, and does so again."""

from pathlib import Path

import pytest

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.build import build_index
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.runtime import CARD_FILE
from a4a_qa.training.train import train_encoder
from training.small import REPORT

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)

# torch and transformers announce the end of parts of their own that we don't call.
pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def test_training_learns_makes_an_encoder_to_index_with_and_does_so_again(
    base: Path, corpus: Path, tmp_path: Path
) -> None:
    def train(output: Path) -> list[str]:
        steps: list[str] = []
        gold = corpus / "gold.jsonl"
        train_encoder(corpus, output, development=gold, base=base, epochs=8, on_step=steps.append)
        return steps

    steps = train(tmp_path / "encoder")
    assert [step for step in steps if step.startswith("Train: step 16 of 16, loss ")]
    assert steps[-1] == "Score the development questions"

    card = Encoder.open(tmp_path / "encoder").card
    assert (card.name, card.base_model) == ("base-small-int8", "base")
    assert card.base_sha256 == file_sha256(base / "model.safetensors")
    training = card.facts["training"]
    assert training["data"]["index-questions.jsonl"] == file_sha256(corpus / "index-questions.jsonl")
    assert list(training["data"]) == ["report.md", "index-questions.jsonl", "practice-questions.jsonl"]
    assert (training["sentences"], training["questions"], training["near_misses"]) == (5, 15, 6)
    assert (training["seed"], training["epochs"], training["steps"]) == (13, 8, 16)
    assert training["learning_rate"] > 0
    assert (training["vector_weight"], training["late_weight"]) == (1.0, 0.5)
    assert (training["typo_share"], training["keyword_share"]) == (0.15, 0.05)
    assert training["loss_last_tenth"] < training["loss_first_tenth"]
    development = card.facts["development"]
    assert development["base"]["questions"] == development["near_misses"]["questions"] == 1
    assert 0 <= development["base"]["sentence_at_1"] <= development["base"]["sentence_at_5"] == 1

    build_index(corpus / "report.md", tmp_path / "index", encoder=tmp_path / "encoder")

    train(tmp_path / "again")
    for path in (tmp_path / "encoder").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_what_cannot_be_trained_on_is_an_error_before_anything_is_written(
    base: Path, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    with pytest.raises(CorpusError, match="index questions for 0 sentences"):
        train_encoder(tmp_path, tmp_path / "encoder", base=base)
    with pytest.raises(CorpusError, match=r"line 1: this is no gold question: KeyError\('split'\)"):
        train_encoder(corpus, tmp_path / "encoder", development=corpus / "index-questions.jsonl", base=base)
    with pytest.raises(EncoderError, match="holds no encoder or judge"):
        train_encoder(corpus, tmp_path, base=base)
    with pytest.raises(EncoderError, match="Cannot load"):
        train_encoder(corpus, tmp_path / "encoder", base=tmp_path)
    assert not (tmp_path / "encoder" / CARD_FILE).exists()
