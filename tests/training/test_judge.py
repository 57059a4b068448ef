"""Training a tiny judge: it learns which questions a sentence answers, and is exported as it is."""

import json
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.judge import FORMS, JUDGE_FILES, PURPOSE_FILE, Judge
from a4a_qa.index.questions import AuthoredQuestion
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE, WORDS, WORDS_FILE, weights_of
from a4a_qa.safeguarding.purpose import CLASSES
from a4a_qa.training.attention import _attend
from a4a_qa.training.export import export_encoder
from a4a_qa.training.judge import train_judge
from a4a_qa.training.judge_import import read_pair_models, read_purpose_models
from a4a_qa.training.labelled import (
    LabelledQuestion,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    read_labelled,
)
from a4a_qa.training.material import material_sha256
from a4a_qa.training.purposes import PurposeRecipe, train_purposes
from a4a_qa.training.purposes_further import FurtherRecipe, train_further
from a4a_qa.training.reader import ReaderRecipe, train_reader
from training.small import SUBJECTS, make_root
from training.small import WORDS as VOCABULARY

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
PURPOSES = PurposeRecipe(epochs=60, learning_rate=3e-3, batch=4)
# No questions on other reports: these two say the same.
READER = ReaderRecipe(epochs=100, learning_rate=3e-3, batch=4, foreign=0)


def transformer_of(base):
    return base / "0_Transformer" if (base / "0_Transformer").is_dir() else base


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def corpus(root):
    return root / "corpus/small"


