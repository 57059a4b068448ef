"""Training a tiny model on two reports of five sentences: it learns, says what it is, and does so again."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from a4a_qa.errors import CorpusError, EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.index.build import build_index
from a4a_qa.index.encoder import Encoder
from a4a_qa.index.passages import sentence_ids, sentences_in_place
from a4a_qa.index.runtime import CARD_FILE
from a4a_qa.parsing.read import read_report
from a4a_qa.training.encoder import EncoderRecipe, batches, train_encoder
from a4a_qa.training.export import PROJECTION
from a4a_qa.training.material import Material, material_sha256, read_material
from a4a_qa.training.teacher import Teacher
from a4a_qa.training.written import PlacedQuestion
from training.small import REPORT, SUBJECTS, make_root

pytest.importorskip("sentence_transformers", reason="needs the extra «train»", exc_type=ImportError)

# torch and transformers announce the end of parts of their own that we don't call.
pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RECIPE = EncoderRecipe(epochs=16, token_dimension=16)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("root"))


def test_training_learns_makes_an_encoder_to_index_with_and_does_so_again(
    base: Path, root: Path, tmp_path: Path
) -> None:
    steps: list[str] = []
    train_encoder(root, tmp_path / "encoder", base=base, recipe=RECIPE, on_step=steps.append)
    assert [step for step in steps if step.startswith("Train the encoder: step 32 of 32, loss ")]

    card = Encoder.open(tmp_path / "encoder").card
    assert (card.name, card.base_model, card.token_dimension) == ("base-reports-int8", "base", 16)
    assert card.base_sha256 == file_sha256(base / "model.safetensors")
    training = card.facts["training"]
    assert training["reports"] == ["small", "written/north"]
    assert training["data_sha256"] == material_sha256(root)
    assert (training["sentences"], training["questions"], training["teacher"]) == (10, 26, None)
    assert (training["seed"], training["epochs"], training["steps"]) == (13, 16, 32)
    assert training["loss_last_tenth"] < training["loss_first_tenth"]

    build_index(root / "corpus/small/report.md", tmp_path / "index", encoder=tmp_path / "encoder")

    train_encoder(root, tmp_path / "again", base=base, recipe=RECIPE)
    for path in (tmp_path / "encoder").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_a_training_that_was_interrupted_goes_on_and_ends_the_same(
    base: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("a4a_qa.training.descent._STEPS_BETWEEN_SAVES", 5)
    monkeypatch.setattr("a4a_qa.training.descent._STEPS_BETWEEN_NEWS", 1)

    def stop(step: str) -> None:
        if "step 7 of 32" in step:
            raise KeyboardInterrupt

    state = tmp_path / "state"
    with pytest.raises(KeyboardInterrupt):
        train_encoder(root, tmp_path / "encoder", base=base, state=state, recipe=RECIPE, on_step=stop)
    assert not (tmp_path / "encoder").exists()
    steps: list[str] = []
    train_encoder(root, tmp_path / "encoder", base=base, state=state, recipe=RECIPE, on_step=steps.append)
    assert steps[0].startswith("Train the encoder: step 6 of 32")
    assert (
        (state / "log.txt")
        .read_text(encoding="utf-8")
        .splitlines()[-1]
        .startswith("Train the encoder: step 32 of 32")
    )

    train_encoder(root, tmp_path / "whole", base=base, recipe=RECIPE)
    for path in (tmp_path / "encoder").iterdir():
        assert path.read_bytes() == (tmp_path / "whole" / path.name).read_bytes()

    other = EncoderRecipe(epochs=9, token_dimension=16)
    with pytest.raises(CorpusError, match="is of another training"):
        train_encoder(root, tmp_path / "encoder", base=base, state=state, recipe=other)
    (state / "state.pt").write_bytes(b"nothing")
    with pytest.raises(CorpusError, match="cannot be read"):
        train_encoder(root, tmp_path / "encoder", base=base, state=state, recipe=RECIPE)


def test_a_trained_model_teaches_another(base: Path, root: Path, tmp_path: Path) -> None:
    train_encoder(root, tmp_path / "first", base=base, state=tmp_path / "state", recipe=RECIPE)
    teacher = tmp_path / "state" / "model"
    assert np.load(teacher / PROJECTION).shape == (32, 16)
    train_encoder(root, tmp_path / "taught", base=base, teacher=teacher, recipe=RECIPE)
    taught = Encoder.open(tmp_path / "taught").card.facts["training"]["teacher"]
    assert taught == {"model": "model", "sha256": file_sha256(teacher / "model.safetensors"), "weight": 0.5}
    first, second = (Encoder.open(tmp_path / name).encode_one("the court") for name in ("first", "taught"))
    assert not np.allclose(first.sentence, second.sentence)

    for wrong in (np.zeros((16, 32), np.float32), np.zeros(32, np.float32), np.array([{"a": 1}])):
        np.save(teacher / PROJECTION, wrong, allow_pickle=True)
        with pytest.raises(EncoderError, match=r"projection\.npy"):
            Teacher.open(teacher, 40)
    (teacher / PROJECTION).unlink()

    (report, *_) = read_material(root)
    opened = Teacher.open(teacher, 40)
    once = opened.scores(report, ["Where is the court?"], report.sentences)
    assert once.shape == (1, 5)
    assert np.allclose(once, opened.scores(report, ["Where is the court?"], report.sentences))
    # An unknown word in the middle weighs nothing and cuts nothing off.
    odd = opened.scores(report, ["Where xyzzy is the court?"], report.sentences)
    assert odd.argmax() == once.argmax()


def test_a_batch_has_questions_on_one_report_in_runs_of_neighbours_and_none_rules() -> None:
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
    assert epoch == batches(material, EncoderRecipe(most=200), random.Random(1))


def test_material_has_authored_questions_and_written_sections_by_position(root: Path) -> None:
    own, written = read_material(root)
    assert (own.name, written.name) == ("small", "written/north")
    assert own.sentences[0] == f"INTRODUCTION. The {SUBJECTS[0]} is in the north."
    assert written.sentences[4] == "The north. Places. The hotline is in the north."
    assert written.questions[-1] == PlacedQuestion(
        "What is the hotline?", (4,), hard_negative="absent_detail"
    )
    assert written.questions[0] == PlacedQuestion("Where is the shelter?", (0,), (1,), "the north")
    assert len(written.answered) == 10
    assert written.together([1, 2]) == (
        "The north. Places. The school is in the north. The police is in the north."
    )
    places = [0, 3, 4]
    assert own.together(places) == sentences_in_place(read_report(root / "corpus/small"), places)
    several, elsewhere = own.questions[-2:]
    assert several.evidence == (1, 3)
    assert elsewhere == PlacedQuestion("What is in the school?", (), hard_negative="absent_detail")


def test_a_published_report_has_to_be_there_and_to_have_what_questions_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "reports" / "bees" / "report.md"
    report.parent.mkdir(parents=True)
    report.write_text(REPORT, encoding="utf-8")
    sha256, (first, *_) = file_sha256(report), sentence_ids(read_report(report))
    questions = tmp_path / "training" / "questions"
    questions.mkdir(parents=True)
    (tmp_path / "training" / "reports.toml").write_text(
        f'[bees]\nfile = "report.md"\nrepository = "r"\ncommit = "1"\npath = ["p"]\nuse = "training"\n'
        f'notes = 0\nsha256 = "{sha256}"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("A4A_QA_REPORTS", str(tmp_path / "reports"))

    def ask(*evidence: str) -> None:
        lines = [{"question": "Where?", "evidence": [name], "author": "a"} for name in evidence]
        text = "\n".join(json.dumps(line) for line in lines)
        (questions / "bees.jsonl").write_text(text, encoding="utf-8")

    ask(first)
    (bees,) = read_material(tmp_path)
    assert bees.questions == (PlacedQuestion("Where?", (0,)),)
    ask(first, "s-000000000000")
    with pytest.raises(CorpusError, match=r"name s-000000000000, .* `a4a-qa training migrate`"):
        read_material(tmp_path)
    report.unlink()
    with pytest.raises(CorpusError, match=r"There is no .*report\.md\. Set A4A_QA_REPORTS"):
        read_material(tmp_path)


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
    with pytest.raises(EncoderError, match="Cannot load"):
        train_encoder(root, tmp_path / "encoder", base=base, teacher=tmp_path, recipe=RECIPE)
    assert not (tmp_path / "encoder" / CARD_FILE).exists()
