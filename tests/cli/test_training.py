"""`a4a-qa training`: what the commands pass on; training itself is tested in tests/training."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.training.purposes import LABELLED
from a4a_qa.training.reader import ReaderRecipe


def run(*arguments):
    return CliRunner().invoke(main, ["training", *map(str, arguments)])


@pytest.fixture
def told(monkeypatch):
    """What the commands hand to training, which does not happen."""
    given = {}

    def train(*arguments, **options):
        given.update(options, arguments=arguments)
        return SimpleNamespace(name="small", dimension=32)

    monkeypatch.setattr("a4a_qa.training.contrastive.train_encoder", train)
    for name in ("train_reader", "train_purposes", "train_judge"):
        monkeypatch.setattr(f"a4a_qa.training.judge_folder.{name}", train)
    return given


@pytest.mark.parametrize(
    ("option", "value"), [("--epochs", 0), ("--epochs", 101), ("--epochs", "two"), ("--seed", "x")]
)
def test_what_is_no_number_of_epochs_or_no_seed_is_refused(tmp_path, option, value):
    done = run("encoder", option, value, "--output", tmp_path / "encoder")
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


def test_an_encoder_is_trained_as_told(tmp_path, told):
    options = ["--epochs", 2, "--seed", 0, "--bfloat16", "--rate", 3e-5, "--model", "m"]
    done = run("encoder", *options, "--keep", tmp_path / "kept", "--output", tmp_path / "encoder")
    assert done.exit_code == 0, done.output
    recipe = told["recipe"]
    assert (recipe.epochs, recipe.seed, recipe.bfloat16, recipe.learning_rate) == (2, 0, True, 3e-5)
    assert (told["base"], told["keep"]) == ("m", tmp_path / "kept")
    assert tmp_path / "encoder" in told["arguments"]


def test_a_reader_is_trained_as_told(tmp_path, told):
    done = run("reader", "--epochs", 2, "--output", tmp_path / "judge")
    assert done.exit_code == 0, done.output
    recipe = told["recipe"]
    assert (recipe.epochs, recipe.seed, recipe.bfloat16) == (2, ReaderRecipe().seed, False)
    assert tmp_path / "judge" in told["arguments"]


@pytest.mark.parametrize("command", ["purposes", "judge"])
def test_what_reads_questions_alone_is_trained_as_told(small_file, tmp_path, told, command):
    options = ["--epochs", 1, "--seed", 0, "--output", tmp_path / "judge"]
    done = run(command, small_file, *options)
    assert done.exit_code == 0, done.output
    assert tmp_path / "judge" in told["arguments"]
    assert (small_file,) in told["arguments"]
    recipe = told["recipe"] if command == "purposes" else told["purposes"]
    assert (recipe.epochs, recipe.seed) == (1, 0)
    assert run(command, *options).exit_code == 0
    assert LABELLED in told["arguments"]


@pytest.mark.parametrize("layers", ["", "a", "0,,1"])
def test_layers_are_numbers(tmp_path, layers):
    done = run("student", tmp_path, tmp_path / "student", "--layers", layers)
    assert done.exit_code == 2
    assert "no list of numbers" in done.output
