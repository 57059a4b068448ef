"""Training a tiny judge: it learns which questions a sentence answers, and is exported as it is."""

import json
import random
import shutil
from dataclasses import replace
from operator import itemgetter

import numpy as np
import pytest
from click.testing import CliRunner

from a4a_qa.answering.purpose import CLASSES
from a4a_qa.cli.train import train
from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.index.judge import FORMS, JUDGE_FILES, PURPOSE_FILE, Judge
from a4a_qa.index.questions import (
    ELSEWHERE_FILE,
    FILE_NAME,
    PRACTICE_FILE,
    SEVERAL_FILE,
    AuthoredQuestion,
    QuestionOfSeveral,
)
from a4a_qa.index.runtime import CARD_FILE, MODEL_FILE, WORDS, WORDS_FILE, weights_of
from a4a_qa.parsing.read import read_report
from a4a_qa.training.attention import _attend
from a4a_qa.training.judge import JudgeRecipe, train_judge, train_pairs
from a4a_qa.training.judge_data import (
    ElsewhereQuestion,
    LabelledQuestion,
    as_asked,
    batches,
    labelled_files,
    own_questions,
    pairs,
    read_labelled,
)
from a4a_qa.training.judge_further import FurtherRecipe, train_further
from a4a_qa.training.judge_import import read_pair_models, read_purpose_models
from a4a_qa.training.judge_pairs_further import PairsFurtherRecipe, train_pairs_further
from a4a_qa.training.judge_purposes import train_purposes
from a4a_qa.training.pair_data import PairData
from training.small import SUBJECTS
from training.small import WORDS as VOCABULARY

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RECIPE = JudgeRecipe(epochs=200, purpose_epochs=60, learning_rate=3e-3, batch=8, purpose_batch=4)


def transformer_of(base):
    return base / "0_Transformer" if (base / "0_Transformer").is_dir() else base


