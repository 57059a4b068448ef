"""Rows of an array that stay in their file until they are asked for.

What a process has mapped and read counts as its memory, and the few hundred rows of each question lie so far
apart that thirty questions read nearly the whole file. Read by themselves they take no longer, as long as
most lie together, and nothing stays but what the system keeps of the file for everybody.
"""

from __future__ import annotations

import os
import weakref
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from a4a_qa.errors import IndexDamaged


class StoredRows:
    """The rows of a two-dimensional array in a `.npy` file that was opened with `mmap_mode`; they stay those
    of that file when another takes its name. Safe to use from several threads."""

    def __init__(self, mapped: np.memmap[Any, Any]) -> None:
        self.shape: tuple[int, ...] = mapped.shape
        self.ndim, self.dtype, self.nbytes = mapped.ndim, mapped.dtype, mapped.nbytes
        self._path = Path(str(mapped.filename))
        self._file = os.open(self._path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._offset = mapped.offset
        self._width = mapped.dtype.itemsize * int(np.prod(mapped.shape[1:]))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: int | slice | NDArray[Any]) -> NDArray[Any]:
        """What the array would give; raises IndexDamaged when the file lacks some."""
        if not isinstance(rows, np.ndarray) or rows.dtype.kind != "i":
            rows = np.asarray(np.arange(len(self))[rows])
        found = np.empty((*rows.shape, *self.shape[1:]), self.dtype)
        self._read(rows.reshape(-1), found.reshape(-1).view(np.uint8).data)
        return found

    def _read(self, rows: NDArray[np.int64], into: memoryview) -> None:
        # Those that lie one behind the other are read in one go.
        ends = np.flatnonzero(np.diff(rows) != 1) + 1
        for first, end in pairwise([0, *ends.tolist(), len(rows)] if len(rows) else []):
            part = into[first * self._width : end * self._width]
            start = self._offset + int(rows[first]) * self._width
            if os.preadv(self._file, [part], start) < len(part):
                name, folder = self._path.name, self._path.parent
                raise IndexDamaged(f"The part {name} of the index in {folder} is cut off. Build it again.")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self[:].astype(dtype or self.dtype, copy=False)


def stored_rows(mapped: np.memmap[Any, Any]) -> StoredRows | NDArray[Any]:
    """The rows of a mapped array, left in their file where the system reads at a place of it in one call."""
    is_plain = mapped.ndim == 2 and mapped.flags.c_contiguous and mapped.size > 0
    return StoredRows(mapped) if is_plain and hasattr(os, "preadv") else mapped
