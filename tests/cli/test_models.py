"""`a4a-qa training …`: what the commands pass on; training itself is tested in tests/training."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main
from a4a_qa.training.reader import ReaderRecipe


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.mark.parametrize(
    ("option", "value"), [("--epochs", 0), ("--epochs", 101), ("--epochs", "two"), ("--seed", "x")]
)
def test_what_is_no_number_of_epochs_or_no_seed_is_refused(tmp_path, option, value):
    done = run("training", "encoder", option, value, "--output", tmp_path / "encoder")
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


def test_an_encoder_is_trained_as_told(tmp_path, monkeypatch):
    told = {}

    def train_encoder(root, folder, **options):
        told.update(options, folder=folder)
        return SimpleNamespace(name="small", dimension=32)

    monkeypatch.setattr("a4a_qa.training.encoder.train_encoder", train_encoder)
    options = ["--epochs", 2, "--seed", 0, "--bfloat16", "--state", tmp_path / "state"]
    done = run("training", "encoder", *options, "--teacher", tmp_path, "--output", tmp_path / "encoder")
    assert done.exit_code == 0, done.output
    recipe = told["recipe"]
    assert (recipe.epochs, recipe.seed, recipe.bfloat16) == (2, 0, True)
    assert (told["state"], told["teacher"]) == (tmp_path / "state", tmp_path)
    assert told["folder"] == tmp_path / "encoder"


def test_a_reader_is_trained_as_told(tmp_path, monkeypatch):
    told = {}

    def train_reader(root, folder, **options):
        told.update(options, folder=folder)

    monkeypatch.setattr("a4a_qa.training.reader.train_reader", train_reader)
    done = run("training", "reader", "--epochs", 2, "--output", tmp_path / "judge")
    assert done.exit_code == 0, done.output
    recipe = told["recipe"]
    assert (recipe.epochs, recipe.seed, recipe.bfloat16) == (2, ReaderRecipe().seed, False)
    assert (told["folder"], told["state"]) == (tmp_path / "judge", None)


@pytest.mark.parametrize(
    ("command", "place", "name"),
    [
        ("judge", "judge", "train_judge"),
        ("purposes", "purposes", "train_purposes"),
        ("purposes", "purposes_further", "train_further"),
    ],
)
def test_what_reads_questions_alone_is_trained_as_told(
    small_file, tmp_path, monkeypatch, command, place, name
):
    told = {}

    def learn(*arguments, **options):
        told.update(options, arguments=arguments)

    monkeypatch.setattr(f"a4a_qa.training.{place}.{name}", learn)
    options = ["--corpus", tmp_path, "--epochs", 1, "--seed", 0, "--output", tmp_path / "judge"]
    options += ["--further", small_file] if name == "train_further" else []
    done = run("training", command, small_file, *options)
    assert done.exit_code == 0, done.output
    assert tmp_path in told["arguments"]
    assert (small_file,) in told["arguments"]
    for recipe in (told[key] for key in ("recipe", "reader", "purposes") if key in told):
        assert (recipe.epochs, recipe.seed) == (1, 0)


def test_one_model_is_not_replaced_while_both_learn_on(small_file, tmp_path):
    done = run(
        "training", "purposes", small_file, "--corpus", tmp_path, "--replace", 1, "--further", small_file
    )
    assert done.exit_code == 2
    assert "--replace goes without --further" in done.output


@pytest.mark.parametrize("layers", ["", "a", "0,,1"])
def test_layers_are_numbers(tmp_path, layers):
    done = run("training", "student", tmp_path, tmp_path / "student", "--layers", layers)
    assert done.exit_code == 2
    assert "no list of numbers" in done.output