@pytest.fixture(scope="module")
def judge_folder(base, corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge") / "judge"
    train_judge(
        corpus,
        [corpus / "labelled.jsonl"],
        folder,
        base=transformer_of(base),
        recipe=RECIPE,
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
        assert max(reading.forms, key=reading.forms.get) == "words"
        assert text[slice(*reading.words(14, len(text))[:2])] == "the north"
        assert (
            max(judge.read(f"In what is the {subject}?", text).forms.items(), key=itemgetter(1))[0] == "none"
        )


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


def test_the_card_says_what_it_learnt_from_and_how_it_bears_rounding(judge_folder):
    card = json.loads((judge_folder / CARD_FILE).read_text(encoding="utf-8"))
    assert list(card["training"]["labelled"]) == ["small/labelled.jsonl"]
    files = ["report.md", FILE_NAME, PRACTICE_FILE, SEVERAL_FILE, ELSEWHERE_FILE]
    assert list(card["training"]["data"]) == files
    assert (card["training"]["questions"], card["training"]["near_misses"]) == (15, 6)
    assert card["training"]["questions_of_several"] == 1
    assert card["training"]["questions_elsewhere"] == 1
    assert card["training"]["purpose_models"] == len(card["training"]["purposes"]) == 2
    for course in (*card["training"]["pairs"], *card["training"]["purposes"]):
        assert course["steps"] > 0
        assert course["loss_last_tenth"] < course["loss_first_tenth"]
    assert len(card["training"]["encoder_sha256"]) == 64
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


@pytest.mark.parametrize("option", [["--export-only"], ["--model", "x"]])
@pytest.mark.parametrize("what", [["--judge", "."], ["--pairs"]], ids=["judge", "pairs"])
def test_options_of_the_encoder_do_not_go_with_the_judge(corpus, what, option):
    done = CliRunner().invoke(train, [str(corpus), *what, *option])
    assert done.exit_code == 2
    assert "go neither together nor with" in done.output


def test_the_judge_is_trained_whole_or_in_part(corpus):
    done = CliRunner().invoke(train, [str(corpus), "--judge", ".", "--pairs"])
    assert done.exit_code == 2
    assert "go neither together nor with" in done.output


def test_pairs_are_trained_anew_beside_the_same_models_of_purposes(judge_folder, corpus, base, tmp_path):
    recipe = replace(RECIPE, seed=14, bfloat16=True)
    folder, taught = tmp_path / "judge", tmp_path / "taught"
    shutil.copytree(judge_folder, taught)
    card = json.loads((taught / CARD_FILE).read_text(encoding="utf-8"))
    card["training"]["pairs_further"] = [{"pairs": "are forgotten"}]
    (taught / CARD_FILE).write_text(json.dumps(card), encoding="utf-8")
    train_pairs(corpus, folder, judge=taught, base=transformer_of(base), recipe=recipe)
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
    anew = new["training"].pop("pairs_anew")
    assert new["training"] == old["training"]
    assert (anew["seed"], anew["bfloat16"]) == (14, True)
    assert anew["data"] == old["training"]["data"]
    assert new["parity_purpose"] == old["parity_purpose"]
    assert new["parity_mean_difference"] <= 0.25


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
        recipe=replace(RECIPE, seed=15),
    )
    before, after = Judge.open(judge_folder), Judge.open(folder)
    for name in (MODEL_FILE, weights_of(MODEL_FILE), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    assert after.purposes("help me") != before.purposes("help me")
    old_models, new_models = (read_purpose_models(f, transformer) for f in (judge_folder, folder))
    same = [_same(old, new) for old, new in zip(old_models, new_models, strict=True)]
    assert same == [False, replaced == 1]
    old, new = (json.loads((f / CARD_FILE).read_text(encoding="utf-8")) for f in (judge_folder, folder))
    anew = new["training"].pop("purposes_anew")
    assert new["training"] == old["training"]
    assert (anew["seed"], anew["purpose_epochs"], anew.get("replaced")) == (
        15,
        RECIPE.purpose_epochs,
        replaced,
    )
    assert len(anew["purposes"]) == (1 if replaced else RECIPE.purpose_models)
    assert anew["labelled"] == old["training"]["labelled"]
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
            recipe=RECIPE,
        )
    assert not (tmp_path / "judge").exists()


def test_the_model_of_pairs_learns_what_a_folder_has_come_to_have_since(judge_folder, corpus, base, tmp_path):
    grown = tmp_path / "grown"
    shutil.copytree(corpus, grown)
    line = {"quote": "The court is in the north.", "near_misses": ["court . north ."]}
    with (grown / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(line))
    recipe = PairsFurtherRecipe(epochs=120, learning_rate=3e-3, batch=8, bfloat16=True)
    folder = tmp_path / "judge"
    train_pairs_further(grown, corpus, folder, judge=judge_folder, base=transformer_of(base), recipe=recipe)
    before, after = Judge.open(judge_folder), Judge.open(folder)
    text = "Introduction. The court is in the north."
    new = "court . north ."
    assert after.read(new, text).score < 0 < before.read(new, text).score
    assert after.read("What is the court?", text).score < after.read("Where is the court?", text).score
    for name in (PURPOSE_FILE, weights_of(PURPOSE_FILE), WORDS_FILE):
        assert (folder / name).read_bytes() == (judge_folder / name).read_bytes()
    old, new = (json.loads((f / CARD_FILE).read_text(encoding="utf-8")) for f in (judge_folder, folder))
    (further,) = new["training"].pop("pairs_further")
    assert new["training"] == old["training"]
    assert (further["new_questions"], further["questions_elsewhere"]) == (1, 1)


def test_a_folder_that_has_nothing_new_teaches_nothing(judge_folder, corpus, base, tmp_path):
    with pytest.raises(CorpusError, match="nothing is new, or all is"):
        train_pairs_further(corpus, corpus, tmp_path / "judge", judge=judge_folder, base=transformer_of(base))
    assert not (tmp_path / "judge").exists()


def test_what_was_learnt_goes_with_pairs(corpus):
    done = CliRunner().invoke(train, [str(corpus), "--judge", ".", "--learnt", str(corpus)])
    assert done.exit_code == 2
    assert "--learnt goes with --pairs" in done.output


def test_an_exported_model_of_pairs_can_be_read_again(judge_folder, corpus, base):
    """Its weights as floats say nearly what it says."""
    report = read_report(corpus)
    (model,) = read_pair_models(judge_folder, transformer_of(base), report)
    judge = Judge.open(judge_folder)
    for subject in SUBJECTS:
        for question in (f"Where is the {subject}?", f"What is the {subject}?"):
            text = f"Introduction. The {subject} is in the north."
            said = judge.read(question, text).score
            assert float(model.scores([(question, text)])[0].detach()) == pytest.approx(said, abs=0.25)


@pytest.mark.parametrize(
    "others",
    [["--purposes", "--pairs"], ["--purposes", "--judge", ".", "--further", "."], ["--replace", "1"]],
    ids=["pairs", "further", "alone"],
)
def test_options_of_purposes_go_with_labelled_questions(corpus, others):
    done = CliRunner().invoke(train, [str(corpus), *others])
    assert done.exit_code == 2
    assert "--purposes" in done.output


def test_pairs_over_another_table_of_words_are_not_put_beside(judge_folder, corpus, base, tmp_path):
    from transformers import AutoModel, AutoTokenizer

    other = tmp_path / "other"
    model = AutoModel.from_pretrained(transformer_of(base))
    model.get_input_embeddings().weight.data *= -1
    model.save_pretrained(other)
    AutoTokenizer.from_pretrained(transformer_of(base)).save_pretrained(other)
    with pytest.raises(EncoderError, match="another table of word embeddings"):
        train_pairs(
            corpus,
            tmp_path / "judge",
            judge=judge_folder,
            base=other,
            recipe=replace(RECIPE, epochs=1),
        )
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


def test_exporting_alone_takes_nothing_to_learn_from(corpus):
    done = CliRunner().invoke(train, [str(corpus), "--export-only"])
    assert done.exit_code == 2
    assert "trains nothing" in done.output


def test_a_corpus_without_near_misses_teaches_nothing(tmp_path):
    (tmp_path / "report.md").write_text("INTRODUCTION\n\nThe court is in the north.\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no near misses"):
        train_judge(tmp_path, [], tmp_path / "judge")


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
        recipe=RECIPE,
    )
    assert Judge.open(tmp_path / "after").purpose_names == CLASSES


