"""A student of two of three layers comes to give the states of its teacher."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.errors import EncoderError
from a4a_qa.files import file_sha256
from a4a_qa.models.encoder import Encoder
from a4a_qa.training.export import PROJECTION, load_model
from a4a_qa.training.student import FACTS, StudentRecipe, read_facts, train_student, with_layers
from training.small import SUBJECTS, make_base

pytest.importorskip("sentence_transformers", reason='needs the extra "train"', exc_type=ImportError)
pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RECIPE = StudentRecipe(epochs=40, tokens=200, token_dimension=4)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_base(tmp_path_factory.mktemp("teacher") / "small", num_hidden_layers=3)
    np.save(folder / PROJECTION, np.eye(32, 8, dtype=np.float32))
    return folder


def test_a_student_comes_nearer_to_its_teacher_and_tells_its_encoder_how_it_was_made(
    teacher: Path, root: Path, tmp_path: Path
) -> None:
    train_student(root, teacher, [0, 2], tmp_path / "student", recipe=RECIPE)

    texts = [f"Where is the {subject}?" for subject in SUBJECTS]
    knowing = load_model(teacher)
    expected = knowing.encode(texts, normalize_embeddings=True)

    def distance(model: object) -> float:
        found = model.encode(texts, normalize_embeddings=True)  # type: ignore[attr-defined]
        return float(np.square(found - expected).sum())

    student = load_model(tmp_path / "student")
    assert student[0].auto_model.config.num_hidden_layers == 2
    assert distance(student) < distance(with_layers(knowing, [0, 2])) / 10
    assert np.load(tmp_path / "student" / PROJECTION).shape == (32, 4)

    facts = read_facts(tmp_path / "student")
    assert facts is not None
    assert (facts["teacher"], facts["layers"]) == ("base", [0, 2])
    assert facts["teacher_sha256"] == file_sha256(teacher / "model.safetensors")
    assert facts["loss_last_tenth"] < facts["loss_first_tenth"]

    told = ["--model", tmp_path / "student", "--output", tmp_path / "exported"]
    done = CliRunner().invoke(main, ["training", "export", *map(str, told)])
    assert done.exit_code == 0, done.output
    card = Encoder.open(tmp_path / "exported").card
    assert card.facts["training"] == {"reports": ["small", "written/north"], "student": facts}
    assert card.token_dimension == 4

    (tmp_path / "student" / FACTS).write_text("{", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"student\.json cannot be read"):
        read_facts(tmp_path / "student")
    assert read_facts(teacher) is None


@pytest.mark.parametrize("layers", [[], [3], [0, -1]])
def test_layers_that_the_teacher_lacks_are_an_error(teacher: Path, layers: list[int]) -> None:
    with pytest.raises(EncoderError, match="has the layers 0 to 2"):
        with_layers(load_model(teacher), layers)
