"""Rows that stay in their file are those of the array, and of that file."""

import os

import numpy as np
import pytest

from a4a_qa.errors import IndexDamaged
from a4a_qa.index.rows import StoredRows, stored_rows

ARRAY = np.arange(60, dtype=np.float16).reshape(12, 5)


@pytest.fixture
def file(tmp_path):
    np.save(tmp_path / "rows.npy", ARRAY)
    return tmp_path / "rows.npy"


def opened(file):
    return stored_rows(np.load(file, mmap_mode="r"))


@pytest.mark.parametrize(
    "rows",
    [
        np.array([3, 4, 5, 9, 2, 2, 11]),
        np.array([], np.int64),
        np.array([[1, 2], [0, 7]]),
        np.arange(12) % 5 == 0,
        slice(2, 9, 3),
        slice(None),
        7,
        -1,
    ],
    ids=str,
)
def test_rows_are_those_of_the_array(file, rows):
    stored = opened(file)
    assert isinstance(stored, StoredRows)
    np.testing.assert_array_equal(stored[rows], ARRAY[rows])
    assert stored[rows].dtype == ARRAY.dtype


def test_they_look_like_the_array(file):
    stored = opened(file)
    assert (len(stored), stored.shape, stored.ndim, stored.dtype) == (12, (12, 5), 2, np.float16)
    assert stored.nbytes == ARRAY.nbytes
    np.testing.assert_array_equal(np.asarray(stored), ARRAY)


def test_they_stay_those_of_the_file_when_another_takes_its_name(file, tmp_path):
    stored = opened(file)
    np.save(tmp_path / "other.npy", ARRAY + 1)
    os.replace(tmp_path / "other.npy", file)
    np.testing.assert_array_equal(stored[:], ARRAY)


def test_a_file_that_has_lost_its_end_is_an_error(file):
    stored = opened(file)
    os.truncate(file, file.stat().st_size - 1)
    np.testing.assert_array_equal(stored[:11], ARRAY[:11])
    with pytest.raises(IndexDamaged, match=r"index in .* is cut off"):
        stored[[10, 11]]


@pytest.mark.parametrize(
    "array", [ARRAY[:0], np.asfortranarray(ARRAY), np.arange(5)], ids=["none", "turned", "flat"]
)
def test_what_is_no_plain_table_stays_mapped(tmp_path, array):
    np.save(tmp_path / "rows.npy", array)
    stored = opened(tmp_path / "rows.npy")
    assert not isinstance(stored, StoredRows)
    np.testing.assert_array_equal(stored, array)


def test_without_reading_at_a_place_they_stay_mapped(file, monkeypatch):
    monkeypatch.delattr("os.preadv")
    assert not isinstance(opened(file), StoredRows)