def test_new_labels_go_with_the_judge(corpus, new_labels):
    done = CliRunner().invoke(train, [str(corpus), "--further", str(new_labels)])
    assert done.exit_code == 2
    assert "go with --judge" in done.output


def test_pairs_are_right_for_index_questions_and_wrong_for_all_else():
    questions = [AuthoredQuestion(f"question {i}", i % 3, near_miss=i % 2 == 1) for i in range(600)]
    neighbours = np.array([[1, 2], [0, 2], [0, 1]])
    found = [p for p in pairs(questions, neighbours, random.Random(1)) if " and " not in p.question]
    assert sum(pair.right for pair in found) == 300
    assert 300 + 40 < sum(not pair.right for pair in found) < 300 + 140


def test_a_pair_says_how_its_question_is_answered_in_short():
    answers = {
        "Who?": ("words", "the police"),
        "Is it?": ("yes", None),
        "Was it?": ("no", None),
        "Why?": ("none", None),
    }
    questions = [AuthoredQuestion(q, 0, near_miss=False, form=f, words=w) for q, (f, w) in answers.items()]
    questions.append(AuthoredQuestion("When?", 0, near_miss=True))
    found = {p.question: p for p in pairs(questions, np.zeros((1, 0), np.int64), random.Random(3)) if p.right}
    assert {q: (FORMS[p.form], p.words) for q, p in found.items() if q in answers} == answers


def test_two_questions_in_one_need_both_sentences():
    questions = [AuthoredQuestion(f"How many {i}?", i, near_miss=False) for i in range(400)]
    found = pairs(questions, np.zeros((400, 0), np.int64), random.Random(1))
    joined = [pair for pair in found if ", and how many " in pair.question]
    assert 20 < sum(pair.right for pair in joined) < 60
    for pair in joined:
        asked = tuple(sorted(int(word.strip("?,")) for word in pair.question.split() if word[0].isdigit()))
        assert pair.right == (pair.sentences == asked)
        assert set(pair.sentences) <= set(asked)


