"""`a4a-qa train`: what the command passes on; training itself is tested in tests/training."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from a4a_qa.cli.main import main


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.mark.parametrize(
    ("option", "value"), [("--epochs", 0), ("--epochs", 101), ("--epochs", "two"), ("--seed", "x")]
)
def test_what_is_no_number_of_epochs_or_no_seed_is_refused(tmp_path, option, value):
    done = run("train", tmp_path, option, value, "--output", tmp_path / "encoder")
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


@pytest.mark.parametrize("option", [["--epochs", 1], ["--seed", 0], ["--bfloat16"]])
def test_exporting_alone_takes_no_option_of_training(tmp_path, option):
    nowhere = ["--model", tmp_path / "nowhere", "--output", tmp_path / "encoder"]
    done = run("train", "--export-only", *nowhere, *option)
    assert done.exit_code == 2
    assert "--export-only trains nothing" in done.output


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


@pytest.mark.parametrize("arguments", [[], ["--model", "some"], ["--seed", 1]])
def test_train_alone_says_where_encoders_are_trained(tmp_path, arguments):
    done = run("train", tmp_path, *arguments)
    assert done.exit_code == 2
    assert "a4a-qa training encoder" in done.output


def test_a_judge_is_trained_as_told(small_file, tmp_path, monkeypatch):
    told = {}

    def train_judge(corpus, labelled, folder, **options):
        told.update(options, corpus=corpus, labelled=labelled, folder=folder)

    monkeypatch.setattr("a4a_qa.training.judge.train_judge", train_judge)
    options = ["--epochs", 1, "--seed", 0, "--bfloat16", "--output", tmp_path / "judge"]
    done = run("train", tmp_path, "--judge", small_file, *options)
    assert done.exit_code == 0, done.output
    recipe = told["recipe"]
    assert (recipe.epochs, recipe.seed, recipe.bfloat16) == (1, 0, True)
    assert (told["corpus"], list(told["labelled"])) == (tmp_path, [small_file])
    assert told["folder"] == tmp_path / "judge"
