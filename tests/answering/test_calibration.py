"""Curves and the file that they ship in."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from a4a_qa.answering.calibration import (
    UNFITTED,
    Curve,
    read_calibration,
    write_calibration,
)
from a4a_qa.errors import CalibrationError, OutputError
from a4a_qa.evaluation.fitting import TELL_ANSWERABLE


def test_a_curve_is_logistic():
    curve = Curve(1.0, {"a": 2.0, "b": -1.0})
    assert curve.probability({"a": 0.0, "b": 1.0, "unknown": 9.0}) == 0.5
    assert curve.probability({"a": 1e9, "b": 0.0}) == pytest.approx(1.0)


def test_what_is_written_is_read_again(tmp_path):
    write_calibration(UNFITTED, tmp_path / "c.json", facts={"questions": 3})
    assert read_calibration(tmp_path / "c.json") == UNFITTED


def test_one_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    file = tmp_path / "c.json"
    write_calibration(UNFITTED, file, facts={})

    def fail(path, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_calibration(replace(UNFITTED, cited=0.5), file, facts={})
    assert read_calibration(file) == UNFITTED
    assert [one.name for one in tmp_path.iterdir()] == ["c.json"]


def test_what_ships_names_signals_that_there_are(assistant):
    asked = assistant.explain("In how many provinces were campaigns conducted in 2008?")
    looked_up = assistant.explain("What does CNCC stand for?").decision.looked_up
    shipped = read_calibration()
    search = asked.decision.searches[0]
    assert set(shipped.answerable.weights) == set(TELL_ANSWERABLE) < set(asdict(search.signals))
    assert set(shipped.right.weights) == set(asdict(search.signals) | asdict(search.chosen.signals))
    assert set(shipped.lookup.weights) == set(asdict(looked_up))
    assert 0 < shipped.threshold < shipped.sure < 1


def test_a_signal_that_there_is_not_is_an_error_at_once(assistant):
    wrong = replace(UNFITTED, right=Curve(0.0, {"met": 1.0, "phase_of_the_moon": 2.0}))
    with pytest.raises(CalibrationError, match=r"'right' .* phase_of_the_moon"):
        assistant.recalibrated(wrong)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"evidence": 1}', "\x00"])
def test_a_damaged_file_is_an_error(tmp_path, text):
    (tmp_path / "c.json").write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match="cannot be read"):
        read_calibration(tmp_path / "c.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 7.0}, "'threshold' is 7.0, expected a number from 0 to 1"),
        ({"sure": -0.1}, "'sure' is -0.1"),
        ({"cited": float("nan")}, "'cited' is nan, expected a finite number"),
        ({"right": {"bias": float("nan"), "weights": {}}}, "'bias' is nan"),
        ({"right": {"bias": 0.0, "weights": {"met": float("inf")}}}, "'met' is inf"),
    ],
)
def test_a_number_that_can_be_none_of_a_calibration_is_named(tmp_path, change, words):
    (tmp_path / "c.json").write_text(json.dumps(asdict(UNFITTED) | change), encoding="utf-8")
    with pytest.raises(CalibrationError, match=words):
        read_calibration(tmp_path / "c.json")