def test_a_question_of_several_is_answered_by_all_of_them_only():
    of_several = [QuestionOfSeveral("How did it begin and end?", (1, 2, 4))] * 50
    found = pairs([], np.array([[4, 6]] * 9), random.Random(1), of_several=of_several)
    for pair in found:
        assert pair.right == ({1, 2, 4} <= set(pair.sentences))
        assert len({1, 2, 4} & set(pair.sentences)) >= 2
    assert (sum(pair.right for pair in found), len(found)) == (50, 200)
    assert {len(pair.sentences) for pair in found if not pair.right} == {2, 3, 4}


def test_a_near_miss_of_several_is_wrong_beside_them_all():
    of_several = [
        QuestionOfSeveral("How did it begin, and what did it cost?", (1, 2, 4), near_miss=True)
    ] * 50
    found = pairs([], np.array([[4, 6]] * 9), random.Random(1), of_several=of_several)
    assert len(found) == 50
    assert not any(pair.right for pair in found)
    assert all({1, 2, 4} <= set(pair.sentences) for pair in found)


def test_a_question_about_something_else_is_wrong_beside_what_comes_nearest():
    elsewhere = [ElsewhereQuestion("Who won?", (2, 5))] * 100
    found = pairs([], np.array([[4, 6]] * 9), random.Random(1), elsewhere=elsewhere)
    assert len(found) == 100
    assert not any(pair.right for pair in found)
    alone = [pair.sentences for pair in found if len(pair.sentences) == 1]
    assert set(alone) == {(2,), (5,)}
    assert 50 < len(alone) < 90
    assert all({2, 5} & set(pair.sentences) for pair in found)


def test_an_epoch_has_all_kinds_of_questions():
    known = [AuthoredQuestion("Where?", 0, near_miss=False)]
    of_several, elsewhere = (
        [QuestionOfSeveral("Who and when?", (0, 1))],
        [ElsewhereQuestion("Who won?", (1,))],
    )
    data = PairData(known, of_several, elsewhere, np.zeros((2, 0), np.int64), (5, 5))
    found = data.pairs(random.Random(1))
    assert {pair.question for pair in found} >= {"Where?", "Who and when?", "Who won?"}
    assert sorted(map(len, data.batches(found, 2, random.Random(1)))) == [1, 2, 2]


def test_to_read_several_sentences_tells_little():
    questions = [
        AuthoredQuestion(f"question {i}", i % 40, near_miss=i % 2 == 1, form="yes") for i in range(2_000)
    ]
    neighbours = np.array([[i - 1, i + 1] for i in range(40)]) % 40
    found = [p for p in pairs(questions, neighbours, random.Random(1)) if " and " not in p.question]
    shares = {}
    for right in (True, False):
        several = [pair for pair in found if pair.right == right and len(pair.sentences) > 1]
        shares[right] = len(several) / sum(pair.right == right for pair in found)
        assert all(pair.form is None for pair in several)
    assert shares[True] == pytest.approx(shares[False], abs=0.15)
    for pair in found:
        number = int(pair.question.split()[-1])
        assert pair.right == (number % 2 == 0 and number % 40 in pair.sentences)


def test_a_question_is_not_answered_when_its_half_is_a_near_miss():
    questions = [AuthoredQuestion(f"How many {i}?", i, near_miss=False) for i in range(400)]
    questions += [AuthoredQuestion(f"What of {i}?", i, near_miss=True) for i in range(400)]
    found = pairs(questions, np.zeros((400, 0), np.int64), random.Random(1))
    halves = [
        pair for pair in found if "how many" in pair.question.lower() and "what of" in pair.question.lower()
    ]
    assert 10 < len(halves) < 40
    assert {pair.question.startswith("What") for pair in halves} == {True, False}
    for pair in halves:
        assert not pair.right
        assert all(f" {position}" in pair.question for position in pair.sentences)


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
