"""What many tests share: the real report and its index, made once, and a small report to take apart."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock

from a4a_qa.assistant import Assistant
from a4a_qa.index.build import build_index
from a4a_qa.parsing.read import read_report
from a4a_qa.report.report import Report

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus" / "cambodia-2011"
# What authors asked about it, from which models have learnt.
AUTHORED = ROOT / "training" / "questions" / "cambodia-2011"
PACKAGE = ROOT / "src" / "a4a_qa"
# What only comes after an index is there, and what puts numbers and words into one.
_LATER = ("answering", "cli", "evaluation", "service", "training")
_LIBRARIES = ("numpy", "onnxruntime", "pypdf", "tokenizers")

SMALL_REPORT = """\
REPORT ON A COUNTRY

CONTENTS

Introduction\t2
Protection\t3
Endnotes\t4

INTRODUCTION

There are 12 shelters in the north.¹ They are run by the Ministry of Health² and by churches. Most of the
children who live there are older than ten years.

Schools

The law on schools was passed in 1999.³ It is not enforced in the south.⁴

PROTECTION

- (1) Judges must be trained every two years.
- (2) Police officers wear blue uniforms.⁵

ENDNOTES

¹ Ministry of Health, Shelters. Accessed on 3 May 2009 from: http://health.example.org/shelters
² Ministry of Health, Shelters. Accessed on 3 May 2009 from: http://health.example.org/shelters
³ Law on Schools, 1999.
⁴ Direct communication with a teacher.
⁵ The Uniform, p. 12. Accessed on 1 June 2010 from: www.uniform.example.org.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test` leaves to `make test-all`: what drives a browser, and what makes models."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.path.is_relative_to(ROOT / "tests" / "training"):
            item.add_marker("training")


@pytest.fixture(scope="session")
def report() -> Report:
    return read_report(CORPUS)


def index_code() -> list[Path]:
    """All code that reads and indexes a report, and a little more."""
    return [f for f in PACKAGE.rglob("*.py") if f.relative_to(PACKAGE).parts[0] not in _LATER]


def _sources() -> str:
    """A hash of all that an index depends on: the report, the code that reads and indexes it, the encoder and
    the versions of the libraries that they use."""
    files = [*index_code(), *PACKAGE.glob("data/encoder/*"), *CORPUS.iterdir()]
    hashes = (hashlib.sha256(file.read_bytes()).digest() for file in sorted(files))
    versions = (f"{name} {version(name)}\n".encode() for name in _LIBRARIES)
    return hashlib.sha256(b"".join((*hashes, *versions))).hexdigest()[:16]


@pytest.fixture(scope="session")
def index_folder(pytestconfig) -> Path:
    """The real report's index, made with the encoder that ships; kept while what it is made of stays."""
    home = pytestconfig.cache.mkdir("indexes")
    folder = home / _sources() / "cambodia-2011"
    # Tests run in several processes: one builds, the others wait.
    with FileLock(home.parent / "indexes.lock"):
        if not folder.exists():
            for older in home.iterdir():
                shutil.rmtree(older, ignore_errors=True)
            build_index(CORPUS / "report.md", folder)
    return folder


@pytest.fixture(scope="session")
def assistant(index_folder) -> Assistant:
    return Assistant.open(index_folder)


@pytest.fixture
def small_file(tmp_path) -> Path:
    file = tmp_path / "small.md"
    file.write_text(SMALL_REPORT, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def small_index(tmp_path_factory) -> Path:
    """The index of the small report."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.md").write_text(SMALL_REPORT, encoding="utf-8")
    build_index(folder / "small.md", folder / "index")
    return folder / "index"


# id → title, country, year, edition, and what its text says in place of the small report's
LIBRARY = {
    "norway-2010": ("Children at Work", "Norway", 2010, "1st Edition", {}),
    "norway-2015": ("Children at Work", "Norway", 2015, "2nd Edition", {"12 shelters": "19 shelters"}),
    "chad-2012": (
        "Reindeer and Snow",
        "Chad",
        2012,
        None,
        {"shelters in the north": "reindeer farms in Chad", "1999": "2003"},
    ),
}


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory) -> Path:
    """A library of three small reports, two of them editions of one work."""
    home = tmp_path_factory.mktemp("library")
    for name, (title, country, year, edition, other) in LIBRARY.items():
        text = SMALL_REPORT
        for old, new in other.items():
            text = text.replace(old, new)
        (home / name).mkdir()
        (home / name / "report.md").write_text(text, encoding="utf-8")
        about = {"id": name, "title": title, "country": country, "year": year, "publisher": "Us"}
        about |= {"edition": edition} if edition else {}
        lines = [f"{key} = {json.dumps(value)}" for key, value in about.items()]
        (home / name / "report.toml").write_text("\n".join(lines), encoding="utf-8")
        build_index(home / name, home / "library" / name)
    return home / "library"
