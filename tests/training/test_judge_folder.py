"""Training a tiny judge: it learns which questions a sentence answers, and what questions are for."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.models.judge import FORMS, JUDGE_FILES, PURPOSE_FILES, Judge
from a4a_qa.models.runtime import CARD_FILE, MODEL_FILE, WORDS, WORDS_FILE, weights_of
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.judge_folder import (
    read_pair_model,
    read_purpose_models,
    train_judge,
    train_purposes,
    train_reader,
)
from a4a_qa.training.material import material_sha256
from a4a_qa.training.purposes import PurposeRecipe
from a4a_qa.training.reader import ReaderRecipe
from training.small import SUBJECTS, make_bert

pytest.importorskip("sentence_transformers", reason='needs the extra "train"', exc_type=ImportError)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
PURPOSES = PurposeRecipe(epochs=40, learning_rate=3e-3, batch=4)
# No questions on other reports: these two say the same.
READER = ReaderRecipe(epochs=60, learning_rate=3e-3, batch=4, foreign=0)


@pytest.fixture(scope="module")
def transformer(base):
    return base / "0_Transformer" if (base / "0_Transformer").is_dir() else base


@pytest.fixture(scope="module")
def labelled(root):
    return [root / "labelled.jsonl"]


@pytest.fixture(scope="module")
def judge_folder(one_thread, transformer, root, labelled, encoder_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "judge"
    models = {"encoder": encoder_folder, "base": transformer}
    train_judge(root, labelled, folder, reader=READER, purposes=PURPOSES, **models)
    return folder


def text_about(subject):
    return f"Introduction. The {subject} is in the north."


def test_it_tells_what_answers_and_with_which_words(judge_folder):
    judge = Judge.open(judge_folder)
    assert_tells_right_from_wrong(judge)
    for subject in SUBJECTS:
        text = text_about(subject)
        reading = judge.read(f"Where is the {subject}?", text)
        assert text[slice(*reading.words(14, len(text))[:2])] == "the north"
        without = judge.read(f"In what is the {subject}?", text)
        assert reading.forms["words"] > without.forms["words"]


def assert_tells_right_from_wrong(judge):
    right = [judge.read(f"Where is the {one}?", text_about(one)).score for one in SUBJECTS]
    wrong = [judge.read(f"What is the {one}?", text_about(one)).score for one in SUBJECTS]
    assert min(right) > max(wrong)


def test_it_tells_what_a_question_is_for(judge_folder):
    judge = Judge.open(judge_folder)
    for subject in SUBJECTS:
        found = judge.purposes(f"where {subject}")
        assert sum(found.values()) == pytest.approx(1.0)
        assert max(found, key=found.__getitem__) == "C1"
        assert judge.purposes(f"what {subject}")["C0"] > 0.5


def test_words_that_answer_lie_where_they_are_looked_for(judge_folder):
    reading = Judge.open(judge_folder).read("Where is the court?", "The north. The court is in the north.")
    assert reading.words(0, 10).end <= 10
    assert reading.words(11, 36).start >= 11
    assert reading.words(3, 3) is None
    assert reading.likeliest_words() == reading.words(0, 37)


@pytest.mark.parametrize("text", ["The court is in the north.", "", "x " * 5_000, "\ud800"])
def test_any_text_can_be_read(judge_folder, text):
    reading = Judge.open(judge_folder).read("Where is the court?", text)
    assert np.isfinite(reading.score)
    assert sum(reading.forms.values()) == pytest.approx(1)
    assert (reading.likeliest_words() is None) == (not len(reading.places))


def test_models_share_one_table_of_words(judge_folder):
    onnx = pytest.importorskip("onnx")
    for name in (MODEL_FILE, *PURPOSE_FILES):
        graph = onnx.load(judge_folder / name, load_external_data=False).graph
        (table,) = [tensor for tensor in graph.initializer if tensor.name == WORDS]
        assert WORDS_FILE in [entry.value for entry in table.external_data]
        assert not any("word_embeddings.weight.int8" in tensor.name for tensor in graph.initializer)


def test_models_of_purposes_are_rounded_to_4_bits_and_that_of_pairs_to_8(judge_folder):
    onnx = pytest.importorskip("onnx")
    kinds = {}
    for name in (MODEL_FILE, *PURPOSE_FILES):
        graph = onnx.load(judge_folder / name, load_external_data=False).graph
        types = {tensor.name: tensor.data_type for tensor in graph.initializer}
        products = [
            node for node in graph.node if node.op_type.startswith("MatMul") and node.input[1] in types
        ]
        bits = {a.i for node in products for a in node.attribute if a.name == "bits"}
        kinds[name] = ({node.op_type for node in products}, bits, {types[node.input[1]] for node in products})
    whole = {onnx.TensorProto.UINT8}
    assert kinds[MODEL_FILE] == ({"MatMulIntegerToFloat"}, set(), whole)
    assert all(kinds[name] == ({"MatMulNBits"}, {4}, whole) for name in PURPOSE_FILES)


@pytest.mark.parametrize("name", JUDGE_FILES)
def test_what_is_damaged_or_missing_is_an_error(judge_folder, tmp_path, name):
    with pytest.raises(EncoderError, match=CARD_FILE):
        Judge.open(tmp_path)
    copy = tmp_path / "copy"
    shutil.copytree(judge_folder, copy)
    (copy / name).write_bytes(b"x")
    with pytest.raises(EncoderError, match=f"{name} is damaged"):
        Judge.open(copy)
    (copy / name).unlink()
    with pytest.raises(EncoderError, match=f"{name} .No such file"):
        Judge.open(copy)


def test_the_card_says_what_it_learnt_from_and_how_it_bears_rounding(judge_folder, root):
    card = card_of(judge_folder)
    purposes, (reader,) = card["training"]["purposes_anew"], card["training"]["reader"]
    assert list(purposes["labelled"]) == [f"{root.name}/labelled.jsonl"]
    assert purposes["data_sha256"] == material_sha256(root)
    assert (purposes["models"], len(purposes["purposes"])) == (2, 2)
    assert reader["reports"] == ["small", "written/north"]
    assert reader["data_sha256"] == material_sha256(root)
    assert reader["questions"] > 20
    assert len(reader["encoder_sha256"]) == 64
    for course in (reader, *purposes["purposes"]):
        assert course["steps"] > 0
        assert course["loss_last_tenth"] < course["loss_first_tenth"]
    assert card["forms"] == list(FORMS)
    for name in ("parity_mean_difference", "parity_form", "parity_ends", "parity_purpose"):
        assert 0 <= card[name] <= 0.25


def card_of(folder):
    return json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))


def with_card(judge_folder, folder, **changes):
    """A copy of a judge whose card says something else."""
    shutil.copytree(judge_folder, folder)
    (folder / CARD_FILE).write_text(json.dumps(card_of(folder) | changes), encoding="utf-8")
    return folder


def test_a_judge_of_another_version_is_an_error(judge_folder, tmp_path):
    with pytest.raises(EncoderError, match="another version"):
        Judge.open(with_card(judge_folder, tmp_path / "copy", forms=FORMS[::-1]))


def test_the_reader_learns_on_beside_the_same_models_of_purposes(
    judge_folder, root, encoder_folder, transformer, tmp_path
):
    recipe, folder = replace(READER, epochs=5, seed=14, bfloat16=True), tmp_path / "judge"
    models = {"judge": judge_folder, "encoder": encoder_folder, "base": transformer}
    train_reader(root, folder, recipe=recipe, **models)
    judge = Judge.open(folder)
    assert_tells_right_from_wrong(judge)
    question, text = "Where is the court?", text_about("court")
    assert judge.read(question, text).score != Judge.open(judge_folder).read(question, text).score
    for name in (*PURPOSE_FILES, *map(weights_of, PURPOSE_FILES), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    old, new = card_of(judge_folder), card_of(folder)
    first, further = new["training"].pop("reader")
    assert [first] == old["training"].pop("reader")
    assert new["training"] == old["training"]
    assert (further["seed"], further["bfloat16"]) == (14, True)
    assert further["from_sha256"] == file_sha256(judge_folder / weights_of(MODEL_FILE))
    assert new["parity_purpose"] == old["parity_purpose"]


def test_a_reader_over_another_table_of_words_is_not_put_beside(
    judge_folder, root, encoder_folder, transformer, tmp_path, monkeypatch
):
    def other_words(judge, source, **options):
        model = read_pair_model(judge, source, **options)
        model.transformer.get_input_embeddings().weight.data *= -1
        return model

    monkeypatch.setattr("a4a_qa.training.judge_folder.read_pair_model", other_words)
    models = {"judge": judge_folder, "encoder": encoder_folder, "base": transformer}
    with pytest.raises(EncoderError, match="another table of word embeddings"):
        train_reader(root, tmp_path / "judge", recipe=replace(READER, epochs=1), **models)
    assert not (tmp_path / "judge").exists()


@pytest.mark.parametrize("replaced", [None, 1])
def test_purposes_are_trained_anew_beside_the_same_model_of_pairs(
    judge_folder, root, labelled, transformer, tmp_path, replaced
):
    folder, models = tmp_path / "judge", {"judge": judge_folder, "base": transformer}
    recipe = replace(PURPOSES, seed=15, epochs=5)
    train_purposes(root, labelled, folder, replaced=replaced, recipe=recipe, **models)
    for name in (MODEL_FILE, weights_of(MODEL_FILE), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    old_models, new_models = (read_purpose_models(f, transformer) for f in (judge_folder, folder))
    same = [has_same_weights(old, new) for old, new in zip(old_models, new_models, strict=True)]
    assert same == [False, replaced == 1]
    old, new = card_of(judge_folder), card_of(folder)
    anew, first = (card["training"].pop("purposes_anew") for card in (new, old))
    assert new["training"] == old["training"]
    assert (anew["seed"], anew["epochs"], anew.get("replaced")) == (15, 5, replaced)
    assert len(anew["purposes"]) == (1 if replaced else PURPOSES.models)
    assert anew["labelled"] == first["labelled"]
    assert new["parity_mean_difference"] == old["parity_mean_difference"]


def has_same_weights(one, other):
    """Whether two models have the same weights, but for what rounding them again moves."""
    pairs = zip(one.transformer.parameters(), other.transformer.parameters(), strict=True)
    return all(a.allclose(b, atol=0.01) for a, b in pairs)


def test_only_a_model_that_there_is_can_be_replaced(judge_folder, root, labelled, transformer, tmp_path):
    models = {"judge": judge_folder, "base": transformer}
    with pytest.raises(EncoderError, match="2 models of purposes; there is no number 3"):
        train_purposes(root, labelled, tmp_path / "judge", replaced=3, **models)
    assert not (tmp_path / "judge").exists()


def test_exported_models_can_be_read_again(judge_folder, transformer):
    """Their weights as floats say nearly what the judge says."""
    judge = Judge.open(judge_folder)
    model = read_pair_model(judge_folder, transformer)
    for subject in SUBJECTS:
        for question in (f"Where is the {subject}?", f"What is the {subject}?"):
            said = judge.read(question, text_about(subject)).score
            raw = model.scores([(question, text_about(subject))])[0]
            assert float(raw.detach()) == pytest.approx(said, abs=0.25)
    models = read_purpose_models(judge_folder, transformer)
    assert len(models) == 2
    for question in ("where court", "what hotline", "the north"):
        each = [model.purposes([question])[0].detach().numpy() for model in models]
        assert np.abs(each[0] - each[1]).max() > 0.1  # they differ in their seeds
        raw = np.exp(np.mean(each, axis=0))
        np.testing.assert_allclose(list(judge.purposes(question).values()), raw / raw.sum(), atol=0.02)


@pytest.mark.parametrize(
    "shape",
    [{"max_position_embeddings": 80}, {"num_hidden_layers": 2}],
    ids=["longer", "deeper"],
)
def test_models_of_another_shape_are_not_read(judge_folder, tmp_path, shape):
    with pytest.raises(EncoderError, match="another shape"):
        read_purpose_models(judge_folder, make_bert(tmp_path / "other", **shape))


@pytest.mark.parametrize("purposes", [CLASSES[:5], CLASSES[::-1]], ids=["fewer", "others"])
def test_models_of_other_purposes_are_not_read(judge_folder, transformer, tmp_path, purposes):
    before = with_card(judge_folder, tmp_path / "before", purposes=purposes)
    with pytest.raises(EncoderError, match=r"tells the purposes .*, expected C0, .* anew"):
        read_purpose_models(before, transformer)


def test_models_take_a_new_purpose_for_the_one_that_it_was_a_part_of(judge_folder, transformer, tmp_path):
    before = with_card(judge_folder, tmp_path / "before", purposes=CLASSES[:-1])
    for model in read_purpose_models(before, transformer):
        [raw] = model.purposes(["where is the court"]).tolist()
        assert raw[-1] == pytest.approx(raw[0])
