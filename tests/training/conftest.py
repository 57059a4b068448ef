from collections.abc import Iterator
from pathlib import Path

import pytest

from training.small import make_base, make_corpus


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The same training gives the same bytes on one thread: several share out sums as they come."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base") / "small")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "small")