@pytest.fixture(scope="module")
def encoder_folder(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder") / "encoder"
    export_encoder(base, folder)
    return folder


@pytest.fixture(scope="module")
def judge_folder(base, root, corpus, encoder_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "judge"
    train_judge(
        root,
        corpus,
        [corpus / "labelled.jsonl"],
        folder,
        encoder=encoder_folder,
        base=transformer_of(base),
        reader=READER,
        purposes=PURPOSES,
    )
    return folder


def test_it_tells_index_questions_from_near_misses(judge_folder):
    judge = Judge.open(judge_folder)
    sentences = {subject: f"Introduction. The {subject} is in the north." for subject in SUBJECTS}
    right = [judge.read(f"Where is the {subject}?", text).score for subject, text in sentences.items()]
    wrong = [judge.read(f"What is the {subject}?", text).score for subject, text in sentences.items()]
    assert min(right) > max(wrong)


def test_it_tells_the_words_that_answer(judge_folder):
    judge = Judge.open(judge_folder)
    for subject in SUBJECTS:
        text = f"Introduction. The {subject} is in the north."
        reading = judge.read(f"Where is the {subject}?", text)
        assert text[slice(*reading.words(14, len(text))[:2])] == "the north"
        without = judge.read(f"In what is the {subject}?", text)
        assert reading.forms["words"] > without.forms["words"]


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
    graph = onnx.load(judge_folder / PURPOSE_FILE, load_external_data=False).graph
    tables = [tensor.name for tensor in graph.initializer]
    assert tables.count(WORDS) == 1
    assert not any("word_embeddings.weight.int8" in name for name in tables)


def test_models_of_purposes_are_rounded_to_4_bits_and_that_of_pairs_to_8(judge_folder):
    onnx = pytest.importorskip("onnx")
    kinds = {}
    for name in (MODEL_FILE, PURPOSE_FILE):
        graph = onnx.load(judge_folder / name, load_external_data=False).graph
        types = {tensor.name: tensor.data_type for tensor in graph.initializer}
        products = [
            node for node in graph.node if node.op_type.startswith("MatMul") and node.input[1] in types
        ]
        bits = {a.i for node in products for a in node.attribute if a.name == "bits"}
        kinds[name] = ({node.op_type for node in products}, bits, {types[node.input[1]] for node in products})
    whole = {onnx.TensorProto.UINT8}
    assert kinds[MODEL_FILE] == ({"MatMulIntegerToFloat"}, set(), whole)
    assert kinds[PURPOSE_FILE] == ({"MatMulNBits"}, {4}, whole)


@pytest.mark.parametrize("name", JUDGE_FILES)
def test_what_is_damaged_or_missing_is_an_error(judge_folder, tmp_path, name):
    with pytest.raises(EncoderError, match=CARD_FILE):
        Judge.open(tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in judge_folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / name).write_bytes(b"x")
    with pytest.raises(EncoderError, match=f"{name} is damaged"):
        Judge.open(copy)
    (copy / name).unlink()
    with pytest.raises(EncoderError, match=f"{name} .No such file"):
        Judge.open(copy)


def test_the_card_says_what_it_learnt_from_and_how_it_bears_rounding(judge_folder, root):
    card = json.loads((judge_folder / CARD_FILE).read_text(encoding="utf-8"))
    purposes, (reader,) = card["training"]["purposes_anew"], card["training"]["reader"]
    assert list(purposes["labelled"]) == ["small/labelled.jsonl"]
    assert (purposes["models"], len(purposes["purposes"])) == (2, 2)
    assert reader["reports"] == ["small", "written/north"]
    assert reader["data_sha256"] == material_sha256(root)
    assert reader["questions"] > 20
    assert len(reader["encoder_sha256"]) == 64
    for course in (*reader["pairs"], *purposes["purposes"]):
        assert course["steps"] > 0
        assert course["loss_last_tenth"] < course["loss_first_tenth"]
    assert card["forms"] == list(FORMS)
    for name in ("parity_mean_difference", "parity_form", "parity_ends", "parity_purpose"):
        assert 0 <= card[name] <= 0.25


def test_a_judge_of_another_version_is_an_error(judge_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(judge_folder, copy)
    card = json.loads((copy / CARD_FILE).read_text(encoding="utf-8"))
    (copy / CARD_FILE).write_text(json.dumps(card | {"forms": card["forms"][::-1]}), encoding="utf-8")
    with pytest.raises(EncoderError, match="another version"):
        Judge.open(copy)


def test_the_reader_learns_on_beside_the_same_models_of_purposes(
    judge_folder, root, encoder_folder, base, tmp_path
):
    recipe = replace(READER, epochs=5, seed=14, bfloat16=True)
    options = {"judge": judge_folder, "encoder": encoder_folder, "base": transformer_of(base)}
    folder = tmp_path / "judge"
    train_reader(root, folder, recipe=recipe, **options)
    before, after = Judge.open(judge_folder), Judge.open(folder)
    sentences = {subject: f"Introduction. The {subject} is in the north." for subject in SUBJECTS}
    right = [after.read(f"Where is the {subject}?", text).score for subject, text in sentences.items()]
    wrong = [after.read(f"What is the {subject}?", text).score for subject, text in sentences.items()]
    assert min(right) > max(wrong)
    subject, text = next(iter(sentences.items()))
    assert right[0] != before.read(f"Where is the {subject}?", text).score
    for name in (PURPOSE_FILE, weights_of(PURPOSE_FILE), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    old, new = (json.loads((f / CARD_FILE).read_text(encoding="utf-8")) for f in (judge_folder, folder))
    first, further = new["training"].pop("reader")
    assert [first] == old["training"].pop("reader")
    assert new["training"] == old["training"]
    assert (further["seed"], further["bfloat16"]) == (14, True)
    assert further["from_sha256"] == file_sha256(judge_folder / weights_of(MODEL_FILE))
    assert new["parity_purpose"] == old["parity_purpose"]
    assert new["parity_mean_difference"] <= 0.25


def test_a_reader_whose_training_was_interrupted_goes_on(
    judge_folder, root, encoder_folder, base, tmp_path, monkeypatch
):
    monkeypatch.setattr("a4a_qa.training.descent._STEPS_BETWEEN_SAVES", 2)
    monkeypatch.setattr("a4a_qa.training.descent._STEPS_BETWEEN_NEWS", 1)
    options = {"judge": judge_folder, "encoder": encoder_folder, "base": transformer_of(base)}
    options |= {"recipe": replace(READER, epochs=2), "state": tmp_path / "state"}

    def stop(step):
        if "step 3 of" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_reader(root, tmp_path / "judge", on_step=stop, **options)
    assert not (tmp_path / "judge").exists()
    steps = []
    train_reader(root, tmp_path / "judge", on_step=steps.append, **options)
    assert next(step for step in steps if "step" in step).startswith("Reader, 1 of 1: step 3 of")


@pytest.mark.parametrize("replaced", [None, 1])
def test_purposes_are_trained_anew_beside_the_same_model_of_pairs(
    judge_folder, corpus, base, tmp_path, replaced
):
    folder, transformer = tmp_path / "judge", transformer_of(base)
    train_purposes(
        corpus,
        [corpus / "labelled.jsonl"],
        folder,
        replaced=replaced,
        judge=judge_folder,
        base=transformer,
        recipe=replace(PURPOSES, seed=15),
    )
    before, after = Judge.open(judge_folder), Judge.open(folder)
    for name in (MODEL_FILE, weights_of(MODEL_FILE), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    assert after.purposes("help me") != before.purposes("help me")
    old_models, new_models = (read_purpose_models(f, transformer) for f in (judge_folder, folder))
    same = [_same(old, new) for old, new in zip(old_models, new_models, strict=True)]
    assert same == [False, replaced == 1]
    old, new = (json.loads((f / CARD_FILE).read_text(encoding="utf-8")) for f in (judge_folder, folder))
    anew, first = (card["training"].pop("purposes_anew") for card in (new, old))
    assert new["training"] == old["training"]
    assert (anew["seed"], anew["epochs"], anew.get("replaced")) == (
        15,
        PURPOSES.epochs,
        replaced,
    )
    assert len(anew["purposes"]) == (1 if replaced else PURPOSES.models)
    assert anew["labelled"] == first["labelled"]
    assert new["parity_mean_difference"] == old["parity_mean_difference"]


def _same(one, other):
    """Whether two models of purposes have the same weights, but for what rounding them again moves."""
    pairs = zip(one.transformer.parameters(), other.transformer.parameters(), strict=True)
    return all(a.allclose(b, atol=0.01) for a, b in pairs)


def test_only_a_model_that_there_is_can_be_replaced(judge_folder, corpus, base, tmp_path):
    with pytest.raises(EncoderError, match="2 models of purposes; there is no number 3"):
        train_purposes(
            corpus,
            [corpus / "labelled.jsonl"],
            tmp_path / "judge",
            replaced=3,
            judge=judge_folder,
            base=transformer_of(base),
            recipe=PURPOSES,
        )
    assert not (tmp_path / "judge").exists()


def test_an_exported_model_of_pairs_can_be_read_again(judge_folder, base):
    """Its weights as floats say nearly what it says."""
    (model,) = read_pair_models(judge_folder, transformer_of(base))
    judge = Judge.open(judge_folder)
    for subject in SUBJECTS:
        for question in (f"Where is the {subject}?", f"What is the {subject}?"):
            text = f"Introduction. The {subject} is in the north."
            said = judge.read(question, text).score
            assert float(model.scores([(question, text)])[0].detach()) == pytest.approx(said, abs=0.25)


def test_a_reader_over_another_table_of_words_is_not_put_beside(
    judge_folder, root, encoder_folder, base, tmp_path, monkeypatch
):
    def other_words(judge, source, **options):
        models = read_pair_models(judge, source, **options)
        models[0].transformer.get_input_embeddings().weight.data *= -1
        return models

    monkeypatch.setattr("a4a_qa.training.reader.read_pair_models", other_words)
    options = {"judge": judge_folder, "encoder": encoder_folder, "base": transformer_of(base)}
    with pytest.raises(EncoderError, match="another table of word embeddings"):
        train_reader(root, tmp_path / "judge", recipe=replace(READER, epochs=1), **options)
    assert not (tmp_path / "judge").exists()


def test_attention_in_16_bits_takes_the_same_from_other_tokens():
    import torch

    chance = torch.Generator().manual_seed(1)
    query, key, value = torch.randn(3, 2, 4, 5, 8, generator=chance)
    mask = torch.zeros(2, 1, 5, 5)
    mask[1, :, :, 3:] = torch.finfo(torch.float32).min
    taken, shares = _attend(None, query, key, value, mask)
    exact = torch.softmax(query @ key.transpose(2, 3) / 8**0.5 + mask, dim=-1)
    assert taken.dtype == shares.dtype == torch.bfloat16
    assert not shares[1, :, :, 3:].any()
    torch.testing.assert_close(shares.float(), exact, atol=0.01, rtol=0.02)
    torch.testing.assert_close(taken.float(), (exact @ value).transpose(1, 2), atol=0.03, rtol=0.03)


def test_it_tells_what_a_question_is_for(judge_folder):
    judge = Judge.open(judge_folder)
    for subject in SUBJECTS:
        found = judge.purposes(f"where {subject}")
        assert sum(found.values()) == pytest.approx(1.0)
        assert max(found, key=found.__getitem__) == "C1"
        assert judge.purposes(f"what {subject}")["C0"] > 0.5


@pytest.fixture
def new_labels(tmp_path):
    """A set of labelled questions that a judge of this corpus gets wrong, in words it has learnt."""
    lines = [{"category": "C3", "question": f"{subject} . {subject}"} for subject in SUBJECTS]
    file = tmp_path / "new.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return file


def test_it_learns_new_labels_and_keeps_what_it_knew(judge_folder, base, corpus, new_labels, tmp_path):
    before = Judge.open(judge_folder)
    recipe = FurtherRecipe(epochs=40, sample=1.0, learning_rate=3e-3, batch=4)
    known, folder = [corpus / "labelled.jsonl"], tmp_path / "judge"
    train_further(
        corpus, known, [new_labels], folder, judge=judge_folder, base=transformer_of(base), recipe=recipe
    )
    after = Judge.open(folder)
    for subject in SUBJECTS:
        new, old = f"{subject} . {subject}.", f"where {subject}?"
        assert before.purposes(new)["C3"] < 0.5 < after.purposes(new)["C3"]
        assert min(judge.purposes(old)["C1"] for judge in (before, after)) > 0.5
    sizes = [(at / weights_of(PURPOSE_FILE)).stat().st_size for at in (folder, judge_folder)]
    assert sizes[0] == sizes[1]
    for name in (MODEL_FILE, WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    (further,) = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["training"]["further"]
    assert list(further["labelled"]) == [f"{tmp_path.name}/new.jsonl"]
    assert len(further["purposes"]) == 2


def test_what_was_exported_goes_on_learning_and_says_what_its_models_say_on_average(judge_folder, base):
    """Its weights as floats, rounded again, are the same; models of other seeds say other things."""
    models = read_purpose_models(judge_folder, transformer_of(base))
    judge = Judge.open(judge_folder)
    assert len(models) == 2
    for question in ("where court", "what hotline", "the north"):
        each = [model.purposes([question])[0].detach().numpy() for model in models]
        assert np.abs(each[0] - each[1]).max() > 0.1
        raw = np.exp(np.mean(each, axis=0))
        np.testing.assert_allclose(list(judge.purposes(question).values()), raw / raw.sum(), atol=0.02)


def test_new_labels_need_old_ones_beside(judge_folder, base, corpus, new_labels, tmp_path):
    recipe = FurtherRecipe(sample=1_000.0)
    with pytest.raises(CorpusError, match="name more of the old ones"):
        train_further(
            corpus,
            [corpus / "labelled.jsonl"],
            [new_labels],
            tmp_path / "judge",
            judge=judge_folder,
            base=transformer_of(base),
            recipe=recipe,
        )
    assert not (tmp_path / "judge").exists()


@pytest.mark.parametrize(
    "more",
    [{"num_hidden_layers": 1}, {"num_hidden_layers": 2, "max_position_embeddings": 40}],
    ids=["longer", "deeper"],
)
def test_models_of_another_shape_do_not_go_on_learning(judge_folder, corpus, new_labels, tmp_path, more):
    from transformers import BertConfig, BertModel, BertTokenizerFast

    other = tmp_path / "other"
    shape = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, **more}
    config = BertConfig(vocab_size=len(VOCABULARY), **shape)
    BertModel(config).save_pretrained(other)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(other)
    with pytest.raises(EncoderError, match="another shape"):
        train_further(
            corpus, [corpus / "labelled.jsonl"], [new_labels], tmp_path / "j", judge=judge_folder, base=other
        )


def _with_purposes(judge_folder, folder, purposes):
    """A copy of a judge whose card names these purposes."""
    shutil.copytree(judge_folder, folder)
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    (folder / CARD_FILE).write_text(json.dumps(card | {"purposes": purposes}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("purposes", [CLASSES[:5], CLASSES[::-1]], ids=["fewer", "others"])
def test_models_of_other_purposes_do_not_go_on_learning(judge_folder, base, tmp_path, purposes):
    before = _with_purposes(judge_folder, tmp_path / "before", purposes)
    with pytest.raises(EncoderError, match=r"tells the purposes .*, expected C0, .* anew"):
        read_purpose_models(before, transformer_of(base))


def test_models_take_a_purpose_that_there_was_not_for_what_it_was_a_part_of(
    judge_folder, corpus, base, tmp_path
):
    before = _with_purposes(judge_folder, tmp_path / "before", CLASSES[:-1])
    for model in read_purpose_models(before, transformer_of(base)):
        [raw] = model.purposes(["where is the court"]).tolist()
        assert raw[-1] == pytest.approx(raw[0])
    train_purposes(
        corpus,
        [corpus / "labelled.jsonl"],
        tmp_path / "after",
        replaced=1,
        judge=before,
        base=transformer_of(base),
        recipe=PURPOSES,
    )
    assert Judge.open(tmp_path / "after").purpose_names == CLASSES


def test_batches_hold_every_item_once_with_those_of_like_length_together():
    texts = ["x" * (10 * i) for i in range(100)]
    found = list(batches(texts, 20, len, random.Random(1)))
    assert sorted(text for batch in found for text in batch) == sorted(texts)
    assert all(len({len(text) // 200 for text in batch}) == 1 for batch in found)


def test_labelled_questions_are_read_beside_a_reports_own(corpus, tmp_path):
    authored = [AuthoredQuestion(f"Who is {i}?", 0, near_miss=False) for i in range(10)]
    found = (*read_labelled(labelled_files([corpus / "labelled.jsonl"])), *own_questions(authored))
    assert sum(one.purpose == 1 for one in found) == len(SUBJECTS)
    assert [one.question for one in found if "Who" in one.question or "who" in one.question]
    assert len(found) == 2 * len(SUBJECTS) + 2
    source = tmp_path / "source.jsonl"
    source.write_text('{"category": "source", "question": "Says who?"}', encoding="utf-8")
    weights = {
        CLASSES[one.purpose]: one.weight for one in (*found[: 2 * len(SUBJECTS)], *read_labelled([source]))
    }
    assert weights["C0"] == weights["source"] > weights["C1"]
    source.unlink()
    (tmp_path / "bad.jsonl").write_text('{"category": "C9", "question": "?"}', encoding="utf-8")
    with pytest.raises(CorpusError, match="line 1"):
        read_labelled(labelled_files([tmp_path]))
    (tmp_path / "bad.jsonl").write_bytes(b"\xff")
    with pytest.raises(CorpusError, match="cannot be read"):
        read_labelled(labelled_files([tmp_path]))
    for question in ("null", '" "', "[" * 100_000):
        (tmp_path / "bad.jsonl").write_text(f'{{"category": "C0", "question": {question}}}', encoding="utf-8")
        with pytest.raises(CorpusError, match="line 1"):
            read_labelled(labelled_files([tmp_path]))
    with pytest.raises(CorpusError, match="no labelled"):
        read_labelled([])
    assert labelled_files([tmp_path, tmp_path / "bad.jsonl"]) == [tmp_path / "bad.jsonl"]


def test_labelled_questions_are_misspelt_now_and_then():
    labelled = [LabelledQuestion(f"where is the children's shelter number {i}", 1, 1.0) for i in range(300)]
    asked = as_asked(labelled, random.Random(1))
    changed = {one.question for one in asked} - {one.question for one in labelled}
    assert 10 < len(changed) < 60
    assert all(one.purpose == 1 for one in asked)
